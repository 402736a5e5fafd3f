//! Pins: the ports that a program declares in its ELF section `.septum.ports`.
//!
//! The section is an array of [`Pin`]. The program states name, kind, direction, version and
//! message size; the designer matches them with the design and fills in index and buffer.

use crate::ABI_VERSION;
use crate::record::record;

/// Name of the ELF section.
pub const SECTION: &str = ".septum.ports";

/// Longest name of a port in bytes; shorter ones are followed by zero bytes.
pub const NAME_BYTES: usize = 32;

/// [`Pin::index`] before the designer has filled it in.
pub const UNBOUND: u32 = u32::MAX;

/// [`Pin::kind`]: a queuing channel.
pub const KIND_QUEUING: u8 = 1;
/// [`Pin::kind`]: a signal channel.
pub const KIND_SIGNAL: u8 = 2;
/// [`Pin::kind`]: a device interrupt; its direction is always in.
pub const KIND_INTERRUPT: u8 = 3;
/// [`Pin::kind`]: a sampling channel.
pub const KIND_SAMPLING: u8 = 4;

/// [`Pin::direction`]: into the partition.
pub const DIRECTION_IN: u8 = 1;
/// [`Pin::direction`]: out of the partition.
pub const DIRECTION_OUT: u8 = 2;

/// [`Pin::kind`]: a shared memory. [`DIRECTION_IN`] declares one that the program reads,
/// [`DIRECTION_OUT`] one that it writes as well; [`Pin::message_bytes`] is the length in bytes
/// that it needs, [`Pin::buffer`] becomes the virtual address, [`Pin::index`] the memory's
/// position in the design.
pub const KIND_MEMORY: u8 = 5;

record! {
    /// One entry of `.septum.ports`.
    pub struct Pin [56] {
        /// The port's name in the design, then zero bytes.
        pub name: [u8; 32] = 0,
        /// `KIND_*`.
        pub kind: u8 = 32,
        /// `DIRECTION_*`.
        pub direction: u8 = 33,
        /// [`crate::ABI_VERSION`] that the program was compiled with.
        pub abi_version: u16 = 34,
        /// Largest message or value in bytes that the program sends or can take; 0 for signals
        /// and interrupts.
        pub message_bytes: u32 = 36,
        /// The port's number, filled in by the designer; [`UNBOUND`] before.
        pub index: u32 = 40,
        /// 0.
        pub reserved: u32 = 44,
        /// Virtual address of the port buffer, filled in by the designer.
        pub buffer: u64 = 48,
    }
}

impl Pin {
    /// The declaration of a port: what the designer fills in is still open.
    ///
    /// # Panics
    /// When the name has more than [`NAME_BYTES`]; where this is evaluated by the compiler, that
    /// is an error of the build.
    #[must_use]
    pub const fn declare(name: &str, kind: u8, direction: u8, message_bytes: u32) -> Self {
        assert!(name.len() <= NAME_BYTES);
        let mut bytes = [0; NAME_BYTES];
        let mut i = 0;
        while i < name.len() {
            bytes[i] = name.as_bytes()[i];
            i += 1;
        }
        Self {
            name: bytes,
            kind,
            direction,
            abi_version: ABI_VERSION,
            message_bytes,
            index: UNBOUND,
            reserved: 0,
            buffer: 0,
        }
    }
}
