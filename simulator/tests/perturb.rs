//! Non-interference by experiment, and that the experiment can fail.

use crate::common::systems::{MS, build, channel, model, queuing, system};
use septum_core::programs::Programs;
use septum_core::scenario::Scenario;
use septum_core::spec::{RawPayload, RawStep, RawSystem};
use septum_simulator::perturb::{Outcomes, perturb_all_but};

const SEEDS: u64 = 4;

/// A pair that talks, and a pair of strangers that talk, too.
fn two_pairs(windows: &[(u64, &[&str])]) -> RawSystem {
    let forever = || RawStep::Loop { times: None };
    let send = || RawStep::Send {
        port: "out".into(),
        message: RawPayload::Numbered("n".into()),
    };
    let receive = || RawStep::Receive {
        port: "in".into(),
        timeout_ns: None,
    };
    let pause = || RawStep::Compute { ns: 30_000 };
    let silent = |name: &str, steps| {
        let mut partition = model(name, steps);
        partition.permissions.log = false;
        partition.log_bytes = 0;
        partition
    };
    let sender = |name: &str| silent(name, vec![forever(), pause(), send(), RawStep::End]);
    let receiver = |name: &str| silent(name, vec![forever(), receive(), pause(), RawStep::End]);
    let partitions = vec![sender("a"), receiver("b"), sender("x"), receiver("y")];
    let channels = vec![
        channel("ab", queuing(16, 4), "a.out", "b.in"),
        channel("xy", queuing(16, 4), "x.out", "y.in"),
    ];
    system(partitions, channels, windows)
}

fn outcomes(
    raw: &RawSystem,
    partition: &str,
    change: impl FnOnce(&mut septum_core::plan::Plan),
) -> Outcomes {
    let (mut plan, image) = build(raw, &Programs::default());
    let index = plan.system.partition(partition).expect("there is one");
    change(&mut plan);
    let scenario = Scenario::default();
    perturb_all_but(&plan, &image, &scenario, index, SEEDS, 20 * MS).expect("the core holds")
}

const APART: [(u64, &[&str]); 4] = [(MS, &["a"]), (MS, &["x"]), (MS, &["b"]), (MS, &["y"])];

#[test]
fn strangers_change_nothing_to_the_instruction() {
    let raw = two_pairs(&APART);
    for partition in ["a", "b"] {
        let found = outcomes(&raw, partition, |_| {});
        assert_eq!(found.disturbed, ["x", "y"]);
        assert_eq!(found.interference, None);
        assert!(found.events > 20, "{}", found.events);
        assert!(found.differences > 100, "{}", found.differences);
    }
}

#[test]
fn a_flow_that_the_design_hides_is_shown() {
    // A shares its window with x, but the flows are those of a design in which it does not.
    let windows: [(u64, &[&str]); 3] = [(2 * MS, &["x", "a"]), (MS, &["b"]), (MS, &["y"])];
    let honest = outcomes(&two_pairs(&windows), "a", |_| {});
    assert!(honest.disturbed.is_empty(), "{honest:?}");
    let hidden = outcomes(&two_pairs(&windows), "a", |plan| {
        for schedule in &mut plan.system.schedules {
            for window in &mut schedule.windows {
                window.partitions.truncate(1);
            }
        }
    });
    assert!(!hidden.disturbed.is_empty());
    let found = hidden.interference.expect("x takes a's time");
    assert_ne!(found.quiet, found.disturbed);
}
