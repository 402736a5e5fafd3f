//! The designer of this binary, in a pseudo-terminal, with a starter system in a folder.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use septum_terminal::{Program, Size, Terminal, environment};
use tempfile::TempDir;

/// Something is wrong when a frame takes longer.
const LIMIT: Duration = Duration::from_secs(60);

/// The designer in a pseudo-terminal. Its files and its home are in a folder that goes with it.
pub(super) struct Designer {
    // Dropped before its folder.
    terminal: Terminal,
    _folder: TempDir,
}

impl Designer {
    /// Opens a starter system that was written into a folder.
    pub(super) fn open(starter: &str, size: Size) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let septum = std::env::current_exe()?;
        write_starter(&septum, starter, folder.path())?;
        let program = Program {
            path: septum,
            arguments: vec![starter.into()],
            folder: folder.path().to_path_buf(),
            environment: environment(folder.path()),
        };
        Ok(Self {
            terminal: Terminal::start(&program, size)?,
            _folder: folder,
        })
    }

    /// Types keys.
    pub(super) fn keys(&mut self, keys: &str) -> anyhow::Result<()> {
        Ok(self.terminal.type_keys(keys)?)
    }

    /// Waits for a frame.
    pub(super) fn wait(
        &self,
        what: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> anyhow::Result<Instant> {
        Ok(self.terminal.wait_for(what, LIMIT, wanted)?)
    }

    /// How long it takes from a key to a frame.
    pub(super) fn time(
        &mut self,
        key: &str,
        what: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> anyhow::Result<Duration> {
        let pressed = Instant::now();
        self.keys(key)?;
        Ok(self.wait(what, wanted)? - pressed)
    }
}

fn write_starter(septum: &Path, starter: &str, folder: &Path) -> anyhow::Result<()> {
    let mut command = Command::new(septum);
    command.args(["new", starter, "--template", starter]);
    command.current_dir(folder).stdout(Stdio::null());
    let status = command.status().context("the starter system")?;
    ensure!(status.success(), "the starter system cannot be written");
    Ok(())
}
