//! The last row: what can be done here. And, after the first key of a sequence, what the
//! next one can be.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::text::{fit, line, pad};
use super::{pane, theme};
use crate::ui::action::{self, Context, Meaning, Row};
use crate::ui::key::Key;
use crate::ui::overlay::Overlay;
use crate::ui::state::State;

/// Draws the row.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let tail = tail(state);
    let room = usize::from(area.width).saturating_sub(width(&tail) + 1);
    let mut parts = Vec::new();
    for row in hinted(state) {
        let next = hint(row.keys[0], row.hint.unwrap_or(row.name), state);
        if width(&parts) + width(&next) > room {
            break;
        }
        parts.extend(next);
    }
    parts.extend(tail);
    frame.render_widget(Paragraph::new(line(parts)), area);
}

fn width(parts: &[(String, Style)]) -> usize {
    parts.iter().map(|(text, _)| text.width()).sum()
}

fn hint(keys: &str, word: &str, state: &State) -> Vec<(String, Style)> {
    vec![
        (
            format!(" {}", keys.split(' ').next().unwrap_or(keys)),
            theme::accent(state.look).patch(theme::strong()),
        ),
        (format!(" {word} "), Style::new()),
    ]
}

/// The end of the row: how to find everything else.
fn tail(state: &State) -> Vec<(String, Style)> {
    match state.overlays.last() {
        None => [hint("?", "help", state), hint(":", "commands", state)].concat(),
        Some(Overlay::Form(_)) => hint("?", "help", state),
        Some(Overlay::Help { .. }) => Vec::new(),
        Some(_) => hint("F1", "help", state),
    }
}

/// The actions that belong in the row: those that can be taken now and whose key no nearer
/// context has taken.
fn hinted(state: &State) -> impl Iterator<Item = &'static Row> + use<'_> {
    let contexts = Context::chain(state);
    let all = contexts.clone();
    let in_context = contexts.into_iter().flat_map(|context| {
        action::rows().filter(move |row| row.context == context && row.hint.is_some())
    });
    in_context.filter(move |row| (row.enabled)(state).is_ok() && is_reached(row, &all))
}

/// Whether the first keys of an action lead to it.
fn is_reached(row: &Row, contexts: &[Context]) -> bool {
    let keys: Option<Vec<Key>> = row
        .keys
        .first()
        .map(|keys| keys.split(' ').filter_map(|key| key.parse().ok()).collect());
    keys.is_some_and(|keys| {
        matches!(action::meaning(contexts, &keys), Meaning::Action(found) if found.id == row.id)
    })
}

/// Draws what the next key of a sequence can be.
pub fn continuations(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let next = action::continuations(&Context::chain(state), &state.pending);
    let keys: Vec<String> = state.pending.iter().map(Key::to_string).collect();
    let height = u16::try_from(next.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2)
        .min(area.height);
    let width = 44.min(area.width);
    let area = Rect {
        x: area.right() - width,
        y: area.bottom() - height,
        width,
        height,
    };
    let inner = pane::window(frame, area, &format!("{} ...", keys.join(" ")), state.look);
    let lines: Vec<ratatui::text::Line<'_>> = next
        .iter()
        .map(|(keys, row)| continuation(keys, row, state, inner.width))
        .collect();
    frame.render_widget(Paragraph::new(lines), inner);
}

fn continuation(
    keys: &[Key],
    row: &Row,
    state: &State,
    columns: u16,
) -> ratatui::text::Line<'static> {
    let keys: Vec<String> = keys.iter().map(Key::to_string).collect();
    let unicode = state.look.unicode;
    let room = usize::from(columns).saturating_sub(6);
    let key = (
        pad(&keys.join(" "), 6, unicode),
        theme::accent(state.look).patch(theme::strong()),
    );
    match (row.enabled)(state) {
        Ok(()) => line(vec![key, (fit(row.name, room, unicode), Style::new())]),
        Err(why) => {
            let text = format!("{}: {why}", row.name);
            line(vec![key, (fit(&text, room, unicode), theme::dim())])
        }
    }
}
