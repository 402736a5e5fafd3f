//! The kernel's own failure: recorded, said, and the machine stops in order.
#![allow(
    unsafe_code,
    reason = "a symbol for the assembly, and the state after a failure"
)]

use septum_abi::console::{BEGIN, KERNEL, digit};
use septum_abi::machine::{finisher, uart};
use septum_abi::state::{EXIT_FAILED, EXIT_REFUSED, refusal};
use septum_abi::tables::NONE;
use septum_kernel_logic::tables::Header;

use crate::csr;
use crate::memory::{header, load, store};

/// How often the transmitter is asked before a byte is dropped.
const PATIENCE: u32 = 100_000;

unsafe extern "C" {
    fn park() -> !;
}

/// An exception inside the kernel. Its own path: the stack begins anew, nothing that was
/// going on is needed.
#[unsafe(no_mangle)]
extern "C" fn on_failure() -> ! {
    stop(
        EXIT_FAILED,
        csr::read_mcause(),
        csr::read_mepc(),
        csr::read_mtval(),
    )
}

/// The machine is not the one of the tables: `reason` is one of [`refusal`].
pub(crate) fn refuse(reason: u64, found: u64, expected: u64) -> ! {
    stop(EXIT_REFUSED, refusal::FLAG | reason, found, expected)
}

/// The health monitor stops the machine: nothing is wrong with the kernel.
pub(crate) fn power_off(code: u16) -> ! {
    csr::write_mie(0);
    if header().finisher != NONE {
        store(header().finisher, finisher::word(code));
    }
    // SAFETY: waits for ever with no interrupt enabled.
    unsafe { park() }
}

/// An unexpected exception in here comes back to here: then a step less is tried.
fn stop(code: u16, cause: u64, pc: u64, value: u64) -> ! {
    csr::write_mie(0);
    let header = header();
    let hart = header.state;
    let failed = hart.failed.get().wrapping_add(1);
    hart.failed.set(failed);
    if failed == 1 {
        hart.failure_cause.set(cause);
        hart.failure_pc.set(pc);
        hart.failure_value.set(value);
        say(header, [cause, pc, value]);
    }
    if failed <= 2 {
        power_off(code);
    }
    // SAFETY: waits for ever with no interrupt enabled.
    unsafe { park() }
}

/// One line: `!|` and the three numbers in hexadecimal.
fn say(header: &Header, numbers: [u64; 3]) {
    if header.uart == NONE {
        return;
    }
    print(header.uart, KERNEL);
    print(header.uart, BEGIN);
    for number in numbers {
        print_number(header.uart, number);
    }
    print(header.uart, b'\n');
}

/// In hexadecimal, and a space.
#[inline(never)]
fn print_number(uart: u64, number: u64) {
    let mut rest = number;
    for _ in 0..16 {
        rest = rest.rotate_left(4);
        let [low, ..] = rest.to_le_bytes();
        print(uart, digit(low));
    }
    print(uart, b' ');
}

#[inline(never)]
fn print(uart: u64, byte: u8) {
    for _ in 0..PATIENCE {
        if load::<u8>(uart + uart::LINE_STATUS) & uart::TRANSMIT_EMPTY != 0 {
            break;
        }
    }
    store(uart + uart::DATA, byte);
}
