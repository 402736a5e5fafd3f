//! Faults with the line of source that they came from.

use std::io::{self, Write};

use septum_core::plan::Plan;
use septum_core::programs::SourceLine;
use septum_simulator::event::Event;
use serde::Serialize;

use crate::trace::describe;
use crate::trace::source::{NoLine, Sources};

/// Finds the lines of events.
pub(super) struct Located<'plan> {
    plan: &'plan Plan,
    /// The lines of all programs.
    pub(super) sources: Sources,
}

/// An event as programs read it.
#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    event: &'a Event,
    #[serde(flatten)]
    source: Option<Source<'a>>,
}

/// The line of a fault, or `null` and why.
#[derive(Serialize)]
struct Source<'a> {
    source: Option<SourceLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    no_source: Option<String>,
    /// The line that a panic names.
    #[serde(skip_serializing_if = "Option::is_none")]
    panic_line: Option<u32>,
}

impl<'plan> Located<'plan> {
    pub(super) fn of(plan: &'plan Plan) -> Self {
        let sources = Sources::of(plan);
        Self { plan, sources }
    }

    /// The line that a fault came from.
    pub(super) fn line(&self, event: &Event) -> Option<SourceLine<'_>> {
        self.find(event)?.ok()
    }

    /// Prints an event as an object.
    pub(super) fn json(&self, event: &Event, out: &mut impl Write) -> io::Result<()> {
        let source = self.find(event).map(|found| Source {
            source: found.ok(),
            no_source: found.err().map(|why| why.to_string()),
            panic_line: describe::panic_line(&event.kind),
        });
        let row = serde_json::to_string(&Row { event, source })?;
        writeln!(out, "{row}")
    }

    /// The line of a fault; `None` for other events.
    fn find(&self, event: &Event) -> Option<Result<SourceLine<'_>, NoLine>> {
        let name = event.partition.as_deref()?;
        let mut partitions = self.plan.partitions.iter();
        let partition = partitions.position(|it| it.name == name);
        self.sources.of_fault(partition, &event.kind)
    }
}
