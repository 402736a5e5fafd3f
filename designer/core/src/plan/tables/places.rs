//! Where each table lies, which is known before what is in it.

use std::mem::offset_of;

use septum_abi::record::Field;
use septum_abi::tables::{
    Header, OrderTable, PartitionTable, PmpTable, QueueTable, SampleTable, WindowTable,
};

use crate::plan::ports::wide;
use crate::spec::RawMmu;
use crate::system::{ChannelKind, System};

/// The addresses of the tables.
#[derive(Debug)]
pub(in crate::plan) struct Places {
    pub(in crate::plan) header: u64,
    partitions: u64,
    /// The first PMP table; none where page tables isolate.
    pmp: Option<u64>,
    /// For each channel its table; 0 for signals.
    pub(in crate::plan) channels: Vec<u64>,
    windows: u64,
    /// For each window the first of its order.
    pub(in crate::plan) orders: Vec<u64>,
    /// The end of all.
    pub(super) end: u64,
}

impl Places {
    /// The addresses for tables that begin at `base`.
    pub(in crate::plan) fn new(system: &System, base: u64) -> Self {
        let mut next = base + size::<Header>();
        let mut list = |count: usize, size: u64| {
            let at = next;
            next += wide(count) * size;
            at
        };
        let partitions = list(system.partitions.len(), size::<PartitionTable>());
        let mut channels = vec![0; system.channels.len()];
        for size in [queue_bytes, sample_bytes] {
            for (place, channel) in channels.iter_mut().zip(&system.channels) {
                if let Some(bytes) = size(channel.kind) {
                    *place = list(1, bytes);
                }
            }
        }
        let windows = list(system.all_windows().count(), size::<WindowTable>());
        let orders = system
            .all_windows()
            .map(|window| list(window.partitions.len() + 1, size::<OrderTable>()))
            .collect();
        let pmp = match system.machine.isolation.mmu {
            RawMmu::Sv39 => None,
            RawMmu::Bare => Some(list(system.partitions.len(), size::<PmpTable>())),
        };
        Self {
            pmp,
            header: base,
            partitions,
            channels,
            windows,
            orders,
            end: next,
        }
    }

    /// The table of a partition.
    pub(in crate::plan) fn partition(&self, index: usize) -> u64 {
        self.partitions + wide(index) * size::<PartitionTable>()
    }

    /// The PMP table of a partition: the header's where page tables isolate.
    pub(in crate::plan) fn pmp(&self, index: usize) -> u64 {
        match self.pmp {
            None => self.header + wide(offset_of!(Header, pmp)),
            Some(first) => first + wide(index) * size::<PmpTable>(),
        }
    }

    /// The table of a window, counted through all schedules.
    pub(in crate::plan) fn window(&self, index: usize) -> u64 {
        self.windows + wide(index) * size::<WindowTable>()
    }
}

fn size<T: Field>() -> u64 {
    wide(T::SIZE_BYTES)
}

/// Length of a queuing channel's table.
fn queue_bytes(kind: ChannelKind) -> Option<u64> {
    matches!(kind, ChannelKind::Queuing { .. }).then(size::<QueueTable>)
}

/// Length of a sampling channel's table.
fn sample_bytes(kind: ChannelKind) -> Option<u64> {
    matches!(kind, ChannelKind::Sampling { .. }).then(size::<SampleTable>)
}
