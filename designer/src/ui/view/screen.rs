//! The whole screen: which part is where.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::widgets::Paragraph;

use super::{ask, canvas, confirm, dhall, form, help, hints, problems, schedule, status, tabs};
use crate::ui::overlay::Overlay;
use crate::ui::state::{Size, State, View};
use crate::ui::trace;

/// The smallest terminal on which the designer can be used.
pub const SMALLEST: Size = Size {
    width: 60,
    height: 16,
};
/// From this width on, the properties of the selection stand beside the canvas.
const WITH_INSPECTOR: u16 = 110;
/// From this width on, the properties have more room.
const VERY_WIDE: u16 = 160;
/// From this height on, more problems are in sight.
const TALL: u16 = 30;

/// The parts of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Regions {
    /// The names of the views and of the design.
    pub tabs: Rect,
    /// The view, without what stands beside it.
    pub canvas: Rect,
    /// The properties of the selection, beside the canvas.
    pub inspector: Option<Rect>,
    /// The problems below the view.
    pub problems: Option<Rect>,
    /// What just happened, or what is selected.
    pub status: Rect,
    /// What can be done here.
    pub hints: Rect,
}

/// Where the parts of the screen are.
#[must_use]
pub fn regions(state: &State) -> Regions {
    let area = Rect::new(0, 0, state.size.width, state.size.height);
    let below = match state.view {
        View::Problems | View::Trace => 0,
        _ if state.diagnostics().is_empty() => 1,
        _ if state.size.height >= TALL => 7,
        _ => 4,
    };
    let [tabs, main, problems, status, hints] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Min(0),
        Constraint::Length(below),
        Constraint::Length(1),
        Constraint::Length(1),
    ])
    .areas(area);
    let beside = if state.view == View::Graph {
        inspector_width(state.size)
    } else {
        0
    };
    let [canvas, inspector] =
        Layout::horizontal([Constraint::Min(0), Constraint::Length(beside)]).areas(main);
    Regions {
        tabs,
        canvas,
        inspector: (beside > 0).then_some(inspector),
        problems: (below > 0).then_some(problems),
        status,
        hints,
    }
}

/// Columns of the canvas in the graph view of a terminal of this size.
#[must_use]
pub fn canvas_width(size: Size) -> u16 {
    size.width.saturating_sub(inspector_width(size))
}

fn inspector_width(size: Size) -> u16 {
    match size.width {
        0..WITH_INSPECTOR => 0,
        WITH_INSPECTOR..VERY_WIDE => 40,
        _ => 54,
    }
}

/// Draws the state.
pub fn draw(frame: &mut Frame<'_>, state: &State) {
    if state.size.width < SMALLEST.width || state.size.height < SMALLEST.height {
        too_small(frame, state.size);
        return;
    }
    let regions = regions(state);
    tabs::draw(frame, regions.tabs, state);
    view(frame, &regions, state);
    if let Some(area) = regions.inspector {
        form::inspector(frame, area, state);
    }
    if let Some(area) = regions.problems {
        problems::panel(frame, area, state);
    }
    status::draw(frame, regions.status, state);
    hints::draw(frame, regions.hints, state);
    for overlay in &state.overlays {
        over(frame, &regions, state, overlay);
    }
    if !state.pending.is_empty() {
        hints::continuations(frame, regions.canvas, state);
    }
}

fn too_small(frame: &mut Frame<'_>, size: Size) {
    let sentence = format!(
        "septum needs {} x {} cells; this terminal has {} x {}.",
        SMALLEST.width, SMALLEST.height, size.width, size.height
    );
    let lines: Vec<ratatui::text::Line<'_>> = super::text::wrap(&sentence, usize::from(size.width))
        .into_iter()
        .map(Into::into)
        .collect();
    frame.render_widget(Paragraph::new(lines), frame.area());
}

fn view(frame: &mut Frame<'_>, regions: &Regions, state: &State) {
    let area = regions.canvas;
    match state.view {
        View::Graph => canvas::draw(frame, area, state),
        View::Schedule => schedule::draw(frame, area, state),
        View::Dhall => dhall::draw(frame, area, state),
        View::Problems => problems::full(frame, area, state),
        View::Trace => trace::draw(frame, area, state),
    }
}

fn over(frame: &mut Frame<'_>, regions: &Regions, state: &State, overlay: &Overlay) {
    match overlay {
        Overlay::Help { top } => help::draw(frame, state, *top),
        Overlay::Ask(question) => ask::draw(frame, regions, state, question),
        Overlay::Form(open) => form::draw(frame, regions, state, open),
        Overlay::Confirm(question) => confirm::draw(frame, state, question),
    }
}
