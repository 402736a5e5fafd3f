//! How a wait ends: what the partition finds when it goes on.

use septum_abi::call::Status;
use septum_abi::state::{Activity, PartitionState};

use crate::kernel::{at, bit};
use crate::queue;
use crate::{Hardware, Kernel, Physical};

/// What keeps a partition from running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// Nothing, it is ready.
    None,
    /// It waits, but no longer: something is there or the deadline has passed.
    Over,
    /// It waits, at most until this time.
    Until(u64),
    /// It never runs again.
    Ended,
}

/// Whether a partition could run at `now`.
pub(crate) fn obstacle(state: &PartitionState, now: u64) -> Obstacle {
    match Activity::from_number(state.activity) {
        Some(Activity::Ready) => Obstacle::None,
        Some(Activity::Waiting | Activity::Receiving) => {
            if state.pending & state.mask != 0 || state.deadline <= now {
                Obstacle::Over
            } else {
                Obstacle::Until(state.deadline)
            }
        }
        _ => Obstacle::Ended,
    }
}

/// Puts a call's status and value where the partition finds them.
pub(crate) fn answer(state: &mut PartitionState, status: Status, value: u64) {
    // x10 and x11, at positions 9 and 10 because x0 has none.
    state.registers[9] = status.number();
    state.registers[10] = value;
}

impl<H: Hardware> Kernel<'_, H> {
    /// Ends the wait of a partition for whom it is over.
    pub(crate) fn end_wait(&mut self, index: u64) {
        let state = self.state(index);
        let receiving = state.activity == Activity::Receiving.number();
        state.activity = Activity::Ready.number();
        if receiving {
            let port = u64::from(state.mask.trailing_zeros());
            self.take_message(index, port);
        } else {
            self.take_bits(index);
        }
    }

    /// Answers with the pending bits of the mask, and clears those that are not queues.
    pub(crate) fn take_bits(&mut self, index: u64) {
        let queues = self.partition(index).queues;
        let state = self.state(index);
        let found = state.pending & state.mask;
        state.pending &= !found | queues;
        let status = if found == 0 {
            Status::Empty
        } else {
            Status::Ok
        };
        answer(state, status, found);
    }

    /// Answers with the oldest message of an incoming queuing port, if there is one.
    pub(crate) fn take_message(&mut self, index: u64, port: u64) {
        let first = self.partition(index).ports_first;
        let port_table = at::<H, _>(self.ports, first + port);
        let channel = at::<H, _>(self.channels, port_table.subject);
        let queue = crate::kernel::at_mut::<H, _>(self.queues, port_table.subject);
        let Some((slot, next)) = queue::pop(queue, channel.depth) else {
            return answer(self.state(index), Status::Empty, 0);
        };
        let from = Physical::from_table(channel.slots).offset(slot * channel.slot_bytes);
        let length = self.hardware.load(from);
        self.hardware.copy(
            from.offset(8),
            Physical::from_table(port_table.buffer),
            length,
        );
        queue.read = next;
        let empty = queue.read == queue.write;
        let state = self.state(index);
        if empty {
            state.pending &= !bit(port);
        }
        answer(state, Status::Ok, length);
    }
}
