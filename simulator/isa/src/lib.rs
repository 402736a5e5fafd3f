//! The instruction set: RV64IMAC, Zicsr, Zifencei and the privileged instructions, as one table.
//!
//! A row is an encoding; compressed ones name the operation of their expansion. What has no row,
//! or is reserved by its format, is an illegal instruction.

mod csr;
mod decode;
mod disassemble;
mod format;
mod operation;
mod table;

pub use csr::csr_name;
pub use decode::{Instruction, decode, is_compressed, row};
pub use disassemble::{REGISTERS, disassemble};
pub use format::Format;
pub use operation::Operation;
pub use table::{Row, TABLE};
