//! The steps of program models as they are written, and what they want of ports.

use serde::{Deserialize, Serialize};

/// One step of a program model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RawStep {
    /// Keep the hart busy for so many nanoseconds.
    Compute {
        /// Virtual time in nanoseconds.
        ns: u64,
    },
    /// Keep the hart busy for a time that is drawn anew each time, from the system's seed.
    ComputeBetween {
        /// The shortest, in nanoseconds.
        least_ns: u64,
        /// The longest, in nanoseconds.
        most_ns: u64,
    },
    /// Send on a queuing port.
    Send {
        /// Name of the outgoing port.
        port: String,
        /// What to send.
        message: RawPayload,
    },
    /// Receive from a queuing port, waiting for a message.
    Receive {
        /// Name of the incoming port.
        port: String,
        /// Give up after so many nanoseconds; `None` waits forever.
        timeout_ns: Option<u64>,
    },
    /// Send on a queuing port, then receive from another one, in one system call. When the
    /// message cannot be sent, nothing is received.
    Exchange {
        /// Name of the outgoing port.
        send: String,
        /// What to send.
        message: RawPayload,
        /// Name of the incoming port.
        receive: String,
        /// Give up after so many nanoseconds; `None` waits forever.
        timeout_ns: Option<u64>,
    },
    /// Write a sampling port: the value until the next one.
    Write {
        /// Name of the outgoing port.
        port: String,
        /// What to write.
        message: RawPayload,
    },
    /// Read the value of a sampling port, be it valid or too old, without waiting.
    Read {
        /// Name of the incoming port.
        port: String,
    },
    /// Signal on a signal port.
    Signal {
        /// Name of the outgoing port.
        port: String,
    },
    /// Wait until one of the ports has something.
    Wait {
        /// Names of incoming ports (channels or interrupts).
        ports: Vec<String>,
        /// Give up after so many nanoseconds; `None` waits forever.
        timeout_ns: Option<u64>,
    },
    /// Acknowledge an interrupt.
    Acknowledge {
        /// Name of the interrupt's port.
        port: String,
    },
    /// Sleep for so many nanoseconds.
    Sleep {
        /// Virtual time in nanoseconds.
        ns: u64,
    },
    /// Sleep until the next time that is `offset_ns` more than a multiple of `period_ns`, on
    /// the machine's clock. Not for less than a tick: who wakes there goes on to the next one.
    SleepUntil {
        /// From one such time to the next, in nanoseconds.
        period_ns: u64,
        /// Less than the period, in nanoseconds.
        offset_ns: u64,
    },
    /// Write a line to the log.
    Log {
        /// What to write.
        message: RawPayload,
    },
    /// Touch a virtual address: provokes a fault where it is not granted.
    Touch {
        /// The address.
        address: u64,
        /// How.
        access: RawTouch,
    },
    /// Execute an instruction that no processor has: provokes a fault.
    Illegal,
    /// Report an application error to the health monitor.
    Raise {
        /// Its number, which means what the program says.
        code: u64,
    },
    /// Restart a partition.
    Restart {
        /// Its name.
        partition: String,
    },
    /// Stop a partition.
    Stop {
        /// Its name.
        partition: String,
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
        /// Which byte, from 0. A message without it makes the condition false.
        offset: u64,
        /// Its value, up to 255.
        equals: u64,
    },
    /// Begin the other block, played if the condition is false.
    Else,
    /// End of the innermost repeated or conditional block.
    End,
    /// End the program. Also implied after the last step.
    Exit,
}

/// What a model sends or logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RawPayload {
    /// These characters, as UTF-8.
    Text(String),
    /// These characters, then a decimal number that counts this step's executions from 1.
    Numbered(String),
    /// The bytes of the message received last.
    Received,
}

/// How a model touches an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RawTouch {
    /// Load a byte.
    Read,
    /// Store a byte.
    Write,
    /// Jump there.
    Execute,
}

/// What a step wants of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortRole {
    /// The sending end of a queuing channel.
    QueuingOut,
    /// The receiving end of a queuing channel.
    QueuingIn,
    /// The sending end of a sampling channel.
    SamplingOut,
    /// The receiving end of a sampling channel.
    SamplingIn,
    /// The sending end of a signal channel.
    SignalOut,
    /// An interrupt.
    Interrupt,
    /// The receiving end of any channel, or an interrupt.
    Incoming,
}

/// A port that a step names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsedPort<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it must be.
    pub role: PortRole,
    /// The field of the step that names it.
    pub field: &'static str,
    /// The position in the field, where that is a list.
    pub index: Option<usize>,
}

impl RawStep {
    /// The ports that the step names.
    #[must_use]
    pub fn ports(&self) -> Vec<UsedPort<'_>> {
        let one = |name, role, field| UsedPort {
            name,
            role,
            field,
            index: None,
        };
        match self {
            Self::Send { port, .. } => vec![one(port, PortRole::QueuingOut, "port")],
            Self::Receive { port, .. } => vec![one(port, PortRole::QueuingIn, "port")],
            Self::Exchange { send, receive, .. } => vec![
                one(send, PortRole::QueuingOut, "send"),
                one(receive, PortRole::QueuingIn, "receive"),
            ],
            Self::Write { port, .. } => vec![one(port, PortRole::SamplingOut, "port")],
            Self::Read { port } => vec![one(port, PortRole::SamplingIn, "port")],
            Self::Signal { port } => vec![one(port, PortRole::SignalOut, "port")],
            Self::Acknowledge { port } => vec![one(port, PortRole::Interrupt, "port")],
            Self::Wait { ports, .. } => {
                let numbered = ports.iter().enumerate();
                let used = numbered.map(|(index, name)| UsedPort {
                    index: Some(index),
                    ..one(name, PortRole::Incoming, "ports")
                });
                used.collect()
            }
            _ => Vec::new(),
        }
    }

    /// The names of the ports that the step names, to change them.
    pub fn port_names_mut(&mut self) -> Vec<&mut String> {
        match self {
            Self::Send { port, .. }
            | Self::Receive { port, .. }
            | Self::Write { port, .. }
            | Self::Read { port }
            | Self::Signal { port }
            | Self::Acknowledge { port } => vec![port],
            Self::Exchange { send, receive, .. } => vec![send, receive],
            Self::Wait { ports, .. } => ports.iter_mut().collect(),
            _ => Vec::new(),
        }
    }

    /// The name of the partition that the step is about, if it is about one.
    #[must_use]
    pub fn partition(&self) -> Option<&str> {
        match self {
            Self::Restart { partition } | Self::Stop { partition } => Some(partition),
            _ => None,
        }
    }

    /// The name of the partition that the step is about, to change it.
    pub fn partition_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Restart { partition } | Self::Stop { partition } => Some(partition),
            _ => None,
        }
    }

    /// What the step sends, writes or logs, if it does.
    #[must_use]
    pub const fn message(&self) -> Option<&RawPayload> {
        match self {
            Self::Send { message, .. }
            | Self::Exchange { message, .. }
            | Self::Write { message, .. }
            | Self::Log { message } => Some(message),
            _ => None,
        }
    }

    /// Whether a block begins behind it.
    #[must_use]
    pub const fn opens(&self) -> bool {
        matches!(self, Self::Loop { .. } | Self::IfByte { .. } | Self::Else)
    }

    /// Whether a block ends before it.
    #[must_use]
    pub const fn closes(&self) -> bool {
        matches!(self, Self::Else | Self::End)
    }
}
