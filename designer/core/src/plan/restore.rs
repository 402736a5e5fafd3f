//! What a restart restores: the memory that a partition can write and that is its own, with a
//! pristine copy of what was in it at first.

use std::borrow::Cow;

use septum_abi::tables::RestoreTable;

use super::layout::{Layout, Request};
use super::ports::wide;
use super::region::{Contents, PAGE_BYTES, Region, RegionKind};
use crate::system::{HealthAction, PartitionIndex, System};

/// Places the tables and copies of all partitions that may be restarted: the address of each
/// one's first table, 0 where nothing restarts it.
pub(super) fn place(system: &System, layout: &mut Layout) -> Vec<u64> {
    let base = layout.rest().base.next_multiple_of(PAGE_BYTES);
    let mut bytes = Vec::new();
    let mut firsts = Vec::new();
    for index in (0..system.partitions.len()).map(PartitionIndex::new) {
        let parts = match is_restarted(system, index) {
            true => parts(&layout.regions, index),
            false => Vec::new(),
        };
        firsts.push(match parts.is_empty() {
            true => 0,
            false => base + wide(bytes.len()),
        });
        append(&mut bytes, base, &parts);
    }
    if !bytes.is_empty() {
        layout.align(PAGE_BYTES);
        layout.place(Request {
            name: "kernel.pristine".to_owned(),
            size_bytes: wide(bytes.len()),
            kind: RegionKind::Pristine,
            owner: None,
            contents: Contents::Bytes(bytes),
        });
    }
    firsts
}

/// Whether the health monitor or the managing partition may restart it.
fn is_restarted(system: &System, index: PartitionIndex) -> bool {
    let mut actions = system.partitions[index.get()].health.actions();
    system.monitor().is_some() || actions.any(|(_, action)| action == HealthAction::Restart)
}

/// A piece of memory and what is in it at first; what is beyond that is zero.
struct Part<'a> {
    to: u64,
    size_bytes: u64,
    first: Cow<'a, [u8]>,
}

fn parts(regions: &[Region], index: PartitionIndex) -> Vec<Part<'_>> {
    let own = regions.iter().filter(|region| region.owner == Some(index));
    own.filter(|region| is_writable(region.kind))
        .map(part)
        .collect()
}

/// Whole words. Without an MMU a region may begin and end anywhere; the words at its ends are its
/// owner's, and zero around it.
fn part(region: &Region) -> Part<'_> {
    let lead = region.range.base % 8;
    let first = match &region.contents {
        Contents::Bytes(bytes) if lead == 0 => Cow::Borrowed(&bytes[..]),
        Contents::Bytes(bytes) => {
            let lead = usize::try_from(lead).expect("less than 8");
            Cow::Owned([&[0; 8][..lead], bytes].concat())
        }
        _ => Cow::Borrowed(&[][..]),
    };
    Part {
        to: region.range.base - lead,
        size_bytes: (lead + region.range.size_bytes).next_multiple_of(8),
        first,
    }
}

const fn is_writable(kind: RegionKind) -> bool {
    matches!(
        kind,
        RegionKind::Segment { writable: true, .. }
            | RegionKind::LogBuffer
            | RegionKind::PortBuffer(_)
            | RegionKind::Stack
    )
}

/// Appends the tables of one partition, then the copies.
fn append(bytes: &mut Vec<u8>, base: u64, parts: &[Part<'_>]) {
    let rows: Vec<Part<'_>> = parts.iter().flat_map(rows).collect();
    let tables = base + wide(bytes.len());
    let table = |number: usize| tables + wide(number * RestoreTable::SIZE_BYTES);
    let mut copy = table(rows.len());
    for (number, row) in rows.iter().enumerate() {
        let is_last = number + 1 == rows.len();
        let record = RestoreTable {
            to: row.to,
            from: if row.first.is_empty() { 0 } else { copy },
            bytes: row.size_bytes,
            next: if is_last { 0 } else { table(number + 1) },
        };
        copy += wide(row.first.len().next_multiple_of(8));
        bytes.extend(record.to_bytes());
    }
    for row in rows {
        bytes.extend_from_slice(&row.first);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
    }
}

/// A part as the kernel restores it: what is copied, and what is cleared.
fn rows<'a>(part: &Part<'a>) -> impl Iterator<Item = Part<'a>> {
    let copied = wide(part.first.len().next_multiple_of(8));
    let head = Part {
        to: part.to,
        size_bytes: copied,
        first: part.first.clone(),
    };
    let tail = Part {
        to: part.to + copied,
        size_bytes: part.size_bytes.saturating_sub(copied),
        first: Cow::Borrowed(&[]),
    };
    [head, tail].into_iter().filter(|row| row.size_bytes > 0)
}
