//! Time travel: wherever a run was before, at an instant it is as if it had run straight to it.

use crate::common::asm::{NOP, addi, j, li, store};
use crate::common::program::{T1, call, run};
use crate::common::random::Random;
use crate::common::starters::{self, Starter};
use crate::common::systems::{MS, build, model, system};
use septum_abi::address::{PROGRAM_BASE, STACK_TOP};
use septum_abi::call::Call;
use septum_core::image::Image;
use septum_core::plan::Plan;
use septum_core::programs::Programs;
use septum_core::scenario::Scenario;
use septum_simulator::cpu::Registers;
use septum_simulator::event::Event;
use septum_simulator::run::Run;
use septum_simulator::simulation::Simulation;
use septum_simulator::travel::{Place, Travel};

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

#[test]
fn to_go_to_a_count_is_to_execute_as_many_instructions() {
    for starter in starters::all() {
        let mut travel = Travel::new(boot(&starter));
        travel.go_to(10 * MS).expect("the core holds");
        let mut random = Random::new(11);
        for _ in 0..8 {
            let count = random.below(2 * travel.instant().instructions.max(1000));
            travel.go_to_count(count).expect("the core holds");
            let mut simulation = boot(&starter);
            simulation.run_instructions(count).expect("the core holds");
            let expected = seen(&simulation, &starter);
            assert_eq!(travel.instant().instructions, count);
            assert!(
                seen(travel.simulation(), &starter) == expected,
                "{} at {count}",
                starter.raw.name
            );
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

/// A program that writes the top of its stack twice, with the same value, and asks for the time.
fn writer() -> (Plan, Image, [u64; 4]) {
    const SP: u32 = 2;
    let mut programs = Programs::new();
    let mut partition = model("writer", Vec::new());
    partition.permissions.clock = true;
    let mut code = li(T1, 7);
    let mut places = Vec::new();
    let mut mark =
        |code: &Vec<u32>| places.push(PROGRAM_BASE + 4 * u64::try_from(code.len()).expect("few"));
    mark(&code);
    code.push(store(3, T1, SP, -8));
    mark(&code);
    code.push(store(3, T1, SP, -8));
    mark(&code);
    code.push(addi(T1, T1, 1));
    code.extend(call(Call::Now.number(), [0, 0]));
    mark(&code);
    let last = places.len() - 1;
    places[last] -= 4;
    code.extend([NOP, NOP, j(0)]);
    run(&mut partition, &mut programs, &code, &[]);
    let raw = system(vec![partition], vec![], &[(MS, &["writer"])]);
    let (plan, image) = build(&raw, &programs);
    (plan, image, places.try_into().expect("four"))
}

#[test]
fn who_wrote_a_register_or_memory_last_is_found() {
    let (plan, image, [first, second, adds, asks]) = writer();
    let simulation = Simulation::boot(&plan, &image, &Scenario::default()).expect("it boots");
    let mut travel = Travel::new(simulation);
    travel.run(usize::MAX, 3 * MS).expect("the core holds");
    let now = travel.simulation().registers();
    let top = STACK_TOP - 8;
    let mut mappings = plan.partitions[0].mappings.iter();
    let physical = mappings.find_map(|it| it.translate(top)).expect("a stack");
    let memory = Place::Memory(physical..physical + 8);
    let register = |number| Place::Register {
        partition: 0,
        number,
    };
    let pc = |travel: &Travel| travel.simulation().registers().pc;
    assert_eq!(travel.go_back_to_write(&register(10)), Ok(true));
    assert_eq!(pc(&travel), asks, "the call answers in a0");
    assert_eq!(travel.go_back_to_write(&register(6)), Ok(true));
    assert_eq!(pc(&travel), adds);
    for place in [second, first] {
        assert_eq!(travel.go_back_to_write(&memory), Ok(true));
        assert_eq!(pc(&travel), place, "also where the value was the same");
    }
    // Nothing ever writes `s11`; where it was not found, it stays.
    let there = (travel.time_ns(), pc(&travel));
    assert_eq!(travel.go_back_to_write(&register(27)), Ok(false));
    assert_eq!((travel.time_ns(), pc(&travel)), there);
    travel.go_to(3 * MS).expect("the core holds");
    assert_eq!(travel.simulation().registers(), now);
}

#[test]
fn the_last_write_of_a_place_is_never_before_its_last_change() {
    let starter = starters::all().remove(0);
    let (plan, _) = build(&starter.raw, &starter.programs);
    let mut simulation = boot(&starter);
    let states = plan.partitions.iter().map(|it| it.state + 272);
    let places: Vec<u64> = states.collect();
    let values = |simulation: &Simulation| -> Vec<_> {
        let read = |place: &u64| simulation.read_memory(*place, 8);
        places.iter().map(read).collect()
    };
    let end_ns = plan.start_ticks() * plan.system.machine.ns_per_tick() + MS / 4;
    let mut changed = vec![None; places.len()];
    while simulation.time_ns() < end_ns {
        let (time_ns, before) = (simulation.time_ns(), values(&simulation));
        simulation.step().expect("the core holds");
        let after = values(&simulation);
        for (changed, (before, after)) in changed.iter_mut().zip(before.iter().zip(&after)) {
            if before != after {
                *changed = Some(time_ns);
            }
        }
    }
    let mut travel = Travel::new(boot(&starter));
    for (place, changed) in places.iter().zip(changed) {
        travel.go_to(end_ns).expect("the core holds");
        let found = travel.go_back_to_write(&Place::Memory(*place..place + 8));
        let written = found.expect("the core holds").then(|| travel.time_ns());
        assert!(written >= changed, "{place:#x}: {written:?} {changed:?}");
    }
}
