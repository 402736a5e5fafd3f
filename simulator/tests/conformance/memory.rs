//! Loads, stores, atomics and fences (unprivileged ISA 2.6, 2.7, 3, 5.3, 8).

use septum_guest::asm::{addi, store};

use super::arithmetic::{low, low_signed, register, signed, unsigned, word};
use super::case::{Case, Value, halves, row, usual};

/// Causes of exceptions (privileged ISA 3.1.15).
const LOAD_MISALIGNED: u64 = 4;
const STORE_MISALIGNED: u64 = 6;

/// What the first two doublewords of memory hold.
const BYTES: [u64; 2] = [0xf7e6_d5c4_b3a2_9180, 0x7f6e_5d4c_3b2a_1901];

/// Name, width in bytes, whether it extends the sign.
const LOADS: &[(&str, u32, bool)] = &[
    ("lb", 1, true),
    ("lh", 2, true),
    ("lw", 4, true),
    ("ld", 8, true),
    ("lbu", 1, false),
    ("lhu", 2, false),
    ("lwu", 4, false),
];

/// Name, width in bytes.
const STORES: &[(&str, u32)] = &[("sb", 1), ("sh", 2), ("sw", 4), ("sd", 8)];

/// Both doublewords as one number, the first in the low half (little-endian).
fn both() -> u128 {
    u128::from(BYTES[1]) << 64 | u128::from(BYTES[0])
}

/// One with so many bytes.
fn ones(width: u32) -> u128 {
    (1 << (8 * width)) - 1
}

fn with_memory(case: Case) -> Case {
    case.memory(0, BYTES[0]).memory(1, BYTES[1])
}

/// An I-format offset, from a base so far behind the begin of memory.
fn offset(at: i64, base: i64) -> u32 {
    let offset = i32::try_from(at - base).expect("short");
    offset.cast_unsigned() & 0xfff
}

fn place(at: u32, width: u32, base: i64) -> String {
    let misaligned = if at.is_multiple_of(width) {
        ""
    } else {
        "misaligned, "
    };
    format!("{misaligned}{at} from {base}")
}

fn load(name: &'static str, width: u32, extends: bool, at: u32, base: i64) -> Case {
    let code = row(name).bits | offset(i64::from(at), base) << 20 | 5 << 15 | 7 << 7;
    let case = with_memory(Case::word(name, place(at, width, base), code));
    let case = case.with(5, Value::Data(base));
    if !at.is_multiple_of(width) {
        return case.traps(LOAD_MISALIGNED, Value::Data(at.into()));
    }
    let value = i128::try_from(both() >> (8 * at) & ones(width)).expect("64 bits");
    let sign = 1 << (8 * width - 1);
    let value = if extends && value >= sign {
        value - 2 * sign
    } else {
        value
    };
    case.leaves(7, register(value))
}

fn stores(name: &'static str, width: u32, at: u32, base: i64) -> Case {
    let field = offset(at.into(), base);
    let (high, below) = (field >> 5, field & 31);
    let code = row(name).bits | high << 25 | 7 << 20 | 5 << 15 | below << 7;
    let case = with_memory(Case::word(name, place(at, width, base), code));
    let case = case.with(5, Value::Data(base));
    if !at.is_multiple_of(width) {
        return case.traps(STORE_MISALIGNED, Value::Data(at.into()));
    }
    let mask = ones(width) << (8 * at);
    let new = both() & !mask | u128::from(usual(7)) << (8 * at) & mask;
    let half = |from: u128| u64::try_from(from % (1 << 64)).expect("64 bits");
    case.stores(0, half(new)).stores(1, half(new >> 64))
}

/// What an atomic operation leaves in memory of what was there and a register (8.4).
type Combine = fn(u64, u64) -> i128;

