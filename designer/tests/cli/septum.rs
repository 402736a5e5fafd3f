//! The built binary as a child process, in a folder of its own.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Whoever takes longer hangs; nothing here takes more than a few seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a run of the binary ended, and what it printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ended {
    /// The exit code; `None` after a signal.
    pub(crate) code: Option<i32>,
    /// The standard output.
    pub(crate) stdout: String,
    /// The standard error.
    pub(crate) stderr: String,
}

impl Ended {
    /// The standard output of a run that ended well and complained of nothing.
    #[track_caller]
    pub(crate) fn good(self) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), ""), "{self:?}");
        self.stdout
    }

    /// The standard error of a run that could not do what was asked, and printed nothing else.
    #[track_caller]
    pub(crate) fn impossible(self) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (Some(2), ""), "{self:?}");
        assert!(!self.stderr.contains("panicked"), "{self:?}");
        self.stderr
    }
}

/// A temporary folder to run the binary in, and a home for whoever runs it.
pub(crate) struct Desk {
    folder: TempDir,
    home: TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let folder = || tempfile::tempdir().expect("a temporary folder");
        Self {
            folder: folder(),
            home: folder(),
        }
    }

    /// A folder with a starter system in `name`.
    pub(crate) fn with(template: &str, name: &str) -> Self {
        let desk = Self::new();
        desk.run(["new", name, "--template", template]).good();
        desk
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, and the folders that it is in.
    pub(crate) fn write(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        let folder = path.parent().expect("a folder");
        fs::create_dir_all(folder).expect("the folder");
        fs::write(path, bytes).expect("the file");
    }

    /// Rewrites a file.
    pub(crate) fn change(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(name)).expect("the file");
        assert!(text.contains(from), "{name} has no {from:?}");
        self.write(name, text.replace(from, to));
    }

    /// The names in the folder, sorted.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        names(&self.path(folder))
    }

    /// The names in the home folder, sorted.
    pub(crate) fn names_at_home(&self) -> Vec<String> {
        names(self.home.path())
    }

    /// The binary with these arguments, to be run in this folder, without a terminal.
    pub(crate) fn command<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_septum"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("HOME", self.home.path())
            .env_remove("XDG_STATE_HOME")
            .env_remove("XDG_CACHE_HOME")
            .stdin(Stdio::null());
        command
    }

    /// Runs the binary to its end.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Ended {
        let (stdout, stderr) = (file(), file());
        let mut command = self.command(arguments);
        command.stdout(stdout.try_clone().expect("a handle"));
        command.stderr(stderr.try_clone().expect("a handle"));
        let status = ended(command.spawn().expect("the binary starts"));
        Ended {
            code: status.code(),
            stdout: contents(stdout),
            stderr: contents(stderr),
        }
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Waits for the end of a process; kills it where it does not come.
pub(crate) fn ended(mut child: Child) -> ExitStatus {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().expect("a child") {
            return status;
        }
        if Instant::now() > deadline {
            child.kill().expect("a child that still runs");
            child.wait().expect("a killed child");
            panic!("the binary did not end within {PATIENCE:?}");
        }
        sleep(Duration::from_millis(2));
    }
}

/// A nameless file, which takes any amount of output without a reader.
pub(crate) fn file() -> File {
    tempfile::tempfile().expect("a temporary file")
}

/// Everything in a file, whatever its position.
pub(crate) fn contents(mut file: File) -> String {
    file.rewind().expect("a file");
    let mut text = String::new();
    file.read_to_string(&mut text).expect("the output is text");
    text
}
