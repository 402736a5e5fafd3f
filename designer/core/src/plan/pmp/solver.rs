//! Where the partitions of a machine without an MMU lie: the cheapest placement that fits.
//!
//! Fewer entries are rewritten at a switch where more bytes are given up to alignment. For
//! each number of entries that the machine has, every partition takes the smallest of its
//! arrangements that gets along with so many; [`cost`] decides between the numbers.

use super::arrangement::{Arrangement, Demand, arrangements};
use super::cover::entries;
use super::{Access, Grant};
use crate::plan::region::{PAGE_BYTES, Range};
use crate::system::PartitionIndex;

/// What an entry that is rewritten at every switch costs, in bytes of RAM: two loads and two
/// stores to registers that flush the pipeline are worth half a page.
const ENTRY_BYTES: u64 = 2048;

/// What is to be placed, and where.
#[derive(Debug)]
pub(in crate::plan) struct Input<'a> {
    /// RAM that nobody uses.
    pub(in crate::plan) ram: Range,
    pub(in crate::plan) grain_bytes: u64,
    /// Entries that the machine has.
    pub(in crate::plan) entries: usize,
    /// One for each partition.
    pub(in crate::plan) demands: &'a [Demand],
    /// For each partition the devices that it may touch, ascending and disjoint.
    pub(in crate::plan) devices: &'a [Vec<Grant>],
    /// Memories that several partitions may touch.
    pub(in crate::plan) shared: &'a [Shared],
}

/// A memory that several partitions may touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plan) struct Shared {
    pub(in crate::plan) size_bytes: u64,
    pub(in crate::plan) grants: Vec<(PartitionIndex, Access)>,
}

impl Shared {
    /// Whether a partition may touch it.
    fn is_granted(&self, partition: usize) -> bool {
        self.grants
            .iter()
            .any(|(index, _)| index.get() == partition)
    }
}

/// Where everything lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plan) struct Solution {
    /// For each partition the begin of its memory, and its order.
    pub(in crate::plan) partitions: Vec<(u64, Arrangement)>,
    /// The range of each shared memory: the grains that hold it.
    pub(in crate::plan) shared: Vec<Range>,
    /// First address behind everything.
    pub(in crate::plan) end: u64,
}

/// Why there is no solution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plan) enum Unsolvable {
    /// These partitions need more entries than the machine has.
    Entries(Vec<TooMany>),
    /// A program that cannot be moved does not lie, with what belongs to it, in free RAM.
    Fixed {
        /// The partition.
        partition: usize,
        /// What it would take.
        range: Range,
        /// The partition whose memory is there; `None`: it is not RAM that is free.
        other: Option<usize>,
    },
}

/// A partition that needs more entries than the machine has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::plan) struct TooMany {
    /// The partition.
    pub(in crate::plan) partition: usize,
    /// Entries that its memory needs at least.
    pub(in crate::plan) memory: usize,
    /// Entries that devices and shared memories need at least.
    pub(in crate::plan) others: usize,
}

/// The cheapest placement. Its end may lie beyond RAM.
///
/// # Errors
/// What cannot be placed however much RAM there is.
pub(in crate::plan) fn solve(input: &Input<'_>) -> Result<Solution, Unsolvable> {
    let arranged = |demand| arrangements(demand, input.grain_bytes);
    let all: Vec<Vec<Arrangement>> = input.demands.iter().map(arranged).collect();
    let mut found: Vec<(u64, Solution)> = Vec::new();
    let mut refused = None;
    for limit in 1..=input.entries {
        for natural in [false, true] {
            let Some(choices) = within(input, &all, limit, natural) else {
                continue;
            };
            match place(input, &choices, natural) {
                Ok(solution) => {
                    let rewritten = limit - resident(input, natural).min(limit);
                    found.push((cost(input, &solution, rewritten), solution));
                }
                Err(more) => refused = Some(more),
            }
        }
    }
    let cheapest = found.into_iter().min_by_key(|(cost, _)| *cost);
    let too_many = || Unsolvable::Entries(too_many(input, &all));
    cheapest
        .map(|(_, solution)| solution)
        .ok_or_else(|| refused.unwrap_or_else(too_many))
}

/// What a placement costs, in bytes.
fn cost(input: &Input<'_>, solution: &Solution, rewritten: usize) -> u64 {
    let rewritten = u64::try_from(rewritten).unwrap_or(u64::MAX);
    let bytes = solution.end - input.ram.base;
    bytes.saturating_add(rewritten.saturating_mul(ENTRY_BYTES))
}

/// Entries that no switch rewrites: those of memories that everybody may touch alike.
fn resident(input: &Input<'_>, natural: bool) -> usize {
    let alike = |shared: &&Shared| {
        let access = shared.grants.first().map(|(_, access)| *access);
        let everybody = shared.grants.len() == input.demands.len();
        everybody
            && shared
                .grants
                .iter()
                .all(|(_, other)| Some(*other) == access)
    };
    input.shared.iter().filter(alike).count() * entries_of_shared(natural)
}

/// Entries that a shared memory takes.
const fn entries_of_shared(natural: bool) -> usize {
    if natural { 1 } else { 2 }
}

