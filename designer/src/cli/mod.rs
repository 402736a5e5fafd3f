//! The command line: one file a subcommand; this one only says which.

pub mod bench;
pub mod build;
pub mod check;
pub mod design;
pub mod evaluate_dhall;
pub mod new;
pub mod report;
pub mod run;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::ui::event_loop;
use septum_core::dhall::child;

/// Everything is good.
pub const GOOD: u8 = 0;
/// The command ran and found something.
pub const FINDINGS: u8 = 1;
/// The command could not run.
pub const COULD_NOT_RUN: u8 = 2;

/// Design a whole RISC-V system as a graph, check it, boot it and step through its messages.
#[derive(Debug, Parser)]
#[command(name = "septum", version, args_conflicts_with_subcommands = true)]
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
    /// Check designs and print every finding.
    Check(check::Arguments),
    /// Build the bootable image of a design.
    Build(build::Arguments),
    /// Boot a design in the simulator and print what happens.
    Run(run::Arguments),
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

/// Runs what the command line asks for. Errors are printed, with exit code 2.
pub fn dispatch(arguments: Arguments) -> ExitCode {
    let result = match arguments.command {
        Some(Command::New(arguments)) => new::run(&arguments),
        Some(Command::Check(arguments)) => check::run(&arguments),
        Some(Command::Build(arguments)) => build::run(&arguments),
        Some(Command::Run(arguments)) => run::run(&arguments),
        Some(Command::Bench(arguments)) => bench::run(&arguments),
        Some(Command::EvaluateDhall(arguments)) => evaluate_dhall::run(&arguments),
        None => event_loop::run(arguments.file.as_deref()),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("septum: {error:#}");
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}
