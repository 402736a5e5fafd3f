//! `septum evaluate-dhall`: the child process that reads texts; not for people.

use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::PossibleValue;
use septum_core::dhall::{Kind, child};

use super::GOOD;
use super::output::Output;

/// What to read.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What the file describes.
    #[arg(value_enum)]
    kind: What,
    /// The file.
    path: PathBuf,
}

#[derive(Debug, Clone, Copy)]
struct What(Kind);

impl ValueEnum for What {
    fn value_variants<'a>() -> &'a [Self] {
        const { &[Self(Kind::ALL[0]), Self(Kind::ALL[1]), Self(Kind::ALL[2])] }
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.0.name()))
    }
}

/// Reads the file and prints the answer for the parent.
pub fn run(arguments: &Arguments, out: &mut Output<impl Write>) -> anyhow::Result<u8> {
    let answer = child::serve(arguments.kind.0, &arguments.path);
    writeln!(out, "{answer}")?;
    Ok(GOOD)
}
