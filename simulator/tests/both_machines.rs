//! Systems on machines with an MMU and without: what partitions do and say is the same.

use std::collections::BTreeMap;

use crate::common::asm::{EBREAK, addi, beq, bne, j, li, load, store};
use crate::common::program::{A0, A1, S0, T0, run_at, shares};
use crate::common::starters::{self, Starter};
use crate::common::story;
use crate::common::systems::{MS, build, model, pmp_alone, system};
use septum_abi::address::PROGRAM_BASE;
use septum_abi::pin::{DIRECTION_IN, DIRECTION_OUT, Pin};
use septum_core::plan::Plan;
use septum_core::programs::Programs;
use septum_core::scenario::Scenario;
use septum_core::spec::{RawGrant, RawHealthAction, RawMemory, RawPartition, RawSystem};
use septum_simulator::event::{Event, EventKind};
use septum_simulator::simulation::Simulation;

const SPAN_NS: u64 = 30 * MS;

/// Numbers of PMP entries that machines without an MMU have.
const ENTRIES: [u64; 2] = [16, 8];

/// The same system on a machine without an MMU.
fn bare(mut raw: RawSystem, pmp_entries: u64) -> RawSystem {
    raw.machine.isolation = pmp_alone(pmp_entries, 4);
    raw
}

/// Runs a system for a while; its trace keeps all promises.
fn run(
    raw: &RawSystem,
    programs: &Programs,
    scenario: &Scenario,
) -> (Plan, Simulation, Vec<Event>) {
    let (plan, image) = build(raw, programs);
    let mut simulation = Simulation::boot(&plan, &image, scenario).expect("it boots");
    simulation.run_until(SPAN_NS).expect("the engine holds");
    let events = simulation.drain_events();
    story::check(raw, &plan, &events);
    (plan, simulation, events)
}

/// What each partition logs, sends and receives, and how it faults, in order.
fn sayings(events: &[Event]) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for event in events {
        let saying = match &event.kind {
            EventKind::Log { bytes, status, .. } => format!("log {status} {bytes:?}"),
            EventKind::Send {
                port,
                bytes,
                status,
                ..
            } => format!("{port} {status} {bytes:?}"),
            EventKind::Receive {
                port,
                bytes,
                status,
                ..
            } => format!("{port} {status} {bytes:?}"),
            EventKind::Fault { health, action, .. } => format!("fault {health} {action}"),
            EventKind::Exit => "exit".to_owned(),
            _ => continue,
        };
        let partition = event.partition.clone().expect("somebody's");
        all.entry(partition.to_string()).or_default().push(saying);
    }
    all
}

fn starter_run(starter: &Starter, raw: &RawSystem) -> (Vec<Event>, String) {
    let (_, simulation, events) = run(raw, &starter.programs, &starter.scenario);
    let console = String::from_utf8_lossy(simulation.uart_output()).into_owned();
    (events, console)
}

/// As far as both got.
fn assert_common<T: PartialEq + std::fmt::Debug>(one: &[T], other: &[T], what: &str) {
    let length = one.len().min(other.len());
    assert!(
        one.len().abs_diff(other.len()) <= 3,
        "{what}: {} {}",
        one.len(),
        other.len()
    );
    assert_eq!(one[..length], other[..length], "{what}");
}

#[test]
fn every_starter_says_the_same_without_an_mmu() {
    for starter in starters::all() {
        let name = &starter.raw.name;
        let (events, console) = starter_run(&starter, &starter.raw);
        let expected = sayings(&events);
        assert!(console.len() > 20, "{name}: {console}");
        for entries in ENTRIES {
            let (events, output) = starter_run(&starter, &bare(starter.raw.clone(), entries));
            let said = sayings(&events);
            assert!(said.keys().eq(expected.keys()), "{name}");
            for (partition, sayings) in &said {
                assert_common(
                    sayings,
                    &expected[partition],
                    &format!("{name} {partition}"),
                );
            }
            let lines: Vec<&str> = output.lines().collect();
            let expected: Vec<&str> = console.lines().collect();
            assert_common(&lines, &expected, name);
        }
    }
}

/// Where a program lies on a machine with an MMU, or without one.
#[derive(Clone, Copy)]
struct Bases {
    machine: Option<u64>,
}

