//! `septum check`: every finding in a design, at once.

use std::path::{Path, PathBuf};

use septum_core::dhall::{self, Evaluator};
use septum_core::{check, programs};

use super::{FINDINGS, Format, GOOD};

/// What to check.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Designs to check.
    #[arg(required = true)]
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
        let loaded = dhall::load(path, &evaluator);
        let Some(raw) = loaded.raw else { continue };
        let directory = path.parent().unwrap_or(Path::new("."));
        let programs = programs::load(&raw, directory);
        let checked = check::check(&raw, &programs, &loaded.places);
        for diagnostic in &checked.diagnostics {
            code = FINDINGS;
            match arguments.format {
                Format::Text => println!("{}", diagnostic.message),
                Format::Json => println!("{}", serde_json::to_string(diagnostic)?),
            }
        }
    }
    Ok(code)
}
