//! Baked models: what the designer writes to [`crate::places::Places::model`] for the player.
//!
//! A [`ModelHeader`], then [`ModelHeader::step_count`] times [`ModelStep`], then texts.

use crate::call::numbered;
use crate::record::record;

/// First word of a baked model.
pub const MAGIC: u32 = u32::from_le_bytes(*b"MODL");

/// [`ModelStep::value`] of a loop without end.
pub const FOREVER: u64 = u64::MAX;

/// [`ModelStep::value`] or [`ModelStep::other`]: no timeout.
pub const NO_TIMEOUT: u64 = u64::MAX;

record! {
    /// The head of a baked model.
    pub struct ModelHeader [784] {
        /// [`MAGIC`].
        pub magic: u32 = 0,
        /// [`crate::ABI_VERSION`].
        pub abi_version: u32 = 4,
        /// Number of steps, at most [`crate::limits::MODEL_STEPS`].
        pub step_count: u32 = 8,
        /// Length of header, steps and texts, at most [`crate::limits::MODEL_BYTES`].
        pub bytes: u32 = 12,
        /// For each port number: largest message of an outgoing queuing port, else 0. What is
        /// longer is sent cut off.
        pub message_bytes: [u32; 64] = 16,
        /// For each port number: address of the port's buffer; 0 for signals and interrupts.
        pub port_buffers: [u64; 64] = 272,
    }
}

numbered! {
    /// What a step does ([`ModelStep::operation`]).
    pub enum Operation {
        /// `value` iterations of a loop of [`COMPUTE_INSTRUCTIONS_PER_ITERATION`].
        Compute = 1 "compute",
        /// The payload on `port`.
        Send = 2 "send",
        /// From `port`, giving up after `value` ticks or [`NO_TIMEOUT`].
        Receive = 3 "receive",
        /// `port`.
        Signal = 4 "signal",
        /// For the ports of the mask `value`, giving up after `other` ticks or
        /// [`NO_TIMEOUT`].
        Wait = 5 "wait",
        /// The interrupt of `port`.
        Acknowledge = 6 "acknowledge",
        /// For `value` ticks.
        Sleep = 7 "sleep",
        /// The payload.
        Log = 8 "log",
        /// Of the virtual address `value`; `payload` is a [`Touch`].
        Touch = 9 "touch",
        /// `value` times or [`FOREVER`]; `other` is the step number of its end.
        Loop = 10 "loop",
        /// `other` is the step number of its loop.
        End = 11 "end",
        /// The program ends.
        Exit = 12 "exit",
    }
}

numbered! {
    /// What is sent or logged ([`ModelStep::payload`]).
    pub enum Payload {
        /// The text.
        Text = 0 "text",
        /// The text, then in decimal how often this step has been played, this time included.
        Numbered = 1 "numbered",
        /// The message received last; nothing before the first.
        Received = 2 "received",
    }
}

numbered! {
    /// How an address is touched ([`ModelStep::payload`]).
    pub enum Touch {
        /// A byte is loaded.
        Read = 0 "read",
        /// A byte, 0, is stored.
        Write = 1 "write",
        /// A jump. What is executed there returns with `ret`, if it does.
        Execute = 2 "execute",
    }
}

record! {
    /// One step. Fields that the operation does not use are 0.
    pub struct ModelStep [32] {
        /// Number of an [`Operation`].
        pub operation: u32 = 0,
        /// Port number.
        pub port: u32 = 4,
        /// Number of a [`Payload`] or a [`Touch`].
        pub payload: u32 = 8,
        /// Length of the text.
        pub text_bytes: u32 = 12,
        /// What the operation says.
        pub value: u64 = 16,
        /// What the operation says; with a text its offset from [`ModelHeader`]'s begin.
        pub other: u64 = 24,
    }
}

/// Instructions of one iteration of a computation.
pub const COMPUTE_INSTRUCTIONS_PER_ITERATION: u64 = 2;
