//! Lengths of time as people write them: `10ms`, `1.5 us`, `300 ns`, `2s`.

use std::fmt;
use std::str::FromStr;

/// A length of virtual time in whole nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct VirtualTime {
    /// Nanoseconds.
    pub ns: u64,
}

/// A text that is no length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no length of time: write a number and ns, us, ms or s, such as 10ms")]
pub struct NoTime(String);

const UNITS: [(&str, u64); 5] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
];

impl FromStr for VirtualTime {
    type Err = NoTime;

    fn from_str(text: &str) -> Result<Self, NoTime> {
        let text = text.trim();
        let digits = text.find(|character: char| !character.is_ascii_digit() && character != '.');
        let (number, unit) = text.split_at(digits.unwrap_or(text.len()));
        let unit = UNITS.iter().find(|(name, _)| *name == unit.trim());
        unit.and_then(|(_, ns)| scaled(number, *ns))
            .map(|ns| Self { ns })
            .ok_or_else(|| NoTime(text.to_owned()))
    }
}

/// The decimal number times the unit, if that is a whole number of nanoseconds.
fn scaled(number: &str, unit_ns: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let whole: u64 = whole.parse().ok()?;
    let tenths = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let fraction = fraction.parse::<u64>().ok()?.checked_mul(unit_ns)?;
    let rest = (fraction % tenths == 0).then_some(fraction / tenths)?;
    whole.checked_mul(unit_ns)?.checked_add(rest)
}

impl fmt::Display for VirtualTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::describe::duration(self.ns))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_units() {
        let cases = [
            ("10ms", 10_000_000),
            (" 1.5 us ", 1_500),
            ("300ns", 300),
            ("2 s", 2_000_000_000),
            ("0.25µs", 250),
            ("0ns", 0),
        ];
        for (text, ns) in cases {
            assert_eq!(text.parse(), Ok(VirtualTime { ns }), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "10",
            "ms",
            "1.5ns",
            "-1ms",
            "1e3ms",
            "1 h",
            "1..5us",
            "99999999999s",
            "1.ms",
        ] {
            assert!(text.parse::<VirtualTime>().is_err(), "{text}");
        }
    }
}
