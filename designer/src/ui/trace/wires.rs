//! The arrows of messages between lanes: right-angled wires on a grid of cells.

use super::paint::Glyphs;

const UP: u8 = 1;
const DOWN: u8 = 2;
const LEFT: u8 = 4;
const RIGHT: u8 = 8;

/// A message to draw, in columns and lanes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Arrow {
    /// Column of the send; `None` when that was before the first column.
    pub(super) start: Option<u16>,
    /// Where it ends.
    pub(super) end: End,
    /// Lane of the sender.
    pub(super) from: usize,
    /// Lane of the receiver.
    pub(super) to: usize,
    /// Whether it is the selected one.
    pub(super) selected: bool,
}

/// Where an arrow ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// At this column.
    Column(u16),
    /// After the last column.
    Later,
    /// Nobody has received it yet.
    InFlight,
}

#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    joins: u8,
    tip: Option<Tip>,
    selected: bool,
}

#[derive(Debug, Clone, Copy)]
enum Tip {
    Down,
    Up,
    InFlight,
}

/// A grid of cells with wires: lane `n` has row `2n` and the gap below it, row `2n + 1`.
#[derive(Debug, Clone)]
pub(super) struct Wires {
    columns: u16,
    cells: Vec<Cell>,
}

impl Wires {
    /// An empty grid for so many lanes.
    #[must_use]
    pub(super) fn new(columns: u16, lanes: usize) -> Self {
        Self {
            columns,
            cells: vec![Cell::default(); usize::from(columns) * lanes * 2],
        }
    }

    /// What is in a cell, and whether it belongs to the selected arrow.
    #[must_use]
    pub(super) fn glyph(&self, column: u16, row: usize, glyphs: &Glyphs) -> Option<(char, bool)> {
        let cell = self.cells.get(self.position(column, row)?)?;
        let glyph = match cell.tip {
            Some(Tip::Down) => glyphs.head_down,
            Some(Tip::Up) => glyphs.head_up,
            Some(Tip::InFlight) => glyphs.in_flight,
            None if cell.joins == 0 => return None,
            None => glyphs.wires[usize::from(cell.joins)],
        };
        Some((glyph, cell.selected))
    }

    /// Draws an arrow. Later ones are drawn over earlier ones.
    pub(super) fn draw(&mut self, arrow: Arrow) {
        if arrow.from == arrow.to || self.columns == 0 {
            return;
        }
        let down = arrow.to > arrow.from;
        // The arrow arrives in the gap between its receiver and the lane towards the sender.
        let arrival = if down {
            arrow.to * 2 - 1
        } else {
            arrow.to * 2 + 1
        };
        let last = self.columns - 1;
        let (end, tip) = match arrow.end {
            End::Column(column) => (column, Some(if down { Tip::Down } else { Tip::Up })),
            End::Later => (last, None),
            End::InFlight => (
                arrow.start.unwrap_or(0).saturating_add(1).min(last),
                Some(Tip::InFlight),
            ),
        };
        if let Some(start) = arrow.start {
            self.vertical(start, arrow.from * 2, arrival, arrow.selected);
        }
        self.horizontal(arrow.start, end, arrival, arrow);
        if let Some(tip) = tip {
            self.join(end, arrival, 0, arrow.selected);
            self.put(end, arrival, tip);
        }
    }

    /// From the sender's row (which is its bar and stays free) to the row of arrival.
    fn vertical(&mut self, column: u16, from: usize, arrival: usize, selected: bool) {
        let (between, came_from) = if from < arrival {
            (from + 1..arrival, UP)
        } else {
            (arrival + 1..from, DOWN)
        };
        for row in between {
            self.join(column, row, UP | DOWN, selected);
        }
        self.join(column, arrival, came_from, selected);
    }

    fn horizontal(&mut self, start: Option<u16>, end: u16, row: usize, arrow: Arrow) {
        let first = start.unwrap_or(0);
        if start.is_some() && first < end {
            self.join(first, row, RIGHT, arrow.selected);
        }
        let first = if start.is_some() {
            first.saturating_add(1)
        } else {
            first
        };
        for column in first..end {
            self.join(column, row, LEFT | RIGHT, arrow.selected);
        }
        if arrow.end == End::Later && start != Some(end) {
            self.join(end, row, LEFT | RIGHT, arrow.selected);
        }
    }

    fn join(&mut self, column: u16, row: usize, joins: u8, selected: bool) {
        if let Some(cell) = self
            .position(column, row)
            .and_then(|at| self.cells.get_mut(at))
        {
            cell.joins |= joins;
            cell.selected |= selected;
        }
    }

    fn put(&mut self, column: u16, row: usize, tip: Tip) {
        if let Some(cell) = self
            .position(column, row)
            .and_then(|at| self.cells.get_mut(at))
        {
            cell.tip = Some(tip);
        }
    }

    fn position(&self, column: u16, row: usize) -> Option<usize> {
        (column < self.columns).then(|| row * usize::from(self.columns) + usize::from(column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::look::Look;
    use crate::ui::trace::paint::glyphs;

    fn drawn(lanes: usize, arrows: &[Arrow]) -> Vec<String> {
        let mut wires = Wires::new(8, lanes);
        arrows.iter().for_each(|arrow| wires.draw(*arrow));
        let glyphs = glyphs(Look {
            unicode: true,
            colour: false,
        });
        let cell = |column, row| {
            wires
                .glyph(column, row, glyphs)
                .map_or(' ', |(glyph, _)| glyph)
        };
        (0..lanes * 2)
            .map(|row| (0..8).map(|column| cell(column, row)).collect())
            .collect()
    }

    fn arrow(start: Option<u16>, end: End, from: usize, to: usize) -> Arrow {
        Arrow {
            start,
            end,
            from,
            to,
            selected: false,
        }
    }

    #[test]
    fn down_to_the_next_lane() {
        let picture = drawn(2, &[arrow(Some(1), End::Column(5), 0, 1)]);
        assert_eq!(picture, ["        ", " ╰───▼  ", "        ", "        "]);
    }

    #[test]
    fn past_a_lane_and_back_up() {
        let picture = drawn(
            3,
            &[
                arrow(Some(1), End::Column(3), 0, 2),
                arrow(Some(4), End::Column(6), 2, 0),
            ],
        );
        assert_eq!(
            picture,
            [
                "        ",
                " │  ╭─▲ ",
                " │  │   ",
                " ╰─▼│   ",
                "        ",
                "        "
            ]
        );
    }

    #[test]
    fn at_the_edges_and_in_flight() {
        let picture = drawn(
            2,
            &[
                arrow(None, End::Column(1), 0, 1),
                arrow(Some(3), End::InFlight, 0, 1),
                arrow(Some(6), End::Later, 0, 1),
            ],
        );
        assert_eq!(picture[1], "─▼ ╰○ ╰─");
        let straight = drawn(2, &[arrow(Some(7), End::Column(7), 0, 1)]);
        assert_eq!(straight[1], "       ▼");
    }

    #[test]
    fn wires_that_cross_are_joined_and_selection_sticks() {
        let mut wires = Wires::new(8, 3);
        wires.draw(Arrow {
            selected: true,
            ..arrow(Some(2), End::Column(5), 0, 2)
        });
        wires.draw(arrow(Some(0), End::Column(4), 0, 1));
        let glyphs = glyphs(Look {
            unicode: true,
            colour: false,
        });
        assert_eq!(wires.glyph(2, 1, glyphs), Some(('┼', true)));
        assert_eq!(wires.glyph(3, 1, glyphs), Some(('─', false)));
        assert_eq!(wires.glyph(9, 1, glyphs), None);
    }
}
