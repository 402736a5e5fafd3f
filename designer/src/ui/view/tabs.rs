//! The first row: the views, the design, whether it is saved.

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::style::Style;
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::text::{fit, line};
use super::theme;
use crate::ui::state::{State, View};

/// Draws the first row.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let mut parts = vec![(" septum ".to_owned(), theme::strong())];
    for (index, view) in View::ALL.into_iter().enumerate() {
        let style = if view == state.view {
            theme::selected()
        } else {
            Style::new()
        };
        parts.push((format!(" {} {} ", index + 1, view.title()), style));
    }
    let used: usize = parts.iter().map(|(text, _)| text.width()).sum();
    let room = usize::from(area.width).saturating_sub(used + 1);
    frame.render_widget(Paragraph::new(line(parts)), area);
    let design = vec![(fit(&title(state), room, state.look.unicode), theme::dim())];
    frame.render_widget(
        Paragraph::new(line(design)).alignment(Alignment::Right),
        area,
    );
}

fn title(state: &State) -> String {
    let document = &state.document;
    let name = match &document.path {
        Some(path) => path.display().to_string(),
        None => state.design.system.name.clone(),
    };
    let saved = match (&document.path, state.is_modified()) {
        (None, _) => "not saved yet",
        (Some(_), true) => "changed",
        (Some(_), false) => "saved",
    };
    format!("{name} ({saved}) ")
}
