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
    let others = match it.others {
        0 => String::new(),
        others => format!(", {others} for {}", listing(granted(system, it.partition))),
    };
    Problem::Entries {
        partition: partition.name.clone(),
        index: it.partition,
        needed: it.memory + it.others,
        available: super::tables::pmp_limit(system),
        competing: format!("{} for {}{others}", it.memory, listing(own)),
    }
}

/// The names of the devices and the shared memories that a partition is granted.
fn granted(system: &System, partition: usize) -> impl Iterator<Item = String> + '_ {
    let devices = system.partitions[partition].devices.iter();
    let devices = devices.map(|index| &system.machine.devices[index.get()].name);
    let index = PartitionIndex::new(partition);
    let memories = system.memories.iter();
    let memories = memories.filter(move |it| it.grants.iter().any(|to| to.partition == index));
    let memories = memories.map(|it| &it.name);
    devices.chain(memories).map(|name| format!("`{name}`"))
}
