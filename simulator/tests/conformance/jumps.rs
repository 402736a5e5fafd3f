//! Jumps and branches (unprivileged ISA 2.5).

use septum_guest::asm::{branch, j};

use super::arithmetic::{signed, unsigned};
use super::case::{Case, Value, halves, row};

/// An address where no machine has anything.
const NOWHERE: u64 = 0x0800_0000;
/// The cause (privileged ISA 3.1.15).
const INSTRUCTION_ACCESS: u64 = 1;

type Taken = fn(u64, u64) -> bool;

const BRANCHES: &[(&str, Taken)] = &[
    ("beq", |a, b| a == b),
    ("bne", |a, b| a != b),
    ("blt", |a, b| signed(a) < signed(b)),
    ("bge", |a, b| signed(a) >= signed(b)),
    ("bltu", |a, b| unsigned(a) < unsigned(b)),
    ("bgeu", |a, b| unsigned(a) >= unsigned(b)),
];

const OPERANDS: [(u64, u64); 6] = [
    (7, 7),
    (0, 1),
    (1, 0),
    (u64::MAX, 1),
    (1 << 63, (1 << 63) - 1),
    (0x1_0000_0000, 0),
];

/// Every bit of the offset, both ways.
const BRANCH_OFFSETS: [i32; 8] = [4, 6, -2, -32, 0xaaa, 0x554, -0x1000, -0xaaa];
const JUMP_OFFSETS: [i32; 6] = [4, 6, -2, 0xa_aaaa, 0x5_5554, -0xa_aaac];

/// Space for a jump so far.
fn reaching(mut case: Case, offset: i32) -> Case {
    let far = usize::try_from(offset.unsigned_abs()).expect("64 bits") + 32;
    let room = if offset < 0 {
        &mut case.room.0
    } else {
        &mut case.room.1
    };
    *room = far.next_multiple_of(4);
    case
}

fn branches() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, taken) in BRANCHES {
        let funct3 = row(name).bits >> 12 & 7;
        let of = |detail, a, b, offset| {
            let case = Case::word(name, detail, branch(funct3, 5, 6, offset));
            let end = if taken(a, b) { i64::from(offset) } else { 4 };
            reaching(case.with(5, a).with(6, b).ends_at(end), offset)
        };
        for (a, b) in OPERANDS {
            cases.push(of(format!("{a:#x}, {b:#x}"), a, b, 8));
        }
        let (a, b) = if taken(1, 1) { (1, 1) } else { (1, 2) };
        let far = BRANCH_OFFSETS.map(|offset| of(format!("by {offset}"), a, b, offset));
        cases.extend(far);
    }
    cases
}

fn jal() -> Vec<Case> {
    let of = |offset: i32| {
        let case = Case::word("jal", format!("by {offset}"), j(offset) | 7 << 7);
        let case = case.leaves(7, Value::Code(4)).ends_at(offset.into());
        reaching(case, offset)
    };
    let mut cases: Vec<Case> = JUMP_OFFSETS.map(of).into();
    cases.push(Case::word("jal", "rd = x0", j(8)).ends_at(8));
    cases
}

/// The lowest bit of the target is cleared; the base is read before `rd` is written.
fn jalr() -> Vec<Case> {
    let bits = row("jalr").bits | 5 << 15;
    let of = |detail, offset: i32, rd: usize, base: i64, end: i64| {
        let field = offset.cast_unsigned() << 20;
        let rd_field = u32::try_from(rd).expect("a register") << 7;
        let case = Case::word("jalr", detail, bits | field | rd_field);
        let case = case.with(5, Value::Code(base)).ends_at(end);
        case.leaves(rd, Value::Code(4))
    };
    vec![
        of("no offset", 0, 7, 8, 8),
        of("odd base", 0, 7, 9, 8),
        of("odd sum", 3, 7, 8, 10),
        of("odd halves", 1, 7, 9, 10),
        of("rd = x0", -2, 0, 10, 8),
        of("rd = rs1", -2048, 5, 2048 - 16, -16),
        of("largest offset", 2047, 7, -2047 + 8, 8),
    ]
}

/// A jump to where nothing can be fetched is reported there (privileged ISA 3.1.16).
fn nowhere() -> Case {
    let case = Case::word(
        "jalr",
        "to where nothing is",
        row("jalr").bits | 5 << 15 | 7 << 7,
    );
    let case = case.with(5, NOWHERE).leaves(7, Value::Code(4));
    case.traps_at(NOWHERE.into(), INSTRUCTION_ACCESS, NOWHERE)
}

/// Instructions of 32 bits that are not aligned to 32 bits (1.5).
fn after_a_halfword() -> Vec<Case> {
    let nop = 0x0001;
    let of = |subject, word: u32, end| {
        let code = [vec![nop], halves(&[word])].concat();
        Case::new(subject, "two bytes behind a word", code).ends_at(end)
    };
    vec![
        of("jal", j(8) | 7 << 7, 10).leaves(7, Value::Code(6)),
        of("beq", branch(0, 0, 0, 12), 14),
        of("auipc", row("auipc").bits | 7 << 7, 6).leaves(7, Value::Code(2)),
    ]
}

/// Every case of these instructions.
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = branches();
    cases.extend(jal());
    cases.extend(jalr());
    cases.push(nowhere());
    cases.extend(after_a_halfword());
    cases
}
