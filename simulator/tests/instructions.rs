//! The list of executed instructions: it has each of them, at its time, with the word that was
//! executed, however the machine is run.

use crate::common::asm::{ECALL, MRET, NOP, WFI, addi, bne, csrrs, csrrw, j, li, store};
use crate::common::random::Random;
use crate::common::systems::{MS, boot, ping_pong};
use crate::common::{CLINT, RAM, load, machine};
use crate::fuzz::Subject;
use septum_simulator::cpu::{Cpu, Privilege};
use septum_simulator::hart::Instruction;
use septum_simulator::machine::{Boundary, Machine};

const HANDLER: u64 = RAM + 0x1000;
const SEEDS: u64 = 60;
const ROUNDS: u64 = 20;
const ROUND_NS: u64 = 200;

/// An instruction and the mode in which it was executed.
type Line = (Privilege, Instruction);

/// What a machine has kept.
fn kept(machine: &mut Machine) -> Vec<Line> {
    let mut lines = Vec::new();
    machine.drain_instructions(|executed| {
        let privilege = executed.stretch.privilege;
        let count = executed.stretch.count();
        let before = lines.len();
        lines.extend(executed.instructions().map(|it| (privilege, it)));
        let came = u64::try_from(lines.len() - before).expect("few");
        assert_eq!(came, count);
    });
    lines
}

/// Runs up to a time, as far as there is something to run.
fn run(machine: &mut Machine, until_ns: u64) {
    while machine.now_ns() < until_ns {
        match machine.run(until_ns).expect("the hart holds") {
            Boundary::Limit | Boundary::Idle | Boundary::Off(_) => return,
            Boundary::Devices => drop(machine.drain_events()),
            _ => {}
        }
    }
}

/// The same one instruction at a time, each looked at before it is executed.
fn stepped(machine: &mut Machine, until_ns: u64) -> Vec<Line> {
    let mut lines = Vec::new();
    while machine.now_ns() < until_ns {
        let time_ns = machine.now_ns();
        let was_asleep = machine.is_asleep();
        let instruction = Instruction {
            time_ns,
            pc: machine.cpu().pc(),
            word: machine.instruction(),
        };
        let line = (machine.cpu().privilege(), instruction);
        let limit_ns = match was_asleep {
            true => machine.wakes_ns().min(until_ns),
            false => time_ns + 1,
        };
        let boundary = machine.run(limit_ns).expect("the hart holds");
        if machine.now_ns() > time_ns && !was_asleep {
            lines.push(line);
        }
        match boundary {
            Boundary::Idle | Boundary::Off(_) => return lines,
            Boundary::Devices => drop(machine.drain_events()),
            _ => {}
        }
    }
    lines
}

/// Compares the two ways to run the same machine, in pieces and at once.
fn agree(make: impl Fn() -> Machine, until_ns: u64) -> Vec<Line> {
    let expected = stepped(&mut make(), until_ns);
    for pieces in [1, 7] {
        let mut machine = make();
        machine.keep_instructions();
        let mut lines = Vec::new();
        for piece in 1..=pieces {
            run(&mut machine, until_ns * piece / pieces);
            lines.extend(kept(&mut machine));
        }
        for (line, wanted) in lines.iter().zip(&expected) {
            assert_eq!(line, wanted);
        }
        assert_eq!(lines.len(), expected.len());
    }
    expected
}

/// A handler that counts in `x9`, moves the timer on, and goes on behind what trapped.
fn with_handler(program: &[u32]) -> Machine {
    let mut machine = machine(program);
    let mut handler = vec![addi(9, 9, 1), csrrs(10, 0x342, 0)];
    handler.extend([crate::common::asm::branch(4, 10, 0, 20)]);
    handler.extend([
        csrrs(11, 0x341, 0),
        addi(11, 11, 4),
        csrrw(0, 0x341, 11),
        MRET,
    ]);
    handler.extend([addi(12, 12, 3), store(3, 12, 13, 0), MRET]);
    load(&mut machine, HANDLER, &handler);
    let cpu = machine.cpu_mut();
    for (csr, value) in [(0x305, HANDLER), (0x304, 1 << 7), (0x300, 8)] {
        cpu.set_csr(csr, value);
    }
    cpu.set_register(13, CLINT + 0x4000);
    machine
        .with_bus_mut(|bus| bus.write(CLINT + 0x4000, 2, 8))
        .expect("mtimecmp");
    machine
}

