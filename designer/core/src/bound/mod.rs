//! The longest path through machine code, counted in instructions: a bound that holds for
//! every input, found without executing anything.
//!
//! A path begins at an entry or behind a `wfi` and ends with `mret` or `wfi`. How often a loop
//! goes round at most must be known; everything else is read from the code. Whatever can only
//! end otherwise, such as the kernel's own failure, is no path.

mod flow;
mod function;
mod longest;
mod rounds;

use std::collections::BTreeMap;

use thiserror::Error;

pub use flow::Code;
use function::Functions;
pub use rounds::longest_path_of;

/// Why there is no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unbounded {
    /// An address that is not the code's.
    #[error("the code goes on at {0:#x}, where it has nothing")]
    Outside(u64),
    /// A jump to where a register says.
    #[error("the jump at {0:#x} goes where a register says")]
    Register(u64),
    /// A function that calls itself, perhaps through others.
    #[error("the function at {0:#x} calls itself")]
    Recursion(u64),
    /// A loop of which nobody said how often it goes round.
    #[error("nobody says how often the loop at {0:#x} goes round")]
    Loop(u64),
    /// No path ends.
    #[error("nothing that begins at the entries ends with mret or wfi")]
    Endless,
}

/// How often the instruction at the head of a loop is executed at most, each time that the
/// loop is come to; by the address of that instruction.
pub type Loops = BTreeMap<u64, u64>;

/// The most instructions between an entry, or a `wfi`, and the `mret` or `wfi` that comes next;
/// both ends included, the `wfi` at its begin not.
///
/// # Errors
/// When the code has a path whose length cannot be told.
pub fn longest_path(code: Code<'_>, entries: &[u64], loops: &Loops) -> Result<u64, Unbounded> {
    let mut functions = Functions::new(code, loops);
    let mut longest = None;
    for entry in entries {
        longest = longest.max(functions.summary(*entry)?.ends());
    }
    longest.ok_or(Unbounded::Endless)
}

#[cfg(test)]
mod tests;
