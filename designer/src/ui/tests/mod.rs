//! The designer driven as a user drives it: keys in, model and screen out.

pub(crate) mod actions;
mod boot;
mod design;
mod desk;
mod files;
mod properties;
mod screens;
mod trace;
mod wires;
