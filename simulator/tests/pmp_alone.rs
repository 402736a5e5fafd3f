//! Every starter system on machines without an MMU: what the PMP of the simulator makes of
//! each partition's registers, at every end of everything, against the design; and what a
//! partition can touch when the kernel has let it run after the others.

use crate::common::asm::{load, store};
use crate::common::program::{A0, T0};
use crate::common::starters::{self, Starter};
use crate::common::subject::Subject;
use crate::common::systems::pmp_alone;
use septum_core::check::check;
use septum_core::places::Places;
use septum_core::plan::{Plan, Region, RegionKind};
use septum_core::spec::{RawGrant, RawMemory, RawPartition, RawProgram, RawSystem};
use septum_core::system::{DeviceIndex, PartitionIndex};
use septum_simulator::cpu::Cause;
use septum_simulator::mmu::Access;
use septum_simulator::pmp::{Pmp, Verdict};

const ACCESSES: [Access; 3] = [Access::Load, Access::Store, Access::Fetch];

/// A starter system on a machine with so many entries of this grain, with a memory that its
/// first model writes and its second one reads; the first partition is the monitor.
fn bare(starter: &Starter, pmp_entries: u64, pmp_grain_bytes: u64) -> RawSystem {
    let mut raw = starter.raw.clone();
    raw.machine.isolation = pmp_alone(pmp_entries, pmp_grain_bytes);
    // A program in a file would have to declare it.
    let is_model = |it: &&RawPartition| matches!(it.program, RawProgram::Model(_));
    let sharers = raw.partitions.iter().filter(is_model).zip([true, false]);
    let grant = |(partition, write): (&RawPartition, bool)| RawGrant {
        partition: partition.name.clone(),
        write,
    };
    raw.memories.push(RawMemory {
        name: "extra".to_owned(),
        size_bytes: 8192,
        grants: sharers.map(grant).collect(),
    });
    let is_monitor = |partition: &RawPartition| partition.permissions.manage;
    if !raw.partitions.iter().any(is_monitor) {
        raw.partitions[0].permissions.manage = true;
    }
    raw
}

/// The plan of a starter system on a machine with so many entries of this grain.
fn planned(starter: &Starter, pmp_entries: u64, pmp_grain_bytes: u64) -> Plan {
    let raw = bare(starter, pmp_entries, pmp_grain_bytes);
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
        | RegionKind::Faults
        | RegionKind::LogWriters
        | RegionKind::LogRings => &[Access::Load],
        _ => &[],
    }
}

/// What a partition may do with a byte; `None` where nobody has anything.
fn granted(plan: &Plan, partition: usize, address: u64) -> Option<&'static [Access]> {
    let none: &[Access] = &[];
    if let Some(region) = plan.region(address) {
        if region.kind == RegionKind::Memory {
            return Some(shared(plan, partition, region));
        }
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

/// What a partition may do with a shared memory.
fn shared(plan: &Plan, partition: usize, region: &Region) -> &'static [Access] {
    let mut memories = plan.system.memories.iter();
    let memory = memories.find(|it| region.name == format!("memory.{}", it.name));
    let mut grants = memory.expect("it is in the design").grants.iter();
    match grants.find(|grant| grant.partition.get() == partition) {
        Some(grant) if grant.write => &[Access::Load, Access::Store],
        Some(_) => &[Access::Load],
        None => &[],
    }
}

fn is_own(plan: &Plan, partition: usize, region: &Region) -> bool {
    let drains = plan
        .log_drainer
        .is_some_and(|drainer| drainer.get() == partition);
    let monitors = plan.system.monitor().map(PartitionIndex::get) == Some(partition);
    match region.kind {
        RegionKind::Faults => monitors,
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

/// A partition that the kernel has just let run, with loads and stores of every width in its
/// code.
struct Prober {
    subject: Subject,
    pc: u64,
}

/// The widths of loads and stores in bytes; a position is the low bits of `funct3`.
const WIDTHS: [u64; 4] = [1, 2, 4, 8];

impl Prober {
    fn new(starter: &Starter, (entries, grain): (u64, u64), partition: usize) -> Self {
        let raw = bare(starter, entries, grain);
        let mut subject = Subject::boot(&raw, &starter.programs, partition);
        let pc = subject.simulation.registers().pc;
        let words: Vec<u32> = (0..4)
            .flat_map(|width| [load(width, A0, T0, 0), store(width, 0, T0, 0)])
            .collect();
        subject.put(pc, &words);
        Self { subject, pc }
    }

    /// Whether nothing but PMP could have kept it from an access, and did not.
    fn can(&mut self, access: Access, address: u64, width: usize) -> bool {
        let mut registers = [0; 32];
        registers[5] = address;
        let at = self.pc + 8 * u64::try_from(width).expect("a position");
        let (pc, fault) = match access {
            Access::Load => (at, Cause::LoadAccess),
            Access::Store => (at + 4, Cause::StoreAccess),
            Access::Fetch => (address, Cause::InstructionAccess),
            Access::LoadReserved | Access::Modify => panic!("no probe for {access:?}"),
        };
        let raised = self.subject.raises(&registers, pc);
        let refused = raised.is_some_and(|it| it.cause == fault && it.value == address);
        // What it fetched may do anything; what it loads or stores may not.
        assert!(
            access == Access::Fetch || raised.is_none() || refused,
            "{raised:?}"
        );
        !refused
    }

    /// Compares what it can do at an address with what it may; how much that is.
    fn probe(&mut self, access: Access, address: u64, width: usize) -> u32 {
        let plan = &self.subject.plan;
        let partition = self.subject.partition;
        let bytes = || address..address + WIDTHS[width];
        let allows = |it: &[Access]| it.contains(&access);
        let granted = |at| granted(plan, partition, at);
        let region = |at| plan.region(at).map(|region| region.range);
        // A device refuses what it has no register for, whatever PMP lets through.
        let in_ram = region(address).is_some();
        let whole = in_ram && region(address) == region(bytes().end - 1);
        let may = bytes().all(|at| granted(at).is_none_or(allows));
        let must = whole && bytes().all(|at| granted(at).is_some_and(allows));
        let name = plan.partitions[partition].name.clone();
        let can = self.can(access, address, width);
        let what = format!("`{name}`: {access:?} {} at {address:#x}", WIDTHS[width]);
        assert!(may || !can, "{what} is let through");
        assert!(can || !must, "{what} is refused");
        u32::from(can)
    }
}

#[test]
fn whoever_the_kernel_lets_run_reaches_exactly_its_own() {
    for starter in starters::all() {
        for (machine, partition) in [(16, 4), (8, 4), (8, 4096)]
            .into_iter()
            .flat_map(|machine| (0..starter.raw.partitions.len()).map(move |it| (machine, it)))
        {
            let mut prober = Prober::new(&starter, machine, partition);
            let mut reached = [0; 3];
            for edge in edges(&prober.subject.plan) {
                for address in edge - 8..=edge + 8 {
                    for width in (0..4).filter(|it| address % WIDTHS[*it] == 0) {
                        reached[0] += prober.probe(Access::Load, address, width);
                        reached[1] += prober.probe(Access::Store, address, width);
                    }
                    if address % 4 == 0 {
                        reached[2] += prober.probe(Access::Fetch, address, 2);
                    }
                }
            }
            assert!(reached.iter().all(|count| *count > 2), "{reached:?}");
        }
    }
}
