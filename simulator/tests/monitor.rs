//! The separation monitor: it says nothing of what is right, and finds what is wrong, whichever
//! part of the system is to blame.

use crate::common::starters;
use crate::common::systems::{MS, build, channel, model, pmp_alone, queuing, system};
use septum_core::image::Image;
use septum_core::plan::{Plan, RegionKind};
use septum_core::programs::Programs;
use septum_core::scenario::Scenario;
use septum_core::spec::{RawPayload, RawStep, RawSystem, RawTouch};
use septum_simulator::event::EventKind;
use septum_simulator::name::Name;
use septum_simulator::simulation::{BootError, Simulation};

/// Who did what to which region.
#[derive(Debug, PartialEq, Eq)]
struct Alarm {
    by: Name,
    partition: Option<Name>,
    access: Name,
    region: Name,
}

fn alarms(simulation: &mut Simulation, until_ns: u64) -> Vec<Alarm> {
    // What happens to the run after an alarm is not the monitor's business.
    let _ = simulation.run_until(until_ns);
    let events = simulation.drain_events().into_iter();
    let alarms = events.filter_map(|event| match event.kind {
        EventKind::Violation {
            by, access, region, ..
        } => Some(Alarm {
            by,
            partition: event.partition,
            access,
            region,
        }),
        _ => None,
    });
    alarms.collect()
}

fn is_by(alarm: &Alarm, who: &str, access: &str, region: &str) -> bool {
    let name = alarm.partition.as_deref().unwrap_or(&alarm.by);
    name == who && alarm.access == access && alarm.region == region
}

fn booted(raw: &RawSystem) -> (Plan, Simulation) {
    let (plan, image) = build(raw, &Programs::default());
    let simulation = boot(&plan, &image);
    (plan, simulation)
}

fn boot(plan: &Plan, image: &Image) -> Simulation {
    Simulation::boot(plan, image, &Scenario::default()).expect("it boots")
}

/// Changes doublewords of physical memory.
fn patch(simulation: &mut Simulation, address: u64, value: u64) {
    let written = simulation
        .machine_mut()
        .with_bus_mut(|bus| bus.ram_mut().fill(address, &value.to_le_bytes()));
    written.expect("it is RAM");
}

fn word(simulation: &Simulation, address: u64) -> u64 {
    let bytes = simulation.read_memory(address, 8).expect("it is RAM");
    u64::from_le_bytes(bytes.try_into().expect("eight bytes"))
}

/// The addresses of the doublewords of a region that hold this value.
fn places(plan: &Plan, simulation: &Simulation, kind: RegionKind, value: u64) -> Vec<u64> {
    let regions = plan.regions.iter().filter(|region| region.kind == kind);
    let words = regions.flat_map(|region| (region.range.base..region.range.end()).step_by(8));
    words
        .filter(|address| word(simulation, *address) == value)
        .collect()
}

fn region(plan: &Plan, name: &str) -> (u64, u64) {
    let mut regions = plan.regions.iter();
    let region = regions
        .find(|region| region.name == name)
        .expect("there is one");
    (region.range.base, region.range.size_bytes)
}

/// Two partitions that log and wait, without anything in common.
fn strangers() -> RawSystem {
    let busy = |name: &str| {
        let log = RawStep::Log {
            message: RawPayload::Text(name.into()),
        };
        model(
            name,
            vec![
                RawStep::Loop { times: None },
                log,
                RawStep::Compute { ns: 20_000 },
                RawStep::End,
            ],
        )
    };
    let windows: [(u64, &[&str]); 2] = [(MS, &["one"]), (MS, &["two"])];
    system(vec![busy("one"), busy("two")], Vec::new(), &windows)
}

#[test]
fn it_says_nothing_of_the_starter_systems_with_and_without_an_mmu() {
    for starter in starters::all() {
        for isolation in [starter.raw.machine.isolation, pmp_alone(16, 4)] {
            let mut raw = starter.raw.clone();
            raw.machine.isolation = isolation;
            let (plan, image) = build(&raw, &starter.programs);
            let booted = Simulation::boot(&plan, &image, &starter.scenario);
            let mut simulation = booted.expect("it boots");
            assert_eq!(alarms(&mut simulation, 60 * MS), [], "{}", raw.name);
        }
    }
}

