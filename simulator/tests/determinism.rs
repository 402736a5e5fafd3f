//! The same image and input give the same trace, however the run is cut into pieces.

use crate::common::random::Random;
use crate::common::starters::{self, Starter};
use crate::common::systems::{GARBAGE, MS, build};
use septum_simulator::event::Event;
use septum_simulator::simulation::{Outcome, Simulation};

fn booted(starter: &Starter) -> Simulation {
    let (plan, image) = build(&starter.raw, &starter.programs);
    Simulation::boot(&plan, &image, &starter.scenario).expect("it boots")
}

fn json(events: &[Event]) -> Vec<String> {
    let lines = events.iter().map(serde_json::to_string);
    lines.collect::<Result<_, _>>().expect("plain data")
}

/// The trace of one run in one piece.
fn whole(starter: &Starter, until_ns: u64) -> (Vec<String>, Vec<u8>) {
    let mut simulation = booted(starter);
    simulation.run_until(until_ns).expect("the engine holds");
    let events = simulation.drain_events();
    (json(&events), simulation.uart_output().to_vec())
}

#[test]
fn two_runs_of_an_image_are_byte_for_byte_the_same() {
    for starter in starters::all() {
        let (events, output) = whole(&starter, 20 * MS);
        assert!(events.len() > 100);
        assert_eq!((events, output), whole(&starter, 20 * MS));
    }
}

#[test]
fn what_was_in_memory_before_the_boot_matters_to_nobody() {
    for starter in starters::all() {
        let (plan, image) = build(&starter.raw, &starter.programs);
        let scenario = &starter.scenario;
        let mut simulation = Simulation::boot_over(&plan, &image, scenario, GARBAGE).unwrap();
        simulation.run_until(20 * MS).expect("the engine holds");
        let events = json(&simulation.drain_events());
        let output = simulation.uart_output().to_vec();
        assert_eq!((events, output), whole(&starter, 20 * MS));
    }
}

/// Runs in pieces that `advance` makes.
fn pieces(
    starter: &Starter,
    until_ns: u64,
    mut advance: impl FnMut(&mut Simulation),
) -> (Vec<String>, Vec<u8>) {
    let mut simulation = booted(starter);
    let mut events = Vec::new();
    while simulation.time_ns() < until_ns {
        advance(&mut simulation);
        events.extend(simulation.drain_events());
    }
    (json(&events), simulation.uart_output().to_vec())
}

const SPAN_NS: u64 = 3 * MS;

#[test]
fn a_run_instruction_by_instruction_is_the_same_run() {
    for starter in starters::all() {
        let expected = whole(&starter, SPAN_NS);
        let stepped = pieces(&starter, SPAN_NS, |simulation| {
            let now_ns = simulation.time_ns();
            simulation.run_until(now_ns + 1).expect("the engine holds");
        });
        assert_eq!(stepped, expected, "{}", starter.raw.name);
    }
}

#[test]
fn steps_over_sleep_are_the_same_run() {
    for starter in starters::all() {
        let expected = whole(&starter, SPAN_NS);
        let (events, _) = pieces(&starter, SPAN_NS, |simulation| {
            assert_eq!(
                simulation.step().expect("the engine holds"),
                Outcome::Reached
            );
        });
        // A step from sleep may go beyond the span.
        assert!(events.len() >= expected.0.len());
        assert_eq!(
            events[..expected.0.len()],
            expected.0,
            "{}",
            starter.raw.name
        );
    }
}

#[test]
fn a_run_event_by_event_is_the_same_run() {
    for starter in starters::all() {
        let expected = whole(&starter, 20 * MS);
        for count in [1, 7, 1024] {
            let batched = pieces(&starter, 20 * MS, |simulation| {
                simulation
                    .run_events(count, 20 * MS)
                    .expect("the engine holds");
            });
            assert_eq!(batched, expected, "{} by {count}", starter.raw.name);
        }
    }
}

#[test]
fn a_run_in_random_pieces_is_the_same_run() {
    for starter in starters::all() {
        let expected = whole(&starter, 10 * MS);
        for seed in 0..5 {
            let mut random = Random::new(seed);
            let longest_ns = random.pick(&[10, 1_000, 100_000, 3_000_000]);
            let random_pieces = pieces(&starter, 10 * MS, |simulation| {
                let next_ns = simulation.time_ns() + 1 + random.below(longest_ns);
                simulation
                    .run_until(next_ns.min(10 * MS))
                    .expect("the engine holds");
            });
            assert_eq!(random_pieces, expected, "{} seed {seed}", starter.raw.name);
        }
    }
}
