//! Programs of a few instructions: an assembler, and the ELF files that designs name.
//!
//! For tests, and for what `septum bench` measures.

pub mod asm;
pub mod bare;
pub mod harts;
pub mod labelled;
pub mod program;
