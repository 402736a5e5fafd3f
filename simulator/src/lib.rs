//! The machine in the process: harts, devices, trace.

pub mod event;
