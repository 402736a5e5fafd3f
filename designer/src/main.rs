//! The binary: everything else is in the library.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    septum::cli::dispatch(septum::cli::Arguments::parse())
}
