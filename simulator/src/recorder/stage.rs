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

/// Events that are not yet in the trace.
#[derive(Debug, Clone, Default)]
pub(super) struct Stage {
    waiting: Vec<(Event, Registers)>,
    trace: Trace,
}

impl Stage {
    /// Adds an event; among those of the same time the order of adding counts.
    pub(super) fn add(&mut self, event: Event, registers: Registers) {
        let at = self
            .waiting
            .partition_point(|(other, _)| other.time_ns <= event.time_ns);
        self.waiting.insert(at, (event, registers));
    }

    /// Adds a system call. There is no earlier one to come.
    pub(super) fn add_call(&mut self, call: SystemCall) {
        self.trace.calls.push(call);
    }

    /// Moves what has happened up to a time into the trace.
    pub(super) fn release(&mut self, until_ns: u64) {
        let ready = self
            .waiting
            .partition_point(|(event, _)| event.time_ns <= until_ns);
        for (event, registers) in self.waiting.drain(..ready) {
            self.trace.events.push(event);
            self.trace.registers.push(registers);
        }
    }

    /// The trace since the last call.
    pub(super) fn drain(&mut self) -> Trace {
        // As long again, so that it grows no more.
        let next = Trace {
            events: Vec::with_capacity(self.trace.events.len()),
            registers: Vec::with_capacity(self.trace.registers.len()),
            calls: Vec::with_capacity(self.trace.calls.len()),
        };
        std::mem::replace(&mut self.trace, next)
    }

    /// The trace that was not drained.
    pub(super) fn waiting(&self) -> &Trace {
        &self.trace
    }
}
