//! Every starter system on machines without an MMU: what the PMP of the simulator makes of
//! each partition's registers, at every end of everything, against the design.

mod common;

use common::starters::{self, Starter};
use septum_core::check::check;
use septum_core::places::Places;
use septum_core::plan::{Plan, Region, RegionKind};
use septum_core::spec::{RawIsolation, RawMmu};
use septum_core::system::DeviceIndex;
use septum_simulator::mmu::Access;
use septum_simulator::pmp::{Pmp, Verdict};

const ACCESSES: [Access; 3] = [Access::Load, Access::Store, Access::Fetch];

/// The plan of a starter system on a machine with so many entries of this grain.
fn planned(starter: &Starter, pmp_entries: u64, pmp_grain_bytes: u64) -> Plan {
    let mut raw = starter.raw.clone();
    raw.machine.isolation = RawIsolation {
        mmu: RawMmu::Bare,
        asid_bits: 0,
        pmp_entries,
        pmp_grain_bytes,
    };
    let checked = check(&raw, &starter.programs, &Places::default());
    checked
        .plan
        .unwrap_or_else(|| panic!("{:?}", checked.diagnostics))
}

/// The registers of a partition, written as a kernel writes them.
fn loaded(plan: &Plan, partition: usize) -> Pmp {
    let isolation = plan.system.machine.isolation;
    let words = plan.partitions[partition].pmp.as_ref().expect("no MMU");
    let mut pmp = Pmp::new(isolation.pmp_entries, isolation.pmp_grain_bytes);
    for (entry, address) in words.addresses.iter().enumerate() {
        pmp.write_address(entry, *address);
    }
    for (number, config) in words.config.iter().enumerate() {
        pmp.write_configuration(2 * number, *config);
    }
    for (number, config) in words.config.iter().enumerate() {
        assert_eq!(
            pmp.read_configuration(2 * number),
            *config,
            "nothing was refused"
        );
    }
    pmp
}

/// What the owner may do with a region.
fn rights(kind: RegionKind) -> &'static [Access] {
    match kind {
        RegionKind::Segment {
            executable: true, ..
        } => &[Access::Load, Access::Fetch],
        RegionKind::Segment { writable: true, .. }
        | RegionKind::Stack
        | RegionKind::PortBuffer(_)
        | RegionKind::LogBuffer
        | RegionKind::LogReaders => &[Access::Load, Access::Store],
        RegionKind::Segment { .. }
        | RegionKind::Model
        | RegionKind::LogWriters
        | RegionKind::LogRings => &[Access::Load],
        _ => &[],
    }
}

/// What a partition may do with a byte; `None` where nobody has anything.
fn granted(plan: &Plan, partition: usize, address: u64) -> Option<&'static [Access]> {
    let none: &[Access] = &[];
    if let Some(region) = plan.region(address) {
        return Some(if is_own(plan, partition, region) {
            rights(region.kind)
        } else {
            none
        });
    }
    let devices = plan.system.machine.devices.iter().enumerate();
    let mut here =
        devices.filter(|(_, it)| address >= it.base && address - it.base < it.size_bytes);
    let (index, _) = here.next()?;
    let own = &plan.system.partitions[partition].devices;
    let own = own.iter().map(|device: &DeviceIndex| device.get());
    let is_own = own.into_iter().any(|device| device == index);
    Some(if is_own {
        &[Access::Load, Access::Store]
    } else {
        none
    })
}

fn is_own(plan: &Plan, partition: usize, region: &Region) -> bool {
    let drains = plan
        .log_drainer
        .is_some_and(|drainer| drainer.get() == partition);
    match region.kind {
        RegionKind::LogReaders | RegionKind::LogWriters | RegionKind::LogRings => drains,
        _ => region.owner.is_some_and(|owner| owner.get() == partition),
    }
}

/// Both ends of every region, device, RAM range and run.
fn edges(plan: &Plan) -> Vec<u64> {
    let machine = &plan.system.machine;
    let devices = machine.devices.iter().map(|it| (it.base, it.size_bytes));
    let ram = machine.ram.iter().map(|it| (it.base, it.size_bytes));
    let regions = plan
        .regions
        .iter()
        .map(|it| (it.range.base, it.range.size_bytes));
    let all = devices.chain(ram).chain(regions);
    all.flat_map(|(base, size)| [base, base + size]).collect()
}

/// Probes one place; how many accesses were allowed.
fn probe(plan: &Plan, partition: usize, pmp: &Pmp, address: u64, width: u64) -> u32 {
    let bytes = || (address..address + width).map(|at| granted(plan, partition, at));
    let region = |at| plan.region(at).map(|region| region.range);
    let whole = region(address) == region(address + width - 1);
    let allows = |it: &[Access], access| it.contains(&access);
    let mut allowed = 0;
    for access in ACCESSES {
        let got = pmp.verdict(address, width, access, false) == Verdict::Uniform(true);
        let may = bytes().all(|it| it.is_none_or(|it| allows(it, access)));
        let must = whole && bytes().all(|it| it.is_some_and(|it| allows(it, access)));
        let name = &plan.partitions[partition].name;
        assert!(
            may || !got,
            "`{name}` may not {access:?} {width} at {address:#x}"
        );
        assert!(
            got || !must,
            "`{name}` cannot {access:?} {width} at {address:#x}"
        );
        allowed += u32::from(got);
    }
    allowed
}

#[test]
fn every_starter_is_isolated_on_every_machine_without_an_mmu() {
    for starter in starters::all() {
        for (entries, grain) in [(16, 4), (16, 4096), (8, 4), (8, 4096)] {
            let plan = planned(&starter, entries, grain);
            for partition in 0..plan.partitions.len() {
                let pmp = loaded(&plan, partition);
                let mut allowed = 0;
                for edge in edges(&plan) {
                    for address in edge - 8..=edge + 8 {
                        for width in [1, 2, 4, 8] {
                            allowed += probe(&plan, partition, &pmp, address, width);
                        }
                    }
                }
                assert!(allowed > 500, "the ends of own memory are among them");
            }
        }
    }
}
