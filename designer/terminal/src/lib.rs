//! A program in a pseudo-terminal, and its screen as a person would see it.
//!
//! Used by the end-to-end tests of the designer and by `septum bench ui`.

mod keys;
mod screen;

pub use vt100;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use screen::Shared;

/// What can go wrong with a program in a terminal.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// The system gives no pseudo-terminal, or the program cannot be started.
    #[error("cannot start in a pseudo-terminal: {0}")]
    Start(String),
    /// The terminal cannot be written to: the program has ended.
    #[error("cannot write to the terminal: {0}")]
    Write(#[from] std::io::Error),
    /// A key that cannot be typed so.
    #[error("`{0}` cannot be typed")]
    Key(String),
    /// What was waited for did not come.
    #[error("{what} did not come within {limit:?}; the screen:\n{screen}")]
    Timeout {
        /// What was waited for.
        what: String,
        /// How long.
        limit: Duration,
        /// The screen at the end.
        screen: String,
    },
}

/// A program to start.
#[derive(Debug, Clone)]
pub struct Program {
    /// Its file.
    pub path: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// The folder in which it starts.
    pub folder: PathBuf,
    /// Its whole environment; nothing is inherited.
    pub environment: BTreeMap<OsString, OsString>,
}

/// The environment of a user whose home is this folder: nothing else is inherited, and what a
/// program remembers stays in there. The terminal has colours and Unicode.
#[must_use]
pub fn environment(home: &Path) -> BTreeMap<OsString, OsString> {
    BTreeMap::from([
        ("HOME".into(), home.into()),
        ("XDG_STATE_HOME".into(), home.join("state").into()),
        ("TERM".into(), "xterm-256color".into()),
        ("LANG".into(), "C.UTF-8".into()),
    ])
}

/// Columns and rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub columns: u16,
    /// Rows.
    pub rows: u16,
}

impl From<Size> for PtySize {
    fn from(size: Size) -> Self {
        Self {
            rows: size.rows,
            cols: size.columns,
            pixel_width: 0,
            pixel_height: 0,
        }
    }
}

/// A program in a pseudo-terminal. Dropping it kills the program.
pub struct Terminal {
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    shared: Shared,
}

/// How the program left the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The alternate screen is still on.
    pub alternate_screen: bool,
    /// The cursor is still hidden.
    pub hidden_cursor: bool,
    /// Pasted text is still bracketed.
    pub bracketed_paste: bool,
    /// The mouse is still reported.
    pub mouse: bool,
    /// Typed characters are still not echoed (raw mode).
    pub raw: bool,
}

impl Left {
    /// As a shell wants it.
    pub const RESTORED: Self = Self {
        alternate_screen: false,
        hidden_cursor: false,
        bracketed_paste: false,
        mouse: false,
        raw: false,
    };
}

impl Terminal {
    /// Starts a program in a new terminal of this size.
    ///
    /// # Errors
    /// When there is no pseudo-terminal or the program cannot be started.
    pub fn start(program: &Program, size: Size) -> Result<Self, TerminalError> {
        let start = |error: &dyn std::fmt::Display| TerminalError::Start(error.to_string());
        let pair = native_pty_system()
            .openpty(size.into())
            .map_err(|error| start(&error))?;
        let mut command = CommandBuilder::new(&program.path);
        command.args(&program.arguments);
        command.cwd(&program.folder);
        command.env_clear();
        for (name, value) in &program.environment {
            command.env(name, value);
        }
        let child = pair
            .slave
            .spawn_command(command)
            .map_err(|error| start(&error))?;
        drop(pair.slave);
        let reader = pair
            .master
            .try_clone_reader()
            .map_err(|error| start(&error))?;
        let keyboard = pair.master.take_writer().map_err(|error| start(&error))?;
        let shared = Shared::follow(reader, size);
        Ok(Self {
            master: pair.master,
            keyboard,
            child,
            shared,
        })
    }

    /// Types these bytes.
    ///
    /// # Errors
    /// When the program has ended.
    pub fn press(&mut self, keys: &str) -> Result<(), TerminalError> {
        self.keyboard.write_all(keys.as_bytes())?;
        Ok(self.keyboard.flush()?)
    }

    /// Types keys by their names, with blanks between them: `a p ctrl-u "radio" enter F5`;
    /// what stands in quotes is typed letter by letter. Nothing may follow `esc`.
    ///
    /// # Errors
    /// When a name is none or the program has ended.
    pub fn type_keys(&mut self, keys: &str) -> Result<(), TerminalError> {
        self.press(&keys::bytes(keys)?)
    }

    /// Waits until the screen is as wanted, and says when that was. A frame that the program
    /// has not ended yet (a synchronized update) is not looked at.
    ///
    /// # Errors
    /// When it is not within the limit; the error has the screen.
    pub fn wait_for(
        &self,
        what: &str,
        limit: Duration,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Instant, TerminalError> {
        self.shared
            .wait_for(limit, &wanted)
            .map_err(|screen| TerminalError::Timeout {
                what: what.to_owned(),
                limit,
                screen,
            })
    }

    /// The text on the screen, a line for each row, without blanks at the ends of lines.
    #[must_use]
    pub fn screen(&self) -> String {
        self.shared.contents()
    }

    /// The screen, cell by cell, as of the last frame that the program has ended.
    #[must_use]
    pub fn cells(&self) -> vt100::Screen {
        self.shared.cells()
    }

    /// How many bytes the program has written.
    #[must_use]
    pub fn written_bytes(&self) -> u64 {
        self.shared.written_bytes()
    }

    /// Gives the terminal another size, as dragging the corner of its window does.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn resize(&self, size: Size) -> Result<(), TerminalError> {
        self.shared.resize(size);
        self.master
            .resize(size.into())
            .map_err(|error| TerminalError::Start(error.to_string()))
    }

    /// The process id of the program.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        self.child.process_id()
    }

    /// Waits for the end of the program and of all that it wrote.
    ///
    /// # Errors
    /// When it does not end within the limit; the error has the screen.
    pub fn wait_for_end(&mut self, limit: Duration) -> Result<ExitStatus, TerminalError> {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                self.shared.wait_for_end(Duration::from_secs(2));
                return Ok(status);
            }
            if begin.elapsed() > limit {
                let (what, screen) = ("the end of the program".to_owned(), self.screen());
                return Err(TerminalError::Timeout {
                    what,
                    limit,
                    screen,
                });
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// How the terminal is now.
    #[must_use]
    pub fn left(&self) -> Left {
        let mut left = self.shared.modes();
        left.raw = self.is_raw();
        left
    }

    #[cfg(unix)]
    fn is_raw(&self) -> bool {
        // `nix` is portable-pty's; its flags print their names, which is all that is needed.
        self.master
            .get_termios()
            .is_some_and(|settings| !format!("{:?}", settings.local_flags).contains("ICANON"))
    }

    #[cfg(not(unix))]
    fn is_raw(&self) -> bool {
        false
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
