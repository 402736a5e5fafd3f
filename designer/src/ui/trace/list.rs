//! The list of events: only the rows in sight are made.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use septum_simulator::event::Event;

use crate::trace::describe::bare_milliseconds;
use crate::trace::kind::Kind;
use crate::ui::look::Look;

use super::Trace;
use super::paint::{self, Role};
use super::timeline::shorten;

/// What the list's border says: where the selection is (`-` where it is not in the list), what
/// is hidden.
#[must_use]
pub(super) fn title(trace: &Trace) -> String {
    let all = trace.recording.len();
    let shown = trace.filter.len(&trace.recording);
    let row = trace.row();
    let is_shown = trace.selected.is_some() && trace.filter.event(row) == trace.selected;
    let row = if is_shown {
        (row + 1).to_string()
    } else {
        "-".to_owned()
    };
    let hidden = if trace.filter.wanted().is_everything() {
        String::new()
    } else {
        format!(", {} hidden", all - shown)
    };
    format!("Events {row}/{shown}{hidden}")
}

/// Widths of the columns; 0 leaves one out.
struct Columns {
    time: usize,
    instructions: usize,
    partition: usize,
    kind: usize,
}

impl Columns {
    fn sharing(width: u16, trace: &Trace) -> Self {
        let names = trace.recording.layout().partitions.iter();
        let longest = names.map(|name| name.chars().count()).max().unwrap_or(0);
        let last_ns = trace.recording.time_ns();
        let wide = width >= 64;
        Self {
            time: bare_milliseconds(last_ns).len().max(8),
            instructions: if wide { 9 } else { 0 },
            partition: longest.clamp(9, if wide { 16 } else { 10 }),
            kind: 8,
        }
    }
}

/// Draws the heading and the rows around the selection.
pub(super) fn draw(trace: &Trace, look: Look, area: Rect, buffer: &mut Buffer) {
    let columns = Columns::sharing(area.width, trace);
    let heading = line(
        &columns,
        ["ms", "instr", "partition", "event", "detail"],
        look,
    );
    let room = usize::from(area.width);
    if area.height == 0 || room == 0 {
        return;
    }
    buffer.set_stringn(
        area.x,
        area.y,
        heading,
        room,
        paint::style(Role::Faint, look),
    );
    let height = usize::from(area.height) - 1;
    let count = trace.filter.len(&trace.recording);
    let top = trace
        .row()
        .saturating_sub(height / 2)
        .min(count.saturating_sub(height));
    for (y, row) in (area.y + 1..area.bottom()).zip(top..count) {
        let Some(position) = trace.filter.event(row) else {
            break;
        };
        let Some(event) = trace.recording.event(position) else {
            break;
        };
        let selected = trace.selected == Some(position);
        draw_row(
            &event,
            &trace.recording.detail(&event),
            &columns,
            selected,
            look,
            Rect {
                y,
                height: 1,
                ..area
            },
            buffer,
        );
    }
}

fn draw_row(
    event: &Event,
    detail: &str,
    columns: &Columns,
    selected: bool,
    look: Look,
    area: Rect,
    buffer: &mut Buffer,
) {
    let row = Kind::of(&event.kind).row();
    let text = line(
        columns,
        [
            &bare_milliseconds(event.time_ns),
            &event.instructions.to_string(),
            event.partition.as_deref().unwrap_or("-"),
            row.label,
            detail,
        ],
        look,
    );
    let cut = paint::glyphs(look).cut;
    let text = shorten(&text, usize::from(area.width), cut);
    let style = paint::style(Role::Event(row.kind), look).remove_modifier(Modifier::BOLD);
    buffer.set_stringn(area.x, area.y, text, usize::from(area.width), style);
    if selected {
        buffer.set_style(area, Style::new().add_modifier(Modifier::REVERSED));
    }
}

fn line(
    columns: &Columns,
    [time, instructions, partition, kind, detail]: [&str; 5],
    look: Look,
) -> String {
    let partition = shorten(partition, columns.partition, paint::glyphs(look).cut);
    let mut text = format!("{time:>0$} ", columns.time);
    if columns.instructions > 0 {
        text += &format!("{instructions:>0$} ", columns.instructions);
    }
    text += &format!(
        "{partition:<0$} {kind:<1$} {detail}",
        columns.partition, columns.kind
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::kind::KindSet;
    use crate::trace::sample::recording;

    #[test]
    fn the_title_says_where_the_selection_is_and_what_is_hidden() {
        let mut trace = Trace {
            recording: recording(2),
            ..Trace::default()
        };
        assert_eq!(title(&trace), "Events -/24");
        trace.select(9);
        assert_eq!(title(&trace), "Events 10/24");
        trace.show(KindSet::NONE.toggled(Kind::Send).into());
        assert_eq!(title(&trace), "Events 2/4, 20 hidden");
        trace.select(10);
        assert_eq!(title(&trace), "Events -/4, 20 hidden");
    }
}
