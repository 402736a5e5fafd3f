//! Console lines: how the log texts of many partitions share one UART.
//!
//! Each line is one load of the UART's FIFO, at most [`LINE_BYTES`] bytes: the partition's
//! character ([`speaker`]), `|` for the begin of a text or `+` for more of it, at most
//! [`TEXT_BYTES`] characters of text, and a newline. Bytes that are not printable ASCII, and
//! the backslash, are written as a backslash and two hexadecimal digits, never divided
//! between lines. So every byte is attributable, on any terminal, whoever was interrupted.
//! The kernel's own last words have the character [`KERNEL`] and lines of any length.

/// Longest line of a partition in bytes, newline included: one FIFO load.
pub const LINE_BYTES: usize = 16;

/// Characters of text in a line.
pub const TEXT_BYTES: usize = 13;

/// Second character: a text begins.
pub const BEGIN: u8 = b'|';

/// Second character: the text goes on.
pub const MORE: u8 = b'+';

/// First character of the kernel's own lines.
pub const KERNEL: u8 = b'!';

const SPEAKERS: [u8; 64] = *b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";

/// The character of the partition with this index, of which the lowest six bits count.
#[must_use]
pub fn speaker(partition: u64) -> u8 {
    let index = usize::try_from(partition & 63).unwrap_or(0);
    SPEAKERS.get(index).copied().unwrap_or(KERNEL)
}

/// The partition with this character.
#[must_use]
pub fn partition(speaker: u8) -> Option<usize> {
    SPEAKERS.iter().position(|&known| known == speaker)
}

/// Writes the next line of a text: as many bytes of `rest` as fit, and how many those are.
/// `begin` is true for the text's first line.
pub fn write_line(
    partition: u64,
    begin: bool,
    rest: impl Iterator<Item = u8>,
    mut put: impl FnMut(u8),
) -> u64 {
    put(speaker(partition));
    put(if begin { BEGIN } else { MORE });
    let (mut room, mut consumed) = (TEXT_BYTES, 0);
    for byte in rest {
        let plain = matches!(byte, 0x20..=0x7e) && byte != b'\\';
        let columns = if plain { 1 } else { 3 };
        if room < columns {
            break;
        }
        if plain {
            put(byte);
        } else {
            put(b'\\');
            put(digit(byte >> 4));
            put(digit(byte & 15));
        }
        room -= columns;
        consumed += 1;
    }
    put(b'\n');
    consumed
}

/// The hexadecimal digit of the low four bits.
#[must_use]
pub fn digit(nibble: u8) -> u8 {
    // The first speakers' characters.
    speaker(u64::from(nibble & 15))
}

/// A line as it was read from the console, without its newline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parsed<'a> {
    /// Index of the partition.
    pub partition: usize,
    /// Whether a text begins.
    pub begin: bool,
    /// The text, still escaped.
    escaped: &'a [u8],
}

impl<'a> Parsed<'a> {
    /// Reads a line without its newline. `None`: it is not one of a partition.
    #[must_use]
    pub fn from_line(line: &'a [u8]) -> Option<Self> {
        let (head, escaped) = line.split_at_checked(2)?;
        let begin = match head[1] {
            BEGIN => true,
            MORE => false,
            _ => return None,
        };
        (escaped.len() <= TEXT_BYTES).then_some(())?;
        Some(Self {
            partition: partition(head[0])?,
            begin,
            escaped,
        })
    }

    /// The bytes of the text. A malformed escape, which nobody writes, stays as it is.
    pub fn bytes(&self) -> impl Iterator<Item = u8> + 'a {
        let mut rest = self.escaped;
        core::iter::from_fn(move || {
            if let [b'\\', high, low, tail @ ..] = rest
                && let (Some(high), Some(low)) = (nibble(*high), nibble(*low))
            {
                rest = tail;
                return Some(high << 4 | low);
            }
            let (&byte, tail) = rest.split_first()?;
            rest = tail;
            Some(byte)
        })
    }
}

fn nibble(digit: u8) -> Option<u8> {
    partition(digit)
        .and_then(|n| u8::try_from(n).ok())
        .filter(|n| *n < 16)
}
