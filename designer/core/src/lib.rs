//! The compiler from design to image.
//!
//! `Dhall text -> RawSystem -> System (checked) -> Plan -> Image`: each stage a pure function.

#[cfg(any(test, feature = "arbitrary"))]
pub mod arbitrary;
pub mod bound;
pub mod check;
mod code;
pub mod codes;
pub mod console;
pub mod dhall;
pub mod diagnostic;
pub mod duration;
pub mod flows;
mod folder;
pub mod health;
pub mod image;
mod listing;
pub mod places;
pub mod plan;
pub mod programs;
pub mod qemu;
pub mod scenario;
pub mod skeleton;
pub mod spec;
pub mod system;
pub mod templates;
