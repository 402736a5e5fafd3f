//! Waiting: how it begins, how it ends, and what the partition then finds.

use septum_abi::call::{NEVER, POLL, Status};
use septum_abi::state::Activity;
use septum_abi::tables::NONE;

use crate::channel::{Buffered, take};
use crate::tables::{Partition, PartitionTable, Port};
use crate::{Answer, Hardware, SWITCH};

/// `wait(mask, deadline)`.
#[inline(always)]
pub fn wait<H: Hardware>(
    machine: &H,
    state: &'static Partition,
    table: &PartitionTable,
    mask: u64,
    deadline: u64,
) -> Answer {
    if mask & !table.incoming != 0 {
        return Answer::new(Status::BadPort, 0);
    }
    if state.pending.get() & mask != 0 {
        return take_bits(state, table, mask);
    }
    match block(machine, state, table, deadline) {
        Ok(()) => {
            state.mask.set(mask);
            state.activity.set(Activity::Waiting.number());
            SWITCH
        }
        Err(status) => Answer::new(status, 0),
    }
}

/// The partition waits until `deadline`, for what the caller says.
///
/// # Errors
/// [`Status::Empty`] where the deadline has passed. [`Status::Denied`] without the clock: then
/// a deadline must not tell the time, only never and at once.
#[inline(always)]
pub(crate) fn block<H: Hardware>(
    machine: &H,
    state: &Partition,
    table: &PartitionTable,
    deadline: u64,
) -> Result<(), Status> {
    if deadline != NEVER {
        if table.clock == 0 && deadline != POLL {
            return Err(Status::Denied);
        }
        if deadline == POLL || deadline <= machine.now(table.hart) {
            return Err(Status::Empty);
        }
    }
    state.ready_at.set(deadline);
    state.due.set(NEVER);
    Ok(())
}

/// The pending bits of the mask, and clears those that are not queues.
#[inline(always)]
fn take_bits(state: &Partition, table: &PartitionTable, mask: u64) -> Answer {
    let found = state.pending.get() & mask;
    state
        .pending
        .set(state.pending.get() & (!found | table.queues));
    let status = if found == 0 {
        Status::Empty
    } else {
        Status::Ok
    };
    Answer::new(status, found)
}

/// Ends the wait of a partition that is about to run at `now`: what it waited for is there, or
/// its deadline has passed. The time by which it must have waited again.
#[inline(always)]
pub(crate) fn end<H: Hardware>(
    machine: &H,
    state: &Partition,
    table: &PartitionTable,
    now: u64,
) -> u64 {
    let receiving = state.activity.get() == Activity::Receiving.number();
    let answer = match state.port.get() {
        Some(Port::QueuingIn(queue, buffer)) if receiving => {
            let buffer = *buffer;
            take(machine, state, Buffered { queue, buffer })
        }
        _ => take_bits(state, table, state.mask.get()),
    };
    answer.keep(state);
    release(state, table, || now)
}

/// The partition can run from `now` on, and has its deadline to meet: the time by which it must
/// have waited again.
#[inline(always)]
pub(crate) fn release(state: &Partition, table: &PartitionTable, now: impl FnOnce() -> u64) -> u64 {
    state.mask.set(0);
    state.ready_at.set(0);
    state.activity.set(Activity::Ready.number());
    if table.deadline_ticks == NONE {
        return NEVER;
    }
    let due = now().saturating_add(table.deadline_ticks);
    state.due.set(due);
    due
}
