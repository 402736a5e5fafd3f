//! The kernel's binary: the ways in and out, the machine, and the boot. What it decides is in
//! `septum-kernel-logic`; reading order and threat model are in `README.md`.
#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(target_os = "none")]
mod boot;
#[cfg(target_os = "none")]
mod csr;
#[cfg(target_os = "none")]
mod entry;
#[cfg(target_os = "none")]
mod failure;
#[cfg(target_os = "none")]
mod hardware;
#[cfg(target_os = "none")]
mod memory;
#[cfg(target_os = "none")]
mod trap;

/// A panic would be a mistake in the kernel's code that the compiler could not exclude. None
/// is left: this refers to a symbol that does not exist, so that the link fails if one is.
#[cfg(target_os = "none")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    #[allow(unsafe_code, reason = "a symbol that does not exist")]
    unsafe extern "C" {
        fn the_kernel_can_panic() -> !;
    }
    // SAFETY: never linked.
    #[allow(unsafe_code, reason = "never linked")]
    unsafe {
        the_kernel_can_panic()
    }
}

/// The kernel runs on a RISC-V hart only.
#[cfg(not(target_os = "none"))]
fn main() {}
