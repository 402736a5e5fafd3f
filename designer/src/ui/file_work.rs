//! Opening and saving: the work that touches the disk.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use septum_core::dhall;
use septum_core::diagnostic::Diagnostic;
use septum_core::programs;
use septum_core::scenario::Scenario;
use septum_core::spec::RawSystem;
use septum_core::templates::{self, PACKAGE, PACKAGE_FOLDER, TEMPLATES};

use crate::atomic;

use super::design::Design;
use super::document::Document;
use super::graph::arrange;
use super::graph::placement::Placement;
use super::journal::{self, Recovery};
use super::sidecar::{self, Sidecar};
use super::stamp::Stamp;
use super::world::World;

/// A design that was opened.
#[derive(Debug)]
pub struct Opened {
    /// The design.
    pub design: Arc<Design>,
    /// The file behind it.
    pub document: Document,
    /// What the user should know.
    pub notice: String,
    /// Unsaved work on it that somebody left behind.
    pub recovery: Option<Recovery>,
}

/// Why nothing was opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// There is no such design: a sentence.
    #[error("{0}")]
    Missing(String),
    /// What was found in the file.
    #[error("{}", sentences(path, findings))]
    Findings {
        /// The file.
        path: PathBuf,
        /// Why it holds no design.
        findings: Vec<Diagnostic>,
    },
}

/// Opens a design; of a folder, its `system.dhall`.
///
/// # Errors
/// When the file holds no design.
pub fn open(path: &Path, world: &World, width: i32) -> Result<Opened, OpenError> {
    let inside = path.join("system.dhall");
    let path = if path.is_dir() && inside.is_file() {
        inside
    } else {
        path.to_path_buf()
    };
    let loaded = dhall::load(&path, &world.evaluator);
    let Some(system) = loaded.raw else {
        return Err(OpenError::Findings {
            path,
            findings: loaded.diagnostics,
        });
    };
    let design = Arc::new(placed(system, Sidecar::read(&path), width));
    let document = Document {
        form: loaded.form,
        stamp: Some(Stamp::of(loaded.text.as_bytes())),
        saved: Some(Arc::clone(&design)),
        template: None,
        path: Some(path.clone()),
    };
    let notice = document.detour().unwrap_or_default();
    let recovery = journal::find(world, Some(&path)).filter(|found| found.entry.design != design);
    Ok(Opened {
        design,
        document,
        notice,
        recovery,
    })
}

fn sentences(path: &Path, findings: &[Diagnostic]) -> String {
    let all: Vec<String> = findings.iter().map(sentence).collect();
    if all.is_empty() {
        return format!("{} holds no design", path.display());
    }
    all.join("; ")
}

/// A finding with the place that it is about: `sentence (line 3, column 5)`.
fn sentence(finding: &Diagnostic) -> String {
    let position = finding.places.first().and_then(|place| place.position);
    match position {
        Some(at) => format!(
            "{} (line {}, column {})",
            finding.message, at.line, at.column
        ),
        None => finding.message.clone(),
    }
}

/// A design with every box on a place: the stored one, else a free one; all arranged where
/// nothing is stored.
#[must_use]
pub fn placed(system: RawSystem, sidecar: Option<Sidecar>, width: i32) -> Design {
    let mut design = match sidecar {
        Some(sidecar) => Design {
            placement: sidecar.placement(&system),
            system,
        },
        None => Design {
            placement: Placement::empty(&system),
            system,
        },
    };
    if design.placement == Placement::empty(&design.system) {
        design.placement = arrange::arrange(&design, width);
    }
    design.settle();
    design
}

/// The starter system that the designer opens with.
pub const FIRST_STARTER: &str = "sensor-pipeline";

/// Opens a starter system as a design that has no file yet.
///
/// # Errors
/// When there is no such starter system.
pub fn open_template(name: &str, width: i32) -> Result<Opened, OpenError> {
    let template = templates::find(name);
    let text = template
        .and_then(|it| it.files.first())
        .map(|file| file.bytes);
    let text = text.and_then(|bytes| std::str::from_utf8(bytes).ok());
    let loaded = text.map(dhall::load_text).and_then(|loaded| loaded.raw);
    let Some(system) = loaded else {
        return Err(OpenError::Missing(format!(
            "There is no starter system {name}"
        )));
    };
    Ok(Opened {
        design: Arc::new(placed(system, None, width)),
        document: Document::unsaved(Some(name.to_owned())),
        notice: String::new(),
        recovery: None,
    })
}

/// The starter systems: name and title.
pub fn starters() -> impl Iterator<Item = (&'static str, &'static str)> {
    TEMPLATES
        .iter()
        .map(|template| (template.name, template.title))
}

