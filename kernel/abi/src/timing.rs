//! How long the kernel takes at most, in instructions.
//!
//! The numbers are measured on the kernel in `assets/`, with about a tenth more. The simulator's
//! test `pad` does what takes longest at all moments around the ends of windows, and fails when
//! the kernel comes closer to the bound than it may, or when the bound is more than a quarter
//! above the longest path. The longest paths found, in instructions:
//!
//! | in a window | bytes of a message | what | longest | bound |
//! |---:|---:|---|---:|---:|
//! | 4 | 8 | the end of a restart with 64 ports | 972 | 1,067 |
//! | 62 | 8 | somebody is chosen late | 1,728 | 1,995 |
//! | 4 | 4,096 | an exchange in parts | 4,660 | 5,140 |
//! | 62 | 4,096 | an exchange in parts | 5,040 | 5,604 |
//!
//! Others that are shorter: a chunk of 512 bytes of a restart (791 with 4 partitions), a text of
//! 256 bytes that is logged (753), a fault (303). Without an MMU a switch takes up to 42
//! instructions more than was measured, and the second and the third way have two.

use crate::limits::LOG_MESSAGE_BYTES;

/// A way through the kernel: how many instructions it takes.
struct Path {
    /// Whatever the design is.
    fixed: u64,
    /// For each partition of a window.
    per_partition: u64,
    /// For each 8 bytes of the largest message.
    per_word: u64,
}

/// The longest ways. Each ends with the new window being opened for somebody for whom a message
/// is copied: that takes 7 instructions for each partition that is asked whether it can run, and
/// 2.7 for each word.
const PATHS: [Path; 3] = [
    // A restart ends for a partition with the most ports. Logging a text and printing a line of
    // it is shorter. Measured: 911, 14.5 and 2.7.
    Path {
        fixed: 1_000,
        per_partition: 16,
        per_word: 3,
    },
    // An exchange begins with the last instruction: a message is copied out and one in.
    // Measured: 445, 6.6 and 8.2.
    Path {
        fixed: 500,
        per_partition: 8,
        per_word: 9,
    },
    // Just before the end somebody is chosen for whom a message is copied, and whose deadline
    // makes the kernel look once more who can run. Measured: 420, 21 and 5.5.
    Path {
        fixed: 465,
        per_partition: 24,
        per_word: 6,
    },
];
const _: () = assert!(LOG_MESSAGE_BYTES == 256);

/// An upper bound of the instructions between the end of a window and the moment at which
/// the kernel waits for the end of the next window's pad.
///
/// `partitions` is the largest number of partitions of a window, `message_bytes` the largest
/// message of the design.
#[must_use]
pub const fn pad_instructions(partitions: u64, message_bytes: u64) -> u64 {
    assert!(partitions <= 64 && message_bytes <= 4096);
    let words = message_bytes.div_ceil(8);
    let mut longest = 0;
    let mut number = 0;
    while number < PATHS.len() {
        let path = &PATHS[number];
        let length = path.fixed + path.per_partition * partitions + path.per_word * words;
        if length > longest {
            longest = length;
        }
        number += 1;
    }
    longest
}