/// Atomics of doublewords and words: name, what they compute.
const ATOMICS: &[(&str, Combine)] = &[
    ("amoswap.d", |_, b| unsigned(b)),
    ("amoadd.d", |a, b| signed(a) + signed(b)),
    ("amoxor.d", |a, b| unsigned(a ^ b)),
    ("amoand.d", |a, b| unsigned(a & b)),
    ("amoor.d", |a, b| unsigned(a | b)),
    ("amomin.d", |a, b| signed(a).min(signed(b))),
    ("amomax.d", |a, b| signed(a).max(signed(b))),
    ("amominu.d", |a, b| unsigned(a).min(unsigned(b))),
    ("amomaxu.d", |a, b| unsigned(a).max(unsigned(b))),
    ("amoswap.w", |_, b| low(b)),
    ("amoadd.w", |a, b| low(a) + low(b)),
    ("amoxor.w", |a, b| low(a ^ b)),
    ("amoand.w", |a, b| low(a & b)),
    ("amoor.w", |a, b| low(a | b)),
    ("amomin.w", |a, b| low_signed(a).min(low_signed(b))),
    ("amomax.w", |a, b| low_signed(a).max(low_signed(b))),
    ("amominu.w", |a, b| low(a).min(low(b))),
    ("amomaxu.w", |a, b| low(a).max(low(b))),
];

const OPERANDS: [(u64, u64); 5] = [
    (0x8000_0000_8000_0000, 0x7fff_ffff_7fff_ffff),
    (0x7fff_ffff_7fff_ffff, 0x8000_0000_8000_0001),
    (u64::MAX, 1),
    (0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210),
    (0x0000_0001_0000_0002, 0x0000_0002_0000_0001),
];

/// `aq` and `rl`.
const ORDERS: [u32; 4] = [0, 1 << 25, 1 << 26, 3 << 25];

/// The doubleword whose low word has been stored to.
fn low_replaced(old: u64, new: i128) -> u64 {
    (old >> 32 << 32) | (register(new) % (1 << 32))
}

fn atomic(name: &'static str, combine: Combine, (old, operand): (u64, u64), order: u32) -> Case {
    let code = row(name).bits | order | 6 << 20 | 5 << 15 | 7 << 7;
    let detail = format!("{old:#x}, {operand:#x}, order {}", order >> 25);
    let case = Case::word(name, detail, code).memory(1, old);
    let case = case.with(5, Value::Data(8)).with(6, operand);
    let new = combine(old, operand);
    match name.ends_with(".w") {
        true => case
            .leaves(7, register(low_signed(old)))
            .stores(1, low_replaced(old, new)),
        false => case.leaves(7, old).stores(1, register(new)),
    }
}

/// The upper word of a doubleword, and an address that is not aligned.
fn atomic_places(name: &'static str, combine: Combine) -> Vec<Case> {
    let bits = row(name).bits | 6 << 20 | 5 << 15 | 7 << 7;
    let misaligned = |at: i64| {
        let case = Case::word(name, format!("misaligned, at {at}"), bits).with(5, Value::Data(at));
        case.traps(STORE_MISALIGNED, Value::Data(at))
    };
    if name.ends_with(".d") {
        return vec![misaligned(4), misaligned(1)];
    }
    let (old, operand) = (0x8765_4321_0000_0000, 0x1111_1111);
    let new = register(word(combine(old >> 32, operand))) << 32;
    let upper = Case::word(name, "upper word", bits).memory(1, old);
    let upper = upper.with(5, Value::Data(12)).with(6, operand);
    let upper = upper
        .leaves(7, register(low_signed(old >> 32)))
        .stores(1, new);
    vec![upper, misaligned(2), misaligned(1)]
}

