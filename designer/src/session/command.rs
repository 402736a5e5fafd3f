//! What a session is asked to do.

use septum_simulator::travel::Place;

use crate::trace::wanted::Wanted;

/// Something for the session to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Run until the goal is reached or something else is asked for.
    Run(Goal),
    /// Stand still and say where.
    Pause,
    /// Say what the registers are at an instant that the run has come to.
    Look(When),
    /// The same for the last instruction before a time that wrote something.
    FindWrite {
        /// In nanoseconds.
        before_ns: u64,
        /// What was written.
        place: Place,
    },
}

/// An instant of the past, from a time in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// That time.
    At(u64),
    /// One instruction before it, or at the begin of the sleep that ends there.
    Before(u64),
    /// One instruction behind it, or at the end of the sleep that begins there.
    After(u64),
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
    /// Behind so many instructions, also where the run has come by there before.
    Count(u64),
    /// Never.
    Forever,
}
