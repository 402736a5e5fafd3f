//! The longest path of the kernel in an image: what its code does not say about itself, from
//! the tables that it reads.

use std::collections::{BTreeMap, BTreeSet};

use septum_abi::limits::{LOG_MESSAGE_BYTES, PORTS, RESTORE_CHUNK_BYTES};
use septum_abi::tables::kind;

use super::rounds::{LOOPS, LOOPS_OF_CALLS, Row};
use super::{Code, Facts, Loops, Rounds, Unbounded, longest_path};
use crate::image::contents;
use crate::plan::{Plan, RegionKind, assets, wide};

/// The kernel's way in at every trap, and where it looks at the time.
const ENTRY: &str = "trap";
const SCHEDULE: &str = "resume";

/// A place in the kernel that a path may come to.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// The calls in a function of another one.
    Call(&'static str, &'static str),
    /// The head of a function's loop, by its number as in [`LOOPS`].
    Loop(&'static str, usize),
}

/// Places of which no path comes to one of the first and one of the second.
///
/// First: somebody who was chosen may not run at once, because a message was copied for it or
/// because it has a deadline and all are looked at again, and then may not run at all. That is
/// because the time of somebody more important has come in between, who has waited until then:
/// a deadline that has passed, or the last step of a restart, would be of somebody who had come
/// before. Whoever a message was copied for has all of the time to its deadline.
const EXCLUSIVE: [[[Place; 2]; 2]; 1] = [[
    [
        Place::Call("prepare_otherwise", "copy"),
        Place::Loop("prepare_otherwise", 0),
    ],
    [
        Place::Call("settle", "handle"),
        Place::Call("part_restore", "memset"),
    ],
]];

/// How much there is of what the kernel goes through, in what a plan has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Amount {
    /// The partitions of the largest window, and the idle hart.
    Members,
    /// Blocks of 32 bytes of the largest message.
    MessageBlocks,
    /// Words behind the blocks of a message.
    MessageWords,
    /// Words of interrupt enables behind the first.
    EnableWords,
    /// Ports of a partition that receive messages or interrupts, of whom there are most.
    Incoming,
    /// Ports that a partition may have.
    Ports,
    /// Blocks of 32 bytes of the longest log text.
    LogBlocks,
    /// Blocks of 32 bytes that a restart copies at once.
    RestoreBlocks,
    /// Words that a restart clears at once.
    RestoreWords,
    /// So many.
    Times(u64),
}

impl Amount {
    fn of(self, plan: &Plan) -> u64 {
        let tables = &plan.tables;
        let windows = plan.system.all_windows();
        let members = windows.map(|window| wide(window.partitions.len()));
        let members = members.max().unwrap_or(0);
        let queues = tables.queues.iter().map(|queue| queue.message_bytes);
        let samples = tables.samples.iter().map(|sample| sample.message_bytes);
        let message = queues.chain(samples).max().unwrap_or(0);
        match self {
            Self::Members => members + 1,
            Self::MessageBlocks => message / 32,
            Self::MessageWords => (message / 8).min(3),
            Self::EnableWords => tables.header.plic_words.saturating_sub(1),
            Self::Incoming => incoming(plan),
            Self::Ports => wide(PORTS),
            Self::LogBlocks => wide(LOG_MESSAGE_BYTES) / 32,
            Self::RestoreBlocks => RESTORE_CHUNK_BYTES / 32,
            Self::RestoreWords => RESTORE_CHUNK_BYTES / 8,
            Self::Times(times) => times,
        }
    }
}

fn incoming(plan: &Plan) -> u64 {
    let count = |ports: &[septum_abi::tables::PortTable]| {
        let kinds = [kind::QUEUING_IN, kind::INTERRUPT];
        wide(ports.iter().filter(|it| kinds.contains(&it.kind)).count())
    };
    let partitions = plan.tables.partitions.iter();
    partitions.map(|it| count(&it.ports)).max().unwrap_or(0)
}

