//! What a session is asked to do.

use crate::trace::wanted::Wanted;

/// Something for the session to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Run until the goal is reached or something else is asked for.
    Run(Goal),
    /// Stand still and say where.
    Pause,
}

/// When a run pauses by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// After one instruction, or after the wait for one.
    Instruction,
    /// After the next of these events, but not after this time in nanoseconds.
    Event {
        /// The events.
        wanted: Wanted,
        /// The latest time, if there is one.
        until_ns: Option<u64>,
    },
    /// After the next system call, whether or not it makes an event.
    Call,
    /// At this time in nanoseconds.
    Time(u64),
    /// Never.
    Forever,
}
