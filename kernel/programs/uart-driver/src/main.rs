//! A 16550 UART driver: what arrives goes out as messages, the partitions' logs go to the
//! console.
//!
//! Ports: `irq` (interrupt), `bytes` (queuing, up to 16 bytes a message). Needs the UART at
//! [`UART_BASE`] and the right to the clock.
#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(target_os = "none")]
mod driver;

/// The driver runs in a partition only.
#[cfg(not(target_os = "none"))]
fn main() {}
