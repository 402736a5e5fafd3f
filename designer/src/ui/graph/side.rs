//! At which side of a box a wire leaves: towards the other box.

use super::geometry::{Direction, Rectangle};

/// The sides of a box at which wires end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The left border.
    Left,
    /// The right border.
    Right,
}

impl Side {
    /// The way out of the box.
    #[must_use]
    pub fn outwards(self) -> Direction {
        match self {
            Self::Left => Direction::Left,
            Self::Right => Direction::Right,
        }
    }

    /// The sides of the two boxes between which a wire runs, without a detour where the
    /// boxes stand beside each other. Boxes above each other use the same side of both:
    /// the right one on the way down, the left one on the way up.
    #[must_use]
    pub fn between(from: Rectangle, to: Rectangle) -> (Self, Self) {
        if to.x >= from.right() {
            (Self::Right, Self::Left)
        } else if to.right() <= from.x {
            (Self::Left, Self::Right)
        } else if (to.y, to.x) > (from.y, from.x) {
            (Self::Right, Self::Right)
        } else {
            (Self::Left, Self::Left)
        }
    }
}
