//! Machines without an MMU: what the PMP registers of each partition let through, told by a
//! reader of PMP words that knows nothing of the plan.

use proptest::prelude::*;

use super::arbitrary::system;
use super::fixture::ping_pong;
use super::pmp::{Kind, allowed};
use crate::plan::{PartitionPmp, Plan, Range, Region, RegionKind, plan};
use crate::spec::RawMmu;
use crate::system::{DeviceIndex, System};

const KINDS: [Kind; 3] = [Kind::Read, Kind::Write, Kind::Execute];

/// The same system on a machine without an MMU.
fn bare(mut system: System, entries: u64, grain_bytes: u64) -> System {
    let isolation = &mut system.machine.isolation;
    isolation.mmu = RawMmu::Bare;
    isolation.asid_bits = 0;
    isolation.pmp_entries = entries;
    isolation.pmp_grain_bytes = grain_bytes;
    system
}

/// What the design lets somebody do with a byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Right {
    /// So much of [`Kind`].
    Own(u8),
    /// It is somebody else's.
    Foreign,
    /// It is RAM, or a part of a device's grain, that nobody uses.
    Nobody,
}

/// The bits that a region gives to its owner.
fn bits(region: &Region) -> u8 {
    match region.kind {
        RegionKind::Segment {
            executable: true, ..
        } => 5,
        RegionKind::Segment { writable: true, .. }
        | RegionKind::LogReaders
        | RegionKind::LogBuffer
        | RegionKind::PortBuffer(_)
        | RegionKind::Stack => 3,
        RegionKind::Segment { .. }
        | RegionKind::Model
        | RegionKind::LogWriters
        | RegionKind::LogRings => 1,
        _ => 0,
    }
}

/// What a partition may do with the byte at an address, from the design and the regions.
fn right(plan: &Plan, partition: usize, address: u64) -> Right {
    let drains = plan.log_drainer.map(|index| index.get()) == Some(partition);
    if let Some(region) = plan.region(address) {
        let of_log = matches!(
            region.kind,
            RegionKind::LogReaders | RegionKind::LogWriters | RegionKind::LogRings
        );
        let owner = region.owner.map(|owner| owner.get());
        let memories = plan.system.memories.iter();
        let granted = memories
            .filter(|it| region.name == format!("memory.{}", it.name))
            .flat_map(|it| &it.grants)
            .find(|it| it.partition.get() == partition);
        if let Some(grant) = granted {
            return Right::Own(if grant.write { 3 } else { 1 });
        }
        return match owner == Some(partition) || of_log && drains {
            true => Right::Own(bits(region)),
            false => Right::Foreign,
        };
    }
    let devices = plan.system.machine.devices.iter().enumerate();
    let mut here = devices
        .filter(|(_, device)| (device.base..device.base + device.size_bytes).contains(&address));
    match here.next() {
        Some((index, _)) => {
            let own = &plan.system.partitions[partition].devices;
            match own.contains(&DeviceIndex::new(index)) {
                true => Right::Own(3),
                false => Right::Foreign,
            }
        }
        None => Right::Nobody,
    }
}

/// Every access must be right: to one region exactly as the design says, to nobody else's
/// memory ever.
fn check_access(plan: &Plan, partition: usize, pmp: &PartitionPmp, address: u64, width: u64) {
    let rights = || (address..address + width).map(|at| right(plan, partition, at));
    let region = |at| plan.region(at).map(|region| region.range.base);
    let one = region(address) == region(address + width - 1);
    for kind in KINDS {
        let bit = match kind {
            Kind::Read => 1,
            Kind::Write => 2,
            Kind::Execute => 4,
        };
        let got = allowed((&pmp.addresses, &pmp.config), address, width, kind);
        let may = rights()
            .all(|it| it == Right::Nobody || matches!(it, Right::Own(own) if own & bit != 0));
        let must = one && rights().all(|it| matches!(it, Right::Own(own) if own & bit != 0));
        let who = &plan.partitions[partition].name;
        assert!(may || !got, "`{who}` can {kind:?} {width} at {address:#x}");
        assert!(
            got || !must,
            "`{who}` cannot {kind:?} {width} at {address:#x}"
        );
    }
}

