//! Machine code: where execution goes after an instruction of RV64IMAC. Everything that goes on to the next
//! instruction is alike here.

use std::ops::Range;

/// What an instruction does to the flow of control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Goes on behind it.
    Next,
    /// Goes on behind it or at this address.
    Branch(u64),
    /// Goes on at this address.
    Jump(u64),
    /// Calls the function at this address.
    Call(u64),
    /// Ends the function.
    Return,
    /// `mret`: ends everything.
    Leave,
    /// `wfi`: everything up to it has its end, and what follows begins anew.
    Wait,
    /// Never goes on: `ebreak`, `ecall`, or no instruction.
    Stop,
    /// Calls a function whose address only a register knows.
    CallRegister,
    /// Goes on at an address that only a register knows.
    Register,
}

/// An instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instruction {
    /// 2 or 4 bytes.
    pub(crate) length: u64,
    pub(crate) flow: Flow,
}

/// A load of 8 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Load {
    /// The register that it goes to.
    pub(crate) to: u32,
    /// The register with the address.
    pub(crate) base: u32,
    /// What is added to that.
    pub(crate) offset: i64,
}

/// Machine code that lies at an address.
#[derive(Debug, Clone, Copy)]
pub struct Code<'a> {
    /// Address of the first byte.
    pub base: u64,
    /// The bytes.
    pub bytes: &'a [u8],
}

const RA: u32 = 1;

impl Code<'_> {
    /// The instruction at an address; `None` outside the code.
    pub(crate) fn instruction(&self, pc: u64) -> Option<Instruction> {
        let half = self.half(pc)?;
        if half & 3 != 3 {
            let flow = compressed(pc, u32::from(half));
            return Some(Instruction { length: 2, flow });
        }
        let word = self.word(pc)?;
        let flow = match word & 0x7f {
            0x63 => Flow::Branch(offset(pc, branch_offset(word))),
            0x6f => jump(register(word, 7), offset(pc, jump_offset(word))),
            0x67 => self.jump_to_register(pc, word),
            0x73 => system(word),
            _ => Flow::Next,
        };
        Some(Instruction { length: 4, flow })
    }

    /// The addresses of the instructions in a range that begins with one.
    pub(crate) fn instructions(self, range: Range<u64>) -> impl Iterator<Item = u64> {
        let next = move |pc: &u64| Some(pc + self.instruction(*pc)?.length);
        std::iter::successors(Some(range.start), next).take_while(move |pc| *pc < range.end)
    }

    /// Calls through a register.
    pub(crate) fn calls_register(&self, pc: u64) -> bool {
        let found = self.instruction(pc);
        found.is_some_and(|instruction| instruction.flow == Flow::CallRegister)
    }

    /// The function that it calls.
    pub(crate) fn called(&self, pc: u64) -> Option<u64> {
        match self.instruction(pc)?.flow {
            Flow::Call(target) => Some(target),
            _ => None,
        }
    }

    /// Reads a control and status register and leaves it as it is.
    pub(crate) fn reads(&self, pc: u64, csr: u32) -> bool {
        self.word(pc)
            .is_some_and(|word| word & 0xffff_f07f == csr << 20 | 0x2073)
    }

    /// What it loads, if it is `ld` or `c.ld`.
    pub(crate) fn load(&self, pc: u64) -> Option<Load> {
        let half = u32::from(self.half(pc)?);
        if half & 0xe003 == 0x6000 {
            return Some(Load {
                to: 8 + (half >> 2 & 7),
                base: 8 + (half >> 7 & 7),
                offset: i64::from(gather(half, &[(10, 3, 3), (5, 2, 6)])),
            });
        }
        let word = self.word(pc).filter(|word| word & 0x707f == 0x3003)?;
        Some(Load {
            to: register(word, 7),
            base: register(word, 15),
            offset: signed(word >> 20, 12),
        })
    }

    /// Stores to memory.
    pub(crate) fn stores(&self, pc: u64) -> bool {
        let Some(half) = self.half(pc) else {
            return false;
        };
        match half & 3 {
            3 => half & 0x7f == 0x23,
            1 => false,
            _ => half >> 13 >= 6,
        }
    }

    /// Shifts right by a register.
    pub(crate) fn shifts(&self, pc: u64) -> bool {
        self.word(pc)
            .is_some_and(|word| word & 0xfe00_707f == 0x0000_5033)
    }

    /// Takes the upper four bits of a byte: `srli` by 4.
    pub(crate) fn takes_nibble(&self, pc: u64) -> bool {
        let is_short = |half: u16| half & 0xfc7f == 0x8011;
        self.half(pc).is_some_and(is_short)
            || self
                .word(pc)
                .is_some_and(|word| word & 0xfff0_707f == 0x0040_5013)
    }

    fn half(&self, pc: u64) -> Option<u16> {
        let at = usize::try_from(pc.checked_sub(self.base)?).ok()?;
        let bytes = self.bytes.get(at..at.checked_add(2)?)?;
        Some(u16::from_le_bytes(bytes.try_into().ok()?))
    }

    fn word(&self, pc: u64) -> Option<u32> {
        let (low, high) = (self.half(pc)?, self.half(pc.checked_add(2)?)?);
        Some(u32::from(low) | u32::from(high) << 16)
    }

    /// `jalr`: a return, or the second half of a far jump whose first half is before it.
    fn jump_to_register(&self, pc: u64, word: u32) -> Flow {
        let (link, base) = (register(word, 7), register(word, 15));
        let low = signed(word >> 20, 12);
        if (link, base, low) == (0, RA, 0) {
            return Flow::Return;
        }
        let before = pc.checked_sub(4);
        let auipc = before.and_then(|before| Some((before, self.word(before)?)));
        match auipc {
            Some((at, auipc)) if auipc & 0x7f == 0x17 && register(auipc, 7) == base => {
                let high = signed(auipc >> 12, 20) << 12;
                jump(link, offset(at, high + low))
            }
            _ if link != 0 => Flow::CallRegister,
            _ => Flow::Register,
        }
    }
}

