//! Why partitions have no place on a machine without an MMU.

use super::pmp::{TooMany, Unsolvable};
use super::problem::Problem;
use super::region::Range;
use crate::listing::listing;
use crate::programs::Placed;
use crate::system::{Partition, PartitionIndex, System};

/// That a program may log and does not say where it wants to learn how.
pub(super) fn homeless(
    partition: &Partition,
    index: PartitionIndex,
    program: &Placed<'_>,
) -> Option<Problem> {
    (partition.permissions.log && program.places.is_none()).then(|| Problem::Homeless {
        partition: partition.name.clone(),
        index: index.get(),
    })
}

/// Why the solver found nothing. `names` are what the memory of each partition consists of.
pub(super) fn problems(
    system: &System,
    reason: &Unsolvable,
    names: &[Vec<String>],
    free: Range,
) -> Vec<Problem> {
    match reason {
        Unsolvable::Entries(all) => all.iter().map(|it| entries(system, it, names)).collect(),
        Unsolvable::Fixed {
            partition,
            range,
            other,
        } => vec![Problem::Fixed {
            partition: system.partitions[*partition].name.clone(),
            index: *partition,
            range: *range,
            taken: match other {
                Some(other) => format!("`{}` is there", system.partitions[*other].name),
                None => format!("RAM is free from {:#x} to {:#x}", free.base, free.end()),
            },
        }],
    }
}

/// What competes for the entries of one partition.
fn entries(system: &System, it: &TooMany, names: &[Vec<String>]) -> Problem {
    let partition = &system.partitions[it.partition];
    let own = names.get(it.partition).into_iter().flatten().cloned();
    let devices = partition.devices.iter();
    let devices = devices.map(|index| format!("`{}`", system.machine.devices[index.get()].name));
    let devices = match it.others {
        0 => String::new(),
        others => format!(", {others} for {}", listing(devices)),
    };
    Problem::Entries {
        partition: partition.name.clone(),
        index: it.partition,
        needed: it.memory + it.others,
        available: super::tables::pmp_limit(system),
        competing: format!("{} for {}{devices}", it.memory, listing(own)),
    }
}
