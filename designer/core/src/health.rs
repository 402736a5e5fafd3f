//! What the health monitor does about a partition's faults, as written.
//!
//! The causes are those of ARINC 653. Its numeric error is not among them: RV64IMAC has no
//! floating point, and an integer division by zero does not trap (unprivileged specification,
//! "M" extension), so no partition can cause one.

use serde::{Deserialize, Serialize};

/// Why a partition is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FaultCause {
    /// It touched memory that it is not granted, the guard page of its stack aside.
    MemoryViolation,
    /// An instruction or a system call that it may not use.
    IllegalRequest,
    /// The hardware could not do what it was asked: an access fault inside a granted range.
    HardwareFault,
    /// It touched the guard page of its stack.
    StackOverflow,
    /// It did not wait again within its deadline.
    DeadlineMissed,
    /// It raised an error itself, or panicked.
    ApplicationError,
}

impl FaultCause {
    /// All causes, each at its own position.
    pub const ALL: [Self; 6] = [
        Self::MemoryViolation,
        Self::IllegalRequest,
        Self::HardwareFault,
        Self::StackOverflow,
        Self::DeadlineMissed,
        Self::ApplicationError,
    ];

    /// The field of the spec with the action for it.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::MemoryViolation => "memory_violation",
            Self::IllegalRequest => "illegal_request",
            Self::HardwareFault => "hardware_fault",
            Self::StackOverflow => "stack_overflow",
            Self::DeadlineMissed => "deadline_missed",
            Self::ApplicationError => "application_error",
        }
    }

    /// Whether the partition can go on as if nothing had been: its state is whole, and the
    /// instruction after the fault is a place to go on at.
    #[must_use]
    pub const fn can_be_ignored(self) -> bool {
        matches!(self, Self::DeadlineMissed | Self::ApplicationError)
    }
}

/// What is done about a fault. Its record is written whatever is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RawHealthAction {
    /// Nothing: the partition goes on.
    Ignore,
    /// The partition is halted; nobody else notices.
    Halt,
    /// The partition starts again from its pristine memory.
    Restart,
    /// The partition is halted, and the second schedule takes over at the end of the major frame.
    SafeMode,
    /// The machine is powered off.
    PowerOff,
}

/// How a partition is restarted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawRestart {
    /// How often at most, then it is halted; `None` without limit.
    pub limit: Option<u64>,
    /// Pause before each restart in nanoseconds.
    pub backoff_ns: u64,
}

/// One action for each cause, and how a restart is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawHealth {
    /// For [`FaultCause::MemoryViolation`].
    pub memory_violation: RawHealthAction,
    /// For [`FaultCause::IllegalRequest`].
    pub illegal_request: RawHealthAction,
    /// For [`FaultCause::HardwareFault`].
    pub hardware_fault: RawHealthAction,
    /// For [`FaultCause::StackOverflow`].
    pub stack_overflow: RawHealthAction,
    /// For [`FaultCause::DeadlineMissed`].
    pub deadline_missed: RawHealthAction,
    /// For [`FaultCause::ApplicationError`].
    pub application_error: RawHealthAction,
    /// How [`RawHealthAction::Restart`] is done.
    pub restart: RawRestart,
}

impl RawHealth {
    /// The action for a cause.
    #[must_use]
    pub const fn action(&self, cause: FaultCause) -> RawHealthAction {
        match cause {
            FaultCause::MemoryViolation => self.memory_violation,
            FaultCause::IllegalRequest => self.illegal_request,
            FaultCause::HardwareFault => self.hardware_fault,
            FaultCause::StackOverflow => self.stack_overflow,
            FaultCause::DeadlineMissed => self.deadline_missed,
            FaultCause::ApplicationError => self.application_error,
        }
    }

    /// The place of the action for a cause.
    pub const fn action_mut(&mut self, cause: FaultCause) -> &mut RawHealthAction {
        match cause {
            FaultCause::MemoryViolation => &mut self.memory_violation,
            FaultCause::IllegalRequest => &mut self.illegal_request,
            FaultCause::HardwareFault => &mut self.hardware_fault,
            FaultCause::StackOverflow => &mut self.stack_overflow,
            FaultCause::DeadlineMissed => &mut self.deadline_missed,
            FaultCause::ApplicationError => &mut self.application_error,
        }
    }

    /// Whether this action is taken for any cause.
    #[must_use]
    pub fn takes(&self, action: RawHealthAction) -> bool {
        FaultCause::ALL
            .into_iter()
            .any(|cause| self.action(cause) == action)
    }
}
