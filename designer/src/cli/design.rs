//! Reading a design for a command: load, check, plan, and the findings on the way.

use std::path::{Path, PathBuf};

use septum_core::check::check;
use septum_core::dhall::{self, Evaluator};
use septum_core::diagnostic::Diagnostic;
use septum_core::plan::Plan;
use septum_core::programs;
use septum_core::scenario::Scenario;
use septum_core::spec::RawSystem;

use super::{COULD_NOT_RUN, FINDINGS, GOOD};

/// What reading a design came to.
pub struct Design {
    /// What the file says; `None` where it says no design.
    pub raw: Option<RawSystem>,
    /// The plan; `None` where there is an error.
    pub plan: Option<Plan>,
    /// Everything that was found.
    pub diagnostics: Vec<Diagnostic>,
    /// The exit code that this means.
    pub code: u8,
}

/// Reads, checks and plans the design in a file.
#[must_use]
pub fn read(path: &Path, evaluator: &Evaluator) -> Design {
    let loaded = dhall::load(path, evaluator);
    let Some(raw) = loaded.raw else {
        return Design {
            raw: None,
            plan: None,
            diagnostics: loaded.diagnostics,
            code: COULD_NOT_RUN,
        };
    };
    let programs = programs::load(&raw, folder(path));
    let checked = check(&raw, &programs, &loaded.places);
    Design {
        code: if checked.plan.is_some() {
            GOOD
        } else {
            FINDINGS
        },
        raw: Some(raw),
        plan: checked.plan,
        diagnostics: checked.diagnostics,
    }
}

/// A scenario that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the scenario `{}` cannot be read", path.display())]
pub struct NoScenario {
    /// The file.
    pub path: PathBuf,
    /// Why there is none.
    pub diagnostics: Vec<Diagnostic>,
}

/// The scenario in a file; without one, the file `scenario.dhall` beside the design if there
/// is one, else nothing happens outside.
///
/// # Errors
/// When the scenario cannot be read.
pub fn scenario(
    design: &Path,
    file: Option<&Path>,
    evaluator: &Evaluator,
) -> Result<Scenario, NoScenario> {
    let beside = folder(design).join(Scenario::FILE);
    let path = match file {
        Some(file) => file.to_owned(),
        None if beside.is_file() => beside,
        None => return Ok(Scenario::default()),
    };
    let loaded = dhall::load_scenario(&path, evaluator);
    loaded.scenario.ok_or(NoScenario {
        path,
        diagnostics: loaded.diagnostics,
    })
}

fn folder(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}
