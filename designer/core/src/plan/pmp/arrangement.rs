//! The order of one partition's memory on a machine without an MMU, so that few PMP entries
//! hold it.
//!
//! The stack is always lowest: nothing below it is the partition's, so an overflow faults.
//! The program keeps its own order, because its code finds its data by the distance. What is
//! free to lie anywhere lies between the two or above the program; memory with equal rights
//! that touches is one run, and runs that touch share a boundary.

use super::Access;
use super::cover::is_natural;
use crate::plan::region::{PAGE_BYTES, Range};

/// What everything but the program is aligned to: what the stack pointer must be.
const ALIGN_BYTES: u64 = 16;

/// What a partition needs in RAM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plan) struct Demand {
    /// Length of the stack, a multiple of 16 bytes.
    pub(in crate::plan) stack_bytes: u64,
    /// The program's segments by ascending address, at least one.
    pub(in crate::plan) image: Vec<Part>,
    /// Address of the program's first page, where it cannot be moved.
    pub(in crate::plan) fixed: Option<u64>,
    /// Lengths of what else it may read and write.
    pub(in crate::plan) writable: Vec<u64>,
    /// Lengths of what else it may only read.
    pub(in crate::plan) readable: Vec<u64>,
}

/// A segment of a program, from the begin of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::plan) struct Part {
    /// From the program's first page, a multiple of a page.
    pub(in crate::plan) offset_bytes: u64,
    pub(in crate::plan) size_bytes: u64,
    pub(in crate::plan) access: Access,
}

/// On which side of the program something lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Below,
    Above,
}

/// One way to put a partition's memory in order.
#[derive(Debug, Clone, Copy)]
struct Order {
    writable: Side,
    readable: Side,
    /// Whether every run is a naturally aligned power of two, for one entry each.
    natural: bool,
}

/// A partition's memory in order. Offsets are from its begin, where the stack is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plan) struct Arrangement {
    /// Length, a multiple of the grain.
    pub(in crate::plan) size_bytes: u64,
    /// What the address of the byte with the offset `aligned` must be a multiple of.
    pub(in crate::plan) align_bytes: u64,
    /// The program's first page, or the begin where all runs are naturally aligned.
    pub(in crate::plan) aligned: u64,
    /// Offset of the program's first page, a multiple of the grain.
    pub(in crate::plan) image: u64,
    /// Offset of each of [`Demand::writable`].
    pub(in crate::plan) writable: Vec<u64>,
    /// Offset of each of [`Demand::readable`].
    pub(in crate::plan) readable: Vec<u64>,
    /// What is granted, ascending and disjoint: offset as base.
    pub(in crate::plan) runs: Vec<(Range, Access)>,
    /// Most PMP entries that the runs take, wherever it is placed.
    pub(in crate::plan) entries: usize,
}

impl Arrangement {
    /// The lowest begin from an address on; saturates.
    pub(super) fn begin(&self, from: u64) -> u64 {
        let aligned = from.saturating_add(self.aligned);
        let aligned = aligned.checked_next_multiple_of(self.align_bytes);
        aligned.map_or(u64::MAX, |aligned| aligned - self.aligned)
    }
}

/// All ways to put a partition's memory in order, the smallest first.
pub(super) fn arrangements(demand: &Demand, grain_bytes: u64) -> Vec<Arrangement> {
    let sides = [Side::Below, Side::Above];
    let orders = sides.into_iter().flat_map(|writable| {
        sides.into_iter().flat_map(move |readable| {
            [false, true].map(|natural| Order {
                writable,
                readable,
                natural,
            })
        })
    });
    let mut all: Vec<Arrangement> = orders
        .filter_map(|order| arrange(demand, grain_bytes, order))
        .collect();
    all.sort_by_key(|it| (it.size_bytes, it.entries));
    all
}

