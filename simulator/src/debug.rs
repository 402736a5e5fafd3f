//! What a debugger does with a run: breakpoints and watchpoints, in both directions of time.

use std::collections::BTreeSet;

use crate::cpu::{Cpu, MachineError, Registers};
use crate::machine::Instant;
use crate::run::Run;
use crate::simulation::{Outcome, Simulation};
use crate::travel::Travel;

/// The first piece of the past that is searched, in instructions.
const FIRST_PIECE: u64 = 20_000;
/// The longest one.
const LONGEST_PIECE: u64 = 1_000_000;
/// Bytes of a watchpoint at most.
const WATCHED_BYTES: usize = 4096;
/// A hart that is told to execute one instruction may have to wait for its turn, for so many
/// instructions of others at most.
const PATIENCE: u64 = 20_000;

/// Why a run stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// A breakpoint is the next instruction, of [`Debugger::hart`].
    Breakpoint,
    /// Memory at this watched address has another value than one instruction, of
    /// [`Debugger::hart`], before.
    Watchpoint(u64),
    /// The begin of the run.
    Begin,
    /// The end of the run.
    End(Outcome),
}

/// Memory that is watched, with what was in it last.
#[derive(Debug, Clone)]
struct Watched {
    /// The hart as which it is seen.
    hart: usize,
    address: u64,
    value: Vec<u8>,
}

/// A run under a debugger.
pub struct Debugger<R: Run = Simulation> {
    travel: Travel<R>,
    breakpoints: BTreeSet<u64>,
    watched: Vec<Watched>,
    hart: usize,
}

impl<R: Run> Debugger<R> {
    /// Of a run that stands still.
    #[must_use]
    pub fn new(travel: Travel<R>) -> Self {
        Self {
            travel,
            breakpoints: BTreeSet::new(),
            watched: Vec::new(),
            hart: 0,
        }
    }

    /// The run, to look at.
    #[must_use]
    pub fn travel(&self) -> &Travel<R> {
        &self.travel
    }

    /// How many harts there are.
    #[must_use]
    pub fn harts(&self) -> usize {
        self.travel.get().machine().harts()
    }

    /// The hart that the last stop is about.
    #[must_use]
    pub fn hart(&self) -> usize {
        self.hart
    }

    /// The registers of a hart now; `None` where there is no such hart.
    #[must_use]
    pub fn registers(&self, hart: usize) -> Option<Registers> {
        self.travel.get().registers_of(hart)
    }

    /// Reads memory as a hart sees it now, or, where it sees nothing there, physical memory; says
    /// how many bytes there are.
    pub fn read(&mut self, hart: usize, address: u64, data: &mut [u8]) -> usize {
        self.travel.read_memory(hart, address, data)
    }

    /// Stops at an instruction from now on.
    pub fn add_breakpoint(&mut self, pc: u64) {
        self.breakpoints.insert(pc);
    }

    /// No more; says whether there was one.
    pub fn remove_breakpoint(&mut self, pc: u64) -> bool {
        self.breakpoints.remove(&pc)
    }

    /// Stops when memory, as the hart of the last stop sees it, changes from now on; false where
    /// there is none, or it is too long.
    pub fn add_watchpoint(&mut self, address: u64, length: u64) -> bool {
        let hart = self.hart;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > WATCHED_BYTES {
            return false;
        }
        let mut value = vec![0; length];
        let is_memory = self.read(hart, address, &mut value) == length;
        if is_memory {
            let watched = Watched {
                hart,
                address,
                value,
            };
            self.watched.push(watched);
        }
        is_memory
    }

    /// No more; says whether there was one.
    pub fn remove_watchpoint(&mut self, address: u64) -> bool {
        let before = self.watched.len();
        self.watched.retain(|watched| watched.address != address);
        self.watched.len() < before
    }

    /// Lets a hart execute one instruction, the others what comes before, or sleep until the next
    /// thing happens.
    ///
    /// # Errors
    /// When the emulator failed.
    pub fn step(&mut self, hart: usize) -> Result<Option<Stop>, MachineError> {
        for _ in 0..PATIENCE {
            let stop = self.step_any()?;
            if self.hart == hart || self.harts() == 1 || stop.is_some() {
                return Ok(stop);
            }
            // Its own next instruction is where it stands.
            if self.present() != hart
                && let Some(stop) = self.hit()
            {
                return Ok(Some(stop));
            }
        }
        self.hart = hart;
        Ok(None)
    }

    /// Goes back by one instruction of a hart.
    ///
    /// # Errors
    /// When the emulator failed.
    pub fn step_back(&mut self, hart: usize) -> Result<Option<Stop>, MachineError> {
        self.hart = hart;
        if self.travel.instant() == Instant::default() {
            return Ok(Some(Stop::Begin));
        }
        if self.harts() == 1 {
            self.travel.step_back()?;
            self.arrive()?;
            return Ok(None);
        }
        let count = self.executed(hart);
        let is_before = |it: &Self| it.executed(hart) < count;
        let found = self.search(is_before, |it| is_before(it).then_some(()))?;
        self.hart = hart;
        Ok(found.is_none().then_some(Stop::Begin))
    }

