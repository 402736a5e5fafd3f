//! Draining the log rings, for the partition that owns the UART.
//!
//! It sees all rings and their writing sides read-only and owns the reading sides
//! ([`septum_abi::state::LogWriters`], [`septum_abi::state::LogReaders`]). It is trusted with
//! the order and completeness of the console, and with nothing else.

use septum_abi::{console::Line, limits::LOG_MESSAGE_BYTES, state::log_record_bytes};

use crate::memory::{read_byte, read_word, write_word};
use crate::places;

/// From one row of the writing sides to the next, and the offset of the first.
const WRITER_BYTES: u64 = 24;
const WRITERS_FIRST: u64 = 8;

/// The console's lines, one after another: each partition's texts in turn.
#[derive(Debug, Default)]
pub struct LogRings {
    partition: u64,
    /// Bytes of the current text that are already on the console.
    sent: u64,
}

impl LogRings {
    /// Begins with the first partition.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            partition: 0,
            sent: 0,
        }
    }

    /// The next line, at most one FIFO load of the UART; `None` when all rings are empty.
    pub fn next_line(&mut self) -> Option<Line> {
        let count = read_word(places::log_writers()).min(64);
        for _ in 0..count {
            if let Some(line) = self.line_of(self.partition) {
                return Some(line);
            }
            self.partition = (self.partition + 1) % count;
        }
        None
    }

    fn line_of(&mut self, partition: u64) -> Option<Line> {
        let writer = places::log_writers() + WRITERS_FIRST + partition * WRITER_BYTES;
        let reader = places::log_readers() + partition * 8;
        let (written, bytes) = (read_word(writer), read_word(writer + 8));
        let read = read_word(reader);
        if bytes == 0 || read == written {
            return None;
        }
        let ring = places::log_rings() + read_word(writer + 16);
        let at = |position: u64| ring + (read.wrapping_add(position) & (bytes - 1));
        let length = read_word(at(0)).min(LOG_MESSAGE_BYTES as u64);
        let rest = (self.sent..length).map(|offset| read_byte(at(8 + offset)));
        let line = Line::next(partition as usize, self.sent == 0, rest);
        self.sent += line.consumed() as u64;
        if self.sent >= length {
            self.sent = 0;
            write_word(reader, read.wrapping_add(log_record_bytes(length)));
        }
        Some(line)
    }
}
