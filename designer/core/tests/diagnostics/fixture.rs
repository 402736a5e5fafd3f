//! Fixtures: bad designs with what must be found in them.

use std::path::{Path, PathBuf};

use septum_core::templates::{PACKAGE, PACKAGE_FOLDER};
use tempfile::TempDir;

use crate::programs;

/// A bad design.
pub(crate) struct Fixture {
    /// Group and mistake: `names/duplicate-partition`.
    pub(crate) name: String,
    /// The file, or the folder.
    path: PathBuf,
    /// What must be found.
    pub(crate) expected: String,
}

/// The folder of the fixtures.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("fixtures can be laid out");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("fixtures can be laid out").path())
        .collect();
    paths.sort();
    paths
}

/// All fixtures, in the order of their names.
pub(crate) fn all() -> Vec<Fixture> {
    let groups = entries(&root()).into_iter().filter(|path| path.is_dir());
    let fixtures = groups.flat_map(|group| entries(&group));
    fixtures.map(Fixture::new).collect()
}

impl Fixture {
    fn new(path: PathBuf) -> Self {
        let expected = if path.is_dir() {
            std::fs::read_to_string(path.join("expected.txt")).expect("fixtures can be laid out")
        } else {
            comments(&std::fs::read_to_string(&path).expect("fixtures can be laid out"))
        };
        let name = path
            .strip_prefix(root())
            .expect("fixtures can be laid out")
            .with_extension("");
        Self {
            name: name.to_str().expect("fixtures can be laid out").to_owned(),
            path,
            expected,
        }
    }

    /// The fixture in a folder of its own, with all that it may import.
    pub(crate) fn lay_out(&self) -> TempDir {
        let folder = project();
        if self.path.is_dir() {
            copy(&self.path, folder.path());
            std::fs::remove_file(folder.path().join("expected.txt"))
                .expect("fixtures can be laid out");
        } else {
            std::fs::copy(&self.path, folder.path().join("system.dhall"))
                .expect("fixtures can be laid out");
        }
        folder
    }
}

/// The lines that a file begins with behind `-- `.
fn comments(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix("-- "));
    lines.map(|line| format!("{line}\n")).collect()
}

/// A folder with the package, a good design and some programs, but without a design.
pub(crate) fn project() -> TempDir {
    let folder = tempfile::tempdir().expect("fixtures can be laid out");
    for file in PACKAGE {
        let path = folder.path().join(PACKAGE_FOLDER).join(file.path);
        std::fs::create_dir_all(path.parent().expect("fixtures can be laid out"))
            .expect("fixtures can be laid out");
        std::fs::write(path, file.bytes).expect("fixtures can be laid out");
    }
    std::fs::copy(root().join("good.dhall"), folder.path().join("good.dhall"))
        .expect("fixtures can be laid out");
    for (name, bytes) in programs::all() {
        std::fs::write(folder.path().join(name), bytes).expect("fixtures can be laid out");
    }
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("fixtures can be laid out");
    for entry in entries(from) {
        let target = to.join(entry.file_name().expect("fixtures can be laid out"));
        if entry.is_dir() {
            copy(&entry, &target);
        } else {
            std::fs::copy(entry, target).expect("fixtures can be laid out");
        }
    }
}
