//! Where the operands of an encoding are (unprivileged ISA 2.2, 2.3, 16.2).

use crate::decode::Operands;

/// The place of the operands in a word, and how an immediate is put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is described by its line in `operands`")]
pub enum Format {
    Upper,
    Jump,
    JumpRegister,
    Branch,
    Load,
    Store,
    Immediate,
    Shift,
    Register,
    Fence,
    FenceInstruction,
    Bare,
    Csr,
    CsrImmediate,
    LoadReserved,
    Atomic,
    FenceMemory,
    CompressedWide,
    CompressedLoadWord,
    CompressedLoadDouble,
    CompressedStoreWord,
    CompressedStoreDouble,
    CompressedImmediate,
    CompressedImmediateWord,
    CompressedConstant,
    CompressedStack,
    CompressedUpper,
    CompressedShiftNear,
    CompressedAnd,
    CompressedNear,
    CompressedJump,
    CompressedBranch,
    CompressedShift,
    CompressedLoadWordStack,
    CompressedLoadDoubleStack,
    CompressedJumpRegister,
    CompressedMove,
    CompressedBare,
    CompressedCallRegister,
    CompressedAdd,
    CompressedStoreWordStack,
    CompressedStoreDoubleStack,
}

const RA: u8 = 1;
const SP: u8 = 2;

/// `count` bits of a word from `first` up.
const fn bits(word: u32, first: u32, count: u32) -> u32 {
    word >> first & ((1 << count) - 1)
}

/// A register number of five bits.
const fn register(word: u32, first: u32) -> u8 {
    bits(word, first, 5).to_le_bytes()[0]
}

/// One of `x8` to `x15`, in three bits (16.2).
const fn near(word: u32, first: u32) -> u8 {
    8 + bits(word, first, 3).to_le_bytes()[0]
}

/// `value` is so many bits wide and signed.
const fn signed(value: i32, width: u32) -> i32 {
    value << (32 - width) >> (32 - width)
}

/// The bits of a word that parts `(first bit, count, place in the value)` name.
fn gather(word: u32, parts: &[(u32, u32, u32)]) -> i32 {
    let part = |(first, count, to): &(u32, u32, u32)| bits(word, *first, *count) << to;
    let value = parts.iter().map(part).fold(0, |value, part| value | part);
    value.cast_signed()
}

/// A result and one source.
fn to(rd: u8, rs1: u8, immediate: i32) -> Operands {
    Operands {
        rd,
        rs1,
        rs2: 0,
        immediate,
    }
}

/// Two sources.
fn from(rs1: u8, rs2: u8, immediate: i32) -> Operands {
    Operands {
        rd: 0,
        rs1,
        rs2,
        immediate,
    }
}

/// A result and two sources.
fn all(rd: u8, rs1: u8, rs2: u8) -> Operands {
    Operands {
        rd,
        rs1,
        rs2,
        immediate: 0,
    }
}

impl Format {
    /// The operands of a word; `None` where the encoding is reserved.
    pub(crate) fn operands(self, word: u32) -> Option<Operands> {
        use Format as F;
        let (rd, rs1, rs2) = (register(word, 7), register(word, 15), register(word, 20));
        let high = signed(bits(word, 20, 12).cast_signed(), 12);
        Some(match self {
            F::Bare | F::Fence | F::FenceInstruction | F::CompressedBare => Operands::default(),
            F::Upper => to(rd, 0, (word & !0xfff).cast_signed()),
            F::Jump => to(rd, 0, jump_offset(word)),
            F::JumpRegister | F::Load | F::Immediate => to(rd, rs1, high),
            F::Shift => to(rd, rs1, bits(word, 20, 6).cast_signed()),
            F::Csr | F::CsrImmediate => to(rd, rs1, bits(word, 20, 12).cast_signed()),
            F::Branch => from(rs1, rs2, branch_offset(word)),
            F::Store => from(rs1, rs2, store_offset(word)),
            F::Register | F::Atomic => all(rd, rs1, rs2),
            F::LoadReserved => all(rd, rs1, 0),
            F::FenceMemory => from(rs1, rs2, 0),
            _ => return self.compressed(word),
        })
    }

