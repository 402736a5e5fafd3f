//! The recovery journal: unsaved work, where a crash cannot take it.
//!
//! One file for each design, in the user's state folder, written after every change and
//! removed when the work is saved or given up.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use septum_core::spec::RawSystem;
use serde::{Deserialize, Serialize};

use crate::atomic;

use super::design::Design;
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

impl JournalEntry {
    /// The work that a state holds.
    #[must_use]
    pub fn of(state: &State) -> Self {
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

/// Writes the journal.
///
/// # Errors
/// What the file system says.
pub fn write(world: &World, entry: &JournalEntry) -> io::Result<()> {
    let folder = folder(world)?;
    fs::create_dir_all(folder)?;
    let stored = Stored {
        format: FORMAT,
        process: std::process::id(),
        path: entry.path.clone(),
        template: entry.template.clone(),
        system: entry.design.system.clone(),
        layout: Sidecar::of(&entry.design.system, &entry.design.placement),
    };
    let text = serde_json::to_vec(&stored).map_err(io::Error::other)?;
    atomic::write(&folder.join(name(entry.path.as_deref())), &text)
}

/// Removes the journal of a file, or this process' journal of a design without one.
pub fn forget(world: &World, path: Option<&Path>) {
    if let Ok(folder) = folder(world) {
        remove(&folder.join(name(path)));
    }
}

/// Removes a journal's file; one that is gone already is no loss.
pub fn remove(journal: &Path) {
    drop(fs::remove_file(journal));
}

/// Work on this file that a process left behind, which is not running any more.
#[must_use]
pub fn find(world: &World, path: &Path) -> Option<Recovery> {
    read(&folder(world).ok()?.join(name(Some(path))))
}

/// The newest work on a design without a file that a process left behind.
#[must_use]
pub fn find_unsaved(world: &World) -> Option<Recovery> {
    let entries = fs::read_dir(folder(world).ok()?).ok()?;
    let unsaved = entries
        .flatten()
        .filter(|entry| is_unsaved(&entry.file_name()));
    let dated = unsaved.filter_map(|entry| {
        let changed = entry.metadata().ok()?.modified().ok()?;
        Some((changed, read(&entry.path())?))
    });
    dated
        .max_by_key(|(changed, _)| *changed)
        .map(|(_, recovery)| recovery)
}

fn is_unsaved(name: &std::ffi::OsStr) -> bool {
    name.to_str()
        .is_some_and(|name| name.starts_with("unsaved-") && name.ends_with(".json"))
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

/// The name of a design's journal: from its file's absolute path, or this process.
fn name(path: Option<&Path>) -> String {
    let Some(path) = path else {
        return format!("unsaved-{}.json", std::process::id());
    };
    let absolute = fs::canonicalize(path).or_else(|_| std::path::absolute(path));
    let absolute = absolute.unwrap_or_else(|_| path.to_path_buf());
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in absolute.as_os_str().as_encoded_bytes() {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("file-{hash:016x}.json")
}

fn folder(world: &World) -> io::Result<&Path> {
    let folder = world.journals.as_deref();
    folder.ok_or_else(|| io::Error::other("there is no state folder"))
}