/// [`longest_path`] of the kernel in a plan's image, from every trap on.
///
/// # Errors
/// When there is a path whose length cannot be told, such as one through a loop that is not
/// known here.
pub fn longest_path_of(plan: &Plan) -> Result<u64, Unbounded> {
    let kernel = Kernel::of(plan)?;
    let entry = [kernel.address(ENTRY)];
    let mut facts = kernel.facts();
    let heads: Vec<u64> = kernel.heads(&entry, &facts)?.into_keys().collect();
    facts.loops = kernel.loops(&heads, &LOOPS);
    facts.exclusive = kernel.exclusive(&heads);
    facts.loops_of_calls = kernel.loops_of_calls(&heads, &facts.loops);
    longest_path(kernel.code(), &entry, &facts)
}

/// Where the kernel in a plan's image looks at what is due: whatever comes is noticed there at
/// the latest, or when the kernel returns.
#[must_use]
pub fn looks(plan: &Plan) -> BTreeSet<u64> {
    Kernel::of(plan).map_or_else(|_| BTreeSet::new(), |kernel| kernel.looks())
}

/// The kernel of an image.
struct Kernel<'a> {
    plan: &'a Plan,
    base: u64,
    bytes: Vec<u8>,
}

impl<'a> Kernel<'a> {
    fn of(plan: &'a Plan) -> Result<Self, Unbounded> {
        let mut regions = plan.regions.iter();
        let region = regions.find(|region| region.kind == RegionKind::KernelCode);
        let region = region.ok_or(Unbounded::Endless)?;
        Ok(Self {
            plan,
            base: region.range.base,
            bytes: contents(plan, region),
        })
    }

