//! Volatile access to bytes that somebody else reads or writes: devices, port buffers.
#![allow(
    unsafe_code,
    reason = "addresses come from the design, not from the language"
)]

/// Loads a byte from a virtual address. Faults where the design grants nothing.
#[must_use]
pub fn read_byte(address: u64) -> u8 {
    // SAFETY: callers name device registers and buffers outside every Rust object; where
    // nothing is mapped, the access is a fault of the partition and returns nothing.
    unsafe { core::ptr::with_exposed_provenance::<u8>(address as usize).read_volatile() }
}

/// Stores a byte at a virtual address. Faults where the design grants nothing.
pub fn write_byte(address: u64, byte: u8) {
    // SAFETY: as for `read_byte`: never inside a Rust object.
    unsafe { core::ptr::with_exposed_provenance_mut::<u8>(address as usize).write_volatile(byte) }
}

/// Loads a word of 8 bytes, aligned.
pub(crate) fn read_word(address: u64) -> u64 {
    // SAFETY: as for `read_byte`; callers name aligned words of the log rings.
    unsafe { core::ptr::with_exposed_provenance::<u64>(address as usize).read_volatile() }
}

/// Stores a word of 8 bytes, aligned.
pub(crate) fn write_word(address: u64, word: u64) {
    // SAFETY: as for `read_word`.
    unsafe { core::ptr::with_exposed_provenance_mut::<u64>(address as usize).write_volatile(word) }
}

/// Copies bytes to an address.
pub(crate) fn copy_out(address: u64, bytes: &[u8]) {
    for (at, &byte) in (address..).zip(bytes) {
        write_byte(at, byte);
    }
}
