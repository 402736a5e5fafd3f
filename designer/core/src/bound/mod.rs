//! The longest path through machine code, counted in instructions: a bound that holds for
//! every input, found without executing anything.
//!
//! A path begins at an entry, behind a `wfi`, or where the code looks at what is due, and ends
//! with `mret`, `wfi`, or there: for so long nothing that happens is noticed. How often a loop
//! goes round at most, and where a register leads, must be known; everything else is read from
//! the code. Whatever can only end otherwise, such as the kernel's own failure, is no path.

mod function;
mod kernel;
mod longest;
mod rounds;

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

pub use crate::code::Code;
use function::Functions;
pub use kernel::{longest_path_of, looks, opening_path_of};

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
/// loop is come to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rounds {
    /// So often; 0 where the loop is passed by.
    pub times: u64,
    /// Instructions of the loop that only few of the rounds execute.
    pub rare: BTreeSet<u64>,
    /// The rounds that execute one of them at most.
    pub rare_times: u64,
}

/// Rounds by the address of the loop's head.
pub type Loops = BTreeMap<u64, Rounds>;

/// What the code does not say about itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// How often loops go round.
    pub loops: Loops,
    /// The same in what the call at an address executes, where that is something else.
    pub loops_of_calls: BTreeMap<u64, Loops>,
    /// Where a call through a register, by its address, may lead.
    pub targets: BTreeMap<u64, BTreeSet<u64>>,
    /// Instructions at which the code looks at what is due: a path ends before them, and
    /// another one begins.
    pub looks: BTreeSet<u64>,
    /// Instructions of which no path executes one of the first and one of the second.
    pub exclusive: Vec<[BTreeSet<u64>; 2]>,
    /// Instructions that no path executes.
    pub never: BTreeSet<u64>,
}

/// The most instructions between an entry, a `wfi`, or a place where the code looks at what is
/// due, and the next `mret`, `wfi` or such place; both ends included, but for the `wfi` at its
/// begin and the place at its end.
///
/// # Errors
/// When the code has a path whose length cannot be told.
pub fn longest_path(code: Code<'_>, entries: &[u64], facts: &Facts) -> Result<u64, Unbounded> {
    let Some((either, exclusive)) = facts.exclusive.split_first() else {
        return longest_of_all(code, entries, facts);
    };
    // Whatever a path does, it executes none of the first or none of the second.
    let mut longest = Err(Unbounded::Endless);
    for never in either {
        let mut facts = Facts {
            exclusive: exclusive.to_vec(),
            ..facts.clone()
        };
        facts.never.extend(never);
        let found = longest_path(code, entries, &facts)?;
        longest = Ok(longest.unwrap_or(0).max(found));
    }
    longest
}

fn longest_of_all(code: Code<'_>, entries: &[u64], facts: &Facts) -> Result<u64, Unbounded> {
    let mut functions = Functions::new(code, facts);
    let mut longest = None;
    for entry in entries {
        longest = longest.max(functions.summary(*entry, &facts.loops)?.longest());
    }
    longest.ok_or(Unbounded::Endless)
}

#[cfg(test)]
mod tests;