    fn code(&self) -> Code<'_> {
        Code {
            base: self.base,
            bytes: &self.bytes,
        }
    }

    fn address(&self, symbol: &str) -> u64 {
        self.base + assets::embedded().kernel.offset(symbol)
    }

    /// What holds whatever loops there are.
    fn facts(&self) -> Facts {
        Facts {
            targets: self.targets(),
            looks: self.looks(),
            ..Facts::default()
        }
    }

    /// The instructions of a function, by address.
    fn instructions(&self, range: std::ops::Range<u64>) -> impl Iterator<Item = u64> {
        let code = self.code();
        let next = move |pc: &u64| Some(pc + code.instruction(*pc)?.length);
        std::iter::successors(Some(range.start), next).take_while(move |pc| *pc < range.end)
    }

    /// All instructions, function by function: what lies between them is not code.
    fn all(&self) -> impl Iterator<Item = u64> {
        let symbols = assets::embedded().kernel.symbols.iter();
        let functions = symbols.filter(|symbol| symbol.function && symbol.size_bytes > 0);
        let sized = functions.map(|symbol| {
            let begin = self.base + symbol.offset;
            begin..begin + symbol.size_bytes
        });
        let first = sized.clone().map(|range| range.start).min();
        let assembly = self.base..first.unwrap_or(self.base);
        std::iter::once(assembly)
            .chain(sized)
            .flat_map(|range| self.instructions(range))
    }

    fn looks(&self) -> BTreeSet<u64> {
        let code = self.code();
        let reads = self.all().filter(|pc| code.reads_pending(*pc));
        reads.chain([self.address(SCHEDULE)]).collect()
    }

    /// Where the calls through registers lead: to the handlers and the switches of address
    /// spaces that the partitions' tables name.
    fn targets(&self) -> BTreeMap<u64, BTreeSet<u64>> {
        let tables = &self.plan.tables.partitions;
        let handlers = tables.iter().flat_map(|table| table.handlers);
        let spaces = tables.iter().map(|table| table.space);
        let spaces = spaces.filter(|space| *space != 0);
        let (handlers, spaces) = (handlers.collect::<BTreeSet<_>>(), spaces.collect());
        let mut targets = BTreeMap::new();
        for pc in self.all().filter(|pc| self.code().calls_register(*pc)) {
            match self.label(pc) {
                Some(ENTRY) => targets.insert(pc, handlers.clone()),
                Some("other_space") => targets.insert(pc, BTreeSet::clone(&spaces)),
                _ => None,
            };
        }
        targets
    }

    /// The last symbol at or before an address.
    fn label(&self, pc: u64) -> Option<&'static str> {
        let symbols = assets::embedded().kernel.symbols.iter();
        let before = symbols
            .filter(|symbol| self.base + symbol.offset <= pc && !symbol.name.starts_with('.'));
        let last = before.max_by_key(|symbol| symbol.offset)?;
        Some(last.name.as_str())
    }

    /// The calls in a function of another one, by address.
    fn calls(&self, from: &str, to: &str) -> impl Iterator<Item = u64> {
        self.all().filter(move |pc| {
            let target = self.code().called(*pc);
            self.is_in(*pc, from) && target.is_some_and(|target| self.is_in(target, to))
        })
    }

    /// Whether an address is in the function of this name, which may be generic.
    fn is_in(&self, pc: u64, function: &str) -> bool {
        let generic = format!("{}{function}N", function.len());
        self.label(pc)
            .is_some_and(|name| name.ends_with(function) || name.contains(&generic))
    }

    /// The number of a loop among those of its function.
    fn number(&self, heads: &[u64], head: u64) -> usize {
        let name = self.label(head);
        let before = heads.iter().filter(|other| **other < head);
        before.filter(|other| self.label(**other) == name).count()
    }

    fn exclusive(&self, heads: &[u64]) -> Vec<[BTreeSet<u64>; 2]> {
        let find = |places: [Place; 2]| places.into_iter().flat_map(|it| self.find(it, heads));
        let pairs = EXCLUSIVE.into_iter();
        pairs
            .map(|pair| pair.map(|places| find(places).collect()))
            .collect()
    }

    fn find(&self, place: Place, heads: &[u64]) -> Vec<u64> {
        match place {
            Place::Call(from, to) => self.calls(from, to).collect(),
            Place::Loop(function, number) => {
                let of_it = heads.iter().copied();
                let of_it = of_it.filter(|head| self.is_in(*head, function));
                of_it
                    .filter(|head| self.number(heads, *head) == number)
                    .collect()
            }
        }
    }

    /// The head of every loop on a path, each with one round.
    fn heads(&self, entries: &[u64], facts: &Facts) -> Result<Loops, Unbounded> {
        let mut facts = facts.clone();
        loop {
            match longest_path(self.code(), entries, &facts) {
                Err(Unbounded::Loop(head)) => {
                    let once = Rounds {
                        times: 1,
                        ..Rounds::default()
                    };
                    facts.loops.insert(head, once);
                }
                Err(other) => return Err(other),
                Ok(_) => return Ok(facts.loops),
            }
        }
    }

    /// The rounds of the loops with these heads, by the first row that knows them.
    fn loops(&self, heads: &[u64], rows: &[Row]) -> Loops {
        let rounds = heads.iter().filter_map(|head| {
            let number = self.number(heads, *head);
            let mut known = rows.iter();
            let row = known.find(|row| self.is_in(*head, row.function) && row.place == number)?;
            Some((*head, self.rounds(*head, row)))
        });
        rounds.collect()
    }

    fn rounds(&self, head: u64, row: &Row) -> Rounds {
        let name = self.label(head);
        let code = self.code();
        let mut rounds = Rounds {
            times: row.times.of(self.plan),
            ..Rounds::default()
        };
        if let Some((is_rare, times)) = row.rare {
            let inside = self.all().filter(|pc| self.label(*pc) == name);
            rounds.rare = inside.filter(|pc| is_rare(&code, *pc)).collect();
            rounds.rare_times = times.of(self.plan);
        }
        rounds
    }

    fn loops_of_calls(&self, heads: &[u64], usual: &Loops) -> BTreeMap<u64, Loops> {
        let mut found = BTreeMap::new();
        for (from, to, number, rows) in LOOPS_OF_CALLS {
            let call = self.calls(from, to).nth(number);
            let mut loops = usual.clone();
            loops.extend(self.loops(heads, rows));
            found.extend(call.map(|call| (call, loops)));
        }
        found
    }
}
