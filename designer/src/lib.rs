//! Septum: design a whole RISC-V system, check it, build it, run it.
//!
//! A library beside the binary, so that tests and benchmarks reach what the binary is made of.

pub mod atomic;
pub mod cli;
pub mod experiment;
pub mod export;
pub mod session;
pub mod trace;
pub mod ui;