/// `jal` and the like: with a link it is a call.
fn jump(link: u32, target: u64) -> Flow {
    match link {
        0 => Flow::Jump(target),
        _ => Flow::Call(target),
    }
}

fn system(word: u32) -> Flow {
    match word {
        0x3020_0073 => Flow::Leave,
        0x1050_0073 => Flow::Wait,
        0x0000_0073 | 0x0010_0073 => Flow::Stop,
        _ => Flow::Next,
    }
}

/// Compressed instructions (unprivileged ISA, "C" extension, 26.4).
fn compressed(pc: u64, half: u32) -> Flow {
    let (quadrant, funct3) = (half & 3, half >> 13);
    match (quadrant, funct3) {
        _ if half == 0 => Flow::Stop,
        (1, 5) => Flow::Jump(offset(pc, compressed_jump_offset(half))),
        (1, 6 | 7) => Flow::Branch(offset(pc, compressed_branch_offset(half))),
        (2, 4) => compressed_register(half),
        _ => Flow::Next,
    }
}

/// `c.jr`, `c.jalr`, `c.ebreak`; `c.mv` and `c.add` go on.
fn compressed_register(half: u32) -> Flow {
    let (link, first, second) = (half >> 12 & 1, register(half, 7), register(half, 2));
    match (link, first, second) {
        (0, RA, 0) => Flow::Return,
        (1, 0, 0) => Flow::Stop,
        (1, _, 0) => Flow::CallRegister,
        (_, _, 0) => Flow::Register,
        _ => Flow::Next,
    }
}

fn register(word: u32, position: u32) -> u32 {
    word >> position & 31
}

/// The lowest bits as a signed number.
fn signed(value: u32, bits: u32) -> i64 {
    let shift = 32 - bits;
    i64::from((value << shift).cast_signed() >> shift)
}

