//! The program's first instructions and its last ones.
//!
//! The kernel enters at `_start` with the stack pointer set, memory as in the ELF, `.bss`
//! zero, all other registers zero. `main` is the program's.
#![allow(unsafe_code, reason = "a program begins and ends outside the language")]

use core::arch::global_asm;

use crate::call::{PANIC, raise};

global_asm!(
    ".pushsection .text.start, \"ax\"",
    ".global _start",
    "_start:",
    ".option push",
    ".option norelax",
    "la gp, __global_pointer$",
    ".option pop",
    "call main",
    "li a7, {exit}",
    "ecall",
    "unimp",
    ".popsection",
    exit = const septum_abi::call::Call::Exit.number(),
);

/// A panic is an application error: its code is [`PANIC`] and the line. Where the design says
/// that such errors are ignored, there is nothing to go on with, and an illegal instruction
/// ends the program.
#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    let line = info.location().map_or(0, core::panic::Location::line);
    raise(PANIC | u64::from(line));
    // SAFETY: `unimp` traps and is never returned to.
    unsafe {
        core::arch::asm!("unimp", options(noreturn, nomem, nostack));
    }
}
