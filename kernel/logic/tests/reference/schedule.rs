//! Who runs, and what happens by itself.

use septum_abi::call::{NEVER, Status};
use septum_abi::health::Cause;

use super::{Doing, Reference};
use crate::world::{End, wide};

/// Windows in which nobody runs before it is said that nobody will.
const PATIENCE: u32 = 24;

impl Reference {
    /// Whether it would run if it were its turn.
    pub(crate) fn can_run(&self, partition: usize) -> bool {
        let part = &self.parts[partition];
        let wanted = match part.doing {
            Doing::Waiting { mask, .. } => mask,
            Doing::Receiving { port, .. } => 1 << port,
            _ => 0,
        };
        self.pending(partition) & wanted != 0 || part.doing.time() <= self.time
    }

    /// When the running partition is looked after next if no interrupt comes.
    pub(crate) fn timer(&self) -> u64 {
        let others = self.ahead().map(|index| self.parts[index].doing.time());
        let next = others.min().unwrap_or(NEVER);
        let due = self.parts[self.running].due.unwrap_or(NEVER);
        next.min(self.end).min(due)
    }

    /// Lets the time go on, and lines change on the way.
    fn advance(&mut self, time: u64) {
        self.time = time;
        while let Some(entry) = self.script.first_entry()
            && *entry.key() <= time
        {
            self.raised ^= entry.remove();
        }
    }

    fn next_line(&self) -> u64 {
        self.script.keys().next().copied().unwrap_or(NEVER)
    }

    fn urgent(&self) -> u64 {
        self.raised & self.enabled() & !self.claimed()
    }

    /// The running partition computes until an interrupt that is due is dealt with.
    pub(super) fn interrupt(&mut self) -> bool {
        let due = self.urgent() != 0 || self.timer() <= self.time;
        !due || self.schedule()
    }

    pub(super) fn run_until(&mut self, time: u64) -> bool {
        while self.time < time && !self.off {
            let next = self.timer().min(self.next_line()).min(time);
            self.advance(next.max(self.time));
            if !self.interrupt() {
                return false;
            }
        }
        true
    }

    /// Somebody runs, perhaps later. False: nobody does for a long time.
    pub(super) fn schedule(&mut self) -> bool {
        let mut windows = 0;
        while !self.off && windows < PATIENCE {
            if self.time >= self.end {
                windows += 1;
                self.open();
            } else {
                self.claim();
            }
            if self.choose() {
                return true;
            }
        }
        self.off
    }

    fn open(&mut self) {
        let [normal, all] = [self.design.windows.len(), self.design.all_windows().count()];
        let next = self.window + 1;
        let ends_a_frame = next == normal || next == all;
        self.window = if ends_a_frame { self.next_frame } else { next };
        let duration = self
            .design
            .all_windows()
            .nth(self.window)
            .expect("a window")
            .0;
        self.begin = self.end;
        self.end += duration;
        self.advance(self.begin + self.design.pad);
    }

    /// One interrupt becomes its owner's.
    fn claim(&mut self) {
        let source = u64::from(self.urgent().trailing_zeros());
        if let Some((part, port)) = self.design.place(End::Interrupt(source)) {
            self.parts[part].bits |= 1 << port;
            self.parts[part].claimed |= 1 << port;
        }
    }

    /// The first that can run does what comes next for it. True: it runs.
    fn choose(&mut self) -> bool {
        let first = self
            .order()
            .iter()
            .copied()
            .find(|&index| self.can_run(index));
        let Some(first) = first else {
            self.idle();
            return false;
        };
        if let Doing::Restarting { chunks, .. } = &mut self.parts[first].doing {
            match chunks.checked_sub(1) {
                Some(left) => *chunks = left,
                None => self.begin_anew(first),
            }
            return false;
        }
        let part = &mut self.parts[first];
        if part.doing == Doing::Ready
            && let Some(due) = part.due.take_if(|due| *due <= self.time)
        {
            self.fault(first, Cause::DeadlineMissed, due);
            return false;
        }
        self.running = first;
        if self.parts[first].doing != Doing::Ready {
            self.end_wait(first);
        }
        self.count_from_now(first);
        self.urgent() == 0 && self.timer() > self.time
    }

