//! `septum check`: every finding in a design, at once.

use std::path::{Path, PathBuf};

use septum_core::check::check;
use septum_core::dhall::{self, Evaluator};
use septum_core::diagnostic::Diagnostic;
use septum_core::programs;

use super::report;
use super::{COULD_NOT_RUN, FINDINGS, Format, GOOD};

/// What to check.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Designs to check.
    #[arg(required = true, value_name = "SYSTEM")]
    systems: Vec<PathBuf>,
    /// How to print the findings.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Checks every design and prints what was found.
pub fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let evaluator = Evaluator::Process(std::env::current_exe()?);
    let mut code = GOOD;
    for path in &arguments.systems {
        let (found, diagnostics) = findings(path, &evaluator);
        report::print(path, &diagnostics, arguments.format)?;
        code = code.max(found);
    }
    Ok(code)
}

/// The findings in one design and the exit code that they mean.
fn findings(path: &Path, evaluator: &Evaluator) -> (u8, Vec<Diagnostic>) {
    let loaded = dhall::load(path, evaluator);
    let Some(raw) = loaded.raw else {
        return (COULD_NOT_RUN, loaded.diagnostics);
    };
    let directory = path.parent().unwrap_or(Path::new("."));
    let programs = programs::load(&raw, directory);
    let diagnostics = check(&raw, &programs, &loaded.places).diagnostics;
    let code = if diagnostics.iter().any(Diagnostic::is_error) {
        FINDINGS
    } else {
        GOOD
    };
    (code, diagnostics)
}
