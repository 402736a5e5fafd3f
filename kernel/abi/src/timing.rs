//! How long the kernel takes at most, in instructions.

use crate::limits::LOG_MESSAGE_BYTES;

/// Instructions of everything that does not depend on the design.
const FIXED: u64 = 2_000;

/// Instructions for looking at one partition of a window, per pass.
const PER_PARTITION: u64 = 24;

/// Instructions for each 8 bytes of a message or log text that are copied.
const PER_WORD: u64 = 8;

/// Words of the longest log text.
const LOG_WORDS: u64 = 32;
const _: () = assert!(LOG_MESSAGE_BYTES == 256);

/// An upper bound of the instructions between the end of a window and the moment at which
/// the kernel waits for the end of the next window's pad.
///
/// `partitions` is the largest number of partitions of a window, `message_bytes` the largest
/// message of the design. The worst case: a call begins with the last instruction of the
/// window, copies a message or a log text, wakes somebody for whom it copies another one,
/// and then the switch copies a third.
#[must_use]
pub const fn pad_instructions(partitions: u64, message_bytes: u64) -> u64 {
    assert!(partitions <= 64 && message_bytes <= 4096);
    let words = message_bytes.div_ceil(8) * 3 + LOG_WORDS;
    FIXED + PER_PARTITION * partitions * 2 + PER_WORD * words
}
