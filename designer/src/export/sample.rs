//! Designs and runs for the tests of this folder.

use septum_core::check::check;
use septum_core::dhall::{load_scenario_text, load_text};
use septum_core::places::Places;
use septum_core::plan::Plan;
use septum_core::programs;
use septum_core::scenario::Scenario;
use septum_core::spec::{RawEnd, RawHealthAction, RawPayload, RawProgram, RawStep, RawSystem};
use septum_core::templates::{self, Template};

use super::run::Run;
use crate::trace::duration::VirtualTime;
use crate::trace::query::{Names, Query};
use crate::ui::defaults::{channel, queuing_of, sampling_of};
use crate::ui::design::Design;
use crate::ui::file_work;

/// Columns of the canvas of these tests.
const WIDTH: i32 = 120;

/// A system with all of its boxes placed.
pub(crate) fn design(system: RawSystem) -> Design {
    file_work::placed(system, None, WIDTH)
}

/// The starter systems.
pub(crate) fn starters() -> impl Iterator<Item = &'static str> {
    templates::TEMPLATES.iter().map(|template| template.name)
}

fn template(name: &str) -> &'static Template {
    templates::find(name).expect("a starter system")
}

fn text(template: &'static Template, file: &str) -> Option<&'static str> {
    let file = template.files.iter().find(|it| it.path == file)?;
    std::str::from_utf8(file.bytes).ok()
}

/// The design of a starter system, as it is written.
pub(crate) fn raw(name: &str) -> RawSystem {
    let text = text(template(name), "system.dhall").expect("its design");
    load_text(text).raw.expect("a design")
}

/// The plan of a starter system.
pub(crate) fn plan(name: &str) -> Plan {
    plan_of(name, &raw(name))
}

/// The plan of a system with the programs of a starter system.
pub(crate) fn plan_of(name: &str, raw: &RawSystem) -> Plan {
    let named: Vec<&str> = programs::names(raw).collect();
    let files = template(name).files.iter();
    let named = files.filter(|file| named.contains(&file.path));
    let programs = named.map(|file| (file.path.to_owned(), Ok(file.bytes.to_vec())));
    let checked = check(raw, &programs.collect(), &Places::default());
    checked.plan.expect("a design without errors")
}

/// A run of a starter system with its scenario, and the expression that events must satisfy.
pub(crate) fn run(name: &str, time: &str, only: Option<&str>) -> Run {
    let scenario = text(template(name), Scenario::FILE);
    let scenario = scenario.and_then(|text| load_scenario_text(text).scenario);
    recorded(&plan(name), &scenario.unwrap_or_default(), time, only)
}

/// A run of a plan.
pub(crate) fn recorded(plan: &Plan, outside: &Scenario, time: &str, only: Option<&str>) -> Run {
    let time: VirtualTime = time.parse().expect("a time");
    let only = only.map(|text| Query::parse(text, &Names::of(plan)).expect("an expression"));
    Run::record(plan, outside, time.ns, only).expect("a run")
}

/// `crash-course`, in which the culprit begins anew after each fault, with a queue from the worker
/// that it never empties and that is too short, and a sampling channel to the reporter.
pub(crate) fn troubled() -> Plan {
    let mut system = raw("crash-course");
    let end = |partition: &str, port: &str| RawEnd {
        partition: partition.to_owned(),
        port: port.to_owned(),
    };
    let ends = [
        (queuing_of(8), end("worker", "late"), end("culprit", "late")),
        (
            sampling_of(8),
            end("worker", "state"),
            end("reporter", "state"),
        ),
    ];
    for (kind, from, to) in ends {
        system
            .channels
            .push(channel(from.port.clone(), kind, from, to));
    }
    let text = |text: &str| RawPayload::Text(text.to_owned());
    let send = |port: &str| RawStep::Send {
        port: port.to_owned(),
        message: text("x"),
    };
    let write = RawStep::Write {
        port: "state".to_owned(),
        message: text("y"),
    };
    let read = RawStep::Read {
        port: "state".to_owned(),
    };
    insert(&mut system, 0, [send("late"), send("late"), write]);
    insert(&mut system, 1, [read]);
    system.partitions[2].health.memory_violation = RawHealthAction::Restart;
    plan_of("crash-course", &system)
}

/// Puts steps behind the first one of a model.
fn insert<const N: usize>(system: &mut RawSystem, partition: usize, new: [RawStep; N]) {
    let RawProgram::Model(steps) = &mut system.partitions[partition].program else {
        panic!("a model");
    };
    steps.splice(1..1, new);
}
