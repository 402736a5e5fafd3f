//! Time travel: a run that can go to any instant, forwards and backwards.
//!
//! The run is deterministic, so any instant is a marked instant before it and re-execution.
//! A mark holds the state of the machine and the pages of RAM that differ from the mark before;
//! marks come at a distance of executed instructions, and far ones are thinned out.
//!
//! With several harts many instants have the same time, which is that of the slowest hart. To go to
//! a time is to go to the first of them.

mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::cpu::MachineError;
use crate::machine::{Instant, Machine};
use crate::ram::PAGE_BYTES;
use crate::recorder::{Trace, Waiting};
use crate::run::Run;
use crate::simulation::{Outcome, Simulation};

pub use written::Place;

/// Instructions between two marks while the run goes forward.
const DISTANCE: u64 = 500_000;
/// Instructions between two marks where somebody steps backwards.
const FINE_DISTANCE: u64 = 20_000;
/// Marks that are kept at most.
const MOST_MARKS: usize = 512;
/// Bytes of pages that marks hold at most.
const MOST_BYTES: usize = 256 << 20;

/// An instant of the run from which it can go on.
#[derive(Debug)]
struct Mark<M> {
    instant: Instant,
    /// Whether it is the first instant of its time.
    is_first: bool,
    /// Events that there were.
    events: usize,
    run: M,
    /// The pages that differ from the mark before, as they are here.
    pages: BTreeMap<usize, Arc<[u8]>>,
}

/// A run with its past.
pub struct Travel<R: Run = Simulation> {
    run: R,
    /// In ascending order; the first is the begin of the run.
    marks: Vec<Mark<R::Mark>>,
    /// The mark since which RAM tells which pages are stored to.
    base: usize,
    /// Bytes of pages in all marks.
    bytes: usize,
    /// Events up to now.
    events: usize,
    /// What nobody has taken yet.
    trace: Trace,
    /// What was printed up to the latest instant that the run has come to.
    longest: R::Printed,
}

impl Travel {
    /// The run, to look at.
    #[must_use]
    pub fn simulation(&self) -> &Simulation {
        &self.run
    }

    /// Runs on until a system call waits to be taken, at most up to a virtual time.
    ///
    /// # Errors
    /// When the emulator failed; from then on it always does.
    pub fn run_call(&mut self, time_ns: u64) -> Result<Outcome, MachineError> {
        self.run_while(time_ns, |waiting| waiting.calls == 0)
    }
}

impl<R: Run> Travel<R> {
    /// A run that has just been booted.
    #[must_use]
    pub fn new(run: R) -> Self {
        let mut travel = Self {
            run,
            marks: Vec::new(),
            base: 0,
            bytes: 0,
            events: 0,
            trace: Trace::default(),
            longest: R::Printed::default(),
        };
        travel.mark(true);
        travel
    }

    /// The run, to look at.
    #[must_use]
    pub fn get(&self) -> &R {
        &self.run
    }

    /// Reads memory as a hart sees it now, or, where it sees nothing there, physical memory; says
    /// how many bytes there are.
    pub fn read_memory(&mut self, hart: usize, address: u64, data: &mut [u8]) -> usize {
        self.run.machine_mut().read_memory(hart, address, data)
    }

    /// Virtual nanoseconds since reset.
    #[must_use]
    pub fn time_ns(&self) -> u64 {
        self.machine().now_ns()
    }

    /// Virtual nanoseconds, and executed instructions.
    #[must_use]
    pub fn instant(&self) -> Instant {
        self.machine().instant()
    }

    /// How many events there were up to now. After a way back, a list of all events ends there.
    #[must_use]
    pub fn events(&self) -> usize {
        self.events
    }

    /// The trace since the last call. A way back forgets what was not taken.
    pub fn take_trace(&mut self) -> Trace {
        std::mem::take(&mut self.trace)
    }

