//! What is on each cell while wires are routed.

use std::collections::BTreeMap;

use super::{MAX_CELLS, Request};
use crate::ui::graph::geometry::{Direction, Point, Rectangle};

/// What is on a cell, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cell(u8);

impl Cell {
    /// A box.
    const BOX: u8 = 1;
    /// A box is next to it.
    const AT_BOX: u8 = 2;
    /// The cell in front of the port of one wire: no other wire may use it.
    const PIN: u8 = 4;
    /// A wire along the row.
    const HORIZONTAL: u8 = 8;
    /// A wire along the column.
    const VERTICAL: u8 = 16;

    fn along(direction: Direction) -> u8 {
        if direction.is_horizontal() {
            Self::HORIZONTAL
        } else {
            Self::VERTICAL
        }
    }

    fn has(self, bits: u8) -> bool {
        self.0 & bits != 0
    }

    /// Whether a wire runs here along this direction or against it.
    pub(super) fn carries(self, direction: Direction) -> bool {
        self.has(Self::along(direction))
    }

    /// Whether no wire is here, so that one may turn.
    pub(super) fn is_free(self) -> bool {
        !self.has(Self::HORIZONTAL | Self::VERTICAL)
    }

    /// Whether a wire may come in this way and leave in that one: straight over nothing or
    /// across another wire, or around a corner where no wire is.
    pub(super) fn lets(self, enters: Direction, leaves: Direction) -> bool {
        if enters == leaves {
            !self.carries(enters)
        } else {
            self.is_free()
        }
    }

    /// Whether it lies along a box and is nobody's pin.
    pub(super) fn is_along_box(self) -> bool {
        self.has(Self::AT_BOX) && !self.has(Self::PIN)
    }
}

/// The cells in which wires may run.
#[derive(Debug)]
pub(super) struct Grid {
    bounds: Rectangle,
    /// The bounds and one more cell on each side, so that every cell has neighbours.
    around: Rectangle,
    /// Cells in a row.
    stride: usize,
    cells: Vec<Cell>,
    /// The wires of the pins, by position.
    pins: BTreeMap<usize, usize>,
}

impl Grid {
    /// A grid with boxes and pins; `None` where it would be too large.
    pub(super) fn new(
        bounds: Rectangle,
        boxes: &[Rectangle],
        requests: &[Request],
    ) -> Option<Self> {
        let around = bounds.grown(1, 1);
        let count = around.width.checked_mul(around.height)?;
        let count = usize::try_from(count).ok().filter(|_| count <= MAX_CELLS)?;
        let mut grid = Self {
            bounds,
            around,
            stride: usize::try_from(around.width).ok()?,
            cells: vec![Cell::default(); count],
            pins: BTreeMap::new(),
        };
        for rectangle in boxes {
            grid.mark_all(rectangle.grown(1, 1), Cell::AT_BOX);
            grid.mark_all(*rectangle, Cell::BOX);
        }
        for (index, request) in requests.iter().enumerate() {
            for point in [request.from, request.to] {
                grid.mark(point, Cell::PIN);
                let position = grid.position(point);
                grid.pins.entry(position).or_insert(index);
            }
        }
        Some(grid)
    }

    fn mark_all(&mut self, rectangle: Rectangle, bits: u8) {
        for y in rectangle.y..rectangle.bottom() {
            for x in rectangle.x..rectangle.right() {
                self.mark(Point { x, y }, bits);
            }
        }
    }

    fn mark(&mut self, point: Point, bits: u8) {
        let position = self.position(point);
        self.cells[position].0 |= bits;
    }

    /// All cells in which wires may run.
    pub(super) fn bounds(&self) -> Rectangle {
        self.bounds
    }

    /// How many positions there are.
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// The number of a cell inside the bounds, or next to them.
    pub(super) fn position(&self, point: Point) -> usize {
        let (column, row) = (point.x - self.around.x, point.y - self.around.y);
        usize::try_from(row).unwrap_or(0) * self.stride + usize::try_from(column).unwrap_or(0)
    }

    /// The position next to one inside the bounds.
    pub(super) fn next(&self, position: usize, direction: Direction) -> usize {
        match direction {
            Direction::Right => position + 1,
            Direction::Down => position + self.stride,
            Direction::Left => position - 1,
            Direction::Up => position - self.stride,
        }
    }

    /// What is at a position.
    pub(super) fn cell(&self, position: usize) -> Cell {
        self.cells[position]
    }

    /// Whether this wire may be at a position inside the bounds at all.
    pub(super) fn admits(&self, index: usize, position: usize) -> bool {
        let cell = self.cells[position];
        !cell.has(Cell::BOX) && (!cell.has(Cell::PIN) || self.pins.get(&position) == Some(&index))
    }

    /// Whether a wire could run as it did before.
    pub(super) fn allows(&self, index: usize, path: &[Point], request: &Request) -> bool {
        let ends = path.first() == Some(&request.from) && path.last() == Some(&request.to);
        ends && legs(path, request).all(|(point, enters, leaves)| {
            let position = self.position(point);
            self.bounds.contains(point)
                && self.admits(index, position)
                && self.cells[position].lets(enters, leaves)
        })
    }

    /// Lays a wire.
    pub(super) fn occupy(&mut self, path: &[Point], request: &Request) {
        for (point, enters, leaves) in legs(path, request) {
            self.mark(point, Cell::along(enters) | Cell::along(leaves));
        }
    }
}

/// The cells of a path, each with the direction in which it is entered and left.
fn legs<'a>(
    path: &'a [Point],
    request: &Request,
) -> impl Iterator<Item = (Point, Direction, Direction)> + use<'a> {
    let steps = path
        .windows(2)
        .filter_map(|pair| Direction::between(pair[0], pair[1]));
    let enters = std::iter::once(request.leaves).chain(steps.clone());
    let leaves = steps.chain(std::iter::once(request.enters));
    path.iter()
        .copied()
        .zip(enters.zip(leaves))
        .map(|(point, (enters, leaves))| (point, enters, leaves))
}
