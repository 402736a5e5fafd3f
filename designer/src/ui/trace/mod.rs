//! The trace side of the designer: a run, the place in it that is looked at, and its views.
//!
//! Everything here is plain data and pure functions. The run itself is on the session's
//! thread ([`crate::session`]); what it reports comes in through [`Trace::take`].

mod actions;
mod arrows;
mod bars;
mod console;
pub mod filter;
mod follow;
mod list;
mod message;
pub mod navigate;
pub mod paint;
mod questions;
mod registers;
mod ruler;
pub mod span;
mod steer;
pub mod stops;
mod subject;
pub mod timeline;
pub mod view;
mod wires;

use std::sync::Arc;

use septum_simulator::cpu::Registers;
use septum_simulator::script::ScriptProgress;
use septum_simulator::system_call::SystemCall;

use crate::session::command::Goal;
use crate::session::report::{Ending, Looked};
use crate::trace::kind::{Kind, KindSet};
use crate::trace::query::field;
use crate::trace::recording::Recording;
use crate::trace::wanted::Wanted;

use ratatui::Frame;
use ratatui::layout::Rect;

use super::design::Design;
use super::effect::Effect;
use super::state::State;

pub use crate::session::command::Command;
pub use crate::session::report::Report;
pub use actions::ROWS;
pub use questions::answered;

use filter::Filter;
use navigate::{Found, Way};
use span::Span;
use stops::Stops;

/// Follows what the session says.
pub fn update(state: &mut State, report: Report) -> Vec<Effect> {
    if matches!(report, Report::Unwritten) {
        state.complain("Nothing has written that before the cursor.");
    }
    let command = state.trace.take(report);
    if let Some(lack) = state.trace.lack_of_a_message() {
        state.complain(lack);
    }
    command.map(Effect::Trace).into_iter().collect()
}

/// Draws the view.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let outdated = state.trace.is_outdated(&state.design);
    view::draw(&state.trace, outdated, state.look, area, frame.buffer_mut());
}

/// How the run stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing was booted yet.
    #[default]
    Empty,
    /// The image is being built and booted.
    Booting,
    /// It could not be booted, for this reason.
    Refused(String),
    /// It waits for the next command.
    Paused,
    /// It runs.
    Running,
    /// It can go no further.
    Ended(Ending),
}

/// What the detail panel shows where there is room for one panel only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Panel {
    /// What the selected event carries, bytes included.
    #[default]
    Event,
    /// The registers after the selected event.
    Registers,
    /// What the partitions printed.
    Console,
}

impl Panel {
    /// All panels, in the order in which the key goes round.
    pub const ALL: [Self; 3] = [Self::Event, Self::Registers, Self::Console];

    /// What its border says.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Event => "Event",
            Self::Registers => "Registers",
            Self::Console => "Console",
        }
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Event => Self::Registers,
            Self::Registers => Self::Console,
            Self::Console => Self::Event,
        }
    }
}

/// A run and the place in it that is looked at.
#[derive(Debug)]
pub struct Trace {
    /// How the run stands.
    pub phase: Phase,
    /// What happened.
    pub recording: Recording,
    /// The selected event.
    pub selected: Option<usize>,
    /// The time cursor, in nanoseconds. On the selected event, or after it when single
    /// instructions were stepped.
    pub cursor_ns: u64,
    /// The part of the run that is in sight.
    pub span: Span,
    /// Which events the list shows.
    pub filter: Filter,
    /// What was searched for last.
    pub search: String,
    /// The panel that is shown where there is room for one.
    pub panel: Panel,
    /// The first row in sight of the message panel.
    pub panel_top: usize,
    /// What events were asked to run to.
    pub until: Wanted,
    /// The registers at the end of the recording.
    pub now: Option<Registers>,
    /// What the session has looked up for an instant of the past.
    pub looked: Option<Looked>,
    /// How far the scenario has come.
    pub script: ScriptProgress,
    /// What the run was last asked for.
    pub goal: Option<Goal>,
    /// Where it stood last.
    pub stops: Stops,
    /// The selection goes along with the run.
    pub following: bool,
    /// The design that was booted.
    pub design: Option<Arc<Design>>,
}

