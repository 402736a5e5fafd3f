//! `septum new-partition`: the skeleton of a program for a partition.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use septum_core::skeleton::{self, SKELETONS, Skeleton};

use super::GOOD;
use super::new::{for_shell, refuse_to_overwrite, write};
use super::output::Output;

/// What to write where.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Name of the program: that of its folder and of the ELF file that it is built to.
    name: String,
    /// Language of the skeleton.
    #[arg(long, value_name = "LANGUAGE", value_parser = language())]
    lang: &'static Skeleton,
    /// Where the program's folder is made, without overwriting anything.
    #[arg(long, value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

/// Reads the name of a language; the help lists all of them.
fn language() -> impl TypedValueParser<Value = &'static Skeleton> {
    let names = SKELETONS
        .iter()
        .map(|skeleton| PossibleValue::new(skeleton.language).help(skeleton.title));
    PossibleValuesParser::new(names)
        .try_map(|name| skeleton::find(&name).ok_or("there is no such language"))
}

/// Writes the skeleton and says what to do next.
pub fn run(arguments: &Arguments, out: &mut Output<impl Write>) -> anyhow::Result<u8> {
    let skeleton = arguments.lang;
    let files = skeleton
        .files(&arguments.name)
        .map_err(|why| anyhow!(why))?;
    let directory = arguments.folder.join(&arguments.name);
    refuse_to_overwrite(&directory, files.iter().map(|(path, _)| Path::new(path)))?;
    for (path, bytes) in &files {
        write(&directory.join(path), bytes)?;
    }
    let name = &arguments.name;
    let place = for_shell(&directory);
    writeln!(
        out,
        "{}: a program in {}",
        directory.display(),
        skeleton.language
    )?;
    writeln!(
        out,
        "  (cd {place} && {})   builds {name}.elf",
        skeleton.command
    )?;
    writeln!(
        out,
        "  {}   says how a design names it",
        for_shell(&directory.join("README.md"))
    )?;
    Ok(GOOD)
}
