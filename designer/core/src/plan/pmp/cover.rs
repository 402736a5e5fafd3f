//! Ranges to entries: as few as there can be.

use septum_abi::machine::pmp::{NA4, NAPOT, OFF, TOR};

use super::{Grant, PmpEntry};
use crate::plan::region::Range;

/// Whether one entry can hold the range.
pub(super) const fn is_natural(range: Range) -> bool {
    napot(range).is_some()
}

/// The fewest entries for these grants, which are disjoint and in ascending order.
///
/// Grants that touch are a chain. Where each of them is a naturally aligned power of two, each
/// takes one entry; else one more holds the bottom of the lowest.
pub(in crate::plan) fn entries(grants: &[Grant]) -> Vec<PmpEntry> {
    let mut entries = Vec::new();
    let touching = |a: &Grant, b: &Grant| a.range.end() == b.range.base;
    for run in grants.chunk_by(touching) {
        if run.iter().all(|grant| napot(grant.range).is_some()) {
            entries.extend(run.iter().filter_map(natural));
        } else {
            entries.extend(run.first().map(bottom));
            entries.extend(run.iter().map(top));
        }
    }
    entries
}

/// The mode and address of a naturally aligned power of two of at least 4 bytes.
const fn napot(range: Range) -> Option<(u8, u64)> {
    let Range { base, size_bytes } = range;
    if !size_bytes.is_power_of_two() || size_bytes < 4 || base % size_bytes != 0 {
        return None;
    }
    match size_bytes {
        4 => Some((NA4, base >> 2)),
        _ => Some((NAPOT, (base >> 2) | ((size_bytes >> 3) - 1))),
    }
}

fn natural(grant: &Grant) -> Option<PmpEntry> {
    let (mode, address) = napot(grant.range)?;
    let config = mode | grant.access.bits();
    Some(PmpEntry {
        name: grant.name.clone(),
        address,
        config,
    })
}

/// The entry that only holds the bottom of the range above it.
fn bottom(grant: &Grant) -> PmpEntry {
    let name = format!("bottom of {}", grant.name);
    PmpEntry {
        name,
        address: grant.range.base >> 2,
        config: OFF,
    }
}

fn top(grant: &Grant) -> PmpEntry {
    let config = TOR | grant.access.bits();
    PmpEntry {
        name: grant.name.clone(),
        address: grant.range.end() >> 2,
        config,
    }
}
