//! Who runs: windows at absolute times, and inside a window the first that is ready.

use septum_abi::state::IDLE;

use crate::kernel::at;
use crate::wait::{Obstacle, obstacle};
use crate::{Hardware, Kernel, Resume};

/// The outcome of looking at a window's partitions in their order.
struct Choice {
    /// The first that is ready.
    partition: Option<u64>,
    /// The earliest time at which one of those before it becomes ready by itself.
    deadline: u64,
}

impl<H: Hardware> Kernel<'_, H> {
    /// Finds who runs next and prepares the machine for it. Comes back only with somebody to
    /// run: while nobody is ready, the hart waits in here, also across windows. So it must be
    /// called from one place only: else what was done before the wait, perhaps by somebody of
    /// another window, would decide how long the way back is.
    pub fn resume(&mut self) -> Resume {
        loop {
            if self.hardware.now() >= self.hart.window_end {
                if let Some(resume) = self.begin_window() {
                    return resume;
                }
                self.hardware.finish_pad();
            } else if let Some(resume) = self.go_on() {
                return resume;
            }
            self.idle();
        }
    }

    /// The next window: who begins it is decided as of the end of its pad, whenever this runs.
    fn begin_window(&mut self) -> Option<Resume> {
        self.advance();
        let begin = self.hart.window_start.wrapping_add(self.header.pad_ticks);
        let choice = self.choose(begin);
        self.hart.current = choice.partition.unwrap_or(IDLE);
        self.hardware.mask_external();
        self.hardware.set_timer(begin);
        if self.hardware.now() >= begin {
            self.hart.overruns = self.hart.overruns.wrapping_add(1);
        }
        choice.partition.map(|partition| Resume {
            partition,
            timer_after_pad: choice.deadline,
        })
    }

    /// The same window: who runs from now on.
    fn go_on(&mut self) -> Option<Resume> {
        let choice = self.choose(self.hardware.now());
        self.hart.current = choice.partition.unwrap_or(IDLE);
        self.hardware.set_timer(choice.deadline);
        choice.partition.map(|partition| Resume {
            partition,
            timer_after_pad: 0,
        })
    }

    /// Steps to the next window and its interrupt sources. No drift: a window begins where
    /// the one before ends, however late this is.
    pub(crate) fn advance(&mut self) {
        let next = self.hart.window + 1;
        let wraps = next >= self.header.window_count;
        self.hart.window = if wraps { 0 } else { next };
        self.hart.frame = self.hart.frame.wrapping_add(u64::from(wraps));
        self.hart.window_start = self.hart.window_end;
        self.open_window();
    }

    /// Sets end and interrupt sources of the window that begins at `window_start`.
    pub(crate) fn open_window(&mut self) {
        let window = at::<H, _>(self.windows, self.hart.window);
        self.hart.window_end = self.hart.window_start.wrapping_add(window.duration_ticks);
        let words = usize::try_from(self.header.plic_words).unwrap_or(0);
        for (word, bits) in window.enables.iter().enumerate().take(words) {
            self.hardware.enable_sources(word, *bits);
        }
    }

    /// The first partition of the window that is ready at `now`, made ready to run.
    fn choose(&mut self, now: u64) -> Choice {
        let window = at::<H, _>(self.windows, self.hart.window);
        let mut deadline = self.hart.window_end;
        for position in 0..window.order_count {
            let partition = *at::<H, _>(self.order, window.order_first + position);
            match obstacle(self.state(partition), now) {
                Obstacle::None => return self.chosen(partition, deadline),
                Obstacle::Over => {
                    self.end_wait(partition);
                    return self.chosen(partition, deadline);
                }
                Obstacle::Until(time) => deadline = deadline.min(time),
                Obstacle::Ended => {}
            }
        }
        Choice {
            partition: None,
            deadline,
        }
    }

    fn chosen(&mut self, partition: u64, deadline: u64) -> Choice {
        let satp = self.partition(partition).satp;
        self.hardware.use_space(satp);
        Choice {
            partition: Some(partition),
            deadline,
        }
    }

    /// Nobody is ready: drains the log rings of the window's partitions, a line at a time,
    /// until something may change that.
    fn idle(&mut self) {
        while !self.hardware.is_due() {
            if !self.drain_window() {
                self.hardware.wait();
            }
        }
        self.on_interrupt();
    }

    /// A line of the first partition of the window that has one.
    fn drain_window(&mut self) -> bool {
        let window = at::<H, _>(self.windows, self.hart.window);
        (0..window.order_count).any(|position| {
            let partition = *at::<H, _>(self.order, window.order_first + position);
            self.drain(partition)
        })
    }
}
