//! What the signs on the canvas and on the lanes of the trace mean, for the help.

use super::glyph;
use crate::trace::kind::KINDS;
use crate::ui::action::Context;
use crate::ui::graph::geometry::Direction;
use crate::ui::graph::link::Style;
use crate::ui::look::Look;
use crate::ui::trace::paint;

/// A sign and what it means.
pub type Sign = (String, &'static str);

/// The signs of the view with this context; none where everything is words.
#[must_use]
pub fn signs(context: Context, look: Look) -> Vec<Sign> {
    match context {
        Context::Graph => graph(look.unicode),
        Context::Trace => trace(look),
        _ => Vec::new(),
    }
}

fn graph(unicode: bool) -> Vec<Sign> {
    let arrow = glyph::arrow(unicode, Direction::Right);
    let wire = |style, meaning| {
        let line = glyph::bend(style, unicode, Direction::Right, Direction::Right);
        let end = if style == Style::Access { line } else { arrow };
        (format!("{line}{line}{end}"), meaning)
    };
    vec![
        wire(
            Style::Queuing,
            "a queuing channel; 4x32 is room for 4 messages of 32 bytes",
        ),
        wire(
            Style::Sampling,
            "a sampling channel; 32 is the size of its value in bytes",
        ),
        wire(Style::Signal, "a signal"),
        wire(Style::Interrupt, "an interrupt line with its source"),
        wire(Style::Access, "the right to touch a device or a memory"),
        (
            "W1 2nd".to_owned(),
            "runs in window 1 of the schedule, second in order there",
        ),
    ]
}

fn trace(look: Look) -> Vec<Sign> {
    let glyphs = paint::glyphs(look);
    let marks = KINDS.iter().filter_map(|row| {
        let mark = paint::mark(row.mark?, look);
        Some((mark.to_string(), row.meaning))
    });
    let bars = [
        (
            glyphs.running[7],
            "it runs; a lower bar: for a part of the column",
        ),
        (
            glyphs.planned,
            "by plan it may run, but it waits for something",
        ),
        (
            glyphs.waiting,
            "by plan it may run, but a more important one does",
        ),
        (glyphs.ready, "it wants to run, but this is not its window"),
        (glyphs.halted, "it has ended or was halted"),
        (glyphs.restarting, "it is being restarted"),
        (
            glyphs.end,
            "the end of the recording; behind it stands the plan alone",
        ),
        (glyphs.in_flight, "a message that nobody has received yet"),
    ];
    let bars = bars.map(|(sign, meaning)| (sign.to_string(), meaning));
    let density = (
        ".:+*#".to_owned(),
        "more and more events, where they are too many for marks",
    );
    marks.chain(bars).chain([density]).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_sign_means_two_things() {
        for unicode in [true, false] {
            let look = Look {
                unicode,
                colour: true,
            };
            for context in [Context::Graph, Context::Trace] {
                let signs = signs(context, look);
                let different: BTreeSet<&str> = signs.iter().map(|it| it.0.as_str()).collect();
                assert_eq!(different.len(), signs.len());
                assert!(signs.len() > 5);
            }
        }
    }
}
