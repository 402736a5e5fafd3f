//! How often the kernel's loops go round, by what a design has.

use super::{Code, Loops, Unbounded, longest_path};
use crate::image::contents;
use crate::plan::{Plan, RegionKind, assets, wide};

/// How often, in what a plan has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rounds {
    /// Once for each of the partitions of the largest window, and once more.
    Members,
    /// Once for each 8 bytes of the largest message.
    MessageWords,
    /// Once for each word of interrupt enables, and once more.
    EnableWords,
    /// So often.
    Times(u64),
}

impl Rounds {
    fn of(self, plan: &Plan) -> u64 {
        let tables = &plan.tables;
        let windows = plan.system.all_windows();
        let members = windows.map(|window| wide(window.partitions.len()));
        let queues = tables.queues.iter().map(|queue| queue.message_bytes);
        let samples = tables.samples.iter().map(|sample| sample.message_bytes);
        let messages = queues.chain(samples);
        match self {
            Self::Members => members.max().unwrap_or(0) + 1,
            Self::MessageWords => messages.max().unwrap_or(0).div_ceil(8),
            Self::EnableWords => tables.header.plic_words + 1,
            Self::Times(times) => times,
        }
    }
}

/// The loops of the kernel that ships: a part of their function's name, which of its loops by
/// the address of the head, and how often the head is executed at most.
const ROUNDS: [(&str, usize, Rounds); 11] = [
    ("8end_wait", 0, Rounds::MessageWords),
    ("6choose", 0, Rounds::Members),
    // The bytes of a line, put together and printed.
    ("5drain", 0, Rounds::Times(16)),
    ("5drain", 1, Rounds::Times(16)),
    // A log text before and behind the end of its ring.
    ("on_call", 0, Rounds::Times(32)),
    ("on_call", 1, Rounds::Times(32)),
    ("on_call", 2, Rounds::MessageWords),
    // A window that nobody begins, then the same window as one that goes on.
    ("schedule", 0, Rounds::Times(2)),
    ("schedule", 1, Rounds::EnableWords),
    // Whether something is due is asked before each line, so each line is a path of its own.
    ("schedule", 2, Rounds::Times(2)),
    ("schedule", 3, Rounds::Members),
];

/// [`longest_path`] of the kernel in a plan's image, from these entries.
///
/// # Errors
/// When there is a path whose length cannot be told, such as one through a loop that is not
/// known here.
pub fn longest_path_of(plan: &Plan, entries: &[u64]) -> Result<u64, Unbounded> {
    let mut regions = plan.regions.iter();
    let region = regions.find(|region| region.kind == RegionKind::KernelCode);
    let region = region.ok_or(Unbounded::Endless)?;
    let code = Code {
        base: region.range.base,
        bytes: &contents(plan, region),
    };
    let heads: Vec<u64> = heads(code, entries)?.into_keys().collect();
    let rounds = heads.iter().filter_map(|head| {
        let name = function(*head - code.base)?;
        let before = heads.iter().filter(|other| *other < head);
        let same = before.filter(|other| function(*other - code.base) == Some(name));
        let place = same.count();
        let mut known = ROUNDS.iter();
        let row = known.find(|(part, number, _)| name.contains(part) && *number == place)?;
        Some((*head, row.2.of(plan)))
    });
    longest_path(code, entries, &rounds.collect())
}

/// Name of the function that an offset in the kernel lies in.
fn function(offset: u64) -> Option<&'static str> {
    let symbols = assets::embedded().kernel.symbols.iter();
    let mut before = symbols.filter(|symbol| symbol.function && symbol.size_bytes > 0);
    let range = |at: u64, length: u64| at <= offset && offset < at + length;
    let found = before.find(|symbol| range(symbol.offset, symbol.size_bytes));
    found.map(|symbol| symbol.name.as_str())
}

/// The head of every loop on a path, each with one round.
fn heads(code: Code<'_>, entries: &[u64]) -> Result<Loops, Unbounded> {
    let mut loops = Loops::new();
    loop {
        match longest_path(code, entries, &loops) {
            Err(Unbounded::Loop(head)) => loops.insert(head, 1),
            Err(other) => return Err(other),
            Ok(_) => return Ok(loops),
        };
    }
}
