//! Every command with its keys, by where it works.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::text::{fit, line, pad};
use super::{pane, theme};
use crate::ui::action::{self, Context, Row};
use crate::ui::state::{Size, State};

/// Columns of the keys.
const KEYS: usize = 22;
/// Columns of the names.
const NAMES: usize = 26;

const ORDER: [Context; 11] = [
    Context::Views,
    Context::Graph,
    Context::Schedule,
    Context::Dhall,
    Context::Problems,
    Context::Trace,
    Context::Form,
    Context::Text,
    Context::Confirm,
    Context::Help,
    Context::Always,
];

/// Lines that a page has.
#[must_use]
pub fn page(size: Size) -> usize {
    usize::from(size.height.saturating_sub(4)).max(1)
}

/// The contexts, where the user is first.
fn contexts(state: &State) -> Vec<Context> {
    let below = state.overlays.iter().rev().nth(1).is_some();
    let first = if below {
        Context::Form
    } else {
        Context::of_view(state)
    };
    let mut order = vec![first];
    order.extend(ORDER.into_iter().filter(|context| *context != first));
    order
}

enum Entry {
    Title(Context),
    Row(&'static Row),
    Space,
}

fn entries(state: &State) -> Vec<Entry> {
    let mut entries = Vec::new();
    for context in contexts(state) {
        let mut rows = action::rows()
            .filter(|row| row.context == context)
            .peekable();
        if rows.peek().is_some() {
            entries.push(Entry::Title(context));
            entries.extend(rows.map(Entry::Row));
            entries.push(Entry::Space);
        }
    }
    entries
}

/// Lines of the help.
#[must_use]
pub fn line_count(state: &State) -> usize {
    entries(state).len()
}

/// Draws the help from a line on.
pub fn draw(frame: &mut Frame<'_>, state: &State, top: usize) {
    let screen = Rect::new(0, 0, state.size.width, state.size.height.saturating_sub(1));
    let inner = pane::window(
        frame,
        screen,
        "Help: every command, where you are first",
        state.look,
    );
    let rows = usize::from(inner.height);
    let lines: Vec<Line<'_>> = entries(state)
        .iter()
        .skip(top)
        .take(rows)
        .map(|entry| words(entry, state, usize::from(inner.width)))
        .collect();
    frame.render_widget(Paragraph::new(lines), inner);
}

fn words(entry: &Entry, state: &State, columns: usize) -> Line<'static> {
    let unicode = state.look.unicode;
    match entry {
        Entry::Space => Line::default(),
        Entry::Title(context) => line(vec![(context.title().to_owned(), theme::strong())]),
        Entry::Row(row) => {
            let keys = row.keys.join("  ");
            let room = columns.saturating_sub(KEYS + NAMES);
            let (help, style) = match (row.enabled)(state) {
                Ok(()) => (row.help.to_owned(), Style::new()),
                Err(why) => (format!("(now: {why})"), theme::dim()),
            };
            line(vec![
                (
                    pad(&format!("  {keys}"), KEYS, unicode),
                    theme::accent(state.look),
                ),
                (pad(row.name, NAMES, unicode), style),
                (fit(&help, room, unicode), theme::dim()),
            ])
        }
    }
}
