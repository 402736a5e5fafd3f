//! The PMP registers while a partition runs, on a machine without an MMU.
//!
//! What all partitions have in common is resident: it stands in the lowest entries and is
//! never rewritten. Behind it every partition has the same number of entries; those that it
//! does not use are OFF, so that nothing of the partition before stays, and a switch takes the
//! same time whoever comes.

use septum_abi::limits::PMP_ENTRIES;
use septum_abi::machine::pmp::OFF;

use super::cover::entries;
use super::{Access, Grant, PmpEntry};
use crate::plan::region::Range;

/// A range that a partition may touch in one way, without holes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The regions and devices in it.
    pub names: Vec<String>,
    /// The physical range.
    pub range: Range,
    /// What is allowed.
    pub access: Access,
    /// Bytes of the range that are in no region or device. They are nobody else's.
    pub wasted_bytes: u64,
}

impl Run {
    /// A range in which these parts lie; others are passed over.
    pub(in crate::plan) fn new(range: Range, access: Access, parts: &[(Range, &str)]) -> Self {
        let inside = |part: &&(Range, &str)| range.contains(part.0.base);
        let inside: Vec<&(Range, &str)> = parts.iter().filter(inside).collect();
        let used: u64 = inside.iter().map(|(part, _)| part.size_bytes).sum();
        Self {
            names: inside.iter().map(|(_, name)| (*name).to_owned()).collect(),
            range,
            access,
            wasted_bytes: range.size_bytes.saturating_sub(used),
        }
    }
}

/// The PMP registers while a partition runs. The kernel writes `count` registers from
/// `first_rewritten` at each switch, all addresses before all configurations; both numbers are
/// the same for all partitions, and what comes before is in [`crate::plan::Plan::pmp`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionPmp {
    /// `pmpaddr0` to `pmpaddr15`.
    pub addresses: [u64; PMP_ENTRIES],
    /// `pmpcfg0` and `pmpcfg2`.
    pub config: [u64; 2],
    /// The lowest entry that differs between partitions: the number of resident entries.
    pub first_rewritten: usize,
    /// How many entries a switch writes, OFF ones included.
    pub count: usize,
    /// The entries in use, the resident ones first.
    pub entries: Vec<PmpEntry>,
    /// Entries that the machine has and this partition does not use.
    pub free: usize,
    /// What they grant, by ascending address.
    pub runs: Vec<Run>,
}

/// Entries that only make sense together: a range, or ranges that share boundaries.
type Group = Vec<PmpEntry>;

/// The registers of each partition, which may touch these runs, on a machine with so many
/// entries. The runs of each are disjoint and ascending, and take no more entries than that.
pub(in crate::plan) fn partitions(runs: Vec<Vec<Run>>, available: usize) -> Vec<PartitionPmp> {
    let groups: Vec<Vec<Group>> = runs.iter().map(|runs| groups(runs)).collect();
    let resident = resident(&groups);
    let first_rewritten = resident.iter().map(Vec::len).sum();
    let sizes = groups
        .iter()
        .map(|groups| groups.iter().map(Vec::len).sum());
    let count = sizes.max().unwrap_or(0) - first_rewritten;
    let rows = runs.into_iter().zip(groups);
    rows.map(|(runs, groups)| {
        let own = groups.into_iter().filter(|group| !same(&resident, group));
        let entries: Vec<PmpEntry> = resident.iter().cloned().chain(own).flatten().collect();
        let (addresses, config) = registers(&entries);
        PartitionPmp {
            addresses,
            config,
            first_rewritten,
            count,
            free: available.saturating_sub(entries.len()),
            entries,
            runs,
        }
    })
    .collect()
}

/// The entries of a partition by the chains of runs that touch.
fn groups(runs: &[Run]) -> Vec<Group> {
    let touching = |a: &Run, b: &Run| a.range.end() == b.range.base;
    let grant = |run: &Run| Grant {
        name: run.names.join(", "),
        range: run.range,
        access: run.access,
    };
    let chains = runs.chunk_by(touching);
    chains
        .map(|chain| entries(&chain.iter().map(grant).collect::<Vec<_>>()))
        .collect()
}

/// The groups that all partitions have.
fn resident(groups: &[Vec<Group>]) -> Vec<Group> {
    let Some((first, others)) = groups.split_first() else {
        return Vec::new();
    };
    let everywhere = |group: &&Group| others.iter().all(|other| same(other, group));
    first.iter().filter(everywhere).cloned().collect()
}

/// Whether one of the groups writes the same to the registers.
fn same(groups: &[Group], wanted: &Group) -> bool {
    let words = |group: &Group| {
        let words = group.iter().map(|entry| (entry.address, entry.config));
        words.collect::<Vec<_>>()
    };
    groups.iter().any(|group| words(group) == words(wanted))
}

/// Addresses and configurations; what is not used is OFF.
fn registers(entries: &[PmpEntry]) -> ([u64; PMP_ENTRIES], [u64; 2]) {
    let mut addresses = [0; PMP_ENTRIES];
    let mut bytes = [OFF; PMP_ENTRIES];
    let places = addresses.iter_mut().zip(&mut bytes);
    for ((address, config), entry) in places.zip(entries) {
        (*address, *config) = (entry.address, entry.config);
    }
    let word = |first: usize| {
        let bytes = bytes.iter().skip(first).take(8).rev();
        bytes.fold(0, |word, byte| word << 8 | u64::from(*byte))
    };
    (addresses, [word(0), word(8)])
}
