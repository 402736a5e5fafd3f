//! A run that was recorded to be exported, with how long each system call took.

use std::ops::Range;

use septum_core::image;
use septum_core::plan::Plan;
use septum_core::scenario::Scenario;
use septum_simulator::cpu::MachineError;
use septum_simulator::event::Event;
use septum_simulator::simulation::{BootError, Outcome, Simulation};
use septum_simulator::system_call::SystemCall;

use crate::experiment::{Experiment, ExperimentError};
use crate::trace::kind::Kind;
use crate::trace::lane::Lane;
use crate::trace::layout::Layout;
use crate::trace::messages::Messages;
use crate::trace::query::{Query, Seen};
use crate::trace::recording::Recording;

/// Why there is no run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The machine cannot be switched on.
    #[error(transparent)]
    Boot(#[from] BootError),
    /// The scenario is none for this design.
    #[error(transparent)]
    Experiment(#[from] ExperimentError),
    /// The emulator failed.
    #[error("the emulator failed: {0}")]
    Machine(#[from] MachineError),
}

/// A system call, from the call to the next instruction in U-mode, whoever executes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallSpan {
    /// Lane of the partition that made it.
    pub lane: usize,
    /// Its name.
    pub name: &'static str,
    /// When, in nanoseconds since reset.
    pub span_ns: Range<u64>,
    /// The name of what it came to at once; `None` where the partition waits, or never runs
    /// again.
    pub status: Option<&'static str>,
}

/// A run that is over, and what of it is shown.
#[derive(Debug)]
pub struct Run {
    recording: Recording,
    /// Everything that happened: an export looks at all of it.
    events: Vec<Event>,
    /// The system calls, in order.
    pub calls: Vec<CallSpan>,
    /// How it ended.
    pub outcome: Outcome,
    /// What events must satisfy to be shown.
    only: Option<Query>,
}

impl Run {
    /// Boots a design and runs it up to a time in nanoseconds. Of its events are shown those that
    /// the expression means, or all.
    ///
    /// # Errors
    /// When the machine cannot be switched on, or the emulator fails.
    pub fn record(
        plan: &Plan,
        scenario: &Scenario,
        until_ns: u64,
        only: Option<Query>,
    ) -> Result<Self, RunError> {
        let mut simulation = Simulation::boot(plan, &image::build(plan), scenario)?;
        Experiment::of(scenario, plan)?.inject(&mut simulation)?;
        let mut run = Self {
            recording: Recording::new(Layout::of(plan)),
            events: Vec::new(),
            calls: Vec::new(),
            outcome: Outcome::Reached,
            only,
        };
        while simulation.run_visit(until_ns)?.is_some() {
            run.take(&mut simulation);
        }
        run.outcome = simulation.run_until(until_ns)?;
        run.take(&mut simulation);
        run.recording.reach(simulation.time_ns());
        Ok(run)
    }

    /// Takes in what happened up to the end of a visit to the kernel.
    fn take(&mut self, simulation: &mut Simulation) {
        let trace = simulation.drain_trace();
        for (event, registers) in trace.events.iter().zip(&trace.registers) {
            self.recording.push(event, registers);
        }
        self.events.extend(trace.events);
        let end_ns = simulation.time_ns();
        let calls = trace.calls.iter();
        self.calls.extend(calls.filter_map(|it| span(it, end_ns)));
    }

    /// What was known before the run.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        self.recording.layout()
    }

    /// Everything that happened, shown or not.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Positions of the events of a kind.
    #[must_use]
    pub fn events_of_kind(&self, kind: Kind) -> &[usize] {
        self.recording.events_of_kind(kind)
    }

    /// Positions of the events of a nanosecond.
    #[must_use]
    pub fn events_at(&self, time_ns: u64) -> Range<usize> {
        let after_ns = time_ns.saturating_add(1);
        self.recording.first_at(time_ns)..self.recording.first_at(after_ns)
    }

    /// What each partition did, by lane.
    #[must_use]
    pub fn lanes(&self) -> &[Lane] {
        self.recording.lanes()
    }

    /// The lane of an event; `None` for events of the hart.
    #[must_use]
    pub fn lane_of(&self, event: usize) -> Option<usize> {
        self.recording.lane_of(event)
    }

    /// The messages.
    #[must_use]
    pub fn messages(&self) -> &Messages {
        self.recording.messages()
    }

    /// What an event carries, in one line.
    #[must_use]
    pub fn detail(&self, event: usize) -> String {
        let event = self.events.get(event);
        event.map_or(String::new(), |event| self.recording.detail(event))
    }

    /// The program counter at an event.
    #[must_use]
    pub fn pc(&self, event: usize) -> u64 {
        self.recording.registers(event).map_or(0, |it| it.pc)
    }

    /// How far the run has come, in nanoseconds.
    #[must_use]
    pub fn time_ns(&self) -> u64 {
        self.recording.time_ns()
    }

    /// Whether an event is shown.
    #[must_use]
    pub fn shows(&self, event: usize) -> bool {
        let matches = |query: &Query| {
            let pc = self.pc(event);
            let event = self.events.get(event);
            event.is_some_and(|event| query.matches(Seen { event, pc }))
        };
        self.only.as_ref().is_none_or(matches)
    }

    /// The events that are shown, with their positions in the recording.
    pub fn shown(&self) -> impl Iterator<Item = (usize, &Event)> {
        let events = self.events.iter().enumerate();
        events.filter(|(position, _)| self.shows(*position))
    }

    /// Whether every event is shown.
    #[must_use]
    pub fn shows_everything(&self) -> bool {
        self.only.is_none()
    }
}

/// A call that was dealt with by this time.
fn span(call: &SystemCall, end_ns: u64) -> Option<CallSpan> {
    Some(CallSpan {
        lane: call.registers.partition?,
        name: call.name().unwrap_or("no such call"),
        span_ns: call.time_ns..end_ns.max(call.time_ns),
        status: call.status_name(),
    })
}
