//! The programs, and the check that the kernel runs wherever it is placed.

use std::{fs, path::Path};

use anyhow::{Result, ensure};
use object::{Object, ObjectSegment};

use crate::toolchain::Toolchain;

/// A RISC-V program of this repository.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    /// The package.
    pub package: &'static str,
    /// Its linker script, from the root.
    pub linker_script: &'static str,
    /// Its file in `assets/`.
    pub asset: &'static str,
}

/// The kernel; its linker script takes the load address from the symbol `__base`.
pub const KERNEL: Program = Program {
    package: "septum-kernel",
    linker_script: "kernel/kernel.ld",
    asset: "kernel.elf",
};

/// What runs in partitions.
pub const PARTITIONS: &[Program] = &[
    Program {
        package: "septum-model",
        linker_script: "kernel/user/partition.ld",
        asset: "model.elf",
    },
    Program {
        package: "septum-uart-driver",
        linker_script: "kernel/user/partition.ld",
        asset: "uart-driver.elf",
    },
];

/// Load addresses that the kernel is linked for: the first is the one that is kept, the
/// second shows that the code does not depend on it.
const BASES: [&str; 2] = ["--defsym=__base=0x80000000", "--defsym=__base=0x1234567000"];

/// What makes a program of a partition one that the designer can place anywhere: the code is
/// relative to the program counter, and addresses in constants become relocations.
const PIE: [&str; 3] = ["-pie", "--no-dynamic-linker", "-znotext"];

/// Builds a program of a partition: its ELF.
///
/// # Errors
/// When the build fails.
pub fn build(toolchain: &Toolchain, root: &Path, program: &Program) -> Result<Vec<u8>> {
    Ok(fs::read(toolchain.build(root, program, &PIE)?)?)
}

/// Builds the kernel: its ELF.
///
/// # Errors
/// When the build fails, or the code depends on where it is loaded.
pub fn build_kernel(toolchain: &Toolchain, root: &Path) -> Result<Vec<u8>> {
    let elsewhere = fs::read(toolchain.build(root, &KERNEL, &[BASES[1]])?)?;
    let kernel = fs::read(toolchain.build(root, &KERNEL, &[BASES[0]])?)?;
    ensure!(
        loaded(&elsewhere)? == loaded(&kernel)?,
        "the kernel's code depends on its load address: a pointer in data, or an absolute one"
    );
    Ok(kernel)
}

/// What is loaded, in order.
fn loaded(elf: &[u8]) -> Result<Vec<u8>> {
    let file = object::File::parse(elf)?;
    let mut bytes = Vec::new();
    for segment in file.segments() {
        bytes.extend_from_slice(segment.data()?);
    }
    Ok(bytes)
}