#[test]
fn a_plan_that_puts_two_regions_at_one_place_is_not_run() {
    let (mut plan, image) = build(&strangers(), &Programs::default());
    let (base, _) = region(&plan, "one/stack");
    let mut regions = plan.regions.iter_mut();
    let other = regions
        .find(|region| region.name == "two/stack")
        .expect("there is one");
    other.range.base = base + 8;
    let booted = Simulation::boot(&plan, &image, &Scenario::default());
    let Err(BootError::Overlap(overlap)) = booted else {
        panic!("it was run");
    };
    assert_eq!(
        overlap.to_string(),
        format!("one/stack and two/stack overlap at {:#x}", base + 8)
    );
}

#[test]
fn a_wrong_page_table_is_found() {
    let (plan, mut simulation) = booted(&strangers());
    let leaf = |base: u64, flags: u64| base >> 12 << 10 | flags;
    let ((mine, _), (theirs, _)) = (region(&plan, "one/stack"), region(&plan, "two/stack"));
    // V, R, W, U, A, D.
    let entries = places(&plan, &simulation, RegionKind::PageTables, leaf(mine, 0xd7));
    assert_eq!(entries.len(), 1);
    patch(&mut simulation, entries[0], leaf(theirs, 0xd7));
    let found = alarms(&mut simulation, 10 * MS);
    assert!(
        found
            .iter()
            .any(|it| is_by(it, "one", "store", "two/stack")),
        "{found:?}"
    );
    assert!(
        found
            .iter()
            .all(|it| it.partition.as_deref() == Some("one")),
        "{found:?}"
    );
}

#[test]
fn a_wrong_pmp_word_is_found() {
    let mut raw = strangers();
    raw.machine.isolation = pmp_alone(16, 4);
    let (plan, _) = build(&raw, &Programs::default());
    let (theirs, _) = region(&plan, "two/stack");
    let touch = RawStep::Touch {
        address: theirs,
        access: RawTouch::Read,
    };
    raw.partitions[0] = model("one", vec![touch]);
    let (plan, mut simulation) = booted(&raw);
    let own = plan.partitions[0].pmp.as_ref().expect("there is no MMU");
    let (base, size_bytes) = region(&plan, "two/stack");
    // The top of the last range, which is read: it reaches to the end of the other's stack.
    let last = own.entries.last().expect("it has a program");
    assert_eq!(last.config & 0x1f, 0x09, "{}", last.name);
    for address in places(&plan, &simulation, RegionKind::KernelTables, last.address) {
        patch(&mut simulation, address, (base + size_bytes) >> 2);
    }
    let found = alarms(&mut simulation, 10 * MS);
    assert!(
        found.iter().any(|it| is_by(it, "one", "load", "two/stack")),
        "{found:?}"
    );
}

/// One sends as much as the channel carries, again and again; the other takes it.
fn letters() -> RawSystem {
    let send = RawStep::Send {
        port: "out".into(),
        message: RawPayload::Text("x".repeat(64)),
    };
    let pause = RawStep::Compute { ns: 20_000 };
    let receive = RawStep::Receive {
        port: "in".into(),
        timeout_ns: None,
    };
    let forever = || RawStep::Loop { times: None };
    let partitions = vec![
        model("writer", vec![forever(), send, pause, RawStep::End]),
        model("reader", vec![forever(), receive, RawStep::End]),
    ];
    let post = channel("post", queuing(64, 4), "writer.out", "reader.in");
    system(
        partitions,
        vec![post],
        &[(MS, &["writer"]), (MS, &["reader"])],
    )
}

