//! Programs of a few instructions: an assembler, and the ELF files that designs name.
//!
//! For tests, and for what `septum bench kernel` measures.

pub mod asm;
pub mod bare;
pub mod labelled;
pub mod program;
