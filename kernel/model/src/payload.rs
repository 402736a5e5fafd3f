//! What a step sends or logs, put together in a port buffer or the log buffer.

use core::sync::atomic::{AtomicU8, AtomicUsize, Ordering::Relaxed};

use septum_abi::{
    limits::MESSAGE_BYTES,
    model::{ModelStep, Payload},
};
use septum_user::{read_byte, write_byte};

use crate::memory;

/// The message received last. Atomics only for the lack of another thread to argue about.
static RECEIVED: [AtomicU8; MESSAGE_BYTES] = [const { AtomicU8::new(0) }; MESSAGE_BYTES];
static RECEIVED_BYTES: AtomicUsize = AtomicUsize::new(0);

/// Most digits of a number of 64 bits.
const DIGITS: usize = 20;

/// Keeps the message in `buffer` for [`Payload::Received`].
pub(crate) fn keep_received(buffer: u64, length: u64) {
    let length = (length as usize).min(MESSAGE_BYTES);
    for (at, byte) in (buffer..).zip(RECEIVED.iter().take(length)) {
        byte.store(read_byte(at), Relaxed);
    }
    RECEIVED_BYTES.store(length, Relaxed);
}

/// The byte at this offset of the message received last; `None` where it has no such byte.
pub(crate) fn received_byte(offset: u64) -> Option<u8> {
    if offset >= RECEIVED_BYTES.load(Relaxed) as u64 {
        return None;
    }
    RECEIVED.get(offset as usize).map(|byte| byte.load(Relaxed))
}

/// Writes the step's payload to `buffer`, at most `limit` bytes: its length. `count` is how
/// often the step has been played.
pub(crate) fn write(step: &ModelStep, count: u64, buffer: u64, limit: usize) -> u64 {
    let text = memory::text(step);
    let received = RECEIVED.iter().map(|byte| byte.load(Relaxed));
    match Payload::from_number(u64::from(step.payload)) {
        Some(Payload::Text) => put(text, buffer, limit),
        Some(Payload::Numbered) => {
            let (digits, length) = decimal(count);
            let number = digits.into_iter().skip(DIGITS - length);
            put(text.chain(number), buffer, limit)
        }
        Some(Payload::Received) => put(received.take(RECEIVED_BYTES.load(Relaxed)), buffer, limit),
        None => 0,
    }
}

fn put(bytes: impl Iterator<Item = u8>, buffer: u64, limit: usize) -> u64 {
    let mut length = 0;
    for byte in bytes.take(limit) {
        write_byte(buffer + length, byte);
        length += 1;
    }
    length
}

/// The digits, right-aligned, and how many there are.
fn decimal(mut number: u64) -> ([u8; DIGITS], usize) {
    let mut digits = [b'0'; DIGITS];
    let mut length = 0;
    for place in digits.iter_mut().rev() {
        *place = b'0' + (number % 10) as u8;
        length += 1;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    (digits, length)
}
