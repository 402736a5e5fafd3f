//! Regions: what lies where in physical memory.

use crate::system::{PartitionIndex, PortIndex};

/// A page; the unit of placement and of rights.
pub const PAGE_BYTES: u64 = 4096;
const _: () = assert!(septum_abi::limits::PAGE_BYTES == 4096);

/// A range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    /// First address.
    pub base: u64,
    /// Length in bytes.
    pub size_bytes: u64,
}

impl Range {
    /// First address after the range. Saturates, so that a range at the end of the address
    /// space loses its last byte rather than wrapping to 0.
    #[must_use]
    pub const fn end(&self) -> u64 {
        self.base.saturating_add(self.size_bytes)
    }

    /// Whether the address is inside.
    #[must_use]
    pub const fn contains(&self, address: u64) -> bool {
        self.base <= address && address < self.end()
    }

    /// Whether some address is in both.
    #[must_use]
    pub const fn overlaps(&self, other: &Self) -> bool {
        self.base < other.end() && other.base < self.end()
    }

    /// The smallest range of whole units around this one; `unit` is a power of two.
    #[must_use]
    pub fn widened(&self, unit: u64) -> Self {
        let base = self.base - self.base % unit;
        let end = self
            .end()
            .checked_next_multiple_of(unit)
            .unwrap_or(u64::MAX);
        Self {
            base,
            size_bytes: end - base,
        }
    }
}

/// What a region is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegionKind {
    /// The kernel's code and constants.
    KernelCode,
    /// The tables that configure the kernel; never written.
    KernelTables,
    /// What the kernel knows about the hart, the partitions and the channels, and its stacks.
    KernelState,
    /// The records of the health monitor.
    Faults,
    /// The messages of all channels.
    Queues,
    /// What restarts restore, with the tables that say where.
    Pristine,
    /// A shared memory.
    Memory,
    /// The writing sides of the log rings.
    LogWriters,
    /// The reading sides of the log rings.
    LogReaders,
    /// The log rings.
    LogRings,
    /// A loadable segment of a partition's program.
    Segment {
        /// Stores are allowed.
        writable: bool,
        /// Instruction fetches are allowed.
        executable: bool,
    },
    /// The baked steps of a model.
    Model,
    /// The buffer that log texts are written to.
    LogBuffer,
    /// The buffer of a queuing port.
    PortBuffer(PortIndex),
    /// A partition's stack.
    Stack,
    /// Page tables of a partition.
    PageTables,
}

/// What is in a region when the machine starts. What the contents do not cover is zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contents {
    /// Nothing.
    Zero,
    /// The prebuilt kernel.
    Kernel,
    /// [`super::Plan::tables`].
    Tables,
    /// Those of [`super::Plan::page_tables`] that lie in the region.
    PageTables,
    /// These bytes.
    Bytes(Vec<u8>),
}

/// A named range of RAM, disjoint from all others; whole pages, but for what belongs to a
/// partition on a machine without an MMU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// Unique name: `kernel.stack`, and for what belongs to a partition `ping/stack`, because
    /// no partition has a `/` in its name.
    pub name: String,
    /// Where it lies in physical memory.
    pub range: Range,
    /// What it is for.
    pub kind: RegionKind,
    /// The partition that it belongs to; `None`: the kernel, or the log.
    pub owner: Option<PartitionIndex>,
    /// What is in it at first.
    pub contents: Contents,
}
