//! Waiting: how it begins, how it ends, and what the partition then finds.

use septum_abi::call::{NEVER, POLL, Status};
use septum_abi::state::Activity;

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
        return renew(state, take_bits(state, table, mask));
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

/// Whether the partition may name this deadline.
#[inline(always)]
pub(crate) fn may_wait(table: &PartitionTable, deadline: u64) -> bool {
    table.clock != 0 || deadline == NEVER || deadline == POLL
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
        if !may_wait(table, deadline) {
            return Err(Status::Denied);
        }
        if deadline == POLL || deadline <= machine.now(table.hart) {
            return Err(Status::Empty);
        }
    }
    state.ready_at.set(deadline);
    Ok(())
}

/// The pending bits of the mask, and clears those that are not queues.
#[inline(always)]
fn take_bits(state: &Partition, table: &PartitionTable, mask: u64) -> Answer {
    let pending = state.pending.get();
    let found = pending & mask;
    state.pending.set(pending & (!found | table.queues));
    let status = match found {
        0 => Status::Empty,
        _ => Status::Ok,
    };
    Answer::new(status, found)
}

/// [`crate::prepare`] for what a driver does: ends the wait for bits of a partition without a
/// deadline. False: it does something else, and has not been touched.
#[inline(always)]
pub fn end_at_once(state: &Partition) -> bool {
    let waits = state.activity.get() == Activity::Waiting.number();
    let here = waits && state.released == Activity::Ready.number();
    if here {
        take_bits(state, state.table, state.mask.get()).keep(state);
        release(state);
    }
    here
}

/// Ends the wait of a partition that is about to run: what it waited for is there, or its
/// deadline has passed.
#[inline(always)]
pub(crate) fn end<H: Hardware>(machine: &H, state: &Partition) {
    let receiving = state.activity.get() == Activity::Receiving.number();
    let answer = match state.port.get() {
        Some(Port::QueuingIn(queue, buffer)) if receiving => {
            queue.state.awaited.set(0);
            let buffer = *buffer;
            take(machine, state, Buffered { queue, buffer })
        }
        _ => take_bits(state, state.table, state.mask.get()),
    };
    answer.keep(state);
    release(state);
}

/// A wait that is over at once. With a deadline that counts as a new release.
#[inline(always)]
pub(crate) fn renew(state: &Partition, answer: Answer) -> Answer {
    if state.released == Activity::Ready.number() {
        return answer;
    }
    answer.keep(state);
    state.activity.set(state.released);
    SWITCH
}

/// The partition can run from now on.
#[inline(always)]
pub(crate) fn release(state: &Partition) {
    state.mask.set(0);
    state.ready_at.set(0);
    state.activity.set(state.released);
}

/// The partition waits no more, whatever it waited for.
pub(crate) fn give_up(state: &Partition) {
    if state.activity.get() == Activity::Receiving.number()
        && let Some(Port::QueuingIn(queue, _)) = state.port.get()
    {
        queue.state.awaited.set(0);
    }
    state.mask.set(0);
}
