//! System calls and registers in the trace.

use crate::common::systems::{MS, boot, model, ping_pong, system};
use septum_core::spec::{RawPayload, RawStep};
use septum_simulator::cpu::Privilege;
use septum_simulator::event::EventKind;
use septum_simulator::simulation::Outcome;

#[test]
fn every_system_call_is_told_also_one_without_an_event() {
    let log = RawStep::Log {
        message: RawPayload::Text("here".to_owned()),
    };
    let steps = vec![RawStep::Sleep { ns: 100_000 }, log];
    let sleeper = system(vec![model("sleeper", steps)], vec![], &[(MS, &["sleeper"])]);
    let mut simulation = boot(&sleeper);
    let expected = [
        (Some("now"), Some("ok")),
        (Some("wait"), None),
        (Some("log"), Some("ok")),
        (Some("exit"), None),
    ];
    for call in expected {
        assert_eq!(simulation.run_call(10 * MS), Ok(Outcome::Reached));
        let calls = simulation.drain_trace().calls;
        let told: Vec<_> = calls
            .iter()
            .map(|call| (call.name(), call.status_name()))
            .collect();
        assert_eq!(told, [call]);
        assert_eq!(calls[0].registers.partition, Some(0));
        assert!(calls[0].time_ns < simulation.time_ns());
    }
    assert_eq!(simulation.run_call(10 * MS), Ok(Outcome::Reached));
    assert!(simulation.drain_trace().calls.is_empty());
}

#[test]
fn registers_at_a_dispatch_are_those_of_who_runs() {
    let mut simulation = boot(&ping_pong());
    simulation.run_until(MS).unwrap();
    let trace = simulation.drain_trace();
    let mut dispatches = 0;
    for (event, registers) in trace.events.iter().zip(&trace.registers) {
        if event.kind == EventKind::Dispatch {
            assert_eq!(registers.privilege, Privilege::User);
            let name = if registers.partition == Some(0) {
                "ping"
            } else {
                "pong"
            };
            assert_eq!(event.partition.as_deref(), Some(name));
            dispatches += 1;
        }
    }
    assert!(dispatches > 1);
}
