//! What a design grants, said from the design and the ABI's address map alone.

use std::collections::BTreeMap;

use object::{Object, ObjectSegment};
use septum_abi::address;

use super::pmp::Kind;
use crate::plan::{Plan, RegionKind, assets};
use crate::system::{ChannelKind, DeviceIndex, Partition, PortKind, Program, System};

const READ: u64 = 0b0000_0010;
const WRITE: u64 = 0b0000_0100;
const EXECUTE: u64 = 0b0000_1000;

/// Every virtual page that the design grants a partition: its rights, and its physical page
/// where the design says it (devices), else `None`.
pub(super) type Pages = BTreeMap<u64, (u64, Option<u64>)>;

pub(super) fn virtual_pages(system: &System, index: usize) -> Pages {
    let partition = &system.partitions[index];
    let mut pages = Pages::new();
    let mut grant = |base: u64, size: u64, rights| {
        for page in (base & !4095..base + size).step_by(4096) {
            pages.insert(page, (rights, None));
        }
    };
    program(partition, &mut grant);
    grant(
        address::STACK_TOP - partition.stack_bytes,
        partition.stack_bytes,
        READ | WRITE,
    );
    if partition.permissions.log {
        grant(address::LOG_BUFFER, 4096, READ | WRITE);
    }
    for (number, port) in (0u64..).zip(&partition.ports) {
        if let PortKind::In(channel) | PortKind::Out(channel) = port.kind
            && let ChannelKind::Queuing { .. } = system.channels[channel.get()].kind
        {
            grant(address::PORT_BUFFERS + number * 0x2000, 4096, READ | WRITE);
        }
    }
    if drains(system, partition) {
        let rings = |p: &Partition| if p.permissions.log { p.log_bytes } else { 0 };
        let rings: u64 = system.partitions.iter().map(rings).sum();
        grant(address::LOG_WRITERS, 4096, READ);
        grant(address::LOG_READERS, 4096, READ | WRITE);
        grant(address::LOG_RINGS, rings.max(1), READ);
    }
    let mut at = address::MEMORIES;
    for memory in &system.memories {
        if let Some(grant_to) = memory.grants.iter().find(|it| it.partition.get() == index) {
            let rights = if grant_to.write { READ | WRITE } else { READ };
            grant(at, memory.size_bytes, rights);
        }
        at += memory.size_bytes + 4096;
    }
    for device in &partition.devices {
        let device = &system.machine.devices[device.get()];
        for page in (device.base & !4095..device.base + device.size_bytes).step_by(4096) {
            pages.insert(page, (READ | WRITE, Some(page)));
        }
    }
    pages
}

/// Whether the partition owns the first UART.
fn drains(system: &System, partition: &Partition) -> bool {
    let uart = system
        .machine
        .devices
        .iter()
        .position(|device| device.name == "uart");
    uart.is_some_and(|uart| partition.devices.contains(&DeviceIndex::new(uart)))
}

fn program(partition: &Partition, grant: &mut impl FnMut(u64, u64, u64)) {
    let elf = match &partition.program {
        Program::Elf { bytes, .. } => bytes,
        Program::Model(steps) => {
            let texts = crate::plan::tests::fixture::text_bytes(steps);
            let steps = u64::try_from(steps.len()).unwrap();
            grant(address::MODEL_BASE, 784 + 32 * steps + texts, READ);
            assets::embedded().player
        }
    };
    let file = object::File::parse(elf).expect("an ELF file");
    for segment in file.segments() {
        let object::SegmentFlags::Elf { p_flags } = segment.flags() else {
            panic!("ELF")
        };
        let rights = [(4, READ), (2, WRITE), (1, EXECUTE)];
        let rights = rights.into_iter().filter(|(flag, _)| p_flags & flag != 0);
        grant(
            segment.address(),
            segment.size(),
            rights.fold(0, |sum, (_, bit)| sum | bit),
        );
    }
}

/// A physical range and the permission bits that PMP must give.
pub(super) type Physical = Vec<(u64, u64, u8)>;

/// What PMP must let through: the partitions' memory (everything that is not the kernel's),
/// page tables (reads), devices of somebody.
pub(super) fn physical(plan: &Plan) -> Physical {
    let mut ranges = Physical::new();
    let drained = plan
        .system
        .partitions
        .iter()
        .any(|p| drains(&plan.system, p));
    for region in &plan.regions {
        let rights = match region.kind {
            RegionKind::KernelCode
            | RegionKind::KernelTables
            | RegionKind::KernelState
            | RegionKind::Faults
            | RegionKind::Pristine
            | RegionKind::Queues => continue,
            RegionKind::LogWriters | RegionKind::LogReaders | RegionKind::LogRings if !drained => {
                continue;
            }
            RegionKind::PageTables => 1,
            _ => 7,
        };
        ranges.push((region.range.base, region.range.end(), rights));
    }
    for (index, device) in plan.system.machine.devices.iter().enumerate() {
        let index = DeviceIndex::new(index);
        if plan
            .system
            .partitions
            .iter()
            .any(|p| p.devices.contains(&index))
        {
            ranges.push((device.base, device.base + device.size_bytes, 3));
        }
    }
    ranges
}

/// Whether all bytes of an access are granted, by the same kind of range: an access that
/// two PMP entries would have to share is denied.
pub(super) fn allowed(truth: &Physical, address: u64, length: u64, kind: Kind) -> bool {
    let bit = match kind {
        Kind::Read => 1,
        Kind::Write => 2,
        Kind::Execute => 4,
    };
    let rights = |at: u64| {
        let range = truth
            .iter()
            .find(|(first, end, _)| (*first..*end).contains(&at));
        range.map_or(0, |(_, _, rights)| *rights)
    };
    let first = rights(address);
    first & bit != 0 && (address..address + length).all(|at| rights(at) == first)
}