impl Default for Trace {
    fn default() -> Self {
        Self {
            phase: Phase::Empty,
            recording: Recording::new(crate::trace::layout::Layout::default()),
            selected: None,
            cursor_ns: 0,
            span: Span::default(),
            filter: Filter::default(),
            search: String::new(),
            panel: Panel::default(),
            panel_top: 0,
            until: KindSet::NONE.toggled(Kind::Send).into(),
            now: None,
            looked: None,
            script: ScriptProgress::default(),
            goal: None,
            stops: Stops::default(),
            following: true,
            design: None,
        }
    }
}

impl Trace {
    /// Whether there is a run to look at.
    #[must_use]
    pub fn has_run(&self) -> bool {
        !self.recording.layout().partitions.is_empty()
    }

    /// Whether what was booted is another system than this one. Where boxes stand is no matter.
    #[must_use]
    pub fn is_outdated(&self, design: &Arc<Design>) -> bool {
        let booted = self.design.as_ref();
        booted.is_some_and(|booted| !Arc::ptr_eq(booted, design) && booted.system != design.system)
    }

    /// The channel of the selected event, for the graph.
    #[must_use]
    pub fn channel(&self) -> Option<String> {
        let event = self.recording.event(self.selected?)?;
        field::channel(&event.kind).map(str::to_owned)
    }

    /// The system call at the cursor.
    #[must_use]
    pub fn call(&self) -> Option<SystemCall> {
        self.recording.call_at(self.cursor_ns)
    }

    /// The selected event, where the cursor is on it and not behind it.
    #[must_use]
    pub fn event(&self) -> Option<usize> {
        let time_ns = self.recording.index().time_ns(self.selected?);
        self.selected.filter(|_| time_ns == Some(self.cursor_ns))
    }

    /// The lane of the selected event, or of the system call where that made no event; `None`
    /// for the hart's, or when nothing is selected.
    #[must_use]
    pub fn lane(&self) -> Option<usize> {
        match self.call().filter(|_| self.event().is_none()) {
            Some(call) => call.registers.partition,
            None => self.recording.lane_of(self.selected?),
        }
    }

    /// The registers at the cursor: those that were looked up, those at the selected event or at
    /// the system call, or those now when the cursor is at the end. In between nobody knows them.
    #[must_use]
    pub fn registers(&self) -> Option<Registers> {
        if let Some(looked) = self.looked.filter(|it| it.time_ns == self.cursor_ns) {
            return Some(looked.registers);
        }
        if self.event().is_some() {
            return self.recording.registers(self.selected?);
        }
        let now = self
            .now
            .filter(|_| self.cursor_ns >= self.recording.time_ns());
        self.call().map(|call| call.registers).or(now)
    }

    /// Whether the selection is at the last event that was recorded.
    #[must_use]
    pub fn at_end(&self) -> bool {
        self.selected.map_or(0, |event| event + 1) == self.recording.len()
    }

    /// Selects an event, moves the cursor to it and brings it in sight.
    pub fn select(&mut self, event: usize) {
        let Some(time_ns) = self.recording.index().time_ns(event) else {
            return;
        };
        self.selected = Some(event);
        self.cursor_ns = time_ns;
        self.looked = None;
        self.panel_top = 0;
        self.span = self.span.showing(time_ns);
        self.following = self.at_end();
    }

    /// Moves the cursor to a system call, and selects the event that it made, or else the last
    /// one before it.
    pub fn go_to_call(&mut self, call: &SystemCall) {
        let recording = &self.recording;
        let first = recording.first_at(call.time_ns);
        let behind = recording.first_at(call.time_ns.saturating_add(1));
        let made = (first..behind).find(|event| {
            let kind = recording.index().kind(*event);
            kind.is_some_and(|kind| kind.row().call)
                && recording.lane_of(*event) == call.registers.partition
        });
        self.go_to_recorded(call.time_ns);
        if let Some(event) = made {
            self.select(event);
        }
    }

    /// Moves the cursor to a time that was recorded, and selects the last event up to it.
    pub fn go_to_recorded(&mut self, time_ns: u64) {
        let behind = self.recording.first_at(time_ns.saturating_add(1));
        if let Some(event) = behind.checked_sub(1) {
            self.select(event);
        }
        self.go_to_time(time_ns);
    }

