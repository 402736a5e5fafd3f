//! The terminal: taken, and given back whatever happens.

use std::io::{self, BufWriter, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;

use crate::session;

use super::state::State;
use super::view::screen;

/// Exit code after a panic, as the standard library has it.
const PANICKED: i32 = 101;
/// Bytes of a frame that are collected before they are written.
const BUFFER_BYTES: usize = 1 << 16;

static TAKEN: AtomicBool = AtomicBool::new(false);

type Screen = ratatui::Terminal<CrosstermBackend<BufWriter<Stdout>>>;

/// The terminal in raw mode, with the alternate screen; given back when dropped.
pub struct Terminal {
    screen: Screen,
    /// What the terminal shows is not known: the next frame draws every cell.
    forgotten: bool,
}

impl Terminal {
    /// Takes the terminal.
    ///
    /// # Errors
    /// What the terminal says.
    pub fn take() -> io::Result<Self> {
        enter()?;
        let buffer = BufWriter::with_capacity(BUFFER_BYTES, io::stdout());
        let screen =
            ratatui::Terminal::new(CrosstermBackend::new(buffer)).inspect_err(|_| leave())?;
        // Somebody who was killed may have left the alternate screen full.
        Ok(Self {
            screen,
            forgotten: true,
        })
    }

    /// Draws the state as one frame.
    ///
    /// # Errors
    /// What the terminal says.
    pub fn draw(&mut self, state: &State) -> io::Result<()> {
        queue!(self.screen.backend_mut(), BeginSynchronizedUpdate)?;
        if std::mem::take(&mut self.forgotten) {
            self.clear()?;
        }
        self.screen.draw(|frame| screen::draw(frame, state))?;
        queue!(self.screen.backend_mut(), EndSynchronizedUpdate)?;
        io::Write::flush(self.screen.backend_mut())
    }

    /// Makes the next frame draw every cell.
    pub fn forget(&mut self) {
        self.forgotten = true;
    }

    fn clear(&mut self) -> io::Result<()> {
        // `clear` would ask the terminal for its cursor and wait for an answer that the
        // thread of the keys reads first.
        let size = self.screen.size()?;
        self.screen.resize(Rect::new(0, 0, size.width, size.height))
    }

    /// Gives the terminal back, stops the program until the shell brings it to the
    /// foreground, and takes the terminal again.
    ///
    /// # Errors
    /// What the terminal says.
    pub fn suspend(&mut self) -> io::Result<()> {
        leave();
        rustix::process::kill_current_process_group(rustix::process::Signal::STOP)?;
        self.resume()
    }

    /// Takes the terminal again after the program was stopped.
    ///
    /// # Errors
    /// What the terminal says.
    pub fn resume(&mut self) -> io::Result<()> {
        enter()?;
        self.forget();
        Ok(())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        leave();
    }
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    execute!(
        io::stdout(),
        EnterAlternateScreen,
        EnableBracketedPaste,
        Hide
    )
    .inspect_err(|_| leave())
}

/// Gives the terminal back, once; from the panic hook too, so nothing here may panic.
fn leave() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    drop(execute!(
        out,
        EndSynchronizedUpdate,
        DisableBracketedPaste,
        Show,
        LeaveAlternateScreen
    ));
    drop(out.flush());
    drop(disable_raw_mode());
}

/// Gives the terminal back before a panic is reported, and ends the program: also when it
/// happened on another thread, because the state can then not be trusted. The recovery
/// journal keeps the work. Panics of the simulator's thread are caught by the session.
pub fn install_panic_hook() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() == Some(session::THREAD) {
            return;
        }
        leave();
        report(panic);
        eprintln!("septum: unsaved work is in the recovery journal; open the design again");
        std::process::exit(PANICKED);
    }));
}
