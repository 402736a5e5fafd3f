//! What the kernel decides: which partition runs, who is woken, where a message goes.
//!
//! The same code runs in the image and in the tests on the host. It reads the tables and
//! changes the state of `septum-abi`, reaches the machine through [`Hardware`] alone, has no
//! `unsafe`, and cannot panic: an index outside a table, which the designer never writes, ends
//! in [`Hardware::broken`].
#![no_std]
#![forbid(unsafe_code)]

mod boot;
mod call;
mod fault;
mod hardware;
mod interrupt;
mod kernel;
mod log;
mod queue;
mod schedule;
mod wait;

pub use call::Request;
pub use hardware::{Hardware, Physical};
pub use kernel::{Kernel, Next, Resume};
pub use queue::{pop, push};
