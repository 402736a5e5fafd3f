//! From an instruction word to the engine's operation and to what it does to memory.
//!
//! Decoded words are cached by the word itself, so code that changes needs no invalidation.

use rv64emu::rv64core::cpu_core::CpuCore;
use rv64emu::rv64core::inst::inst_base::Instruction;
use rv64emu::rv64core::inst::inst_rv64a::INSTRUCTIONS_A;
use rv64emu::rv64core::inst::inst_rv64c::INSTRUCTIONS_C;
use rv64emu::rv64core::inst::inst_rv64i::INSTRUCTIONS_I;
use rv64emu::rv64core::inst::inst_rv64m::INSTRUCTIONS_M;
use rv64emu::rv64core::inst::inst_rv64z::INSTRUCTIONS_Z;
use rv64emu::rv64core::traptype::TrapType;

use crate::bits::{field, low_u8, low_u16};
use crate::mmu::Access;

/// Words whose decoding is kept, a power of two.
const CACHED: usize = 4096;

/// What the engine does for an instruction.
pub(super) type Operation = fn(&mut CpuCore, u32, u64) -> Result<(), TrapType>;

/// The address that an instruction touches, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Operand {
    /// Number of the base register.
    pub(super) base: u8,
    /// Added to the base register.
    pub(super) offset: i16,
    /// 1, 2, 4 or 8 bytes.
    pub(super) width: u8,
    /// How.
    pub(super) access: Access,
}

/// Who executes an instruction, and what must be checked before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Registers and pc only.
    Plain,
    /// One access to memory.
    Memory(Operand),
    /// Opcode SYSTEM: ours.
    System,
    /// No such instruction, or a reserved encoding.
    Illegal,
}

/// A decoded word.
#[derive(Clone, Copy)]
pub(super) struct Decoded {
    word: u32,
    /// Who executes it.
    pub(super) kind: Kind,
    /// How.
    pub(super) operation: Operation,
}

/// The instruction table with its cache.
pub(super) struct Decoder {
    table: Vec<&'static Instruction>,
    cache: Vec<Decoded>,
}

impl Decoder {
    /// RV64IMAC with Zicsr and Zifencei.
    pub(super) fn new() -> Self {
        let parts = [
            INSTRUCTIONS_I,
            INSTRUCTIONS_M,
            INSTRUCTIONS_A,
            INSTRUCTIONS_C,
            INSTRUCTIONS_Z,
        ];
        let mut table: Vec<_> = parts.into_iter().flatten().collect();
        // Of two rows that match, the one that fixes more bits is meant.
        table.sort_by_key(|row| std::cmp::Reverse(row.mask.count_ones()));
        let nothing = Decoded {
            word: 0,
            kind: Kind::Illegal,
            operation: never,
        };
        Self {
            table,
            cache: vec![nothing; CACHED],
        }
    }

    /// Decodes a word, of which a 16-bit instruction is the low half with zeroes above.
    #[inline]
    pub(super) fn decode(&mut self, word: u32) -> Decoded {
        let slot = slot(word);
        if self.cache[slot].word != word {
            self.cache[slot] = self.look_up(word);
        }
        self.cache[slot]
    }

    fn look_up(&self, word: u32) -> Decoded {
        let row = self
            .table
            .iter()
            .find(|row| word & row.mask == row.match_data);
        match row {
            Some(row) if !is_reserved(word) => Decoded {
                word,
                kind: kind(word),
                operation: row.operation,
            },
            _ => Decoded {
                word,
                kind: Kind::Illegal,
                operation: never,
            },
        }
    }
}

/// Stands where there is no operation; [`Kind::Illegal`] keeps it from being called.
fn never(_: &mut CpuCore, word: u32, _: u64) -> Result<(), TrapType> {
    Err(TrapType::IllegalInstruction(u64::from(word)))
}

#[inline]
fn slot(word: u32) -> usize {
    let mixed = word.wrapping_mul(0x9e37_79b1) >> 16;
    usize::from(low_u16(mixed)) % CACHED
}

/// Whether the word is 16 bits long (unprivileged ISA 1.5).
#[inline]
pub(super) const fn is_compressed(word: u32) -> bool {
    word & 3 != 3
}

/// Encodings that the table takes for another instruction (unprivileged ISA 16.8).
fn is_reserved(word: u32) -> bool {
    let rd_is_zero = word & 0xf80 == 0;
    let immediate_is_zero = word & 0x107c == 0;
    if !is_compressed(word) {
        return false;
    }
    match word & 0xe003 {
        // c.addi4spn with 0, which includes the all-zero word.
        0x0000 => word & 0x1fe0 == 0,
        // c.addiw to x0.
        0x2001 => rd_is_zero,
        // c.lui and c.addi16sp with 0.
        0x6001 => immediate_is_zero,
        // Register arithmetic without a meaning.
        0x8001 => word & 0x1c40 == 0x1c40,
        // c.lwsp and c.ldsp to x0.
        0x4002 | 0x6002 => rd_is_zero,
        // c.jr to x0.
        0x8002 => word & 0xffff == 0x8002,
        _ => false,
    }
}

fn kind(word: u32) -> Kind {
    if is_compressed(word) {
        compressed_operand(word).map_or(Kind::Plain, Kind::Memory)
    } else {
        match word & 0x7f {
            0x73 => Kind::System,
            0x03 => Kind::Memory(load(word)),
            0x23 => Kind::Memory(store(word)),
            0x2f => Kind::Memory(atomic(word)),
            _ => Kind::Plain,
        }
    }
}

fn bits(word: u32, first: u32, count: u32) -> u16 {
    low_u16(word >> first) & ((1 << count) - 1)
}

fn register(word: u32, first: u32) -> u8 {
    low_u8(field(u64::from(word), first, 5))
}

