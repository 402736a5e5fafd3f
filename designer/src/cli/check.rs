//! `septum check`: every finding in a design, at once.

use std::path::PathBuf;

use septum_core::dhall::Evaluator;

use super::{Format, GOOD, design, report};

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
        let design = design::read(path, &evaluator);
        report::print(path, &design.diagnostics, arguments.format)?;
        code = code.max(design.code);
    }
    Ok(code)
}
