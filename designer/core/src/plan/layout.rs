//! The layout of RAM: regions one after another from its begin.

use super::region::{Contents, PAGE_BYTES, Range, Region, RegionKind};
use crate::system::{PartitionIndex, System};

/// Hands out addresses in ascending order. Addresses past the end of RAM saturate; whether
/// all fitted is asked at the end, so that the answer can say how much is needed.
#[derive(Debug)]
pub(super) struct Layout {
    ram: Range,
    next: u64,
    /// What has been placed.
    pub(super) regions: Vec<Region>,
}

/// What is to be placed.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) name: String,
    pub(super) size_bytes: u64,
    pub(super) kind: RegionKind,
    pub(super) owner: Option<PartitionIndex>,
    pub(super) contents: Contents,
}

impl Layout {
    /// The first RAM range of a machine, empty.
    pub(super) fn of(system: &System) -> Self {
        let ram = &system.machine.ram[0];
        let ram = Range {
            base: ram.base,
            size_bytes: ram.size_bytes,
        };
        Self {
            ram,
            next: ram.base,
            regions: Vec::new(),
        }
    }

    /// Places a region of at least one page at the next page.
    pub(super) fn place(&mut self, request: Request) -> Range {
        let size_bytes = request
            .size_bytes
            .max(1)
            .checked_next_multiple_of(PAGE_BYTES)
            .unwrap_or(u64::MAX - PAGE_BYTES + 1);
        let range = Range {
            base: self.next,
            size_bytes,
        };
        self.put(range, request);
        range
    }

    /// Adds a region that has its place already, beyond all that [`Self::place`] placed.
    pub(super) fn put(&mut self, range: Range, request: Request) {
        let Request {
            name,
            kind,
            owner,
            contents,
            ..
        } = request;
        self.next = self.next.max(range.end());
        self.regions.push(Region {
            name,
            range,
            kind,
            owner,
            contents,
        });
    }

    /// The part of RAM from the next place on.
    pub(super) const fn rest(&self) -> Range {
        Range {
            base: self.next,
            size_bytes: self.ram.end().saturating_sub(self.next),
        }
    }

    /// Nothing more is placed below this address.
    pub(super) fn skip(&mut self, end: u64) {
        self.next = self.next.max(end);
    }

    /// First address of RAM.
    pub(super) const fn begin(&self) -> u64 {
        self.ram.base
    }

    /// Sets what is in a region that was placed.
    pub(super) fn fill(&mut self, range: Range, bytes: Vec<u8>) {
        for region in &mut self.regions {
            if region.range == range {
                region.contents = Contents::Bytes(bytes);
                return;
            }
        }
    }

    /// Continues at the next multiple of `unit`, a power of two.
    pub(super) fn align(&mut self, unit: u64) -> u64 {
        self.next = self.next.checked_next_multiple_of(unit).unwrap_or(u64::MAX);
        self.next
    }

    /// How much of RAM would be needed, and how much there is.
    pub(super) const fn demand(&self) -> (u64, u64) {
        (self.next - self.ram.base, self.ram.size_bytes)
    }

    /// Whether all that was placed so far lies in RAM.
    pub(super) const fn fits(&self) -> bool {
        let (needed, available) = self.demand();
        needed <= available
    }
}
