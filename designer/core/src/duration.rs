//! Lengths of time as people read them: `35ms`, `1.5ms`, `700us`.

/// The units from the largest: nanoseconds, name, decimals to the nanosecond.
const UNITS: [(u128, &str, usize); 3] = [
    (1_000_000_000, "s", 9),
    (1_000_000, "ms", 6),
    (1_000, "us", 3),
];

/// A length of time in the unit that suits it, never rounded: `1.5ms`.
#[must_use]
pub fn exact(ns: impl Into<u128>) -> String {
    let (number, unit) = in_unit(ns, usize::MAX);
    number + unit
}

/// A length of time as a number of the unit that suits it, cut to so many decimals.
#[must_use]
pub fn in_unit(ns: impl Into<u128>, decimals: usize) -> (String, &'static str) {
    let ns = ns.into();
    let Some((unit, name, digits)) = UNITS.into_iter().find(|(unit, ..)| ns >= *unit) else {
        return (ns.to_string(), "ns");
    };
    let mut fraction = format!("{:0digits$}", ns % unit);
    fraction.truncate(decimals);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    (format!("{}{point}{fraction}", ns / unit), name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_takes_the_unit_that_suits_it() {
        let cases: [(u64, &str); 8] = [
            (0, "0ns"),
            (999, "999ns"),
            (1_000, "1us"),
            (700_000, "700us"),
            (1_500_000, "1.5ms"),
            (35_000_000, "35ms"),
            (1_000_000_007, "1.000000007s"),
            (u64::MAX, "18446744073.709551615s"),
        ];
        for (ns, text) in cases {
            assert_eq!(exact(ns), text);
        }
    }

    #[test]
    fn decimals_are_cut_and_not_rounded() {
        assert_eq!(in_unit(1_999_999_u64, 3), ("1.999".to_owned(), "ms"));
        assert_eq!(in_unit(1_000_999_u64, 3), ("1".to_owned(), "ms"));
    }
}