    fn compressed(self, word: u32) -> Option<Operands> {
        use Format as F;
        let (rd, rs2) = (register(word, 7), register(word, 2));
        let (near_rd, near_rs2) = (near(word, 7), near(word, 2));
        let near_word = gather(word, &[(10, 3, 3), (6, 1, 2), (5, 1, 6)]);
        let near_double = gather(word, &[(10, 3, 3), (5, 2, 6)]);
        let six = gather(word, &[(12, 1, 5), (2, 5, 0)]);
        let immediate = signed(six, 6);
        Some(match self {
            F::CompressedWide => nonzero(to(near_rs2, SP, wide_offset(word)))?,
            F::CompressedLoadWord => to(near_rs2, near_rd, near_word),
            F::CompressedLoadDouble => to(near_rs2, near_rd, near_double),
            F::CompressedStoreWord => from(near_rd, near_rs2, near_word),
            F::CompressedStoreDouble => from(near_rd, near_rs2, near_double),
            F::CompressedImmediate => to(rd, rd, immediate),
            F::CompressedImmediateWord => to(named(rd)?, rd, immediate),
            F::CompressedConstant => to(rd, 0, immediate),
            F::CompressedStack => nonzero(to(SP, SP, stack_step(word)))?,
            F::CompressedUpper => nonzero(to(rd, 0, immediate << 12))?,
            F::CompressedShiftNear => to(near_rd, near_rd, six),
            F::CompressedAnd => to(near_rd, near_rd, immediate),
            F::CompressedNear => all(near_rd, near_rd, near_rs2),
            F::CompressedJump => to(0, 0, near_jump_offset(word)),
            F::CompressedBranch => from(near_rd, 0, near_branch_offset(word)),
            F::CompressedShift => to(rd, rd, six),
            F::CompressedLoadWordStack => to(
                named(rd)?,
                SP,
                gather(word, &[(12, 1, 5), (4, 3, 2), (2, 2, 6)]),
            ),
            F::CompressedLoadDoubleStack => to(
                named(rd)?,
                SP,
                gather(word, &[(12, 1, 5), (5, 2, 3), (2, 3, 6)]),
            ),
            F::CompressedJumpRegister => to(0, named(rd)?, 0),
            F::CompressedMove => all(rd, 0, rs2),
            F::CompressedCallRegister => to(RA, named(rd)?, 0),
            F::CompressedAdd => all(rd, rd, rs2),
            F::CompressedStoreWordStack => from(SP, rs2, gather(word, &[(9, 4, 2), (7, 2, 6)])),
            F::CompressedStoreDoubleStack => from(SP, rs2, gather(word, &[(10, 3, 3), (7, 3, 6)])),
            _ => return None,
        })
    }
}

/// Reserved with an immediate of 0.
fn nonzero(operands: Operands) -> Option<Operands> {
    (operands.immediate != 0).then_some(operands)
}

/// Reserved with `x0`.
fn named(register: u8) -> Option<u8> {
    (register != 0).then_some(register)
}

fn jump_offset(word: u32) -> i32 {
    let parts = [(31, 1, 20), (21, 10, 1), (20, 1, 11), (12, 8, 12)];
    signed(gather(word, &parts), 21)
}

fn branch_offset(word: u32) -> i32 {
    let parts = [(31, 1, 12), (25, 6, 5), (8, 4, 1), (7, 1, 11)];
    signed(gather(word, &parts), 13)
}

fn store_offset(word: u32) -> i32 {
    signed(gather(word, &[(25, 7, 5), (7, 5, 0)]), 12)
}

/// Of `c.addi4spn`.
fn wide_offset(word: u32) -> i32 {
    gather(word, &[(11, 2, 4), (7, 4, 6), (6, 1, 2), (5, 1, 3)])
}

/// Of `c.addi16sp`.
fn stack_step(word: u32) -> i32 {
    let parts = [(12, 1, 9), (6, 1, 4), (5, 1, 6), (3, 2, 7), (2, 1, 5)];
    signed(gather(word, &parts), 10)
}

/// Of `c.j`.
fn near_jump_offset(word: u32) -> i32 {
    let parts = [
        (12, 1, 11),
        (11, 1, 4),
        (9, 2, 8),
        (8, 1, 10),
        (7, 1, 6),
        (6, 1, 7),
        (3, 3, 1),
        (2, 1, 5),
    ];
    signed(gather(word, &parts), 12)
}

/// Of `c.beqz` and `c.bnez`.
fn near_branch_offset(word: u32) -> i32 {
    let parts = [(12, 1, 8), (10, 2, 3), (5, 2, 6), (3, 2, 1), (2, 1, 5)];
    signed(gather(word, &parts), 9)
}
