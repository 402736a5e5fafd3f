//! The log rings: written by `log`, drained here where no partition owns the UART.

use septum_abi::call::Status;
use septum_abi::console::Line;
use septum_abi::limits::LOG_MESSAGE_BYTES;
use septum_abi::state::log_record_bytes;
use septum_abi::tables::NONE;

use crate::tables::{LogWriter, PartitionTable};
use crate::{Answer, Hardware, Physical};
use core::cell::Cell;

/// Longest log text in bytes.
const LOG_TEXT_BYTES: u64 = 256;
const _: () = assert!(LOG_MESSAGE_BYTES == 256);

/// A partition's log ring and how far it was written and read.
struct Ring {
    base: Physical,
    bytes: u64,
    writer: &'static LogWriter,
    read: &'static Cell<u64>,
    progress: &'static Cell<u64>,
}

impl Ring {
    #[inline(always)]
    fn of(table: &PartitionTable) -> Option<Self> {
        let index = usize::try_from(table.index).ok()?;
        let readers = table.hart.log_readers;
        Some(Self {
            base: table.log_ring,
            bytes: table.log_bytes,
            writer: table.hart.log_writers.rows.get(index)?,
            read: readers.read.get(index)?,
            progress: readers.progress.get(index)?,
        })
    }

    /// The length is a power of two.
    #[inline(always)]
    fn place(&self, position: u64) -> Physical {
        self.base.offset(position & self.bytes.wrapping_sub(1))
    }

    fn byte(&self, machine: &impl Hardware, position: u64) -> u8 {
        let word = machine.load(self.place(position & !7));
        let bytes = word.to_le_bytes();
        usize::try_from(position & 7)
            .ok()
            .and_then(|i| bytes.get(i))
            .copied()
            .unwrap_or(0)
    }

    /// Bytes that may be written before the reader is overrun.
    #[inline(always)]
    fn room(&self) -> u64 {
        let held = self.writer.written.get().wrapping_sub(self.read.get());
        self.bytes.saturating_sub(held)
    }
}

/// `log(length)`.
#[inline(always)]
pub fn log<H: Hardware>(machine: &H, table: &'static PartitionTable, length: u64) -> Answer {
    if length > LOG_TEXT_BYTES {
        return Answer::new(Status::BadLength, 0);
    }
    let status = match Ring::of(table) {
        Some(ring) if ring.room() >= log_record_bytes(length) => {
            write(machine, table, &ring, length);
            Status::Ok
        }
        _ => Status::Full,
    };
    if table.hart.uart != NONE {
        machine.drain(table);
    }
    Answer::new(status, 0)
}

/// Copies a text, which has been checked, into the ring, which has room.
#[inline(always)]
fn write<H: Hardware>(machine: &H, table: &PartitionTable, ring: &Ring, length: u64) {
    let written = ring.writer.written.get();
    machine.store(ring.place(written), length);
    let begin = written.wrapping_add(8);
    let until_wrap = ring.bytes - (begin & (ring.bytes - 1));
    let first = length.min(until_wrap);
    machine.copy(table.log_buffer, ring.place(begin), first);
    machine.copy(table.log_buffer.offset(first), ring.base, length - first);
    let needed = log_record_bytes(length);
    ring.writer.written.set(written.wrapping_add(needed));
}

/// Whether a partition has something to print.
#[inline(always)]
pub(crate) fn has_line(table: &PartitionTable) -> bool {
    Ring::of(table).is_some_and(|ring| ring.read.get() != ring.writer.written.get())
}

/// Prints at most one line of a partition's log, where the kernel owns the UART. True if it
/// did. Takes as long when the UART takes nothing.
#[inline(always)]
pub fn drain<H: Hardware>(machine: &H, table: &'static PartitionTable) -> bool {
    let hart = table.hart;
    let Some(ring) = Ring::of(table) else {
        return false;
    };
    let read = ring.read.get();
    if read == ring.writer.written.get() {
        return false;
    }
    let length = machine.load(ring.place(read));
    let progress = ring.progress.get();
    let text = read.wrapping_add(8);
    let rest = (progress..length).map(|i| ring.byte(machine, text.wrapping_add(i)));
    let speaker = usize::try_from(table.index).unwrap_or(usize::MAX);
    let line = Line::next(speaker, progress == 0, rest);
    let taken = machine.print(hart, line.bytes());
    let reached = progress + u64::try_from(line.consumed()).unwrap_or(0);
    let done = u64::from(reached >= length);
    // Masks, not branches: the UART's readiness must not change the path's length.
    let (taken, done) = (taken.wrapping_neg(), done.wrapping_neg());
    let advance = log_record_bytes(length) & done & taken;
    ring.read.set(read.wrapping_add(advance));
    ring.progress
        .set((reached & !done & taken) | (progress & !taken));
    taken != 0
}
