//! The time axis: round times at readable distances.

use crate::trace::describe::duration;

use super::span::Span;

/// A label on the axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tick {
    /// Its column.
    pub(super) column: u16,
    /// The time there, in nanoseconds.
    pub(super) time_ns: u64,
    /// The time in words.
    pub(super) label: String,
}

/// The room that a label needs, in columns.
const ROOM: u64 = 12;

/// The labels of the axis, left to right.
#[must_use]
pub(super) fn ticks(span: Span, columns: u16) -> Vec<Tick> {
    if columns == 0 {
        return Vec::new();
    }
    let step_ns = step(span.length_ns.saturating_mul(ROOM) / u64::from(columns));
    let first = span.start_ns.div_ceil(step_ns);
    let times = (first..).map_while(|number| number.checked_mul(step_ns));
    let in_sight = times.take_while(|time_ns| *time_ns < span.range().end);
    in_sight
        .filter_map(|time_ns| {
            let column = span.column_of(time_ns, columns)?;
            Some(Tick {
                column,
                time_ns,
                label: duration(time_ns),
            })
        })
        .collect()
}

/// The smallest 1, 2 or 5 times a power of ten that is at least this.
fn step(at_least_ns: u64) -> u64 {
    let mut power = 1_u64;
    loop {
        let found = [1, 2, 5]
            .into_iter()
            .map(|digit| power.saturating_mul(digit));
        if let Some(step) = found.into_iter().find(|step| *step >= at_least_ns) {
            return step;
        }
        power = power.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        assert_eq!([1, 3, 7, 10, 11, 201].map(step), [1, 5, 10, 10, 20, 500]);
        assert_eq!(step(u64::MAX), u64::MAX);
    }

    #[test]
    fn labels_never_touch() {
        let span = Span {
            start_ns: 1_234_567,
            length_ns: 3_000_000,
        };
        let ticks = ticks(span, 70);
        let labels: Vec<&str> = ticks.iter().map(|tick| tick.label.as_str()).collect();
        assert_eq!(labels, ["2 ms", "3 ms", "4 ms"]);
        assert!(
            ticks
                .windows(2)
                .all(|pair| pair[1].column - pair[0].column >= 12)
        );
        assert!(super::ticks(span, 0).is_empty());
    }
}
