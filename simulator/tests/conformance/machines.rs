//! The machines that run a program: ours, `rv64emu`, QEMU. Each answers with what it printed.

use std::io::Write as _;
use std::process::{Command, Stdio};

use septum_core::qemu::{CPU_SV39, PROGRAM};
use septum_core::spec::RawMmu;
use septum_core::system;
use septum_simulator::bare::{BareRun, End, Through};
use septum_simulator::cpu::{Cause, Exception, Privilege};
use septum_simulator::executable::Executable;
use septum_simulator::load::load;
use septum_simulator::lockstep::witness::Witness;
use septum_simulator::machine::Machine;

use super::program::{FINISHER, UART};
use crate::common::virt;

/// More instructions than any of the programs takes.
const ENOUGH: u64 = 10_000_000;
/// What the UART's line status says when it can send (16550: THRE, TEMT).
const CAN_SEND: u64 = 0x60;

/// The root of translation (privileged ISA 4.1.11).
const SATP: u16 = 0x180;

/// Ours, with so much RAM that every program fits.
fn description() -> system::Machine {
    let mut description = virt();
    description.ram[0].size_bytes = 16 << 20;
    description
}

/// Ours.
pub(crate) fn ours(file: &[u8]) -> Vec<u8> {
    ours_on(&description(), file)
}

/// Ours with a timer of S-mode.
pub(crate) fn ours_with_sstc(file: &[u8]) -> Vec<u8> {
    let mut description = description();
    description.sstc = true;
    ours_on(&description, file)
}

/// Ours. What it prints is the memory of its signature.
fn ours_on(description: &system::Machine, file: &[u8]) -> Vec<u8> {
    let mut run = BareRun::new(description, file).expect("a program");
    let end = run.run(ENOUGH).expect("the core holds");
    let through = Through::Finisher;
    assert_eq!(end, Some(End::Exit { code: 0, through }));
    let printed = run.drain_output();
    assert!(printed == run.signature().expect("it has one"));
    printed
}

/// The crate `rv64emu`.
pub(crate) fn rv64emu(file: &[u8]) -> Vec<u8> {
    let program = Executable::read(file).expect("a program");
    let mut machine = Machine::new(&description(), program.entry).expect("a machine");
    load(&mut machine, &description(), &program).expect("it fits");
    let ram = machine.with_bus(|bus| bus.ram().clone());
    let status = machine.csr(0x300).expect("mstatus exists");
    let mut witness = Witness::new(ram, RawMmu::Sv39, program.entry, status);
    let mut printed = Vec::new();
    for _ in 0..ENOUGH {
        // Its bus has something everywhere.
        let pc = witness.next_pc();
        let is_physical = witness.privilege() == Privilege::Machine || witness.csr(SATP) == 0;
        if is_physical && machine.with_bus(|bus| bus.ram().offset(pc, 2)).is_none() {
            let cause = Cause::InstructionAccess;
            witness.trap(Exception { cause, value: pc });
        }
        witness.execute([CAN_SEND].into_iter()).expect("it holds");
        for stored in witness.device_stores() {
            match stored.address {
                UART => printed.push(stored.value.to_le_bytes()[0]),
                FINISHER => return printed,
                _ => {}
            }
        }
    }
    panic!("it does not end");
}

/// QEMU.
pub(crate) fn qemu(file: &[u8]) -> Vec<u8> {
    qemu_on(CPU_SV39, file)
}

/// QEMU with a timer of S-mode.
pub(crate) fn qemu_with_sstc(file: &[u8]) -> Vec<u8> {
    qemu_on(&format!("{CPU_SV39},sstc=on"), file)
}

/// QEMU with this hart. `timeout` is there in case that it does not end.
fn qemu_on(cpu: &str, file: &[u8]) -> Vec<u8> {
    // Each hart has a folder: the tests run side by side.
    let name = format!("septum-conformance-{}-{}", std::process::id(), cpu.len());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("program.elf");
    let mut elf = std::fs::File::create(&path).expect("a file");
    elf.write_all(file).expect("a file");
    let output = Command::new("timeout")
        .args(["120", PROGRAM, "-M", "virt"])
        .args(["-cpu", cpu, "-bios", "none"])
        .args([
            "-display", "none", "-monitor", "none", "-serial", "stdio", "-kernel",
        ])
        .arg(&path)
        .stdin(Stdio::null())
        .output()
        .expect("qemu-system-riscv64 is installed");
    std::fs::remove_dir_all(&folder).expect("a folder");
    assert!(output.status.success(), "{output:?}");
    output.stdout
}
