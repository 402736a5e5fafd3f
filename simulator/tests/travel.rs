//! Time travel: wherever a run was before, at an instant it is as if it had run straight to it.

use crate::common::random::Random;
use crate::common::starters::{self, Starter};
use crate::common::systems::{MS, build};
use septum_simulator::cpu::Registers;
use septum_simulator::event::Event;
use septum_simulator::simulation::Simulation;
use septum_simulator::travel::Travel;

/// Everything that can be seen of a run.
#[derive(Debug, PartialEq)]
struct Seen {
    registers: Registers,
    csrs: Vec<Option<u64>>,
    instructions: u64,
    ram: Vec<Vec<u8>>,
    uart: Vec<u8>,
    printed: usize,
}

fn seen(simulation: &Simulation, starter: &Starter) -> Seen {
    let machine = simulation.machine();
    let ranges = &starter.raw.machine.ram;
    let memory = |base: u64, size: u64| {
        let length = usize::try_from(size).expect("it is small");
        simulation.read_memory(base, length).expect("it is RAM")
    };
    Seen {
        registers: simulation.registers(),
        csrs: (0..4096).map(|number| machine.csr(number)).collect(),
        instructions: machine.instructions(),
        ram: ranges
            .iter()
            .map(|range| memory(range.base, range.size_bytes))
            .collect(),
        uart: simulation.uart_output().to_vec(),
        printed: simulation.console().len(),
    }
}

fn boot(starter: &Starter) -> Simulation {
    let (plan, image) = build(&starter.raw, &starter.programs);
    Simulation::boot(&plan, &image, &starter.scenario).expect("it boots")
}

/// A straight run, told in one piece.
fn straight(starter: &Starter, time_ns: u64) -> (Seen, Vec<Event>) {
    let mut simulation = boot(starter);
    simulation.run_until(time_ns).expect("the core holds");
    let events = simulation.drain_events();
    (seen(&simulation, starter), events)
}

#[test]
fn after_any_walk_the_state_is_that_of_a_straight_run() {
    for starter in starters::all() {
        let mut travel = Travel::new(boot(&starter));
        let mut random = Random::new(7);
        let mut events: Vec<Event> = Vec::new();
        for _ in 0..12 {
            let time_ns = random.below(30 * MS);
            travel.go_to(time_ns).expect("the core holds");
            follow(&mut travel, &mut events);
            let (expected, expected_events) = straight(&starter, travel.time_ns());
            assert!(
                seen(travel.simulation(), &starter) == expected,
                "{} at {time_ns}",
                starter.raw.name
            );
            assert_eq!(events, expected_events, "{} at {time_ns}", starter.raw.name);
        }
    }
}

/// Makes a list of events that of the present instant.
fn follow(travel: &mut Travel, events: &mut Vec<Event>) {
    let new = travel.take_trace().events;
    events.truncate(travel.events() - new.len());
    events.extend(new);
}

#[test]
fn single_steps_back_are_the_steps_forward_in_reverse() {
    let starter = starters::all().remove(0);
    let mut travel = Travel::new(boot(&starter));
    travel.go_to(5 * MS).expect("the core holds");
    // A step back out of a sleep goes to its begin.
    travel.step().expect("the core holds");
    let mut path = Vec::new();
    for _ in 0..300 {
        travel.go_to(travel.time_ns()).expect("the core holds");
        path.push((travel.time_ns(), travel.simulation().registers()));
        travel.step().expect("the core holds");
    }
    travel.go_to(travel.time_ns()).expect("the core holds");
    for expected in path.into_iter().rev() {
        travel.step_back().expect("the core holds");
        assert_eq!(
            (travel.time_ns(), travel.simulation().registers()),
            expected
        );
    }
}

#[test]
fn the_begin_of_the_run_is_the_first_instant() {
    let starter = starters::all().remove(0);
    let mut travel = Travel::new(boot(&starter));
    let first = travel.simulation().registers();
    travel.go_to(MS).expect("the core holds");
    travel.go_to(0).expect("the core holds");
    assert_eq!(travel.simulation().registers(), first);
    travel.step_back().expect("the core holds");
    assert_eq!((travel.time_ns(), travel.events()), (0, 0));
}

#[test]
fn a_long_past_takes_bounded_memory() {
    let starter = starters::all().remove(0);
    let mut travel = Travel::new(boot(&starter));
    travel.go_to(1_500 * MS).expect("the core holds");
    let (marks, bytes) = travel.size();
    assert!((100..=512).contains(&marks), "{marks}");
    assert!(bytes <= 256 << 20, "{bytes}");
    travel.go_to(700 * MS).expect("the core holds");
    let (expected, _) = straight(&starter, 700 * MS);
    assert!(seen(travel.simulation(), &starter) == expected);
}
