//! What a session reports.

use septum_simulator::console::ConsoleByte;
use septum_simulator::cpu::Registers;
use septum_simulator::recorder::Trace;
use septum_simulator::script::ScriptProgress;

use crate::trace::layout::Layout;

/// Something that a session has to say.
#[derive(Debug)]
pub enum Report {
    /// The machine was booted.
    Booted(Layout),
    /// It could not be built or booted, for this reason.
    Refused(String),
    /// The run went on.
    Progress(Box<Progress>),
    /// How it was at an instant of the past.
    Looked(Box<Looked>),
    /// Nothing has written what was asked for.
    Unwritten,
}

/// The hart at an instant of the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looked {
    /// When it was, in nanoseconds.
    pub time_ns: u64,
    /// The registers then.
    pub registers: Registers,
}

/// What happened since the last report.
#[derive(Debug, Default)]
pub struct Progress {
    /// Events in order, each with its registers, and system calls.
    pub trace: Trace,
    /// Printed bytes in order.
    pub printed: Vec<ConsoleByte>,
    /// How far the scenario has come.
    pub script: ScriptProgress,
    /// How far the run has come, in nanoseconds.
    pub time_ns: u64,
    /// How the run stands now.
    pub pace: Pace,
    /// The registers now; only when the run stands.
    pub registers: Option<Registers>,
}

/// Whether a run goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Pace {
    /// It goes on.
    #[default]
    Running,
    /// It waits for a command.
    Paused,
    /// It can go no further.
    Ended(Ending),
}

/// How a run came to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The machine was powered off with this exit code.
    Stopped {
        /// The exit code; 0 is a pass.
        code: u32,
    },
    /// Nothing can ever happen again.
    Idle,
    /// The simulator refused to go on, for this reason.
    Broken(String),
}
