//! Programs that try everything that a program can, on both machines. What they find stands on
//! a board, a memory that no restart touches.

use std::thread;
use std::time::Duration;

use septum_core::health::{RawHealth, RawHealthAction, RawRestart};
use septum_core::image::{build, contents};
use septum_core::plan::{Plan, RegionKind};
use septum_core::scenario::Scenario;
use septum_core::spec::{RawChannel, RawChannelKind, RawGrant, RawMemory, RawPartition, RawStep};

use crate::agreement::{MS, simulated};
use crate::c::{link, program, source, user};
use crate::machine::Qemu;
use crate::memory::Memory;
use crate::systems::{
    channel, forever, log_received, numbered, partition, planned_with, receive, sleep, system,
};

/// A program in C with its part in assembly, if it has one.
fn compiled(name: &str) -> Vec<u8> {
    let (start, main) = (user().join("include/start.S"), source(&format!("{name}.c")));
    let assembly = source(&format!("{name}.S"));
    let mut sources = vec![start.as_path(), main.as_path()];
    if assembly.is_file() {
        sources.push(&assembly);
    }
    link(&sources)
}

/// Restarted at once, whatever it does and however often.
fn restarted(name: &str) -> RawPartition {
    let mut partition = program(name, &format!("{name}.elf"));
    partition.health = RawHealth {
        memory_violation: RawHealthAction::Restart,
        illegal_request: RawHealthAction::Restart,
        hardware_fault: RawHealthAction::Restart,
        stack_overflow: RawHealthAction::Restart,
        application_error: RawHealthAction::Restart,
        restart: RawRestart {
            limit: None,
            backoff_ns: 0,
        },
        ..partition.health
    };
    partition
}

/// The plan of these partitions in these windows, of whom the last has the board.
fn planned(
    partitions: Vec<RawPartition>,
    channels: Vec<RawChannel>,
    groups: &[&[&str]],
    programs: &[&str],
) -> Plan {
    let last = partitions.last().expect("somebody").name.clone();
    let mut raw = system(partitions, channels, groups);
    raw.memories = vec![RawMemory {
        name: "board".to_owned(),
        size_bytes: 4096,
        grants: vec![RawGrant {
            partition: last,
            write: true,
        }],
    }];
    let files = programs.iter();
    let files: Vec<_> = files
        .map(|it| (format!("{it}.elf"), compiled(it)))
        .collect();
    let files: Vec<_> = files
        .iter()
        .map(|(path, elf)| (path.as_str(), &elf[..]))
        .collect();
    planned_with(&raw, &files)
}

/// The board's first words.
fn board(machine: &mut impl Memory, plan: &Plan) -> [u64; 3] {
    let mut regions = plan.regions.iter();
    let region = regions.find(|region| region.name == "memory.board");
    let base = region.expect("a board").range.base;
    let bytes = machine.memory(base, 24);
    let word = |n: usize| u64::from_le_bytes(bytes[8 * n..8 * n + 8].try_into().expect("a word"));
    [word(0), word(1), word(2)]
}

/// What both machines' boards say once the first word has come so far, and that the kernel and
/// the page tables are as they were.
fn boards(plan: &Plan, until: u64, time_ns: u64) -> [[u64; 3]; 2] {
    let mut simulation = simulated(plan, &build(plan), &Scenario::default(), time_ns);
    let mut qemu = Qemu::boot(plan);
    for _ in 0..600 {
        if board(&mut qemu, plan)[0] >= until {
            break;
        }
        thread::sleep(Duration::from_millis(100));
    }
    qemu.freeze();
    is_unchanged(&mut simulation, plan);
    is_unchanged(&mut qemu, plan);
    let found = [board(&mut simulation, plan), board(&mut qemu, plan)];
    assert!(found.iter().all(|it| it[0] >= until), "{found:?}");
    found
}

fn is_unchanged(machine: &mut impl Memory, plan: &Plan) {
    let kinds = [
        RegionKind::KernelCode,
        RegionKind::KernelTables,
        RegionKind::PageTables,
    ];
    for region in plan.regions.iter().filter(|it| kinds.contains(&it.kind)) {
        let expected = contents(plan, region);
        let found = machine.memory(region.range.base, expected.len());
        assert!(found == expected, "{}", region.name);
    }
}

/// Somebody who goes on counting whatever the others do.
fn witness() -> RawPartition {
    partition("witness", forever(vec![numbered("tick "), sleep(400_000)]))
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc and qemu-system-riscv64"]
fn no_csr_number_is_within_reach() {
    let partitions = vec![witness(), restarted("csrs")];
    let plan = planned(
        partitions,
        Vec::new(),
        &[&["witness"], &["csrs"]],
        &["csrs"],
    );
    for [begun, came_back, _] in boards(&plan, 2 * 4096, 800 * MS) {
        assert_eq!((begun, came_back), (2 * 4096, 0));
    }
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc and qemu-system-riscv64"]
fn every_call_comes_to_an_error_or_a_fault() {
    let mut nurse = partition(
        "nurse",
        forever(vec![
            numbered("tick "),
            RawStep::Restart {
                partition: "calls".to_owned(),
            },
            sleep(100_000),
        ]),
    );
    nurse.permissions.manage = true;
    let mut calls = restarted("calls");
    (calls.permissions.log, calls.log_bytes) = (false, 0);
    let friend = partition("friend", forever(vec![receive("mail"), log_received()]));
    let mut bell = channel("bell", ("calls", "bell"), ("friend", "bell"));
    bell.kind = RawChannelKind::Signal;
    let channels = vec![
        channel("mail", ("calls", "mail"), ("friend", "mail")),
        channel("answer", ("friend", "answer"), ("calls", "answer")),
        bell,
    ];
    let groups: [&[&str]; 3] = [&["nurse"], &["friend"], &["calls"]];
    let plan = planned(vec![nurse, friend, calls], channels, &groups, &["calls"]);
    for [begun, came_back, strange] in boards(&plan, 20_000, 2_500 * MS) {
        assert_eq!((begun, strange), (20_000, 0));
        assert!(came_back > 2_000, "{came_back}");
    }
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc and qemu-system-riscv64"]
fn nobody_finds_the_secrets_of_another() {
    let (keeper, spy) = (program("keeper", "keeper.elf"), program("spy", "spy.elf"));
    let told = channel("told", ("keeper", "tell"), ("spy", "tell"));
    // In a window of both the spy comes first: it takes the hart from the keeper.
    let groups: [&[&str]; 2] = [&["keeper"], &["spy", "keeper"]];
    let plan = planned(vec![keeper, spy], vec![told], &groups, &["keeper", "spy"]);
    for [slept, messages, secrets] in boards(&plan, 1_000, 30 * MS) {
        assert!(slept >= 1_000 && messages > 100, "{slept} and {messages}");
        assert_eq!(secrets, 0);
    }
}
