//! The steps of program models, with ports and partitions found and times in ticks.

use septum_abi::call::Call;
use serde::Serialize;

use super::{PartitionIndex, PortIndex, TouchAccess};

/// One step of a program model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Step {
    /// Keep the hart busy for so many nanoseconds.
    Compute {
        /// Virtual time in nanoseconds.
        ns: u64,
    },
    /// Keep the hart busy for a time that is drawn.
    ComputeBetween {
        /// The shortest, in nanoseconds.
        least_ns: u64,
        /// The longest, in nanoseconds; not less.
        most_ns: u64,
    },
    /// Send on a queuing port.
    Send {
        /// The outgoing port.
        port: PortIndex,
        /// What to send.
        message: Payload,
    },
    /// Receive from a queuing port.
    Receive {
        /// The incoming port.
        port: PortIndex,
        /// Give up after so many ticks; `None` waits forever.
        timeout_ticks: Option<u64>,
    },
    /// Send on a queuing port, then receive from another one.
    Exchange {
        /// The outgoing port.
        send: PortIndex,
        /// What to send.
        message: Payload,
        /// The incoming port.
        receive: PortIndex,
        /// Give up after so many ticks; `None` waits forever.
        timeout_ticks: Option<u64>,
    },
    /// Write a sampling port.
    Write {
        /// The outgoing port.
        port: PortIndex,
        /// What to write.
        message: Payload,
    },
    /// Read a sampling port.
    Read {
        /// The incoming port.
        port: PortIndex,
    },
    /// Signal on a signal port.
    Signal {
        /// The outgoing port.
        port: PortIndex,
    },
    /// Wait until one of the ports has something.
    Wait {
        /// One bit for each port number.
        mask: u64,
        /// Give up after so many ticks; `None` waits forever.
        timeout_ticks: Option<u64>,
    },
    /// Acknowledge an interrupt.
    Acknowledge {
        /// The interrupt's port.
        port: PortIndex,
    },
    /// Sleep for so many ticks.
    Sleep {
        /// Ticks of `mtime`.
        ticks: u64,
    },
    /// Sleep until the next time that is the offset more than a multiple of the period.
    SleepUntil {
        /// Ticks of `mtime`, at least 1.
        period_ticks: u64,
        /// Ticks of `mtime`, less than the period.
        offset_ticks: u64,
    },
    /// Write to the log.
    Log {
        /// What to write.
        message: Payload,
    },
    /// Touch a virtual address.
    Touch {
        /// The address.
        address: u64,
        /// How.
        access: TouchAccess,
    },
    /// Execute an instruction that no processor has.
    Illegal,
    /// Report an application error.
    Raise {
        /// Its number.
        code: u64,
    },
    /// Restart a partition.
    Restart {
        /// The partition.
        partition: PartitionIndex,
    },
    /// Stop a partition.
    Stop {
        /// The partition.
        partition: PartitionIndex,
    },
    /// Ask for the safe mode.
    SafeMode,
    /// Begin a repeated block.
    Loop {
        /// How often; `None` forever.
        times: Option<u64>,
    },
    /// Begin a block that is played if the message received last has a certain byte.
    IfByte {
        /// Which byte, from 0.
        offset: u64,
        /// Its value.
        equals: u8,
    },
    /// Begin the block that is played otherwise.
    Else,
    /// End of the innermost block.
    End,
    /// End the program.
    Exit,
}

impl Step {
    /// Whether it asks what time it is.
    #[must_use]
    pub fn has_time(&self) -> bool {
        match self {
            Self::Receive { timeout_ticks, .. }
            | Self::Exchange { timeout_ticks, .. }
            | Self::Wait { timeout_ticks, .. } => timeout_ticks.is_some(),
            Self::Sleep { .. } | Self::SleepUntil { .. } => true,
            _ => false,
        }
    }

    /// The system call that it makes.
    #[must_use]
    pub fn call(&self) -> Option<Call> {
        match self {
            Self::Send { .. } | Self::Write { .. } => Some(Call::Send),
            Self::Receive { .. } | Self::Read { .. } => Some(Call::Receive),
            Self::Exchange { .. } => Some(Call::Exchange),
            Self::Signal { .. } => Some(Call::Signal),
            Self::Wait { .. } | Self::Sleep { .. } | Self::SleepUntil { .. } => Some(Call::Wait),
            Self::Acknowledge { .. } => Some(Call::Acknowledge),
            Self::Log { .. } => Some(Call::Log),
            Self::Raise { .. } => Some(Call::Raise),
            Self::Restart { .. } => Some(Call::Restart),
            Self::Stop { .. } => Some(Call::Stop),
            Self::SafeMode => Some(Call::SafeMode),
            Self::Exit => Some(Call::Exit),
            Self::Compute { .. }
            | Self::ComputeBetween { .. }
            | Self::Touch { .. }
            | Self::Illegal
            | Self::Loop { .. }
            | Self::IfByte { .. }
            | Self::Else
            | Self::End => None,
        }
    }
}

/// What a model sends or logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Payload {
    /// These bytes.
    Text(Vec<u8>),
    /// These bytes, then a decimal number that counts this step's executions from 1.
    Numbered(Vec<u8>),
    /// The bytes of the message received last.
    Received,
}
