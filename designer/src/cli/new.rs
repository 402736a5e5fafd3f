//! `septum new`: a starter system in a new folder.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use septum_core::templates::{self, File, PACKAGE, PACKAGE_FOLDER, TEMPLATES, Template};

use super::GOOD;

/// What to write where.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Folder to make; files that are already there are never overwritten.
    directory: PathBuf,
    /// Starter system.
    #[arg(long, default_value = "ping-pong")]
    template: String,
}

/// Writes the starter system and says what to do next.
pub fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let template = find(&arguments.template)?;
    let directory = &arguments.directory;
    let files = files(template);
    refuse_to_overwrite(directory, &files)?;
    for (path, file) in &files {
        write(&directory.join(path), file.bytes)?;
    }
    let system = directory.join("system.dhall");
    let system = system.display();
    println!("{system}: {}", template.title);
    println!("  septum {system}                  open it in the designer");
    println!("  septum check {system}            check it");
    println!("  septum run {system} --for 10ms   boot it and print what happens");
    Ok(GOOD)
}

fn find(name: &str) -> anyhow::Result<&'static Template> {
    templates::find(name).with_context(|| {
        let names: Vec<&str> = TEMPLATES.iter().map(|template| template.name).collect();
        format!(
            "there is no template {name:?}; there are {}",
            names.join(", ")
        )
    })
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

fn refuse_to_overwrite(directory: &Path, files: &[(PathBuf, File)]) -> anyhow::Result<()> {
    for (path, _) in files {
        let path = directory.join(path);
        if path.symlink_metadata().is_ok() {
            bail!("{} is already there; nothing was written", path.display());
        }
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(cannot)?;
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .with_context(cannot)?;
    file.write_all(bytes).with_context(cannot)
}
