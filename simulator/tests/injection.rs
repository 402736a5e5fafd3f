//! Faults from outside: they come at their occasion, however a run is cut or travelled, and to
//! nobody else.

use crate::common::random::Random;
use crate::common::starters::{self, Starter};
use crate::common::systems::{MS, build};
use septum_core::plan::Plan;
use septum_simulator::event::{Event, EventKind};
use septum_simulator::injection::{Fault, FaultError, Meant, Occasion};
use septum_simulator::simulation::Simulation;
use septum_simulator::travel::Travel;

const SPAN_NS: u64 = 10 * MS;

fn boot(starter: &Starter) -> (Plan, Simulation) {
    let (plan, image) = build(&starter.raw, &starter.programs);
    let simulation = Simulation::boot(&plan, &image, &starter.scenario).expect("it boots");
    (plan, simulation)
}

/// What happens with these faults.
fn events(starter: &Starter, faults: &[(Occasion, Fault)]) -> Vec<Event> {
    let (_, mut simulation) = boot(starter);
    for (occasion, fault) in faults {
        let injected = simulation.inject(occasion.clone(), fault.clone());
        injected.expect("it can be injected");
    }
    simulation.run_until(SPAN_NS).expect("the core holds");
    simulation.drain_events()
}

fn sends() -> Meant {
    Meant::new(|event, _| matches!(event.kind, EventKind::Send { .. }))
}

/// Where the code of a partition's program is, as far as it has been executed at the entry.
fn entry(plan: &Plan, partition: usize) -> u64 {
    let partition = &plan.partitions[partition];
    let mapping = partition.mapping(partition.entry).expect("it is mapped");
    mapping.translate(partition.entry).expect("it is there")
}

/// All code of the first partition becomes what is no instruction.
fn crash(plan: &Plan) -> Fault {
    Fault::Write {
        address: entry(plan, 0),
        bytes: vec![0; 2048],
    }
}

#[test]
fn a_fault_comes_at_its_time_and_not_before() {
    let starter = starters::find("ping-pong");
    let plan = boot(&starter).0;
    let quiet = events(&starter, &[]);
    let hurt = events(&starter, &[(Occasion::Time(4 * MS), crash(&plan))]);
    let same = quiet.iter().zip(&hurt).take_while(|(a, b)| a == b).count();
    assert!(same > 0 && hurt[same].time_ns >= 4 * MS, "{:?}", hurt[same]);
    let fault = |event: &&Event| matches!(event.kind, EventKind::Fault { .. });
    let first = hurt.iter().find(fault).expect("it faults");
    assert_eq!(
        first.partition.as_deref(),
        Some(plan.partitions[0].name.as_str())
    );
    assert!((4 * MS..5 * MS).contains(&first.time_ns));
}

#[test]
fn a_fault_comes_with_its_event_and_that_one_only() {
    let starter = starters::find("ping-pong");
    let plan = boot(&starter).0;
    for occurrence in [1, 2, 5] {
        let hurt = events(
            &starter,
            &[(Occasion::Event(sends(), occurrence), crash(&plan))],
        );
        let fault = |event: &Event| matches!(event.kind, EventKind::Fault { .. });
        let first = hurt.iter().position(fault).expect("it faults");
        let sent = hurt[..first].iter();
        let sent = sent.filter(|event| matches!(event.kind, EventKind::Send { .. }));
        let count = u64::try_from(sent.count()).expect("few");
        assert!(
            (occurrence..occurrence + 2).contains(&count),
            "{occurrence} {count}"
        );
    }
}

/// A fault of each occasion, of which none ends the run.
fn some(plan: &Plan) -> Vec<(Occasion, Fault)> {
    let address = entry(plan, 1);
    vec![
        (
            Occasion::Event(sends(), 3),
            Fault::Flip { address, mask: 4 },
        ),
        (
            Occasion::Event(sends(), 3),
            Fault::Flip { address, mask: 4 },
        ),
        (
            Occasion::Time(3 * MS + 77),
            Fault::Flip { address, mask: 1 },
        ),
        (
            Occasion::Time(3 * MS + 78),
            Fault::Flip { address, mask: 1 },
        ),
        (Occasion::Event(sends(), 6), crash(plan)),
    ]
}