#[test]
fn traps_interrupts_loops_and_waits_are_all_there() {
    let mut program = vec![addi(5, 0, 30), addi(5, 5, -1), bne(5, 0, -4), ECALL, NOP];
    program.extend([0xffff_ffff, WFI, addi(6, 6, 1), j(-32)]);
    let lines = agree(|| with_handler(&program), 3000);
    let pcs = |pc| lines.iter().filter(|(_, it)| it.pc == pc).count();
    assert!(pcs(HANDLER) > 10 && pcs(RAM + 24) > 5 && pcs(RAM + 8) > 100);
    let illegal = lines.iter().find(|(_, it)| it.pc == RAM + 20);
    assert_eq!(illegal.and_then(|(_, it)| it.word), Some(0xffff_ffff));
}

#[test]
fn code_that_overwrites_itself_is_told_as_it_was_executed() {
    // The second instruction becomes what x6 holds, then x6 is something else.
    let words = li(6, u64::from(addi(7, 7, 1)));
    let length = i32::try_from(4 * words.len()).expect("short");
    let body = [addi(7, 7, 2), addi(7, 7, 4), store(2, 6, 5, 0), j(-12)];
    let program = [words, body.to_vec()].concat();
    let make = || {
        let mut machine = machine(&program);
        let patched = RAM + u64::try_from(length).expect("short");
        machine.cpu_mut().set_register(5, patched);
        machine
    };
    let lines = agree(make, 60);
    let words = lines.iter().filter_map(|(_, it)| it.word);
    let words: Vec<u32> = words.collect();
    assert!(words.contains(&addi(7, 7, 2)) && words.contains(&addi(7, 7, 1)));
}

#[test]
fn an_instruction_that_cannot_be_fetched_is_there_without_a_word() {
    let lines = agree(|| machine(&[0x0000_0067]), 5);
    assert_eq!(lines.len(), 5);
    assert!(lines[1..].iter().all(|(_, it)| it.word.is_none()));
}

#[test]
fn random_programs_are_told_as_if_stepped() {
    for seed in 0..SEEDS {
        let [mut stepper, mut keeper] = [seed; 2].map(Subject::new);
        keeper.machine.keep_instructions();
        for round in 1..=ROUNDS {
            stepper.scramble();
            keeper.scramble();
            let until_ns = stepper.machine.now_ns() + ROUND_NS;
            let expected = stepped(&mut stepper.machine, until_ns);
            run(&mut keeper.machine, until_ns);
            let lines = kept(&mut keeper.machine);
            for (line, wanted) in lines.iter().zip(&expected) {
                assert_eq!(line, wanted, "seed {seed}, round {round}");
            }
            assert_eq!(lines.len(), expected.len(), "seed {seed}, round {round}");
        }
    }
}

#[test]
fn keeping_changes_nothing() {
    let mut random = Random::new(1);
    let until_ns = 2 * MS;
    let mut plain = boot(&ping_pong());
    plain.run_until(until_ns).expect("the hart holds");
    let mut keeper = boot(&ping_pong());
    keeper.machine_mut().keep_instructions();
    let (mut count, mut partitions) = (0, [0; 2]);
    while keeper.time_ns() < until_ns {
        let limit_ns = keeper.time_ns() + 1 + random.below(50_000);
        keeper
            .run_until(limit_ns.min(until_ns))
            .expect("the hart holds");
        keeper.machine_mut().drain_instructions(|executed| {
            count += executed.stretch.count();
            if let Some(partition) = executed.stretch.partition() {
                assert_eq!(executed.stretch.privilege, Privilege::User);
                partitions[partition] += executed.stretch.count();
            }
        });
    }
    assert_eq!(plain.drain_events(), keeper.drain_events());
    assert_eq!(keeper.machine().instructions(), count);
    assert!(partitions.iter().all(|count| *count > 1000));
}
