//! Designs and runs for the tests of this folder.

use septum_core::check::check;
use septum_core::dhall::{load_scenario_text, load_text};
use septum_core::places::Places;
use septum_core::plan::Plan;
use septum_core::programs;
use septum_core::scenario::Scenario;
use septum_core::spec::RawSystem;
use septum_core::templates::{self, Template};

use super::run::Run;
use crate::trace::duration::VirtualTime;
use crate::trace::query::{Names, Query};
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
    let plan = plan(name);
    let scenario = text(template(name), Scenario::FILE);
    let scenario = scenario.and_then(|text| load_scenario_text(text).scenario);
    let time: VirtualTime = time.parse().expect("a time");
    let only = only.map(|text| Query::parse(text, &Names::of(&plan)).expect("an expression"));
    Run::record(&plan, &scenario.unwrap_or_default(), time.ns, only).expect("a run")
}
