//! Plays a modelled partition: the steps that the designer baked into a read-only page.
//!
//! The format is [`septum_abi::model`]; the player has no state but what is in [`play`] and
//! [`payload`]. What it computes apart from calls is tested on the host ([`draw`], [`moment`]).
#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(target_os = "none")]
mod call;
#[cfg(any(target_os = "none", test))]
mod draw;
#[cfg(target_os = "none")]
mod memory;
#[cfg(any(target_os = "none", test))]
mod moment;
#[cfg(target_os = "none")]
mod payload;
#[cfg(target_os = "none")]
mod play;

/// The player runs on a partition's hart only.
#[cfg(not(target_os = "none"))]
fn main() {}
