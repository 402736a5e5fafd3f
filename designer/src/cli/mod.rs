//! The command line: one file a subcommand; this one only says which.

// They panic where the reader has gone away; [`output::Output`] does not.
#![deny(clippy::print_stdout, clippy::print_stderr)]

pub mod bench;
pub mod build;
pub mod check;
pub mod design;
pub mod emulate;
pub mod evaluate_dhall;
pub mod export;
mod gdb;
mod instructions;
mod isolation;
mod located;
mod lockstep;
pub mod new;
pub mod new_partition;
pub mod output;
mod perturb;
pub mod report;
pub mod run;
mod selection;
mod summary;
pub mod virtio;

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::ui::event_loop;
use crate::ui::file_work::OpenError;
use output::Output;
use septum_core::dhall::child;

/// Everything is good.
pub const GOOD: u8 = 0;
/// The command ran and found something.
pub const FINDINGS: u8 = 1;
/// The command could not run.
pub const COULD_NOT_RUN: u8 = 2;

/// What the help ends with.
const AFTER_HELP: &str = "\
Begin with:
  septum new ping-pong             write a starter system
  septum ping-pong/system.dhall    open it in the designer

Exit codes:
  0  good; there may be warnings
  1  the design has errors, its machine was powered off with a failure, the event
     of `run --until` did not come, or what `bench` measured takes too long
  2  the command could not run
`emulate` has the exit codes of the program that it runs: septum emulate --help";

/// Design a whole RISC-V system as a graph, check it, boot it and step through its messages.
#[derive(Debug, Parser)]
#[command(name = "septum", version, args_conflicts_with_subcommands = true)]
#[command(after_help = AFTER_HELP)]
pub struct Arguments {
    /// Design to open in the designer; without it, a starter system.
    file: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a starter system into a new folder.
    New(new::Arguments),
    /// Write the skeleton of a program for a partition.
    NewPartition(new_partition::Arguments),
    /// Check designs and print every finding.
    Check(check::Arguments),
    /// Build the bootable image of a design.
    Build(build::Arguments),
    /// Boot a design in the simulator and print what happens.
    Run(run::Arguments),
    /// Export the graph, the schedule or a trace of a design as a picture or a table.
    Export(export::Arguments),
    /// Run any bare-metal program for RV64 on a machine.
    Emulate(emulate::Arguments),
    /// Measure how long things take and compare it with what was promised.
    Bench(bench::Arguments),
    /// Read a Dhall file for the process that asks.
    #[command(name = child::SUBCOMMAND, hide = true)]
    EvaluateDhall(evaluate_dhall::Arguments),
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Runs what the command line asks for. Errors are printed, with an exit code that says so.
pub fn dispatch(arguments: Arguments) -> ExitCode {
    let mut out = Output::new(BufWriter::new(io::stdout()));
    let failed = failure_code(&arguments);
    let result = run(arguments, &mut out);
    // What was printed before an error is printed all the same.
    let flushed = out.flush();
    match result.and_then(|code| Ok(flushed.map(|()| code)?)) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            // Nobody is left to be told where this fails.
            let _ = writeln!(io::stderr(), "septum: {error:#}");
            ExitCode::from(failed)
        }
    }
}

/// The exit code of a command that could not run: none that means something else.
fn failure_code(arguments: &Arguments) -> u8 {
    match arguments.command {
        Some(Command::Emulate(_)) => emulate::FAILED,
        _ => COULD_NOT_RUN,
    }
}

fn run(arguments: Arguments, out: &mut Output<impl Write>) -> anyhow::Result<u8> {
    match arguments.command {
        Some(Command::New(arguments)) => new::run(&arguments, out),
        Some(Command::NewPartition(arguments)) => new_partition::run(&arguments, out),
        Some(Command::Check(arguments)) => check::run(&arguments, out),
        Some(Command::Build(arguments)) => build::run(&arguments, out),
        Some(Command::Run(arguments)) => run::run(&arguments, out),
        Some(Command::Export(arguments)) => export::run(&arguments, out),
        Some(Command::Emulate(arguments)) => emulate::run(&arguments, out),
        Some(Command::Bench(arguments)) => bench::run(&arguments, out),
        Some(Command::EvaluateDhall(arguments)) => evaluate_dhall::run(&arguments, out),
        None => designer(arguments.file.as_deref()),
    }
}

/// Opens a design in the designer, or prints what was found in its file, as `check` does.
fn designer(file: Option<&Path>) -> anyhow::Result<u8> {
    let result = event_loop::run(file);
    let error = result.as_ref().err();
    match error.and_then(|error| error.downcast_ref()) {
        Some(OpenError::Findings { path, findings }) if !findings.is_empty() => {
            report::print_aside(path, findings, Format::Text)?;
            Ok(COULD_NOT_RUN)
        }
        _ => result,
    }
}
