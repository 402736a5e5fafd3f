//! The kernel's state, read from the machine's memory.

use septum_abi::state::{Activity, HartState, PartitionState};

use super::names::Names;
use crate::cpu::Cpu;
use crate::machine::Machine;

/// Copies bytes out of RAM; nothing where there is no RAM.
pub(super) fn bytes(machine: &Machine, address: u64, length: u64) -> Vec<u8> {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    machine
        .with_bus(|bus| bus.ram().slice(address, length).map(<[u8]>::to_vec))
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
    let read = |bus: &crate::bus::Bus| {
        HartState::from_bytes(bus.ram().slice(names.hart_state, HartState::SIZE_BYTES)?)
    };
    machine.with_bus(read)
}

/// The state of a partition whose registers are loaded: what memory has of them is old.
pub(super) fn running(machine: &Machine, names: &Names, index: usize) -> Option<Partition> {
    let mut state = partition(machine, names, index)?;
    let [_, registers @ ..] = machine.cpu().registers();
    state.0.registers = registers;
    Some(state)
}

/// A partition's state.
pub(super) fn partition(machine: &Machine, names: &Names, index: usize) -> Option<Partition> {
    let address = names.partitions.get(index)?.state;
    let read = |bus: &crate::bus::Bus| {
        PartitionState::from_bytes(bus.ram().slice(address, PartitionState::SIZE_BYTES)?)
    };
    machine.with_bus(read).map(Partition)
}

/// A partition's state with the names of its parts.
pub(super) struct Partition(PartitionState);

impl Partition {
    /// What it is doing.
    pub(super) fn activity(&self) -> Option<Activity> {
        Activity::from_number(self.0.activity)
    }

    /// In `wait` or `receive`.
    pub(super) fn is_waiting(&self) -> bool {
        matches!(
            self.activity(),
            Some(Activity::Waiting | Activity::Receiving)
        )
    }

    /// Neither waits nor has ended.
    pub(super) fn is_ready(&self) -> bool {
        self.activity() == Some(Activity::Ready)
    }

    /// `a0`: the status of its last call, once that is over.
    pub(super) fn status(&self) -> u64 {
        self.0.registers[9]
    }

    /// `a1`: the value of its last call, once that is over.
    pub(super) fn value(&self) -> u64 {
        self.0.registers[10]
    }

    /// The ports that have something.
    pub(super) fn pending(&self) -> u64 {
        self.0.pending
    }
}