#[test]
fn a_kernel_that_copies_one_word_too_many_is_found() {
    let (plan, mut simulation) = booted(&letters());
    assert_eq!(alarms(&mut simulation, 10 * MS), []);
    let (_, mut simulation) = booted(&letters());
    let queue = &plan.tables.queues[0];
    let row = places(&plan, &simulation, RegionKind::KernelTables, queue.slots)[0] - 40;
    // The slots begin one word too late: the last word of the last slot is nobody's.
    patch(&mut simulation, row + 40, queue.slots + 8);
    let found = alarms(&mut simulation, 10 * MS);
    assert!(
        found
            .iter()
            .any(|it| is_by(it, "kernel", "store", "kernel.queues")),
        "{found:?}"
    );
    // The reader's buffer is as long as a message, and lies one word before its end.
    let (_, mut simulation) = booted(&letters());
    let buffer = queue.receiver_buffer;
    for address in places(&plan, &simulation, RegionKind::KernelTables, buffer) {
        patch(&mut simulation, address, buffer + 8);
    }
    let found = alarms(&mut simulation, 10 * MS);
    assert!(
        found
            .iter()
            .any(|it| is_by(it, "kernel", "store", "reader/port/in")),
        "{found:?}"
    );
}

#[test]
fn a_write_of_the_kernel_to_what_it_must_not_change_is_found() {
    let (plan, mut simulation) = booted(&strangers());
    let state = plan.partitions[0].state;
    let (tables, _) = region(&plan, "kernel.tables");
    // It saves registers to where the pointer to the state says.
    for address in places(&plan, &simulation, RegionKind::KernelTables, state) {
        patch(&mut simulation, address, tables);
    }
    let found = alarms(&mut simulation, 10 * MS);
    assert!(
        found
            .iter()
            .any(|it| is_by(it, "kernel", "store", "kernel.tables")),
        "{found:?}"
    );
}

/// On a machine without ASIDs, with every fence of the kernel or without.
fn without_asids(with_fences: bool) -> Vec<Alarm> {
    let mut raw = strangers();
    raw.machine.isolation.asid_bits = 0;
    let (plan, mut simulation) = booted(&raw);
    simulation.machine_mut().cpu_mut().keep_stale_translations();
    let (base, size_bytes) = region(&plan, "kernel.code");
    let code = simulation.read_memory(base, usize::try_from(size_bytes).expect("it is small"));
    let code = code.expect("it is RAM");
    let fences = (0..code.len() - 4).step_by(2).filter(|offset| {
        let word = code[*offset..offset + 4].try_into().expect("four bytes");
        u32::from_le_bytes(word) & 0xfe00_7fff == 0x1200_0073
    });
    let fences: Vec<usize> = fences.collect();
    assert!(!fences.is_empty());
    if !with_fences {
        for offset in fences {
            const NOP: [u8; 4] = [0x13, 0, 0, 0];
            let address = base + u64::try_from(offset).expect("64 bits");
            let machine = simulation.machine_mut();
            machine.with_bus_mut(|bus| bus.ram_mut().fill(address, &NOP));
        }
    }
    alarms(&mut simulation, 10 * MS)
}

#[test]
fn a_missing_fence_is_found() {
    assert_eq!(without_asids(true), []);
    let found = without_asids(false);
    assert!(found.iter().any(|it| it.by == "partition"), "{found:?}");
}

#[test]
fn nothing_stale_is_needed_by_any_starter_system() {
    for starter in starters::all() {
        for asid_bits in [0, 16] {
            let mut raw = starter.raw.clone();
            raw.machine.isolation.asid_bits = asid_bits;
            let (plan, image) = build(&raw, &starter.programs);
            let run = |strict: bool| {
                let booted = Simulation::boot(&plan, &image, &starter.scenario);
                let mut simulation = booted.expect("it boots");
                if strict {
                    simulation.machine_mut().cpu_mut().keep_stale_translations();
                }
                simulation.run_until(20 * MS).expect("the core holds");
                simulation.drain_events()
            };
            assert_eq!(run(true), run(false), "{} {asid_bits}", raw.name);
        }
    }
}
