//! Draining the log rings, for the partition that owns the UART.
//!
//! It sees all rings and their writing sides read-only and owns the reading sides
//! ([`septum_abi::state::LogWriters`], [`septum_abi::state::LogReaders`]). It is trusted with
//! the order and completeness of the console, and with nothing else.

use septum_abi::{console::write_line, limits::LOG_MESSAGE_BYTES, state::log_record_bytes};

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

    /// Writes the next line, at most one FIFO load of the UART; false when all rings are empty.
    pub fn next_line(&mut self, put: impl Fn(u8)) -> bool {
        let count = read_word(places::log_writers()).min(64);
        for _ in 0..count {
            if self.line_of(self.partition, &put) {
                return true;
            }
            self.partition = (self.partition + 1) % count;
        }
        false
    }

    fn line_of(&mut self, partition: u64, put: impl Fn(u8)) -> bool {
        let writer = places::log_writers() + WRITERS_FIRST + partition * WRITER_BYTES;
        let reader = places::log_readers() + partition * 8;
        let (written, bytes) = (read_word(writer), read_word(writer + 8));
        let read = read_word(reader);
        if bytes == 0 || read == written {
            return false;
        }
        let ring = places::log_rings() + read_word(writer + 16);
        let at = |position: u64| ring + (read.wrapping_add(position) & (bytes - 1));
        let length = read_word(at(0)).min(LOG_MESSAGE_BYTES as u64);
        let rest = (self.sent..length).map(|offset| read_byte(at(8 + offset)));
        self.sent += write_line(partition, self.sent == 0, rest, put);
        if self.sent >= length {
            self.sent = 0;
            write_word(reader, read.wrapping_add(log_record_bytes(length)));
        }
        true
    }
}
