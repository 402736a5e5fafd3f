//! The part of the run that is in sight, and how columns share it.

use std::ops::Range;

/// The shortest span in nanoseconds; closer nothing more can be seen.
const SHORTEST_NS: u64 = 40;
/// The longest span in nanoseconds (over an hour).
const LONGEST_NS: u64 = 1 << 42;

/// The part of the run that is in sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// When it begins, in nanoseconds.
    pub start_ns: u64,
    /// How long it is, in nanoseconds; never 0.
    pub length_ns: u64,
}

impl Default for Span {
    fn default() -> Self {
        Self {
            start_ns: 0,
            length_ns: 1_000_000,
        }
    }
}

impl Span {
    /// The span that shows all of this.
    #[must_use]
    pub fn covering(range_ns: &Range<u64>) -> Self {
        let length_ns = range_ns.end.saturating_sub(range_ns.start);
        Self {
            start_ns: range_ns.start,
            length_ns: length_ns.clamp(SHORTEST_NS, LONGEST_NS),
        }
    }

    /// The times in it.
    #[must_use]
    pub fn range(self) -> Range<u64> {
        self.start_ns..self.start_ns.saturating_add(self.length_ns)
    }

    /// Half as long, with this time at the same place.
    #[must_use]
    pub fn zoomed_in(self, around_ns: u64) -> Self {
        self.resized(self.length_ns / 2, around_ns)
    }

    /// Twice as long, with this time at the same place.
    #[must_use]
    pub fn zoomed_out(self, around_ns: u64) -> Self {
        self.resized(self.length_ns * 2, around_ns)
    }

    /// So long, with this time at the same place, or in the middle if it was out of sight.
    #[must_use]
    pub fn resized(self, length_ns: u64, around_ns: u64) -> Self {
        let length_ns = length_ns.clamp(SHORTEST_NS, LONGEST_NS);
        let before = if self.range().contains(&around_ns) {
            scale(around_ns - self.start_ns, length_ns, self.length_ns)
        } else {
            length_ns / 2
        };
        Self {
            start_ns: around_ns.saturating_sub(before),
            length_ns,
        }
    }

    /// Moved by so many eighths of its length; negative is towards the beginning.
    #[must_use]
    pub fn panned(self, eighths: i8) -> Self {
        let step = self.length_ns / 8 * u64::from(eighths.unsigned_abs());
        let start_ns = if eighths < 0 {
            self.start_ns.saturating_sub(step)
        } else {
            self.start_ns
                .saturating_add(step)
                .min(u64::MAX - LONGEST_NS)
        };
        Self { start_ns, ..self }
    }

    /// Moved as little as shows this time away from the edges; unmoved if it is well in sight.
    #[must_use]
    pub fn showing(self, time_ns: u64) -> Self {
        let margin = self.length_ns / 16;
        let range = self.range();
        let beginning = self.start_ns == 0 || range.start + margin <= time_ns;
        if range.contains(&time_ns) && beginning && time_ns < range.end - margin {
            return self;
        }
        let near = time_ns.abs_diff(self.start_ns) < self.length_ns * 2;
        let start_ns = if !near {
            time_ns.saturating_sub(self.length_ns / 2)
        } else if time_ns < range.start + margin {
            time_ns.saturating_sub(margin * 2)
        } else {
            (time_ns + margin * 2).saturating_sub(self.length_ns)
        };
        Self { start_ns, ..self }
    }

    /// The times that a column shows; the columns share the span without gaps.
    #[must_use]
    pub fn column(self, column: u16, columns: u16) -> Range<u64> {
        let edge = |column: u64| self.start_ns + scale(self.length_ns, column, u64::from(columns));
        edge(u64::from(column))..edge(u64::from(column) + 1)
    }

    /// The column that shows this time, if it is in sight.
    #[must_use]
    pub fn column_of(self, time_ns: u64, columns: u16) -> Option<u16> {
        if !self.range().contains(&time_ns) {
            return None;
        }
        let guess = scale(time_ns - self.start_ns, u64::from(columns), self.length_ns);
        let guess = u16::try_from(guess).ok()?;
        // Rounding down can point one column too early.
        let late = time_ns >= self.column(guess, columns).end;
        Some((guess + u16::from(late)).min(columns.saturating_sub(1)))
    }
}

/// `value * numerator / denominator` without overflow; 0 when the denominator is.
fn scale(value: u64, numerator: u64, denominator: u64) -> u64 {
    let product = u128::from(value) * u128::from(numerator);
    let quotient = product
        .checked_div(u128::from(denominator))
        .unwrap_or_default();
    u64::try_from(quotient).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn columns_share_the_span_and_find_each_time(
            start_ns in 0..1_u64 << 50, length_ns in SHORTEST_NS..LONGEST_NS, columns in 1..300_u16,
            millionths in 0..=1_000_000_u64,
        ) {
            let span = Span { start_ns, length_ns };
            prop_assert_eq!(span.column(0, columns).start, start_ns);
            prop_assert_eq!(span.column(columns - 1, columns).end, start_ns + length_ns);
            let time_ns = start_ns + scale(length_ns, millionths, 1_000_001);
            let column = span.column_of(time_ns, columns).unwrap();
            prop_assert!(span.column(column, columns).contains(&time_ns));
        }

        #[test]
        fn zooming_keeps_the_time_in_sight(
            start_ns in 0..1_u64 << 40, length_ns in SHORTEST_NS..LONGEST_NS, time_ns in 0..1_u64 << 41,
        ) {
            let span = Span { start_ns, length_ns };
            prop_assert!(span.zoomed_in(time_ns).range().contains(&time_ns));
            prop_assert!(span.zoomed_out(time_ns).range().contains(&time_ns));
            prop_assert!(span.showing(time_ns).range().contains(&time_ns));
        }
    }

    #[test]
    fn what_is_well_in_sight_does_not_move_the_span() {
        let span = Span {
            start_ns: 1_000,
            length_ns: 1_600,
        };
        assert_eq!(span.showing(1_500), span);
        assert_eq!(span.showing(2_590).start_ns, 2_590 + 200 - 1_600);
        assert_eq!(span.showing(900).start_ns, 700);
        assert_eq!(span.showing(90_000).start_ns, 90_000 - 800);
        assert_eq!(
            Span {
                start_ns: 0,
                length_ns: 1_600
            }
            .showing(0)
            .start_ns,
            0
        );
    }

    #[test]
    fn panning_stops_at_the_beginning() {
        let span = Span {
            start_ns: 1_000,
            length_ns: 1_600,
        };
        assert_eq!(span.panned(-8).start_ns, 0);
        assert_eq!(span.panned(1).start_ns, 1_200);
    }
}
