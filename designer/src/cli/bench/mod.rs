//! `septum bench`: measures what Septum promises, and says whether the promise is kept.

mod designer;
mod distribution;
mod kernel;
mod table;
mod ui;

use std::io::Write;

use clap::ValueEnum;

use super::output::Output;
use super::{FINDINGS, Format, GOOD};

/// What to measure.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What is measured.
    #[arg(value_enum)]
    target: Target,
    /// How to print the numbers: as a table, or as one object.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Target {
    /// The designer, as a user sees it on a terminal.
    Ui,
    /// The kernel: counted instructions of every path, and its size.
    Kernel,
}

/// Measures and prints. Exit code 1 when a bar is missed.
pub fn run(arguments: &Arguments, out: &mut Output<impl Write>) -> anyhow::Result<u8> {
    let table = match arguments.target {
        Target::Ui => ui::measure()?,
        Target::Kernel => kernel::measure()?,
    };
    match arguments.format {
        Format::Text => write!(out, "{}", table.text())?,
        Format::Json => writeln!(out, "{}", serde_json::to_string(&table)?)?,
    }
    Ok(if table.is_met() { GOOD } else { FINDINGS })
}
