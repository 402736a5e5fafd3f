//! The console: which partition every byte on the UART came from, and when it was complete; and
//! what was said on the lines of virtio consoles.

use std::collections::{BTreeMap, BTreeSet};

use septum_core::console::{Line, Reader};

/// A byte of a partition's console text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsoleByte {
    /// Virtual time in nanoseconds at which the line that carries it was complete.
    pub time_ns: u64,
    /// Index of the partition; `None` for lines of the kernel.
    pub partition: Option<usize>,
    /// The byte. Texts are separated by newlines.
    pub byte: u8,
}

/// Attributes the bytes on the UART, line by line.
#[derive(Debug, Clone, Default)]
pub struct Console {
    raw: Vec<u8>,
    reader: Reader,
    /// Who has printed before, and so needs a newline before the next text.
    begun: BTreeSet<Option<usize>>,
    bytes: Vec<ConsoleByte>,
    /// Everything that was on the line of each virtio console.
    lines: BTreeMap<usize, Vec<u8>>,
}

/// A console at one instant, told by what came after.
#[derive(Debug, Clone)]
pub(crate) struct ConsoleMark {
    raw: usize,
    bytes: usize,
    reader: Reader,
    begun: BTreeSet<Option<usize>>,
    lines: BTreeMap<usize, usize>,
}

impl Console {
    /// The state now.
    pub(crate) fn mark(&self) -> ConsoleMark {
        ConsoleMark {
            raw: self.raw.len(),
            bytes: self.bytes.len(),
            reader: self.reader.clone(),
            begun: self.begun.clone(),
            lines: self
                .lines
                .iter()
                .map(|(it, line)| (*it, line.len()))
                .collect(),
        }
    }

    /// Goes to another state of the same run; what is not here yet is in a longer console.
    pub(crate) fn restore(&mut self, mark: &ConsoleMark, longer: &Self) {
        go_to(&mut self.raw, mark.raw, &longer.raw);
        go_to(&mut self.bytes, mark.bytes, &longer.bytes);
        self.reader.clone_from(&mark.reader);
        self.begun.clone_from(&mark.begun);
        self.lines
            .retain(|device, _| mark.lines.contains_key(device));
        for (device, length) in &mark.lines {
            let line = self.lines.entry(*device).or_default();
            go_to(line, *length, longer.line(*device));
        }
    }

    /// Takes in the next byte on the UART, written by this partition, or by the kernel.
    pub fn push(&mut self, time_ns: u64, byte: u8, writer: Option<usize>) {
        self.raw.push(byte);
        match self.reader.push(byte) {
            Some(Line::Partition {
                partition,
                begin,
                bytes,
            }) => {
                self.print(time_ns, Some(partition), begin, &bytes);
            }
            Some(Line::Kernel(line)) => self.print(time_ns, None, true, &line),
            Some(Line::Other(line)) => self.print(time_ns, writer, true, &line),
            None => {}
        }
    }

    /// Takes in the next byte on the line of a virtio console.
    pub fn push_on_line(&mut self, device: usize, byte: u8) {
        self.lines.entry(device).or_default().push(byte);
    }

    /// Everything that was on the line of a virtio console, by its position in the machine
    /// description.
    #[must_use]
    pub fn line(&self, device: usize) -> &[u8] {
        self.lines.get(&device).map_or(&[], Vec::as_slice)
    }

    /// How much was said, on all lines together. It only grows in a run.
    pub(crate) fn length(&self) -> usize {
        self.raw.len() + self.lines.values().map(Vec::len).sum::<usize>()
    }

    /// Everything that was on the UART.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The bytes of all complete lines.
    #[must_use]
    pub fn bytes(&self) -> &[ConsoleByte] {
        &self.bytes
    }

    /// The text of one partition; of the kernel with `None`.
    #[must_use]
    pub fn text(&self, partition: Option<usize>) -> Vec<u8> {
        let own = self.bytes.iter().filter(|byte| byte.partition == partition);
        own.map(|byte| byte.byte).collect()
    }

    fn print(&mut self, time_ns: u64, partition: Option<usize>, begin: bool, text: &[u8]) {
        let first = self.begun.insert(partition);
        let separator = (begin && !first).then_some(b'\n');
        let bytes = separator.into_iter().chain(text.iter().copied());
        self.bytes.extend(bytes.map(|byte| ConsoleByte {
            time_ns,
            partition,
            byte,
        }));
    }
}

/// Makes a list so long, by cutting it or with what follows in a longer one.
fn go_to<T: Copy>(list: &mut Vec<T>, length: usize, longer: &[T]) {
    let known = list.len();
    if known < length {
        list.extend_from_slice(longer.get(known..length).unwrap_or_default());
    }
    list.truncate(length);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(raw: &[u8]) -> Console {
        let mut console = Console::default();
        for byte in raw {
            console.push(0, *byte, None);
        }
        console
    }

    #[test]
    fn texts_of_a_partition_are_separated() {
        let console = printed(b"0|ab\n1|xy\n0+cd\n1+z\n0|e\n");
        assert_eq!(console.text(Some(0)), b"abcd\ne");
        assert_eq!(console.text(Some(1)), b"xyz");
    }

    #[test]
    fn other_lines_belong_to_their_writer() {
        let mut console = Console::default();
        for (byte, writer) in b"!|dead\nplain\n"
            .iter()
            .zip([None; 7].into_iter().chain([Some(3); 6]))
        {
            console.push(1, *byte, writer);
        }
        assert_eq!(console.text(None), b"!|dead");
        assert_eq!(console.text(Some(3)), b"plain");
        assert_eq!(console.raw(), b"!|dead\nplain\n");
    }

    #[test]
    fn an_incomplete_line_waits() {
        let mut console = Console::default();
        for byte in b"0|ab" {
            console.push(1, *byte, None);
        }
        assert!(console.bytes().is_empty());
        console.push(7, b'\n', None);
        assert_eq!(
            console.bytes()[1],
            ConsoleByte {
                time_ns: 7,
                partition: Some(0),
                byte: b'b'
            }
        );
    }
}
