//! The log rings: where they lie and who drains them.
//!
//! Where a partition owns the console UART, it drains the rings: then they lie among the
//! partitions' memory, read-only to that partition, and only the page of reading positions is
//! writable. Otherwise the kernel drains them, and they lie with its state, where U-mode
//! cannot reach them.

use std::mem::offset_of;

use septum_abi::address;
use septum_abi::record::Field;
use septum_abi::state::{LogReaders, LogWriter, LogWriters};

use super::devices;
use super::layout::{Layout, Request};
use super::mapping::{Mapping, Rights};
use super::ports::wide;
use super::region::{Contents, PAGE_BYTES, Range, RegionKind};
use crate::spec::RawDeviceKind;
use crate::system::{Partition, PartitionIndex, System};

/// Where the log is and who drains it.
#[derive(Debug)]
pub(super) struct Log {
    /// The partition that owns the console UART.
    pub(super) drainer: Option<PartitionIndex>,
    /// The UART that the kernel drains the rings to.
    pub(super) kernel_uart: Option<u64>,
    pub(super) writers: Range,
    pub(super) readers: Range,
    pub(super) rings: Range,
    /// For each partition: offset of its ring.
    pub(super) offsets: Vec<u64>,
}

impl Log {
    /// Where a partition's [`LogWriter`] is, and its words of [`LogReaders`]: what was read, and
    /// the progress.
    pub(super) fn words(&self, index: usize) -> [u64; 3] {
        let (writers, readers) = (self.writers.base, self.readers.base);
        [
            writers + wide(offset_of!(LogWriters, rows) + LogWriter::SIZE_BYTES * index),
            readers + wide(offset_of!(LogReaders, read) + u64::SIZE_BYTES * index),
            readers + wide(offset_of!(LogReaders, progress) + u64::SIZE_BYTES * index),
        ]
    }
}

/// Length of a partition's ring in bytes.
pub(super) const fn ring_bytes(partition: &Partition) -> u64 {
    if partition.permissions.log {
        partition.log_bytes
    } else {
        0
    }
}

/// The console UART's owner: the partition that drains the rings.
pub(super) fn drainer(system: &System) -> Option<PartitionIndex> {
    let (uart, _) = devices::first(system, RawDeviceKind::Uart16550)?;
    devices::owners(system, uart).first().copied()
}

impl Log {
    /// Places the log's pages.
    pub(super) fn place(system: &System, layout: &mut Layout) -> Self {
        let mut place = |name: &str, size_bytes, kind| {
            let (name, contents) = (name.to_owned(), Contents::Zero);
            layout.place(Request {
                name,
                size_bytes,
                kind,
                owner: None,
                contents,
            })
        };
        let total = rings_bytes(system);
        let writers = place("log.writers", PAGE_BYTES, RegionKind::LogWriters);
        let readers = place("log.readers", PAGE_BYTES, RegionKind::LogReaders);
        let rings = place("log.rings", total, RegionKind::LogRings);
        Self::at(system, [writers, readers, rings])
    }

    /// The log whose writing sides, reading sides and rings lie here.
    pub(super) fn at(system: &System, [writers, readers, rings]: [Range; 3]) -> Self {
        let drainer = drainer(system);
        let uart = devices::first(system, RawDeviceKind::Uart16550).map(|(_, uart)| uart.base);
        Self {
            drainer,
            kernel_uart: uart.filter(|_| drainer.is_none()),
            writers,
            readers,
            rings,
            offsets: offsets(system),
        }
    }

    /// Writes the first content: how long each ring is and where.
    pub(super) fn fill(&self, system: &System, layout: &mut Layout) {
        let mut rows = [LogWriter {
            written: 0,
            bytes: 0,
            offset: 0,
        }; 64];
        let rings = self.offsets.iter().zip(&system.partitions);
        for (row, (&offset, partition)) in rows.iter_mut().zip(rings) {
            (row.offset, row.bytes) = (offset, ring_bytes(partition));
        }
        let writers = LogWriters {
            count: wide(system.partitions.len()),
            rows,
        };
        layout.fill(self.writers, writers.to_bytes().to_vec());
    }

    /// What the log adds to a partition's address space.
    pub(super) fn mappings(&self, partition: PartitionIndex) -> Vec<Mapping> {
        if self.drainer != Some(partition) {
            return Vec::new();
        }
        [
            (
                "log.writers",
                address::LOG_WRITERS,
                self.writers,
                Rights::Read,
            ),
            (
                "log.readers",
                address::LOG_READERS,
                self.readers,
                Rights::ReadWrite,
            ),
            ("log.rings", address::LOG_RINGS, self.rings, Rights::Read),
        ]
        .map(|(name, virtual_base, physical, rights)| Mapping {
            name: name.to_owned(),
            virtual_base,
            physical,
            rights,
        })
        .into()
    }
}

/// Length of all rings together.
pub(super) fn rings_bytes(system: &System) -> u64 {
    system.partitions.iter().map(ring_bytes).sum()
}

/// Where each ring begins.
fn offsets(system: &System) -> Vec<u64> {
    let begin = |next: &mut u64, partition: &Partition| {
        let offset = *next;
        *next += ring_bytes(partition);
        Some(offset)
    };
    system.partitions.iter().scan(0, begin).collect()
}
