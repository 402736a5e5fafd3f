//! A run under a debugger: it stops at the same instants, whichever way it comes to them.

use crate::common::starters;
use crate::common::systems::{MS, build};
use septum_core::plan::Plan;
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
