//! Faults: recorded, and the partition runs no more.

use septum_abi::limits::FAULT_RECORDS;
use septum_abi::state::{Activity, FaultRecord};

use crate::kernel::at_mut;
use crate::{Hardware, Kernel};

/// Position in the ring of a count of records; the ring's length is a power of two.
const FAULT_MASK: u64 = 63;
const _: () = assert!(FAULT_RECORDS == 64);

impl<H: Hardware> Kernel<'_, H> {
    /// The running partition has caused an exception at its saved `pc`.
    pub fn on_fault(&mut self, cause: u64, value: u64) {
        let pc = self.state(self.hart.current).pc;
        self.halt(cause, pc, value);
    }

    /// Records a fault of the running partition and halts it.
    pub(crate) fn halt(&mut self, cause: u64, pc: u64, value: u64) {
        let partition = self.hart.current;
        let time = self.hardware.now();
        let written = self.faults.written;
        let place = written & FAULT_MASK;
        *at_mut::<H, _>(&mut self.faults.records, place) = FaultRecord {
            partition,
            cause,
            pc,
            value,
            time,
        };
        self.faults.written = written.wrapping_add(1);
        let state = self.state(partition);
        state.faults = state.faults.wrapping_add(1);
        state.activity = Activity::Halted.number();
    }
}