    /// Executes so many instructions, or up to a stop.
    ///
    /// # Errors
    /// When the emulator failed.
    pub fn run(&mut self, instructions: u64) -> Result<Option<Stop>, MachineError> {
        if self.breakpoints.is_empty() && self.watched.is_empty() {
            let time_ns = self.travel.time_ns().saturating_add(instructions);
            let outcome = self.travel.go_to(time_ns)?;
            drop(self.travel.take_trace());
            return Ok((outcome != Outcome::Reached).then_some(Stop::End(outcome)));
        }
        for _ in 0..instructions {
            let stop = self.step_any()?;
            if let Some(stop) = stop.or_else(|| self.hit()) {
                return Ok(Some(stop));
            }
        }
        // So that there is a mark to come back to.
        self.travel.keep()?;
        Ok(None)
    }

    /// Goes back to the last stop before now.
    ///
    /// # Errors
    /// When the emulator failed.
    pub fn run_back(&mut self) -> Result<Stop, MachineError> {
        let look = |it: &mut Self| it.hit().map(|stop| (stop, it.hart));
        let (stop, hart) = match self.search(|_| true, look)? {
            Some(found) => found,
            None => (Stop::Begin, self.present()),
        };
        self.hart = hart;
        Ok(stop)
    }

    /// The hart that executes next.
    fn present(&self) -> usize {
        self.travel.get().machine().current()
    }

    /// Instructions that a hart has executed.
    fn executed(&self, hart: usize) -> u64 {
        self.travel.get().machine().instructions_of(hart)
    }

    /// Executes one instruction, of the hart whose turn it is, or sleeps until the next thing
    /// happens. [`Debugger::hart`] is who did.
    fn step_any(&mut self) -> Result<Option<Stop>, MachineError> {
        self.hart = self.present();
        let outcome = self.travel.step()?;
        if outcome == Outcome::Reached {
            self.travel.settle()?;
        }
        drop(self.travel.take_trace());
        Ok((outcome != Outcome::Reached).then_some(Stop::End(outcome)))
    }

    /// Goes back to the last instant before now at which there is what is looked for; to the begin
    /// of the run, where there is none. A piece of the past that cannot have it, as seen at its
    /// begin, is not searched.
    fn search<T>(
        &mut self,
        may_have: impl Fn(&Self) -> bool,
        look: impl Fn(&mut Self) -> Option<T>,
    ) -> Result<Option<T>, MachineError> {
        let ns_per_instruction = self.travel.get().machine().ns_per_instruction();
        let mut end = self.travel.instant();
        let mut piece = FIRST_PIECE;
        while end > Instant::default() {
            let piece_ns = piece.saturating_mul(ns_per_instruction);
            self.travel.go_to(end.time_ns.saturating_sub(piece_ns))?;
            self.arrive()?;
            let begin = self.travel.instant();
            if may_have(self)
                && let Some((instant, found)) = self.last(end, &look)?
            {
                self.travel.go_to_instant(instant)?;
                self.arrive()?;
                return Ok(Some(found));
            }
            end = begin;
            piece = (2 * piece).min(LONGEST_PIECE);
        }
        self.travel.go_to(0)?;
        self.arrive()?;
        Ok(None)
    }

    /// What is looked for and comes last from now to an instant, that one not included.
    fn last<T>(
        &mut self,
        end: Instant,
        look: &impl Fn(&mut Self) -> Option<T>,
    ) -> Result<Option<(Instant, T)>, MachineError> {
        let mut last = None;
        loop {
            let now = self.travel.instant();
            if now >= end {
                return Ok(last);
            }
            if let Some(found) = look(self) {
                last = Some((now, found));
            }
            if self.step_any()?.is_some() {
                return Ok(last);
            }
        }
    }

    /// Whether it stops here, after a step.
    fn hit(&mut self) -> Option<Stop> {
        let mut changed = None;
        for watched in &mut self.watched {
            let mut now = vec![0; watched.value.len()];
            self.travel
                .read_memory(watched.hart, watched.address, &mut now);
            if watched.value != now {
                watched.value = now;
                changed = Some(Stop::Watchpoint(watched.address));
            }
        }
        if changed.is_none() && self.is_at_breakpoint() {
            self.hart = self.present();
            return Some(Stop::Breakpoint);
        }
        changed
    }

    fn is_at_breakpoint(&self) -> bool {
        let pc = self.travel.get().machine().cpu().pc();
        self.breakpoints.contains(&pc)
    }

    /// After a way through time: the next instruction is the one that will be executed, and what is
    /// watched has the values of the present.
    fn arrive(&mut self) -> Result<(), MachineError> {
        self.travel.settle()?;
        drop(self.travel.take_trace());
        for watched in &mut self.watched {
            self.travel
                .read_memory(watched.hart, watched.address, &mut watched.value);
        }
        Ok(())
    }
}
