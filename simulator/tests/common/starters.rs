//! The starter systems, read as a user's designs are.

use septum_core::dhall::{load_scenario_text, load_text};
use septum_core::programs::Programs;
use septum_core::scenario::Scenario;
use septum_core::spec::RawSystem;
use septum_core::templates::{self, TEMPLATES, Template};

/// A starter system with its programs and what happens outside.
#[derive(Clone)]
pub(crate) struct Starter {
    pub(crate) raw: RawSystem,
    pub(crate) programs: Programs,
    pub(crate) scenario: Scenario,
}

/// All of them.
pub(crate) fn all() -> Vec<Starter> {
    TEMPLATES.iter().map(load).collect()
}

/// The one of this name.
pub(crate) fn find(name: &str) -> Starter {
    load(templates::find(name).expect("there is such a starter system"))
}

fn load(template: &Template) -> Starter {
    let file = |path: &str| template.files.iter().find(|file| file.path == path);
    let text = |bytes: &'static [u8]| std::str::from_utf8(bytes).expect("Dhall is UTF-8");
    let design = load_text(text(file("system.dhall").expect("it has a design").bytes));
    let scenario = file("scenario.dhall").map(|file| load_scenario_text(text(file.bytes)));
    let programs = template
        .files
        .iter()
        .filter(|file| file.path.ends_with(".elf"));
    Starter {
        raw: design.raw.expect("it evaluates"),
        programs: programs
            .map(|file| (file.path.to_owned(), Ok(file.bytes.to_vec())))
            .collect(),
        scenario: scenario.map_or_else(Scenario::default, |loaded| {
            loaded.scenario.expect("it evaluates")
        }),
    }
}