/// All ends of everything that there is.
fn edges(plan: &Plan) -> Vec<u64> {
    let machine = &plan.system.machine;
    let devices = machine.devices.iter().map(|it| (it.base, it.size_bytes));
    let ram = machine.ram.iter().map(|it| (it.base, it.size_bytes));
    let regions = plan
        .regions
        .iter()
        .map(|it| (it.range.base, it.range.size_bytes));
    let runs = plan
        .partitions
        .iter()
        .flat_map(|it| &it.pmp.as_ref().unwrap().runs);
    let runs = runs.map(|run| (run.range.base, run.range.size_bytes));
    let all = devices.chain(ram).chain(regions).chain(runs);
    let mut edges: Vec<u64> = all.flat_map(|(base, size)| [base, base + size]).collect();
    edges.sort_unstable();
    edges.dedup();
    edges
}

fn check_everything(plan: &Plan) {
    for (partition, it) in plan.partitions.iter().enumerate() {
        let pmp = it.pmp.as_ref().expect("no MMU");
        for edge in edges(plan) {
            for address in edge - 8..=edge + 8 {
                for width in [1, 2, 4, 8] {
                    check_access(plan, partition, pmp, address, width);
                }
            }
        }
        check_registers(plan, pmp);
        check_stack(plan, partition, pmp);
    }
}

/// A switch writes the same registers whoever comes, and leaves nothing of who was there.
fn check_registers(plan: &Plan, pmp: &PartitionPmp) {
    let first = plan.partitions[0].pmp.as_ref().unwrap();
    assert_eq!(
        (pmp.first_rewritten, pmp.count),
        (first.first_rewritten, first.count)
    );
    let limit = usize::try_from(plan.system.machine.isolation.pmp_entries)
        .unwrap()
        .min(16);
    assert!(pmp.first_rewritten + pmp.count <= limit);
    assert_eq!(pmp.free, limit - pmp.entries.len());
    let config = |entry: usize| pmp.config[entry / 8] >> (entry % 8 * 8) & 0xff;
    for entry in pmp.entries.len()..16 {
        assert_eq!((pmp.addresses[entry], config(entry)), (0, 0), "OFF");
    }
    let header = &plan.tables.header;
    for entry in 0..16 {
        let booted =
            [header.pmp.config, header.pmp.config_high][entry / 8] >> (entry % 8 * 8) & 0xff;
        let resident = entry < pmp.first_rewritten;
        assert_eq!(booted, if resident { config(entry) } else { 0 });
    }
    let rounds_to = plan.system.machine.isolation.pmp_grain_bytes;
    for run in &pmp.runs {
        assert_eq!(
            (run.range.base % rounds_to, run.range.size_bytes % rounds_to),
            (0, 0)
        );
    }
}

/// What a stack overflows into is not writable, whatever is there.
fn check_stack(plan: &Plan, partition: usize, pmp: &PartitionPmp) {
    let own = |region: &&Region| {
        region.kind == RegionKind::Stack && region.owner.map(|it| it.get()) == Some(partition)
    };
    let stack = plan
        .regions
        .iter()
        .find(own)
        .expect("everybody has one")
        .range;
    assert_eq!(plan.partitions[partition].stack_top, stack.end());
    assert_eq!(stack.end() % 16, 0);
    for below in 1..=64 {
        assert!(!allowed(
            (&pmp.addresses, &pmp.config),
            stack.base - below,
            1,
            Kind::Write
        ));
    }
}

/// Regions are disjoint, in RAM, and what must be a page's or a buffer's is.
fn check_regions(plan: &Plan) {
    let ram = plan.system.machine.ram[0];
    for pair in plan.regions.windows(2) {
        assert!(pair[0].range.end() <= pair[1].range.base, "{pair:?}");
    }
    for region in &plan.regions {
        let Range { base, .. } = region.range;
        assert!(base >= ram.base && region.range.end() <= ram.base + ram.size_bytes);
        assert_eq!(base % 16, 0, "{}", region.name);
    }
}

