//! How long the kernel takes at most, in instructions.
//!
//! The numbers are measured on the kernel in `assets/`, with about a tenth more; the simulator's
//! test `pad` does what takes longest at all moments around the ends of windows, and fails when
//! the kernel comes closer to the bound than it may or the bound is half as long again as the
//! longest path. The longest paths found, with 4 partitions in a window and messages of 8
//! bytes: 1,457 instructions; 62 and 8 bytes: 4,920; 4 and 4,096 bytes: 5,868; 62 and 4,096
//! bytes: 8,625.

use crate::limits::LOG_MESSAGE_BYTES;

/// Instructions of everything that does not depend on the design, the longest log text and a
/// line of the console included. Measured: 1,199.
const FIXED: u64 = 1_350;
const _: () = assert!(LOG_MESSAGE_BYTES == 256);

/// Instructions for each partition of a window: whether it has something to print, and whether
/// it is ready. Measured: 38 and 24.
const PER_PARTITION: u64 = 68;

/// Instructions for each 8 bytes of the largest message, which is copied twice. Measured:
/// twice 5.
const PER_WORD: u64 = 11;

/// An upper bound of the instructions between the end of a window and the moment at which
/// the kernel waits for the end of the next window's pad.
///
/// `partitions` is the largest number of partitions of a window, `message_bytes` the largest
/// message of the design. What can take longest:
/// - nobody is ready, the kernel looks for something to print and prints a line, and then the
///   new window is opened for somebody for whom a message is copied;
/// - a call begins with the last instruction of the window and copies a message or a log text
///   (and a line is printed), then the new window as before;
/// - just before the end somebody is chosen for whom a message is copied, then the new window
///   as before.
#[must_use]
pub const fn pad_instructions(partitions: u64, message_bytes: u64) -> u64 {
    assert!(partitions <= 64 && message_bytes <= 4096);
    FIXED + PER_PARTITION * partitions + PER_WORD * message_bytes.div_ceil(8)
}
