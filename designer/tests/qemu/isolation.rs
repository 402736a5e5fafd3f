//! Sv39 and PMP, each by itself, on a machine that implements them.

use septum_abi::state::FaultRecord;
use septum_core::console::Transcript;
use septum_core::image::build;
use septum_core::plan::{PAGE_BYTES, Plan, RegionKind};
use septum_core::scenario::Scenario;
use septum_core::spec::{RawPartition, RawStep, RawSystem, RawTouch};

use crate::agreement::{MS, simulated};
use crate::machine::Qemu;
use crate::memory::Memory;
use crate::systems::{forever, log, numbered, partition, planned, sleep, system};

/// `mcause` of page faults and access faults, by how an address was touched.
pub(crate) fn cause(touch: RawTouch, page_fault: bool) -> u64 {
    match (touch, page_fault) {
        (RawTouch::Execute, true) => 12,
        (RawTouch::Read, true) => 13,
        (RawTouch::Write, true) => 15,
        (RawTouch::Execute, false) => 1,
        (RawTouch::Read, false) => 5,
        (RawTouch::Write, false) => 7,
    }
}

pub(crate) const TOUCHES: [RawTouch; 3] = [RawTouch::Read, RawTouch::Write, RawTouch::Execute];

/// Somebody who touches an address and says before and after it that he is alive.
fn toucher(name: &str, address: u64, access: RawTouch) -> RawPartition {
    partition(
        name,
        vec![
            log("before"),
            RawStep::Touch { address, access },
            log("after"),
        ],
    )
}

/// A witness, who counts for ever, and the touchers, who share a window after his.
pub(crate) fn with_witness(touchers: Vec<RawPartition>) -> RawSystem {
    let witness = partition("witness", forever(vec![numbered("tick "), sleep(100_000)]));
    let names: Vec<String> = touchers
        .iter()
        .map(|toucher| toucher.name.clone())
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let partitions = std::iter::once(witness).chain(touchers).collect();
    system(partitions, Vec::new(), &[&["witness"], &names])
}

/// What became of everybody, on QEMU and in the simulator alike: what halted each, and whether
/// it said "after".
fn outcome(plan: &Plan) -> (Vec<Option<FaultRecord>>, Vec<bool>) {
    let count = plan.partitions.len();
    let mut qemu = Qemu::boot(plan);
    qemu.until(|said| said.texts(0).len() > 30 && (1..count).all(|i| !said.texts(i).is_empty()));
    let said = qemu.until(|said| said.texts(0).len() > 60);
    qemu.freeze();
    let mut simulation = simulated(plan, &build(plan), &Scenario::default(), 30 * MS);
    let found = fates(&mut qemu, plan, &said);
    let said = Transcript::read(simulation.uart_output());
    let expected = fates(&mut simulation, plan, &said);
    let timeless = |record: FaultRecord| FaultRecord { time: 0, ..record };
    for (found, expected) in found.0.iter().zip(&expected.0) {
        assert_eq!(found.map(timeless), expected.map(timeless));
    }
    assert_eq!(found.1, expected.1);
    found
}