    /// Moves the cursor and brings it in sight.
    fn go_to_time(&mut self, time_ns: u64) {
        self.cursor_ns = time_ns;
        self.span = self.span.showing(time_ns);
    }

    fn select_some(&mut self, event: Option<usize>) -> bool {
        if let Some(event) = event {
            self.select(event);
        }
        event.is_some()
    }

    /// Goes so many rows down the list; negative is up. Stops at its ends.
    pub fn go_rows(&mut self, rows: isize) {
        let Some(last) = self.filter.len(&self.recording).checked_sub(1) else {
            return;
        };
        let row = self.row();
        let on_row = self.selected.is_some() && self.filter.event(row) == self.selected;
        // From between two rows, down leads to the later one, which `row` already is.
        let rows = if on_row || rows < 0 { rows } else { rows - 1 };
        self.select_some(self.filter.event(row.saturating_add_signed(rows).min(last)));
    }

    /// The row of the list that the selection is on or just before.
    #[must_use]
    pub fn row(&self) -> usize {
        self.selected.map_or(0, |event| self.filter.row(event))
    }

    /// Goes to the first or last row of the list.
    pub fn go_to_end(&mut self, way: Way) {
        let row = match way {
            Way::Forwards => self.filter.len(&self.recording).saturating_sub(1),
            Way::Backwards => 0,
        };
        self.select_some(self.filter.event(row));
    }

    /// Goes to the next event of the same lane. Says whether there is one.
    pub fn go_in_lane(&mut self, way: Way) -> bool {
        self.select_some(navigate::in_lane(&self.recording, self.selected, way))
    }

    /// Goes to the next event of the same kind. Says whether there is one.
    pub fn go_of_kind(&mut self, way: Way) -> bool {
        let event = self
            .selected
            .and_then(|from| navigate::of_kind(&self.recording, from, way));
        self.select_some(event)
    }

    /// Goes from a send to its receive and back. Says whether there is one.
    pub fn go_to_other_end(&mut self) -> bool {
        let event = self
            .selected
            .and_then(|from| navigate::other_end(&self.recording, from));
        self.select_some(event)
    }

    /// Goes to the nearest event in the next lane that has any.
    pub fn go_to_lane(&mut self, way: Way) -> bool {
        let lanes = self.recording.lanes().len();
        // The hart's lane is on top, the partitions' below it.
        let number = |lane: Option<usize>| lane.map_or(0, |lane| lane + 1);
        let current = number(self.lane());
        let mut candidates: Vec<usize> = match way {
            Way::Forwards => (current + 1..=lanes).collect(),
            Way::Backwards => (0..current).rev().collect(),
        };
        candidates.retain(|number| {
            !self
                .recording
                .events_of_lane(number.checked_sub(1))
                .is_empty()
        });
        let lane = candidates.first().map(|number| number.checked_sub(1));
        let event =
            lane.and_then(|lane| navigate::nearest_in(&self.recording, lane, self.cursor_ns));
        self.select_some(event)
    }

    /// Goes to the next event that contains the searched text. Says too whether the search
    /// went on at the other end.
    pub fn go_to_match(&mut self, way: Way) -> (Found, bool) {
        let search = |from| navigate::search(&self.recording, &self.search, from, way);
        let (found, around) = match search(self.selected) {
            Found::Nothing => (search(None), true),
            found => (found, false),
        };
        if let Found::Event(event) | Found::NotYet(event) = found {
            self.select(event);
        }
        (found, around)
    }

    /// Shows only these events in the list.
    pub fn show(&mut self, wanted: Wanted) {
        self.filter.set(wanted, &self.recording);
    }

    /// Shows the whole run.
    pub fn fit(&mut self) {
        self.span = Span::covering(&(0..self.recording.time_ns()));
    }

    /// Shows one major frame around the cursor.
    pub fn fit_frame(&mut self) {
        self.span = self.frame_span();
    }

    /// One major frame around the cursor.
    #[must_use]
    pub fn frame_span(&self) -> Span {
        let layout = self.recording.layout();
        let frame_ns = layout.major_frame_ns.max(1);
        let number = self.cursor_ns.saturating_sub(layout.first_frame_ns) / frame_ns;
        let start_ns = layout.first_frame_ns + number * frame_ns;
        Span::covering(&(start_ns..start_ns.saturating_add(frame_ns)))
    }
}
