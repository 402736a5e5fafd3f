//! A line of text being typed, with its list.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Clear, Paragraph};
use unicode_width::UnicodeWidthStr;

use super::screen::Regions;
use super::text::{fit, line, pad};
use super::{form as form_view, pane, theme};
use crate::ui::ask::{Ask, Candidate, Purpose};
use crate::ui::form;
use crate::ui::state::State;

/// Columns of a question.
const WIDTH: u16 = 72;
/// Entries in sight at most.
const ENTRIES: usize = 12;
/// Columns of an entry's value at least.
const VALUE: usize = 20;

/// Draws a question; that of a form's field at its line.
pub fn draw(frame: &mut Frame<'_>, regions: &Regions, state: &State, ask: &Ask) {
    match (&ask.purpose, form::current(state)) {
        (Purpose::Field, Some(open)) => in_form(frame, regions, state, ask, open),
        _ => in_window(frame, regions, state, ask),
    }
}

fn in_window(frame: &mut Frame<'_>, regions: &Regions, state: &State, ask: &Ask) {
    let count = ask.matches().len().min(ENTRIES);
    let height = u16::try_from(count).unwrap_or(0) + 4;
    let room = regions
        .canvas
        .union(regions.problems.unwrap_or(regions.canvas));
    let room = Rect {
        width: state.size.width,
        ..room
    };
    let area = pane::centred(room, WIDTH, height);
    let inner = pane::window(frame, area, &ask.title, state.look);
    let typed = Rect { height: 1, ..inner };
    typing(frame, typed, ask);
    let list = Rect {
        y: inner.y + 1,
        height: inner.height.saturating_sub(2),
        ..inner
    };
    entries(frame, list, state, ask, VALUE);
    let below = Rect {
        y: inner.bottom().saturating_sub(1),
        height: 1,
        ..inner
    };
    message(frame, below, state, ask);
}

/// Draws the text with the cursor, the part around the cursor where it is too long.
fn typing(frame: &mut Frame<'_>, area: Rect, ask: &Ask) {
    let columns = usize::from(area.width);
    let scroll = ask.line.visual_scroll(columns.saturating_sub(1));
    let mut skipped = 0;
    let visible: String = ask
        .line
        .value()
        .chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .skip_while(|character| {
            let hidden = skipped < scroll;
            skipped += unicode_width::UnicodeWidthChar::width(*character).unwrap_or(0);
            hidden
        })
        .collect();
    let style = if ask.proposed {
        theme::selected()
    } else {
        theme::typed()
    };
    let text = fit(&visible, columns, true);
    let rest = " ".repeat(columns.saturating_sub(text.width()));
    frame.render_widget(Clear, area);
    frame.render_widget(
        Paragraph::new(line(vec![(text, style), (rest, theme::typed())])),
        area,
    );
    let cursor = ask.line.visual_cursor().saturating_sub(scroll);
    let x = area
        .x
        .saturating_add(u16::try_from(cursor).unwrap_or(u16::MAX));
    frame.set_cursor_position(Position {
        x: x.min(area.right().saturating_sub(1)),
        y: area.y,
    });
}

/// Draws the list; the values have at least so many columns.
fn entries(frame: &mut Frame<'_>, area: Rect, state: &State, ask: &Ask, least: usize) {
    let rows = usize::from(area.height);
    let matches = ask.matches();
    let top = ask
        .cursor
        .map_or(0, |cursor| (cursor + 1).saturating_sub(rows));
    let widest = matches
        .iter()
        .map(|index| ask.candidates[*index].value.width())
        .max();
    let half = usize::from(area.width) / 2;
    let value = widest.unwrap_or(0).max(least).min(half) + 2;
    let shown = matches.iter().enumerate().skip(top).take(rows);
    let lines: Vec<Line<'_>> = shown
        .map(|(position, index)| {
            entry(
                ask,
                *index,
                ask.cursor == Some(position),
                state,
                value,
                area.width,
            )
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), area);
}

fn entry(
    ask: &Ask,
    index: usize,
    chosen: bool,
    state: &State,
    value: usize,
    columns: u16,
) -> Line<'static> {
    let candidate = &ask.candidates[index];
    let unicode = state.look.unicode;
    let room = usize::from(columns).saturating_sub(value);
    let (detail, style) = match &candidate.disabled {
        Some(reason) => (reason.as_str(), theme::dim()),
        None => (candidate.detail.as_str(), Style::new()),
    };
    let detail = pad(detail, room, unicode);
    let highlight = if chosen { theme::selected() } else { style };
    line(vec![
        (pad(&candidate.value, value, unicode), highlight),
        (
            detail,
            if chosen {
                theme::selected()
            } else {
                theme::dim()
            },
        ),
    ])
}

fn message(frame: &mut Frame<'_>, area: Rect, state: &State, ask: &Ask) {
    let Some(error) = &ask.error else { return };
    let text = fit(
        &format!("! {error}"),
        usize::from(area.width),
        state.look.unicode,
    );
    frame.render_widget(
        Paragraph::new(line(vec![(text, theme::error(state.look))])),
        area,
    );
}

/// Draws the text at the field's own line, the list below it; the form says what is wrong.
fn in_form(frame: &mut Frame<'_>, regions: &Regions, state: &State, ask: &Ask, open: &form::Form) {
    let frames = form_view::frames(regions, state, open);
    let row = u16::try_from(open.cursor.saturating_sub(frames.top)).unwrap_or(0);
    let below = u16::from(open.inserting.is_some());
    let indent = form_view::value_indent(state, open);
    let area = Rect {
        x: frames.lines.x + indent,
        y: (frames.lines.y + row + below).min(frames.help.bottom().saturating_sub(1)),
        width: frames.lines.width.saturating_sub(indent),
        height: 1,
    };
    typing(frame, area, ask);
    let count = ask.matches().len().min(ENTRIES / 2);
    if count > 0 && offers(ask) {
        popup(frame, area, state, ask, count);
    }
}

/// Whether a list helps: not below a word that is complete already.
fn offers(ask: &Ask) -> bool {
    let needle = ask.needle();
    let is_complete = ask
        .candidates
        .iter()
        .any(|candidate| candidate.value == needle);
    ask.cursor.is_some() || !is_complete
}

/// Columns of the list, so that nothing in it is cut.
fn columns(ask: &Ask) -> usize {
    let matches = ask.matches();
    let widest = |text: fn(&Candidate) -> &str| {
        let shown = matches.iter().map(|index| text(&ask.candidates[*index]));
        shown.map(UnicodeWidthStr::width).max().unwrap_or(0)
    };
    widest(|it| &it.value) + 2 + widest(|it| &it.detail)
}

/// Draws the list below the field, or above it where there is no room below.
fn popup(frame: &mut Frame<'_>, field: Rect, state: &State, ask: &Ask, count: usize) {
    let height = u16::try_from(count).unwrap_or(0) + 2;
    let bottom = state.size.height.saturating_sub(2);
    let y = if field.bottom() + height <= bottom {
        field.bottom()
    } else {
        field.y.saturating_sub(height)
    };
    let needed = u16::try_from(columns(ask) + 4).unwrap_or(u16::MAX);
    let width = field.width.max(needed).min(state.size.width);
    let x = field.x.min(state.size.width.saturating_sub(width));
    let inner = pane::window(
        frame,
        Rect {
            x,
            y,
            width,
            height,
        },
        "",
        state.look,
    );
    entries(frame, inner, state, ask, 0);
}
