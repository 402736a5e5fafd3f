//! What a save would write, live, with the selected object marked.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;
use septum_core::diagnostic::Severity;

use super::text::{fit, line};
use super::theme;
use crate::ui::look::Look;
use crate::ui::place;
use crate::ui::state::{Size, State};

/// Columns of the line numbers and the marks.
const GUTTER: u16 = 7;

/// Lines that a page has; the same for every view with a panel below.
#[must_use]
pub fn page(size: Size) -> usize {
    usize::from(size.height.saturating_sub(8)).max(1)
}

fn source(state: &State) -> Option<&str> {
    state
        .review
        .written
        .as_deref()
        .map(|written| written.text.as_str())
}

/// Lines of the text.
#[must_use]
pub fn line_count(state: &State) -> usize {
    source(state).map_or(0, |text| text.lines().count())
}

/// The line, from 0, in which the selected object is written.
#[must_use]
pub fn selected_line(state: &State) -> Option<usize> {
    let written = state.review.written.as_deref()?;
    let place = written.places.place(&place::path(state.selection?));
    place
        .position
        .map(|position| position.line.saturating_sub(1))
}

/// Draws the text from the first line in sight on; only what is in sight is built.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let Some(text) = source(state) else {
        frame.render_widget(Paragraph::new(" The text is being written."), area);
        return;
    };
    let [head, area] = head_and_text(area, state);
    if let Some(detour) = state.document.detour() {
        let text = fit(&detour, usize::from(area.width), state.look.unicode);
        frame.render_widget(Paragraph::new(line(vec![(text, theme::dim())])), head);
    }
    let selected = selected_line(state);
    let rows = usize::from(area.height);
    let lines: Vec<Line<'_>> = text
        .lines()
        .enumerate()
        .skip(state.dhall_top)
        .take(rows)
        .map(|(index, text)| numbered(index, text, selected == Some(index), area.width, state))
        .collect();
    frame.render_widget(Paragraph::new(lines), area);
}

/// The line above the text, which says where it goes if not to the file, and the text.
fn head_and_text(area: Rect, state: &State) -> [Rect; 2] {
    let head = u16::from(state.document.detour().is_some());
    Layout::vertical([Constraint::Length(head), Constraint::Min(0)]).areas(area)
}

fn numbered(
    index: usize,
    text: &str,
    selected: bool,
    columns: u16,
    state: &State,
) -> Line<'static> {
    let room = usize::from(columns.saturating_sub(GUTTER));
    let text = fit(text, room, state.look.unicode);
    let number = if selected {
        theme::selected()
    } else {
        theme::dim()
    };
    let mut parts = vec![(format!("{:>5}", index + 1), number), mark(index, state)];
    parts.extend(coloured(&text, state.look));
    line(parts)
}

/// A sign at the lines that findings are about.
fn mark(index: usize, state: &State) -> (String, Style) {
    let at_line = |severity| {
        state.diagnostics().iter().any(|finding| {
            let place = finding.places.first().and_then(|place| place.position);
            finding.severity == severity && place.is_some_and(|place| place.line == index + 1)
        })
    };
    if at_line(Severity::Error) {
        ("! ".to_owned(), theme::error(state.look))
    } else if at_line(Severity::Warning) {
        ("? ".to_owned(), theme::warning(state.look))
    } else {
        ("  ".to_owned(), Style::new())
    }
}

/// The text in pieces, each with its colour: text in quotes, numbers, keywords.
fn coloured(text: &str, look: Look) -> Vec<(String, Style)> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' => quoted_end(rest),
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ => rest.find(|c| c == '"' || is_word(c)).unwrap_or(rest.len()),
        };
        let (piece, after) = rest.split_at(end);
        parts.push((piece.to_owned(), style(piece, first, look)));
        rest = after;
    }
    parts
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || "_-./".contains(character)
}

fn quoted_end(text: &str) -> usize {
    let mut escaped = false;
    for (index, character) in text.char_indices().skip(1) {
        match character {
            '"' if !escaped => return index + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

fn style(piece: &str, first: char, look: Look) -> Style {
    match piece {
        _ if first == '"' => theme::quoted(look),
        _ if first.is_ascii_digit() => theme::number(look),
        "let" | "in" | "with" | "if" | "then" | "else" => theme::accent(look),
        "True" | "False" | "None" | "Some" => theme::number(look),
        _ if first.is_uppercase() => theme::device(look),
        _ if is_word(first) => Style::new(),
        _ => theme::dim(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_join_to_the_text() {
        let look = Look {
            unicode: true,
            colour: true,
        };
        for text in [
            ", name = \"a \\\" b\"",
            "let Septum = ./septum/package.dhall",
            "\"open",
            "",
        ] {
            let pieces: String = coloured(text, look)
                .into_iter()
                .map(|(text, _)| text)
                .collect();
            assert_eq!(pieces, text);
        }
    }
}
