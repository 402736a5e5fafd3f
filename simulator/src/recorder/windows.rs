//! Windows: when they begin, and of which schedule they are.

use std::sync::Arc;

use septum_abi::state::HartState;

use super::Recorder;
use super::names::{Names, Window};
use crate::event::EventKind;
use crate::machine::Machine;

/// A window that has begun.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opened {
    /// Number of the frame; [`u64::MAX`] before the first one.
    frame: u64,
    window: Window,
    /// `mtime` at which it ends.
    pub(super) end: u64,
}

impl Recorder {
    /// The windows that have begun since the last time: one, unless the kernel was so late
    /// that it did not wait in between. The first time, the kernel waits for the first one.
    pub(super) fn open_windows(&mut self, machine: &Machine, hart: &HartState) {
        let names = Arc::clone(&self.names);
        let Some(now) = names.window(hart.window) else {
            return;
        };
        let Some(mut seen) = self.window else {
            self.window = Some(Opened {
                frame: u64::MAX,
                window: now,
                end: hart.window_end,
            });
            return;
        };
        while seen.end < hart.window_end {
            let begin_ns = names.nanoseconds(seen.end);
            let next = seen.next(&names, now);
            self.tell_window(machine, begin_ns, seen, next);
            seen = next;
        }
        self.window = Some(seen);
    }

    fn tell_window(&mut self, machine: &Machine, begin_ns: u64, before: Opened, next: Opened) {
        let Window {
            schedule, index, ..
        } = next.window;
        if before.window.schedule != schedule && before.frame != u64::MAX {
            let kind = EventKind::ScheduleChange { schedule };
            self.add_at(machine, begin_ns, None, kind);
        }
        let kind = EventKind::Window {
            schedule,
            index,
            frame: next.frame,
        };
        self.add_at(machine, begin_ns, None, kind);
    }
}

impl Opened {
    /// The window after it. At the end of a frame the schedule is that of the window that the
    /// kernel is in now: no frame is so short that the kernel could miss another one.
    fn next(self, names: &Names, now: Window) -> Self {
        let Window {
            schedule, index, ..
        } = self.window;
        let following = names.window_of(schedule, index + 1);
        let first = || names.window_of(now.schedule, 0).unwrap_or(now);
        let window = following.unwrap_or_else(first);
        Self {
            frame: self.frame.wrapping_add(u64::from(following.is_none())),
            window,
            end: self.end + window.duration_ticks.max(1),
        }
    }
}
