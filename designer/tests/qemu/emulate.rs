//! A bare-metal program as RISC-V's test suites have them, on `septum emulate` and on QEMU.

use std::path::Path;
use std::process::{Command, Output};

use crate::c::source;
use crate::machine::Qemu;

/// Assembles the program with these definitions.
fn assemble(file: &Path, definitions: &[&str]) {
    let status = Command::new("riscv64-unknown-elf-gcc")
        .args(["-march=rv64imac_zicsr", "-mabi=lp64", "-mcmodel=medany"])
        .args(["-nostdlib", "-nostartfiles", "-static"])
        .arg(format!("-Wl,-T,{}", source("bare.ld").display()))
        .args(definitions)
        .arg(source("bare.S"))
        .arg("-o")
        .arg(file)
        .status()
        .expect("riscv64-unknown-elf-gcc is installed");
    assert!(status.success());
}

fn emulate(file: &Path, more: &[&Path]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_septum"));
    let command = command.arg("emulate").arg(file).args(more);
    command.output().expect("the binary starts")
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc and qemu-system-riscv64"]
fn a_test_program_says_the_same_and_ends_the_same_in_both_machines() {
    let folder = tempfile::tempdir().expect("a folder");
    let [to_host, finisher] = ["a.elf", "b.elf"].map(|name| folder.path().join(name));
    for fails in [0, 2, 7, 10, 13, 15] {
        let fails_is = format!("-DFAILS={fails}");
        assemble(&to_host, &[&fails_is]);
        assemble(&finisher, &[&fails_is, "-DFINISHER"]);
        let ended = [&to_host, &finisher].map(|file| emulate(file, &[]));
        let mut qemu = Qemu::boot_image(&std::fs::read(&finisher).expect("the program"));
        let console = qemu.console(ended[0].stdout.len());
        let (code, _) = qemu.exit_code();
        assert_eq!(code, fails);
        for ended in ended {
            assert_eq!(ended.status.code(), Some(code), "{ended:?}");
            assert_eq!(ended.stdout, console, "{ended:?}");
        }
    }
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc"]
fn the_signature_of_a_test_program_is_what_it_has_in_memory_at_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let [file, signature] = ["a.elf", "signature"].map(|name| folder.path().join(name));
    assemble(&file, &["-DFAILS=0"]);
    let ended = emulate(&file, &[Path::new("--signature"), &signature]);
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    let text = std::fs::read_to_string(signature).expect("the signature");
    assert_eq!(text, "00001235\n00000000\n00000055\n00000000\n");
}
