//! Waiting: how it begins, how it ends, and what the partition then finds.

use septum_abi::call::{NEVER, POLL, Status};
use septum_abi::state::Activity;

use crate::channel::take;
use crate::tables::{Partition, PartitionTable};
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
        // POLL always has.
        if deadline <= machine.now(table.hart) {
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

/// Ends the wait for bits of a partition that is about to run: something is there, or its
/// deadline has passed. True if it runs at once; else [`crate::prepare`] comes next.
#[inline(always)]
pub fn end_wait(state: &Partition) -> bool {
    if state.activity.get() != Activity::Waiting.number() {
        return false;
    }
    take_bits(state, state.table, state.mask.get()).keep(state);
    release(state);
    state.released == Activity::Ready.number()
}

/// Ends the wait in `receive` of a partition that is about to run: a message is there, or its
/// deadline has passed.
#[inline(always)]
pub(crate) fn end_receive<H: Hardware>(machine: &H, state: &Partition) {
    if let Some(queue) = state.queue.get() {
        queue.state.awaited.set(0);
        take(machine, state, queue).keep(state);
    }
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

/// Sets a bit of a partition. 0 if it waits for that, and so can run from now on; else all ones.
/// A mask, not a branch: what a partition of another window does must not show in the time.
#[inline(always)]
pub(crate) fn wake<H: Hardware>(machine: &H, state: &Partition, port: u64) -> u64 {
    state.pending.set(state.pending.get() | port);
    let asleep = machine.ones_if_none(state.mask.get() & port);
    state.ready_at.set(state.ready_at.get() & asleep);
    asleep
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
        && let Some(queue) = state.queue.get()
    {
        queue.state.awaited.set(0);
    }
    state.mask.set(0);
}
