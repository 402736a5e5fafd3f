//! The health monitor: what can go wrong in a partition, and what is done about it (ARINC 653
//! part 1, "Health Monitor").

use crate::call::numbered;

numbered! {
    /// Error identifiers. `NUMERIC_ERROR` of ARINC 653 is missing: RV64IMAC has no instruction
    /// that traps on a numeric result, a division by zero included.
    pub enum Cause {
        /// A load, store or fetch outside what the design grants.
        MemoryViolation = 0 "memory_violation",
        /// An illegal instruction, a breakpoint, a misaligned access, a system call that does
        /// not exist or that the partition may not make.
        IllegalRequest = 1 "illegal_request",
        /// Granted memory or a device that answers with an error.
        HardwareFault = 2 "hardware_fault",
        /// A store just below the stack.
        StackOverflow = 3 "stack_overflow",
        /// It was released and did not wait again in time.
        DeadlineMissed = 4 "deadline_missed",
        /// Raised by the partition itself (`raise`).
        ApplicationError = 5 "application_error",
    }
}

numbered! {
    /// Recovery actions.
    pub enum HealthAction {
        /// It runs no more.
        Halt = 0 "halt",
        /// It goes on as if nothing had happened. Only for causes after which it can.
        Ignore = 1 "ignore",
        /// Its memory and state are as at the first start, then it runs again.
        Restart = 2 "restart",
        /// It runs no more, and at the end of the frame the second schedule begins.
        SafeMode = 3 "safe_mode",
        /// The machine stops ([`crate::state::EXIT_HEALTH`]).
        PowerOff = 4 "power_off",
    }
}

/// Number of [`Cause`]s.
pub const CAUSES: usize = 6;
const _: () = assert!(Cause::ALL.len() == CAUSES);

/// Set in the code of an application error that is a panic in Rust; the bits below are the line of
/// the source.
pub const PANIC: u64 = 1 << 63;

/// [`crate::state::FaultRecord::cause`] of what is no exception: this bit and the number of a
/// [`Cause`].
pub const SOFTWARE: u64 = 1 << 62;
