//! How often a wire has to turn at least.

use crate::ui::graph::geometry::{Direction, Point};

/// The fewest turns of a way on an empty canvas: from a cell that was entered in one
/// direction, to a cell that is to be entered in another.
#[must_use]
pub(super) fn least(from: Point, direction: Direction, to: Point, enters: Direction) -> u32 {
    if from == to && direction == enters {
        return 0;
    }
    let ahead = along(from, to, enters);
    if direction == enters {
        let aside = along(from, to, sideways(enters));
        match (aside == 0, ahead > 0) {
            (true, true) => 0,
            (false, true) => 2,
            (_, false) => 4,
        }
    } else if direction == enters.opposite() {
        let aside = along(from, to, sideways(enters));
        if aside == 0 { 4 } else { 2 }
    } else if along(from, to, direction) >= 0 && ahead > 0 {
        1
    } else {
        3
    }
}

/// Cells from one point to another, counted in a direction.
fn along(from: Point, to: Point, direction: Direction) -> i32 {
    let (dx, dy) = direction.delta();
    (to.x - from.x) * dx + (to.y - from.y) * dy
}

fn sideways(direction: Direction) -> Direction {
    if direction.is_horizontal() {
        Direction::Down
    } else {
        Direction::Right
    }
}