impl Bases {
    fn of(self, number: u64) -> u64 {
        match self.machine {
            None => PROGRAM_BASE,
            Some(_) => crate::common::RAM + 0x10_0000 + 0x1_0000 * number,
        }
    }
}

/// Loads into `t0` the address of the memory that the first pin of a program declares; the code
/// is so many words long.
fn memory_address(base: u64, words: usize) -> Vec<u32> {
    let code = u64::try_from(4 * words)
        .expect("a length")
        .next_multiple_of(8);
    let buffer = u64::try_from(std::mem::offset_of!(Pin, buffer)).expect("an offset");
    let mut code = li(T0, base + code + buffer);
    code.push(load(3, T0, T0, 0));
    code
}

/// A program with the address of its memory in `t0`.
fn with_memory(base: u64, then: &[u32]) -> Vec<u32> {
    let head = memory_address(base, 0).len();
    let mut code = memory_address(base, head + then.len());
    code.extend(then);
    code
}

/// Words of the memory: starts of the culprit, records that the monitor saw, what the reader
/// was told.
const STARTS: i32 = 0;
const RECORDS: i32 = 8;

/// Counts a start where it is not forgotten, then faults.
fn culprit(base: u64) -> Vec<u32> {
    let count = [
        load(3, A0, T0, STARTS),
        addi(A0, A0, 1),
        store(3, A0, T0, STARTS),
        EBREAK,
    ];
    with_memory(base, &count)
}

/// Tells how many faults are on record, for ever.
fn monitor(base: u64, ring: u64) -> Vec<u32> {
    let mut copy = li(S0, ring);
    copy.extend([load(3, A0, S0, 0), store(3, A0, T0, RECORDS), j(-8)]);
    with_memory(base, &copy)
}

/// Waits until there are four records, then writes where it may only read.
fn reader(base: u64) -> Vec<u32> {
    let look = [
        load(3, A0, T0, RECORDS),
        addi(A1, 0, 4),
        bne(A0, A1, -8),
        store(3, 0, T0, RECORDS),
        beq(0, 0, 0),
    ];
    with_memory(base, &look)
}

/// A design of these three, with the programs.
fn design(pmp_entries: Option<u64>, ring: u64) -> (RawSystem, Programs) {
    let bases = Bases {
        machine: pmp_entries,
    };
    let mut programs = Programs::new();
    let mut add = |number: u64, name: &str, code: &[u32], direction| -> RawPartition {
        let mut partition = model(name, Vec::new());
        partition.permissions.log = false;
        partition.log_bytes = 0;
        let mut pins = vec![shares("board", direction, 16)];
        if name == "culprit" {
            pins.push(shares("other", direction, 8));
        }
        run_at(bases.of(number), &mut partition, &mut programs, code, &pins);
        partition
    };
    let mut monitor = add(0, "monitor", &monitor(bases.of(0), ring), DIRECTION_OUT);
    monitor.permissions.manage = true;
    let reader = add(1, "reader", &reader(bases.of(1)), DIRECTION_IN);
    let mut culprit = add(2, "culprit", &culprit(bases.of(2)), DIRECTION_OUT);
    culprit.health.illegal_request = RawHealthAction::Restart;
    let grant = |(partition, write): (&str, bool)| RawGrant {
        partition: partition.to_owned(),
        write,
    };
    let grants = [("monitor", true), ("reader", false), ("culprit", true)];
    let names = ["monitor", "reader", "culprit"];
    let windows: Vec<(u64, &[&str])> = names
        .iter()
        .map(|it| (MS / 4, std::slice::from_ref(it)))
        .collect();
    let mut raw = system(vec![monitor, reader, culprit], Vec::new(), &windows);
    raw.memories = vec![
        memory("other", &[grant(("culprit", true))]),
        memory("board", &grants.map(grant)),
    ];
    match pmp_entries {
        Some(entries) => (bare(raw, entries), programs),
        None => (raw, programs),
    }
}

fn memory(name: &str, grants: &[RawGrant]) -> RawMemory {
    RawMemory {
        name: name.to_owned(),
        size_bytes: 4096,
        grants: grants.to_vec(),
    }
}

/// Where the monitor finds the records.
fn ring_of(plan: &Plan) -> u64 {
    let mappings = plan.partitions[0].mappings.iter();
    let mut ring = mappings.filter(|mapping| mapping.name == "health.faults");
    ring.next().expect("the monitor reads it").virtual_base
}

