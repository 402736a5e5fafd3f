//! Glyphs that have to meet their neighbours: drawn as lines and areas, whatever the font.

use std::fmt::Write as _;

/// Width and height of a cell in pixels.
pub(super) const WIDTH: usize = 8;
pub(super) const HEIGHT: usize = 16;

/// How a glyph is drawn: the data of an SVG path.
pub(super) enum Drawing {
    /// Thin lines.
    Light(String),
    /// Thick lines.
    Heavy(String),
    /// A filled area.
    Area(String),
    /// A filled area that the ground shines through.
    Shade(String),
}

/// The drawing of a glyph in the cell whose upper left corner is there; `None` for what the
/// font draws.
pub(super) fn drawing(glyph: char, x: usize, y: usize) -> Option<Drawing> {
    if let Some(arms) = arms(glyph) {
        return Some(Drawing::Light(lines(arms, x, y)));
    }
    if let Some(arms) = light(glyph).and_then(arms) {
        return Some(Drawing::Heavy(lines(arms, x, y)));
    }
    let (right, lower) = (x + WIDTH, y + HEIGHT);
    let (middle_x, middle_y) = (x + WIDTH / 2, y + HEIGHT / 2);
    let area = |top: usize| format!("M{x} {top}H{right}V{lower}H{x}z");
    Some(match glyph {
        '╭' => Drawing::Light(format!(
            "M{middle_x} {lower}Q{middle_x} {middle_y} {right} {middle_y}"
        )),
        '╮' => Drawing::Light(format!(
            "M{x} {middle_y}Q{middle_x} {middle_y} {middle_x} {lower}"
        )),
        '╯' => Drawing::Light(format!(
            "M{x} {middle_y}Q{middle_x} {middle_y} {middle_x} {y}"
        )),
        '╰' => Drawing::Light(format!(
            "M{middle_x} {y}Q{middle_x} {middle_y} {right} {middle_y}"
        )),
        '╌' => Drawing::Light(format!("M{x} {middle_y}m1 0h2m2 0h2")),
        '┄' => Drawing::Light(format!("M{x} {middle_y}m1 0h1m2 0h1m2 0h1")),
        '┈' => Drawing::Light(format!("M{x} {middle_y}h1m1 0h1m1 0h1m1 0h1")),
        '╎' => Drawing::Light(format!("M{middle_x} {y}m0 2v4m0 4v4")),
        '┊' => Drawing::Light(format!("M{middle_x} {y}m0 1v2m0 2v2m0 2v2m0 2v2")),
        '►' => Drawing::Area(format!("M{x} {y}m0 3l8 5l-8 5z")),
        '◄' => Drawing::Area(format!("M{right} {y}m0 3l-8 5l8 5z")),
        '▼' => Drawing::Area(format!("M{x} {y}m0 4h8l-4 8z")),
        '▲' => Drawing::Area(format!("M{x} {lower}m0 -4h8l-4 -8z")),
        '○' => Drawing::Light(format!("M{x} {middle_y}m1 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0")),
        '▁'..='█' => Drawing::Area(area(lower - eighths(glyph) * HEIGHT / 8)),
        '▒' => Drawing::Shade(area(y)),
        '░' => Drawing::Shade(area(middle_y)),
        _ => return None,
    })
}

/// How much of the cell a block fills.
fn eighths(block: char) -> usize {
    ('▁'..=block).count()
}

/// The thin glyph of a thick one; of one with both, whose thick part is short, too.
fn light(heavy: char) -> Option<char> {
    let pairs = "━─┃│┏┌┓┐┗└┛┘╋┼┠├┨┤";
    let thick = pairs.chars().step_by(2);
    let mut both = thick.zip(pairs.chars().skip(1).step_by(2));
    both.find(|(thick, _)| *thick == heavy)
        .map(|(_, thin)| thin)
}

/// Whether there are lines from the middle of the cell to the left, right, upper, lower edge.
fn arms(glyph: char) -> Option<[bool; 4]> {
    let names = match glyph {
        '─' => "lr",
        '│' => "ud",
        '┌' => "rd",
        '┐' => "ld",
        '└' => "ru",
        '┘' => "lu",
        '├' => "rud",
        '┤' => "lud",
        '┬' => "lrd",
        '┴' => "lru",
        '┼' => "lrud",
        '╴' => "l",
        '╶' => "r",
        '╵' => "u",
        '╷' => "d",
        _ => return None,
    };
    Some(['l', 'r', 'u', 'd'].map(|arm| names.contains(arm)))
}

fn lines([left, right, up, down]: [bool; 4], x: usize, y: usize) -> String {
    let mut path = String::new();
    let (middle_x, middle_y) = (x + WIDTH / 2, y + HEIGHT / 2);
    let ends = |before, after, from, middle, to| {
        (
            if before { from } else { middle },
            if after { to } else { middle },
        )
    };
    if left || right {
        let (from, to) = ends(left, right, x, middle_x, x + WIDTH);
        let _ = write!(path, "M{from} {middle_y}H{to}");
    }
    if up || down {
        let (from, to) = ends(up, down, y, middle_y, y + HEIGHT);
        let _ = write!(path, "M{middle_x} {from}V{to}");
    }
    path
}

#[test]
fn glyphs_meet_at_the_edges_of_their_cells() {
    let light = |glyph| match drawing(glyph, 8, 16) {
        Some(Drawing::Light(path)) => path,
        _ => panic!("{glyph} is no thin line"),
    };
    assert_eq!(light('─'), "M8 24H16");
    assert_eq!(light('┤'), "M8 24H12M12 16V32");
    assert_eq!(light('┌'), "M12 24H16M12 24V32");
    assert!(matches!(drawing('┠', 0, 0), Some(Drawing::Heavy(path)) if path == "M4 8H8M4 0V16"));
    assert!(matches!(drawing('▂', 0, 0), Some(Drawing::Area(path)) if path == "M0 12H8V16H0z"));
    assert!(drawing('x', 0, 0).is_none());
}
