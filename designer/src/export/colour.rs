//! What the parts of pictures look like, on light and on dark ground: one table.

use std::fmt::Write as _;

/// A colour on light ground and the one for dark ground.
type Pair = [&'static str; 2];

const GROUND: Pair = ["#ffffff", "#0d1117"];
const INK: Pair = ["#1f2328", "#d0d7de"];
const FAINT: Pair = ["#59636e", "#9198a1"];
const DEVICE: Pair = ["#8250df", "#d2a8ff"];
const WRONG: Pair = ["#cf222e", "#ff7b72"];
const BAND: Pair = ["#ddf4ff", "#12304d"];
const PAD: Pair = ["#b6c2cf", "#454c56"];

/// How a class of elements is painted.
struct Role {
    class: &'static str,
    /// The property that has the colour.
    property: &'static str,
    colour: Pair,
    /// What else is said of it.
    more: &'static str,
}

const fn role([class, property]: [&'static str; 2], colour: Pair, more: &'static str) -> Role {
    Role {
        class,
        property,
        colour,
        more,
    }
}

/// Every class that pictures use.
const ROLES: [Role; 17] = [
    role(["ground", "fill"], GROUND, ""),
    role(["ink", "fill"], INK, ""),
    role(["strong", "fill"], INK, "font-weight: bold"),
    role(["faint", "fill"], FAINT, ""),
    role(["device-ink", "fill"], DEVICE, ""),
    role(["wrong", "fill"], WRONG, "font-weight: bold"),
    role(["band", "fill"], BAND, ""),
    role(["pad", "fill"], PAD, ""),
    role(["box", "stroke"], INK, "fill: none; stroke-width: 1.4"),
    role(
        ["device", "stroke"],
        DEVICE,
        "fill: none; stroke-width: 1.4",
    ),
    role(
        ["memory", "stroke"],
        INK,
        "fill: none; stroke-width: 1.4; stroke-dasharray: 2 3",
    ),
    role(["queuing", "stroke"], INK, "fill: none; stroke-width: 1.4"),
    role(["sampling", "stroke"], INK, "fill: none; stroke-width: 4.2"),
    role(["core", "stroke"], GROUND, "fill: none; stroke-width: 1.6"),
    role(
        ["signal", "stroke"],
        INK,
        "fill: none; stroke-width: 1.4; stroke-dasharray: 5 3",
    ),
    role(
        ["interrupt", "stroke"],
        DEVICE,
        "fill: none; stroke-width: 2.6",
    ),
    role(
        ["access", "stroke"],
        FAINT,
        "fill: none; stroke-width: 1.4; stroke-dasharray: 1.5 3",
    ),
];

/// What all texts have in common.
const LETTERS: &str = "text { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, \
                       'DejaVu Sans Mono', 'Liberation Mono', monospace; font-size: 13px; \
                       white-space: pre }";

/// The sheet of all classes: for light ground, unless the reader prefers dark ground.
pub(super) fn style_sheet() -> String {
    let mut sheet = format!("{LETTERS}\n");
    for role in &ROLES {
        let separator = if role.more.is_empty() { "" } else { "; " };
        let (property, [light, _]) = (role.property, role.colour);
        let _ = writeln!(
            sheet,
            ".{} {{ {property}: {light}{separator}{} }}",
            role.class, role.more
        );
    }
    sheet.push_str("@media (prefers-color-scheme: dark) {\n");
    for role in &ROLES {
        let (property, [_, dark]) = (role.property, role.colour);
        let _ = writeln!(sheet, ".{} {{ {property}: {dark} }}", role.class);
    }
    sheet.push_str("}\n");
    sheet
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance of a colour, as WCAG 2.1 defines it.
    fn luminance(colour: &str) -> f64 {
        let part = |at: usize| {
            let part = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            match part <= 0.04045 {
                true => part / 12.92,
                false => ((part + 0.055) / 1.055).powf(2.4),
            }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (a, b) = (luminance(one), luminance(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn everything_is_legible_on_both_grounds() {
        for ground in 0..2 {
            for ink in [INK, FAINT, DEVICE, WRONG] {
                let ratio = contrast(ink[ground], GROUND[ground]);
                assert!(ratio >= 4.5, "{} has {ratio}", ink[ground]);
            }
            assert!(contrast(INK[ground], BAND[ground]) >= 4.5);
        }
    }

    #[test]
    fn no_class_is_there_twice() {
        let mut classes: Vec<&str> = ROLES.iter().map(|role| role.class).collect();
        classes.sort_unstable();
        classes.dedup();
        assert_eq!(classes.len(), ROLES.len());
    }
}