/// `1 << funct3[1..0]`.
fn width(word: u32) -> u8 {
    1 << bits(word, 12, 2)
}

fn sign_extended_12(value: u16) -> i16 {
    value.cast_signed() << 4 >> 4
}

fn load(word: u32) -> Operand {
    let offset = sign_extended_12(bits(word, 20, 12));
    Operand {
        base: register(word, 15),
        offset,
        width: width(word),
        access: Access::Load,
    }
}

fn store(word: u32) -> Operand {
    let offset = sign_extended_12(bits(word, 25, 7) << 5 | bits(word, 7, 5));
    Operand {
        base: register(word, 15),
        offset,
        width: width(word),
        access: Access::Store,
    }
}

fn atomic(word: u32) -> Operand {
    let access = match word >> 27 {
        2 => Access::LoadReserved,
        _ => Access::Modify,
    };
    Operand {
        base: register(word, 15),
        offset: 0,
        width: width(word),
        access,
    }
}

/// Loads and stores of the C extension (unprivileged ISA 16.3).
fn compressed_operand(word: u32) -> Option<Operand> {
    let near = 8 + low_u8(field(u64::from(word), 7, 3));
    let high = bits(word, 12, 1) << 5;
    let near_word = bits(word, 10, 3) << 3 | bits(word, 6, 1) << 2 | bits(word, 5, 1) << 6;
    let near_double = bits(word, 10, 3) << 3 | bits(word, 5, 2) << 6;
    let (base, offset, width, access) = match word & 0xe003 {
        0x4000 => (near, near_word, 4, Access::Load),
        0x6000 => (near, near_double, 8, Access::Load),
        0xc000 => (near, near_word, 4, Access::Store),
        0xe000 => (near, near_double, 8, Access::Store),
        0x4002 => (
            2,
            high | bits(word, 4, 3) << 2 | bits(word, 2, 2) << 6,
            4,
            Access::Load,
        ),
        0x6002 => (
            2,
            high | bits(word, 5, 2) << 3 | bits(word, 2, 3) << 6,
            8,
            Access::Load,
        ),
        0xc002 => (
            2,
            bits(word, 9, 4) << 2 | bits(word, 7, 2) << 6,
            4,
            Access::Store,
        ),
        0xe002 => (
            2,
            bits(word, 10, 3) << 3 | bits(word, 7, 3) << 6,
            8,
            Access::Store,
        ),
        _ => return None,
    };
    Some(Operand {
        base,
        offset: offset.cast_signed(),
        width,
        access,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operand(word: u32) -> Operand {
        match Decoder::new().decode(word).kind {
            Kind::Memory(operand) => operand,
            other => panic!("{word:#x} is {other:?}"),
        }
    }

    #[test]
    fn operands_of_loads_and_stores() {
        let is = |base, offset, width, access| Operand {
            base,
            offset,
            width,
            access,
        };
        // As the GNU assembler encodes them.
        for (word, expected) in [
            (0xff85_3503, is(10, -8, 8, Access::Load)), // ld a0, -8(a0)
            (0x0015_c503, is(11, 1, 1, Access::Load)),  // lbu a0, 1(a1)
            (0xfea4_3c23, is(8, -8, 8, Access::Store)), // sd a0, -8(s0)
            (0x7ea6_1fa3, is(12, 2047, 2, Access::Store)), // sh a0, 2047(a2)
            (0x1005_252f, is(10, 0, 4, Access::LoadReserved)), // lr.w a0, (a0)
            (0x18b5_352f, is(10, 0, 8, Access::Modify)), // sc.d a0, a1, (a0)
            (0x00b5_252f, is(10, 0, 4, Access::Modify)), // amoadd.w a0, a1, (a0)
            (0x41c8, is(11, 4, 4, Access::Load)),       // c.lw a0, 4(a1)
            (0x6588, is(11, 8, 8, Access::Load)),       // c.ld a0, 8(a1)
            (0xd1e8, is(11, 100, 4, Access::Store)),    // c.sw a0, 100(a1)
            (0xe5e8, is(11, 200, 8, Access::Store)),    // c.sd a0, 200(a1)
            (0x5572, is(2, 60, 4, Access::Load)),       // c.lwsp a0, 60(sp)
            (0x756e, is(2, 248, 8, Access::Load)),      // c.ldsp a0, 248(sp)
            (0xde2a, is(2, 60, 4, Access::Store)),      // c.swsp a0, 60(sp)
            (0xfdaa, is(2, 248, 8, Access::Store)),     // c.sdsp a0, 248(sp)
        ] {
            assert_eq!(operand(word), expected, "{word:#x}");
        }
    }

    #[test]
    fn reserved_encodings_are_illegal() {
        let mut decoder = Decoder::new();
        for word in [
            0x0000,
            0x0004,
            0x2001,
            0x6001,
            0x6101,
            0x6081,
            0x4002,
            0x6002,
            0x8002,
            0x9c41,
            0x9c61 | 0x40,
            0x2000,
            0x8000,
            0xffff_ffff,
            0x0000_7003,
            0x0000_4023,
            0x0000_0000_u32,
            0x0200_101b,
        ] {
            assert_eq!(decoder.decode(word).kind, Kind::Illegal, "{word:#x}");
        }
    }

    #[test]
    fn the_cache_never_answers_for_another_word() {
        let mut cached = Decoder::new();
        for word in (0..200_000_u32).map(|i| i.wrapping_mul(0x0101_9183)) {
            let fresh = cached.look_up(word).kind;
            assert_eq!(cached.decode(word).kind, fresh, "{word:#x}");
            assert_eq!(cached.decode(word).kind, fresh, "{word:#x}");
        }
    }
}
