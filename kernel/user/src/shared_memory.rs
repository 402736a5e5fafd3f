//! Shared memories: bytes and words that other partitions may read or write at any time.
//!
//! Each access is one volatile load or store, in the order of the program and of its system
//! calls. Whether what lies there belongs together, the partitions agree on by messages or
//! signals.

use crate::memory::{read_byte, read_word, write_byte, write_word};
use crate::port::Handle;

/// Bytes of a word.
const WORD_BYTES: usize = 8;

macro_rules! memory_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name(Handle);

        impl $name {
            /// For the macro that declares the pin.
            ///
            /// # Panics
            /// When it is taken twice.
            #[must_use]
            pub fn take(pin: &'static septum_abi::pin::Pin, taken: &$crate::Taken) -> Self {
                Self(Handle::take(pin, taken))
            }

            /// Loads the byte at an offset.
            ///
            /// # Panics
            /// Beyond the declared length.
            #[must_use]
            #[track_caller]
            pub fn read_byte(&self, offset: usize) -> u8 {
                read_byte(place(&self.0, offset, 1))
            }

            /// Loads the word of 8 bytes at an offset, which is a multiple of 8.
            ///
            /// # Panics
            /// Beyond the declared length, or at another offset.
            #[must_use]
            #[track_caller]
            pub fn read_word(&self, offset: usize) -> u64 {
                read_word(place(&self.0, offset, WORD_BYTES))
            }
        }
    };
}

memory_type!(
    /// A shared memory that the partition reads.
    MemoryIn
);
memory_type!(
    /// A shared memory that the partition reads and writes.
    MemoryOut
);

impl MemoryOut {
    /// Stores a byte at an offset.
    ///
    /// # Panics
    /// Beyond the declared length.
    #[track_caller]
    pub fn write_byte(&mut self, offset: usize, byte: u8) {
        write_byte(place(&self.0, offset, 1), byte);
    }

    /// Stores a word of 8 bytes at an offset, which is a multiple of 8.
    ///
    /// # Panics
    /// Beyond the declared length, or at another offset.
    #[track_caller]
    pub fn write_word(&mut self, offset: usize, word: u64) {
        write_word(place(&self.0, offset, WORD_BYTES), word);
    }
}

/// The address of so many bytes at an offset that is a multiple of them.
#[track_caller]
fn place(handle: &Handle, offset: usize, bytes: usize) -> u64 {
    let (address, length) = handle.place();
    let end = offset.checked_add(bytes);
    assert!(end.is_some_and(|end| end <= length), "beyond the memory");
    assert!(offset.is_multiple_of(bytes), "not aligned");
    (address + offset) as u64
}
