//! The one place for numbers and layouts that two sides must agree on: the designer that
//! builds an image, the kernel that runs it, the programs inside it, and the simulator that
//! reads the kernel's state from memory.
//!
//! Everything is little-endian and `repr(C)`. A type declared by the `record!` macro states the
//! offset of each field, a constant assertion holds it, and the type encodes itself to bytes
//! and back without `unsafe`. Nothing here has behaviour beyond that, except the format of
//! console lines ([`console`]).
#![no_std]
#![forbid(unsafe_code)]

pub mod address;
pub mod call;
pub mod console;
pub mod health;
pub mod limits;
pub mod linked;
pub mod machine;
pub mod model;
pub mod pin;
pub mod places;
pub mod record;
pub mod state;
pub mod tables;
pub mod timing;

/// Version of everything in this crate. The tables and each program's ports carry it.
pub const ABI_VERSION: u16 = 2;
