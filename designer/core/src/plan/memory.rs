//! Shared memories: where they lie, and who sees them.

use septum_abi::address;

use super::layout::{Layout, Request};
use super::mapping::{Mapping, Rights};
use super::pmp::{self, Access, Grant};
use super::region::{Contents, PAGE_BYTES, Range, RegionKind};
use crate::system::{PartitionIndex, System};

/// Places the memories, in the order of the design.
pub(super) fn place(system: &System, layout: &mut Layout) -> Vec<Range> {
    let memories = system.memories.iter();
    memories
        .map(|memory| {
            layout.place(Request {
                name: format!("memory.{}", memory.name),
                size_bytes: memory.size_bytes,
                kind: RegionKind::Memory,
                owner: None,
                contents: Contents::Zero,
            })
        })
        .collect()
}

/// What the memories ask of a machine without an MMU.
pub(super) fn demands(system: &System) -> Vec<pmp::Shared> {
    let memories = system.memories.iter();
    memories
        .map(|memory| pmp::Shared {
            size_bytes: memory.size_bytes,
            grants: memory
                .grants
                .iter()
                .map(|grant| (grant.partition, access(grant.write)))
                .collect(),
        })
        .collect()
}

const fn access(write: bool) -> Access {
    match write {
        true => Access::ReadWrite,
        false => Access::Read,
    }
}

/// Puts the memories where the solver has decided.
pub(super) fn put(system: &System, layout: &mut Layout, ranges: &[Range]) {
    for (memory, &range) in system.memories.iter().zip(ranges) {
        layout.put(
            range,
            Request {
                name: format!("memory.{}", memory.name),
                size_bytes: range.size_bytes,
                kind: RegionKind::Memory,
                owner: None,
                contents: Contents::Zero,
            },
        );
    }
}

/// The memories that a partition is granted.
pub(super) fn granted(system: &System, ranges: &[Range], partition: PartitionIndex) -> Vec<Grant> {
    let memories = system.memories.iter().zip(ranges);
    memories
        .filter_map(|(memory, &range)| {
            let grant = memory.grants.iter().find(|it| it.partition == partition)?;
            Some(Grant {
                name: format!("memory.{}", memory.name),
                range,
                access: access(grant.write),
            })
        })
        .collect()
}

/// Where partitions see the memories, in the order of the design: all at the same addresses,
/// one after another with a page between.
pub(super) fn addresses(ranges: &[Range]) -> impl Iterator<Item = u64> {
    ranges.iter().scan(address::MEMORIES, |next, range| {
        let at = *next;
        *next = at
            .saturating_add(range.size_bytes)
            .saturating_add(PAGE_BYTES);
        Some(at)
    })
}

/// How many bytes of addresses the memories take from [`address::MEMORIES`].
pub(super) fn virtual_bytes(system: &System) -> u64 {
    let memories = system.memories.iter();
    memories
        .map(|memory| memory.size_bytes.saturating_add(PAGE_BYTES))
        .sum()
}

/// What the memories add to a partition's address space.
pub(super) fn mappings(
    system: &System,
    ranges: &[Range],
    partition: PartitionIndex,
) -> Vec<Mapping> {
    let memories = system.memories.iter().zip(ranges).zip(addresses(ranges));
    memories
        .filter_map(|((memory, &physical), virtual_base)| {
            let grant = memory.grants.iter().find(|it| it.partition == partition)?;
            Some(Mapping {
                name: format!("memory.{}", memory.name),
                virtual_base,
                physical,
                rights: if grant.write {
                    Rights::ReadWrite
                } else {
                    Rights::Read
                },
            })
        })
        .collect()
}

/// What a pin of this name is filled in with: the memory's position in the design, and where
/// the partition of these mappings sees it.
pub(super) fn binding(system: &System, mappings: &[Mapping], name: &str) -> Option<(u32, u64)> {
    let position = system
        .memories
        .iter()
        .position(|memory| memory.name == name)?;
    let region = format!("memory.{name}");
    let mapping = mappings.iter().find(|mapping| mapping.name == region)?;
    Some((u32::try_from(position).ok()?, mapping.virtual_base))
}
