//! The spec as it is written: a serde mirror of the Dhall package in `templates/`.
//!
//! Everything here is *raw*: names may dangle, sizes may be nonsense. The checker turns a
//! [`RawSystem`] into a [`crate::system::System`], which cannot be built wrong.
//! Units are in the field names; every number is a Dhall `Natural`.

mod step;

use serde::{Deserialize, Serialize};

pub use crate::health::{FaultCause, RawHealth, RawHealthAction, RawRestart};
pub use step::{PortRole, RawPayload, RawStep, RawTouch, UsedPort};

/// The version of the spec that this program reads and writes (`RawSystem::format`).
pub const FORMAT: u64 = 1;

/// One complete design, as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawSystem {
    /// Version of the spec's format; [`FORMAT`] is the only one so far.
    pub format: u64,
    /// Name of the system, for titles and reports.
    pub name: String,
    /// What the draws of program models begin with: another seed, other draws.
    pub seed: u64,
    /// The hardware as data.
    pub machine: RawMachine,
    /// The isolated programs.
    pub partitions: Vec<RawPartition>,
    /// One-way connections between ports.
    pub channels: Vec<RawChannel>,
    /// Named shared regions.
    pub memories: Vec<RawMemory>,
    /// Schedules; the first is the one that the system boots with, the second that of the safe
    /// mode.
    pub schedules: Vec<RawSchedule>,
    /// Statements about the design that must hold.
    pub rules: Vec<RawRule>,
}

/// The hardware: harts, RAM, devices, timer, isolation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawMachine {
    /// Name, such as `qemu-virt`.
    pub name: String,
    /// Number of harts.
    pub harts: u64,
    /// Frequency of `mtime` in hertz (QEMU `virt`: 10 MHz).
    pub timebase_hz: u64,
    /// Virtual nanoseconds that the simulator charges for one instruction.
    pub ns_per_instruction: u64,
    /// RAM ranges. The kernel and everything else is placed in the first one.
    pub ram: Vec<RawRange>,
    /// Memory-mapped devices.
    pub devices: Vec<RawDevice>,
    /// What keeps partitions apart.
    pub isolation: RawIsolation,
    /// Whether S-mode has a timer of its own, `stimecmp` (extension Sstc). Nothing of ours uses it.
    #[serde(default)]
    pub sstc: bool,
}

/// A range of physical addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawRange {
    /// First address.
    pub base: u64,
    /// Length in bytes.
    pub size_bytes: u64,
}

/// A memory-mapped device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawDevice {
    /// Name, unique in the machine.
    pub name: String,
    /// What it is.
    pub kind: RawDeviceKind,
    /// First address.
    pub base: u64,
    /// Length in bytes.
    pub size_bytes: u64,
    /// PLIC interrupt sources that the device raises (1 and up).
    pub interrupts: Vec<u64>,
    /// Whether the device can write memory by itself.
    pub dma: bool,
}

impl RawDevice {
    /// Whether the device reads and writes memory by itself: a virtio device has its buffers
    /// there, whatever the design says of it.
    #[must_use]
    pub fn reaches_memory(&self) -> bool {
        self.dma || self.kind == RawDeviceKind::VirtioMmio
    }
}

/// The kinds of device that the simulator knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RawDeviceKind {
    /// Core-local interruptor: `mtime`, `mtimecmp`, `msip`. The kernel's.
    Clint,
    /// Platform-level interrupt controller. The kernel's.
    Plic,
    /// 16550-compatible UART.
    Uart16550,
    /// SiFive test finisher: powers the machine off with an exit code. The kernel's.
    TestFinisher,
    /// Real-time clock (Goldfish).
    Rtc,
    /// A virtio-mmio transport.
    VirtioMmio,
}

/// What keeps partitions apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawIsolation {
    /// Address translation.
    pub mmu: RawMmu,
    /// Width of the ASID field that the machine implements, 0..16.
    pub asid_bits: u64,
    /// Number of PMP entries: 0, 16 or 64 implemented (fewer usable counts as fewer).
    pub pmp_entries: u64,
    /// Granularity of PMP ranges in bytes (4 and up, a power of two).
    pub pmp_grain_bytes: u64,
}

/// Address translation for U-mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RawMmu {
    /// None: PMP alone isolates.
    Bare,
    /// Three-level page tables.
    Sv39,
}