/// A save to do.
#[derive(Debug, Clone)]
pub struct SaveOrder {
    /// The number of the design.
    pub serial: u64,
    /// Where to.
    pub path: PathBuf,
    /// What.
    pub design: Arc<Design>,
    /// What the file must look like; `None` where there must be none.
    pub expected: Option<Stamp>,
    /// Overwrite whatever is there.
    pub force: bool,
    /// Only boxes were moved: the spec itself is not written.
    pub only_layout: bool,
    /// The starter system whose other files are written too, where they are missing.
    pub template: Option<String>,
    /// The folder of the design, whose programs and scenario are taken along where they are
    /// missing.
    pub files_from: Option<PathBuf>,
    /// The file that was left alone because it is in a form of its own.
    pub instead_of: Option<PathBuf>,
    /// The program ends when it is done.
    pub quits: bool,
}

/// A save that was done.
#[derive(Debug)]
pub struct Saved {
    /// The order.
    pub order: SaveOrder,
    /// What the spec looks like now; `None` where it was left alone.
    pub stamp: Option<Stamp>,
}

/// Why nothing was saved.
#[derive(Debug)]
pub enum SaveError {
    /// Somebody else changed the file since it was read.
    Changed(Box<SaveOrder>),
    /// The spec was written, but not the places of its boxes; why, in a sentence.
    Unplaced(Box<Saved>, String),
    /// The file system's reason, in a sentence.
    Failed(String),
}

/// Saves a design: the spec, the places of its boxes and, where they are missing, the
/// package, the files of its starter system, and what the design's folder has.
///
/// # Errors
/// When the file is not as expected or cannot be written.
pub fn save(order: &SaveOrder) -> Result<Saved, SaveError> {
    let failed = |error: io::Error| {
        SaveError::Failed(format!("{} cannot be saved: {error}", order.path.display()))
    };
    let there = Stamp::of_file(&order.path).map_err(failed)?;
    let changed = there != order.expected && !order.only_layout;
    if changed && !order.force {
        return Err(SaveError::Changed(Box::new(order.clone())));
    }
    let stamp = write_text(order, there).map_err(failed)?;
    let saved = Saved {
        order: order.clone(),
        stamp,
    };
    match write_layout(order) {
        Ok(()) => Ok(saved),
        Err(error) => {
            let path = sidecar::path(&order.path);
            let why = format!("{} cannot be saved: {error}", path.display());
            Err(SaveError::Unplaced(Box::new(saved), why))
        }
    }
}

/// Writes the spec and what it needs beside it, unless only boxes were moved; a spec that is
/// not there any more is written all the same.
fn write_text(order: &SaveOrder, there: Option<Stamp>) -> io::Result<Option<Stamp>> {
    if order.only_layout && there.is_some() {
        return Ok(None);
    }
    let folder = order
        .path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    write_missing(folder, order.template.as_deref())?;
    take_along(folder, order)?;
    write_spec(order).map(Some)
}

fn write_layout(order: &SaveOrder) -> io::Result<()> {
    let layout = Sidecar::of(&order.design.system, &order.design.placement);
    atomic::replace(&sidecar::path(&order.path), layout.text().as_bytes())
}

/// Writes the package, and the other files of the starter system, where they are missing.
fn write_missing(folder: &Path, template: Option<&str>) -> io::Result<()> {
    let package = PACKAGE
        .iter()
        .map(|file| (Path::new(PACKAGE_FOLDER).join(file.path), file.bytes));
    let own = template
        .and_then(templates::find)
        .map_or(&[][..], |template| template.files);
    let own = own
        .iter()
        .skip(1)
        .map(|file| (PathBuf::from(file.path), file.bytes));
    for (path, bytes) in package.chain(own) {
        write_if_missing(&folder.join(path), bytes)?;
    }
    Ok(())
}

/// Copies the programs that the design names inside of its folder, and its scenario, where they
/// are missing. A program that cannot be read is left to the checker.
fn take_along(folder: &Path, order: &SaveOrder) -> io::Result<()> {
    let Some(from) = &order.files_from else {
        return Ok(());
    };
    let programs = programs::load(&order.design.system, from).into_iter();
    for (path, bytes) in programs.filter(|(path, _)| is_inside(Path::new(path))) {
        if let Ok(bytes) = bytes {
            write_if_missing(&folder.join(path), &bytes)?;
        }
    }
    // A starter system that was never saved has brought its own.
    let scenario = from.join(Scenario::FILE);
    if order.template.is_none() && scenario.is_file() {
        write_if_missing(&folder.join(Scenario::FILE), &fs::read(scenario)?)?;
    }
    Ok(())
}

/// Whether a path stays inside of the folder that it is relative to.
fn is_inside(path: &Path) -> bool {
    let mut parts = path.components();
    parts.all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}

fn write_if_missing(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.symlink_metadata().is_ok() {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    atomic::replace(path, bytes)
}

fn write_spec(order: &SaveOrder) -> io::Result<Stamp> {
    let text = dhall::write(&order.design.system).text;
    atomic::replace(&order.path, text.as_bytes())?;
    Ok(Stamp::of(text.as_bytes()))
}
