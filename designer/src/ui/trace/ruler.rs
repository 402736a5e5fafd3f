//! The time axis: round times at readable distances.

use crate::trace::describe::exact_duration;

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

/// The least room between two labels, in columns.
const ROOM: u64 = 12;

/// The labels of the axis, left to right.
#[must_use]
pub(super) fn ticks(span: Span, columns: u16) -> Vec<Tick> {
    let ticks = ticks_apart(span, columns, ROOM);
    let longest = ticks.iter().map(|tick| tick.label.chars().count()).max();
    // The edge before the label, a space behind it, and a column lost to rounding.
    let room = longest.map_or(0, |longest| u64::try_from(longest + 3).unwrap_or(ROOM));
    if room > ROOM {
        return ticks_apart(span, columns, room);
    }
    ticks
}

/// Labels that are at least so many columns apart.
fn ticks_apart(span: Span, columns: u16, room: u64) -> Vec<Tick> {
    if columns == 0 {
        return Vec::new();
    }
    let room_ns = span.length_ns.saturating_mul(room);
    let step_ns = step(room_ns.div_ceil(u64::from(columns)));
    let first = span.start_ns.div_ceil(step_ns);
    let times = (first..).map_while(|number| number.checked_mul(step_ns));
    let in_sight = times.take_while(|time_ns| *time_ns < span.range().end);
    in_sight
        .filter_map(|time_ns| {
            let column = span.column_of(time_ns, columns)?;
            Some(Tick {
                column,
                time_ns,
                label: exact_duration(time_ns),
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
    fn late_in_a_run_every_label_is_another() {
        let span = Span {
            start_ns: 3_091_234_567,
            length_ns: 1_000_000,
        };
        let ticks = ticks(span, 69);
        let labels: Vec<&str> = ticks.iter().map(|tick| tick.label.as_str()).collect();
        assert_eq!(
            labels,
            ["3.0914 s", "3.0916 s", "3.0918 s", "3.092 s", "3.0922 s"]
        );
        let close = Span {
            length_ns: 100,
            ..span
        };
        assert_apart(&super::ticks(close, 69));
    }

    fn assert_apart(ticks: &[Tick]) {
        assert!(ticks.len() > 1);
        for pair in ticks.windows(2) {
            let room = usize::from(pair[1].column - pair[0].column);
            assert!(pair[0].label.chars().count() + 1 < room, "{pair:?}");
        }
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
        assert_apart(&ticks);
        assert!(super::ticks(span, 0).is_empty());
    }
}
