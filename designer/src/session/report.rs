//! What a session reports.

use septum_simulator::event::Event;

use crate::trace::layout::Layout;

/// Something that a session has to say.
#[derive(Debug)]
pub enum Report {
    /// The machine was booted.
    Booted(Layout),
    /// It could not be built or booted, for this reason.
    Refused(String),
    /// The run went on.
    Progress(Progress),
    /// The registers right after an event.
    Inspected(Reading),
}

/// What happened since the last report.
#[derive(Debug, Default)]
pub struct Progress {
    /// Events, in order.
    pub events: Vec<Event>,
    /// Printed bytes, in order.
    pub printed: Vec<Printed>,
    /// How far the run has come, in nanoseconds.
    pub time_ns: u64,
    /// How the run stands now.
    pub pace: Pace,
    /// The registers now; only when the run stands.
    pub reading: Option<Reading>,
}

/// A byte that a partition printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Printed {
    /// When, in nanoseconds.
    pub time_ns: u64,
    /// The partition.
    pub partition: usize,
    /// The byte.
    pub byte: u8,
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
    /// The recording is as long as it may get.
    Full,
}

/// The registers at a moment of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The event after which they were read; `None` before the first.
    pub event: Option<usize>,
    /// When, in nanoseconds.
    pub time_ns: u64,
    /// What they held.
    pub registers: Registers,
}

/// The registers of the hart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registers {
    /// Program counter.
    pub pc: u64,
    /// `x0` to `x31`.
    pub x: [u64; 32],
    /// The partition that runs, if it is not the kernel.
    pub partition: Option<usize>,
}
