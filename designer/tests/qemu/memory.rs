//! What the kernel has written down, read from a machine's memory from outside.

use septum_abi::state::{Activity, FaultRecord, FaultRing, HartState, PartitionState};
use septum_core::plan::Plan;
use septum_simulator::simulation::Simulation;

/// A machine whose physical memory can be read while it stands still.
pub(crate) trait Memory {
    /// Bytes of physical memory.
    fn memory(&mut self, address: u64, length: usize) -> Vec<u8>;

    /// What the hart is doing.
    fn hart(&mut self, plan: &Plan) -> HartState {
        let bytes = self.memory(plan.tables.header.state, HartState::SIZE_BYTES);
        HartState::from_bytes(&bytes).expect("all of it")
    }

    /// What a partition is doing.
    fn partition(&mut self, plan: &Plan, index: usize) -> PartitionState {
        let bytes = self.memory(plan.partitions[index].state, PartitionState::SIZE_BYTES);
        PartitionState::from_bytes(&bytes).expect("all of it")
    }

    /// The faults so far, the oldest first; not more than the ring holds.
    fn faults(&mut self, plan: &Plan) -> Vec<FaultRecord> {
        let bytes = self.memory(plan.tables.header.faults, FaultRing::SIZE_BYTES);
        let ring = FaultRing::from_bytes(&bytes).expect("all of it");
        let written = usize::try_from(ring.written).expect("a few");
        assert!(written <= ring.records.len());
        ring.records[..written].to_vec()
    }

    /// The fault that halted each partition; none for one that is not halted.
    fn halts(&mut self, plan: &Plan) -> Vec<Option<FaultRecord>> {
        let faults = self.faults(plan);
        let mut halt = |index: usize| {
            let is_own = |fault: &FaultRecord| usize::try_from(fault.partition) == Ok(index);
            let own: Vec<_> = faults.iter().copied().filter(is_own).collect();
            assert!(own.len() < 2, "a halted partition faults no more");
            let activity = self.partition(plan, index).activity;
            assert_eq!(activity == Activity::Halted.number(), own.len() == 1);
            own.first().copied()
        };
        (0..plan.partitions.len()).map(&mut halt).collect()
    }
}

impl Memory for Simulation {
    fn memory(&mut self, address: u64, length: usize) -> Vec<u8> {
        self.read_memory(address, length).expect("it is RAM")
    }
}
