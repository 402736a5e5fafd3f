//! Non-interference, shown by experiment: whatever all those do that have no flow to a partition,
//! that partition's events are the same, to the instruction.
//!
//! The others are disturbed as nobody could on purpose: at times that a seed draws, words that
//! they own are changed, code, data, stacks and buffers alike. So they compute other things, for
//! other times, send other messages, and fault.

use std::collections::BTreeSet;

use septum_core::flows::influences;
use septum_core::image::Image;
use septum_core::plan::{Plan, RegionKind};
use septum_core::scenario::Scenario;
use septum_core::system::PartitionIndex;
use thiserror::Error;

use crate::cpu::MachineError;
use crate::event::{Event, EventKind};
use crate::simulation::{BootError, Outcome, Simulation};

/// Words that are changed at a time.
const WORDS: u64 = 16;
/// Times in a run at which words are changed.
const TIMES: u64 = 64;

/// The experiment cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PerturbError {
    /// It does not boot.
    #[error(transparent)]
    Boot(#[from] BootError),
    /// The emulator failed.
    #[error(transparent)]
    Machine(#[from] MachineError),
}

/// Where a disturbed run differs first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interference {
    /// The seed of the disturbed run.
    pub seed: u64,
    /// The event of the quiet run, if there is one more.
    pub quiet: Option<Event>,
    /// That of the disturbed run.
    pub disturbed: Option<Event>,
}

/// What the experiments have shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcomes {
    /// Names of those that were disturbed.
    pub disturbed: Vec<String>,
    /// Events of the partition that were compared, in each run.
    pub events: usize,
    /// Events of the others that were not the same, in all runs: how much they were disturbed.
    pub differences: usize,
    /// The first difference.
    pub interference: Option<Interference>,
}

/// Compares a partition's events up to a time with those of so many disturbed runs.
///
/// # Errors
/// When the design cannot be booted, or the emulator failed.
pub fn perturb_all_but(
    plan: &Plan,
    image: &Image,
    scenario: &Scenario,
    partition: PartitionIndex,
    seeds: u64,
    until_ns: u64,
) -> Result<Outcomes, PerturbError> {
    let name = &plan.partitions[partition.get()].name;
    let influence = influences(&plan.system, partition);
    let others = (0..plan.partitions.len())
        .filter(|index| *index != partition.get())
        .filter(|index| !influence.iter().any(|other| other.get() == *index));
    let others: BTreeSet<usize> = others.collect();
    let quiet = run(plan, image, scenario, &BTreeSet::new(), 0, until_ns)?;
    let (own, rest) = split(quiet, name);
    let mut outcomes = Outcomes {
        disturbed: others
            .iter()
            .map(|index| plan.partitions[*index].name.clone())
            .collect(),
        events: own.len(),
        differences: 0,
        interference: None,
    };
    for seed in 1..=seeds {
        let disturbed = run(plan, image, scenario, &others, seed, until_ns)?;
        let (theirs, around) = split(disturbed, name);
        let same = rest.iter().zip(&around).filter(|(a, b)| a == b).count();
        outcomes.differences += rest.len().max(around.len()) - same;
        if let Some(found) = first_difference(seed, &own, &theirs) {
            outcomes.interference = Some(found);
            return Ok(outcomes);
        }
    }
    Ok(outcomes)
}

/// The events of a partition, and all others.
fn split(events: Vec<Event>, name: &str) -> (Vec<Event>, Vec<Event>) {
    let is_own = |event: &Event| event.partition.as_deref() == Some(name);
    // Why a device raised its line has to do with everybody who uses it.
    let counts = |event: &Event| !matches!(event.kind, EventKind::Violation { .. });
    events.into_iter().filter(counts).partition(is_own)
}

fn first_difference(seed: u64, quiet: &[Event], disturbed: &[Event]) -> Option<Interference> {
    let length = quiet.len().max(disturbed.len());
    let position = (0..length).find(|position| quiet.get(*position) != disturbed.get(*position))?;
    Some(Interference {
        seed,
        quiet: quiet.get(position).cloned(),
        disturbed: disturbed.get(position).cloned(),
    })
}

/// A run in which these partitions are disturbed.
fn run(
    plan: &Plan,
    image: &Image,
    scenario: &Scenario,
    others: &BTreeSet<usize>,
    seed: u64,
    until_ns: u64,
) -> Result<Vec<Event>, PerturbError> {
    let mut simulation = Simulation::boot(plan, image, scenario)?;
    let words = words(plan, others);
    let mut random = Random(seed);
    let mut times: Vec<u64> = (0..TIMES).map(|_| random.below(until_ns.max(1))).collect();
    times.sort_unstable();
    for time_ns in times.into_iter().filter(|_| !words.is_empty()) {
        let outcome = simulation.run_until(time_ns)?;
        if outcome != Outcome::Reached {
            break;
        }
        for _ in 0..WORDS {
            change(&mut simulation, &words, &mut random);
        }
    }
    simulation.run_until(until_ns)?;
    Ok(simulation.drain_events())
}

/// Ranges of doublewords that belong to these partitions alone: address and count.
fn words(plan: &Plan, others: &BTreeSet<usize>) -> Vec<(u64, u64)> {
    let owned = plan.regions.iter().filter(|region| {
        let owner = region.owner.map(PartitionIndex::get);
        let is_memory = region.kind != RegionKind::PageTables;
        is_memory && owner.is_some_and(|owner| others.contains(&owner))
    });
    owned
        .map(|region| (region.range.base, region.range.size_bytes / 8))
        .filter(|(_, count)| *count > 0)
        .collect()
}

fn change(simulation: &mut Simulation, words: &[(u64, u64)], random: &mut Random) {
    let which = random.below(u64::try_from(words.len()).unwrap_or(1));
    let Some((base, count)) = usize::try_from(which).ok().and_then(|it| words.get(it)) else {
        return;
    };
    let address = base + 8 * random.below(*count);
    let value = random.bits();
    simulation.machine_mut().with_bus_mut(|bus| {
        // Regions are in RAM.
        let _ = bus.ram_mut().fill(address, &value.to_le_bytes());
    });
}

/// `SplitMix64`.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, end: u64) -> u64 {
        self.bits() % end
    }
}
