//! `septum check`: every finding in a design, at once, and what PMP alone takes.

use std::io::Write;
use std::path::PathBuf;

use septum_core::dhall::Evaluator;

use super::isolation::Isolation;
use super::output::Output;
use super::{Format, GOOD, design, report};

/// What to check.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Designs to check.
    #[arg(required = true, value_name = "FILE")]
    systems: Vec<PathBuf>,
    /// How to print the findings: a paragraph, or an object on a line, for each.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Checks every design and prints what was found.
pub fn run(arguments: &Arguments, out: &mut Output<impl Write>) -> anyhow::Result<u8> {
    let evaluator = Evaluator::Process(std::env::current_exe()?);
    let mut code = GOOD;
    for path in &arguments.systems {
        let design = design::read(path, &evaluator);
        report::print(path, &design.diagnostics, arguments.format, out)?;
        let isolation = design.plan.as_ref().and_then(Isolation::of);
        if let (Some(isolation), Format::Text) = (isolation, arguments.format) {
            isolation.text(out)?;
        }
        code = code.max(design.code);
    }
    Ok(code)
}
