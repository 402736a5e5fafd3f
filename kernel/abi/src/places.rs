//! Places: where a partition's program finds the memory that is not its own segments.
//!
//! A program that wants to know keeps one [`Places`] in the ELF section [`SECTION`]; the
//! designer fills it in, as it does with pins. On machines with an MMU the places are those
//! of [`crate::address`], on machines without one they are physical addresses, so a program
//! that reads them runs on both.

use crate::record::record;

/// Name of the ELF section.
pub const SECTION: &str = ".septum.places";

record! {
    /// The section `.septum.places`. A place that the partition does not have is 0.
    pub struct Places [56] {
        /// [`crate::ABI_VERSION`] that the program was compiled with.
        pub abi_version: u16 = 0,
        /// 0.
        pub reserved: [u8; 6] = 2,
        /// The text of the next `log` call; the partition may write its first
        /// [`crate::limits::LOG_MESSAGE_BYTES`] bytes.
        pub log_buffer: u64 = 8,
        /// The baked steps of a model ([`crate::model`]).
        pub model: u64 = 16,
        /// For the partition that drains the log rings: [`crate::state::LogWriters`].
        pub log_writers: u64 = 24,
        /// For the partition that drains the log rings: [`crate::state::LogReaders`].
        pub log_readers: u64 = 32,
        /// For the partition that drains the log rings: all rings one after another.
        pub log_rings: u64 = 40,
        /// For the monitor partition: [`crate::state::FaultRing`].
        pub faults: u64 = 48,
    }
}

impl Places {
    /// A record that the designer has not filled in.
    pub const UNBOUND: Self = Self {
        abi_version: crate::ABI_VERSION,
        reserved: [0; 6],
        log_buffer: 0,
        model: 0,
        log_writers: 0,
        log_readers: 0,
        log_rings: 0,
        faults: 0,
    };
}
