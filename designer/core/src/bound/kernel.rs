//! The longest path of the kernel in an image: what its code does not say about itself, from
//! the tables that it reads.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::offset_of;

use septum_abi::limits::{LOG_MESSAGE_BYTES, PORTS, RESTORE_CHUNK_BYTES};
use septum_abi::tables::{Header, kind};

use super::rounds::{LOOPS, LOOPS_OF_CALLS, Row};
use super::{Code, Facts, Loops, Rounds, Unbounded, longest_path};
use crate::code::Load;
use crate::image::contents;
use crate::plan::{Plan, RegionKind, assets, wide};

/// The kernel's way in at every trap, its way on from there, where it looks at the time, and
/// where it waits for whatever may be due.
const ENTRY: &str = "trap";
const RESUME: &str = "resume";
const SCHEDULE: &str = "schedule";
const IDLE: &str = "settle";

/// Calls in a function of another one, of which no path comes to one of the first and one of the second.
///
/// First: somebody who was chosen may not run at once, because a message was copied for it or
/// because it has a deadline and all are looked at again, and then may not run at all. That is
/// because the time of somebody more important has come in between, who has waited until then:
/// a deadline that has passed, or the last step of a restart, would be of somebody who had come
/// before. Whoever a message was copied for has all of the time to its deadline.
const EXCLUSIVE: [[[(&str, &str); 2]; 2]; 1] = [[
    [
        ("prepare_otherwise", "channel::take"),
        ("schedule::limit", "schedule::choose_again"),
    ],
    [
        (IDLE, "fault::miss_deadline"),
        ("restart::restore", "memset"),
    ],
]];

/// Where the tables say where the clock is.
const MTIME: usize = offset_of!(Header, mtime);

/// Numbers of control and status registers.
const MIP: u32 = 0x344;
const MIE: u32 = 0x304;

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
    kernel.longest(ENTRY, BTreeSet::new())
}

/// [`longest_path`] of the kernel in a plan's image from the look at which a window begins to
/// the wait for the end of its pad. The pad is longer than this and [`longest_path_of`] together:
/// the window may end just behind a look.
///
/// # Errors
/// As for [`longest_path_of`].
pub fn opening_path_of(plan: &Plan) -> Result<u64, Unbounded> {
    let kernel = Kernel::of(plan)?;
    // It does not go on in the window that has ended, and does not look again who can run.
    let reads = |pc: &u64| kernel.is_in(*pc, SCHEDULE) && kernel.code().reads(*pc, MIP);
    let again = [IDLE, "schedule::limit"].map(|it| kernel.calls(it, "schedule::choose_again"));
    let again = again.into_iter().flatten();
    kernel.longest(RESUME, kernel.all().filter(reads).chain(again).collect())
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

    /// From an entry on, without these instructions.
    fn longest(&self, entry: &str, never: BTreeSet<u64>) -> Result<u64, Unbounded> {
        let mut facts = self.facts();
        let all = self.heads(&[self.address(ENTRY)], &facts)?;
        let heads: Vec<u64> = all.into_keys().collect();
        facts.loops = self.loops(&heads, &LOOPS);
        facts.exclusive = self.exclusive();
        facts.loops_of_calls = self.loops_of_calls(&heads, &facts.loops);
        facts.never = never;
        longest_path(self.code(), &[self.address(entry)], &facts)
    }

    /// What holds whatever loops there are.
    fn facts(&self) -> Facts {
        Facts {
            targets: self.targets(),
            looks: self.looks(),
            ..Facts::default()
        }
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
            .flat_map(|range| self.code().instructions(range))
    }

    /// Where the time is read before somebody is chosen, and where the kernel, with nobody to
    /// run, reads what is pending of all that is enabled. Elsewhere it looks at one of them
    /// only, which is no look at the other.
    fn looks(&self) -> BTreeSet<u64> {
        let code = self.code();
        let of = |function| self.all().filter(move |pc| self.is_in(*pc, function));
        let clock = of(SCHEDULE)
            .find_map(|pc| {
                code.load(pc)
                    .filter(|load| usize::try_from(load.offset) == Ok(MTIME))
            })
            .and_then(|at| {
                let is_read = |load: Load| load.base == at.to && load.offset == 0;
                of(SCHEDULE).find(|pc| code.load(*pc).is_some_and(is_read))
            });
        let idle = of(IDLE).zip(of(IDLE).skip(1));
        let idle = idle.filter(|(pc, behind)| code.reads(*pc, MIP) && code.reads(*behind, MIE));
        idle.map(|(pc, _)| pc).chain(clock).collect()
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

    /// Whether an address is in the function of this name.
    fn is_in(&self, pc: u64, function: &str) -> bool {
        self.label(pc) == Some(function)
    }

    /// The number of a loop among those of its function.
    fn number(&self, heads: &[u64], head: u64) -> usize {
        let name = self.label(head);
        let before = heads.iter().filter(|other| **other < head);
        before.filter(|other| self.label(**other) == name).count()
    }

    fn exclusive(&self) -> Vec<[BTreeSet<u64>; 2]> {
        let find = |calls: [(&str, &str); 2]| {
            let found = calls.map(|(from, to)| self.calls(from, to).collect::<Vec<_>>());
            found.into_iter().flatten().collect()
        };
        EXCLUSIVE.map(|pair| pair.map(find)).to_vec()
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

    /// The rounds of the loops with these heads, where a function has as many as rows know.
    fn loops(&self, heads: &[u64], rows: &[Row]) -> Loops {
        let rounds = heads.iter().filter_map(|head| {
            let of_it = || rows.iter().filter(|row| self.is_in(*head, row.function));
            let row = of_it().nth(self.number(heads, *head))?;
            let name = self.label(*head);
            let count = heads
                .iter()
                .filter(|head| self.label(**head) == name)
                .count();
            (of_it().count() == count).then(|| (*head, self.rounds(*head, row)))
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
