//! The recovery journal: unsaved work, where a crash cannot take it.
//!
//! One file for each design that a run of the program opened, in the user's state folder:
//! written after every change, removed when the work is saved or given up. What another run
//! left behind is removed only when the user has answered what to do with it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use septum_core::spec::RawSystem;
use serde::{Deserialize, Serialize};

use crate::atomic;

use super::design::Design;
use super::effect::Effect;
use super::sidecar::Sidecar;
use super::state::State;
use super::world::World;

const FORMAT: u64 = 1;

/// Unsaved work.
#[derive(Debug, Clone)]
pub struct JournalEntry {
    /// The file of the design; `None` for one that was never saved.
    pub path: Option<PathBuf>,
    /// The starter system that the design was made from, where it was.
    pub template: Option<String>,
    /// The design.
    pub design: Arc<Design>,
}

/// A journal to write.
#[derive(Debug, Clone)]
pub struct JournalOrder {
    /// The number of the design.
    pub serial: u64,
    /// The work.
    pub entry: JournalEntry,
    /// A journal whose work is part of this one: removed when this one is written.
    pub recovered: Option<PathBuf>,
}

impl JournalOrder {
    /// The work that a state holds.
    #[must_use]
    pub fn of(state: &State) -> Self {
        Self {
            serial: state.serial,
            entry: JournalEntry::of(state),
            recovered: state.recovered.clone(),
        }
    }
}

impl JournalEntry {
    fn of(state: &State) -> Self {
        Self {
            path: state.document.path.clone(),
            template: state.document.template.clone(),
            design: Arc::clone(&state.design),
        }
    }
}

/// The journal as it stands in its file.
#[derive(Serialize, Deserialize)]
struct Stored {
    format: u64,
    process: u32,
    path: Option<PathBuf>,
    template: Option<String>,
    system: RawSystem,
    layout: Sidecar,
}

/// Work that somebody left behind.
#[derive(Debug, Clone)]
pub struct Recovery {
    /// The journal's file.
    pub journal: PathBuf,
    /// The work.
    pub entry: JournalEntry,
}

/// Writes the journal, then removes the one that it takes the place of.
///
/// # Errors
/// What the file system says; the other journal is then still there.
pub fn write(world: &World, order: &JournalOrder) -> io::Result<()> {
    let folder = folder(world)?;
    fs::create_dir_all(folder)?;
    let entry = &order.entry;
    let stored = Stored {
        format: FORMAT,
        process: std::process::id(),
        path: entry.path.as_deref().map(absolute),
        template: entry.template.clone(),
        system: entry.design.system.clone(),
        layout: Sidecar::of(&entry.design.system, &entry.design.placement),
    };
    let text = serde_json::to_vec(&stored).map_err(io::Error::other)?;
    atomic::replace(&folder.join(name(world, order.serial)), &text)?;
    if let Some(recovered) = &order.recovered {
        remove(recovered);
    }
    Ok(())
}

/// Removes this run's journal of the design with this number.
pub fn forget(world: &World, serial: u64) {
    if let Ok(folder) = folder(world) {
        remove(&folder.join(name(world, serial)));
    }
}

/// Removes a journal's file; one that is gone already is no loss.
pub fn remove(journal: &Path) {
    drop(fs::remove_file(journal));
}

/// The work of the open design is saved or given up: what has to be removed.
pub fn given_up(state: &mut State) -> Vec<Effect> {
    let recovered = state.recovered.take().map(Effect::RemoveJournal);
    std::iter::once(Effect::ForgetJournal(state.serial))
        .chain(recovered)
        .collect()
}

/// The newest work on this file, or on a design without one, that a process left behind which
/// is not running any more.
#[must_use]
pub fn find(world: &World, path: Option<&Path>) -> Option<Recovery> {
    let path = path.map(absolute);
    let own = format!("{}-", world.run);
    let files = fs::read_dir(folder(world).ok()?).ok()?.flatten();
    let others = files.filter(|file| {
        let name = file.file_name();
        let name = name.to_string_lossy();
        name.ends_with(".json") && !name.starts_with(&own)
    });
    let found = others.filter_map(|file| {
        let metadata = file.metadata().ok()?;
        let recovery = metadata.is_file().then(|| read(&file.path()))??;
        (recovery.entry.path == path).then_some((metadata.modified().ok()?, recovery))
    });
    let newest = found.max_by_key(|(changed, _)| *changed);
    newest.map(|(_, recovery)| recovery)
}

fn read(journal: &Path) -> Option<Recovery> {
    let stored: Stored = serde_json::from_slice(&fs::read(journal).ok()?).ok()?;
    if stored.format != FORMAT || is_running(stored.process) {
        return None;
    }
    let mut design = Design {
        placement: stored.layout.placement(&stored.system),
        system: stored.system,
    };
    design.settle();
    let entry = JournalEntry {
        path: stored.path,
        template: stored.template,
        design: Arc::new(design),
    };
    Some(Recovery {
        journal: journal.to_path_buf(),
        entry,
    })
}

/// Whether another process with this number runs the same program.
fn is_running(process: u32) -> bool {
    if process == std::process::id() {
        return false;
    }
    let program = |process: &str| fs::read_to_string(format!("/proc/{process}/comm")).ok();
    match (program(&process.to_string()), program("self")) {
        (Some(other), Some(own)) => other == own,
        (None, Some(_)) => false,
        (_, None) => exists(process),
    }
}

fn exists(process: u32) -> bool {
    let number = i32::try_from(process)
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    number.is_some_and(|number| rustix::process::test_kill_process(number).is_ok())
}

/// The name of this run's journal of the design with this number.
fn name(world: &World, serial: u64) -> String {
    format!("{}-{serial}.json", world.run)
}

/// The same path for all names of a file, from wherever it is seen.
fn absolute(path: &Path) -> PathBuf {
    let absolute = fs::canonicalize(path).or_else(|_| std::path::absolute(path));
    absolute.unwrap_or_else(|_| path.to_path_buf())
}

fn folder(world: &World) -> io::Result<&Path> {
    let folder = world.journals.as_deref();
    folder.ok_or_else(|| io::Error::other("there is no state folder"))
}