/// `lr` and `sc` of a width (8.2).
fn reservations(names: [&'static str; 2], width: i64) -> Vec<Case> {
    let [lr_name, sc_name] = names;
    let old = 0x8765_4321_fedc_ba98;
    let loaded = if width == 4 {
        register(low_signed(old))
    } else {
        old
    };
    let stored = if width == 4 {
        low_replaced(old, low(usual(6)))
    } else {
        usual(6)
    };
    let lr = row(lr_name).bits | 5 << 15 | 7 << 7;
    let sc = row(sc_name).bits | 6 << 20 | 5 << 15 | 8 << 7;
    let case = |name, detail: &str, code: &[u32]| {
        let case = Case::new(name, detail, halves(code)).memory(0, old);
        case.with(5, Value::Data(0))
    };
    let mut cases = vec![
        case(lr_name, "alone", &[lr]).leaves(7, loaded),
        case(lr_name, "aq and rl", &[lr | 3 << 25]).leaves(7, loaded),
        case(sc_name, "after lr", &[lr, sc])
            .leaves(7, loaded)
            .leaves(8, 0)
            .stores(0, stored),
        case(
            sc_name,
            "after lr, aq and rl",
            &[lr | 3 << 25, sc | 3 << 25],
        )
        .leaves(7, loaded)
        .leaves(8, 0)
        .stores(0, stored),
        case(sc_name, "without lr", &[sc, sc]).leaves(8, 1),
        case(sc_name, "the second time", &[lr, sc, sc])
            .leaves(7, loaded)
            .leaves(8, 1)
            .stores(0, stored),
        case(sc_name, "elsewhere", &[lr, addi(5, 5, 16), sc])
            .leaves(5, Value::Data(16))
            .leaves(7, loaded)
            .leaves(8, 1),
    ];
    for at in [1, width / 2] {
        let place = |case: Case| case.with(5, Value::Data(at));
        let lr = place(Case::word(lr_name, format!("misaligned, at {at}"), lr));
        cases.push(lr.traps(LOAD_MISALIGNED, Value::Data(at)));
        let sc = place(Case::word(sc_name, format!("misaligned, at {at}"), sc));
        cases.push(sc.traps(STORE_MISALIGNED, Value::Data(at)));
    }
    cases
}

/// Fences change nothing; what was stored is what is executed after `fence.i` (3.1).
fn fences() -> Vec<Case> {
    let (fence, fence_i) = (row("fence").bits, row("fence.i").bits);
    let new = addi(7, 0, 42);
    let overwrite = [store(2, 6, 5, 0), fence_i, addi(7, 0, 41)];
    let overwritten = Case::new("fence.i", "code was stored", halves(&overwrite));
    vec![
        Case::word("fence", "rw, rw", fence | 0x33 << 20),
        Case::word("fence", "none", fence),
        Case::word("fence", "tso", fence | 0x833 << 20),
        Case::word(
            "fence",
            "reserved fields",
            fence | 0x0ff << 20 | 5 << 15 | 6 << 7,
        ),
        Case::word("fence.i", "alone", fence_i),
        Case::word(
            "fence.i",
            "reserved fields",
            fence_i | 0x123 << 20 | 5 << 15 | 6 << 7,
        ),
        overwritten
            .with(5, Value::Code(8))
            .with(6, u64::from(new))
            .leaves(7, 42),
    ]
}

/// Every case of these instructions.
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = fences();
    for at in 0..9 {
        for base in [0, 16, -2000, 2047] {
            cases.extend(
                LOADS
                    .iter()
                    .map(|(name, width, extends)| load(name, *width, *extends, at, base)),
            );
            cases.extend(
                STORES
                    .iter()
                    .map(|(name, width)| stores(name, *width, at, base)),
            );
        }
    }
    for (name, combine) in ATOMICS {
        let orders = ORDERS.iter().cycle();
        let operands = OPERANDS.into_iter().zip(orders);
        cases.extend(operands.map(|(operands, order)| atomic(name, *combine, operands, *order)));
        cases.extend(atomic_places(name, *combine));
    }
    cases.extend(reservations(["lr.w", "sc.w"], 4));
    cases.extend(reservations(["lr.d", "sc.d"], 8));
    cases
}
