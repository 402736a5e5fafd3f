//! Conformance of the hart: cases that are written from the specification run on it, on the crate
//! `rv64emu` and on QEMU, from the same program.

mod arithmetic;
mod case;
mod compressed;
mod deviations;
mod jumps;
mod machines;
mod memory;
mod privileged;
mod program;
mod registers;
mod supervisor_timer;
mod translation;

use std::collections::BTreeSet;

use septum_isa::TABLE;

use crate::common::virt;
use case::{BREAKPOINT, Case, ILLEGAL};
use deviations::{Deviation, OF_QEMU, OF_QEMU_WITH_SSTC, OF_RV64EMU};
use program::Program;

/// Every group of cases, a program each.
fn groups() -> [Vec<Case>; 7] {
    [
        arithmetic::cases(),
        memory::cases(),
        jumps::cases(),
        compressed::cases(),
        privileged::cases(),
        registers::cases(),
        translation::cases(),
    ]
}

/// Runs every case, and compares what a machine leaves with the specification: each difference is
/// a known one, and each known one is there. It says nothing of some
/// exceptions.
fn conforms(run: fn(&[u8]) -> Vec<u8>, silent: &[u64], known: &[Deviation]) {
    conform(groups(), run, silent, known);
}

fn conform(
    groups: impl IntoIterator<Item = Vec<Case>>,
    run: fn(&[u8]) -> Vec<u8>,
    silent: &[u64],
    known: &[Deviation],
) {
    let mut seen: Vec<bool> = known.iter().map(|deviation| deviation.stops).collect();
    let mut unknown = Vec::new();
    for mut cases in groups {
        cases.retain(|case| !known.iter().any(|it| it.stops && it.covers(case)));
        let program = Program::new(cases);
        let signature = run(&program.file());
        for (case, what) in program.differences(&signature, silent) {
            match known.iter().position(|deviation| deviation.covers(case)) {
                Some(position) => seen[position] = true,
                None => unknown.push(format!("{}: {what}", case.name())),
            }
        }
    }
    assert!(
        unknown.is_empty(),
        "{} differ:\n{}",
        unknown.len(),
        unknown.join("\n")
    );
    let gone = known.iter().zip(seen).filter(|(_, seen)| !seen);
    let gone: Vec<&Deviation> = gone.map(|(deviation, _)| deviation).collect();
    assert!(gone.is_empty(), "no longer: {gone:#?}");
}

#[test]
fn our_hart_does_what_the_specification_says() {
    conforms(machines::ours, &[], &[]);
}

#[test]
fn rv64emu_does_the_same_but_for_what_is_known() {
    conforms(machines::rv64emu, &[ILLEGAL], OF_RV64EMU);
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn qemu_does_the_same_but_for_what_is_known() {
    conforms(machines::qemu, &[BREAKPOINT], OF_QEMU);
}

#[test]
fn our_hart_has_the_timer_of_supervisor_mode() {
    let cases = [supervisor_timer::cases()];
    conform(cases, machines::ours_with_sstc, &[], &[]);
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn qemu_has_the_timer_of_supervisor_mode() {
    let cases = [supervisor_timer::cases()];
    let known = OF_QEMU_WITH_SSTC;
    conform(cases, machines::qemu_with_sstc, &[BREAKPOINT], known);
}

#[test]
fn every_row_of_the_instruction_table_has_a_case() {
    let subjects: BTreeSet<&str> = groups().iter().flatten().map(|case| case.subject).collect();
    let missing: Vec<&str> = TABLE
        .iter()
        .map(|row| row.name)
        .filter(|name| !subjects.contains(name))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn every_register_that_the_hart_has_is_one_of_the_specification_and_has_a_case() {
    let machine =
        septum_simulator::machine::Machine::new(&virt(), crate::common::RAM).expect("a machine");
    for number in 0..4096 {
        let rows = registers::REGISTERS.iter();
        let specified = rows.filter(|row| (row.first..=row.last).contains(&u32::from(number)));
        let exists = usize::from(machine.csr(number).is_some());
        assert_eq!(specified.count(), exists, "{number:#x}");
    }
}
