//! What a debugger does with a run: breakpoints and watchpoints, in both directions of time.

use std::collections::BTreeSet;

use crate::cpu::{Cpu, MachineError, Registers};
use crate::simulation::Outcome;
use crate::travel::Travel;

/// The first piece of the past that is searched, in instructions.
const FIRST_PIECE: u64 = 20_000;
/// The longest one.
const LONGEST_PIECE: u64 = 1_000_000;
/// Bytes of a watchpoint at most.
const WATCHED_BYTES: usize = 4096;

/// Why a run stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// A breakpoint is the next instruction.
    Breakpoint,
    /// Memory at this watched address has another value than one instruction before.
    Watchpoint(u64),
    /// The begin of the run.
    Begin,
    /// The end of the run.
    End(Outcome),
}

/// Memory that is watched, with what was in it last.
#[derive(Debug, Clone)]
struct Watched {
    address: u64,
    value: Vec<u8>,
}

/// A run under a debugger.
pub struct Debugger {
    travel: Travel,
    breakpoints: BTreeSet<u64>,
    watched: Vec<Watched>,
}

impl Debugger {
    /// Of a run that stands still.
    #[must_use]
    pub fn new(travel: Travel) -> Self {
        Self {
            travel,
            breakpoints: BTreeSet::new(),
            watched: Vec::new(),
        }
    }

    /// The run, to look at.
    #[must_use]
    pub fn travel(&self) -> &Travel {
        &self.travel
    }

    /// The registers now.
    #[must_use]
    pub fn registers(&self) -> Registers {
        self.travel.simulation().registers()
    }

    /// Reads memory as the hart sees it now, or, where it sees nothing there, physical memory;
    /// says how many bytes there are.
    pub fn read(&mut self, address: u64, data: &mut [u8]) -> usize {
        self.travel.read_memory(address, data)
    }

    /// Stops at an instruction from now on.
    pub fn add_breakpoint(&mut self, pc: u64) {
        self.breakpoints.insert(pc);
    }

    /// No more; says whether there was one.
    pub fn remove_breakpoint(&mut self, pc: u64) -> bool {
        self.breakpoints.remove(&pc)
    }

    /// Stops when memory changes from now on; false where there is none, or it is too long.
    pub fn add_watchpoint(&mut self, address: u64, length: u64) -> bool {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > WATCHED_BYTES {
            return false;
        }
        let mut value = vec![0; length];
        let is_memory = self.read(address, &mut value) == length;
        if is_memory {
            self.watched.push(Watched { address, value });
        }
        is_memory
    }

    /// No more; says whether there was one.
    pub fn remove_watchpoint(&mut self, address: u64) -> bool {
        let before = self.watched.len();
        self.watched.retain(|watched| watched.address != address);
        self.watched.len() < before
    }

    /// Executes one instruction, or sleeps until the next thing happens.
    ///
    /// # Errors
    /// When the emulator failed.
    pub fn step(&mut self) -> Result<Option<Stop>, MachineError> {
        let outcome = self.travel.step()?;
        drop(self.travel.take_trace());
        Ok((outcome != Outcome::Reached).then_some(Stop::End(outcome)))
    }

    /// Goes back by one instruction.
    ///
    /// # Errors
    /// When the emulator failed.
    pub fn step_back(&mut self) -> Result<Option<Stop>, MachineError> {
        if self.travel.time_ns() == 0 {
            return Ok(Some(Stop::Begin));
        }
        self.travel.step_back()?;
        self.look_anew();
        Ok(None)
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
            let stop = self.step()?;
            if let Some(stop) = stop.or_else(|| self.hit()) {
                return Ok(Some(stop));
            }
        }
        // So that there is a mark to come back to.
        self.travel.go_to(self.travel.time_ns())?;
        Ok(None)
    }

    /// Goes back to the last stop before now.
    ///
    /// # Errors
    /// When the emulator failed.
    pub fn run_back(&mut self) -> Result<Stop, MachineError> {
        let mut end_ns = self.travel.time_ns();
        let mut piece = FIRST_PIECE;
        while end_ns > 0 {
            let begin_ns = end_ns.saturating_sub(piece);
            match self.last_stop(begin_ns, end_ns)? {
                Some((time_ns, stop)) => {
                    self.travel.go_to(time_ns)?;
                    self.look_anew();
                    if !matches!(stop, Stop::Breakpoint) || self.is_at_breakpoint() {
                        return Ok(stop);
                    }
                    // An interrupt comes before that instruction.
                    end_ns = time_ns;
                }
                None => end_ns = begin_ns,
            }
            piece = (2 * piece).min(LONGEST_PIECE);
        }
        self.travel.go_to(0)?;
        self.look_anew();
        Ok(Stop::Begin)
    }

    /// The last stop in a piece of the past, its end not included.
    fn last_stop(
        &mut self,
        begin_ns: u64,
        end_ns: u64,
    ) -> Result<Option<(u64, Stop)>, MachineError> {
        self.travel.go_to(begin_ns)?;
        self.look_anew();
        let at_begin = self.is_at_breakpoint().then_some(Stop::Breakpoint);
        let mut last = at_begin.map(|stop| (begin_ns, stop));
        while self.travel.time_ns() < end_ns {
            if self.step()?.is_some() {
                break;
            }
            let time_ns = self.travel.time_ns();
            let hit = self.hit();
            last = hit
                .filter(|_| time_ns < end_ns)
                .map(|stop| (time_ns, stop))
                .or(last);
        }
        Ok(last)
    }

    /// Whether it stops here, after a step.
    fn hit(&mut self) -> Option<Stop> {
        let mut changed = None;
        for position in 0..self.watched.len() {
            let Watched { address, value } = &self.watched[position];
            let mut now = vec![0; value.len()];
            let address = *address;
            self.travel.read_memory(address, &mut now);
            if self.watched[position].value != now {
                self.watched[position].value = now;
                changed = Some(Stop::Watchpoint(address));
            }
        }
        let at_breakpoint = self.is_at_breakpoint().then_some(Stop::Breakpoint);
        changed.or(at_breakpoint)
    }

    fn is_at_breakpoint(&self) -> bool {
        let pc = self.travel.simulation().machine().cpu().pc();
        self.breakpoints.contains(&pc)
    }

    /// After a way through time: what is watched has the values of the present.
    fn look_anew(&mut self) {
        for watched in &mut self.watched {
            self.travel.read_memory(watched.address, &mut watched.value);
        }
    }
}