/// The memory in this order; `None` where runs cannot be naturally aligned.
fn arrange(demand: &Demand, grain_bytes: u64, order: Order) -> Option<Arrangement> {
    let packed = Row::new(grain_bytes).with_all(demand, order, 0);
    if !order.natural {
        return Some(packed);
    }
    let power = |run: &(Range, Access)| run.0.size_bytes.checked_next_power_of_two();
    let sizes: Vec<u64> = packed.runs.iter().map(power).collect::<Option<_>>()?;
    let largest = sizes.iter().copied().max()?;
    let gap = largest - packed.runs.first()?.0.end();
    let mut natural = Row::new(grain_bytes).with_all(demand, order, gap);
    let (last, _) = natural.runs.last_mut()?;
    last.size_bytes = last.size_bytes.checked_next_power_of_two()?;
    natural.size_bytes = last.end();
    natural.align_bytes = largest.max(natural.align_bytes);
    natural.aligned = 0;
    natural.entries = natural.runs.len();
    let all = natural.runs.iter().all(|(range, _)| is_natural(*range));
    (all && natural.image.is_multiple_of(PAGE_BYTES)).then_some(natural)
}

/// A partition's memory while it is being put in order.
struct Row {
    unit: u64,
    next: u64,
    runs: Vec<(Range, Access)>,
}

impl Row {
    fn new(grain_bytes: u64) -> Self {
        Self {
            unit: grain_bytes.max(ALIGN_BYTES),
            next: 0,
            runs: Vec::new(),
        }
    }

    /// Everything in this order, with so many unused bytes above the stack.
    fn with_all(mut self, demand: &Demand, order: Order, gap: u64) -> Arrangement {
        self.put(demand.stack_bytes + gap, Access::ReadWrite);
        let mut writable = Vec::new();
        let mut readable = Vec::new();
        if order.writable == Side::Below {
            writable = self.put_all(&demand.writable, Access::ReadWrite);
        }
        if order.readable == Side::Below {
            readable = self.put_all(&demand.readable, Access::Read);
        }
        let image = self.next.next_multiple_of(self.unit);
        for part in &demand.image {
            self.put_at(image + part.offset_bytes, part.size_bytes, part.access);
        }
        let read_first = demand
            .image
            .last()
            .is_some_and(|last| last.access == Access::Read);
        if order.readable == Side::Above && read_first {
            readable = self.put_all(&demand.readable, Access::Read);
        }
        if order.writable == Side::Above {
            writable = self.put_all(&demand.writable, Access::ReadWrite);
        }
        if order.readable == Side::Above && !read_first {
            readable = self.put_all(&demand.readable, Access::Read);
        }
        self.finished(image, writable, readable)
    }

    fn put_all(&mut self, sizes: &[u64], access: Access) -> Vec<u64> {
        sizes.iter().map(|size| self.put(*size, access)).collect()
    }

    /// Puts something at the next place where its rights can begin.
    fn put(&mut self, size_bytes: u64, access: Access) -> u64 {
        let same = self.runs.last().is_some_and(|(_, last)| *last == access);
        let align = if same { ALIGN_BYTES } else { self.unit };
        let at = self.next.next_multiple_of(align);
        self.put_at(at, size_bytes, access);
        at
    }

    /// Puts something at a place. What is less than a page away belongs to nobody: the run
    /// before reaches up to here.
    fn put_at(&mut self, at: u64, size_bytes: u64, access: Access) {
        self.next = at.saturating_add(size_bytes);
        let end = self.next;
        if let Some((last, before)) = self.runs.last_mut() {
            let near = at - last.end() < PAGE_BYTES.max(self.unit);
            if near && *before == access {
                last.size_bytes = end - last.base;
                return;
            }
            let reaches = if near {
                at
            } else {
                last.end().next_multiple_of(self.unit)
            };
            last.size_bytes = reaches - last.base;
        }
        let base = at;
        let size_bytes = end - base;
        self.runs.push((Range { base, size_bytes }, access));
    }

    fn finished(mut self, image: u64, writable: Vec<u64>, readable: Vec<u64>) -> Arrangement {
        if let Some((last, _)) = self.runs.last_mut() {
            last.size_bytes = last.end().next_multiple_of(self.unit) - last.base;
        }
        let apart = |pair: &&[(Range, Access)]| pair[0].0.end() != pair[1].0.base;
        let chains = 1 + self.runs.windows(2).filter(apart).count();
        Arrangement {
            size_bytes: self.next.next_multiple_of(self.unit),
            align_bytes: self.unit.max(PAGE_BYTES),
            aligned: image,
            image,
            writable,
            readable,
            entries: self.runs.len() + chains,
            runs: self.runs,
        }
    }
}
