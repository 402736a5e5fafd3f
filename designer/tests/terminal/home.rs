//! A home folder that is no user's, and the binary in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use septum_terminal::{Program, Size, Terminal, environment};
use tempfile::TempDir;

use crate::designer::Designer;

pub(crate) const SMALL: Size = Size {
    columns: 80,
    rows: 24,
};
pub(crate) const MIDDLE: Size = Size {
    columns: 120,
    rows: 40,
};
pub(crate) const LARGE: Size = Size {
    columns: 200,
    rows: 60,
};

/// A home folder that is no user's.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The folder of the recovery journals.
    pub(crate) fn journals(&self) -> PathBuf {
        self.path("state/septum")
    }

    /// Starts the designer with these arguments.
    pub(crate) fn designer(&self, arguments: &[&Path], size: Size) -> Designer {
        let program = Program {
            path: PathBuf::from(env!("CARGO_BIN_EXE_septum")),
            arguments: arguments
                .iter()
                .map(|it| it.as_os_str().to_owned())
                .collect(),
            folder: self.0.path().to_path_buf(),
            environment: environment(self.0.path()),
        };
        Designer::of(Terminal::start(&program, size).expect("a pseudo-terminal"))
    }

    /// Runs a subcommand to its end; the exit code and what it printed.
    pub(crate) fn septum(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_septum"));
        command.args(arguments).current_dir(self.0.path());
        command.env_clear().envs(environment(self.0.path()));
        let output = command.output().expect("the binary runs");
        let printed = [output.stdout, output.stderr].concat();
        (
            output.status.code(),
            String::from_utf8_lossy(&printed).into_owned(),
        )
    }

    /// Writes a starter system into the folder of its name, and gives its file.
    pub(crate) fn starter(&self, name: &str) -> PathBuf {
        let (code, printed) = self.septum(&["new", name, "--template", name]);
        assert_eq!(code, Some(0), "{printed}");
        self.path(name).join("system.dhall")
    }
}
