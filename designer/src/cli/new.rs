//! `septum new`: a starter system in a new folder.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use septum_core::templates::{self, File, PACKAGE, PACKAGE_FOLDER, TEMPLATES, Template};

use crate::atomic;

use super::GOOD;
use super::output::Output;

/// What to write where.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Folder to make; files that are already there are never overwritten.
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Starter system.
    #[arg(long, value_name = "NAME", default_value = "ping-pong", value_parser = template())]
    template: &'static Template,
}

/// Writes the starter system and says what to do next.
pub fn run(arguments: &Arguments, out: &mut Output<impl Write>) -> anyhow::Result<u8> {
    let template = arguments.template;
    let directory = &arguments.directory;
    let files = files(template);
    refuse_to_overwrite(directory, files.iter().map(|(path, _)| path.as_path()))?;
    for (path, file) in &files {
        write(&directory.join(path), file.bytes)?;
    }
    let system = directory.join("system.dhall");
    writeln!(out, "{}: {}", system.display(), template.title)?;
    let system = for_shell(&system);
    writeln!(
        out,
        "  septum {system}                  open it in the designer"
    )?;
    writeln!(out, "  septum check {system}            check it")?;
    writeln!(
        out,
        "  septum run {system} --for 10ms   boot it and print what happens"
    )?;
    Ok(GOOD)
}

/// A path as it can be pasted into a shell.
pub(super) fn for_shell(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |character: char| character.is_alphanumeric() || "/._-+".contains(character);
    match text.chars().all(is_plain) {
        true => text,
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

/// Reads the name of a starter system; the help lists all of them.
fn template() -> impl TypedValueParser<Value = &'static Template> {
    let names = TEMPLATES
        .iter()
        .map(|template| PossibleValue::new(template.name).help(template.title));
    PossibleValuesParser::new(names)
        .try_map(|name| templates::find(&name).ok_or("there is no such template"))
}

/// Every file of a starter system, by its path in the folder.
fn files(template: &Template) -> Vec<(PathBuf, File)> {
    let own = template
        .files
        .iter()
        .map(|file| (PathBuf::from(file.path), *file));
    let package = PACKAGE
        .iter()
        .map(|file| (Path::new(PACKAGE_FOLDER).join(file.path), *file));
    own.chain(package).collect()
}

/// Refuses when any of these files is in the folder already.
pub(super) fn refuse_to_overwrite<'a>(
    directory: &Path,
    paths: impl Iterator<Item = &'a Path>,
) -> anyhow::Result<()> {
    for path in paths {
        let path = directory.join(path);
        if path.symlink_metadata().is_ok() {
            bail!("{} is already there; nothing was written", path.display());
        }
    }
    Ok(())
}

/// Writes a new file, and the folders that it is in.
pub(super) fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(cannot)?;
    }
    atomic::create(path, bytes).with_context(cannot)
}
