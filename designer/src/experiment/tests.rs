//! Experiments on ping-pong, which sends 20 messages in 10 ms.

use septum_core::check::check;
use septum_core::dhall::load_text;
use septum_core::image;
use septum_core::programs::Programs;
use septum_core::scenario::{Expectation, Fault, Injection, Occasion};
use septum_core::templates;

use super::*;
use crate::trace::query::Seen;

const MS: u64 = 1_000_000;

fn plan(template: &str) -> Plan {
    let files = templates::find(template).unwrap().files.iter();
    let mut files = files.filter(|file| file.path == "system.dhall");
    let loaded = load_text(std::str::from_utf8(files.next().unwrap().bytes).unwrap());
    check(&loaded.raw.unwrap(), &Programs::new(), &loaded.places)
        .plan
        .unwrap()
}

/// What is said of ping-pong after 10 ms.
fn verdicts(injections: Vec<Injection>, expectations: Vec<Expectation>) -> Vec<Verdict> {
    let plan = plan("ping-pong");
    let scenario = Scenario {
        uart: Vec::new(),
        injections,
        expectations,
    };
    let experiment = Experiment::of(&scenario, &plan).unwrap();
    let mut simulation = Simulation::boot(&plan, &image::build(&plan), &scenario).unwrap();
    experiment.inject(&mut simulation).unwrap();
    let mut judge = experiment.into_judge();
    simulation.run_until(10 * MS).unwrap();
    let trace = simulation.drain_trace();
    for (event, registers) in trace.events.iter().zip(&trace.registers) {
        let pc = registers.pc;
        judge.hear(Seen { event, pc });
    }
    judge.verdicts(simulation.time_ns(), simulation.console())
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn must(event: &str) -> Expectation {
    Expectation::Must { event: text(event) }
}

fn must_not(event: &str) -> Expectation {
    Expectation::MustNot { event: text(event) }
}

fn before(event: &str, ns: u64) -> Expectation {
    let event = text(event);
    Expectation::Before { event, ns }
}

fn within(event: &str, after: &str, ns: u64) -> Expectation {
    let (event, after) = (text(event), text(after));
    Expectation::Within { event, after, ns }
}

fn at_most(event: &str, times: u64) -> Expectation {
    let event = text(event);
    Expectation::AtMost { event, times }
}

fn console(partition: &str, contains: &str) -> Expectation {
    let (partition, contains) = (text(partition), text(contains));
    Expectation::Console {
        partition,
        contains,
    }
}

/// Expectations, whether they are kept, and what is said of it.
fn cases() -> Vec<(Expectation, bool, &'static str)> {
    let to_pong = "send && channel == \"there\"";
    let received = "receive && channel == \"there\"";
    vec![
        (must(to_pong), true, "it came at 0.056372 ms"),
        (must("fault"), false, "there was none"),
        (must_not("fault"), true, "there was none"),
        (must_not(to_pong), false, "it came at 0.056372 ms"),
        (before(to_pong, 56_373), true, "it came at 0.056372 ms"),
        (before(to_pong, 56_372), false, "it came at 0.056372 ms"),
        (before("fault", 56_372), false, "there was none"),
        (
            within(received, to_pong, MS),
            true,
            "it always came in time",
        ),
        (
            within(received, to_pong, 449_609),
            false,
            "not after the one at 0.056372 ms",
        ),
        (
            within(received, to_pong, 449_610),
            true,
            "it always came in time",
        ),
        (
            within("fault", to_pong, MS),
            false,
            "not after the one at 0.056372 ms",
        ),
        // The run is over before the time is.
        (
            within("fault", to_pong, 10 * MS),
            true,
            "it always came in time",
        ),
        (at_most(to_pong, 10), true, "there were 10"),
        (
            at_most(to_pong, 1),
            false,
            "there were 10, too many from 1.057279 ms on",
        ),
        (console("pong", "ping 2\n"), true, "it was there"),
        (console("ping", "ping 2"), false, "it was not there"),
        (console("ping", ""), true, "it was there"),
    ]
}

#[test]
fn each_expectation_can_be_kept_and_broken() {
    let cases = cases();
    let expectations = cases.iter().map(|(it, ..)| it.clone()).collect();
    let verdicts = verdicts(Vec::new(), expectations);
    assert_eq!(verdicts.len(), cases.len());
    for (verdict, (_, kept, why)) in verdicts.iter().zip(cases) {
        assert_eq!(
            (verdict.kept, verdict.why.as_str()),
            (kept, why),
            "{verdict:?}"
        );
    }
    let said: Vec<&str> = verdicts.iter().map(|it| it.expectation.as_str()).collect();
    assert_eq!(said[0], "must `send && channel == \"there\"`");
    assert_eq!(
        said[7],
        "`receive && channel == \"there\"` within 1 ms after `send && channel == \"there\"`"
    );
    assert_eq!(said[14], "console of pong contains `ping 2\\n`");
}

#[test]
fn a_partition_that_is_stopped_faults_and_the_other_one_waits() {
    let stop = Injection {
        at: Occasion::Event {
            expression: text("send && partition == \"ping\""),
            occurrence: 3,
        },
        fault: Fault::StopPartition {
            partition: text("ping"),
        },
    };
    let faults = "fault && partition == \"ping\"";
    let expectations = vec![
        must(faults),
        at_most("send && partition == \"ping\"", 3),
        at_most("send && partition == \"pong\"", 3),
        must_not("fault && partition == \"pong\""),
    ];
    let verdicts = verdicts(vec![stop], expectations);
    assert!(verdicts.iter().all(|it| it.kept), "{verdicts:#?}");
}

/// What is said of a scenario that is none for ping-pong.
fn refused(injections: Vec<Injection>, expectations: Vec<Expectation>) -> String {
    let scenario = Scenario {
        uart: Vec::new(),
        injections,
        expectations,
    };
    let experiment = Experiment::of(&scenario, &plan("ping-pong"));
    experiment.expect_err("it is none").to_string()
}

#[test]
fn faults_that_the_design_has_no_place_for_are_said() {
    let at = || Occasion::Time { ns: 0 };
    let partition = || Some(text("ping"));
    let faults = [
        (
            Fault::StopPartition {
                partition: text("pang"),
            },
            "there is no partition `pang`; there are ping, pong",
        ),
        (
            Fault::FlipBit {
                partition: partition(),
                address: 0,
                bit: 1,
            },
            "`ping` has no memory of 1 bytes at 0x0",
        ),
        (
            Fault::FlipBit {
                partition: None,
                address: 0x8000_0000,
                bit: 8,
            },
            "the bits of a byte are 0 to 7",
        ),
        (
            Fault::LoseInterrupt {
                device: text("clint"),
            },
            "the device `clint` has no interrupt",
        ),
    ];
    for (fault, why) in faults {
        let message = refused(vec![Injection { at: at(), fault }], Vec::new());
        assert_eq!(message, format!("injection 1 of the scenario: {why}"));
    }
}

#[test]
fn events_that_the_design_does_not_have_are_said() {
    let wrong = refused(Vec::new(), vec![must("send"), must("sand")]);
    assert!(
        wrong.starts_with("expectation 2 of the scenario: "),
        "{wrong}"
    );
    assert!(wrong.contains("`sand`"), "{wrong}");
    let never = Injection {
        at: Occasion::Event {
            expression: text("send"),
            occurrence: 0,
        },
        fault: Fault::StopPartition {
            partition: text("ping"),
        },
    };
    let message = refused(vec![never], Vec::new());
    assert!(
        message.ends_with("the first occurrence of an event is 1"),
        "{message}"
    );
}

#[test]
fn what_the_machine_has_no_place_for_is_refused() {
    let plan = plan("ping-pong");
    let scenario = |fault| Scenario {
        injections: vec![Injection {
            at: Occasion::Time { ns: 0 },
            fault,
        }],
        ..Scenario::default()
    };
    let faults = [
        Fault::WriteWord {
            partition: None,
            address: 0x10,
            value: 1,
        },
        Fault::Input {
            device: text("virtio0"),
            text: text("x"),
        },
    ];
    for fault in faults {
        let experiment = Experiment::of(&scenario(fault), &plan).unwrap();
        let quiet = Scenario::default();
        let mut simulation = Simulation::boot(&plan, &image::build(&plan), &quiet).unwrap();
        let refused = experiment.inject(&mut simulation).unwrap_err().to_string();
        assert!(
            refused.starts_with("injection 1 of the scenario: "),
            "{refused}"
        );
    }
}
