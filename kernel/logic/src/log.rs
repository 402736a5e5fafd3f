//! The log rings: written by `log`, drained here where no partition owns the UART.

use septum_abi::call::Status;
use septum_abi::console::write_line;
use septum_abi::limits::LOG_MESSAGE_BYTES;
use septum_abi::state::log_record_bytes;
use septum_abi::tables::NONE;

use crate::tables::PartitionTable;
use crate::{Answer, Hardware, Physical};

/// Longest log text in bytes.
const LOG_TEXT_BYTES: u64 = 256;
const _: () = assert!(LOG_MESSAGE_BYTES == 256);

/// A position in the ring, whose length is a power of two.
#[inline(always)]
fn place(table: &PartitionTable, position: u64) -> Physical {
    let offset = position & table.log_bytes.wrapping_sub(1);
    table.log_ring.offset(offset)
}

/// Bytes that may be written before the reader is overrun.
#[inline(always)]
fn room(table: &PartitionTable) -> u64 {
    let written = table.log_writer.written.get();
    let held = written.wrapping_sub(table.log_read.get());
    table.log_bytes.saturating_sub(held)
}

/// `log(length)`.
#[inline(always)]
pub fn log<H: Hardware>(machine: &H, table: &'static PartitionTable, length: u64) -> Answer {
    if length > LOG_TEXT_BYTES {
        return Answer::new(Status::BadLength, 0);
    }
    let fits = room(table) >= log_record_bytes(length);
    if fits {
        write(machine, table, length);
    }
    if table.hart.uart != NONE {
        drain(machine, table);
    }
    Answer::new(if fits { Status::Ok } else { Status::Full }, 0)
}

/// Copies a text, which has been checked, into the ring, which has room.
#[inline(always)]
fn write<H: Hardware>(machine: &H, table: &PartitionTable, length: u64) {
    let written = table.log_writer.written.get();
    machine.store(place(table, written), length);
    let begin = written.wrapping_add(8);
    let until_wrap = table.log_bytes - (begin & (table.log_bytes - 1));
    let (first, buffer) = (length.min(until_wrap), table.log_buffer);
    machine.copy(buffer, place(table, begin), first);
    machine.copy(buffer.offset(first), table.log_ring, length - first);
    let needed = log_record_bytes(length);
    table.log_writer.written.set(written.wrapping_add(needed));
}

/// Whether a partition has something to print.
#[inline(always)]
pub(crate) fn has_line(table: &PartitionTable) -> bool {
    table.log_read.get() != table.log_writer.written.get()
}

/// Prints at most one line of a partition's log, where the kernel owns the UART. True if it
/// did. Takes as long when the UART takes nothing.
#[inline(never)]
pub(crate) fn drain<H: Hardware>(machine: &H, table: &'static PartitionTable) -> bool {
    if !has_line(table) {
        return false;
    }
    let (read, progress) = (table.log_read.get(), table.log_progress.get());
    let length = machine.load(place(table, read));
    let text = read.wrapping_add(8);
    let rest = (progress..length).map(|i| machine.load_byte(place(table, text.wrapping_add(i))));
    let (taken, to) = machine.console(table.hart);
    let put = |byte| machine.put(to, byte);
    let reached = progress + write_line(table.index, progress == 0, rest, put);
    // Masks, not branches: the UART's readiness must not change the path's length.
    let done = u64::from(reached >= length).wrapping_neg();
    let advance = log_record_bytes(length) & done & taken;
    table.log_read.set(read.wrapping_add(advance));
    let progress = (reached & !done & taken) | (progress & !taken);
    table.log_progress.set(progress);
    taken != 0
}
