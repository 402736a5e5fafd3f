//! Which control and status registers a hart has, with an MMU and without one.

use std::path::Path;
use std::process::Command;

use object::{Object, ObjectSegment};
use septum_core::spec::RawMmu;
use septum_core::system;
use septum_simulator::machine::{Boundary, Machine};

use crate::c::source;
use crate::machine::{Cpu, Qemu};
use crate::memory::Memory;
use crate::systems::{ping_pong, planned};

/// Where the program runs and where it leaves what it found.
const START: u64 = 0x8000_0000;
const FOUND: u64 = 0x8010_0000;

/// A byte for each number, and one that says that all are read.
const BYTES: usize = 4097;

/// Supervisor-level registers, and what Smstateen and Sstc add to them is not ours.
const SUPERVISOR: [u16; 11] = [
    0x100, 0x104, 0x105, 0x106, 0x10a, 0x140, 0x141, 0x142, 0x143, 0x144, SATP,
];
const SATP: u16 = 0x180;

/// Delegation is there for S-mode only (privileged specification, 3.1.8). QEMU 7.2 has the
/// registers without it, too.
const DELEGATION: [u16; 2] = [0x302, 0x303];

/// Machine-level registers that the kernel uses.
const MACHINE: [u16; 16] = [
    0x300, 0x301, 0x304, 0x305, 0x306, 0x30a, 0x340, 0x341, 0x342, 0x343, 0x344, 0x3a0, 0x3a1,
    0x3a2, 0x3b0, 0x3bf,
];

/// The program that asks.
fn program() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let elf = folder.path().join("registers.elf");
    let status = Command::new("riscv64-unknown-elf-gcc")
        .args([
            "-march=rv64imac_zicsr",
            "-mabi=lp64",
            "-nostdlib",
            "-static",
        ])
        // Without pages in the file, or its head would lie below RAM.
        .arg("-Wl,-n")
        .arg(format!("-Wl,-Ttext={START:#x}"))
        .arg::<&Path>(&source("registers.S"))
        .arg("-o")
        .arg(&elf)
        .status()
        .expect("riscv64-unknown-elf-gcc is installed");
    assert!(status.success());
    std::fs::read(elf).expect("it was written")
}

/// What the simulator's hart has.
fn simulated(elf: &[u8], description: &system::Machine) -> Vec<u8> {
    let mut machine = Machine::new(description, START).expect("the description is fine");
    let file = object::File::parse(elf).expect("an ELF file");
    for segment in file.segments() {
        let bytes = segment.data().expect("bytes");
        machine
            .with_bus_mut(|bus| bus.ram_mut().fill(segment.address(), bytes))
            .expect("it is in RAM");
    }
    while machine.run(1_000_000).expect("the engine holds") != Boundary::Limit {}
    machine.with_bus(|bus| bus.ram().slice(FOUND, BYTES).expect("it is RAM").to_vec())
}

/// What QEMU's hart has.
fn emulated(elf: &[u8], cpu: Cpu) -> Vec<u8> {
    let mut qemu = Qemu::boot_image_on(elf, cpu);
    let end = FOUND + u64::try_from(BYTES).expect("small") - 1;
    for _ in 0..600 {
        if qemu.memory(end, 1) == [1] {
            return qemu.memory(FOUND, BYTES);
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("it does not come to an end");
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc and qemu-system-riscv64"]
fn a_hart_without_an_mmu_has_no_registers_of_supervisor_mode() {
    let elf = program();
    for (mmu, cpu) in [(RawMmu::Sv39, Cpu::Supervisor), (RawMmu::Bare, Cpu::Bare)] {
        let mut description = planned(&ping_pong()).system.machine;
        description.isolation.mmu = mmu;
        let (ours, theirs) = (simulated(&elf, &description), emulated(&elf, cpu));
        let has = |found: &[u8], number: u16| found[usize::from(number)] == 1;
        assert_eq!(ours[4096], 1, "all are read");
        for number in SUPERVISOR.into_iter().chain(MACHINE) {
            assert_eq!(has(&ours, number), has(&theirs, number), "{number:#x}");
        }
        let supervisor = mmu == RawMmu::Sv39;
        assert_eq!(has(&theirs, SATP), supervisor);
        for number in DELEGATION {
            assert_eq!(has(&ours, number), supervisor, "{number:#x}");
        }
    }
}
