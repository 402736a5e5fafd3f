//! Septum: design a whole RISC-V system, check it, build it, run it.

mod cli;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    cli::dispatch(cli::Arguments::parse())
}
