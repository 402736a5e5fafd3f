//! The log rings: written by `log`, drained here where no partition owns the UART.

use septum_abi::call::Status;
use septum_abi::console::Line;
use septum_abi::state::log_record_bytes;
use septum_abi::tables::NONE;

use crate::kernel::{at, at_mut};
use crate::{Hardware, Kernel, Physical};

/// A partition's log ring in memory.
#[derive(Clone, Copy)]
struct Ring {
    base: Physical,
    /// Length less one; the length is a power of two.
    mask: u64,
}

impl Ring {
    fn place(self, position: u64) -> Physical {
        self.base.offset(position & self.mask)
    }

    fn byte(self, hardware: &impl Hardware, position: u64) -> u8 {
        let word = hardware.load(self.place(position & !7));
        let bytes = word.to_le_bytes();
        usize::try_from(position & 7)
            .ok()
            .and_then(|i| bytes.get(i))
            .copied()
            .unwrap_or(0)
    }
}

/// Bytes that may be written before the reader is overrun.
fn room(written: u64, read: u64, bytes: u64) -> u64 {
    bytes.saturating_sub(written.wrapping_sub(read))
}

impl<H: Hardware> Kernel<'_, H> {
    fn ring(&self, index: u64) -> Ring {
        let table = self.partition(index);
        Ring {
            base: Physical::from_table(self.header.log_rings).offset(table.log_offset),
            mask: table.log_bytes.wrapping_sub(1),
        }
    }

    /// Copies a text of `length` bytes, which has been checked, into the partition's ring.
    pub(crate) fn write_log(&mut self, index: u64, length: u64) -> Status {
        let (bytes, buffer) = (
            self.partition(index).log_bytes,
            self.partition(index).log_buffer,
        );
        let needed = log_record_bytes(length);
        let read = *at::<H, _>(&self.readers.read, index);
        let written = at::<H, _>(&self.writers.rows, index).written;
        if room(written, read, bytes) < needed {
            return Status::Full;
        }
        let ring = self.ring(index);
        self.hardware.store(ring.place(written), length);
        let begin = written.wrapping_add(8);
        let until_wrap = bytes - (begin & ring.mask);
        let first = length.min(until_wrap);
        let buffer = Physical::from_table(buffer);
        self.hardware.copy(buffer, ring.place(begin), first);
        self.hardware
            .copy(buffer.offset(first), ring.base, length - first);
        at_mut::<H, _>(&mut self.writers.rows, index).written = written.wrapping_add(needed);
        Status::Ok
    }

    /// Prints at most one line of a partition's log, if the kernel owns the UART. True if it
    /// did. Takes as long when the UART takes nothing.
    pub(crate) fn drain(&mut self, index: u64) -> bool {
        let written = at::<H, _>(&self.writers.rows, index).written;
        let read = *at::<H, _>(&self.readers.read, index);
        if self.header.uart == NONE || read == written {
            return false;
        }
        let ring = self.ring(index);
        let length = self.hardware.load(ring.place(read));
        let progress = *at::<H, _>(&self.readers.progress, index);
        let text = read.wrapping_add(8);
        let hardware = &self.hardware;
        let rest = (progress..length).map(|i| ring.byte(hardware, text.wrapping_add(i)));
        let line = Line::next(
            usize::try_from(index).unwrap_or(usize::MAX),
            progress == 0,
            rest,
        );
        let taken = self.hardware.print(line.bytes());
        let reached = progress + u64::try_from(line.consumed()).unwrap_or(0);
        let done = u64::from(reached >= length);
        // Masks, not branches: the UART's readiness must not change the path's length.
        let (taken, done) = (taken.wrapping_neg(), done.wrapping_neg());
        *at_mut::<H, _>(&mut self.readers.read, index) =
            read.wrapping_add(log_record_bytes(length) & done & taken);
        *at_mut::<H, _>(&mut self.readers.progress, index) =
            (reached & !done & taken) | (progress & !taken);
        taken != 0
    }
}