/// Numbers of entries and grains that machines have.
const MACHINES: [(u64, u64); 4] = [(16, 4), (16, 4096), (8, 4), (8, 4096)];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn registers_let_through_exactly_what_the_design_grants(
        system in system(),
        machine in 0..MACHINES.len(),
    ) {
        let (entries, grain) = MACHINES[machine];
        let plan = plan(&bare(system, entries, grain)).expect("random systems fit");
        check_regions(&plan);
        check_everything(&plan);
    }

    #[test]
    fn the_image_has_what_the_plan_says(system in system()) {
        let plan = plan(&bare(system, 16, 4)).expect("random systems fit");
        let image = crate::image::build(&plan);
        let file = object::File::parse(&*image.elf).expect("an ELF file");
        let segments: Vec<_> = object::Object::segments(&file).collect();
        prop_assert_eq!(segments.len(), plan.regions.len());
        for (segment, region) in segments.iter().zip(&plan.regions) {
            use object::ObjectSegment;
            prop_assert_eq!(segment.address(), region.range.base);
            prop_assert_eq!(segment.size(), region.range.size_bytes);
            prop_assert_eq!(segment.data().unwrap(), crate::image::contents(&plan, region));
            let (offset, length) = segment.file_range();
            let phase = |at: u64| at % segment.align();
            prop_assert!(length == 0 || phase(segment.address()) == phase(offset));
        }
    }
}

/// The places that a program reads are where the plan puts things.
#[test]
fn programs_learn_where_their_memory_is() {
    let plan = plan(&bare(ping_pong(), 16, 4)).expect("it fits");
    let find = |kind| {
        let owned = |r: &&Region| r.kind == kind && r.owner.map(|it| it.get()) == Some(1);
        plan.regions.iter().find(owned).expect("pong has it")
    };
    let rodata = RegionKind::Segment {
        writable: false,
        executable: false,
    };
    let bytes = crate::image::contents(&plan, find(rodata));
    let words: Vec<u64> = bytes
        .chunks_exact(8)
        .map(|word| u64::from_le_bytes(word.try_into().unwrap()))
        .collect();
    let record = [
        u64::from(septum_abi::ABI_VERSION),
        find(RegionKind::LogBuffer).range.base,
        find(RegionKind::Model).range.base,
        0,
        0,
        0,
        0,
    ];
    assert!(words.windows(7).any(|words| words == record), "{record:x?}");
    let model = find(RegionKind::Model);
    let linked = septum_abi::address::PROGRAM_BASE;
    let text = RegionKind::Segment {
        writable: false,
        executable: true,
    };
    let moved = plan.partitions[1].moved_bytes;
    assert_eq!(linked.wrapping_add(0x4000 + moved), find(text).range.base);
    let baked = septum_abi::model::ModelHeader::from_bytes(&crate::image::contents(&plan, model));
    let buffers = plan.partitions[1]
        .ports
        .iter()
        .map(|port| port.buffer.unwrap());
    let told = baked.unwrap().port_buffers;
    for (buffer, told) in buffers.zip(told) {
        assert_eq!(
            (buffer.physical.base, buffer.physical.size_bytes),
            (told, 64)
        );
    }
}

/// Data, constants and code of a model, with everything else, are three ranges in a row.
#[test]
fn a_model_takes_four_entries() {
    for (entries, grain) in MACHINES {
        let plan = plan(&bare(ping_pong(), entries, grain)).expect("it fits");
        for partition in &plan.partitions {
            let pmp = partition.pmp.as_ref().unwrap();
            assert_eq!((pmp.entries.len(), pmp.runs.len()), (4, 3));
            assert_eq!((pmp.first_rewritten, pmp.count), (0, 4));
        }
    }
}

/// What there is no use for in a program for this machine.
#[test]
fn tables_say_that_there_is_no_mmu() {
    let plan = plan(&bare(ping_pong(), 16, 4)).expect("it fits");
    let header = &plan.tables.header;
    assert_eq!(header.misa_value >> 18 & 1, 0, "no S-mode");
    assert_eq!(header.misa_mask >> 18 & 1, 1, "and none is accepted");
    assert_eq!(
        (header.asid_mask, header.pmp_entries, header.features & 2),
        (0, 8, 0),
        "entries for one configuration register"
    );
    assert!(plan.tables.partitions.iter().all(|it| it.satp == 0));
    assert!(plan.page_tables.is_empty() && plan.grants.is_empty());
}

/// Memory that is exactly as large as it must be is enough, a byte less is told in numbers.
#[test]
fn ram_too_small() {
    let mut system = bare(ping_pong(), 16, 4);
    let regions = plan(&system).expect("it fits").regions;
    let end = regions.iter().map(|region| region.range.end()).max();
    let needed = end.expect("there are regions") - regions[0].range.base;
    system.machine.ram[0].size_bytes = needed.next_multiple_of(16);
    assert!(plan(&system).is_ok());
    system.machine.ram[0].size_bytes = needed - 1;
    let found = plan(&system).expect_err("too small");
    assert_eq!(found[0].code, "S0201");
}
