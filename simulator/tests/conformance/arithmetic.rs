//! Instructions that compute (unprivileged ISA 2.4, 5.2, 7). What each is to leave is written
//! here as the specification has it, in integers so wide that nothing overflows.

use super::case::{Case, row};

/// Operands that are corners of some operation.
const PAIRS: [(u64, u64); 14] = [
    (0, 0),
    (1, u64::MAX),
    (u64::MAX, 1),
    (u64::MAX, u64::MAX),
    (1 << 63, u64::MAX),
    (1 << 63, 1 << 63),
    (1 << 63, 0),
    ((1 << 63) - 1, 2),
    (0xffff_ffff_8000_0000, 0xffff_ffff_ffff_ffff),
    (0x7fff_ffff, 0x8000_0000),
    (0x1_0000_0000, 0x1_0000_0000),
    (0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_321f),
    (0xfedc_ba98_7654_3210, 0x0000_0000_0000_0063),
    (0xdead_beef_cafe_f00d, 0x0000_0000_0000_0007),
];
const IMMEDIATES: [i16; 7] = [-2048, -1, 0, 1, 0x555, -0x556, 2047];

/// A doubleword as a signed number.
pub(crate) fn signed(value: u64) -> i128 {
    i128::from(value.cast_signed())
}

/// A doubleword as an unsigned number.
pub(crate) fn unsigned(value: u64) -> i128 {
    i128::from(value)
}

/// The low word as an unsigned number.
pub(crate) fn low(value: u64) -> i128 {
    unsigned(value) % (1 << 32)
}

/// The low word as a signed number.
pub(crate) fn low_signed(value: u64) -> i128 {
    word(low(value))
}

/// The low 32 bits of a number, sign-extended.
pub(crate) fn word(value: i128) -> i128 {
    let low = value.rem_euclid(1 << 32);
    if low < 1 << 31 { low } else { low - (1 << 32) }
}

/// The low 64 bits of a number.
pub(crate) fn register(value: i128) -> u64 {
    u64::try_from(value.rem_euclid(1 << 64)).expect("64 bits")
}

/// A quotient rounds to zero; by zero it is all ones (7.2, table 7.1).
fn quotient(a: i128, b: i128) -> i128 {
    if b == 0 { -1 } else { a / b }
}

/// A remainder has the sign of the dividend; by zero it is the dividend.
fn remainder(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { a % b }
}

/// The upper half of a product of unsigned numbers, which does not fit in an `i128`.
fn upper(a: u64, b: u64) -> i128 {
    let product = u128::from(a) * u128::from(b);
    i128::try_from(product >> 64).expect("64 bits")
}

type Compute = fn(u64, u64) -> i128;

/// Of two registers.
const REGISTERS: &[(&str, Compute)] = &[
    ("add", |a, b| signed(a) + signed(b)),
    ("sub", |a, b| signed(a) - signed(b)),
    ("sll", |a, b| unsigned(a) << (b % 64)),
    ("slt", |a, b| i128::from(signed(a) < signed(b))),
    ("sltu", |a, b| i128::from(unsigned(a) < unsigned(b))),
    ("xor", |a, b| unsigned(a ^ b)),
    ("srl", |a, b| unsigned(a) >> (b % 64)),
    ("sra", |a, b| signed(a) >> (b % 64)),
    ("or", |a, b| unsigned(a | b)),
    ("and", |a, b| unsigned(a & b)),
    ("addw", |a, b| word(low(a) + low(b))),
    ("subw", |a, b| word(low(a) - low(b))),
    ("sllw", |a, b| word(low(a) << (b % 32))),
    ("srlw", |a, b| word(low(a) >> (b % 32))),
    ("sraw", |a, b| word(low_signed(a) >> (b % 32))),
    ("mul", |a, b| unsigned(a).wrapping_mul(signed(b))),
    ("mulh", |a, b| (signed(a) * signed(b)) >> 64),
    ("mulhsu", |a, b| (signed(a) * unsigned(b)) >> 64),
    ("mulhu", upper),
    ("div", |a, b| quotient(signed(a), signed(b))),
    ("divu", |a, b| quotient(unsigned(a), unsigned(b))),
    ("rem", |a, b| remainder(signed(a), signed(b))),
    ("remu", |a, b| remainder(unsigned(a), unsigned(b))),
    ("mulw", |a, b| word(low_signed(a) * low_signed(b))),
    ("divw", |a, b| word(quotient(low_signed(a), low_signed(b)))),
    ("divuw", |a, b| word(quotient(low(a), low(b)))),
    ("remw", |a, b| word(remainder(low_signed(a), low_signed(b)))),
    ("remuw", |a, b| word(remainder(low(a), low(b)))),
];

/// Of a register and a sign-extended immediate.
const WITH_IMMEDIATES: &[(&str, Compute)] = &[
    ("addi", |a, b| signed(a) + signed(b)),
    ("slti", |a, b| i128::from(signed(a) < signed(b))),
    ("sltiu", |a, b| i128::from(unsigned(a) < unsigned(b))),
    ("xori", |a, b| unsigned(a ^ b)),
    ("ori", |a, b| unsigned(a | b)),
    ("andi", |a, b| unsigned(a & b)),
    ("addiw", |a, b| word(low(a) + signed(b))),
];

