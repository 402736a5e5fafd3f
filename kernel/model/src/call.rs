//! System calls of four arguments, with statuses that the player need not know.

use core::arch::asm;

use septum_abi::call::{Call, Status};

/// One system call: the number of its status, and its value.
pub(crate) fn call(call: Call, arguments: [u64; 4]) -> (u64, u64) {
    let (status, value): (u64, u64);
    // SAFETY: `ecall` leaves memory alone except the partition's own port buffers, which are
    // only ever accessed by volatile reads and writes, and changes only the registers that
    // are named here (the kernel zeroes the other caller-saved ones).
    #[allow(unsafe_code, reason = "a system call is an instruction")]
    unsafe {
        asm!(
            "ecall",
            inout("a0") arguments[0] => status,
            inout("a1") arguments[1] => value,
            inout("a2") arguments[2] => _,
            inout("a3") arguments[3] => _,
            inout("a7") call.number() => _,
            out("ra") _, out("a4") _, out("a5") _, out("a6") _,
            out("t0") _, out("t1") _, out("t2") _, out("t3") _, out("t4") _, out("t5") _,
            out("t6") _,
            options(nostack),
        );
    }
    (status, value)
}

/// Statuses with which nothing has come, a bit for each. A constant of the code: a table would
/// cost every modelled partition a page.
const NOTHING_CAME: u64 = 1 << Status::Full.number()
    | 1 << Status::Empty.number()
    | 1 << Status::BadPort.number()
    | 1 << Status::BadLength.number()
    | 1 << Status::Denied.number()
    | 1 << Status::NotPending.number();

/// Whether a message has come with this status; a sample that is no longer valid has, too.
pub(crate) const fn has_come(status: u64) -> bool {
    status < 64 && NOTHING_CAME >> status & 1 == 0
}
