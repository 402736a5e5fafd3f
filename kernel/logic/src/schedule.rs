//! Who runs: windows at absolute times, and inside a window the first that is ready.

use septum_abi::state::Activity;

use crate::tables::{Header, Order, Partition};
use crate::{Hardware, fault, log, restart, wait};

/// How to return to U-mode.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Resume {
    /// The partition.
    pub state: &'static Partition,
    /// 0: at once. Otherwise a window begins: wait until the timer, which is armed for the end
    /// of the pad, is due, then set it to this and let external interrupts in.
    pub timer_after_pad: u64,
}

/// Who runs next, with the machine prepared for it. `None`: nobody can, yet; [`settle`], then
/// ask again.
///
/// Who begins a window is decided as of the end of its pad, whenever this runs.
#[inline(always)]
pub fn resume<H: Hardware>(machine: &H, hart: &'static Header) -> Option<Resume> {
    let now = machine.now(hart);
    let opens = now >= hart.state.window_end.get();
    let at = if opens {
        open_window(machine, hart)
    } else {
        deliver(machine, hart);
        now
    };
    let (order, deadline) = choose(hart, at);
    let deadline = dispatch(machine, hart, order, at, deadline)?;
    if !opens {
        machine.set_timer(hart, deadline);
    }
    Some(Resume {
        state: order.state,
        timer_after_pad: if opens { deadline } else { 0 },
    })
}

/// Nobody can run: does what must be done before, and else waits until that may change. The
/// hart waits in here only, also across windows, so that what was done before the wait, perhaps
/// by somebody of another window, does not decide how long the way back is.
pub fn settle<H: Hardware>(machine: &H, hart: &'static Header) {
    machine.finish_pad();
    let now = machine.now(hart);
    if now >= hart.state.window_end.get() {
        return;
    }
    let (order, deadline) = choose(hart, now);
    let state = order.state;
    let Some(table) = state.table else {
        machine.set_timer(hart, deadline);
        return idle(machine, hart);
    };
    if state.activity.get() == Activity::Restarting.number() {
        restart::step(machine, state, table);
    } else if state.due.get() <= now {
        fault::miss_deadline(machine, state, table);
    }
}

/// Steps to the next window and its interrupt sources: the end of its pad. No drift: a window
/// begins where the one before ends, however late this is.
#[inline(always)]
fn open_window<H: Hardware>(machine: &H, hart: &'static Header) -> u64 {
    let window = hart.state.window.get().next.get();
    let start = hart.state.window_end.get();
    let begin = start.wrapping_add(window.pad_ticks);
    hart.state.window.set(window);
    hart.state
        .window_end
        .set(start.wrapping_add(window.duration_ticks));
    machine.enable_sources(hart, &window.enables);
    machine.mask_external();
    machine.set_timer(hart, begin);
    if machine.now(hart) >= begin {
        let overruns = &hart.state.overruns;
        overruns.set(overruns.get().wrapping_add(1));
    }
    begin
}

/// The first of the window that can run at `now`, and the earliest time at which that may
/// change by itself. Ends at the idle hart, which always can.
#[inline(always)]
fn choose(hart: &'static Header, now: u64) -> (&'static Order, u64) {
    let mut order = hart.state.window.get().order;
    let mut deadline = hart.state.window_end.get();
    while !can_run(order.state, now) {
        deadline = deadline.min(order.state.ready_at.get());
        order = order.next;
    }
    (order, deadline)
}

#[inline(always)]
fn can_run(state: &Partition, now: u64) -> bool {
    state.pending.get() & state.mask.get() != 0 || state.ready_at.get() <= now
}

/// The partition is the one that runs, until `deadline` or until it must have waited again.
/// `None`: it is the idle hart, it has missed that, or its memory is to be restored first.
#[inline(always)]
fn dispatch<H: Hardware>(
    machine: &H,
    hart: &Header,
    order: &Order,
    now: u64,
    deadline: u64,
) -> Option<u64> {
    let state = order.state;
    let mut due = state.due.get();
    let Some(table) = state.table.filter(|_| now < due) else {
        hart.state.current.set(None);
        return None;
    };
    hart.state.current.set(Some(state));
    hart.state.preemptors.set(order.before);
    machine.use_space(table);
    if state.activity.get() != Activity::Ready.number() {
        due = wait::end(machine, state, table, now);
    }
    Some(deadline.min(due))
}

/// Claims an interrupt, if one is pending: it becomes a bit of its owner's port.
#[inline(always)]
fn deliver<H: Hardware>(machine: &H, hart: &Header) {
    if !machine.external_is_due() {
        return;
    }
    let claimed = machine.claim(hart);
    let source = usize::try_from(claimed)
        .ok()
        .and_then(|n| hart.sources.get(n));
    if let Some(source) = source
        && let Some(receiver) = source.receiver
    {
        receiver.pending.set(receiver.pending.get() | source.port);
        receiver.claimed.set(receiver.claimed.get() | source.port);
    }
}

/// Nobody is ready: drains the log rings of the window's partitions, a line at a time, until
/// something may change that.
#[inline(always)]
fn idle<H: Hardware>(machine: &H, hart: &'static Header) {
    while !machine.is_due() {
        if !drain_window(machine, hart) {
            machine.wait();
        }
    }
}

/// A line of the first partition of the window that has one.
#[inline(always)]
fn drain_window<H: Hardware>(machine: &H, hart: &'static Header) -> bool {
    let mut order = hart.state.window.get().order;
    while let Some(table) = order.state.table {
        if log::drain(machine, table) {
            return true;
        }
        order = order.next;
    }
    false
}
