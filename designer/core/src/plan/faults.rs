//! The records of the health monitor: where they lie, and who reads them.
//!
//! Where a partition is the monitor, they lie among the partitions' memory, read-only to it.
//! Otherwise they lie with the kernel's state, where U-mode cannot reach them.

use septum_abi::address;

use super::layout::{Layout, Request};
use super::mapping::{Mapping, Rights};
use super::region::{Contents, PAGE_BYTES, Range, RegionKind};
use crate::system::{PartitionIndex, System};

/// Places the records.
pub(super) fn place(layout: &mut Layout) -> Range {
    layout.place(Request {
        name: "health.faults".to_owned(),
        size_bytes: PAGE_BYTES,
        kind: RegionKind::Faults,
        owner: None,
        contents: Contents::Zero,
    })
}

/// What the records add to a partition's address space.
pub(super) fn mapping(
    system: &System,
    faults: Range,
    partition: PartitionIndex,
) -> Option<Mapping> {
    (system.monitor() == Some(partition)).then(|| Mapping {
        name: "health.faults".to_owned(),
        virtual_base: address::FAULT_RING,
        physical: faults,
        rights: Rights::Read,
    })
}
