//! The kernel: tables, state and machine, seen together for the length of one trap.

use septum_abi::state::{FaultRing, HartState, LogReaders, LogWriters, PartitionState, QueueState};
use septum_abi::tables::{
    ChannelTable, Header, PartitionTable, PortTable, SourceTable, WindowTable,
};

use crate::Hardware;

/// Everything that a decision can depend on or change.
#[derive(Debug)]
pub struct Kernel<'a, H> {
    /// The head of the tables.
    pub header: &'a Header,
    /// One for each partition.
    pub partitions: &'a [PartitionTable],
    /// The ports of all partitions.
    pub ports: &'a [PortTable],
    /// The channels.
    pub channels: &'a [ChannelTable],
    /// The windows of the frame.
    pub windows: &'a [WindowTable],
    /// Partition indices that windows refer to.
    pub order: &'a [u64],
    /// One for each interrupt source.
    pub sources: &'a [SourceTable],
    /// The hart.
    pub hart: &'a mut HartState,
    /// One for each partition.
    pub states: &'a mut [PartitionState],
    /// One for each channel.
    pub queues: &'a mut [QueueState],
    /// Writing sides of the log rings.
    pub writers: &'a mut LogWriters,
    /// Reading sides of the log rings.
    pub readers: &'a mut LogReaders,
    /// The faults so far.
    pub faults: &'a mut FaultRing,
    /// The machine.
    pub hardware: H,
}

/// Who runs after a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Next {
    /// Who has made it, at once.
    Same,
    /// Whom [`Kernel::resume`] chooses.
    Chosen,
}

/// How to return to U-mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resume {
    /// The partition.
    pub partition: u64,
    /// 0: at once. Otherwise a window begins: wait until the timer, which is armed for the end
    /// of the pad, is due, then set it to this and let external interrupts in.
    pub timer_after_pad: u64,
}

/// The element of a table.
pub(crate) fn at<H: Hardware, T>(table: &[T], index: u64) -> &T {
    match usize::try_from(index)
        .ok()
        .and_then(|index| table.get(index))
    {
        Some(element) => element,
        None => H::broken(),
    }
}

/// The element of a table of state.
pub(crate) fn at_mut<H: Hardware, T>(table: &mut [T], index: u64) -> &mut T {
    match usize::try_from(index)
        .ok()
        .and_then(|index| table.get_mut(index))
    {
        Some(element) => element,
        None => H::broken(),
    }
}

/// The bit of a port that a table names.
pub(crate) const fn bit(port: u64) -> u64 {
    1 << (port & 63)
}

impl<H: Hardware> Kernel<'_, H> {
    pub(crate) fn partition(&self, index: u64) -> &PartitionTable {
        at::<H, _>(self.partitions, index)
    }

    pub(crate) fn state(&mut self, index: u64) -> &mut PartitionState {
        at_mut::<H, _>(self.states, index)
    }
}
