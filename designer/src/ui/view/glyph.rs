//! The characters of boxes and wires: Unicode, or ASCII of the same widths.

use crate::ui::graph::geometry::Direction;
use crate::ui::graph::link::Style;
use crate::ui::graph::side::Side;

/// The characters of a kind of line: along a row, along a column, four corners, a crossing.
struct Line {
    horizontal: &'static str,
    vertical: &'static str,
    /// Corners by the two ways that they join: right and down, down and left, left and up,
    /// up and right.
    corners: [&'static str; 4],
    crossing: &'static str,
}

const LIGHT: Line = line("─", "│", ["┌", "┐", "┘", "└"], "┼");
const HEAVY: Line = line("━", "┃", ["┏", "┓", "┛", "┗"], "╋");
const DOUBLE: Line = line("═", "║", ["╔", "╗", "╝", "╚"], "╬");
const DASHED: Line = line("╌", "╎", ["┌", "┐", "┘", "└"], "┼");
const DOTTED: Line = line("┈", "┊", ["┌", "┐", "┘", "└"], "┼");
const ROUND: Line = line("─", "│", ["╭", "╮", "╯", "╰"], "┼");

const ASCII_LIGHT: Line = line("-", "|", ["+", "+", "+", "+"], "+");
const ASCII_HEAVY: Line = line("~", "!", ["+", "+", "+", "+"], "+");
const ASCII_DOUBLE: Line = line("=", "\"", ["+", "+", "+", "+"], "+");
const ASCII_DASHED: Line = line("*", "*", ["*", "*", "*", "*"], "*");
const ASCII_DOTTED: Line = line(".", ":", [".", ".", ".", "."], ":");
const ASCII_ROUND: Line = line("-", "|", [".", ".", "'", "'"], "+");

const fn line(
    horizontal: &'static str,
    vertical: &'static str,
    corners: [&'static str; 4],
    crossing: &'static str,
) -> Line {
    Line {
        horizontal,
        vertical,
        corners,
        crossing,
    }
}

fn wire(style: Style, unicode: bool) -> &'static Line {
    match (style, unicode) {
        (Style::Queuing, true) => &LIGHT,
        (Style::Sampling, true) => &DOUBLE,
        (Style::Signal, true) => &DASHED,
        (Style::Interrupt, true) => &HEAVY,
        (Style::Access, true) => &DOTTED,
        (Style::Queuing, false) => &ASCII_LIGHT,
        (Style::Sampling, false) => &ASCII_DOUBLE,
        (Style::Signal, false) => &ASCII_DASHED,
        (Style::Interrupt, false) => &ASCII_HEAVY,
        (Style::Access, false) => &ASCII_DOTTED,
    }
}

/// A cell of a wire that is entered in one direction and left in another one.
#[must_use]
pub fn bend(style: Style, unicode: bool, enters: Direction, leaves: Direction) -> &'static str {
    let line = wire(style, unicode);
    if enters == leaves {
        return if enters.is_horizontal() {
            line.horizontal
        } else {
            line.vertical
        };
    }
    let ways = [enters.opposite().number(), leaves.number()];
    match (ways[0].min(ways[1]), ways[0].max(ways[1])) {
        (0, 1) => line.corners[0],
        (1, 2) => line.corners[1],
        (2, 3) => line.corners[2],
        _ => line.corners[3],
    }
}

/// A cell in which two wires cross.
#[must_use]
pub fn crossing(style: Style, unicode: bool) -> &'static str {
    wire(style, unicode).crossing
}

/// The head of an arrow.
#[must_use]
pub fn arrow(unicode: bool, direction: Direction) -> &'static str {
    match (direction, unicode) {
        (Direction::Right, true) => "►",
        (Direction::Left, true) => "◄",
        (Direction::Down, true) => "▼",
        (Direction::Up, true) => "▲",
        (Direction::Right, false) => ">",
        (Direction::Left, false) => "<",
        (Direction::Down, false) => "v",
        (Direction::Up, false) => "^",
    }
}

/// Where a wire meets the border of a box.
#[must_use]
pub fn joint(style: Style, unicode: bool, side: Side) -> &'static str {
    match (style, side, unicode) {
        (_, _, false) => "+",
        (Style::Interrupt, Side::Left, true) => "┨",
        (Style::Interrupt, Side::Right, true) => "┠",
        (Style::Sampling, Side::Left, true) => "╡",
        (Style::Sampling, Side::Right, true) => "╞",
        (_, Side::Left, true) => "┤",
        (_, Side::Right, true) => "├",
    }
}

/// The borders of boxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// Partitions.
    Plain,
    /// Devices.
    Round,
    /// Shared memories.
    Dotted,
    /// What has the keys.
    Heavy,
}

/// The characters of a border: horizontal, vertical, and the corners upper left, upper
/// right, lower right, lower left.
#[must_use]
pub fn frame(frame: Frame, unicode: bool) -> (&'static str, &'static str, [&'static str; 4]) {
    let line = match (frame, unicode) {
        (Frame::Plain, true) => &LIGHT,
        (Frame::Round, true) => &ROUND,
        (Frame::Dotted, true) => &DOTTED,
        (Frame::Heavy, true) => &HEAVY,
        (Frame::Plain, false) => &ASCII_LIGHT,
        (Frame::Round, false) => &ASCII_ROUND,
        (Frame::Dotted, false) => &ASCII_DOTTED,
        (Frame::Heavy, false) => &ASCII_DOUBLE,
    };
    (line.horizontal, line.vertical, line.corners)
}

/// What stands for text that was cut off.
#[must_use]
pub fn ellipsis(unicode: bool) -> &'static str {
    if unicode { "…" } else { "~" }
}

/// What stands between two things of a line.
#[must_use]
pub fn separator(unicode: bool) -> &'static str {
    if unicode { "·" } else { "-" }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    #[test]
    fn both_sets_have_the_same_widths() {
        let styles = [
            Style::Queuing,
            Style::Sampling,
            Style::Signal,
            Style::Interrupt,
            Style::Access,
        ];
        for unicode in [true, false] {
            for style in styles {
                for enters in Direction::ALL {
                    for leaves in Direction::ALL {
                        assert_eq!(bend(style, unicode, enters, leaves).width(), 1);
                    }
                    assert_eq!(arrow(unicode, enters).width(), 1);
                }
                assert_eq!(crossing(style, unicode).width(), 1);
                assert_eq!(joint(style, unicode, Side::Left).width(), 1);
            }
        }
    }

    #[test]
    fn bends_join_the_ways_in_and_out() {
        let bent = |enters, leaves| bend(Style::Queuing, true, enters, leaves);
        assert_eq!(bent(Direction::Right, Direction::Down), "┐");
        assert_eq!(bent(Direction::Down, Direction::Right), "└");
        assert_eq!(bent(Direction::Up, Direction::Right), "┌");
        assert_eq!(bent(Direction::Right, Direction::Up), "┘");
        assert_eq!(bent(Direction::Left, Direction::Down), "┌");
    }
}