    /// How many marks there are, and how many bytes of pages they hold.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.marks.len(), self.bytes)
    }

    /// Runs on up to a virtual time, or until so many events wait to be taken. A hart that can
    /// never wake, and a machine that is switched off, end the run before it.
    ///
    /// # Errors
    /// When the emulator failed; from then on it always does.
    pub fn run(&mut self, events: usize, time_ns: u64) -> Result<Outcome, MachineError> {
        self.run_while(time_ns, |waiting| waiting.events < events)
    }

    /// Executes one instruction, or sleeps until the next thing happens.
    ///
    /// # Errors
    /// When the emulator failed; from then on it always does.
    pub fn step(&mut self) -> Result<Outcome, MachineError> {
        let outcome = self.run.step()?;
        self.collect();
        Ok(outcome)
    }

    /// Goes to a virtual time, forwards or backwards. The state there is that of a run that
    /// was told to run up to it.
    ///
    /// # Errors
    /// When the emulator failed.
    pub fn go_to(&mut self, time_ns: u64) -> Result<Outcome, MachineError> {
        let now_ns = self.time_ns();
        if time_ns > now_ns || (time_ns == now_ns && self.machine().harts() == 1) {
            return self.run(usize::MAX, time_ns);
        }
        self.go_back(time_ns, DISTANCE)
    }

    /// Goes to an instant that the run has come by, forwards or backwards.
    ///
    /// # Errors
    /// When the emulator failed.
    pub fn go_to_instant(&mut self, instant: Instant) -> Result<Outcome, MachineError> {
        let outcome = match self.instant() {
            now if now.time_ns == instant.time_ns && now <= instant => Outcome::Reached,
            _ => self.go_to(instant.time_ns)?,
        };
        let now = self.instant().instructions;
        match instant.instructions.checked_sub(now) {
            None | Some(0) => Ok(outcome),
            Some(left) => self.on_by(left),
        }
    }

    /// Marks the present instant, if it is far enough from the mark before.
    ///
    /// # Errors
    /// When the emulator failed.
    pub(crate) fn keep(&mut self) -> Result<Outcome, MachineError> {
        let outcome = self.settle()?;
        self.mark_at(DISTANCE, false);
        Ok(outcome)
    }

    /// Goes to the first instant behind so many instructions of all harts, forwards or backwards.
    ///
    /// # Errors
    /// When the emulator failed.
    pub fn go_to_count(&mut self, instructions: u64) -> Result<Outcome, MachineError> {
        if instructions < self.instant().instructions {
            return self.go_back_by_count(instructions);
        }
        self.on_to_count(instructions, DISTANCE)
    }

    /// Lets happen what costs no time: devices and interrupts.
    ///
    /// # Errors
    /// When the emulator failed.
    pub fn settle(&mut self) -> Result<Outcome, MachineError> {
        let outcome = self.run.settle()?;
        self.collect();
        Ok(outcome)
    }

    /// Goes back to before the last instruction, or to the begin of the last sleep. At the begin
    /// of the run it stays there.
    ///
    /// # Errors
    /// When the emulator failed.
    pub fn step_back(&mut self) -> Result<Outcome, MachineError> {
        let now = self.instant().instructions;
        if self.machine().jumped() == Some(now) {
            return self.go_back_by_count(now);
        }
        let mut outcome = self.go_back_by_count(now.saturating_sub(1))?;
        // Behind that instruction there may have been sleep.
        while now > 0 && self.machine().is_asleep() && outcome == Outcome::Reached {
            outcome = self.run.step()?;
            self.collect();
        }
        self.trace = Trace::default();
        Ok(outcome)
    }

    fn machine(&self) -> &Machine {
        self.run.machine()
    }

    /// Restores the last mark before a time and re-executes from there, with new marks on the
    /// way.
    fn go_back(&mut self, time_ns: u64, distance: u64) -> Result<Outcome, MachineError> {
        self.run.keep_printed(&mut self.longest);
        let after = self.marks.partition_point(|mark| {
            let is_first = mark.is_first && mark.instant.time_ns == time_ns;
            is_first || mark.instant.time_ns < time_ns
        });
        self.restore(after.saturating_sub(1));
        let mut outcome = Outcome::Reached;
        while self.time_ns() < time_ns && outcome == Outcome::Reached {
            let slice_ns = self.slice_ns(distance).min(time_ns);
            outcome = self.run.run_while(slice_ns, |_| true)?;
            self.collect();
            self.mark_at(distance, true);
        }
        // Who asked to go back has had these before.
        self.trace = Trace::default();
        Ok(outcome)
    }

    /// The same to the first instant behind so many instructions.
    fn go_back_by_count(&mut self, count: u64) -> Result<Outcome, MachineError> {
        self.run.keep_printed(&mut self.longest);
        let is_before = |mark: &Mark<_>| mark.instant.instructions < count;
        let after = self.marks.partition_point(is_before);
        self.restore(after.saturating_sub(1));
        let outcome = self.on_to_count(count, FINE_DISTANCE)?;
        self.trace = Trace::default();
        Ok(outcome)
    }

    /// Executes up to the first instant behind so many instructions, with new marks on the way.
    fn on_to_count(&mut self, count: u64, distance: u64) -> Result<Outcome, MachineError> {
        let mut outcome = Outcome::Reached;
        while outcome == Outcome::Reached {
            let left = count.saturating_sub(self.instant().instructions);
            if left == 0 {
                break;
            }
            outcome = self.on_by(left.min(distance))?;
            self.mark_at(distance, self.machine().harts() == 1);
        }
        Ok(outcome)
    }

    /// Executes so many instructions.
    fn on_by(&mut self, count: u64) -> Result<Outcome, MachineError> {
        let outcome = self.run.run_instructions(count)?;
        self.collect();
        Ok(outcome)
    }

    fn run_while(
        &mut self,
        time_ns: u64,
        goes_on: impl Fn(Waiting) -> bool,
    ) -> Result<Outcome, MachineError> {
        loop {
            let before_ns = self.time_ns();
            let slice_ns = self.slice_ns(DISTANCE).min(time_ns);
            let old = self.waiting();
            let outcome = self.run.run_while(slice_ns, |new| {
                goes_on(Waiting {
                    events: old.events + new.events,
                    calls: old.calls + new.calls,
                })
            })?;
            self.collect();
            if outcome != Outcome::Reached || !goes_on(self.waiting()) {
                return Ok(outcome);
            }
            // It has settled at the end of the slice, so the same state can be had again.
            let has_moved = self.time_ns() > before_ns;
            self.mark_at(DISTANCE, has_moved || self.machine().harts() == 1);
            if self.time_ns() >= time_ns {
                return Ok(outcome);
            }
        }
    }

    /// The time at which the next mark is due or was made before.
    fn slice_ns(&self, distance: u64) -> u64 {
        let machine = self.machine();
        let since = machine.instructions() - self.marks[self.base].instant.instructions;
        let left = distance.saturating_sub(since).max(1);
        let left_ns = left.saturating_mul(machine.ns_per_instruction());
        let due_ns = machine.now_ns().saturating_add(left_ns);
        let next = self.marks.get(self.base + 1);
        let next_ns = next.map_or(due_ns, |next| next.instant.time_ns.min(due_ns));
        next_ns.max(machine.now_ns().saturating_add(1))
    }

    /// How much nobody has taken yet.
    fn waiting(&self) -> Waiting {
        Waiting {
            events: self.trace.events.len(),
            calls: self.trace.calls.len(),
        }
    }

    /// Takes in what was recorded, and goes over to the marks that the run came by.
    fn collect(&mut self) {
        let now = self.instant();
        while let Some(next) = self.marks.get(self.base + 1)
            && next.instant <= now
        {
            // What RAM tells since an earlier mark is what it tells since this one, and more.
            self.base += 1;
        }
        let new = self.run.drain_trace();
        self.events += new.events.len();
        self.trace.events.extend(new.events);
        self.trace.registers.extend(new.registers);
        self.trace.calls.extend(new.calls);
    }

    /// Marks the present instant if it is far enough from the mark before, and not yet marked.
    fn mark_at(&mut self, distance: u64, is_first: bool) {
        let instructions = self.instant().instructions;
        let since = instructions - self.marks[self.base].instant.instructions;
        if since >= distance {
            self.mark(is_first);
        }
    }

    /// Marks the present instant, behind the mark since which RAM tells.
    fn mark(&mut self, is_first: bool) {
        let dirty = self.run.machine_mut().take_dirty();
        let machine = self.run.machine();
        let copy = |page: usize| {
            let bytes = machine.with_bus(|bus| Arc::from(bus.ram().page(page)));
            (page, bytes)
        };
        let mark = Mark {
            instant: machine.instant(),
            is_first,
            events: self.events,
            pages: dirty.into_iter().map(copy).collect(),
            run: self.run.mark(),
        };
        self.bytes += PAGE_BYTES * mark.pages.len();
        self.base = if self.marks.is_empty() {
            0
        } else {
            self.base + 1
        };
        self.marks.insert(self.base, mark);
        self.thin_out();
    }

    /// Makes the state that of a mark.
    fn restore(&mut self, to: usize) {
        let between = self.base.min(to) + 1..=self.base.max(to);
        let marked = self.marks[between]
            .iter()
            .flat_map(|mark| mark.pages.keys());
        let mut pages: BTreeSet<usize> = marked.copied().collect();
        pages.extend(self.run.machine_mut().take_dirty());
        for page in pages {
            let known = self.marks[..=to].iter().rev();
            let bytes = known.filter_map(|mark| mark.pages.get(&page)).next();
            let ram = self.run.machine_mut().ram_mut();
            ram.set_page(page, bytes.map(AsRef::as_ref));
        }
        self.run.machine_mut().take_dirty();
        let mark = &self.marks[to];
        self.run.restore(&mark.run, &self.longest);
        self.events = mark.events;
        self.base = to;
    }

    /// Drops marks where there are too many: every second one, in the half that is farther from
    /// the present.
    fn thin_out(&mut self) {
        while self.marks.len() > 2 && (self.marks.len() > MOST_MARKS || self.bytes > MOST_BYTES) {
            let half = (self.marks.len() / 2).max(2);
            let far = match self.base >= half {
                true => (1..half).step_by(2),
                false => (half..self.marks.len()).step_by(2),
            };
            for position in far.rev() {
                self.drop_mark(position);
            }
        }
    }

    /// Drops a mark; the next one takes over what it does not have itself.
    fn drop_mark(&mut self, position: usize) {
        let dropped = self.marks.remove(position);
        self.base -= usize::from(position < self.base);
        self.bytes -= PAGE_BYTES * dropped.pages.len();
        if let Some(next) = self.marks.get_mut(position) {
            let own = next.pages.len();
            for (page, bytes) in dropped.pages {
                next.pages.entry(page).or_insert(bytes);
            }
            self.bytes += PAGE_BYTES * (next.pages.len() - own);
        }
    }
}
