//! Reading and writing designs as Dhall.
//!
//! Reading: [`project`] parses a file and what it imports, [`evaluate`] gives a value or
//! [`explain`]s why there is none, [`locate`] says where its parts stand. All of it happens
//! in a [`child`] process, because texts may be hostile.

mod answer;
pub mod child;
mod defaults;
mod evaluate;
mod explain;
mod files;
mod layout;
mod locate;
mod project;
mod syntax;
mod write;

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::diagnostic::Diagnostic;
use crate::places::Places;
use crate::scenario::Scenario;
use crate::spec::{RawMachine, RawSystem};
use crate::templates::{self, PACKAGE_FOLDER};
use answer::{Answer, MachineFile};
pub use defaults::{Defaults, defaults};
use evaluate::Expected;
use files::Embedded;
pub use write::write;

/// Who evaluates Dhall text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evaluator {
    /// A child process of this executable (`EXE evaluate-dhall`), under limits of time and
    /// memory: for text that may be hostile.
    Process(PathBuf),
    /// This process: for text that is part of the program, and for tests.
    InProcess,
}

/// What a file describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A design.
    System,
    /// What the outside world does to a running system.
    Scenario,
    /// A machine, or a design of which the machine is taken.
    Machine,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::System, Self::Scenario, Self::Machine];

    /// The name on the command line of the child process.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Scenario => "scenario",
            Self::Machine => "machine",
        }
    }

    fn expected(self) -> Expected {
        match self {
            Self::System => Expected::System,
            Self::Scenario => Expected::Scenario,
            Self::Machine => Expected::Machine,
        }
    }
}

/// Whether the writer may overwrite a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Exactly what [`write`] writes for what it says.
    Writer,
    /// Anything else: with imports, functions or comments of its own.
    Other,
}

/// What loading a design gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The design; `None` where the text does not evaluate to one.
    pub raw: Option<RawSystem>,
    /// The text of the file, as far as it could be read.
    pub text: String,
    /// Whether the text is in the writer's own form.
    pub form: Form,
    /// Where the parts of the design stand.
    pub places: Places,
    /// Why there is no design: class S00xx.
    pub diagnostics: Vec<Diagnostic>,
}

/// What writing a design gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Formatted Dhall that reads back to the same design.
    pub text: String,
    /// Where the parts of the design stand in it.
    pub places: Places,
}

/// What loading a scenario gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedScenario {
    /// The scenario; `None` where the text does not evaluate to one.
    pub scenario: Option<Scenario>,
    /// Why there is none: class S00xx.
    pub diagnostics: Vec<Diagnostic>,
}

/// What loading a machine gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedMachine {
    /// The machine; `None` where the text does not evaluate to one.
    pub machine: Option<RawMachine>,
    /// Where its parts stand, as those of a design that has it.
    pub places: Places,
    /// Why there is none: class S00xx.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the design in a file.
#[must_use]
pub fn load(path: &Path, evaluator: &Evaluator) -> Loaded {
    loaded(ask(path, evaluator, Kind::System))
}

/// Reads a design from a text that is part of the program, or a test's; the package is
/// beside it.
#[must_use]
pub fn load_text(text: &str) -> Loaded {
    let name = "system.dhall";
    let files = Embedded {
        texts: &[(name, text)],
    };
    let path = Path::new(name);
    loaded(answer::answer(&files, path, path, Expected::System))
}

/// Reads a scenario from a text that is part of the program, or a test's; the package is
/// beside it.
#[must_use]
pub fn load_scenario_text(text: &str) -> LoadedScenario {
    let name = Scenario::FILE;
    let files = Embedded {
        texts: &[(name, text)],
    };
    let path = Path::new(name);
    loaded_scenario(answer::answer(&files, path, path, Expected::Scenario))
}

/// Reads the scenario in a file.
#[must_use]
pub fn load_scenario(path: &Path, evaluator: &Evaluator) -> LoadedScenario {
    loaded_scenario(ask(path, evaluator, Kind::Scenario))
}

/// Reads the machine in a file, or that of the design in it.
#[must_use]
pub fn load_machine(path: &Path, evaluator: &Evaluator) -> LoadedMachine {
    loaded_machine(ask(path, evaluator, Kind::Machine))
}

/// The machine of this name in the package; `None` where it has none.
#[must_use]
pub fn built_in_machine(name: &str) -> Option<RawMachine> {
    let file = templates::machine(name)?;
    let path = Path::new(PACKAGE_FOLDER).join(file.path);
    let files = Embedded { texts: &[] };
    loaded_machine(answer::answer(&files, &path, &path, Expected::Machine)).machine
}

fn ask<T: DeserializeOwned>(path: &Path, evaluator: &Evaluator, kind: Kind) -> Answer<T> {
    match evaluator {
        Evaluator::Process(executable) => child::ask(executable, kind, path),
        Evaluator::InProcess => child::local(path, kind.expected()),
    }
}

fn loaded_scenario(answer: Answer<Scenario>) -> LoadedScenario {
    LoadedScenario {
        scenario: answer.value,
        diagnostics: answer.diagnostics,
    }
}

fn loaded_machine(answer: Answer<MachineFile>) -> LoadedMachine {
    LoadedMachine {
        machine: answer.value.map(|file| file.machine),
        places: answer.places,
        diagnostics: answer.diagnostics,
    }
}

fn loaded(answer: Answer<RawSystem>) -> Loaded {
    let is_own = answer.value.as_ref().map(|raw| write(raw).text) == Some(answer.text.clone());
    Loaded {
        raw: answer.value,
        text: answer.text,
        form: if is_own { Form::Writer } else { Form::Other },
        places: answer.places,
        diagnostics: answer.diagnostics,
    }
}

#[cfg(test)]
mod tests;
