//! The machine in the process: harts, devices, trace.
//!
//! Deterministic: no host clock, no host randomness, no I/O. A guest trap
//! ([`cpu::Exception`]) and a failure of the host ([`cpu::MachineError`]) are different types.

pub mod bare;
mod bits;
pub mod bus;
pub mod console;
pub mod contain;
pub mod cpu;
pub mod debug;
pub mod device;
pub mod event;
pub mod executable;
pub mod hart;
mod host_interface;
pub mod injection;
pub mod load;
pub mod lockstep;
pub mod machine;
pub mod mmu;
pub mod monitor;
pub mod name;
pub mod perturb;
pub mod plug;
pub mod pmp;
pub mod ram;
pub mod recorder;
pub mod run;
pub mod script;
pub mod simulation;
pub mod symbols;
pub mod system_call;
pub mod travel;
pub mod visit;
