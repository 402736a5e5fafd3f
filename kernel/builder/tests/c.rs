//! The C example builds with Debian's compiler and declares what the designer expects to read.

use std::{
    path::Path,
    process::{Command, ExitStatus},
};

use object::{Object, ObjectSection};
use septum_kernel_builder::root;

fn compile(output: &Path) -> std::io::Result<ExitStatus> {
    let user = root().join("kernel/user");
    Command::new("riscv64-unknown-elf-gcc")
        .args(["-march=rv64imac", "-mabi=lp64", "-mcmodel=medany"])
        .args(["-O3", "-flto", "-ffreestanding", "-nostdlib", "-static"])
        .args(["-Wall", "-Wextra", "-Werror"])
        .args([
            "-ffunction-sections",
            "-fdata-sections",
            "-Wl,--gc-sections",
            "-s",
        ])
        .arg(format!("-Wl,-T,{}", user.join("partition.ld").display()))
        .arg("-I")
        .arg(user.join("include"))
        .arg(user.join("include/start.S"))
        .arg(user.join("examples/echo.c"))
        .arg("-o")
        .arg(output)
        .status()
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc"]
fn the_example_keeps_its_ports_through_every_optimisation() {
    let folder = std::env::temp_dir().join(format!("septum-c-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let elf = folder.join("echo.elf");
    assert!(compile(&elf).unwrap().success());
    let bytes = std::fs::read(&elf).unwrap();
    let file = object::File::parse(&*bytes).unwrap();
    let section = file.section_by_name(".septum.ports").unwrap();
    let entries = section.data().unwrap();
    assert_eq!(entries.len(), 2 * 56);
    let mut names: Vec<&str> = entries
        .chunks(56)
        .map(|entry| {
            std::str::from_utf8(&entry[..32])
                .unwrap()
                .trim_end_matches('\0')
        })
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["in", "out"]);
    // Where the linker script and the ABI place a program.
    assert_eq!(file.entry(), 0x10_0000_0000);
    std::fs::remove_dir_all(&folder).unwrap();
}
