//! A project's folder: nothing outside of it is read, whatever a design says.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

/// A project's folder, by its canonical path.
pub(crate) struct Folder(PathBuf);

/// Why a file is not read; the text is half a sentence that continues its name.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// By its path, or through a link.
    #[error("lies outside of the project folder")]
    Outside,
    /// A folder stands there.
    #[error("is a folder")]
    IsFolder,
    /// A device or a pipe: reading it might never end.
    #[error("is not a regular file")]
    Special,
    /// It has more bytes than this.
    #[error("is larger than {} MiB", .0 >> 20)]
    TooLarge(u64),
    /// Nothing stands there.
    #[error("does not exist")]
    Missing,
    /// The system forbids it.
    #[error("may not be read")]
    Forbidden,
    /// The system fails.
    #[error("cannot be read ({0})")]
    Failed(std::io::Error),
}

impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound => Self::Missing,
            ErrorKind::PermissionDenied => Self::Forbidden,
            _ => Self::Failed(error),
        }
    }
}

impl Folder {
    /// The folder at a path, of which the empty one is the current folder.
    pub(crate) fn at(path: &Path) -> Result<Self, Refusal> {
        Ok(Self(Path::new(".").join(path).canonicalize()?))
    }

    /// The canonical path of a file, given by its path from the folder.
    pub(crate) fn find(&self, path: &Path) -> Result<PathBuf, Refusal> {
        if leaves(path) {
            return Err(Refusal::Outside);
        }
        let canonical = self.0.join(path).canonicalize()?;
        if canonical.starts_with(&self.0) {
            Ok(canonical)
        } else {
            Err(Refusal::Outside)
        }
    }
}

/// Whether a path leaves the folder that it begins in, be it only to come back.
fn leaves(path: &Path) -> bool {
    let mut depth = 0usize;
    for component in path.components() {
        let next = match component {
            Component::Normal(_) => depth.checked_add(1),
            Component::CurDir => Some(depth),
            Component::ParentDir => depth.checked_sub(1),
            Component::RootDir | Component::Prefix(_) => None,
        };
        match next {
            Some(next) => depth = next,
            None => return true,
        }
    }
    false
}

/// All bytes of a regular file, if it has no more than `limit`.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Refusal> {
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(Refusal::IsFolder);
    }
    if !metadata.is_file() {
        return Err(Refusal::Special);
    }
    bounded(File::open(path)?, limit)
}

/// All bytes of a source that may have no end. The length that a file states is not believed:
/// it may grow, and files of `/proc` state none.
fn bounded(source: impl Read, limit: u64) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    source.take(limit + 1).read_to_end(&mut bytes)?;
    let is_whole = u64::try_from(bytes.len()).is_ok_and(|length| length <= limit);
    is_whole.then_some(bytes).ok_or(Refusal::TooLarge(limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_and_those_that_stay() {
        for path in ["/a", "..", "../here/a", "a/../../b", "./../a"] {
            assert!(leaves(Path::new(path)), "{path}");
        }
        for path in ["a", "./a", "a/../b", "a/b/../../c", "..a"] {
            assert!(!leaves(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn a_file_of_the_limit_is_read_and_a_larger_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, [7; 4096]).unwrap();
        assert_eq!(read(&path, 4096).unwrap(), [7; 4096]);
        assert!(matches!(read(&path, 4095), Err(Refusal::TooLarge(4095))));
    }

    #[test]
    fn a_link_out_of_the_folder_is_refused_and_one_inside_is_followed() {
        let outer = tempfile::tempdir().unwrap();
        let inner = outer.path().join("project");
        std::fs::create_dir(&inner).unwrap();
        std::fs::write(outer.path().join("secret"), "").unwrap();
        std::fs::write(inner.join("open"), "").unwrap();
        for (target, link) in [("../secret", "out"), ("open", "in"), ("..", "up")] {
            std::os::unix::fs::symlink(target, inner.join(link)).unwrap();
        }
        let folder = Folder::at(&inner).unwrap();
        assert!(folder.find(Path::new("in")).unwrap().ends_with("open"));
        for path in ["out", "up", "up/secret", "up/project/../secret"] {
            assert!(
                matches!(folder.find(Path::new(path)), Err(Refusal::Outside)),
                "{path}"
            );
        }
    }

    #[test]
    fn no_more_is_read_than_shows_that_it_is_too_much() {
        let mut source = std::io::repeat(7).take(1000);
        assert!(matches!(
            bounded(&mut source, 16),
            Err(Refusal::TooLarge(16))
        ));
        assert_eq!(source.limit(), 1000 - 17);
    }
}
