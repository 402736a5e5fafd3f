//! PMP entries (privileged specification, "Physical Memory Protection"): what U-mode and the
//! page-table walker can reach at all, whatever the page tables say.
//!
//! Everything that no entry grants is denied. The ranges are disjoint, so that the order of
//! the entries, in which the lowest that matches decides, only has to keep each
//! top-of-range entry directly behind the entry whose address is its bottom.

use septum_abi::machine::pmp::{EXECUTE, NA4, NAPOT, OFF, READ, TOR, WRITE};

use super::region::Range;

/// What an entry grants to U-mode and to the walker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// Loads: the page tables.
    Read,
    /// Loads and stores: devices.
    ReadWrite,
    /// Everything: the partitions' memory, inside which page tables separate.
    All,
}

impl Access {
    const fn bits(self) -> u8 {
        match self {
            Self::Read => READ,
            Self::ReadWrite => READ | WRITE,
            Self::All => READ | WRITE | EXECUTE,
        }
    }
}

/// A range that PMP grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What it is, for people.
    pub name: String,
    /// The physical range.
    pub range: Range,
    /// What is allowed.
    pub access: Access,
}

/// One PMP entry, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PmpEntry {
    /// Name of what it grants; of the range above for the bottom of one.
    pub name: String,
    /// `pmpaddr`: address bits 55..2.
    pub address: u64,
    /// The byte in `pmpcfg`.
    pub config: u8,
}

/// The entries for these grants, which are disjoint and in ascending order.
pub(super) fn entries(grants: &[Grant]) -> Vec<PmpEntry> {
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
