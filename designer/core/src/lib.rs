//! The compiler from design to image.
//!
//! `Dhall text -> RawSystem -> System (checked) -> Plan -> Image`: each stage a pure function.

pub mod diagnostic;
pub mod spec;
pub mod system;
