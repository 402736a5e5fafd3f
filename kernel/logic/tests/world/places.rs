//! Where everything lies: state first, then memory, then the constant tables.

use septum_abi::state::{
    FaultRing, HartState, LogReaders, LogWriters, PartitionState, QueueState, SampleState,
};
use septum_abi::tables::{
    Header, OrderTable, PartitionTable, QueueTable, RestoreTable, SampleTable, WindowTable,
    slot_bytes,
};

use super::{Channel, Design, wide};

/// The addresses.
#[derive(Debug, Default)]
pub(crate) struct Places {
    pub(crate) hart: u64,
    pub(crate) idle: u64,
    pub(crate) states: Vec<u64>,
    pub(crate) channel_states: Vec<u64>,
    pub(crate) writers: u64,
    pub(crate) readers: u64,
    pub(crate) faults: u64,
    /// The end of the state and the begin of the memory.
    pub(crate) memory: u64,
    /// Slots of queues, values of sampling channels.
    pub(crate) slots: Vec<u64>,
    /// For each partition the buffer of each port.
    pub(crate) buffers: Vec<Vec<u64>>,
    pub(crate) log_buffers: Vec<u64>,
    pub(crate) log_rings: Vec<u64>,
    /// For each partition the parts of its memory that are restored.
    pub(crate) restored: Vec<Vec<u64>>,
    /// Their copies.
    pub(crate) pristine: Vec<Vec<u64>>,
    /// The end of the memory.
    pub(crate) memory_end: u64,
    pub(crate) header: u64,
    pub(crate) tables: Vec<u64>,
    pub(crate) restores: Vec<Vec<u64>>,
    pub(crate) channel_tables: Vec<u64>,
    pub(crate) windows: Vec<u64>,
    pub(crate) orders: Vec<u64>,
    pub(crate) end: u64,
}

/// Hands out one place after another, 16-byte aligned.
struct Next(u64);

impl Next {
    fn take(&mut self, bytes: u64) -> u64 {
        let at = self.0;
        self.0 += bytes.next_multiple_of(16);
        at
    }

    fn record(&mut self, bytes: usize) -> u64 {
        self.take(wide(bytes))
    }

    fn records(&mut self, count: usize, bytes: usize) -> Vec<u64> {
        (0..count).map(|_| self.record(bytes)).collect()
    }
}

impl Places {
    /// The places from `base` on.
    pub(crate) fn new(design: &Design, base: u64) -> Self {
        let mut next = Next(base);
        let mut places = Self::default();
        places.state(design, &mut next);
        places.memory = next.0;
        places.memory(design, &mut next);
        places.memory_end = next.0;
        places.tables(design, &mut next);
        places.end = next.0;
        places
    }

    fn state(&mut self, design: &Design, next: &mut Next) {
        self.hart = next.record(HartState::SIZE_BYTES);
        self.idle = next.record(PartitionState::SIZE_BYTES);
        self.states = next.records(design.partitions.len(), PartitionState::SIZE_BYTES);
        let channels = design.channels.iter();
        self.channel_states = channels
            .map(|channel| match channel {
                Channel::Queuing { .. } => next.record(QueueState::SIZE_BYTES),
                Channel::Sampling { .. } => next.record(SampleState::SIZE_BYTES),
                Channel::Signal => 0,
            })
            .collect();
        self.writers = next.record(LogWriters::SIZE_BYTES);
        self.readers = next.record(LogReaders::SIZE_BYTES);
        self.faults = next.record(FaultRing::SIZE_BYTES);
    }

    fn memory(&mut self, design: &Design, next: &mut Next) {
        let channels = design.channels.iter();
        self.slots = channels
            .map(|channel| match *channel {
                Channel::Queuing { bytes, depth } => {
                    next.take(slot_bytes(bytes) * depth.next_power_of_two())
                }
                Channel::Sampling { bytes, .. } => next.take(bytes),
                Channel::Signal => 0,
            })
            .collect();
        let longest = design.channels.iter().map(|channel| channel.bytes()).max();
        for member in &design.partitions {
            let ports = member.ports.iter();
            let buffers = ports.map(|_| next.take(longest.unwrap_or(0))).collect();
            self.buffers.push(buffers);
            self.log_buffers.push(next.take(256));
            self.log_rings.push(next.take(member.log_bytes));
            let parts = member.memory.iter();
            let restored = parts.clone().map(|part| next.take(part.0)).collect();
            self.restored.push(restored);
            self.pristine
                .push(parts.map(|part| next.take(part.0)).collect());
        }
    }

    fn tables(&mut self, design: &Design, next: &mut Next) {
        self.header = next.record(Header::SIZE_BYTES);
        self.tables = next.records(design.partitions.len(), PartitionTable::SIZE_BYTES);
        let members = design.partitions.iter();
        self.restores = members
            .map(|member| next.records(member.memory.len(), RestoreTable::SIZE_BYTES))
            .collect();
        let channels = design.channels.iter();
        self.channel_tables = channels
            .map(|channel| match channel {
                Channel::Queuing { .. } => next.record(QueueTable::SIZE_BYTES),
                Channel::Sampling { .. } => next.record(SampleTable::SIZE_BYTES),
                Channel::Signal => 0,
            })
            .collect();
        let windows = design.all_windows();
        self.windows = next.records(windows.count(), WindowTable::SIZE_BYTES);
        self.orders = design
            .all_windows()
            .map(|(_, order)| next.take(wide((order.len() + 1) * OrderTable::SIZE_BYTES)))
            .collect();
    }
}
