//! A run under a debugger: it stops at the same instants, whichever way it comes to them.

use crate::common::asm::{addi, csrrs, csrrw, j, li, store};
use crate::common::starters;
use crate::common::systems::{MS, build};
use crate::common::{CLINT, RAM, virt};
use septum_core::plan::Plan;
use septum_core::system;
use septum_guest::bare::BareProgram;
use septum_simulator::bare::BareRun;
use septum_simulator::cpu::Privilege;
use septum_simulator::debug::{Debugger, Stop};
use septum_simulator::simulation::Simulation;
use septum_simulator::travel::Travel;

fn debugger() -> (Plan, Debugger) {
    let starter = starters::find("ping-pong");
    let (plan, image) = build(&starter.raw, &starter.programs);
    let booted = Simulation::boot(&plan, &image, &starter.scenario);
    (plan, Debugger::new(Travel::new(booted.expect("it boots"))))
}

/// Goes on to the next stop.
fn go_on(debugger: &mut Debugger) -> Stop {
    for _ in 0..1000 {
        if let Some(stop) = debugger.run(20_000).expect("the core holds") {
            return stop;
        }
    }
    panic!("it does not stop");
}

fn time(debugger: &Debugger) -> u64 {
    debugger.travel().time_ns()
}

#[test]
fn breakpoints_are_found_on_and_back() {
    let (plan, mut debugger) = debugger();
    let entry = plan.partitions[0].entry;
    debugger.add_breakpoint(entry);
    assert_eq!(go_on(&mut debugger), Stop::Breakpoint);
    assert_eq!(debugger.registers(0).expect("the hart").pc, entry);
    assert_eq!(
        debugger.registers(0).expect("the hart").privilege,
        Privilege::User
    );
    let first = time(&debugger);
    // Where it comes by again and again.
    assert!(debugger.remove_breakpoint(entry));
    let vector = debugger
        .travel()
        .simulation()
        .machine()
        .csr(0x305)
        .expect("mtvec");
    debugger.add_breakpoint(vector);
    let passes: Vec<u64> = (0..5)
        .map(|_| {
            assert_eq!(go_on(&mut debugger), Stop::Breakpoint);
            time(&debugger)
        })
        .collect();
    assert!(passes.is_sorted() && passes[0] > first);
    for pass in passes.iter().rev().skip(1) {
        assert_eq!(
            debugger.run_back().expect("the core holds"),
            Stop::Breakpoint
        );
        assert_eq!(
            (time(&debugger), debugger.registers(0).expect("the hart").pc),
            (*pass, vector)
        );
    }
    assert!(debugger.remove_breakpoint(vector));
    assert!(!debugger.remove_breakpoint(vector));
    assert_eq!(debugger.run_back().expect("the core holds"), Stop::Begin);
    assert_eq!(time(&debugger), 0);
    assert_eq!(
        debugger.step_back(0).expect("the core holds"),
        Some(Stop::Begin)
    );
}

#[test]
fn the_last_write_of_a_word_is_found_backwards() {
    let (plan, mut debugger) = debugger();
    // The head of a queue: it changes with each message.
    let word = plan.tables.queues[0].state;
    assert!(debugger.add_watchpoint(word, 16));
    let writes: Vec<(u64, u64)> = (0..4)
        .map(|_| {
            assert_eq!(go_on(&mut debugger), Stop::Watchpoint(word));
            (time(&debugger), debugger.registers(0).expect("the hart").pc)
        })
        .collect();
    debugger.run(500).expect("the core holds");
    for write in writes.iter().rev() {
        assert_eq!(
            debugger.run_back().expect("the core holds"),
            Stop::Watchpoint(word)
        );
        assert_eq!(
            (time(&debugger), debugger.registers(0).expect("the hart").pc),
            *write
        );
    }
    assert!(debugger.remove_watchpoint(word));
    assert!(!debugger.add_watchpoint(0x10, 8));
    assert!(!debugger.add_watchpoint(word, u64::MAX));
}

#[test]
fn memory_is_read_as_the_hart_sees_it() {
    let (plan, mut debugger) = debugger();
    debugger.add_breakpoint(plan.partitions[0].entry);
    go_on(&mut debugger);
    // The first instruction, at its virtual and at its physical address.
    let mapping = plan.partitions[0]
        .mapping(plan.partitions[0].entry)
        .expect("it is mapped");
    let physical = mapping
        .translate(plan.partitions[0].entry)
        .expect("it is there");
    let (mut seen, mut there) = ([0; 4], [0; 4]);
    assert_eq!(debugger.read(0, plan.partitions[0].entry, &mut seen), 4);
    assert_eq!(debugger.read(0, physical, &mut there), 4);
    assert_eq!(seen, there);
    assert_eq!(debugger.read(0, 0x10, &mut seen), 0);
    assert!(time(&debugger) < 5 * MS);
}

#[test]
fn a_breakpoint_is_seen_where_an_interrupt_leads_to_it() {
    const TICKS: u64 = 5;
    let handler = RAM + 0x80;
    let mut program = [
        li(5, CLINT + 0x4000),
        vec![addi(6, 0, 5), store(3, 6, 5, 0)],
        li(5, handler),
        vec![csrrw(0, 0x305, 5), addi(6, 0, 0x80), csrrs(0, 0x304, 6)],
        vec![addi(6, 0, 8), csrrs(0, 0x300, 6), j(0)],
    ]
    .concat();
    program.resize(0x80 / 4, 0);
    program.extend([addi(7, 7, 1), j(0)]);
    for harts in [1, 2] {
        let machine = system::Machine { harts, ..virt() };
        let run = BareRun::new(&machine, &BareProgram::new(&program).file()).expect("a program");
        let mut debugger = Debugger::new(Travel::new(run));
        debugger.add_breakpoint(handler);
        assert_eq!(debugger.run(10_000), Ok(Some(Stop::Breakpoint)));
        let before = debugger.registers(0).expect("a hart");
        assert_eq!((before.pc, before.x[7]), (handler, 0));
        assert_eq!(
            (debugger.hart(), debugger.travel().time_ns()),
            (0, 100 * TICKS)
        );
        assert_eq!(debugger.step(0), Ok(None));
        assert_eq!(debugger.registers(0).expect("a hart").x[7], 1);
        for _ in 0..10 {
            debugger.step(0).expect("the core holds");
        }
        assert_eq!(debugger.run_back(), Ok(Stop::Breakpoint));
        assert_eq!(debugger.registers(0), Some(before));
    }
}
