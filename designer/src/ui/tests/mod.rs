//! The designer driven as a user drives it: keys in, model and screen out.

pub(crate) mod actions;
mod boot;
mod connect;
mod design;
mod desk;
mod files;
mod panel;
mod programs;
mod properties;
mod routing;
mod screens;
mod steps;
mod trace;
mod wires;
