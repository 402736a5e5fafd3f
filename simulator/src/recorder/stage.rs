//! Events on their way into the trace: found late or early, they leave in the order of time.

use crate::cpu::Registers;
use crate::event::Event;
use crate::system_call::SystemCall;

/// A recorded run: events, the registers as they were when each happened, and system calls.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// What happened, by ascending time.
    pub events: Vec<Event>,
    /// The registers at the event with the same position: for what a trap caused, as the trap
    /// found them; for what a return caused, as it left them.
    pub registers: Vec<Registers>,
    /// The system calls that the kernel has dealt with, by ascending time: also those that made
    /// no event.
    pub calls: Vec<SystemCall>,
}

/// How much of a trace nobody has taken yet.
#[derive(Debug, Clone, Copy, Default)]
pub struct Waiting {
    /// How many events.
    pub events: usize,
    /// How many system calls.
    pub calls: usize,
}

/// A trace, and events that are not yet in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Stage {
    /// What is in the trace, and behind that, by ascending time as well, what is not yet.
    trace: Trace,
    /// How many events are in the trace.
    released: usize,
}

impl Stage {
    /// Adds an event; among those of the same time the order of adding counts.
    pub(super) fn add(&mut self, event: Event, registers: &Registers) {
        let Trace {
            events,
            registers: all,
            ..
        } = &mut self.trace;
        let waiting = &events[self.released..];
        let later = waiting.iter().rev();
        let later = later.take_while(|other| other.time_ns > event.time_ns);
        let at = events.len() - later.count();
        events.insert(at, event);
        all.insert(at, *registers);
    }

    /// Adds a system call. There is no earlier one to come.
    pub(super) fn add_call(&mut self, call: SystemCall) {
        self.trace.calls.push(call);
    }

    /// Moves what has happened up to a time into the trace.
    pub(super) fn release(&mut self, until_ns: u64) {
        let waiting = self.trace.events[self.released..].iter();
        self.released += waiting
            .take_while(|event| event.time_ns <= until_ns)
            .count();
    }

    /// The trace since the last call.
    pub(super) fn drain(&mut self) -> Trace {
        // As long again and a little more, so that it grows no more.
        let room = |length: usize| length + length / 8;
        let mut next = Trace {
            events: Vec::with_capacity(room(self.trace.events.len())),
            registers: Vec::with_capacity(room(self.trace.registers.len())),
            calls: Vec::with_capacity(room(self.trace.calls.len())),
        };
        let released = std::mem::take(&mut self.released);
        next.events.extend(self.trace.events.drain(released..));
        next.registers
            .extend(self.trace.registers.drain(released..));
        std::mem::replace(&mut self.trace, next)
    }

    /// What was not drained, each event with its pc.
    pub(super) fn released(&self) -> impl Iterator<Item = (&Event, u64)> {
        let pcs = self.trace.registers.iter().map(|registers| registers.pc);
        self.trace.events[..self.released].iter().zip(pcs)
    }

    /// How much was not drained.
    pub(super) fn waiting(&self) -> Waiting {
        Waiting {
            events: self.released,
            calls: self.trace.calls.len(),
        }
    }
}
