//! Every command with its keys, by where it works, and what the signs there mean.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::legend::{Sign, signs};
use super::text::{line, pad, wrap};
use super::{pane, theme};
use crate::ui::action::{self, Context, Row};
use crate::ui::state::{Size, State};

/// Columns of the keys.
const KEYS: usize = 24;
/// Columns of the names.
const NAMES: usize = 34;
/// From so many columns on, the sentences stand beside the names.
const WIDE: usize = 110;

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
    Sign(Sign),
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
            entries.extend(signs(context, state.look).into_iter().map(Entry::Sign));
            entries.push(Entry::Space);
        }
    }
    entries
}

/// Columns inside the border.
fn columns(size: Size) -> usize {
    usize::from(size.width.saturating_sub(4))
}

fn lines(state: &State) -> Vec<Line<'static>> {
    let columns = columns(state.size);
    entries(state)
        .iter()
        .flat_map(|entry| words(entry, state, columns))
        .collect()
}

/// Lines of the help.
#[must_use]
pub fn line_count(state: &State) -> usize {
    lines(state).len()
}

/// Draws the help from a line on.
pub fn draw(frame: &mut Frame<'_>, state: &State, top: usize) {
    let screen = Rect::new(0, 0, state.size.width, state.size.height.saturating_sub(1));
    let inner = pane::window(
        frame,
        screen,
        "Help: every command and sign, where you are first",
        state.look,
    );
    let rows = usize::from(inner.height);
    let lines: Vec<Line<'_>> = lines(state).into_iter().skip(top).take(rows).collect();
    frame.render_widget(Paragraph::new(lines), inner);
}

fn words(entry: &Entry, state: &State, columns: usize) -> Vec<Line<'static>> {
    match entry {
        Entry::Space => vec![Line::default()],
        Entry::Title(context) => vec![line(vec![(context.title().to_owned(), theme::strong())])],
        Entry::Row(row) => command(row, state, columns),
        Entry::Sign((sign, meaning)) => explanation(sign, meaning, state, columns),
    }
}

/// A sign and what it means, in as many lines as that needs.
fn explanation(sign: &str, meaning: &str, state: &State, columns: usize) -> Vec<Line<'static>> {
    let first = (
        pad(&format!("  {sign}"), KEYS, state.look.unicode),
        theme::strong(),
    );
    let indent = (" ".repeat(KEYS), Style::new());
    let heads = std::iter::once(first).chain(std::iter::repeat(indent));
    let meaning = wrap(meaning, columns.saturating_sub(KEYS).max(1));
    let lines = heads.zip(meaning);
    lines
        .map(|(head, text)| line(vec![head, (text, theme::dim())]))
        .collect()
}

/// A command: its keys, its name, its sentence in as many lines as it needs. Where there is
/// little room, the sentence stands below the name.
fn command(row: &Row, state: &State, columns: usize) -> Vec<Line<'static>> {
    let unicode = state.look.unicode;
    let beside = columns >= WIDE;
    let before = if beside { KEYS + NAMES } else { KEYS };
    let (help, style) = match (row.enabled)(state) {
        Ok(()) => (row.help.to_owned(), Style::new()),
        Err(why) => (format!("{} Not now: {why}.", row.help), theme::dim()),
    };
    let keys = format!("  {}", row.keys.join("  "));
    let head = vec![
        (pad(&keys, KEYS, unicode), theme::accent(state.look)),
        (
            pad(row.name, columns.saturating_sub(KEYS).min(NAMES), unicode),
            style,
        ),
    ];
    let sentence = wrap(&help, columns.saturating_sub(before).max(1)).into_iter();
    let mut rest = sentence.map(|text| (text, theme::dim()));
    let right = if beside { rest.next() } else { None };
    let first = head.into_iter().chain(right).collect();
    let indent = (" ".repeat(before), Style::new());
    let below = rest.map(|text| vec![indent.clone(), text]);
    std::iter::once(first).chain(below).map(line).collect()
}
