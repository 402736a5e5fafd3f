//! The cells of the lanes: bars, marks, the plan behind them and the density below them.

use std::collections::BTreeMap;
use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::style::Modifier;

use crate::trace::index;
use crate::trace::kind::{KINDS, Kind, Row};
use crate::trace::lane::Activity;

use super::paint::{self, Role};
use super::timeline::{Timeline, put};

/// However many events share a column, so many say what its mark is.
const LOOKED_AT: usize = 64;

/// What is drawn for the events of a column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    /// The kind of the most important one.
    pub(super) kind: Kind,
    /// Its glyph.
    pub(super) glyph: char,
    /// Whether there are others.
    several: bool,
}

impl Timeline<'_> {
    pub(super) fn draw_bar(&self, lane: usize, column: u16, at: (u16, u16), buffer: &mut Buffer) {
        if let Some(mark) = self.mark(Some(lane), column) {
            let style = self.style(Role::Event(mark.kind));
            let several = if mark.several {
                Modifier::UNDERLINED
            } else {
                Modifier::empty()
            };
            return put(buffer, at.0, at.1, mark.glyph, style.add_modifier(several));
        }
        if self.draw_end(column, at, buffer) {
            return;
        }
        let (glyph, role) = self.bar(lane, column);
        if role != Role::Faint || !self.draw_wire((lane - self.rows.first) * 2, column, at, buffer)
        {
            put(buffer, at.0, at.1, glyph, self.style(role));
        }
    }

    pub(super) fn draw_gap(&self, lane: usize, column: u16, at: (u16, u16), buffer: &mut Buffer) {
        if self.wires.is_none() {
            let glyph = density(self.events(Some(lane), column).len());
            put(buffer, at.0, at.1, glyph, self.style(Role::Faint));
        } else if !self.draw_wire((lane - self.rows.first) * 2 + 1, column, at, buffer) {
            self.draw_end(column, at, buffer);
        }
    }

    /// Draws the end of the recording, in the first column behind it, and says whether it is
    /// there.
    fn draw_end(&self, column: u16, at: (u16, u16), buffer: &mut Buffer) -> bool {
        let end_ns = self.trace.recording.time_ns();
        let before = column.checked_sub(1);
        let before = before.map(|column| self.span.column(column, self.columns).start);
        let is_end = self.span.column(column, self.columns).start >= end_ns
            && before.map_or(self.span.start_ns == end_ns, |start_ns| start_ns < end_ns);
        if is_end {
            put(buffer, at.0, at.1, self.glyphs.end, self.style(Role::Text));
        }
        is_end
    }

    /// Draws the wire of a cell and says whether there is one.
    fn draw_wire(&self, row: usize, column: u16, at: (u16, u16), buffer: &mut Buffer) -> bool {
        let wire = self
            .wires
            .as_ref()
            .and_then(|it| it.glyph(column, row, self.glyphs));
        if let Some((glyph, selected)) = wire {
            let role = if selected {
                Role::SelectedWire
            } else {
                Role::Wire
            };
            put(buffer, at.0, at.1, glyph, self.style(role));
        }
        wire.is_some()
    }

    /// What a lane shows in a column where there is no mark.
    fn bar(&self, lane: usize, column: u16) -> (char, Role) {
        let recording = &self.trace.recording;
        let range = self.span.column(column, self.columns);
        let length_ns = (range.end - range.start).max(1);
        let middle_ns = range.start + length_ns / 2;
        let planned = self.is_planned(lane, &range, middle_ns);
        if range.start >= recording.time_ns() {
            return (if planned { self.glyphs.planned } else { ' ' }, Role::Faint);
        }
        let it = &recording.lanes()[lane];
        if let Some(eighth) = eighth(it.ran_ns(range, recording.time_ns()), length_ns) {
            return (self.glyphs.running[eighth], Role::Lane(lane));
        }
        let glyph = match (it.activity_at(middle_ns), planned) {
            (Activity::Halted, _) => return (self.glyphs.halted, Role::Bad),
            (Activity::Restarting, _) => return (self.glyphs.restarting, Role::Bad),
            (Activity::Blocked, true) => self.glyphs.planned,
            (Activity::Blocked, false) => ' ',
            (Activity::Ready | Activity::Running, true) => self.glyphs.waiting,
            (Activity::Ready | Activity::Running, false) => self.glyphs.ready,
        };
        (glyph, Role::Faint)
    }

    /// Whether the plan lets the lane run in a column: in its middle, or anywhere in it where
    /// columns are longer than windows and the middle says nothing.
    fn is_planned(&self, lane: usize, column_ns: &Range<u64>, middle_ns: u64) -> bool {
        let layout = self.trace.recording.layout();
        let shortest_ns = layout.shortest_window_ns().unwrap_or_default();
        if column_ns.end - column_ns.start > shortest_ns {
            layout.is_planned_within(lane, column_ns)
        } else {
            layout.is_planned(lane, middle_ns)
        }
    }

    /// The events of a lane in a column.
    fn events(&self, lane: Option<usize>, column: u16) -> &[usize] {
        let list = self.trace.recording.events_of_lane(lane);
        let edge = |column: usize| {
            let first = self.edges.get(column).copied().unwrap_or(usize::MAX);
            list.partition_point(|event| *event < first)
        };
        &list[edge(usize::from(column))..edge(usize::from(column) + 1)]
    }

    /// The most important mark of a lane in a column.
    pub(super) fn mark(&self, lane: Option<usize>, column: u16) -> Option<Mark> {
        let events = self.events(lane, column);
        let alarm = self.alarms.get(&(lane, column)).copied();
        let looked_at = if self.wires.is_some() { LOOKED_AT } else { 0 };
        let events = events.iter().take(looked_at);
        let index = self.trace.recording.index();
        let kinds = events.filter_map(|event| index.kind(*event));
        let marked = kinds.map(Kind::row).filter(|row| row.mark.is_some());
        let (count, best) = marked.fold((0_usize, None), |(count, best), row| {
            let better = best.is_none_or(|best: &Row| row.weight() > best.weight());
            (count + 1, if better { Some(row) } else { best })
        });
        let row = alarm.map(Kind::row).or(best)?;
        let glyph = paint::mark(row.mark?, self.look);
        Some(Mark {
            kind: row.kind,
            glyph,
            several: count > 1,
        })
    }

    /// The alarms in sight, each asked for by kind and lane.
    pub(super) fn find_alarms(&self) -> BTreeMap<(Option<usize>, u16), Kind> {
        let recording = &self.trace.recording;
        let lanes = (0..recording.lanes().len()).map(Some).chain([None]);
        let mut alarms: BTreeMap<_, Kind> = BTreeMap::new();
        for (lane, row) in lanes.flat_map(|lane| KINDS.iter().map(move |row| (lane, row))) {
            let list = recording.index().alarms(lane, row.kind);
            for (column, edges) in (0..).zip(self.edges.windows(2)) {
                let known = alarms.get(&(lane, column)).map(|kind| kind.row().weight());
                let is_there = !index::within(list, &(edges[0]..edges[1])).is_empty();
                if is_there && known.is_none_or(|known| row.weight() > known) {
                    alarms.insert((lane, column), row.kind);
                }
            }
        }
        alarms
    }
}

/// Which eighth of the bar shows this share: `None` for nothing, 7 for all.
fn eighth(part: u64, whole: u64) -> Option<usize> {
    if part == 0 {
        return None;
    }
    let eighths = u128::from(part) * 8 / u128::from(whole.max(1));
    Some(
        usize::try_from(eighths)
            .unwrap_or(8)
            .saturating_sub(1)
            .min(7),
    )
}

/// A glyph for so many events in one cell: each step is four times the one before.
fn density(count: usize) -> char {
    match count {
        0 => ' ',
        1..4 => '.',
        4..16 => ':',
        16..64 => '+',
        64..256 => '*',
        _ => '#',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_little_is_never_nothing_and_all_is_the_full_bar() {
        assert_eq!(eighth(0, 100), None);
        assert_eq!(eighth(1, 1_000_000), Some(0));
        assert_eq!(eighth(50, 100), Some(3));
        assert_eq!(eighth(100, 100), Some(7));
        assert_eq!(eighth(u64::MAX, 1), Some(7));
    }

    #[test]
    fn density_grows() {
        let glyphs: String = [0, 1, 4, 16, 64, 256].map(density).iter().collect();
        assert_eq!(glyphs, " .:+*#");
    }
}
