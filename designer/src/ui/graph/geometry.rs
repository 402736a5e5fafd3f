//! Cells of the canvas: points, rectangles, directions.

/// A cell of the canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    /// Column, growing to the right.
    pub x: i32,
    /// Row, growing downwards.
    pub y: i32,
}

impl Point {
    /// The cell next to this one.
    #[must_use]
    pub fn step(self, direction: Direction) -> Self {
        let (dx, dy) = direction.delta();
        Self {
            x: self.x + dx,
            y: self.y + dy,
        }
    }
}

/// A rectangle of cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rectangle {
    /// Leftmost column.
    pub x: i32,
    /// Topmost row.
    pub y: i32,
    /// Columns.
    pub width: i32,
    /// Rows.
    pub height: i32,
}

impl Rectangle {
    /// The column behind the rightmost one.
    #[must_use]
    pub fn right(self) -> i32 {
        self.x + self.width
    }

    /// The row below the bottom one.
    #[must_use]
    pub fn bottom(self) -> i32 {
        self.y + self.height
    }

    /// Whether the cell is inside.
    #[must_use]
    pub fn contains(self, point: Point) -> bool {
        (self.x..self.right()).contains(&point.x) && (self.y..self.bottom()).contains(&point.y)
    }

    /// Whether the two share a cell.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }

    /// The rectangle with so many more cells on each side.
    #[must_use]
    pub fn grown(self, columns: i32, rows: i32) -> Self {
        Self {
            x: self.x - columns,
            y: self.y - rows,
            width: self.width + 2 * columns,
            height: self.height + 2 * rows,
        }
    }

    /// The smallest rectangle around both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Self {
            x,
            y,
            width: self.right().max(other.right()) - x,
            height: self.bottom().max(other.bottom()) - y,
        }
    }

    /// The part of the rectangle that is inside another one.
    #[must_use]
    pub fn clipped(self, to: Self) -> Self {
        let (x, y) = (self.x.max(to.x), self.y.max(to.y));
        Self {
            x,
            y,
            width: (self.right().min(to.right()) - x).max(0),
            height: (self.bottom().min(to.bottom()) - y).max(0),
        }
    }

    /// A rectangle of one cell.
    #[must_use]
    pub fn cell(point: Point) -> Self {
        Self {
            x: point.x,
            y: point.y,
            width: 1,
            height: 1,
        }
    }

    /// The cell in the middle.
    #[must_use]
    pub fn centre(self) -> Point {
        Point {
            x: self.x + self.width / 2,
            y: self.y + self.height / 2,
        }
    }
}

/// A way to go from a cell to a neighbour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// To the next column.
    Right,
    /// To the next row.
    Down,
    /// To the previous column.
    Left,
    /// To the previous row.
    Up,
}

impl Direction {
    /// All four, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Right, Self::Down, Self::Left, Self::Up];

    /// The change of column and row.
    #[must_use]
    pub fn delta(self) -> (i32, i32) {
        match self {
            Self::Right => (1, 0),
            Self::Down => (0, 1),
            Self::Left => (-1, 0),
            Self::Up => (0, -1),
        }
    }

    /// Position in [`Self::ALL`].
    #[must_use]
    pub fn number(self) -> usize {
        match self {
            Self::Right => 0,
            Self::Down => 1,
            Self::Left => 2,
            Self::Up => 3,
        }
    }

    /// The way back.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Right => Self::Left,
            Self::Down => Self::Up,
            Self::Left => Self::Right,
            Self::Up => Self::Down,
        }
    }

    /// Along a row.
    #[must_use]
    pub fn is_horizontal(self) -> bool {
        matches!(self, Self::Left | Self::Right)
    }

    /// The way from a cell to a neighbour; `None` where they are not neighbours.
    #[must_use]
    pub fn between(from: Point, to: Point) -> Option<Self> {
        match (to.x - from.x, to.y - from.y) {
            (1, 0) => Some(Self::Right),
            (0, 1) => Some(Self::Down),
            (-1, 0) => Some(Self::Left),
            (0, -1) => Some(Self::Up),
            _ => None,
        }
    }
}
