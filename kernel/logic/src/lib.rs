//! What the kernel decides: which partition runs, who is woken, where a message goes.
//!
//! The same code runs in the image and in the tests on the host. It follows references from
//! table to table ([`tables`]) and changes cells of the state, reaches devices and messages
//! through [`Hardware`] alone, has no `unsafe`, and cannot panic.
#![no_std]
#![forbid(unsafe_code)]

mod call;
mod channel;
mod fault;
mod hardware;
mod log;
mod manage;
mod restart;
mod schedule;
mod wait;

pub use call::{Answer, SWITCH};
pub use fault::on_fault;
pub use hardware::Hardware;
pub use schedule::{Resume, prepare, resume, settle};
pub use septum_abi::linked::{self as tables, Physical};
pub use wait::end_wait;

/// The functions that carry out calls: all take the calling partition and what it left in its
/// registers, of which nothing is checked yet.
pub mod calls {
    pub use crate::call::{denied, exit, now, now_without_clock};
    pub use crate::channel::{
        acknowledge, exchange, exchange_in_parts, receive, receive_otherwise, send, send_otherwise,
        signal,
    };
    pub use crate::fault::raise;
    pub use crate::log::log;
    pub use crate::manage::{restart, safe_mode, stop};
    pub use crate::wait::wait;
}