#[test]
fn they_come_at_the_same_instant_however_a_run_is_cut() {
    let starter = starters::find("ping-pong");
    let faults = some(&boot(&starter).0);
    let whole = events(&starter, &faults);
    for seed in 0..4 {
        let mut random = Random::new(seed);
        let (_, mut simulation) = boot(&starter);
        for (occasion, fault) in faults.clone() {
            simulation.inject(occasion, fault).expect("it can");
        }
        let mut seen = Vec::new();
        while simulation.time_ns() < SPAN_NS {
            if random.below(4) == 0 {
                simulation.step().expect("the core holds");
            } else {
                let until = simulation.time_ns() + 1 + random.below(MS / 20);
                simulation
                    .run_until(until.min(SPAN_NS))
                    .expect("the core holds");
            }
            seen.extend(simulation.drain_events());
        }
        assert_eq!(seen.len(), whole.len());
        assert!(seen == whole, "{seed}");
    }
}

#[test]
fn they_come_again_where_a_run_has_been_before() {
    let starter = starters::find("ping-pong");
    let (plan, mut simulation) = boot(&starter);
    let faults = some(&plan);
    let whole = events(&starter, &faults);
    for (occasion, fault) in faults {
        simulation.inject(occasion, fault).expect("it can");
    }
    let mut travel = Travel::new(simulation);
    let mut random = Random::new(7);
    for _ in 0..40 {
        let anywhere = random.below(SPAN_NS);
        let time_ns = random.pick(&[anywhere, 3 * MS + 77, 3 * MS + 78]);
        travel.go_to(time_ns).expect("the core holds");
        for _ in 0..random.below(5) {
            travel.step_back().expect("the core holds");
        }
    }
    travel.go_to(0).expect("the core holds");
    drop(travel.take_trace());
    travel.go_to(SPAN_NS).expect("the core holds");
    assert!(travel.take_trace().events == whole);
}

#[test]
fn an_interrupt_is_lost_and_another_one_comes_twice() {
    let starter = starters::find("sensor-pipeline");
    let source = 10;
    let delivered = |faults: &[(Occasion, Fault)]| {
        let events = events(&starter, faults);
        let is_delivery =
            |event: &&Event| matches!(event.kind, EventKind::InterruptDelivered { .. });
        events.iter().filter(is_delivery).count()
    };
    let quiet = delivered(&[]);
    assert!(quiet > 1);
    let now = Occasion::Time(0);
    assert_eq!(
        delivered(&[(now.clone(), Fault::LoseInterrupt { source })]),
        quiet - 1
    );
    let raised = Meant::new(|event, _| matches!(event.kind, EventKind::InterruptDelivered { .. }));
    let again = Occasion::Event(raised, 1);
    assert_eq!(
        delivered(&[(again, Fault::RepeatInterrupt { source })]),
        quiet + 1
    );
}

#[test]
fn what_is_typed_comes_in_at_its_time() {
    let mut starter = starters::find("sensor-pipeline");
    starter.scenario.uart.clear();
    let (plan, _) = boot(&starter);
    let devices = &plan.system.machine.devices;
    let device = devices.iter().position(|device| device.name == "uart");
    let fault = Fault::Type {
        device: device.expect("there is a UART"),
        bytes: b"2".to_vec(),
    };
    let seen = events(&starter, &[(Occasion::Time(6 * MS), fault)]);
    let raised = |event: &&Event| matches!(event.kind, EventKind::InterruptRaised { .. });
    let first = seen.iter().find(raised).expect("the UART interrupts");
    assert!((6 * MS..6 * MS + 1000).contains(&first.time_ns));
}

#[test]
fn what_cannot_be_injected_is_said() {
    let (_, mut simulation) = boot(&starters::find("ping-pong"));
    let now = || Occasion::Time(0);
    let nowhere = Fault::Flip {
        address: 0x10,
        mask: 1,
    };
    let refused = simulation.inject(now(), nowhere).expect_err("no RAM");
    assert_eq!(refused.to_string(), "there is no RAM at 0x10");
    let bytes = vec![0; 16];
    let end = Fault::Write {
        address: 0x8800_0000 - 8,
        bytes: bytes.clone(),
    };
    assert!(simulation.inject(now(), end).is_err());
    for device in [0, 99] {
        let bytes = bytes.clone();
        let typed = simulation.inject(now(), Fault::Type { device, bytes });
        assert_eq!(typed, Err(FaultError::Line));
    }
}
