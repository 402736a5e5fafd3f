//! The timeline: a lane per partition, the plan behind it, messages between the lanes.

use std::collections::BTreeMap;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::trace::kind::Kind;
use crate::ui::look::Look;

use super::Trace;
use super::paint::{self, Glyphs, Role};
use super::ruler;
use super::span::Span;
use super::wires::Wires;

/// Rows above the lanes: the axis and the windows.
const HEAD_ROWS: u16 = 2;
/// The height in rows at which nothing is left out.
#[must_use]
pub fn full_height(trace: &Trace) -> u16 {
    let lanes = u16::try_from(trace.recording.lanes().len()).unwrap_or(u16::MAX);
    lanes.saturating_mul(2).saturating_add(HEAD_ROWS)
}

/// Draws the timeline.
pub fn draw(trace: &Trace, look: Look, area: Rect, buffer: &mut Buffer) {
    if area.height < HEAD_ROWS || area.width < 20 {
        return;
    }
    let timeline = Timeline::new(trace, look, area);
    timeline.draw_ruler(buffer);
    timeline.draw_windows(buffer);
    for number in 0..timeline.rows.count {
        timeline.draw_lane(number, buffer);
    }
    timeline.draw_cursor(buffer);
}

fn label_width(trace: &Trace) -> u16 {
    let names = trace.recording.layout().partitions.iter();
    let longest = names
        .map(|name| name.chars().count())
        .max()
        .unwrap_or(0)
        .clamp(7, 14);
    u16::try_from(longest).unwrap_or(14) + 1
}

fn split(area: Rect, left: u16) -> [Rect; 2] {
    let left = left.min(area.width);
    [
        Rect {
            width: left,
            ..area
        },
        Rect {
            x: area.x + left,
            width: area.width - left,
            ..area
        },
    ]
}

/// One drawing of the timeline: what every cell of it needs to know, worked out once.
pub(super) struct Timeline<'state> {
    pub(super) trace: &'state Trace,
    pub(super) look: Look,
    pub(super) glyphs: &'static Glyphs,
    pub(super) span: Span,
    label: Rect,
    lanes: Rect,
    pub(super) columns: u16,
    /// The first event of each column, and behind the last one the first that is out of sight.
    pub(super) edges: Vec<usize>,
    pub(super) rows: Rows,
    /// The messages; `None` when they are too many to tell apart.
    pub(super) wires: Option<Wires>,
    /// Marks that are drawn however many events there are, by lane and column.
    pub(super) alarms: BTreeMap<(Option<usize>, u16), Kind>,
}

/// How the lanes share the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rows {
    /// The first lane in sight.
    pub(super) first: usize,
    /// How many are in sight.
    pub(super) count: usize,
    /// Rows of each lane: 2 with the gap for wires below it, 1 without.
    pub(super) each: u16,
}

impl<'state> Timeline<'state> {
    fn new(trace: &'state Trace, look: Look, area: Rect) -> Self {
        let [label, lanes] = split(area, label_width(trace));
        let (columns, span) = (lanes.width, trace.span);
        let recording = &trace.recording;
        let starts = (0..columns).map(|column| span.column(column, columns).start);
        let edges = starts
            .chain([span.range().end])
            .map(|time_ns| recording.first_at(time_ns));
        let mut timeline = Self {
            trace,
            look,
            glyphs: paint::glyphs(look),
            span,
            label,
            lanes,
            columns,
            edges: edges.collect(),
            rows: Rows::sharing(lanes.height - HEAD_ROWS, trace),
            wires: None,
            alarms: BTreeMap::new(),
        };
        timeline.wires = timeline.connect();
        timeline.alarms = timeline.find_alarms();
        timeline
    }

    pub(super) fn style(&self, role: Role) -> Style {
        paint::style(role, self.look)
    }

