//! Partition programs in C and assembly, built with Debian's compiler.

use std::path::{Path, PathBuf};
use std::process::Command;

use septum_core::image::build;
use septum_core::spec::{RawPartition, RawProgram};

use crate::agreement::{MS, same_console};
use crate::memory::Memory;
use crate::systems::{
    channel, forever, log_received, partition, planned_with, receive, send, sleep, system,
};

/// The folder of `septum.h` and what belongs to it.
pub(crate) fn user() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../kernel/user")
}

/// A program of these tests.
pub(crate) fn source(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/qemu/programs");
    folder.join(name)
}

/// Builds a program in C with the command that `septum.h` gives.
pub(crate) fn compile(program: &Path) -> Vec<u8> {
    link(&[&user().join("include/start.S"), program])
}

/// Builds a program from all that is in it.
pub(crate) fn link(sources: &[&Path]) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let elf = folder.path().join("program.elf");
    let status = Command::new("riscv64-unknown-elf-gcc")
        .args(["-march=rv64imac", "-mabi=lp64", "-mcmodel=medany", "-O2"])
        .args(["-ffreestanding", "-nostdlib", "-static", "-Wall", "-Werror"])
        .arg(format!("-Wl,-T,{}", user().join("partition.ld").display()))
        .arg("-I")
        .arg(user().join("include"))
        .args(sources)
        .arg("-o")
        .arg(&elf)
        .status()
        .expect("riscv64-unknown-elf-gcc is installed");
    assert!(status.success());
    std::fs::read(elf).expect("it was written")
}

/// A partition with the program in this file.
pub(crate) fn program(name: &str, file: &str) -> RawPartition {
    let mut partition = partition(name, Vec::new());
    partition.program = RawProgram::Elf(file.to_owned());
    partition
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc and qemu-system-riscv64"]
fn a_program_in_c_says_the_same_in_both_machines() {
    let elf = compile(&user().join("examples/echo.c"));
    let caller = vec![
        send("out", "hello "),
        receive("in"),
        log_received(),
        sleep(100_000),
    ];
    let raw = system(
        vec![
            partition("caller", forever(caller)),
            program("echo", "echo.elf"),
        ],
        vec![
            channel("there", ("caller", "out"), ("echo", "in")),
            channel("back", ("echo", "out"), ("caller", "in")),
        ],
        &[&["caller"], &["echo"]],
    );
    let plan = planned_with(&raw, &[("echo.elf", &elf)]);
    let (_, mut qemu) = same_console(&plan, &build(&plan), 100 * MS);
    let said = qemu.until(|_| true);
    for partition in [0, 1] {
        assert!(said.texts(partition).len() > 100);
        for (number, text) in said.texts(partition).iter().enumerate() {
            assert_eq!(*text, format!("hello {}", number + 1).into_bytes());
        }
    }
    qemu.freeze();
    assert!(qemu.faults(&plan).is_empty());
    assert_eq!(qemu.hart(&plan).failed, 0);
}
