//! Files that are replaced as a whole or not at all.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::NamedTempFile;

/// Mode of a new file, before the user's mask.
const NEW_FILE_MODE: u32 = 0o666;

/// Like [`replace`]; but what is no regular file, such as `/dev/null` or a pipe, is written to.
///
/// # Errors
/// What the file system says; the old file is then still whole.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if is_irregular(path) {
        return fs::write(path, bytes);
    }
    replace(path, bytes)
}

/// Whether there is something that is no regular file, such as a folder, a device or a pipe.
#[must_use]
pub fn is_irregular(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file())
}

/// Replaces a file: a temporary file in the same folder, synchronised, then renamed over it.
/// A link is followed; the permissions of an existing file stay.
///
/// # Errors
/// What the file system says, or that it is no regular file; the old one is then still whole.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if is_irregular(path) {
        return Err(io::Error::other("it is not a regular file"));
    }
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = folder(&target);
    let temporary = temporary(folder, bytes)?;
    if let Ok(metadata) = fs::metadata(&target) {
        temporary
            .as_file()
            .set_permissions(metadata.permissions())?;
    }
    temporary.as_file().sync_all()?;
    temporary.persist(&target)?;
    File::open(folder)?.sync_all()
}

/// Makes a new file, whole or not at all. Nothing that is there already is replaced.
///
/// # Errors
/// What the file system says, also when there is such a file.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder(path);
    let temporary = temporary(folder, bytes)?;
    temporary.as_file().sync_all()?;
    temporary.persist_noclobber(path)?;
    File::open(folder)?.sync_all()
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn temporary(folder: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let mut temporary = tempfile::Builder::new()
        .prefix(".septum-")
        .permissions(Permissions::from_mode(NEW_FILE_MODE))
        .tempfile_in(folder)?;
    temporary.write_all(bytes)?;
    Ok(temporary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_permissions_survive() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write(&link, b"new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o640
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_failed_write_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert!(write(&folder.path().join("missing/file"), b"new").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_created_replaces_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        create(&file, b"first").unwrap();
        assert!(create(&file, b"second").is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), "first");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_pipe_is_written_to_and_stays_a_pipe() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        use std::os::unix::fs::FileTypeExt;
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        mknodat(CWD, &pipe, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::read(pipe).unwrap()
        });
        write(&pipe, b"image").unwrap();
        assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
        assert_eq!(reader.join().unwrap(), b"image");
    }
}
