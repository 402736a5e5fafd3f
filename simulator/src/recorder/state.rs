//! The kernel's state, read from the machine's memory.

use std::mem::offset_of;

use septum_abi::state::{
    Activity, FaultRecord, FaultRing, HartState, PartitionState, QueueState, SampleState,
};

use super::names::Names;
use crate::cpu::Cpu;
use crate::machine::Machine;
use crate::name::Bytes;

/// Copies bytes out of RAM; nothing where there is no RAM.
pub(super) fn bytes(machine: &Machine, address: u64, length: u64) -> Bytes {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    machine
        .with_bus(|bus| bus.ram().slice(address, length).map(Bytes::from))
        .unwrap_or_default()
}

/// The hart's state, once the kernel has written it: a window that ends.
pub(super) fn hart(machine: &Machine, names: &Names) -> Option<HartState> {
    hart_in_memory(machine, names).filter(|hart| hart.window_end != 0)
}

/// The hart's state after the kernel has failed or refused to start, which may be before it
/// has written the rest.
pub(super) fn failure(machine: &Machine, names: &Names) -> Option<HartState> {
    hart_in_memory(machine, names).filter(|hart| hart.failed > 0)
}

fn hart_in_memory(machine: &Machine, names: &Names) -> Option<HartState> {
    let size_bytes = HartState::SIZE_BYTES;
    record(machine, names.hart_state, size_bytes, HartState::from_bytes)
}

fn record<T>(
    machine: &Machine,
    address: u64,
    size_bytes: usize,
    read: impl Fn(&[u8]) -> Option<T>,
) -> Option<T> {
    machine.with_bus(|bus| read(bus.ram().slice(address, size_bytes)?))
}

/// The state of a queue.
pub(super) fn queue(machine: &Machine, address: u64) -> Option<QueueState> {
    let size_bytes = QueueState::SIZE_BYTES;
    record(machine, address, size_bytes, QueueState::from_bytes)
}

/// The state of a sampling channel, once there is a value.
pub(super) fn sample(machine: &Machine, address: u64) -> Option<SampleState> {
    let size_bytes = SampleState::SIZE_BYTES;
    record(machine, address, size_bytes, SampleState::from_bytes).filter(|it| it.written != 0)
}

/// The faults that were recorded after so many, the oldest first, and how many there are now.
pub(super) fn faults(machine: &Machine, names: &Names, seen: u64) -> (Vec<FaultRecord>, u64) {
    let count = |bytes: &[u8]| Some(u64::from_le_bytes(bytes.try_into().ok()?));
    let written = record(machine, names.faults, 8, count).unwrap_or(seen);
    if written == seen {
        return (Vec::new(), seen);
    }
    let size_bytes = FaultRing::SIZE_BYTES;
    let Some(ring) = record(machine, names.faults, size_bytes, FaultRing::from_bytes) else {
        return (Vec::new(), written);
    };
    let length = u64::try_from(ring.records.len()).unwrap_or(u64::MAX);
    let new = written.wrapping_sub(seen).min(length);
    let numbers = (0..new)
        .rev()
        .map(|back| written.wrapping_sub(1 + back) % length);
    let records = numbers.filter_map(|at| ring.records.get(usize::try_from(at).ok()?).copied());
    (records.collect(), written)
}

/// The state of a partition whose registers are loaded: what memory has of them is old.
pub(super) fn running(machine: &Machine, names: &Names, index: usize) -> Option<Partition> {
    let state = partition(machine, names, index)?;
    let registers = machine.cpu().registers();
    Some(Partition {
        status: registers[10],
        value: registers[11],
        ..state
    })
}

/// A partition's state.
pub(super) fn partition(machine: &Machine, names: &Names, index: usize) -> Option<Partition> {
    let address = names.partitions.get(index)?.state;
    record(machine, address, PartitionState::SIZE_BYTES, |bytes| {
        let word = |at: usize| Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
        // `x1` is the first of the registers.
        let register =
            |number: usize| word(offset_of!(PartitionState, registers) + 8 * (number - 1));
        Some(Partition {
            activity: word(offset_of!(PartitionState, activity))?,
            pending: word(offset_of!(PartitionState, pending))?,
            status: register(10)?,
            value: register(11)?,
        })
    })
}

/// What matters of a partition's state.
#[derive(Debug, Clone, Copy)]
pub(super) struct Partition {
    activity: u64,
    pending: u64,
    status: u64,
    value: u64,
}

impl Partition {
    /// What it is doing.
    pub(super) fn activity(&self) -> Option<Activity> {
        Activity::from_number(self.activity)
    }

    /// In `wait` or `receive`.
    pub(super) fn is_waiting(&self) -> bool {
        matches!(
            self.activity(),
            Some(Activity::Waiting | Activity::Receiving)
        )
    }

    /// Neither waits nor has ended nor begins anew.
    pub(super) fn is_ready(&self) -> bool {
        let is_over = matches!(
            self.activity(),
            Some(Activity::Exited | Activity::Halted | Activity::Restarting)
        );
        !is_over && !self.is_waiting()
    }

    /// `a0`: the status of its last call, once that is over.
    pub(super) fn status(&self) -> u64 {
        self.status
    }

    /// `a1`: the value of its last call, once that is over.
    pub(super) fn value(&self) -> u64 {
        self.value
    }

    /// The ports that have something.
    pub(super) fn pending(&self) -> u64 {
        self.pending
    }
}
