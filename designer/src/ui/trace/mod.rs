//! The trace side of the designer: a simulated run, seen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::Paragraph;

use super::action::Row;
use super::effect::Effect;
use super::state::State;

/// What the trace side knows.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// Name of the channel of the selected event; the graph highlights it.
    pub channel: Option<String>,
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

/// Draws the view.
pub fn draw(frame: &mut Frame<'_>, area: Rect, _state: &State) {
    frame.render_widget(
        Paragraph::new(" Nothing has run yet: F5 builds and boots this design."),
        area,
    );
}
