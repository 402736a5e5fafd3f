//! A question with its answers.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::text::{line, pad, wrap};
use super::{pane, theme};
use crate::ui::confirm::Confirm;
use crate::ui::state::State;

const WIDTH: u16 = 60;

/// Draws a question.
pub fn draw(frame: &mut Frame<'_>, state: &State, question: &Confirm) {
    let screen = Rect::new(0, 0, state.size.width, state.size.height);
    let columns = usize::from(WIDTH - 4);
    let mut lines: Vec<Line<'_>> = wrap(&question.question, columns)
        .into_iter()
        .map(Line::from)
        .collect();
    lines.push(Line::default());
    for (index, answer) in question.answers.iter().enumerate() {
        let chosen = index == question.cursor;
        let style = if chosen {
            theme::selected()
        } else {
            Style::new()
        };
        lines.push(line(vec![
            (
                format!(" {} ", answer.letter),
                theme::accent(state.look).patch(theme::strong()),
            ),
            (pad(answer.label, columns - 3, state.look.unicode), style),
        ]));
    }
    let height = u16::try_from(lines.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2);
    let inner = pane::window(
        frame,
        pane::centred(screen, WIDTH, height),
        "Septum asks",
        state.look,
    );
    frame.render_widget(Paragraph::new(lines), inner);
}
