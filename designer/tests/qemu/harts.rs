//! A bare-metal program for four harts, on `septum emulate` and on QEMU.

use std::path::Path;
use std::process::Command;

use septum_guest::bare::BareProgram;
use septum_guest::harts::counting;

use crate::machine::{Cpu, Qemu};

const HARTS: u64 = 4;
/// What the program prints where nothing was lost and everybody was woken.
const SAYS: &[u8] = b"yyy0123";

fn septum(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_septum"));
    let command = command.current_dir(folder).args(arguments);
    let output = command.output().expect("the binary starts");
    assert!(output.status.success(), "{output:?}");
    output.stdout
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn four_harts_say_the_same_in_both_machines() {
    let program = BareProgram::new(&counting(HARTS, 500)).file();
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    septum(folder, &["new", "a"]);
    std::fs::write(folder.join("four.elf"), &program).expect("the program");
    let machine = "let Septum = ./septum/package.dhall in Septum.qemu-virt // { harts = 4 }";
    std::fs::write(folder.join("a/four.dhall"), machine).expect("the machine");
    let here = septum(
        folder,
        &["emulate", "four.elf", "--machine", "a/four.dhall"],
    );
    // The summary begins on a line of its own.
    assert_eq!(here.trim_ascii_end(), SAYS);
    let mut qemu = Qemu::boot_image_with(&program, Cpu::Supervisor, &["-smp", "4"]);
    assert_eq!(qemu.console(SAYS.len()), SAYS);
    assert_eq!(qemu.exit_code().0, 0);
}
