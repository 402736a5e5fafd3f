//! The designer on its terminal: keys go in, the screen is waited for.

use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use septum_terminal::vt100::{Cell, Screen};
use septum_terminal::{Left, Size, Terminal};

/// Far more than anything takes on the slowest machine.
const LIMIT: Duration = Duration::from_secs(60);

/// A running designer. Dropping it kills it.
pub(crate) struct Designer {
    terminal: Terminal,
}

impl Designer {
    pub(crate) fn of(terminal: Terminal) -> Self {
        Self { terminal }
    }

    /// Types keys by their names; what stands in quotes is typed letter by letter.
    pub(crate) fn keys(&mut self, keys: &str) -> &mut Self {
        self.terminal.type_keys(keys).expect("the program runs");
        self
    }

    /// Sends bytes as they are.
    pub(crate) fn bytes(&mut self, bytes: &str) -> &mut Self {
        self.terminal.press(bytes).expect("the program runs");
        self
    }

    /// Waits until all of this is on the screen.
    #[track_caller]
    pub(crate) fn see(&mut self, parts: &[&str]) -> &mut Self {
        let all = |screen: &str| parts.iter().all(|part| screen.contains(part));
        self.wait(&format!("{parts:?}"), all)
    }

    /// Waits until nothing of this is on the screen.
    #[track_caller]
    pub(crate) fn see_none(&mut self, parts: &[&str]) -> &mut Self {
        let none = |screen: &str| !parts.iter().any(|part| screen.contains(part));
        self.wait(&format!("a screen without {parts:?}"), none)
    }

    #[track_caller]
    pub(crate) fn wait(&mut self, what: &str, wanted: impl Fn(&str) -> bool) -> &mut Self {
        if let Err(error) = self.terminal.wait_for(what, LIMIT, wanted) {
            panic!("{error}");
        }
        self
    }

    pub(crate) fn screen(&self) -> String {
        self.terminal.screen()
    }

    /// The screen, cell by cell.
    pub(crate) fn cells(&self) -> Screen {
        self.terminal.cells()
    }

    pub(crate) fn resize(&mut self, columns: u16, rows: u16) -> &mut Self {
        let size = Size { columns, rows };
        self.terminal.resize(size).expect("another size");
        self
    }

    pub(crate) fn signal(&mut self, signal: Signal) -> &mut Self {
        kill_process(self.process(), signal).expect("the program runs");
        self
    }

    /// Waits until the program is stopped, as a shell does.
    #[track_caller]
    pub(crate) fn wait_until_stopped(&mut self) -> &mut Self {
        let options = WaitOptions::UNTRACED | WaitOptions::NOHANG;
        let begin = Instant::now();
        loop {
            let status = waitpid(Some(self.process()), options).expect("the program is our child");
            if let Some((_, status)) = status {
                assert!(status.stopped(), "{status:?}");
                return self;
            }
            assert!(begin.elapsed() < LIMIT, "it is not stopped");
            sleep(Duration::from_millis(5));
        }
    }

    fn process(&self) -> Pid {
        let number = self.terminal.process().expect("the program was started");
        let number = i32::try_from(number).expect("the number of a process");
        Pid::from_raw(number).expect("the number of a process")
    }

    /// Waits until the terminal is so.
    #[track_caller]
    pub(crate) fn wait_for_left(&mut self, wanted: &Left) -> &mut Self {
        let begin = Instant::now();
        while self.left() != *wanted {
            assert!(begin.elapsed() < LIMIT, "the terminal is {:?}", self.left());
            sleep(Duration::from_millis(5));
        }
        self
    }

    /// How the terminal is now.
    pub(crate) fn left(&self) -> Left {
        self.terminal.left()
    }

    /// Waits for the end: the exit code, and how the terminal was left.
    #[track_caller]
    pub(crate) fn end(&mut self) -> (u32, Left) {
        match self.terminal.wait_for_end(LIMIT) {
            Ok(status) => (status.exit_code(), self.left()),
            Err(error) => panic!("{error}"),
        }
    }

    /// Waits for a good end that leaves the terminal as a shell wants it.
    #[track_caller]
    pub(crate) fn end_well(&mut self) {
        assert_eq!(self.end(), (0, Left::RESTORED), "{}", self.screen());
    }
}

/// The cells of the rows of a screen.
pub(crate) fn rows(screen: &Screen) -> impl Iterator<Item = Vec<&Cell>> {
    let (rows, columns) = screen.size();
    (0..rows).map(move |row| {
        (0..columns)
            .filter_map(|column| screen.cell(row, column))
            .collect()
    })
}
