//! A run on its own thread.
//!
//! One thread owns the machine, creates it and ends with it. Commands go in and reports come
//! out through channels; nothing on the other side ever waits for the thread. Reports are
//! bounded: who does not take them slows the machine down and nothing else.

pub mod command;
pub mod machine;
pub mod report;
pub mod simulated;
mod worker;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;

use command::Command;
use machine::Boot;
use report::Report;

/// Name of the thread. What panics there is caught there and says nothing on the terminal.
pub const THREAD: &str = "simulator";
/// How many reports may wait to be taken.
const WAITING_REPORTS: usize = 8;

/// A run on its own thread. Dropping it ends the thread.
#[derive(Debug)]
pub struct Session {
    commands: mpsc::Sender<Command>,
    cancelled: Arc<AtomicBool>,
}

impl Session {
    /// Starts the thread, which boots the machine and then waits for commands.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start<B: Boot>(boot: B) -> std::io::Result<(Self, tokio::sync::mpsc::Receiver<Report>)> {
        let (commands, inbox) = mpsc::channel();
        let (outbox, reports) = tokio::sync::mpsc::channel(WAITING_REPORTS);
        let cancelled = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&cancelled);
        let builder = thread::Builder::new().name(THREAD.to_owned());
        builder.spawn(move || worker::work(boot, &inbox, &outbox, &flag))?;
        Ok((
            Self {
                commands,
                cancelled,
            },
            reports,
        ))
    }

    /// Asks for something. Never waits; after the end of the thread it does nothing.
    pub fn send(&self, command: Command) {
        // The thread may have ended after a machine that could not be booted.
        let _ = self.commands.send(command);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
