//! How often the kernel's loops go round.

use super::Code;
use super::kernel::Amount::{self, *};

/// Whether an instruction is one that few rounds execute.
type IsRare = fn(&Code<'_>, u64) -> bool;

/// A loop of the kernel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// The end of its function's name.
    pub(super) function: &'static str,
    /// Which of the function's loops, by the address of the head.
    pub(super) place: usize,
    /// How often the head is executed at most.
    pub(super) times: Amount,
    /// What makes a round a rare one, and how many of them there are at most.
    pub(super) rare: Option<(IsRare, Amount)>,
}

const fn row(function: &'static str, place: usize, times: Amount) -> Row {
    Row {
        function,
        place,
        times,
        rare: None,
    }
}

/// The loops of the kernel that ships.
pub(super) const LOOPS: [Row; 20] = [
    row("copy", 0, MessageBlocks),
    row("copy", 1, MessageWords),
    row("call_exchange", 0, MessageBlocks),
    row("call_exchange", 1, MessageWords),
    row("call_send", 0, MessageBlocks),
    row("call_send", 1, MessageWords),
    // Whoever can run of a window; the idle hart always can.
    row("prepare_otherwise", 0, Members),
    row("schedule", 0, Members),
    row("schedule", 1, EnableWords),
    row("schedule", 2, Members),
    row("settle", 0, Members),
    // Whether each partition has a line; one is put together, whether the UART is ready or not.
    Row {
        rare: Some((|code, pc| code.called(pc).is_some(), Times(1))),
        ..row("settle", 1, Members)
    },
    // A byte takes a column of the 13 that a line has, or three of them; the last has no room.
    Row {
        rare: Some((|code, pc| code.takes_nibble(pc), Times(4))),
        ..row("part_drain", 0, Times(14))
    },
    row("part_drain", 1, Times(16)),
    // Only ports that receive have something to be emptied, or a claim that may be completed.
    Row {
        rare: Some((|code, pc| code.stores(pc) || code.shifts(pc), Incoming)),
        ..row("part_restore", 0, Ports)
    },
    row("part_restore", 1, RestoreWords),
    // Registers of a state: aligned at both ends.
    row("memset", 0, Times(0)),
    row("memset", 1, Times(31)),
    row("memset", 2, Times(0)),
    row("memset", 3, Times(0)),
];

/// Loops of what a call leads to: who calls, whom, which of these calls, and the loops that are
/// not as [`LOOPS`] says.
pub(super) const LOOPS_OF_CALLS: [(&str, &str, usize, &[Row]); 3] = [
    (
        "part_restore",
        "copy",
        0,
        &[row("copy", 0, RestoreBlocks), row("copy", 1, Times(3))],
    ),
    // A text before and behind the end of its ring: both together have so many blocks.
    (
        "call_log",
        "copy",
        0,
        &[row("copy", 0, LogBlocks), row("copy", 1, Times(3))],
    ),
    (
        "call_log",
        "copy",
        1,
        &[row("copy", 0, Times(0)), row("copy", 1, Times(3))],
    ),
];
