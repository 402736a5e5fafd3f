//! A machine and how far it has come.

use septum_simulator::event::Event;

use crate::trace::kind::Kind;

use super::command::Goal;
use super::machine::Machine;
use super::report::{Ending, Printed, Reading};

/// A machine and how far it has come.
#[derive(Debug)]
pub(super) struct Player<M> {
    machine: M,
    /// How many events there were.
    events: usize,
    /// How many bytes were printed and taken.
    printed: usize,
    /// Whether the last step made the last event.
    at_event: bool,
}

/// What a step came to.
#[derive(Debug)]
pub(super) struct Stepped {
    /// What happened.
    pub(super) events: Vec<Event>,
    /// The run can go no further.
    pub(super) ending: Option<Ending>,
}

impl<M: Machine> Player<M> {
    pub(super) fn new(machine: M) -> Self {
        Self {
            machine,
            events: 0,
            printed: 0,
            at_event: false,
        }
    }

    /// Makes one step.
    pub(super) fn step(&mut self) -> Stepped {
        let ending = self.machine.step();
        let events = self.machine.take_events();
        self.events += events.len();
        self.at_event = !events.is_empty();
        Stepped { events, ending }
    }

    /// How many events there were so far.
    pub(super) fn events(&self) -> usize {
        self.events
    }

    /// Whether the registers are those right after this event.
    pub(super) fn is_right_after(&self, event: usize) -> bool {
        self.at_event && self.events == event + 1
    }

    pub(super) fn time_ns(&self) -> u64 {
        self.machine.time_ns()
    }

    /// What was printed since the last time.
    pub(super) fn take_printed(&mut self) -> Vec<Printed> {
        let printed = self.machine.printed(self.printed);
        self.printed += printed.len();
        printed
    }

    /// The registers now.
    pub(super) fn reading(&self) -> Reading {
        Reading {
            event: self.events.checked_sub(1),
            time_ns: self.time_ns(),
            registers: self.machine.registers(),
        }
    }
}

impl Goal {
    /// Whether a step with these events, up to this time, has reached it.
    pub(super) fn is_reached(self, events: &[Event], time_ns: u64) -> bool {
        match self {
            Self::Instruction => true,
            Self::Event { kinds, until_ns } => {
                let wanted = |event: &Event| kinds.contains(Kind::of(&event.kind));
                events.iter().any(wanted) || until_ns.is_some_and(|until_ns| time_ns >= until_ns)
            }
            Self::Time(until_ns) => time_ns >= until_ns,
            Self::Forever => false,
        }
    }
}
