//! What PMP entries a machine without an MMU spends on each partition, and what they waste.

use std::io::{self, Write};

use septum_core::plan::{PartitionPmp, Plan, Run};
use serde::Serialize;

/// How PMP alone isolates the partitions.
#[derive(Debug, Serialize)]
pub(super) struct Isolation {
    /// Entries that a switch between partitions rewrites.
    rewritten_entries: usize,
    /// Entries that all partitions have in common and that are never rewritten.
    resident_entries: usize,
    /// One for each partition.
    partitions: Vec<PartitionReport>,
}

/// The entries of one partition.
#[derive(Debug, Serialize)]
struct PartitionReport {
    name: String,
    /// Entries in use, the resident ones included.
    entries: usize,
    /// Entries of the machine that it does not use.
    free_entries: usize,
    /// Bytes that are granted to it and that nothing is in.
    wasted_bytes: u64,
    /// What it may touch, by ascending address.
    ranges: Vec<RangeReport>,
}

/// A range that a partition may touch in one way.
#[derive(Debug, Serialize)]
struct RangeReport {
    /// First physical address.
    base: u64,
    /// Length in bytes.
    size_bytes: u64,
    /// What is allowed: `r--`, `rw-` or `r-x`.
    rights: String,
    /// Bytes of it that nothing is in, for the sake of grain and alignment.
    wasted_bytes: u64,
    /// The regions and devices in it.
    names: Vec<String>,
}

impl Isolation {
    /// The report of a plan; `None` where page tables isolate.
    #[must_use]
    pub(super) fn of(plan: &Plan) -> Option<Self> {
        let first = plan.partitions.first()?.pmp.as_ref()?;
        let partitions = plan.partitions.iter();
        let reports = partitions.filter_map(|it| Some(partition(&it.name, it.pmp.as_ref()?)));
        Some(Self {
            rewritten_entries: first.count,
            resident_entries: first.first_rewritten,
            partitions: reports.collect(),
        })
    }

    /// Prints what holds for the whole and a table for each partition.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn text(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(
            out,
            "\nPMP alone isolates: a switch rewrites {} entries, {} stay. Ranges that touch take one \
             each,\nand one more unless all of them are aligned powers of two.",
            self.rewritten_entries, self.resident_entries
        )?;
        for partition in &self.partitions {
            writeln!(
                out,
                "\n{}: {} entries, {} free, {} bytes wasted",
                partition.name, partition.entries, partition.free_entries, partition.wasted_bytes
            )?;
            writeln!(
                out,
                "{:>12} {:>9} {:>7}  rights  in it",
                "address", "bytes", "wasted"
            )?;
            for it in &partition.ranges {
                let (base, bytes, wasted) = (it.base, it.size_bytes, it.wasted_bytes);
                let (rights, names) = (&it.rights, it.names.join(", "));
                writeln!(
                    out,
                    "{base:#12x} {bytes:9} {wasted:7}  {rights}     {names}"
                )?;
            }
        }
        Ok(())
    }
}

fn partition(name: &str, pmp: &PartitionPmp) -> PartitionReport {
    PartitionReport {
        name: name.to_owned(),
        entries: pmp.entries.len(),
        free_entries: pmp.free,
        wasted_bytes: pmp.runs.iter().map(|run| run.wasted_bytes).sum(),
        ranges: pmp.runs.iter().map(range).collect(),
    }
}

fn range(run: &Run) -> RangeReport {
    RangeReport {
        base: run.range.base,
        size_bytes: run.range.size_bytes,
        rights: run.access.to_string(),
        wasted_bytes: run.wasted_bytes,
        names: run.names.clone(),
    }
}