    fn draw_ruler(&self, buffer: &mut Buffer) {
        let style = self.style(Role::Faint);
        for tick in ruler::ticks(self.span, self.columns) {
            let room = usize::from(self.columns - tick.column);
            let mut label = format!("{}{}", self.glyphs.edge, tick.label);
            // Half a number says something else.
            if label.chars().count() > room {
                label.truncate(self.glyphs.edge.len_utf8());
            }
            buffer.set_stringn(self.lanes.x + tick.column, self.lanes.y, label, room, style);
        }
    }

    fn draw_windows(&self, buffer: &mut Buffer) {
        let (x, y) = (self.lanes.x, self.lanes.y + 1);
        let style = self.style(Role::Faint);
        buffer.set_stringn(
            self.label.x,
            y,
            "windows",
            usize::from(self.label.width),
            style,
        );
        for column in 0..self.columns {
            put(buffer, x + column, y, self.glyphs.rule, style);
        }
        for (column, text) in self.window_labels() {
            let room = usize::from(self.columns - column);
            buffer.set_stringn(x + column, y, text, room, style);
        }
        for column in 0..self.columns {
            if let Some(mark) = self.mark(None, column) {
                put(
                    buffer,
                    x + column,
                    y,
                    mark.glyph,
                    self.style(Role::Event(mark.kind)),
                );
            }
        }
    }

    /// Edges of the planned windows with as much of their names as fits before the next.
    fn window_labels(&self) -> Vec<(u16, String)> {
        let layout = self.trace.recording.layout();
        let frame_ns = layout.major_frame_ns;
        let per_column = self.span.length_ns / u64::from(self.columns.max(1));
        let shortest = layout.shortest_window_ns();
        if frame_ns == 0 || shortest.is_none_or(|shortest_ns| shortest_ns < per_column * 3) {
            return Vec::new();
        }
        let number = |time_ns: u64| time_ns.saturating_sub(layout.first_frame_ns) / frame_ns;
        let (first, last) = (number(self.span.start_ns), number(self.span.range().end));
        let frames = (first..=last).flat_map(|frame| {
            layout
                .windows
                .iter()
                .enumerate()
                .map(move |(index, window)| (frame, index, window))
        });
        frames
            .filter_map(|(frame, index, window)| {
                let frame_ns = layout.first_frame_ns + frame * frame_ns;
                let start_ns = frame_ns + window.span_ns.start;
                let end_ns = frame_ns + window.span_ns.end;
                let names = window
                    .partitions
                    .iter()
                    .map(|lane| layout.partitions[*lane].as_str());
                let names: Vec<&str> = names.collect();
                self.window_label(start_ns, end_ns, &format!("{index} {}", names.join(" ")))
            })
            .collect()
    }

    fn window_label(&self, start_ns: u64, end_ns: u64, name: &str) -> Option<(u16, String)> {
        let range = self.span.range();
        let begins_in_sight = range.contains(&start_ns);
        let column = match self.span.column_of(start_ns, self.columns) {
            Some(column) => column,
            None if start_ns < range.start && end_ns > range.start => 0,
            None => return None,
        };
        let end = self
            .span
            .column_of(end_ns, self.columns)
            .unwrap_or(self.columns);
        let room = usize::from(end.saturating_sub(column)).saturating_sub(2);
        let edge = if begins_in_sight {
            self.glyphs.edge
        } else {
            self.glyphs.rule
        };
        let text = shorten(name, room, self.glyphs.cut);
        Some((column, format!("{edge}{text}")))
    }

    fn draw_lane(&self, number: usize, buffer: &mut Buffer) {
        let lane = self.rows.first + number;
        let Some(y) = self.row(number * usize::from(self.rows.each)) else {
            return;
        };
        self.draw_name(lane, y, buffer);
        for column in 0..self.columns {
            self.draw_bar(lane, column, (self.lanes.x + column, y), buffer);
        }
        if self.rows.each < 2 {
            return;
        }
        let Some(y) = self.row(number * 2 + 1) else {
            return;
        };
        for column in 0..self.columns {
            self.draw_gap(lane, column, (self.lanes.x + column, y), buffer);
        }
    }

