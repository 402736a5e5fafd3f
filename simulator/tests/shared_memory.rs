//! Programs in C that share a memory by its name, on machines with an MMU and without.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::story;
use crate::common::systems::{MS, build, find, is_of, model, pmp_alone, system};
use septum_core::programs::Programs;
use septum_core::scenario::Scenario;
use septum_core::spec::{RawGrant, RawMemory, RawPartition, RawProgram, RawSystem};
use septum_simulator::event::{Event, EventKind};
use septum_simulator::simulation::Simulation;

/// Builds a program in C, which may lie anywhere.
fn compile(name: &str) -> Vec<u8> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let user = here.join("../kernel/user");
    let elf = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.elf"));
    let status = Command::new("riscv64-unknown-elf-gcc")
        .args(["-march=rv64imac", "-mabi=lp64", "-mcmodel=medany", "-O2"])
        .args(["-ffreestanding", "-nostdlib", "-static", "-Wall", "-Werror"])
        .arg("-Wl,--emit-relocs")
        .arg(format!("-Wl,-T,{}", user.join("partition.ld").display()))
        .arg("-I")
        .arg(user.join("include"))
        .arg(user.join("include/start.S"))
        .arg(here.join(format!("tests/programs/{name}.c")))
        .arg("-o")
        .arg(&elf)
        .status()
        .expect("riscv64-unknown-elf-gcc is installed");
    assert!(status.success());
    std::fs::read(elf).expect("it was written")
}

/// A writer and a reader in windows of their own.
fn design(pmp_entries: Option<u64>) -> (RawSystem, Programs) {
    let mut programs = Programs::new();
    let mut add = |name: &str| -> RawPartition {
        let mut partition = model(name, Vec::new());
        let path = format!("{name}.elf");
        programs.insert(path.clone(), Ok(compile(name)));
        partition.program = RawProgram::Elf(path);
        partition
    };
    let partitions = vec![add("reader"), add("writer")];
    let windows: &[(u64, &[&str])] = &[(MS / 2, &["reader"]), (MS / 2, &["writer"])];
    let mut raw = system(partitions, Vec::new(), windows);
    let grant = |(partition, write): (&str, bool)| RawGrant {
        partition: partition.to_owned(),
        write,
    };
    raw.memories = vec![RawMemory {
        name: "board".to_owned(),
        size_bytes: 4096,
        grants: [("reader", false), ("writer", true)].map(grant).to_vec(),
    }];
    if let Some(pmp_entries) = pmp_entries {
        raw.machine.isolation = pmp_alone(pmp_entries, 4);
    }
    (raw, programs)
}

fn events(pmp_entries: Option<u64>) -> Vec<Event> {
    let (raw, programs) = design(pmp_entries);
    let (plan, image) = build(&raw, &programs);
    let mut simulation = Simulation::boot(&plan, &image, &Scenario::default()).expect("it boots");
    simulation.run_until(5 * MS).expect("the engine holds");
    let events = simulation.drain_events();
    story::check(&raw, &plan, &events);
    events
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc"]
fn a_reader_sees_what_a_writer_writes_and_cannot_write_itself() {
    for pmp_entries in [None, Some(16), Some(8)] {
        let events = events(pmp_entries);
        let logs = |event: &&Event| matches!(event.kind, EventKind::Log { .. });
        let said: Vec<&Event> = events.iter().filter(logs).collect();
        let [said] = said[..] else {
            panic!("{said:?}");
        };
        assert!(is_of(said, "reader"));
        assert!(
            matches!(&said.kind, EventKind::Log { bytes, status } if bytes[..] == [0, 1, 4, 9, 16, 25, 36, 49] && status == "ok"),
            "{said:?}"
        );
        let fault = find(&events, "reader", |kind| {
            matches!(kind, EventKind::Fault { .. })
        });
        assert!(
            matches!(&fault.kind, EventKind::Fault { health, action, .. } if health == "memory_violation" && action == "halt"),
            "{fault:?}"
        );
        find(&events, "writer", |kind| *kind == EventKind::Exit);
    }
}
