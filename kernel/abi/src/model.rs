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
    pub struct ModelHeader [800] {
        /// [`MAGIC`].
        pub magic: u32 = 0,
        /// [`crate::ABI_VERSION`].
        pub abi_version: u32 = 4,
        /// Number of steps, at most [`crate::limits::MODEL_STEPS`].
        pub step_count: u32 = 8,
        /// Length of header, steps and texts, at most [`crate::limits::MODEL_BYTES`].
        pub bytes: u32 = 12,
        /// For each port number: largest message of an outgoing port that carries messages,
        /// else 0. What is longer is sent cut off.
        pub message_bytes: [u32; 64] = 16,
        /// For each port number: address of the port's buffer; 0 for signals and interrupts.
        pub port_buffers: [u64; 64] = 272,
        /// The seed of the system, for [`Operation::ComputeBetween`].
        pub seed: u64 = 784,
        /// Index of the partition, for [`Operation::ComputeBetween`].
        pub partition: u64 = 792,
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
        /// `value` times or [`FOREVER`]; then on with step `other`.
        Loop = 10 "loop",
        /// On with step `other`: the loop's, or the next one.
        End = 11 "end",
        /// The program ends.
        Exit = 12 "exit",
        /// The payload on `port`, then from `second_port`, giving up after `value` ticks or
        /// [`NO_TIMEOUT`].
        Exchange = 13 "exchange",
        /// The payload on the sampling port `port`.
        Write = 14 "write",
        /// The sampling port `port`, without waiting.
        Read = 15 "read",
        /// Until the next time that is `other` more than a multiple of `value` ticks. `value`
        /// is at least 1, `other` is less.
        SleepUntil = 16 "sleep until",
        /// As many iterations as [`Operation::Compute`]'s as a draw says: at least `value`, at
        /// most `other`.
        ComputeBetween = 17 "compute between",
        /// On with step `other` unless byte `value` of the message received last is `payload`.
        IfByte = 18 "if byte",
        /// On with step `other`.
        Else = 19 "else",
        /// An instruction that is none.
        Illegal = 20 "illegal",
        /// The application error `value`.
        Raise = 21 "raise",
        /// The partition with index `value`.
        Restart = 22 "restart",
        /// The partition with index `value`.
        Stop = 23 "stop",
        /// The system.
        SafeMode = 24 "safe mode",
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
    pub struct ModelStep [40] {
        /// Number of an [`Operation`].
        pub operation: u32 = 0,
        /// Port number.
        pub port: u32 = 4,
        /// Port number of what is received, where the operation also sends.
        pub second_port: u32 = 8,
        /// Number of a [`Payload`] or a [`Touch`], or a byte.
        pub payload: u32 = 12,
        /// Length of the text.
        pub text_bytes: u32 = 16,
        /// Offset of the text from [`ModelHeader`]'s begin.
        pub text_offset: u32 = 20,
        /// What the operation says.
        pub value: u64 = 24,
        /// What the operation says.
        pub other: u64 = 32,
    }
}

/// Instructions of one iteration of a computation.
pub const COMPUTE_INSTRUCTIONS_PER_ITERATION: u64 = 2;