    /// Until something may change that nobody runs.
    fn idle(&mut self) {
        if self.urgent() == 0 {
            let others = self
                .order()
                .iter()
                .map(|&index| self.parts[index].doing.time());
            let next = others.min().unwrap_or(NEVER).min(self.end);
            self.advance(next.min(self.next_line()));
        }
    }

    /// It gets what it waited for.
    pub(super) fn end_wait(&mut self, partition: usize) {
        let empty = (Status::Empty.number(), 0);
        match self.parts[partition].doing {
            Doing::Waiting { mask, .. } => {
                let found = self.pending(partition) & mask;
                let part = &mut self.parts[partition];
                part.bits &= !found;
                let some = found != 0;
                part.answer = if some {
                    (Status::Ok.number(), found)
                } else {
                    empty
                };
            }
            Doing::Receiving { port, .. } => {
                let Some(End::In(channel)) = self.design.end(partition, port) else {
                    unreachable!("received from no channel");
                };
                self.parts[partition].answer = empty;
                if let Some(message) = self.queues[channel].pop_front() {
                    self.deliver(partition, port, &message);
                }
            }
            other => unreachable!("{other:?} is no wait"),
        }
        self.release(partition);
    }

    pub(super) fn release(&mut self, partition: usize) {
        let part = &mut self.parts[partition];
        part.doing = Doing::Ready;
        part.due = None;
        part.released = self.design.partitions[partition].deadline.is_some();
    }

    /// It runs, for the first time since it was released.
    fn count_from_now(&mut self, partition: usize) {
        let part = &mut self.parts[partition];
        if std::mem::take(&mut part.released) {
            let ticks = self.design.partitions[partition].deadline;
            part.due = ticks.map(|ticks| self.time.saturating_add(ticks));
        }
    }

    /// All is restored.
    fn begin_anew(&mut self, partition: usize) {
        for end in &self.design.clone().partitions[partition].ports {
            if let End::In(channel) = *end {
                self.queues[channel].clear();
            }
        }
        let part = &mut self.parts[partition];
        (part.bits, part.claimed, part.answer) = (0, 0, (0, 0));
        self.release(partition);
    }
}

impl Reference {
    /// Everything that decides about the future, times relative to the window's begin.
    pub(crate) fn key(&self) -> Vec<u64> {
        let later = |time: u64| match time {
            NEVER => NEVER,
            time => time.max(self.time) - self.begin,
        };
        let mut key = vec![wide(self.window), wide(self.next_frame), later(self.time)];
        key.extend([wide(self.running), self.raised]);
        for (time, lines) in &self.script {
            key.extend([later(*time), *lines]);
        }
        for (part, member) in self.parts.iter().zip(&self.design.partitions) {
            key.extend(self.doing_key(part.doing, later));
            let ready = part.doing == Doing::Ready;
            let due = match (ready, part.due) {
                (true, _) if part.released => 1 << 32,
                (true, Some(due)) => later(due),
                _ => NEVER,
            };
            let restarts = member
                .restart_limit
                .map_or(0, |limit| part.restarts.min(limit));
            key.extend([part.bits, part.claimed, due, restarts]);
        }
        for (queue, sample) in self.queues.iter().zip(&self.samples) {
            key.push(wide(queue.len()));
            key.extend(queue.iter().flatten().map(|&byte| u64::from(byte)));
            key.extend(sample.iter().map(|(_, time)| (self.time - time).min(16)));
            let bytes = sample.iter().flat_map(|(value, _)| value);
            key.extend(bytes.map(|&byte| u64::from(byte)));
        }
        key
    }

    fn doing_key(&self, doing: Doing, later: impl Fn(u64) -> u64) -> [u64; 3] {
        match doing {
            Doing::Ready => [0, 0, 0],
            Doing::Waiting { mask, until } => [1, mask, later(until)],
            Doing::Receiving { port, until } => [2, port, later(until)],
            Doing::Exited => [3, 0, 0],
            Doing::Halted => [4, 0, 0],
            Doing::Restarting { from, chunks } => [5, chunks, later(from)],
        }
    }
}
