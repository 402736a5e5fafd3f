//! System calls. Numbers, arguments and statuses: [`septum_abi::call`].

use core::arch::asm;

use septum_abi::call::{Call, NEVER, POLL, Status};

/// Until when a call waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deadline {
    /// Not at all.
    Poll,
    /// For ever.
    Never,
    /// Until this absolute tick of `mtime`. Needs the right to the clock.
    At(u64),
}

impl Deadline {
    /// The number in the register.
    #[must_use]
    pub const fn ticks(self) -> u64 {
        match self {
            Self::Poll => POLL,
            Self::Never => NEVER,
            Self::At(ticks) => ticks,
        }
    }
}

/// One system call with two arguments: status and value. For programs without typed ports: a
/// call on a port writes its buffer, which a typed port lends out.
#[must_use]
pub fn raw_call(call: Call, first: u64, second: u64) -> (Status, u64) {
    let (status, value) = raw_numbers(call, first, second);
    (known(status), value)
}

/// One system call with two arguments: the status's number and the value.
pub(crate) fn raw_numbers(call: Call, first: u64, second: u64) -> (u64, u64) {
    let (status, value): (u64, u64);
    // SAFETY: `ecall` leaves memory alone except the buffer of the port in question, which is
    // lent out only by the port's one handle, whose calls borrow it mutably; and it changes
    // only the registers that are named here (the kernel zeroes the other caller-saved ones).
    #[allow(unsafe_code, reason = "a system call is an instruction")]
    unsafe {
        asm!(
            "ecall",
            inout("a0") first => status,
            inout("a1") second => value,
            inout("a7") call.number() => _,
            out("ra") _, out("a2") _, out("a3") _, out("a4") _, out("a5") _, out("a6") _,
            out("t0") _, out("t1") _, out("t2") _, out("t3") _, out("t4") _, out("t5") _,
            out("t6") _,
            options(nostack),
        );
    }
    (status, value)
}

/// `exchange`: sends on one port, then waits for a message on another; the value is its length.
pub(crate) fn exchange(
    out: u64,
    length: u64,
    port: u64,
    deadline: Deadline,
) -> Result<u64, Status> {
    let (status, value): (u64, u64);
    // SAFETY: as for `raw_call`; it writes the buffer of the second port, which is borrowed.
    #[allow(unsafe_code, reason = "a system call is an instruction")]
    unsafe {
        asm!(
            "ecall",
            inout("a0") out => status,
            inout("a1") length => value,
            inout("a2") port => _,
            inout("a3") deadline.ticks() => _,
            inout("a7") Call::Exchange.number() => _,
            out("ra") _, out("a4") _, out("a5") _, out("a6") _,
            out("t0") _, out("t1") _, out("t2") _, out("t3") _, out("t4") _, out("t5") _,
            out("t6") _,
            options(nostack),
        );
    }
    value_of((known(status), value))
}

/// The status of this number. The kernel returns no other one; if it did, the call would not
/// have been carried out.
fn known(status: u64) -> Status {
    Status::from_number(status).unwrap_or(Status::Denied)
}

/// `Ok` with the value when the status is.
pub(crate) fn value_of((status, value): (Status, u64)) -> Result<u64, Status> {
    match status {
        Status::Ok => Ok(value),
        error => Err(error),
    }
}

/// Waits until a port of `mask` has something: the ports that do, one bit for each port number.
///
/// Bits of signals and interrupts are cleared by being returned; a queue's stays until the
/// queue is empty. With no bit in `mask` it sleeps until the deadline.
///
/// # Errors
/// [`Status::Empty`] at the deadline, [`Status::BadPort`] for a bit of no incoming port,
/// [`Status::Denied`] for a time without the right to the clock.
pub fn wait(mask: u64, deadline: Deadline) -> Result<u64, Status> {
    value_of(raw_call(Call::Wait, mask, deadline.ticks()))
}

/// `receive` on a port number; the message is in the port's buffer, the value is its length.
pub(crate) fn receive(port: u64, deadline: Deadline) -> Result<u64, Status> {
    value_of(raw_call(Call::Receive, port, deadline.ticks()))
}

/// The clock in ticks of `mtime`.
///
/// # Errors
/// [`Status::Denied`] without the right to the clock.
pub fn now() -> Result<u64, Status> {
    value_of(raw_call(Call::Now, 0, 0))
}

pub use septum_abi::health::PANIC;

/// Raises an application error with a code of the program's own, below [`PANIC`]. The design
/// says what becomes of it; where it says that the error is ignored, the program goes on.
pub fn raise(code: u64) {
    let _ = raw_call(Call::Raise, code, 0);
}

/// Ends the program. The partition never runs again.
pub fn exit() -> ! {
    loop {
        let _ = raw_call(Call::Exit, 0, 0);
    }
}
