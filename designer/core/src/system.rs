//! The checked system: every name resolved, every number in range.
//!
//! Only [`crate::check`] makes one. Indices are positions in the lists of the same
//! [`System`]; the port number of a port is its position in [`Partition::ports`].

mod step;

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

pub use crate::spec::{
    FaultCause, RawHealthAction as HealthAction, RawPermissions as Permissions,
    RawTouch as TouchAccess,
};
use crate::spec::{RawDevice, RawIsolation, RawRange};
pub use step::{Payload, Step};

macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub struct $name(usize);

        impl $name {
            /// For the checker and for iteration over the list itself.
            #[must_use]
            pub(crate) const fn new(position: usize) -> Self {
                Self(position)
            }

            /// Position in the list.
            #[must_use]
            pub const fn get(self) -> usize {
                self.0
            }
        }
    };
}

index!(
    /// Position of a partition in [`System::partitions`].
    PartitionIndex
);
index!(
    /// Position of a channel in [`System::channels`].
    ChannelIndex
);
index!(
    /// Position of a device in [`Machine::devices`].
    DeviceIndex
);
index!(
    /// Port number: position in [`Partition::ports`].
    PortIndex
);

/// A design without errors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct System {
    /// Name of the system.
    pub name: String,
    /// What the draws of program models begin with.
    pub seed: u64,
    /// The hardware.
    pub machine: Machine,
    /// The isolated programs, in the spec's order.
    pub partitions: Vec<Partition>,
    /// Connections, in the spec's order.
    pub channels: Vec<Channel>,
    /// Shared memories, in the spec's order.
    pub memories: Vec<Memory>,
    /// One or two: the first runs at boot, the second is that of the safe mode.
    pub schedules: Vec<Schedule>,
}

impl System {
    /// The windows of the schedule that runs at boot.
    #[must_use]
    pub fn windows(&self) -> &[Window] {
        self.schedules.first().map_or(&[], |it| &it.windows)
    }

    /// The windows of all schedules, one after another.
    pub fn all_windows(&self) -> impl Iterator<Item = &Window> + Clone {
        self.schedules.iter().flat_map(|schedule| &schedule.windows)
    }

    /// Length of the major frame of the schedule that runs at boot, in ticks of `mtime`.
    #[must_use]
    pub fn major_frame_ticks(&self) -> u64 {
        self.schedules.first().map_or(0, |it| it.major_frame_ticks)
    }

    /// The schedule of the safe mode.
    #[must_use]
    pub fn safe_schedule(&self) -> Option<&Schedule> {
        self.schedules.get(1)
    }

    /// The partition of this name.
    #[must_use]
    pub fn partition(&self, name: &str) -> Option<PartitionIndex> {
        let position = self.partitions.iter().position(|it| it.name == name);
        position.map(PartitionIndex::new)
    }

    /// The partition that manages the others and reads the records of faults.
    #[must_use]
    pub fn monitor(&self) -> Option<PartitionIndex> {
        let position = self.partitions.iter().position(|it| it.permissions.manage);
        position.map(PartitionIndex::new)
    }
}

/// The hardware.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Machine {
    /// Name of the machine.
    pub name: String,
    /// Number of harts, 1 to [`MAX_HARTS`]; 1 in a system.
    pub harts: usize,
    /// Frequency of `mtime` in hertz; divides 1 GHz.
    pub timebase_hz: u64,
    /// Virtual nanoseconds for one instruction, at least 1.
    pub ns_per_instruction: u64,
    /// RAM ranges, at least one, disjoint.
    pub ram: Vec<RawRange>,
    /// Devices, disjoint from each other and from RAM.
    pub devices: Vec<RawDevice>,
    /// Isolation hardware.
    pub isolation: RawIsolation,
    /// Whether S-mode has a timer of its own, `stimecmp` (extension Sstc).
    pub sstc: bool,
}

/// Harts that a machine has at most: as many as QEMU `virt` had at first.
pub const MAX_HARTS: usize = 8;

impl Machine {
    /// Nanoseconds in one tick of `mtime`.
    #[must_use]
    pub fn ns_per_tick(&self) -> u64 {
        1_000_000_000 / self.timebase_hz
    }
}

