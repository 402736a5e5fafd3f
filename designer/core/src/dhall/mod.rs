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
use crate::spec::RawSystem;
use answer::Answer;
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
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 2] = [Self::System, Self::Scenario];

    /// The name on the command line of the child process.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Scenario => "scenario",
        }
    }

    fn expected(self) -> Expected {
        match self {
            Self::System => Expected::System,
            Self::Scenario => Expected::Scenario,
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
