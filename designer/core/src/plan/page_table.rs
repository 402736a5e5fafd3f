//! Sv39 page tables (privileged specification, "Page-Based 39-bit Virtual-Memory System").
//!
//! Every leaf is a page of 4 KiB for U-mode with A and, where writable, D preset, so that
//! nobody ever writes a table. There are no global mappings.

use std::collections::BTreeMap;

use super::mapping::{Mapping, Rights};
use super::region::PAGE_BYTES;

/// Entries of a table.
pub const ENTRIES: usize = 512;

const VALID: u64 = 1 << 0;
const READ: u64 = 1 << 1;
const WRITE: u64 = 1 << 2;
const EXECUTE: u64 = 1 << 3;
const USER: u64 = 1 << 4;
const ACCESSED: u64 = 1 << 6;
const DIRTY: u64 = 1 << 7;

/// A table of any level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageTable {
    /// Its physical address, page-aligned.
    pub physical: u64,
    /// Its entries.
    pub entries: Box<[u64; ENTRIES]>,
}

/// The tables of an address space by level and the part of the address that leads to them:
/// level 2 is the root.
type Numbers = BTreeMap<(u32, u64), usize>;

/// The tables that map exactly `mappings`, the root first, one after another from `base`.
///
/// The mappings are disjoint and made of whole pages below 2^38.
pub(super) fn build(mappings: &[Mapping], base: u64) -> Vec<PageTable> {
    let mut space = Space {
        base,
        numbers: Numbers::new(),
        tables: Vec::new(),
    };
    space.table(2, 0);
    for mapping in mappings {
        space.map(mapping);
    }
    space.tables
}

struct Space {
    base: u64,
    numbers: Numbers,
    tables: Vec<PageTable>,
}

impl Space {
    fn map(&mut self, mapping: &Mapping) {
        let flags = flags(mapping.rights);
        let pages = mapping.physical.size_bytes / PAGE_BYTES;
        for offset in (0..pages).map(|page| page * PAGE_BYTES) {
            self.map_page(
                mapping.virtual_base + offset,
                mapping.physical.base + offset,
                flags,
            );
        }
    }

    fn map_page(&mut self, virtual_page: u64, physical_page: u64, flags: u64) {
        let middle = self.below(0, 2, virtual_page);
        let last = self.below(middle, 1, virtual_page);
        self.set(last, index(0, virtual_page), number(physical_page) | flags);
    }

    /// The table on the way to an address below `table`, which is of this level.
    fn below(&mut self, table: usize, level: u32, address: u64) -> usize {
        let below = self.table(level - 1, address >> shift(level));
        let physical = self.tables[below].physical;
        self.set(table, index(level, address), number(physical) | VALID);
        below
    }

    fn set(&mut self, table: usize, index: usize, entry: u64) {
        self.tables[table].entries[index] = entry;
    }

    /// The number of a table, which is made where there is none.
    fn table(&mut self, level: u32, prefix: u64) -> usize {
        let (base, tables) = (self.base, &mut self.tables);
        *self.numbers.entry((level, prefix)).or_insert_with(|| {
            let physical = tables
                .last()
                .map_or(base, |last| last.physical + PAGE_BYTES);
            tables.push(PageTable {
                physical,
                entries: Box::new([0; ENTRIES]),
            });
            tables.len() - 1
        })
    }
}

/// Position of a level's index in an address.
const fn shift(level: u32) -> u32 {
    12 + 9 * level
}

/// The index into a table of this level.
fn index(level: u32, address: u64) -> usize {
    usize::try_from((address >> shift(level)) % 512).expect("below 512")
}

/// The physical page number in its place in an entry.
const fn number(physical: u64) -> u64 {
    (physical / PAGE_BYTES) << 10
}

const fn flags(rights: Rights) -> u64 {
    let always = VALID | READ | USER | ACCESSED;
    match rights {
        Rights::Read => always,
        Rights::ReadWrite => always | WRITE | DIRTY,
        Rights::ReadExecute => always | EXECUTE,
    }
}
