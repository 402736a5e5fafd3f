//! What a console says, by who said it: the one reader of console lines
//! ([`septum_abi::console`]), for the simulator's UART and for QEMU's alike.

use std::collections::BTreeMap;

use septum_abi::console::{KERNEL, Parsed};

/// A line of the console, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A piece of a partition's log text.
    Partition {
        /// Index of the partition.
        partition: usize,
        /// Whether a new text begins; otherwise the last one goes on.
        begin: bool,
        /// The bytes as they were logged.
        bytes: Vec<u8>,
    },
    /// The kernel's own words.
    Kernel(Vec<u8>),
    /// Anything else, such as what a partition with the UART writes by itself.
    Other(Vec<u8>),
}

/// Collects bytes until they are a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reader {
    line: Vec<u8>,
}

/// Longer lines are cut here, so that a console without newlines needs no memory.
const LONGEST_LINE: usize = 1024;

impl Reader {
    /// Takes a byte; gives the line that it ends, if any.
    pub fn push(&mut self, byte: u8) -> Option<Line> {
        if byte != b'\n' && self.line.len() < LONGEST_LINE {
            self.line.push(byte);
            return None;
        }
        let line = std::mem::take(&mut self.line);
        Some(understand(line))
    }
}

/// The line without its newline.
fn understand(line: Vec<u8>) -> Line {
    if let Some(parsed) = Parsed::from_line(&line) {
        let Parsed {
            partition, begin, ..
        } = parsed;
        let bytes = parsed.bytes().collect();
        return Line::Partition {
            partition,
            begin,
            bytes,
        };
    }
    match line.first() {
        Some(&KERNEL) => Line::Kernel(line),
        _ => Line::Other(line),
    }
}

/// Everything that was said, by who said it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transcript {
    /// The log texts of each partition that said something, by its index.
    pub texts: BTreeMap<usize, Vec<Vec<u8>>>,
    /// The kernel's lines.
    pub kernel: Vec<Vec<u8>>,
    /// Other lines.
    pub other: Vec<Vec<u8>>,
}

impl Transcript {
    /// Reads all whole lines of a console's bytes.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        let mut reader = Reader::default();
        let mut transcript = Self::default();
        for line in bytes.iter().filter_map(|&byte| reader.push(byte)) {
            transcript.add(line);
        }
        transcript
    }

    /// Adds a line.
    pub fn add(&mut self, line: Line) {
        match line {
            Line::Partition {
                partition,
                begin,
                bytes,
            } => {
                let texts = self.texts.entry(partition).or_default();
                match texts.last_mut() {
                    Some(last) if !begin => last.extend(bytes),
                    _ => texts.push(bytes),
                }
            }
            Line::Kernel(line) => self.kernel.push(line),
            Line::Other(line) => self.other.push(line),
        }
    }

    /// The texts of a partition; none for one that said nothing.
    #[must_use]
    pub fn texts(&self, partition: usize) -> &[Vec<u8>] {
        self.texts.get(&partition).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_put_together_however_they_interleave() {
        let console = b"0|hello, worl\n1|other\n0+d\\0a\\\n!stop 3\nnoise\n0|new\n0|cut";
        let transcript = Transcript::read(console);
        assert_eq!(
            transcript.texts(0),
            [b"hello, world\n\\".to_vec(), b"new".to_vec()]
        );
        assert_eq!(transcript.texts(1), [b"other".to_vec()]);
        assert!(transcript.texts(2).is_empty());
        assert_eq!(transcript.kernel, [b"!stop 3".to_vec()]);
        assert_eq!(transcript.other, [b"noise".to_vec()]);
    }

    #[test]
    fn a_line_without_end_is_cut() {
        let transcript = Transcript::read(&[b'x'; 5000]);
        assert_eq!(transcript.other.len(), 4);
    }
}
