//! What happened in a simulated run: the events of the trace.

use serde::Serialize;

use crate::name::{Bytes, Name};

/// One thing that happened, with when and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Virtual time in nanoseconds since reset.
    pub time_ns: u64,
    /// Instructions that the partition has executed in U-mode so far; for events of no
    /// partition, always 0. Counted per partition so that it depends on nobody else.
    pub instructions: u64,
    /// The hart.
    pub hart: u32,
    /// Name of the partition, where the event belongs to one.
    pub partition: Option<Name>,
    /// What happened, with what it carries.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened. The serialized name (`event`) is the snake-case name of the variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EventKind {
    /// A window began (the pad included).
    Window {
        /// Position of the schedule: 0 for the one that the system boots with, 1 for the second.
        schedule: usize,
        /// Number of the window in the major frame, from 0.
        index: usize,
        /// Number of the major frame since reset, from 0.
        frame: u64,
    },
    /// The frame that begins now is the first one of another schedule.
    ScheduleChange {
        /// Position of the schedule.
        schedule: usize,
    },
    /// The partition runs, after another one or after the hart was idle.
    Dispatch,
    /// The partition was running and could go on, but does not run any more.
    Preempt,
    /// The partition waits.
    Block {
        /// Names of the ports that would wake it.
        ports: Vec<Name>,
        /// Absolute virtual time in nanoseconds at which it gives up, if any.
        deadline_ns: Option<u64>,
    },
    /// The partition became ready.
    Wake {
        /// True when its deadline has passed, false when a port has something.
        timeout: bool,
    },
    /// A `send`.
    Send {
        /// Name of the channel.
        channel: Name,
        /// Name of the port.
        port: Name,
        /// Length of the message in bytes.
        length: u64,
        /// The message.
        bytes: Bytes,
        /// `ok` or the error's name, such as `full`.
        status: Name,
    },
    /// What a `receive` came to: with `ok` the message is in the receiver's port buffer.
    Receive {
        /// Name of the channel.
        channel: Name,
        /// Name of the port.
        port: Name,
        /// Length of the message in bytes.
        length: u64,
        /// The message.
        bytes: Bytes,
        /// `ok`, or `empty` when a poll or a deadline ended without a message.
        status: Name,
    },
    /// A `send` on a sampling channel: its new value.
    SampleWrite {
        /// Name of the channel.
        channel: Name,
        /// Name of the port.
        port: Name,
        /// Length of the value in bytes.
        length: u64,
        /// The value.
        bytes: Bytes,
        /// `ok` or the error's name.
        status: Name,
    },
    /// What a `receive` on a sampling channel came to: with `ok` and `stale` the last value is in
    /// the receiver's port buffer.
    SampleRead {
        /// Name of the channel.
        channel: Name,
        /// Name of the port.
        port: Name,
        /// Length of the value in bytes.
        length: u64,
        /// The value.
        bytes: Bytes,
        /// `ok`, `stale` when the value is older than its validity, `empty` when there is none
        /// yet, or the error's name.
        status: Name,
        /// Nanoseconds from the tick in which the kernel took the value to the call; `None`
        /// without a value. The kernel looks at the clock a little after the call.
        age_ns: Option<u64>,
    },
    /// A `signal`.
    Signal {
        /// Name of the channel.
        channel: Name,
        /// Name of the port.
        port: Name,
        /// `ok` or the error's name.
        status: Name,
    },
    /// A device raised its interrupt line.
    InterruptRaised {
        /// Name of the device.
        device: Name,
        /// PLIC source.
        source: u32,
    },
    /// The kernel claimed an interrupt and made it pending at its port.
    InterruptDelivered {
        /// Name of the port.
        port: Name,
        /// PLIC source.
        source: u32,
    },
    /// The partition acknowledged an interrupt.
    InterruptAcknowledged {
        /// Name of the port.
        port: Name,
        /// PLIC source.
        source: u32,
    },
    /// A `log`.
    Log {
        /// The bytes.
        bytes: Bytes,
        /// `ok`, or `full`.
        status: Name,
    },
    /// A system call that its table forbids or that does not exist.
    DeniedCall {
        /// The number in `a7`.
        number: u64,
    },
    /// A fault, and what the health monitor did.
    Fault {
        /// Name of the cause, such as `store page fault`, `denied call`, `application error` or
        /// `deadline missed`.
        cause: Name,
        /// `mcause`; `None` for what is no exception.
        code: Option<u64>,
        /// Address of the instruction.
        pc: u64,
        /// `mtval`: the address that was touched, or the instruction; the number of a denied call;
        /// the code of an application error; the deadline that was missed, in ticks of `mtime`.
        value: u64,
        /// Name of the health monitor's cause ([`septum_abi::health::Cause`]).
        health: Name,
        /// Name of what was done ([`septum_abi::health::HealthAction`]).
        action: Name,
        /// How many restarts it has had, where the design grants no more and it is halted for
        /// that.
        #[serde(skip_serializing_if = "Option::is_none")]
        restarts_used_up: Option<u64>,
    },
    /// The partition runs no more until its memory is restored, which begins now.
    RestartBegin {
        /// [`HEALTH_MONITOR`], or the partition that asked for it.
        by: Name,
        /// Nanoseconds before anything is restored.
        backoff_ns: u64,
    },
    /// The partition's memory and state are as at its first start; it is ready.
    RestartEnd,
    /// Another partition, or it itself, has stopped it.
    Halt {
        /// The partition that asked for it.
        by: Name,
    },
    /// The second schedule is to begin with the next frame.
    SafeMode {
        /// [`HEALTH_MONITOR`], or the partition that asked for it.
        by: Name,
    },
    /// The partition ended itself.
    Exit,
    /// The separation monitor saw an access that the design does not grant: hardware or kernel
    /// let through what they must not.
    Violation {
        /// `kernel`, `partition`, or `nobody` for U-mode in no partition that there is.
        by: Name,
        /// `fetch`, `load` or `store`.
        access: Name,
        /// The physical address.
        address: u64,
        /// Name of the region or device there; empty where there is none.
        region: Name,
        /// Address of the instruction.
        pc: u64,
    },
    /// The kernel stopped the machine.
    Stop {
        /// Exit code on the test finisher; 0 is a pass.
        code: u32,
        /// Why, in words.
        reason: Name,
    },
}

/// Who restarts a partition or asks for the second schedule, where no partition did.
pub const HEALTH_MONITOR: Name = Name::fixed("health monitor");

impl EventKind {
    /// The bytes that it carries: of a message, of a value or of a log text.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Send { bytes, .. }
            | Self::Receive { bytes, .. }
            | Self::SampleWrite { bytes, .. }
            | Self::SampleRead { bytes, .. }
            | Self::Log { bytes, .. } => bytes,
            _ => &[],
        }
    }
}
