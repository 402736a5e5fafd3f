//! The state at boot.

use septum_abi::call::NEVER;
use septum_abi::state::{
    FaultRecord, FaultRing, HartState, IDLE, LogReaders, LogWriter, LogWriters, PartitionState,
    QueueState, SAVED_ALL,
};

use crate::{Hardware, Kernel};

const NO_FAULT: FaultRecord = FaultRecord {
    partition: 0,
    cause: 0,
    pc: 0,
    value: 0,
    time: 0,
};

const NO_RING: LogWriter = LogWriter {
    written: 0,
    bytes: 0,
    offset: 0,
};

/// A partition with nothing in its registers, ready.
const NEW: PartitionState = PartitionState {
    pc: 0,
    registers: [0; 31],
    saved: SAVED_ALL,
    activity: 0,
    pending: 0,
    mask: 0,
    deadline: NEVER,
    claimed: 0,
    calls: 0,
    faults: 0,
};

impl<H: Hardware> Kernel<'_, H> {
    /// Writes all state, whatever was in memory, and waits for the begin of the first window.
    pub fn boot(&mut self) {
        for (state, table) in self.states.iter_mut().zip(self.partitions) {
            *state = NEW;
            state.pc = table.entry;
            // x2, at position 1 because x0 has none.
            state.registers[1] = table.stack_top;
        }
        for queue in self.queues.iter_mut() {
            *queue = QueueState { write: 0, read: 0 };
        }
        self.boot_logs();
        *self.faults = FaultRing {
            written: 0,
            records: [NO_FAULT; 64],
        };
        self.boot_schedule();
    }

    fn boot_logs(&mut self) {
        *self.readers = LogReaders {
            read: [0; 64],
            progress: [0; 64],
        };
        *self.writers = LogWriters {
            count: self.header.partition_count,
            rows: [NO_RING; 64],
        };
        for (row, table) in self.writers.rows.iter_mut().zip(self.partitions) {
            *row = LogWriter {
                written: 0,
                bytes: table.log_bytes,
                offset: table.log_offset,
            };
        }
    }

    /// As if a frame had just ended at the start time: the first window begins like any other.
    fn boot_schedule(&mut self) {
        let now = self.hardware.now();
        let start = self.header.start_ticks;
        let begin = if now < start {
            start
        } else {
            now.wrapping_add(start)
        };
        *self.hart = HartState {
            current: IDLE,
            window: self.header.window_count.wrapping_sub(1),
            frame: u64::MAX,
            window_start: 0,
            window_end: begin,
            overruns: 0,
            failed: 0,
            failure_cause: 0,
            failure_pc: 0,
            failure_value: 0,
            dump: 0,
            reserved: 0,
        };
        self.hardware.mask_external();
        self.hardware.set_timer(begin);
        self.hardware.finish_pad();
    }
}