fn offset(pc: u64, by: i64) -> u64 {
    pc.wrapping_add_signed(by)
}

/// Bits of an immediate: from a position of the instruction, so many, to a position.
fn gather(word: u32, fields: &[(u32, u32, u32)]) -> u32 {
    let field = |&(from, count, to): &(u32, u32, u32)| (word >> from & ((1 << count) - 1)) << to;
    fields.iter().map(field).sum()
}

fn branch_offset(word: u32) -> i64 {
    let fields = [(8, 4, 1), (25, 6, 5), (7, 1, 11), (31, 1, 12)];
    signed(gather(word, &fields), 13)
}

fn jump_offset(word: u32) -> i64 {
    let fields = [(21, 10, 1), (20, 1, 11), (12, 8, 12), (31, 1, 20)];
    signed(gather(word, &fields), 21)
}

fn compressed_branch_offset(half: u32) -> i64 {
    let fields = [(3, 2, 1), (10, 2, 3), (2, 1, 5), (5, 2, 6), (12, 1, 8)];
    signed(gather(half, &fields), 9)
}

fn compressed_jump_offset(half: u32) -> i64 {
    let fields = [
        (3, 3, 1),
        (11, 1, 4),
        (2, 1, 5),
        (7, 1, 6),
        (6, 1, 7),
        (9, 2, 8),
        (8, 1, 10),
        (12, 1, 11),
    ];
    signed(gather(half, &fields), 12)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words and halves as `riscv64-unknown-elf-objdump` reads them at `0x8000_1000`.
    #[test]
    fn the_flow_is_that_of_the_disassembler() {
        let pc = 0x8000_1000;
        let cases: [(&[u8], Flow); 18] = [
            (&[0x63, 0xff, 0x55, 0x57], Flow::Branch(pc + 0x57e)),
            (&[0xe3, 0x6e, 0xd6, 0xfe], Flow::Branch(pc - 4)),
            (&[0x6f, 0xf0, 0xdf, 0xff], Flow::Jump(pc - 4)),
            (&[0xef, 0x00, 0x80, 0x00], Flow::Call(pc + 8)),
            (&[0x67, 0x80, 0x00, 0x00], Flow::Return),
            (&[0x67, 0x00, 0x03, 0xe7], Flow::Register),
            (&[0xe7, 0x80, 0x02, 0x00], Flow::CallRegister),
            (&[0x82, 0x92], Flow::CallRegister),
            (&[0x73, 0x00, 0x20, 0x30], Flow::Leave),
            (&[0x73, 0x00, 0x50, 0x10], Flow::Wait),
            (&[0xf3, 0x22, 0x40, 0x34], Flow::Next),
            (&[0xf9, 0xa2], Flow::Jump(pc + 0x1ce)),
            (&[0x2d, 0xbd], Flow::Jump(pc - 0x1c6)),
            (&[0x8d, 0xc5], Flow::Branch(pc + 0x2a)),
            (&[0x75, 0xd9], Flow::Branch(pc - 0xc)),
            (&[0x82, 0x80], Flow::Return),
            (&[0x02, 0x90], Flow::Stop),
            (&[0x2e, 0x95], Flow::Next),
        ];
        for (bytes, flow) in cases {
            let code = Code { base: pc, bytes };
            let length = u64::try_from(bytes.len()).unwrap();
            assert_eq!(
                code.instruction(pc),
                Some(Instruction { length, flow }),
                "{bytes:x?}"
            );
        }
    }

    #[test]
    fn a_far_call_is_two_instructions() {
        let bytes = [0x97, 0xf0, 0xff, 0xff, 0xe7, 0x80, 0x20, 0x03];
        let code = Code {
            base: 0x8000_1546,
            bytes: &bytes,
        };
        let found = code.instruction(0x8000_154a).unwrap();
        assert_eq!(found.flow, Flow::Call(0x8000_0578));
        assert_eq!(code.instruction(0x8000_154e), None);
    }
}
