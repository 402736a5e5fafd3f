//! The program files of the open design, as they were when nobody was writing them.
//!
//! A compiler writes a file piece by piece. What looks the same twice, some time apart, is whole;
//! until then everybody gets the file as it was before.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use septum_core::programs::{self, Programs};
use septum_core::spec::RawSystem;

/// Between two looks at the disk.
pub const INTERVAL: Duration = Duration::from_millis(200);

/// Looks at most, before a file that is always being written is taken as it is.
const PATIENCE: usize = 15;

/// The program files; clones are the same shelf.
#[derive(Debug, Clone, Default)]
pub struct Shelf(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    folder: PathBuf,
    files: BTreeMap<String, Program>,
}

/// A program file.
#[derive(Debug)]
struct Program {
    bytes: Result<Vec<u8>, String>,
    /// How the file looked when it was read.
    read: Sight,
    /// How it looked last.
    seen: Sight,
}

/// What can be seen of a file without reading it; `None` where there is none.
type Sight = Option<(u64, u64, i64, i64)>;

fn sight(path: &Path) -> Sight {
    let it = fs::metadata(path).ok()?;
    Some((it.ino(), it.size(), it.mtime(), it.mtime_nsec()))
}

impl Program {
    fn read(folder: &Path, name: &str) -> Self {
        // Looked at before it is read: a change in between is seen the next time.
        let sight = sight(&folder.join(name));
        Self {
            bytes: programs::read(folder, name),
            read: sight,
            seen: sight,
        }
    }

    fn is_being_written(&self) -> bool {
        self.seen != self.read
    }

    /// Looks once; whether it was read anew and is another one.
    fn look(&mut self, folder: &Path, name: &str) -> bool {
        let before = std::mem::replace(&mut self.seen, sight(&folder.join(name)));
        if self.seen == self.read || self.seen != before {
            return false;
        }
        let old = std::mem::replace(self, Self::read(folder, name));
        old.bytes != self.bytes
    }
}

impl Shelf {
    /// The programs that a design names, from its folder. Those of other designs are forgotten.
    #[must_use]
    pub fn programs(&self, system: &RawSystem, folder: &Path) -> Programs {
        let mut kept = self.kept();
        if kept.folder != folder {
            *kept = Kept {
                folder: folder.to_owned(),
                files: BTreeMap::new(),
            };
        }
        let mut old = std::mem::take(&mut kept.files);
        for name in programs::names(system) {
            let known = old.remove(name);
            let program = known.unwrap_or_else(|| Program::read(folder, name));
            kept.files.insert(name.to_owned(), program);
        }
        let bytes = |(name, program): (&String, &Program)| (name.clone(), program.bytes.clone());
        kept.files.iter().map(bytes).collect()
    }

    /// Looks once at every file: the names of those that are others now.
    #[must_use]
    pub fn look(&self) -> Vec<String> {
        let mut kept = self.kept();
        let Kept { folder, files } = &mut *kept;
        let changed = files
            .iter_mut()
            .filter_map(|(name, program)| program.look(folder, name).then(|| name.clone()));
        changed.collect()
    }

    /// Waits until nobody is writing any of the files, but not for ever.
    pub fn settle(&self) {
        for _ in 0..PATIENCE {
            // Whoever asked takes all of them.
            let _ = self.look();
            if !self.kept().files.values().any(Program::is_being_written) {
                return;
            }
            thread::sleep(INTERVAL);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Nothing is left half done by a panic: files are whole or not there.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
