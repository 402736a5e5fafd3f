//! Numbers as people write them: `50us`, `64KiB`, `0x1000_0000`, `10MHz`.

use septum_core::duration::exact;

/// What a number counts, which decides its suffixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Nothing: plain numbers.
    Count,
    /// Nanoseconds: `ns`, `us`, `ms`, `s`.
    Nanoseconds,
    /// Bytes: `B`, `KiB`, `MiB`, `GiB`.
    Bytes,
    /// Hertz: `Hz`, `kHz`, `MHz`, `GHz`.
    Hertz,
    /// Addresses, written in hexadecimal.
    Address,
}

impl Unit {
    /// Suffixes with their factors, the largest first.
    fn suffixes(self) -> &'static [(&'static str, u64)] {
        match self {
            Self::Count => &[],
            Self::Nanoseconds => &[
                ("s", 1_000_000_000),
                ("ms", 1_000_000),
                ("us", 1_000),
                ("ns", 1),
            ],
            Self::Bytes => &[
                ("GiB", 1 << 30),
                ("MiB", 1 << 20),
                ("KiB", 1 << 10),
                ("B", 1),
            ],
            Self::Hertz => &[
                ("GHz", 1_000_000_000),
                ("MHz", 1_000_000),
                ("kHz", 1_000),
                ("Hz", 1),
            ],
            Self::Address => &[("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)],
        }
    }

    /// An example, for messages.
    fn example(self) -> &'static str {
        match self {
            Self::Count => "12",
            Self::Nanoseconds => "50us",
            Self::Bytes => "64KiB",
            Self::Hertz => "10MHz",
            Self::Address => "0x1000_0000",
        }
    }

    /// Writes a number with the largest suffix that divides it; a time with the largest that is
    /// not longer.
    #[must_use]
    pub fn write(self, value: u64) -> String {
        match self {
            Self::Address => return address(value),
            Self::Nanoseconds => return exact(value),
            _ => {}
        }
        let whole = |(_, factor): &&(&str, u64)| value != 0 && value.is_multiple_of(*factor);
        match self.suffixes().iter().find(whole) {
            Some((suffix, factor)) => format!("{}{suffix}", value / factor),
            None => match self.suffixes().last() {
                Some((suffix, _)) => format!("{value}{suffix}"),
                None => value.to_string(),
            },
        }
    }

    /// Reads a number: decimal or hexadecimal, `_` between digits, with or without a suffix
    /// (upper and lower case alike). `1.5ms` is fine where it is a whole number in the end.
    ///
    /// # Errors
    /// A sentence that says what is expected.
    pub fn read(self, text: &str) -> Result<u64, String> {
        let text = text.trim();
        let wrong = || format!("`{text}` is not a number such as {}", self.example());
        let (number, factor) = self.split(text);
        if number.is_empty() {
            return Err(wrong());
        }
        let value = number_of(number, factor).map_err(|too_large| {
            if too_large {
                format!("`{text}` is larger than 64 bits")
            } else {
                wrong()
            }
        })?;
        Ok(value)
    }

    fn split(self, text: &str) -> (&str, u64) {
        if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            let hexadecimal = digits
                .chars()
                .all(|digit| digit.is_ascii_hexdigit() || digit == '_');
            if hexadecimal {
                return (text, 1);
            }
        }
        let lower = text.to_ascii_lowercase();
        let mut suffixes: Vec<&(&str, u64)> = self.suffixes().iter().collect();
        suffixes.sort_by_key(|(suffix, _)| std::cmp::Reverse(suffix.len()));
        for (suffix, factor) in suffixes {
            if lower.ends_with(&suffix.to_ascii_lowercase()) {
                return (text[..text.len() - suffix.len()].trim_end(), *factor);
            }
        }
        (text, 1)
    }
}

/// The number times the factor; the error says whether it is a number that is too large.
fn number_of(number: &str, factor: u64) -> Result<u64, bool> {
    let digits: String = number
        .chars()
        .filter(|character| *character != '_')
        .collect();
    if let Some(hexadecimal) = digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0X"))
    {
        let value = u64::from_str_radix(hexadecimal, 16).map_err(|_| hexadecimal.len() > 16)?;
        return value.checked_mul(factor).ok_or(true);
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let all_digits = whole
        .bytes()
        .chain(fraction.bytes())
        .all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits || digits.ends_with('.') || fraction.len() > 12 {
        return Err(false);
    }
    let scale = 10u128.pow(u32::try_from(fraction.len()).unwrap_or(0));
    let scaled: u128 = format!("{whole}{fraction}").parse().map_err(|_| true)?;
    let product = scaled.checked_mul(u128::from(factor)).ok_or(true)?;
    if product % scale != 0 {
        return Err(false);
    }
    u64::try_from(product / scale).map_err(|_| true)
}

/// An address in hexadecimal, in groups of four: `0x1000_0000`.
#[must_use]
pub fn address(value: u64) -> String {
    let digits = format!("{value:x}");
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(4) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    format!("0x{grouped}")
}

/// A length in bytes with the largest suffix that divides it.
#[must_use]
pub fn bytes(value: u64) -> String {
    Unit::Bytes.write(value)
}

/// A time in the unit that suits it, never rounded.
#[must_use]
pub fn time(ns: u64) -> String {
    exact(ns)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn people_write_numbers_in_many_ways() {
        assert_eq!(Unit::Nanoseconds.read("50us"), Ok(50_000));
        assert_eq!(Unit::Nanoseconds.read("1.5 ms"), Ok(1_500_000));
        assert_eq!(Unit::Nanoseconds.read("20"), Ok(20));
        assert_eq!(Unit::Bytes.read("64kib"), Ok(65_536));
        assert_eq!(Unit::Bytes.read("0x10"), Ok(16));
        assert_eq!(
            Unit::Bytes.read("0x10B"),
            Ok(0x10b),
            "hexadecimal digits are not suffixes"
        );
        assert_eq!(Unit::Address.read("0x1000_0000"), Ok(0x1000_0000));
        assert_eq!(Unit::Hertz.read("10MHz"), Ok(10_000_000));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "us",
            "5 parsecs",
            "-1",
            "1.5ns",
            "1.",
            ".5us",
            "0x",
            "99999999999999999999",
        ] {
            assert!(Unit::Nanoseconds.read(text).is_err(), "{text}");
        }
        assert!(
            Unit::Bytes
                .read("18446744073709551615GiB")
                .unwrap_err()
                .contains("64 bits")
        );
    }

    #[test]
    fn numbers_are_written_short() {
        assert_eq!(Unit::Nanoseconds.write(1_500_000), "1.5ms");
        assert_eq!(Unit::Bytes.write(0), "0B");
        assert_eq!(address(0x1000_0000), "0x1000_0000");
        assert_eq!(address(0x20), "0x20");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(value: u64) {
            for unit in [Unit::Count, Unit::Nanoseconds, Unit::Bytes, Unit::Hertz, Unit::Address] {
                prop_assert_eq!(unit.read(&unit.write(value)), Ok(value));
            }
        }

        #[test]
        fn reading_never_panics(text in ".{0,20}") {
            let _ = Unit::Bytes.read(&text);
        }
    }
}
