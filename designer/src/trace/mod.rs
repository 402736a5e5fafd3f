//! A recorded run, indexed so that views ask and never scan.

pub mod console;
pub mod describe;
pub mod duration;
pub mod index;
pub mod kind;
pub mod lane;
pub mod layout;
pub mod memory;
pub mod messages;
pub mod place;
pub mod query;
pub mod recording;
#[cfg(test)]
pub(crate) mod sample;
pub mod source;
pub mod store;
pub mod wanted;
pub mod words;
