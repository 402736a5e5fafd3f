//! A system call, whether or not it made an event.

use septum_abi::call::{Call, Status};

use crate::cpu::Registers;

/// A system call of a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SystemCall {
    /// Virtual time in nanoseconds after its `ecall`.
    pub time_ns: u64,
    /// The registers as the trap found them: the number in `a7`, arguments from `a0`.
    pub registers: Registers,
    /// What it came to at once; `None` where the partition waits, or never runs again.
    pub status: Option<u64>,
}

impl SystemCall {
    /// The number in `a7`.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.registers.x[17]
    }

    /// The name of the call with this number, if there is one.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        Call::from_number(self.number()).map(Call::name)
    }

    /// The name of what it came to.
    #[must_use]
    pub fn status_name(&self) -> Option<&'static str> {
        Status::from_number(self.status?).map(Status::name)
    }
}
