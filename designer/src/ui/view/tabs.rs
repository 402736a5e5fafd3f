//! The first row: the views, the design, whether it is saved.

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::style::Style;
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::text::{fit, line};
use super::theme;
use crate::ui::state::{State, View};

/// From this width on, there is room for the program's own name.
const WITH_NAME: u16 = 100;

/// Draws the first row.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let mut parts = Vec::new();
    if area.width >= WITH_NAME {
        parts.push((" septum ".to_owned(), theme::strong()));
    }
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
    let design = vec![(title(state, room), theme::dim())];
    frame.render_widget(
        Paragraph::new(line(design)).alignment(Alignment::Right),
        area,
    );
}

/// The design and whether it is saved: with its path where there is room, else its name.
fn title(state: &State, room: usize) -> String {
    let document = &state.document;
    let saved = match (&document.path, state.is_modified()) {
        (None, _) => "new",
        (Some(_), true) if state.refused_save.is_some() => "not saved",
        (Some(_), true) => "changed",
        (Some(_), false) => "saved",
    };
    let with = |name: &str| format!("{name} ({saved}) ");
    let long = document
        .path
        .as_ref()
        .map(|path| with(&path.display().to_string()));
    let name_room = room.saturating_sub(saved.len() + 4);
    long.filter(|long| long.width() <= room).unwrap_or_else(|| {
        with(&fit(
            &state.design.system.name,
            name_room,
            state.look.unicode,
        ))
    })
}
