//! Who runs: windows at absolute times, and inside a window the first that is ready.

use septum_abi::state::Activity;
use septum_abi::tables::NONE;

use crate::tables::{Header, Order, Partition, Window};
use crate::{Hardware, fault, log, restart, wait};

/// The sources that are enabled are below 128.
const SOURCE_MASK: u64 = 127;

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
    let running = hart.state;
    let end = running.window_end.get();
    if now >= end {
        let (window, end, begin) = open_window(machine, hart, end);
        let (order, deadline) = choose(machine, window, begin, end);
        running.order.set(order);
        return Resume {
            state: order.state,
            timer_after_pad: deadline,
        };
    }
    deliver(machine, hart);
    let (order, deadline) = choose(machine, running.window.get(), now, end);
    running.order.set(order);
    machine.set_timer(hart, deadline);
    Resume {
        state: order.state,
        timer_after_pad: 0,
    }
}

/// Does what must be done before somebody runs who is more than ready, after [`crate::end_wait`]:
/// ends its `receive`, sees to its deadline. The timer for after the pad if it runs now; `None` if not: [`settle`] comes
/// next, then [`resume`] again.
pub fn prepare<H: Hardware>(machine: &H, resume: Resume) -> Option<u64> {
    let state = resume.state;
    let activity = || Activity::from_number(state.activity.get());
    if activity() == Some(Activity::Receiving) {
        wait::end_receive(machine, state);
    }
    match activity() {
        Some(Activity::Ready) => Some(resume.timer_after_pad),
        Some(Activity::Released | Activity::Due) => limit(machine, resume),
        _ => None,
    }
}

/// When the pad of the window ends or ended.
fn end_of_pad(hart: &Header) -> u64 {
    let window = hart.state.window.get();
    let begin = hart
        .state
        .window_end
        .get()
        .wrapping_sub(window.duration_ticks);
    begin.wrapping_add(window.pad_ticks)
}

/// It runs until its deadline at most, if that has not passed; a release sets it.
#[inline(never)]
fn limit<H: Hardware>(machine: &H, resume: Resume) -> Option<u64> {
    let state = resume.state;
    let hart = state.table.hart;
    let now = match resume.timer_after_pad {
        0 => machine.now(hart),
        _ => end_of_pad(hart),
    };
    if state.activity.get() == Activity::Released.number() {
        state
            .due
            .set(now.saturating_add(state.table.deadline_ticks));
        state.activity.set(Activity::Due.number());
    }
    let due = state.due.get();
    if due <= now {
        return None;
    }
    if resume.timer_after_pad != 0 {
        return Some(resume.timer_after_pad.min(due));
    }
    let (order, deadline) = choose_again(machine, hart, now);
    if !core::ptr::eq(order.state, state) {
        // Since it was chosen the time of somebody more important has come.
        return None;
    }
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
    let (order, deadline) = choose_again(machine, hart, now);
    let state = order.state;
    match Activity::from_number(state.activity.get()) {
        Some(Activity::Restarting) => restart::restore(machine, state),
        Some(Activity::Due) => fault::miss_deadline(machine, state, now),
        Some(Activity::Idle) => {
            machine.set_timer(hart, deadline);
            idle(machine, hart);
        }
        _ => {}
    }
}

/// Steps to the window that begins at `start`, and its interrupt sources: it, its end, and the
/// end of its pad. No drift: a window begins where the one before ends, however late this is.
#[inline(always)]
fn open_window<H: Hardware>(
    machine: &H,
    hart: &'static Header,
    start: u64,
) -> (&'static Window, u64, u64) {
    let window = hart.state.window.get().next.get();
    let begin = start.wrapping_add(window.pad_ticks);
    let end = start.wrapping_add(window.duration_ticks);
    hart.state.window.set(window);
    hart.state.window_end.set(end);
    machine.enable_sources(hart, &window.enables);
    machine.mask_external();
    machine.set_timer(hart, begin);
    (window, end, begin)
}

/// The first of the window that can run at `now`, and the earliest time at which that may
/// change by itself. Ends at the idle hart, which always can.
#[inline(always)]
fn choose<H: Hardware>(machine: &H, window: &Window, now: u64, end: u64) -> (&'static Order, u64) {
    let (mut order, mut deadline) = (window.order, end);
    while !can_run(order.state, now) {
        deadline = machine.earlier(order.state.ready_at.get(), deadline);
        order = order.next;
    }
    (order, deadline)
}

/// [`choose`] in a window that has begun, where not every instruction counts.
#[inline(never)]
fn choose_again<H: Hardware>(machine: &H, hart: &Header, now: u64) -> (&'static Order, u64) {
    let end = hart.state.window_end.get();
    choose(machine, hart.state.window.get(), now, end)
}

#[inline(always)]
fn can_run(state: &Partition, now: u64) -> bool {
    state.ready_at.get() <= now
}

/// Claims an interrupt, if one is pending: it becomes a bit of its owner's port.
#[inline(always)]
fn deliver<H: Hardware>(machine: &H, hart: &Header) {
    if !machine.external_is_due() {
        return;
    }
    let claimed = machine.claim(hart) & SOURCE_MASK;
    let source = usize::try_from(claimed)
        .ok()
        .and_then(|n| hart.sources.get(n));
    if let Some(source) = source
        && let Some(receiver) = source.receiver
    {
        wait::wake(machine, receiver, source.port);
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

/// A line of the first partition of the window that has one, and of no other even if the UART
/// does not take it: whether something is due is asked between any two.
#[inline(always)]
fn drain_window<H: Hardware>(machine: &H, hart: &'static Header) -> bool {
    let mut order = hart.state.window.get().order;
    while hart.uart != NONE && order.state.activity.get() != Activity::Idle.number() {
        if log::has_line(order.state.table) {
            return log::drain(machine, order.state.table);
        }
        order = order.next;
    }
    false
}
