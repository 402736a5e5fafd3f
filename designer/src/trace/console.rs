//! What partitions printed, with when.

/// The bytes that one partition printed.
#[derive(Debug, Clone, Default)]
pub struct Console {
    bytes: Vec<u8>,
    times_ns: Vec<u64>,
}

impl Console {
    /// Takes in the next byte.
    pub fn push(&mut self, time_ns: u64, byte: u8) {
        self.bytes.push(byte);
        self.times_ns.push(time_ns);
    }

    /// Everything that it printed.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The last lines that were begun up to this time, at most so many, oldest first.
    #[must_use]
    pub fn last_lines(&self, until_ns: u64, count: usize) -> Vec<String> {
        let end = self
            .times_ns
            .partition_point(|time_ns| *time_ns <= until_ns);
        let printed = &self.bytes[..end];
        let printed = printed.strip_suffix(b"\n").unwrap_or(printed);
        if printed.is_empty() || count == 0 {
            return Vec::new();
        }
        let mut lines: Vec<String> = printed
            .rsplit(|byte| *byte == b'\n')
            .take(count)
            .map(readable)
            .collect();
        lines.reverse();
        lines
    }
}

/// A line as it can be shown on any terminal: nothing in it moves the cursor.
#[must_use]
pub fn readable(line: &[u8]) -> String {
    let show = |character: char| match character {
        '\t' => " ".to_owned(),
        control if control.is_control() => control.escape_default().to_string(),
        other => other.to_string(),
    };
    String::from_utf8_lossy(line).chars().map(show).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn console(text: &str) -> Console {
        let mut console = Console::default();
        for (time_ns, byte) in (0..).zip(text.bytes()) {
            console.push(time_ns, byte);
        }
        console
    }

    #[test]
    fn the_last_lines_up_to_a_time() {
        let console = console("one\ntwo\nthree\n");
        assert_eq!(console.last_lines(u64::MAX, 2), ["two", "three"]);
        assert_eq!(console.last_lines(u64::MAX, 9), ["one", "two", "three"]);
        assert_eq!(console.last_lines(5, 9), ["one", "tw"]);
        assert!(console.last_lines(u64::MAX, 0).is_empty());
        assert!(Console::default().last_lines(9, 9).is_empty());
    }

    #[test]
    fn control_characters_are_shown_and_not_obeyed() {
        assert_eq!(readable(b"a\x1b[2Jb\tc\xff"), "a\\u{1b}[2Jb c\u{fffd}");
    }
}
