//! Who runs: windows at absolute times, and inside a window the first that is ready.

use septum_abi::state::Activity;

use crate::tables::{Header, Partition};
use crate::{Hardware, fault, log, restart, wait};

/// How to return to U-mode.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Resume {
    /// The partition, or the idle hart.
    pub state: &'static Partition,
    /// 0: at once. Otherwise a window begins: wait until the timer, which is armed for the end
    /// of the pad, is due, then set it to this and let external interrupts in.
    pub timer_after_pad: u64,
}

/// Who is next. If its activity is [`Activity::Ready`] it runs; else [`prepare`] comes first.
///
/// Who begins a window is decided as of the end of its pad, whenever this runs.
#[inline(always)]
pub fn resume<H: Hardware>(machine: &H, hart: &'static Header) -> Resume {
    let now = machine.now(hart);
    if now >= hart.state.window_end.get() {
        let begin = open_window(machine, hart);
        let (state, timer_after_pad) = choose(hart, begin);
        return Resume {
            state,
            timer_after_pad,
        };
    }
    deliver(machine, hart);
    let (state, deadline) = choose(hart, now);
    machine.set_timer(hart, deadline);
    Resume {
        state,
        timer_after_pad: 0,
    }
}

/// Does what must be done before somebody runs who is more than ready: ends its wait, sees to
/// its deadline. The timer for after the pad if it runs now; `None` if not: [`settle`] comes
/// next, then [`resume`] again.
pub fn prepare<H: Hardware>(machine: &H, resume: Resume) -> Option<u64> {
    let state = resume.state;
    let hart = state.table.hart;
    match Activity::from_number(state.activity.get()) {
        Some(Activity::Waiting | Activity::Receiving) => wait::end(machine, state),
        Some(Activity::Ready | Activity::Released) => {}
        _ => return None,
    }
    if state.activity.get() == Activity::Ready.number() {
        return Some(resume.timer_after_pad);
    }
    let due = state.due.get();
    if resume.timer_after_pad != 0 {
        return Some(resume.timer_after_pad.min(due));
    }
    if due <= machine.now(hart) {
        return None;
    }
    let (_, deadline) = choose(hart, machine.now(hart));
    machine.set_timer(hart, deadline.min(due));
    Some(0)
}

/// Who was next can't run: does what must be done before, or waits until somebody can. The
/// hart waits in here only, also across windows, so that what was done before the wait, perhaps
/// by somebody of another window, does not decide how long the way back is.
pub fn settle<H: Hardware>(machine: &H, hart: &'static Header) {
    machine.finish_pad();
    let now = machine.now(hart);
    if now >= hart.state.window_end.get() {
        return;
    }
    let (state, deadline) = choose(hart, now);
    match Activity::from_number(state.activity.get()) {
        Some(Activity::Restarting) => restart::step(machine, state),
        Some(Activity::Released) if state.due.get() <= now => fault::miss_deadline(machine, state),
        Some(Activity::Idle) => {
            machine.set_timer(hart, deadline);
            idle(machine, hart);
        }
        _ => {}
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
    begin
}

/// The first of the window that can run at `now`, and the earliest time at which that may
/// change by itself. Ends at the idle hart, which always can.
#[inline(always)]
fn choose(hart: &'static Header, now: u64) -> (&'static Partition, u64) {
    let mut order = hart.state.window.get().order;
    let mut deadline = hart.state.window_end.get();
    while !can_run(order.state, now) {
        deadline = deadline.min(order.state.ready_at.get());
        order = order.next;
    }
    hart.state.order.set(order);
    (order.state, deadline)
}

#[inline(always)]
fn can_run(state: &Partition, now: u64) -> bool {
    state.ready_at.get() <= now || state.pending.get() & state.mask.get() != 0
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
    while order.state.activity.get() != Activity::Idle.number() {
        if log::drain(machine, order.state.table) {
            return true;
        }
        order = order.next;
    }
    false
}