/// One isolated program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawPartition {
    /// Name, unique in the system.
    pub name: String,
    /// The hart that it is pinned to.
    pub hart: u64,
    /// What it runs.
    pub program: RawProgram,
    /// Stack in bytes (whole pages; a guard page is added below).
    pub stack_bytes: u64,
    /// Ring for `log` records, in bytes (a power of two); 0 without the right to log.
    pub log_bytes: u64,
    /// Names of the devices that it may touch.
    pub devices: Vec<String>,
    /// Interrupts that arrive at ports of this partition.
    pub interrupts: Vec<RawInterrupt>,
    /// System calls beyond its ports.
    pub permissions: RawPermissions,
    /// Longest time in nanoseconds from becoming ready until it waits again; `None` without
    /// such a bound.
    pub deadline_ns: Option<u64>,
    /// What is done about its faults.
    pub health: RawHealth,
}

/// Where a partition's code comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RawProgram {
    /// A static RISC-V ELF, path relative to the spec's file.
    Elf(String),
    /// Steps that the prebuilt player plays. `Loop` and `End` bracket each other, and so do
    /// `IfByte`, `Else` and `End`.
    Model(Vec<RawStep>),
}

/// A device interrupt delivered to a partition as a port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawInterrupt {
    /// Name of the port.
    pub port: String,
    /// Name of the device that raises it.
    pub device: String,
    /// PLIC source number.
    pub source: u64,
}

/// System calls beyond a partition's ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawPermissions {
    /// `log`.
    pub log: bool,
    /// `now`, and deadlines.
    pub clock: bool,
    /// `restart` and `stop` of other partitions, and the records of all faults: it is the
    /// monitor, of which there is at most one.
    pub manage: bool,
    /// `safe_mode`.
    pub safe_mode: bool,
}

/// A one-way connection between two ports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawChannel {
    /// Name, unique in the system.
    pub name: String,
    /// Semantics (ARINC 653 for queuing and sampling).
    pub kind: RawChannelKind,
    /// Where messages come from.
    pub from: RawEnd,
    /// Where they go.
    pub to: RawEnd,
}

/// The kinds of channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RawChannelKind {
    /// First in, first out; full is an error for the sender.
    Queuing {
        /// Largest message in bytes.
        message_bytes: u64,
        /// Messages that fit.
        depth: u64,
    },
    /// The last value, with an age.
    Sampling {
        /// Largest message in bytes.
        message_bytes: u64,
        /// Older than this is not valid, in nanoseconds.
        validity_ns: u64,
    },
    /// One bit, coalescing.
    Signal,
}

/// One end of a channel: a port of a partition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RawEnd {
    /// Name of the partition.
    pub partition: String,
    /// Name of the port, unique in the partition.
    pub port: String,
}

/// A named shared region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawMemory {
    /// Name, unique in the system.
    pub name: String,
    /// Length in bytes: whole pages.
    pub size_bytes: u64,
    /// Who may use it.
    pub grants: Vec<RawGrant>,
}

/// A partition's right to a shared memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawGrant {
    /// Name of the partition.
    pub partition: String,
    /// May write as well as read.
    pub write: bool,
}

/// The windows of every hart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawSchedule {
    /// Name, unique in the system.
    pub name: String,
    /// Length of the cycle in nanoseconds.
    pub major_frame_ns: u64,
    /// One after another, from the start of the frame; grouped by hart.
    pub windows: Vec<RawWindow>,
}

/// A slice of a hart's major frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawWindow {
    /// The hart.
    pub hart: u64,
    /// Length in nanoseconds.
    pub duration_ns: u64,
    /// Names of partitions, most important first; the first ready one runs.
    pub partitions: Vec<String>,
}

/// A statement about the design that must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RawRule {
    /// Nothing that `from` does can influence `to`.
    NoFlow {
        /// Name of a partition.
        from: String,
        /// Name of a partition.
        to: String,
    },
    /// Everything that flows from `from` to `to` passes `via`.
    AllFlowThrough {
        /// Name of a partition.
        from: String,
        /// Name of a partition.
        to: String,
        /// Name of a partition.
        via: String,
    },
    /// A message takes at most so long.
    MaxLatency {
        /// Name of a channel.
        channel: String,
        /// Bound in nanoseconds.
        ns: u64,
    },
}