    /// The row of the screen for a row of the lanes, if it is in the area.
    fn row(&self, row: usize) -> Option<u16> {
        let y = u16::try_from(row)
            .ok()?
            .checked_add(self.lanes.y + HEAD_ROWS)?;
        (y < self.lanes.bottom()).then_some(y)
    }

    fn draw_name(&self, lane: usize, y: u16, buffer: &mut Buffer) {
        let room = usize::from(self.label.width).saturating_sub(1);
        let name = &self.trace.recording.layout().partitions[lane];
        let name = shorten(name, room, self.glyphs.cut);
        let style = self.style(Role::Lane(lane));
        let style = if self.trace.lane() == Some(lane) {
            style.add_modifier(Modifier::BOLD | Modifier::REVERSED)
        } else {
            style
        };
        buffer.set_stringn(self.label.x, y, name, room, style);
    }

    fn draw_cursor(&self, buffer: &mut Buffer) {
        if let Some(column) = self.span.column_of(self.trace.cursor_ns, self.columns) {
            let area = Rect {
                x: self.lanes.x + column,
                width: 1,
                ..self.lanes
            };
            buffer.set_style(area, Style::new().add_modifier(Modifier::REVERSED));
        }
    }
}

impl Rows {
    fn sharing(height: u16, trace: &Trace) -> Self {
        let lanes = trace.recording.lanes().len();
        let height = usize::from(height);
        // The gap below the last lane may be cut off.
        let each = if lanes * 2 <= height + 1 { 2 } else { 1 };
        let count = lanes.min(height);
        let first = trace
            .lane()
            .unwrap_or(0)
            .saturating_sub(count / 2)
            .min(lanes - count);
        Self { first, count, each }
    }
}

/// The text, cut to so many characters with a sign that it was.
pub(super) fn shorten(text: &str, room: usize, cut: char) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(room.saturating_sub(1)).collect();
    if room > 0 {
        short.push(cut);
    }
    short
}

pub(super) fn put(buffer: &mut Buffer, x: u16, y: u16, glyph: char, style: Style) {
    if let Some(cell) = buffer.cell_mut((x, y)) {
        cell.set_char(glyph).set_style(style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::sample::recording;

    fn drawn(trace: &Trace, width: u16, height: u16, unicode: bool) -> String {
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        draw(
            trace,
            Look {
                unicode,
                colour: false,
            },
            area,
            &mut buffer,
        );
        let line = |y| {
            (0..width)
                .map(|x| buffer[(x, y)].symbol())
                .collect::<String>()
        };
        (0..height)
            .map(|y| line(y).trim_end().to_owned() + "\n")
            .collect()
    }

    fn trace(frames: u64) -> Trace {
        let mut trace = Trace {
            recording: recording(frames),
            ..Trace::default()
        };
        trace.fit();
        trace
    }

    #[test]
    fn one_frame() {
        let mut trace = trace(1);
        trace.select(2);
        insta::assert_snapshot!(drawn(&trace, 80, 8, true));
        insta::assert_snapshot!("one_frame_ascii", drawn(&trace, 80, 8, false));
    }

    #[test]
    fn many_frames_are_density() {
        let trace = trace(400);
        insta::assert_snapshot!(drawn(&trace, 80, 8, true));
    }

    #[test]
    fn without_room_for_gaps_lanes_are_close_and_follow_the_selection() {
        let mut trace = trace(1);
        insta::assert_snapshot!("close", drawn(&trace, 60, 5, true));
        trace.select(8);
        insta::assert_snapshot!("scrolled", drawn(&trace, 60, 3, true));
    }

    #[test]
    fn no_area_is_too_small() {
        let trace = trace(1);
        for width in 0..30 {
            for height in 0..8 {
                drawn(&trace, width, height, true);
            }
        }
    }
}
