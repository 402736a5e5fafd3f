//! The trace side of the designer: a simulated run, seen.

use std::path::Path;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::{List, Paragraph};
use septum_core::dhall::Evaluator;
use septum_core::system::System;
use septum_core::{image, plan};
use septum_simulator::event::Event;
use septum_simulator::simulation::Simulation;

use crate::cli::design::scenario;
use crate::trace::describe::{bare_milliseconds, detail};
use crate::trace::kind::Kind;

use super::action::Row;
use super::effect::Effect;
use super::state::State;

/// What the trace side knows.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// Name of the channel of the selected event; the graph highlights it.
    pub channel: Option<String>,
    /// The events of the last run, or why it could not be booted; `None` before the first.
    pub run: Option<Result<Vec<Event>, String>>,
}

/// Virtual time that a boot shows.
const RUN_NS: u64 = 10_000_000;

/// Builds and boots a system and runs it for [`RUN_NS`]. Not on the UI's thread.
///
/// # Errors
/// Why it could not be booted or went wrong, in a sentence.
pub fn run(system: &System, folder: &Path, evaluator: &Evaluator) -> Result<Vec<Event>, String> {
    let plan = plan::plan(system).map_err(|problems| {
        let messages: Vec<String> = problems.into_iter().map(|d| d.message).collect();
        messages.join("; ")
    })?;
    let script = scenario(&folder.join("system.dhall"), None, evaluator)
        .map_err(|error| format!("{error:#}"))?;
    let mut simulation = Simulation::boot(&plan, &image::build(&plan), &script)
        .map_err(|error| error.to_string())?;
    simulation
        .run_until(RUN_NS)
        .map_err(|error| error.to_string())?;
    Ok(simulation.drain_events())
}

/// Follows a run.
pub fn ran(state: &mut State, result: Result<Vec<Event>, String>) -> Vec<Effect> {
    state.trace.run = Some(result);
    Vec::new()
}

/// What the session is asked to do.
#[derive(Debug, Clone)]
pub enum Command {}

/// What the session says.
#[derive(Debug)]
pub enum Report {}

/// The actions of the trace view.
pub const ROWS: &[Row] = &[];

/// Follows what the session says.
pub fn update(_state: &mut State, report: Report) -> Vec<Effect> {
    match report {}
}

/// What the answer to a question of the trace side does.
pub fn answered(_state: &mut State, _purpose: &'static str, _text: &str) -> Vec<Effect> {
    Vec::new()
}

/// Draws the view: the first events of the last run, as many as fit.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let events = match &state.trace.run {
        None => {
            return sentence(
                frame,
                area,
                "Nothing has run yet: F5 builds and boots this design.",
            );
        }
        Some(Err(reason)) => return sentence(frame, area, reason),
        Some(Ok(events)) => events,
    };
    let rows = events.iter().take(usize::from(area.height)).map(line);
    frame.render_widget(List::new(rows), area);
}

fn sentence(frame: &mut Frame<'_>, area: Rect, text: &str) {
    frame.render_widget(Paragraph::new(format!(" {text}")), area);
}

fn line(event: &Event) -> String {
    format!(
        "{:>11} ms  {:<14} {:<21} {}",
        bare_milliseconds(event.time_ns),
        event.partition.as_deref().unwrap_or("-"),
        Kind::of(&event.kind).row().name,
        detail(&event.kind)
    )
}