/// One isolated program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Partition {
    /// Name, unique.
    pub name: String,
    /// What it runs.
    pub program: Program,
    /// Stack in bytes, whole pages.
    pub stack_bytes: u64,
    /// Log ring in bytes, a power of two, or 0.
    pub log_bytes: u64,
    /// Devices that it may touch.
    pub devices: Vec<DeviceIndex>,
    /// Its ports by number: channel ends in the order of the channels, then interrupts.
    pub ports: Vec<Port>,
    /// System calls beyond its ports.
    pub permissions: Permissions,
    /// Longest time in ticks from becoming ready until it waits again.
    pub deadline_ticks: Option<u64>,
    /// What is done about its faults.
    pub health: Health,
}

/// What is done about the faults of a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Health {
    actions: [HealthAction; FaultCause::ALL.len()],
    /// How often it is restarted at most, then it is halted; `None` without limit.
    pub restart_limit: Option<u64>,
    /// Pause before each restart in ticks.
    pub backoff_ticks: u64,
}

impl Health {
    /// The action that `of` gives for each cause.
    #[must_use]
    pub fn new(
        of: impl Fn(FaultCause) -> HealthAction,
        restart_limit: Option<u64>,
        backoff_ticks: u64,
    ) -> Self {
        Self {
            actions: FaultCause::ALL.map(of),
            restart_limit,
            backoff_ticks,
        }
    }

    /// Each cause with what is done about it, in the order of [`FaultCause::ALL`].
    pub fn actions(&self) -> impl Iterator<Item = (FaultCause, HealthAction)> {
        FaultCause::ALL.into_iter().zip(self.actions)
    }
}

/// A partition's end of a channel or of an interrupt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Port {
    /// Name, unique in the partition.
    pub name: String,
    /// What is behind it.
    pub kind: PortKind,
}

/// What is behind a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum PortKind {
    /// The sending end of a channel.
    Out(ChannelIndex),
    /// The receiving end of a channel.
    In(ChannelIndex),
    /// A device interrupt.
    Interrupt {
        /// The device that raises it.
        device: DeviceIndex,
        /// PLIC source number.
        source: u32,
    },
}

/// A partition's code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Program {
    /// A static RISC-V ELF, checked to be one that can be placed.
    Elf {
        /// The path in the spec.
        path: String,
        /// The file. Serialized as its SHA-256.
        #[serde(serialize_with = "fingerprint")]
        bytes: Vec<u8>,
    },
    /// Steps for the prebuilt player; blocks are balanced, the port kinds fit.
    Model(Vec<Step>),
}

/// Serializes the SHA-256 of a file in its place.
fn fingerprint<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    <[u8; 32]>::from(Sha256::digest(bytes)).serialize(serializer)
}

/// A one-way connection between two ports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Channel {
    /// Name, unique.
    pub name: String,
    /// Semantics.
    pub kind: ChannelKind,
    /// The sender.
    pub from: End,
    /// The receiver.
    pub to: End,
}

/// The kinds of channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ChannelKind {
    /// First in, first out.
    Queuing {
        /// Largest message in bytes.
        message_bytes: u32,
        /// Messages that fit.
        depth: u32,
    },
    /// The last value, with an age.
    Sampling {
        /// Largest message in bytes.
        message_bytes: u32,
        /// Older than so many ticks is not valid; at least 1.
        validity_ticks: u64,
    },
    /// One bit, coalescing.
    Signal,
}

/// One end of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct End {
    /// The partition.
    pub partition: PartitionIndex,
    /// Its port.
    pub port: PortIndex,
}

/// A named shared region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// Name, unique.
    pub name: String,
    /// Length in bytes: whole pages, at least one.
    pub size_bytes: u64,
    /// Who may use it, in the spec's order, each partition once.
    pub grants: Vec<MemoryGrant>,
}

/// A partition's right to a shared memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MemoryGrant {
    /// The partition; it may read.
    pub partition: PartitionIndex,
    /// Whether it may write as well.
    pub write: bool,
}

/// The windows of the one hart, again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Schedule {
    /// Name, unique.
    pub name: String,
    /// Length of the major frame in ticks of `mtime`.
    pub major_frame_ticks: u64,
    /// In order; their lengths add up to the major frame.
    pub windows: Vec<Window>,
}

/// A slice of the major frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Window {
    /// Start in ticks from the beginning of the frame.
    pub start_ticks: u64,
    /// Length in ticks.
    pub duration_ticks: u64,
    /// Most important first; never empty.
    pub partitions: Vec<PartitionIndex>,
}
