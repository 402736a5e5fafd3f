//! Text of an instruction, as binutils' `objdump -M no-aliases` writes it.

use crate::csr::csr_name;
use crate::decode::{Instruction, decode, row};
use crate::format::Format;
use crate::table::Row;

/// The names of `x0` to `x31` in the calling convention (RISC-V psABI 1.1).
pub const REGISTERS: [&str; 32] = [
    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4",
    "a5", "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4",
    "t5", "t6",
];

fn name(register: u8) -> &'static str {
    REGISTERS[usize::from(register % 32)]
}

/// The instruction at an address: mnemonic, a space, operands. `None` where the word is no
/// instruction. Targets are absolute addresses.
#[must_use]
pub fn disassemble(pc: u64, word: u32) -> Option<String> {
    let (row, instruction) = (row(word)?, decode(word)?);
    let mnemonic = mnemonic(row, word);
    let operands = operands(row, &instruction, pc, word);
    Some(match operands.is_empty() {
        true => mnemonic,
        false => format!("{mnemonic} {operands}"),
    })
}

/// Atomics say how they are ordered (unprivileged ISA 8.1); a fence with a mode says so (2.7).
fn mnemonic(row: &Row, word: u32) -> String {
    const TSO: u32 = 0x8330_000f;
    let ordering = match (row.format, word >> 25 & 3) {
        (Format::Atomic | Format::LoadReserved, 1) => ".rl",
        (Format::Atomic | Format::LoadReserved, 2) => ".aq",
        (Format::Atomic | Format::LoadReserved, 3) => ".aqrl",
        (Format::Fence, _) if word & 0xfff0_707f == TSO => ".tso",
        _ => "",
    };
    format!("{}{ordering}", row.name)
}

fn operands(row: &Row, i: &Instruction, pc: u64, word: u32) -> String {
    use Format as F;
    let (rd, rs1, rs2, immediate) = (name(i.rd), name(i.rs1), name(i.rs2), i.immediate);
    let target = pc.wrapping_add_signed(i64::from(immediate));
    let upper = immediate.cast_unsigned() >> 12;
    match row.format {
        F::Bare | F::FenceInstruction | F::CompressedBare => String::new(),
        F::Upper => format!("{rd},{upper:#x}"),
        F::CompressedUpper => format!("{rd},{upper:#x}"),
        F::Jump => format!("{rd},{target:#x}"),
        F::CompressedJump => format!("{target:#x}"),
        F::Branch => format!("{rs1},{rs2},{target:#x}"),
        F::CompressedBranch => format!("{rs1},{target:#x}"),
        F::JumpRegister
        | F::Load
        | F::CompressedLoadWord
        | F::CompressedLoadDouble
        | F::CompressedLoadWordStack
        | F::CompressedLoadDoubleStack => format!("{rd},{immediate}({rs1})"),
        F::Store
        | F::CompressedStoreWord
        | F::CompressedStoreDouble
        | F::CompressedStoreWordStack
        | F::CompressedStoreDoubleStack => format!("{rs2},{immediate}({rs1})"),
        F::Immediate | F::CompressedWide => format!("{rd},{rs1},{immediate}"),
        F::Shift => format!("{rd},{rs1},{immediate:#x}"),
        F::CompressedShift | F::CompressedShiftNear => format!("{rd},{immediate:#x}"),
        F::Register => format!("{rd},{rs1},{rs2}"),
        F::CompressedNear | F::CompressedMove | F::CompressedAdd => format!("{rd},{rs2}"),
        F::CompressedImmediate
        | F::CompressedImmediateWord
        | F::CompressedConstant
        | F::CompressedStack
        | F::CompressedAnd => format!("{rd},{immediate}"),
        F::CompressedJumpRegister | F::CompressedCallRegister => rs1.to_owned(),
        F::Csr => format!("{rd},{},{rs1}", csr(immediate)),
        F::CsrImmediate => format!("{rd},{},{}", csr(immediate), i.rs1),
        F::LoadReserved => format!("{rd},({rs1})"),
        F::Atomic => format!("{rd},{rs2},({rs1})"),
        F::FenceMemory => format!("{rs1},{rs2}"),
        F::Fence => fence(word),
    }
}

fn csr(number: i32) -> String {
    let name = u16::try_from(number).ok().and_then(csr_name);
    name.unwrap_or_else(|| format!("{number:#x}"))
}

/// What a fence orders before what (2.7).
fn fence(word: u32) -> String {
    const TSO: u32 = 8;
    if word >> 28 == TSO && word >> 20 & 0xff == 0x33 {
        return String::new();
    }
    let set = |first: u32| -> String {
        let letters = [(3, 'i'), (2, 'o'), (1, 'r'), (0, 'w')];
        let named = letters
            .iter()
            .filter(|(bit, _)| word >> (first + bit) & 1 == 1);
        let text: String = named.map(|(_, letter)| letter).collect();
        if text.is_empty() {
            "unknown".to_owned()
        } else {
            text
        }
    };
    format!("{},{}", set(24), set(20))
}
