//! What a partition's program links: system calls, typed ports, shared memories, the log.
//!
//! A program declares its ports by name ([`queuing_out!`] and its siblings); the designer
//! matches the names with the design and fills in numbers and buffers, so the same binary
//! fits any design that gives it those ports. Messages are read and written where they lie, in
//! the port's buffer; nothing is allocated. A panic is an application error: the health monitor
//! decides.
#![no_std]

#[cfg(target_os = "none")]
mod call;
#[cfg(target_os = "none")]
mod log;
#[cfg(target_os = "none")]
mod memory;
#[cfg(target_os = "none")]
pub mod places;
#[cfg(target_os = "none")]
mod port;
#[cfg(target_os = "none")]
mod queuing;
#[cfg(target_os = "none")]
mod rings;
#[cfg(target_os = "none")]
mod sampling;
#[cfg(target_os = "none")]
mod shared_memory;
#[cfg(target_os = "none")]
mod signal;
#[cfg(target_os = "none")]
mod start;

#[cfg(target_os = "none")]
pub use {
    call::{Deadline, PANIC, exit, now, raise, raw_call, wait},
    log::log,
    memory::{read_byte, write_byte},
    port::Taken,
    queuing::{QueuingIn, QueuingOut},
    rings::LogRings,
    sampling::{Sample, SamplingIn, SamplingOut},
    shared_memory::{MemoryIn, MemoryOut},
    signal::{Interrupt, SignalIn, SignalOut},
};

pub use septum_abi as abi;
pub use septum_abi::call::Status;
