//! The console and the UART: with the driver that starter systems use, with the kernel alone,
//! and on machines whose protection is coarser than QEMU's.

use std::collections::BTreeMap;

use crate::common::starters::{self, Starter};
use crate::common::systems::{MS, boot, build, ping_pong};
use septum_core::scenario::{Exchange, Scenario};
use septum_core::spec::RawWindow;
use septum_simulator::event::{Event, EventKind};
use septum_simulator::name::Name;
use septum_simulator::simulation::Simulation;

/// What is typed at once, many FIFOs long.
fn typed() -> String {
    (0..300u32)
        .map(|number| char::from_digit(number % 10, 10).expect("a digit"))
        .collect()
}

/// The sensor pipeline with all partitions in one window, the driver first, and all of the
/// input at once.
fn flooded() -> Starter {
    let mut starter = starters::find("sensor-pipeline");
    let names = ["driver", "filter", "logger", "background"];
    let schedule = &mut starter.raw.schedules[0];
    schedule.windows = vec![RawWindow {
        hart: 0,
        duration_ns: schedule.major_frame_ns,
        partitions: names.map(str::to_owned).to_vec(),
    }];
    let exchange = Exchange {
        after: "2|ready".to_owned(),
        send: typed(),
    };
    starter.scenario = Scenario {
        uart: vec![exchange],
        ..Scenario::default()
    };
    starter
}

/// Boots it.
fn booted(starter: &Starter) -> Simulation {
    let (plan, image) = build(&starter.raw, &starter.programs);
    Simulation::boot(&plan, &image, &starter.scenario).expect("it boots")
}

/// What each partition has logged.
fn logged(events: &[Event]) -> BTreeMap<Name, Vec<u8>> {
    let mut logged: BTreeMap<Name, Vec<u8>> = BTreeMap::new();
    for event in events {
        if let (Some(partition), EventKind::Log { bytes, .. }) = (&event.partition, &event.kind) {
            logged.entry(partition.clone()).or_default().extend(bytes);
        }
    }
    logged
}

/// What the driver has sent on, and how often there was no room.
fn forwarded(events: &[Event]) -> (Vec<u8>, usize) {
    let (mut forwarded, mut refused) = (Vec::new(), 0);
    for event in events {
        match &event.kind {
            EventKind::Send {
                channel, status, ..
            } if channel != "bytes" || status == "full" => {
                refused += usize::from(channel == "bytes");
            }
            EventKind::Send { bytes, .. } => forwarded.extend(bytes),
            _ => {}
        }
    }
    (forwarded, refused)
}

#[test]
fn a_driver_whose_receiver_is_full_lets_others_run_and_loses_nothing() {
    let mut simulation = booted(&flooded());
    simulation.run_until(50 * MS).expect("the engine holds");
    let events = simulation.drain_events();
    let (forwarded, refused) = forwarded(&events);
    assert_eq!(String::from_utf8_lossy(&forwarded), typed());
    assert!(
        (1..10).contains(&refused),
        "full, and not asked for ever: {refused}"
    );
    let logged = logged(&events);
    assert!(logged["logger"].starts_with(b"ready0123456789"));
    assert!(logged["background"].starts_with(b"check 1"));
}

#[test]
fn the_kernel_switches_the_fifo_on_before_it_prints_lines() {
    let mut simulation = boot(&ping_pong());
    let identification = |simulation: &mut Simulation| {
        let register = crate::common::UART + 2;
        simulation
            .machine_mut()
            .with_bus_mut(|bus| bus.read(register, 1))
    };
    assert_eq!(identification(&mut simulation), Ok(1), "off at reset");
    simulation.run_until(MS).expect("the engine holds");
    assert!(!simulation.uart_output().is_empty());
    assert_eq!(identification(&mut simulation), Ok(0xc1), "on");
}

/// `A` field of a PMP configuration: a naturally aligned power of two.
const NAPOT: u8 = 3 << 3;

#[test]
fn a_machine_with_a_coarse_pmp_grain_says_the_same() {
    let mut naturally_aligned = 0;
    for fine in starters::all() {
        let mut coarse = fine.clone();
        coarse.raw.machine.isolation.pmp_grain_bytes = 4096;
        let (plan, _) = build(&coarse.raw, &coarse.programs);
        let entries = plan.pmp.iter();
        naturally_aligned += entries.filter(|it| it.config & NAPOT == NAPOT).count();
        let [fine, coarse] = [fine, coarse].map(|starter| {
            let mut simulation = booted(&starter);
            simulation.run_until(10 * MS).expect("the engine holds");
            logged(&simulation.drain_events())
        });
        assert_eq!(fine, coarse);
        assert!(!coarse.is_empty());
    }
    assert!(naturally_aligned > 0, "the entries that read otherwise");
}
