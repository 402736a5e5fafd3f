//! What is on each cell while wires are routed.

use super::{MAX_CELLS, Path, Request};
use crate::ui::graph::geometry::{Direction, Point, Rectangle};

/// What is on a cell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cell {
    /// A box.
    pub(super) blocked: bool,
    /// The cell in front of the port of this wire: no other wire may use it.
    pub(super) pin: Option<usize>,
    /// A wire along the row.
    pub(super) horizontal: bool,
    /// A wire along the column.
    pub(super) vertical: bool,
    /// A box is next to it.
    pub(super) at_box: bool,
}

impl Cell {
    /// Whether a wire may pass straight in this direction: over nothing, or across another.
    pub(super) fn passes(self, direction: Direction) -> bool {
        if direction.is_horizontal() {
            !self.horizontal
        } else {
            !self.vertical
        }
    }

    /// Whether no wire is here, so that one may turn.
    pub(super) fn is_free(self) -> bool {
        !self.horizontal && !self.vertical
    }
}

/// The cells in which wires may run.
#[derive(Debug)]
pub(super) struct Grid {
    bounds: Rectangle,
    cells: Vec<Cell>,
}

impl Grid {
    /// A grid with boxes and pins; `None` where it would be too large.
    pub(super) fn new(
        bounds: Rectangle,
        boxes: &[Rectangle],
        requests: &[Request],
    ) -> Option<Self> {
        let count = bounds.width.checked_mul(bounds.height)?;
        let count = usize::try_from(count).ok().filter(|_| count <= MAX_CELLS)?;
        let mut grid = Self {
            bounds,
            cells: vec![Cell::default(); count],
        };
        for rectangle in boxes {
            grid.fill(rectangle.grown(1, 1), |cell| cell.at_box = true);
            grid.fill(*rectangle, |cell| cell.blocked = true);
        }
        for (index, request) in requests.iter().enumerate() {
            for point in [request.from, request.to] {
                grid.change(point, |cell| cell.pin = cell.pin.or(Some(index)));
            }
        }
        Some(grid)
    }

    fn fill(&mut self, rectangle: Rectangle, change: impl Fn(&mut Cell)) {
        for y in rectangle.y..rectangle.bottom() {
            for x in rectangle.x..rectangle.right() {
                self.change(Point { x, y }, &change);
            }
        }
    }

    fn change(&mut self, point: Point, change: impl Fn(&mut Cell)) {
        let position = self.position(point);
        if let Some(cell) = position.and_then(|position| self.cells.get_mut(position)) {
            change(cell);
        }
    }

    /// All cells.
    pub(super) fn bounds(&self) -> Rectangle {
        self.bounds
    }

    fn position(&self, point: Point) -> Option<usize> {
        if !self.bounds.contains(point) {
            return None;
        }
        let row = (point.y - self.bounds.y) * self.bounds.width;
        usize::try_from(row + point.x - self.bounds.x).ok()
    }

    /// What is on a cell; `None` outside.
    pub(super) fn cell(&self, point: Point) -> Option<Cell> {
        self.position(point)
            .and_then(|position| self.cells.get(position).copied())
    }

    /// Whether this wire may be on the cell at all.
    pub(super) fn admits(&self, index: usize, point: Point) -> bool {
        self.cell(point)
            .is_some_and(|cell| !cell.blocked && cell.pin.is_none_or(|it| it == index))
    }

    /// Whether a wire could run as it did before.
    pub(super) fn allows(&self, index: usize, path: &Path, request: &Request) -> bool {
        let ends = path.first() == Some(&request.from) && path.last() == Some(&request.to);
        ends && legs(path, request).all(|(point, enters, leaves)| {
            let cell = self.cell(point).unwrap_or_default();
            let free = if enters == leaves {
                cell.passes(enters)
            } else {
                cell.is_free()
            };
            self.admits(index, point) && free
        })
    }

    /// Lays a wire.
    pub(super) fn occupy(&mut self, path: &Path, request: &Request) {
        for (point, enters, leaves) in legs(path, request) {
            self.change(point, |cell| {
                cell.horizontal |= enters.is_horizontal() || leaves.is_horizontal();
                cell.vertical |= !enters.is_horizontal() || !leaves.is_horizontal();
            });
        }
    }
}

/// The cells of a path, each with the direction in which it is entered and left.
fn legs(
    path: &Path,
    request: &Request,
) -> impl Iterator<Item = (Point, Direction, Direction)> + use<> {
    let steps: Vec<Direction> = path
        .windows(2)
        .filter_map(|pair| Direction::between(pair[0], pair[1]))
        .collect();
    let enters = std::iter::once(request.leaves).chain(steps.clone());
    let leaves = steps.into_iter().chain(std::iter::once(request.enters));
    path.clone()
        .into_iter()
        .zip(enters.zip(leaves))
        .map(|(point, (enters, leaves))| (point, enters, leaves))
}