#[test]
fn a_restarted_partition_and_its_monitor_share_a_memory_on_both_machines() {
    for entries in [None, Some(16), Some(8)] {
        // The place of the records does not depend on the number in the program.
        let (raw, programs) = design(entries, 0);
        let ring = ring_of(&build(&raw, &programs).0);
        let (raw, programs) = design(entries, ring);
        let (plan, simulation, events) = run(&raw, &programs, &Scenario::default());
        assert_eq!(ring_of(&plan), ring);
        let faults = |name: &str, what: &str| {
            let own = events
                .iter()
                .filter(|event| event.partition.as_deref() == Some(name));
            let is = |kind: &EventKind| matches!(kind, EventKind::Fault { action, .. } if action == what);
            own.filter(|event| is(&event.kind)).count()
        };
        assert_eq!(
            (faults("culprit", "restart"), faults("culprit", "halt")),
            (3, 1)
        );
        assert_eq!(
            (faults("reader", "halt"), faults("monitor", "halt")),
            (1, 0)
        );
        let board = plan
            .regions
            .iter()
            .find(|region| region.name == "memory.board");
        let board = board.expect("it is placed").range.base;
        let words = simulation.read_memory(board, 16).expect("it is in RAM");
        // Every start of the culprit was counted, and the reader's fault is on record too.
        assert_eq!((words[0], words[8]), (4, 5));
    }
}

/// The pins of memories say which it is.
#[test]
fn a_pin_of_a_memory_has_its_position_and_its_address() {
    for entries in [None, Some(16), Some(8)] {
        let (raw, programs) = design(entries, 0);
        let (plan, image) = build(&raw, &programs);
        let simulation = Simulation::boot(&plan, &image, &Scenario::default()).expect("it boots");
        for (number, partition) in (0u64..).zip(&plan.partitions) {
            let mapped = partition
                .mappings
                .iter()
                .find(|it| it.name == "memory.board");
            let board = mapped.expect("all see it");
            let base = Bases { machine: entries }.of(number);
            let text = partition.mapping(base).expect("its program is there");
            let bytes = simulation.read_memory(text.translate(base).expect("mapped"), 4096);
            let bytes = bytes.expect("it is in RAM");
            let mut found = bytes.windows(Pin::SIZE_BYTES).filter_map(Pin::from_bytes);
            let pin = found
                .find(|pin| pin.name.starts_with(b"board\0"))
                .expect("declared");
            assert_eq!((pin.index, pin.buffer), (1, board.virtual_base));
        }
    }
}

/// How much of the kernel's stacks may ever be in use: three quarters.
const USED_BYTES: usize = septum_abi::limits::KERNEL_STACK_BYTES / 4 * 3;

/// The most that was ever in use of a partition's stack in the kernel, which is zero at first.
fn used_stack(plan: &Plan, simulation: &Simulation) -> usize {
    let size = septum_abi::limits::KERNEL_STACK_BYTES;
    let states = plan.tables.partitions.iter().map(|table| table.state);
    let used = states.map(|state| {
        let below = state - u64::try_from(size).expect("a size");
        let bytes = simulation.read_memory(below, size).expect("it is in RAM");
        size - bytes.iter().position(|byte| *byte != 0).unwrap_or(size)
    });
    used.max().expect("somebody")
}

#[test]
fn the_kernel_uses_no_more_than_three_quarters_of_its_stacks() {
    let mut used = Vec::new();
    for entries in [None, Some(16), Some(8)] {
        let (raw, programs) = design(entries, 0);
        let ring = ring_of(&build(&raw, &programs).0);
        let (raw, programs) = design(entries, ring);
        let (plan, simulation, _) = run(&raw, &programs, &Scenario::default());
        used.push(used_stack(&plan, &simulation));
    }
    for starter in starters::all() {
        for raw in [starter.raw.clone(), bare(starter.raw.clone(), 16)] {
            let (plan, simulation, _) = run(&raw, &starter.programs, &starter.scenario);
            used.push(used_stack(&plan, &simulation));
        }
    }
    println!("{used:?}");
    assert!(
        used.iter().all(|used| (1..=USED_BYTES).contains(used)),
        "{used:?}"
    );
}