/// Of a register and an amount below this.
const SHIFTS: &[(&str, u64, Compute)] = &[
    ("slli", 64, |a, b| unsigned(a) << b),
    ("srli", 64, |a, b| unsigned(a) >> b),
    ("srai", 64, |a, b| signed(a) >> b),
    ("slliw", 32, |a, b| word(low(a) << b)),
    ("srliw", 32, |a, b| word(low(a) >> b)),
    ("sraiw", 32, |a, b| word(low_signed(a) >> b)),
];

/// What the specification's words come to, as numbers (7.1, 7.2).
const LITERAL: &[(&str, u64, u64, u64)] = &[
    (
        "mulh",
        0x8000_0000_0000_0000,
        0x8000_0000_0000_0000,
        0x4000_0000_0000_0000,
    ),
    (
        "mulh",
        0xffff_ffff_ffff_ffff,
        0x0000_0000_0000_0001,
        0xffff_ffff_ffff_ffff,
    ),
    (
        "mulhsu",
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_ffff_ffff,
    ),
    (
        "mulhu",
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_ffff_fffe,
    ),
    (
        "div",
        0x8000_0000_0000_0000,
        0xffff_ffff_ffff_ffff,
        0x8000_0000_0000_0000,
    ),
    ("rem", 0x8000_0000_0000_0000, 0xffff_ffff_ffff_ffff, 0),
    ("div", 0xffff_ffff_ffff_fff9, 2, 0xffff_ffff_ffff_fffd),
    ("rem", 0xffff_ffff_ffff_fff9, 2, 0xffff_ffff_ffff_ffff),
    (
        "divw",
        0x0000_0000_8000_0000,
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_8000_0000,
    ),
    ("remw", 0x0000_0000_8000_0000, 0xffff_ffff_ffff_ffff, 0),
    (
        "divuw",
        0x1234_5678_0000_0001,
        0x1_0000_0000,
        0xffff_ffff_ffff_ffff,
    ),
    ("remuw", 0x0000_0000_8000_0000, 0, 0xffff_ffff_8000_0000),
    ("sraw", 0x0000_0000_8000_0000, 0x3f, 0xffff_ffff_ffff_ffff),
    ("srlw", 0xffff_ffff_8000_0000, 0x20, 0xffff_ffff_8000_0000),
    ("addw", 0x7fff_ffff, 1, 0xffff_ffff_8000_0000),
    ("sra", 0x8000_0000_0000_0000, 0x7f, 0xffff_ffff_ffff_ffff),
];

fn of_registers(name: &'static str, a: u64, b: u64, result: u64) -> Case {
    let code = row(name).bits | 6 << 20 | 5 << 15 | 7 << 7;
    let case = Case::word(name, format!("{a:#x}, {b:#x}"), code);
    case.with(5, a).with(6, b).leaves(7, result)
}

fn of_immediate(name: &'static str, a: u64, immediate: u32, result: u64) -> Case {
    let code = row(name).bits | immediate << 20 | 5 << 15 | 7 << 7;
    let case = Case::word(name, format!("{a:#x}, {immediate:#x}"), code);
    case.with(5, a).leaves(7, result)
}

/// The same register as source and destination, and `x0` as both.
fn in_place(name: &'static str, compute: Compute) -> [Case; 2] {
    let (value, bits) = (0xfedc_ba98_8765_4321, row(name).bits);
    let same = Case::word(name, "rd = rs1 = rs2", bits | 9 << 20 | 9 << 15 | 9 << 7);
    let zero = Case::word(name, "rd = x0", bits | 6 << 20 | 5 << 15);
    let same = same.with(9, value);
    [same.leaves(9, register(compute(value, value))), zero]
}

/// Every case of these instructions.
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, compute) in REGISTERS {
        let of = |(a, b): (u64, u64)| of_registers(name, a, b, register(compute(a, b)));
        cases.extend(PAIRS.map(of));
        cases.extend(in_place(name, *compute));
    }
    for (name, compute) in WITH_IMMEDIATES {
        for (immediate, (a, _)) in IMMEDIATES.iter().cycle().zip(PAIRS) {
            let extended = i64::from(*immediate).cast_unsigned();
            let field = u32::from(immediate.cast_unsigned()) & 0xfff;
            cases.push(of_immediate(name, a, field, register(compute(a, extended))));
        }
    }
    for (name, end, compute) in SHIFTS {
        for (amount, (a, _)) in [0, 1, 5, end / 2, end - 1].into_iter().cycle().zip(PAIRS) {
            let field = u32::try_from(amount).expect("six bits");
            cases.push(of_immediate(name, a, field, register(compute(a, amount))));
        }
    }
    let literal =
        |(name, a, b, result): &(&'static str, u64, u64, u64)| of_registers(name, *a, *b, *result);
    cases.extend(LITERAL.iter().map(literal));
    cases.extend(upper_immediates());
    cases
}

/// `lui` and `auipc` (2.4): the immediate is bits 31 to 12, sign-extended.
fn upper_immediates() -> Vec<Case> {
    let mut cases = Vec::new();
    for (immediate, value) in [
        (0, 0),
        (0x1000, 0x1000),
        (0x7fff_f000, 0x7fff_f000),
        (0x8000_0000, -0x8000_0000),
        (0xffff_f000, -0x1000),
    ] {
        let of = |name| {
            Case::word(
                name,
                format!("{immediate:#x}"),
                row(name).bits | immediate | 5 << 7,
            )
        };
        cases.push(of("lui").leaves(5, register(i128::from(value))));
        cases.push(of("auipc").leaves(5, super::case::Value::Code(value)));
    }
    cases
}
