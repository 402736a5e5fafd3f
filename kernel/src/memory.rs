//! Physical memory: devices, slots, buffers and the tables. The only place that makes a
//! pointer from a number, and every number comes from a table.
#![allow(
    unsafe_code,
    reason = "addresses come from the design, not from the language"
)]
#![allow(
    clippy::as_conversions,
    reason = "an address is a usize on RV64; nothing is cut off"
)]

use core::hint::cold_path;
use core::ptr::{with_exposed_provenance, with_exposed_provenance_mut};

use septum_kernel_logic::tables::Header;

unsafe extern "C" {
    /// Where the designer placed the tables; from the linker script.
    static __tables: u64;
}

/// A value that a single load or store moves.
pub(crate) trait Word: Copy {}
impl Word for u8 {}
impl Word for u32 {}
impl Word for u64 {}

/// Loads from a device register or a buffer.
#[inline(always)]
pub(crate) fn load<T: Word>(address: u64) -> T {
    // SAFETY: the address comes from a table, which the designer made: a device of the kernel
    // or memory of a queue, ring or buffer, aligned, and no Rust object. Volatile, because
    // devices and partitions change it.
    unsafe { with_exposed_provenance::<T>(address as usize).read_volatile() }
}

/// Stores to a device register or a buffer.
#[inline(always)]
pub(crate) fn store<T: Word>(address: u64, value: T) {
    // SAFETY: as for `load`.
    unsafe { with_exposed_provenance_mut::<T>(address as usize).write_volatile(value) }
}

/// Copies `bytes` and fills up with zeros to a multiple of 8.
#[inline(always)]
pub(crate) fn copy(mut from: u64, mut to: u64, bytes: u64) {
    let blocks = from + (bytes & !31);
    while from != blocks {
        let words = [0, 8, 16, 24].map(|offset| load::<u64>(from + offset));
        for (offset, word) in [0, 8, 16, 24].into_iter().zip(words) {
            store(to + offset, word);
        }
        (from, to) = (from + 32, to + 32);
    }
    let rest = bytes & 31;
    if rest != 0 {
        cold_path();
        let words = from + (rest & 24);
        while from != words {
            store::<u64>(to, load(from));
            (from, to) = (from + 8, to + 8);
        }
        if rest & 7 != 0 {
            let kept = !(u64::MAX << (8 * (rest & 7)));
            store(to, load::<u64>(from) & kept);
        }
    }
}

/// Clears `bytes`, a multiple of 8.
pub(crate) fn clear(to: u64, bytes: u64) {
    for offset in (0..bytes).step_by(8) {
        store(to + offset, 0u64);
    }
}

/// The head of the tables: the one way to everything else.
pub(crate) fn header() -> &'static Header {
    // SAFETY: the image has a `Header` there, in RAM that no PTE and no PMP entry of U-mode
    // reaches, and so is all that it refers to, except `LogReaders`, whose every bit pattern is
    // a value; the designer placed records of the types that it names, aligned. Tables are
    // never written; state is cells, and reached from this hart only. The magic and the version
    // are compared at boot before anything else of it is used.
    unsafe { &*with_exposed_provenance((&raw const __tables).addr()) }
}
