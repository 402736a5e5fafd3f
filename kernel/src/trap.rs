//! The entries that the assembly calls, and what they give back to it.
#![allow(
    unsafe_code,
    reason = "symbols for the assembly, one kernel for one trap"
)]

use septum_abi::state::PartitionState;
use septum_kernel_logic::{Next, Request, Resume};

use crate::memory::{header, kernel};

/// What `leave` needs, in `a0` and `a1`.
#[repr(C)]
pub(crate) struct Leave {
    /// Address of the partition's state.
    state: u64,
    /// 0, or the timer's value for after the pad.
    timer_after_pad: u64,
}

/// Address of a partition's state.
fn state(partition: u64) -> u64 {
    header().partition_states + partition * STATE_BYTES
}

impl From<Resume> for Leave {
    fn from(resume: Resume) -> Self {
        Self {
            state: state(resume.partition),
            timer_after_pad: resume.timer_after_pad,
        }
    }
}

#[allow(clippy::as_conversions, reason = "a constant size")]
const STATE_BYTES: u64 = PartitionState::SIZE_BYTES as u64;

/// `ecall` from U-mode. The arguments in between are the partition's `a2` to `a6`. Gives back
/// the address of the partition's state if it goes on at once; 0: [`schedule`] comes next.
#[unsafe(no_mangle)]
extern "C" fn on_call(
    a0: u64,
    a1: u64,
    _: u64,
    _: u64,
    _: u64,
    _: u64,
    _: u64,
    number: u64,
) -> u64 {
    let request = Request {
        number,
        arguments: [a0, a1],
    };
    // SAFETY: the only one at this time.
    let mut kernel = unsafe { kernel() };
    match kernel.on_call(request) {
        Next::Same => state(kernel.hart.current),
        Next::Chosen => 0,
    }
}

/// Any other trap from U-mode; [`schedule`] comes next.
#[unsafe(no_mangle)]
extern "C" fn on_event(cause: u64, value: u64) {
    // SAFETY: the only one at this time.
    let mut kernel = unsafe { kernel() };
    // `mcause`: the highest bit is set for interrupts.
    if cause >> 63 != 0 {
        kernel.on_interrupt();
    } else {
        kernel.on_fault(cause, value);
    }
}

/// Finds who runs next; waits in here while nobody is ready.
#[unsafe(no_mangle)]
extern "C" fn schedule() -> Leave {
    // SAFETY: the only one at this time: the entry's has come to its end.
    unsafe { kernel() }.resume().into()
}
