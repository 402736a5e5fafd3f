//! The row above the hints: what just happened, else what is selected, or what the selected
//! event is about.

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::style::Style;
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::text::{fit, line};
use super::{glyph, theme};
use septum_core::diagnostic::Severity;
use septum_core::spec::RawSystem;

use crate::ui::form;
use crate::ui::graph::node;
use crate::ui::object::Object;
use crate::ui::state::{Level, State, View};

/// Draws the row.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let (text, style) = words(state);
    let all = usize::from(area.width).saturating_sub(1);
    let verdict = verdict(state);
    let beside = all.saturating_sub(verdict.0.width() + 2);
    // What just happened is worth more room than what stands there all the time.
    let alone = state.notice.is_some() && text.width() > beside;
    let text = fit(&text, if alone { all } else { beside }, state.look.unicode);
    frame.render_widget(
        Paragraph::new(line(vec![(format!(" {text}"), style)])),
        area,
    );
    if alone {
        return;
    }
    let verdict = vec![(format!("{} ", verdict.0), verdict.1)];
    frame.render_widget(
        Paragraph::new(line(verdict)).alignment(Alignment::Right),
        area,
    );
}

fn words(state: &State) -> (String, Style) {
    let look = state.look;
    let object = match state.view {
        View::Trace => state.trace.subject(&state.design.system),
        _ => state.selection,
    };
    match (&state.notice, object) {
        (Some(notice), _) => match notice.level {
            Level::Good => (notice.text.clone(), theme::good(look)),
            Level::Bad => (notice.text.clone(), theme::error(look)),
        },
        (None, Some(object)) => (
            describe(&state.design.system, object, look.unicode),
            Style::new(),
        ),
        (None, None) => (String::new(), Style::new()),
    }
}

/// An object in one line.
fn describe(system: &RawSystem, object: Object, unicode: bool) -> String {
    let mut parts = vec![format!("{} {}", object.noun(), object.name(system))];
    let lines = match object {
        Object::Partition(_) | Object::Device(_) | Object::Memory(_) => {
            node::words(system, object).1
        }
        _ => fields(system, object),
    };
    parts.extend(lines);
    parts.join(&format!(" {} ", glyph::separator(unicode)))
}

fn fields(system: &RawSystem, object: Object) -> Vec<String> {
    let fields = form::fields(system, object)
        .into_iter()
        .filter(|field| field.label != "name");
    fields
        .map(|field| format!("{} {}", field.label, field.value))
        .take(8)
        .collect()
}

/// How the design fares: the same as the rule above the problems says, in short.
#[must_use]
pub fn verdict(state: &State) -> (String, Style) {
    let look = state.look;
    if state.is_being_checked() {
        return ("checking".to_owned(), theme::dim());
    }
    let (errors, warnings) = (state.count(Severity::Error), state.count(Severity::Warning));
    let count = |count: usize, word: &str| match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => Some(format!("{count} {word}s")),
    };
    let parts: Vec<String> = [count(errors, "error"), count(warnings, "warning")]
        .into_iter()
        .flatten()
        .collect();
    match (errors, parts.is_empty()) {
        (_, true) => ("no problems".to_owned(), theme::good(look)),
        (0, _) => (parts.join(", "), theme::warning(look)),
        _ => (parts.join(", "), theme::error(look)),
    }
}