/// For each partition its arrangements that get along with so many entries, the smallest
/// first; `None` where one has none.
fn within<'a>(
    input: &Input<'_>,
    all: &'a [Vec<Arrangement>],
    limit: usize,
    natural: bool,
) -> Option<Vec<Vec<&'a Arrangement>>> {
    let choices = all.iter().enumerate().map(|(partition, all)| {
        let others = others(input, partition, natural);
        let fits = |it: &&Arrangement| it.entries + others <= limit;
        let fitting: Vec<&Arrangement> = all.iter().filter(fits).collect();
        (!fitting.is_empty()).then_some(fitting)
    });
    choices.collect()
}

/// Entries that a partition needs for devices and for shared memories.
fn others(input: &Input<'_>, partition: usize, natural: bool) -> usize {
    let shared = input.shared.iter();
    let shared = shared.filter(|shared| shared.is_granted(partition)).count();
    let devices = input
        .devices
        .get(partition)
        .map_or(0, |it| entries(it).len());
    devices + shared * entries_of_shared(natural)
}

/// The partitions that need more entries than there are.
fn too_many(input: &Input<'_>, all: &[Vec<Arrangement>]) -> Vec<TooMany> {
    let needed = all.iter().enumerate().filter_map(|(partition, all)| {
        Some(TooMany {
            partition,
            memory: all.iter().map(|it| it.entries).min()?,
            others: others(input, partition, true),
        })
    });
    needed
        .filter(|needed| needed.memory + needed.others > input.entries)
        .collect()
}

/// Places everything: first what cannot be moved, then each partition in the first gap that
/// holds it, then the shared memories above all stacks, so that no stack overflows into one.
fn place(
    input: &Input<'_>,
    choices: &[Vec<&Arrangement>],
    natural: bool,
) -> Result<Solution, Unsolvable> {
    let mut taken = Taken::new(input.ram);
    let mut partitions: Vec<Option<(u64, Arrangement)>> = vec![None; choices.len()];
    for (index, demand) in input.demands.iter().enumerate() {
        if let Some(image) = demand.fixed {
            let (base, chosen) = taken.fixed(index, image, &choices[index])?;
            partitions[index] = Some((base, chosen.clone()));
        }
    }
    for (place, choices) in partitions.iter_mut().zip(choices) {
        place.get_or_insert_with(|| {
            let smallest = choices[0];
            (taken.first_fit(smallest), smallest.clone())
        });
    }
    let unit = input.grain_bytes;
    let shared = input.shared.iter().map(|shared| {
        let rounded = shared.size_bytes.max(1).next_multiple_of(unit);
        let power = rounded.next_power_of_two();
        if natural {
            taken.on_top(power, power)
        } else {
            taken.on_top(rounded, unit)
        }
    });
    let shared = shared.collect();
    Ok(Solution {
        partitions: partitions.into_iter().flatten().collect(),
        shared,
        end: taken.end(),
    })
}

/// What is taken, by ascending address and disjoint, with the partition where it cannot be moved.
#[derive(Debug)]
struct Taken {
    ram: Range,
    ranges: Vec<(Range, Option<usize>)>,
}

impl Taken {
    const fn new(ram: Range) -> Self {
        Self {
            ram,
            ranges: Vec::new(),
        }
    }

    fn end(&self) -> u64 {
        self.ranges
            .last()
            .map_or(self.ram.base, |(last, _)| last.end())
    }

    fn take(&mut self, range: Range, partition: Option<usize>) {
        let at = self
            .ranges
            .partition_point(|(other, _)| other.base < range.base);
        self.ranges.insert(at, (range, partition));
    }

    /// Takes the memory around a program that cannot be moved: the first arrangement for which
    /// there is room.
    fn fixed<'a>(
        &mut self,
        partition: usize,
        image: u64,
        choices: &[&'a Arrangement],
    ) -> Result<(u64, &'a Arrangement), Unsolvable> {
        let mut refused = None;
        for &choice in choices {
            let base = image.saturating_sub(choice.image);
            let size_bytes = choice.size_bytes;
            let range = Range { base, size_bytes };
            let other = self.ranges.iter().find(|(taken, _)| taken.overlaps(&range));
            let inside = self.ram.base <= base && range.end() <= self.ram.end();
            if inside && other.is_none() && base == choice.begin(base) {
                self.take(range, Some(partition));
                return Ok((base, choice));
            }
            refused.get_or_insert(Unsolvable::Fixed {
                partition,
                range,
                other: other.and_then(|(_, other)| *other),
            });
        }
        let range = Range {
            base: image,
            size_bytes: 0,
        };
        Err(refused.unwrap_or(Unsolvable::Fixed {
            partition,
            range,
            other: None,
        }))
    }

    /// The lowest place with enough room. Addresses beyond RAM are found, too.
    fn first_fit(&mut self, arrangement: &Arrangement) -> u64 {
        let size_bytes = arrangement.size_bytes;
        let mut base = arrangement.begin(self.ram.base);
        for (taken, _) in &self.ranges {
            if base.saturating_add(size_bytes) <= taken.base {
                break;
            }
            base = base.max(arrangement.begin(taken.end()));
        }
        self.take(Range { base, size_bytes }, None);
        base
    }

    /// The next place behind everything that touches nothing, so that its entries are the same
    /// in every partition.
    fn on_top(&mut self, size_bytes: u64, align_bytes: u64) -> Range {
        let behind = self.end().saturating_add(1);
        let base = behind
            .checked_next_multiple_of(align_bytes.max(PAGE_BYTES))
            .unwrap_or(u64::MAX);
        let range = Range { base, size_bytes };
        self.take(range, None);
        range
    }
}
