//! `septum bench`: measures what Septum promises, and says whether the promise is kept.

mod designer;
mod distribution;
mod kernel;
mod simulator;
mod table;
mod trace;
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
    /// Makes a missed ratio of times a failure too: times are noisy, so without this only what
    /// is counted decides the exit code.
    #[arg(long)]
    strict: bool,
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
    /// The simulator: its speed beside that of others, and what travelling in time costs.
    Simulator,
    /// The trace: what ten million events take, and how long a look at them takes.
    Trace,
}

/// Measures and prints. Exit code 1 when a bar is missed that decides it.
pub fn run(arguments: &Arguments, out: &mut Output<impl Write>) -> anyhow::Result<u8> {
    let table = match arguments.target {
        Target::Ui => ui::measure()?,
        Target::Kernel => kernel::measure()?,
        Target::Simulator => simulator::measure()?,
        Target::Trace => trace::measure()?,
    };
    match arguments.format {
        Format::Text => write!(out, "{}", table.text())?,
        Format::Json => writeln!(out, "{}", serde_json::to_string(&table)?)?,
    }
    let is_noisy = matches!(arguments.target, Target::Simulator | Target::Trace);
    let decides = arguments.strict || !is_noisy;
    Ok(match table.is_met() || !decides {
        true => GOOD,
        false => FINDINGS,
    })
}
