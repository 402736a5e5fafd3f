//! From a word to its row and its operands.

use std::sync::LazyLock;

use crate::operation::Operation;
use crate::table::{Row, TABLE};

/// A decoded instruction. Compressed ones have the operation and operands of their expansion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instruction {
    /// What it does.
    pub operation: Operation,
    /// Destination register; 0 where there is none.
    pub rd: u8,
    /// First source; the immediate of `csrrwi`, `csrrsi` and `csrrci`.
    pub rs1: u8,
    /// Second source; 0 where there is none.
    pub rs2: u8,
    /// Sign-extended; of `lui` and `auipc` the whole value; of shifts the amount; of CSR
    /// instructions the number of the register.
    pub immediate: i32,
    /// 2 or 4 bytes.
    pub length: u8,
}

/// What a format finds in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Operands {
    pub(crate) rd: u8,
    pub(crate) rs1: u8,
    pub(crate) rs2: u8,
    pub(crate) immediate: i32,
}

/// Rows by the bits that tell most of them apart.
static INDEX: LazyLock<Vec<Vec<&'static Row>>> = LazyLock::new(|| {
    let mut index = vec![Vec::new(); SLOTS];
    for row in TABLE {
        for (place, rows) in index.iter_mut().enumerate() {
            if may_hold(place, row) {
                rows.push(row);
            }
        }
    }
    index
});

/// Bits of a word that choose the list of rows: 6..0 and 15..12.
const SLOTS: usize = 1 << 11;

fn slot(word: u32) -> u32 {
    word & 0x7f | (word >> 12 & 0xf) << 7
}

/// Whether a word of this slot may match a row.
fn may_hold(place: usize, row: &Row) -> bool {
    let place = u32::try_from(place).unwrap_or(u32::MAX);
    (place ^ slot(row.bits)) & slot(row.mask) == 0
}

/// Whether the word is 16 bits long (unprivileged ISA 1.5).
#[must_use]
pub const fn is_compressed(word: u32) -> bool {
    word & 3 != 3
}

/// The row of a word, reserved or not. Of a compressed one only the low half counts.
#[must_use]
pub fn row(word: u32) -> Option<&'static Row> {
    let word = if is_compressed(word) {
        word & 0xffff
    } else {
        word
    };
    let rows = usize::try_from(slot(word))
        .ok()
        .and_then(|slot| INDEX.get(slot))?;
    rows.iter().copied().find(|row| word & row.mask == row.bits)
}

/// Decodes a word: 32 bits, or 16 with anything above. `None` where there is no such
/// instruction, or the encoding is reserved.
#[must_use]
pub fn decode(word: u32) -> Option<Instruction> {
    let row = row(word)?;
    let operands = row.format.operands(word)?;
    Some(Instruction {
        operation: row.operation,
        rd: operands.rd,
        rs1: operands.rs1,
        rs2: operands.rs2,
        immediate: operands.immediate,
        length: if is_compressed(word) { 2 } else { 4 },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_the_one_of_some_word() {
        for expected in TABLE {
            let word = expected.bits | !expected.mask;
            assert_eq!(row(word), Some(expected), "{}", expected.name);
            let decoded = decode(word).map(|instruction| instruction.operation);
            assert_eq!(decoded, Some(expected.operation), "{}", expected.name);
            assert_eq!(expected.bits & !expected.mask, 0, "{}", expected.name);
        }
    }

    #[test]
    fn a_word_has_two_rows_only_where_one_is_a_special_case_of_the_other() {
        for (position, first) in TABLE.iter().enumerate() {
            for second in &TABLE[position + 1..] {
                let common = first.mask & second.mask;
                let meet = (first.bits ^ second.bits) & common == 0;
                let special = first.mask & second.mask == second.mask;
                let same_length = is_compressed(first.bits) == is_compressed(second.bits);
                assert!(
                    !meet || !same_length || special,
                    "{} hides {}",
                    first.name,
                    second.name
                );
            }
        }
    }

    #[test]
    fn the_index_finds_what_a_search_of_the_table_finds() {
        for word in (0..400_000_u32).map(|i| i.wrapping_mul(0x9e37_79b1)) {
            let short = if is_compressed(word) {
                word & 0xffff
            } else {
                word
            };
            let found = TABLE.iter().find(|row| short & row.mask == row.bits);
            assert_eq!(row(word), found, "{word:#x}");
        }
    }

    #[test]
    fn reserved_encodings_are_illegal() {
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
            0x9c61,
            0x2000,
            0x8000,
            0xffff_ffff,
            0x0000_7003,
            0x0000_4023,
            0x0200_101b,
        ] {
            assert_eq!(decode(word), None, "{word:#x}");
        }
    }

    #[test]
    fn operands_as_the_gnu_assembler_places_them() {
        use Operation as O;
        for (word, operation, operands) in [
            (0xff85_3503, O::Ld, (10, 10, 0, -8)),      // ld a0, -8(a0)
            (0xfea4_3c23, O::Sd, (0, 8, 10, -8)),       // sd a0, -8(s0)
            (0x7ea6_1fa3, O::Sh, (0, 12, 10, 2047)),    // sh a0, 2047(a2)
            (0x1005_252f, O::LrW, (10, 10, 0, 0)),      // lr.w a0, (a0)
            (0x18b5_352f, O::ScD, (10, 10, 11, 0)),     // sc.d a0, a1, (a0)
            (0x41c8, O::Lw, (10, 11, 0, 4)),            // c.lw a0, 4(a1)
            (0xe5e8, O::Sd, (0, 11, 10, 200)),          // c.sd a0, 200(a1)
            (0x756e, O::Ld, (10, 2, 0, 248)),           // c.ldsp a0, 248(sp)
            (0xdfaa, O::Sw, (0, 2, 10, 252)),           // c.swsp a0, 252(sp)
            (0x8082, O::Jalr, (0, 1, 0, 0)),            // c.jr ra
            (0x7139, O::Addi, (2, 2, 0, -64)),          // c.addi16sp sp, -64
            (0xbfdd, O::Jal, (0, 0, 0, -10)),           // c.j .-10
            (0xfe00_0ee3, O::Beq, (0, 0, 0, -4)),       // beq zero, zero, .-4
            (0x3005_1073, O::Csrrw, (0, 10, 0, 0x300)), // csrw mstatus, a0
        ] {
            let found = decode(word).unwrap_or_else(|| panic!("{word:#x} is illegal"));
            let (rd, rs1, rs2, immediate) = operands;
            let length = if is_compressed(word) { 2 } else { 4 };
            let expected = Instruction {
                operation,
                rd,
                rs1,
                rs2,
                immediate,
                length,
            };
            assert_eq!(found, expected, "{word:#x}");
        }
    }
}
