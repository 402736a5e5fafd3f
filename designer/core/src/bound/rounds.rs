//! How often the kernel's loops go round.

use super::Code;
use super::kernel::Amount::{self, *};

/// Whether an instruction is one that few rounds execute.
type IsRare = fn(&Code<'_>, u64) -> bool;

/// A loop of the kernel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// Its function.
    pub(super) function: &'static str,
    /// How often the head is executed at most.
    pub(super) times: Amount,
    /// What makes a round a rare one, and how many of them there are at most.
    pub(super) rare: Option<(IsRare, Amount)>,
}

const fn row(function: &'static str, times: Amount) -> Row {
    Row {
        function,
        times,
        rare: None,
    }
}

/// The loops of the kernel that ships, those of a function by the addresses of their heads. A
/// function with another number of loops than rows has no bound.
pub(super) const LOOPS: [Row; 17] = [
    row("copy", MessageBlocks),
    row("copy", MessageWords),
    row("call_exchange", MessageBlocks),
    row("call_exchange", MessageWords),
    row("call_send", MessageBlocks),
    row("call_send", MessageWords),
    // Whoever can run of a window; the idle hart always can.
    row("schedule", Members),
    row("schedule", EnableWords),
    row("schedule", Members),
    row("schedule::choose_again", Members),
    // Whether each partition has a line; one is put together, whether the UART is ready or not.
    Row {
        rare: Some((|code, pc| code.called(pc).is_some(), Times(1))),
        ..row("settle", Members)
    },
    // A byte takes a column of the 13 that a line has, or three of them; the last has no room.
    Row {
        rare: Some((|code, pc| code.takes_nibble(pc), Times(4))),
        ..row("log::drain", Times(14))
    },
    // Only ports that receive have something to be emptied, or a claim that may be completed.
    Row {
        rare: Some((|code, pc| code.stores(pc) || code.shifts(pc), Incoming)),
        ..row("restart::restore", Ports)
    },
    row("restart::restore", RestoreWords),
    // Registers of a state: aligned at both ends.
    row("memset", Times(0)),
    row("memset", Times(31)),
    row("memset", Times(0)),
];

/// Loops of what a call leads to: who calls, whom, which of these calls, and the loops that are
/// not as [`LOOPS`] says.
pub(super) const LOOPS_OF_CALLS: [(&str, &str, usize, &[Row]); 3] = [
    (
        "restart::restore",
        "copy",
        0,
        &[row("copy", RestoreBlocks), row("copy", Times(3))],
    ),
    // A text before and behind the end of its ring: both together have so many blocks.
    (
        "call_log",
        "copy",
        0,
        &[row("copy", LogBlocks), row("copy", Times(3))],
    ),
    (
        "call_log",
        "copy",
        1,
        &[row("copy", Times(0)), row("copy", Times(3))],
    ),
];
