//! The devices of the machine: state and rules, no I/O.
//!
//! A device is its registers, the level of its interrupt line, and the instant at which it
//! will change that level by itself. What it does to the outside (a byte on the wire, power
//! off) it keeps until the bus collects it. Virtio devices reach memory beside that: the bus hands
//! them the RAM, and RAM alone, after each access and at each instant of theirs.

mod clint;
mod finisher;
mod plic;
mod rtc;
mod uart;
mod virtio;

pub use clint::Clint;
pub use finisher::{Finisher, PowerOff};
pub use plic::{Plic, SOURCES};
pub use rtc::Rtc;
pub use uart::Uart;
pub use virtio::{
    Block, CHAIN_BYTES, Console, Entropy, Layout, NotSectors, SECTOR_BYTES, VirtioDevice,
    VirtioMmio,
};

/// A memory-mapped device.
///
/// `offset` is relative to the device's base and aligned to `width`, which is 1, 2, 4 or 8.
pub trait Device {
    /// Whether the device answers an access of this width there; if not, the hart gets an
    /// access fault.
    fn accepts(&self, offset: u64, width: usize) -> bool;

    /// Loads a register; reading may have effects.
    fn read(&mut self, offset: u64, width: usize, now_ns: u64) -> u64;

    /// Stores to a register.
    fn write(&mut self, offset: u64, value: u64, width: usize, now_ns: u64);

    /// Level of its interrupt line to the PLIC.
    fn interrupt(&self) -> bool {
        false
    }

    /// The next instant after `now_ns` at which the device changes by itself, if any.
    fn next_change_ns(&self, _now_ns: u64) -> Option<u64> {
        None
    }

    /// Brings the device to `now_ns`.
    fn advance(&mut self, _now_ns: u64) {}
}