/// What halted each on a machine, and whether it said "after".
fn fates(
    machine: &mut impl Memory,
    plan: &Plan,
    said: &Transcript,
) -> (Vec<Option<FaultRecord>>, Vec<bool>) {
    for (number, text) in said.texts(0).iter().enumerate() {
        assert_eq!(
            text,
            format!("tick {}", number + 1).as_bytes(),
            "the witness noticed nothing"
        );
    }
    assert_eq!(machine.hart(plan).failed, 0);
    let after = (0..plan.partitions.len())
        .map(|index| said.texts(index).contains(&b"after".to_vec()))
        .collect();
    (machine.halts(plan), after)
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn nobody_reaches_what_page_tables_do_not_map() {
    let targets = |plan: &Plan| {
        let find = |kind: RegionKind, owner: Option<&str>| {
            let index = |name: &str| plan.partitions.iter().position(|p| p.name == name);
            let owner = owner.and_then(index);
            let mut regions = plan.regions.iter();
            let region = regions.find(|r| r.kind == kind && r.owner.map(|o| o.get()) == owner);
            region.expect("there is one").range.base
        };
        vec![
            find(RegionKind::KernelCode, None),
            find(RegionKind::KernelTables, None),
            find(RegionKind::KernelState, None),
            find(RegionKind::PageTables, Some("witness")),
            find(RegionKind::Stack, Some("witness")),
            0x200_4000,
            0x200_bff8,
            0x10_0000,
            0x10_1000,
            0x1000_0000,
            0,
            septum_abi::address::STACK_TOP - 0x2000,
            septum_abi::address::STACK_TOP,
            septum_abi::address::PORT_BUFFERS,
            u64::MAX,
            1 << 38,
        ]
    };
    let touchers = |addresses: &[u64]| {
        let cases = addresses
            .iter()
            .flat_map(|address| TOUCHES.map(|touch| (*address, touch)));
        let cases = cases.enumerate();
        cases
            .map(|(n, (address, touch))| toucher(&format!("t{n}"), address, touch))
            .collect()
    };
    // The addresses do not change the layout, so the first plan has those of the second.
    let first = planned(&with_witness(touchers(&[0; 16])));
    let addresses = targets(&first);
    let plan = planned(&with_witness(touchers(&addresses)));
    assert_eq!(addresses, targets(&plan));

    let (records, after) = outcome(&plan);
    let cases = addresses
        .iter()
        .flat_map(|address| TOUCHES.map(|touch| (*address, touch)));
    for (index, (address, touch)) in (1..).zip(cases) {
        let record = records[index].unwrap_or_else(|| panic!("{address:#x} {touch:?}"));
        assert_eq!(record.cause, cause(touch, true), "{address:#x} {touch:?}");
        // An odd address cannot be jumped to: bit 0 is cleared (unprivileged spec, JALR).
        let target = if touch == RawTouch::Execute {
            address & !1
        } else {
            address
        };
        assert_eq!(record.value, target, "{touch:?}");
        assert!(!after[index]);
    }
}

/// Bits of an entry: valid, user, accessed, dirty, and all rights.
const EVERYTHING: u64 = 0b1101_1111;

/// Virtual address from which the variant of a plan maps all physical addresses below 4 GiB.
pub(crate) const WINDOW: u64 = 0x20_0000_0000;

/// A plan whose page tables map all of physical memory to everybody: PMP stands alone.
pub(crate) fn without_page_tables(mut plan: Plan) -> Plan {
    let roots: Vec<u64> = plan
        .partitions
        .iter()
        .map(|partition| partition.root)
        .collect();
    for table in plan
        .page_tables
        .iter_mut()
        .filter(|table| roots.contains(&table.physical))
    {
        for gigabyte in 0..4usize {
            let entry = (u64::try_from(gigabyte).expect("small") << 18) << 10 | EVERYTHING;
            let index = usize::try_from(WINDOW >> 30).expect("small") + gigabyte;
            assert_eq!(table.entries[index], 0);
            table.entries[index] = entry;
        }
    }
    plan
}

/// What PMP must say: by the regions and devices of the plan, not by its PMP words.
fn granted(plan: &Plan, address: u64, touch: RawTouch) -> bool {
    let device = plan
        .system
        .machine
        .devices
        .iter()
        .position(|device| (device.base..device.base + device.size_bytes).contains(&address));
    if let Some(device) = device {
        let owned = plan
            .system
            .partitions
            .iter()
            .any(|p| p.devices.iter().any(|d| d.get() == device));
        return owned && touch != RawTouch::Execute;
    }
    let Some(region) = plan.region(address) else {
        return false;
    };
    match region.kind {
        RegionKind::PageTables => touch == RawTouch::Read,
        _ => region.owner.is_some(),
    }
}

/// Where the kernel ends, where page tables begin and end, and the devices: one byte to each
/// side of every edge.
fn edges(plan: &Plan) -> Vec<u64> {
    let edge = |kind: fn(RegionKind) -> bool| {
        let regions = plan.regions.iter().filter(move |region| kind(region.kind));
        regions.flat_map(|region| [region.range.base, region.range.end()])
    };
    let last = |kind| edge(kind).max().expect("an edge");
    let first = |kind| edge(kind).min().expect("an edge");
    let mut edges = vec![
        first(|kind| kind == RegionKind::KernelCode),
        last(|kind| kind == RegionKind::KernelCode),
        last(|kind| kind == RegionKind::KernelTables),
        last(|kind| kind == RegionKind::KernelState),
        last(|kind| kind == RegionKind::LogRings),
        first(|kind| kind == RegionKind::PageTables),
        last(|kind| kind == RegionKind::PageTables),
    ];
    for device in &plan.system.machine.devices {
        edges.extend([device.base, device.base + device.size_bytes]);
    }
    edges
}

/// Partitions for so many touches at a time.
const CROWD: usize = 60;

/// The addresses with everybody's touch, in crowds.
fn probe(touch: RawTouch) {
    let build = |addresses: &[u64]| {
        let touchers = addresses.iter().enumerate();
        let touchers = touchers.map(|(n, at)| toucher(&format!("t{n}"), WINDOW + at, touch));
        let mut raw = with_witness(touchers.collect());
        // A device is somebody's, so that PMP has one to let through. Of the page that the
        // machine gives it, QEMU answers in the registers alone.
        let devices = &mut raw.machine.devices;
        let device = devices.iter_mut().find(|device| device.name == "virtio0");
        device.expect("the machine has it").size_bytes = 0x200;
        raw.partitions[0].devices.push("virtio0".to_owned());
        planned(&raw)
    };
    let first = build(&[0; CROWD]);
    let mut addresses: Vec<u64> = edges(&first)
        .into_iter()
        .flat_map(|at| [at - 1, at])
        .collect();
    // A jump needs an even address.
    if touch == RawTouch::Execute {
        addresses.iter_mut().for_each(|address| *address &= !1);
    }
    // What is granted would be disturbed by a byte stored or executed in it, but for the
    // partitions' own memory that nobody uses; reads disturb nothing.
    if touch != RawTouch::Read {
        addresses.retain(|&address| !granted(&first, address, touch));
    }
    addresses.sort_unstable();
    addresses.dedup();
    assert!(addresses.len() <= CROWD && addresses.len() > 20);
    addresses.resize(CROWD, first.regions[0].range.base);
    let plan = without_page_tables(build(&addresses));
    let (records, after) = outcome(&plan);
    for (index, &address) in (1..).zip(&addresses) {
        let fault = records[index].map(|record| (record.cause, record.value));
        let right = granted(&plan, address, touch);
        let expected = (!right).then_some((cause(touch, false), WINDOW + address));
        assert_eq!(fault, expected, "{touch:?} of {address:#x}");
        assert_eq!(after[index], right);
    }
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn pmp_alone_stops_reads() {
    probe(RawTouch::Read);
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn pmp_alone_stops_writes() {
    probe(RawTouch::Write);
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn pmp_alone_stops_jumps() {
    probe(RawTouch::Execute);
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn pmp_lets_partition_memory_through() {
    // The witness's stack, whose lowest page nobody uses, is written through the window: page
    // tables were the only thing that kept it from others.
    let build = |address| {
        let raw = with_witness(vec![toucher("t", WINDOW + address, RawTouch::Write)]);
        planned(&raw)
    };
    let stack = |plan: &Plan| {
        let regions = plan.regions.iter();
        let mut stacks = regions.filter(|region| region.kind == RegionKind::Stack);
        stacks.next().expect("the witness has one").range
    };
    let address = stack(&build(0)).base;
    assert_eq!(address % PAGE_BYTES, 0);
    let (records, after) = outcome(&without_page_tables(build(address)));
    assert_eq!((records[1], after[1]), (None, true));
}
