//! Compressed instructions (unprivileged ISA 16). The halfwords are what GNU `as` makes of the
//! text beside them.

use super::case::{BREAKPOINT, Case, Value, usual};

/// `sp`.
const SP: usize = 2;

/// Name, text, halfword, register, its value before, after.
type Computes = (&'static str, &'static str, u16, usize, u64, u64);

/// Of one register and an immediate.
const IMMEDIATES: &[Computes] = &[
    ("c.addi", "t0, -1", 0x12fd, 5, 0, u64::MAX),
    ("c.addi", "t6, 31", 0x0ffd, 31, 1, 32),
    (
        "c.addi",
        "a0, -32",
        0x1501,
        10,
        0x8000_0000_0000_0000,
        0x7fff_ffff_ffff_ffe0,
    ),
    (
        "c.addiw",
        "t0, -1",
        0x32fd,
        5,
        0xffff_ffff_8000_0000,
        0x7fff_ffff,
    ),
    (
        "c.addiw",
        "t6, 31",
        0x2ffd,
        31,
        0x7fff_fff0,
        0xffff_ffff_8000_000f,
    ),
    (
        "c.addiw",
        "a0, 0",
        0x2501,
        10,
        0x1234_5678_9abc_def0,
        0xffff_ffff_9abc_def0,
    ),
    ("c.li", "t0, -32", 0x5281, 5, 1, 0xffff_ffff_ffff_ffe0),
    ("c.li", "t6, 31", 0x4ffd, 31, 1, 31),
    ("c.lui", "t0, 1", 0x6285, 5, 0, 0x1000),
    ("c.lui", "t6, 0xfffe0", 0x7f81, 31, 0, 0xffff_ffff_fffe_0000),
    ("c.lui", "a0, 0x1f", 0x657d, 10, 0, 0x1_f000),
    ("c.addi16sp", "sp, 496", 0x617d, SP, 0x1000, 0x11f0),
    ("c.addi16sp", "sp, -512", 0x7101, SP, 0x1000, 0xe00),
    ("c.addi16sp", "sp, 16", 0x6141, SP, 0x1000, 0x1010),
    (
        "c.srli",
        "s0, 1",
        0x8005,
        8,
        0x8000_0000_0000_0003,
        0x4000_0000_0000_0001,
    ),
    ("c.srli", "a5, 63", 0x93fd, 15, 0x8000_0000_0000_0000, 1),
    (
        "c.srai",
        "s1, 1",
        0x8485,
        9,
        0x8000_0000_0000_0003,
        0xc000_0000_0000_0001,
    ),
    (
        "c.srai",
        "a5, 63",
        0x97fd,
        15,
        0x8000_0000_0000_0000,
        u64::MAX,
    ),
    (
        "c.andi",
        "s0, -1",
        0x987d,
        8,
        0x1234_5678_9abc_def0,
        0x1234_5678_9abc_def0,
    ),
    (
        "c.andi",
        "s1, -32",
        0x9881,
        9,
        0x1234_5678_9abc_deff,
        0x1234_5678_9abc_dee0,
    ),
    ("c.andi", "a5, 31", 0x8bfd, 15, 0x1234_5678_9abc_deff, 0x1f),
    (
        "c.slli",
        "t0, 1",
        0x0286,
        5,
        0xc000_0000_0000_0001,
        0x8000_0000_0000_0002,
    ),
    ("c.slli", "t6, 63", 0x1ffe, 31, 3, 0x8000_0000_0000_0000),
];

/// Of two registers: name, text, halfword, `rd` with its value, `rs2` with its value, the result.
type Combines = (
    &'static str,
    &'static str,
    u16,
    (usize, u64),
    (usize, u64),
    u64,
);

const REGISTERS: &[Combines] = &[
    ("c.sub", "s0, s1", 0x8c05, (8, 1), (9, 2), u64::MAX),
    (
        "c.xor",
        "a0, a1",
        0x8d2d,
        (10, 0xff00),
        (11, 0x0ff0),
        0xf0f0,
    ),
    ("c.or", "a2, a3", 0x8e55, (12, 0xff00), (13, 0x0ff0), 0xfff0),
    (
        "c.and",
        "a4, a5",
        0x8f7d,
        (14, 0xff00),
        (15, 0x0ff0),
        0x0f00,
    ),
    (
        "c.subw",
        "s0, s1",
        0x9c05,
        (8, 0x1_0000_0000),
        (9, 1),
        u64::MAX,
    ),
    (
        "c.addw",
        "a0, a1",
        0x9d2d,
        (10, 0x7fff_ffff),
        (11, 1),
        0xffff_ffff_8000_0000,
    ),
    (
        "c.mv",
        "t0, t1",
        0x829a,
        (5, 1),
        (6, 0x1234_5678_9abc_def0),
        0x1234_5678_9abc_def0,
    ),
    ("c.mv", "t6, ra", 0x8f86, (31, 1), (1, u64::MAX), u64::MAX),
    ("c.add", "t0, t1", 0x929a, (5, u64::MAX), (6, 2), 1),
    (
        "c.add",
        "t6, t6",
        0x9ffe,
        (31, 0x8000_0000_0000_0001),
        (31, 0x8000_0000_0000_0001),
        2,
    ),
];

/// Loads and stores: name, text, halfword, base, data register, offset, bytes.
type Accesses = (&'static str, &'static str, u16, usize, usize, i64, u32);

const LOADS: &[Accesses] = &[
    ("c.lw", "s1, 0(a0)", 0x4104, 10, 9, 0, 4),
    ("c.lw", "s1, 4(a0)", 0x4144, 10, 9, 4, 4),
    ("c.lw", "a5, 124(s0)", 0x5c7c, 8, 15, 124, 4),
    ("c.ld", "s1, 0(a0)", 0x6104, 10, 9, 0, 8),
    ("c.ld", "a5, 8(s0)", 0x641c, 8, 15, 8, 8),
    ("c.ld", "s0, 248(s1)", 0x7ce0, 9, 8, 248, 8),
    ("c.lwsp", "t0, 0(sp)", 0x4282, SP, 5, 0, 4),
    ("c.lwsp", "t6, 252(sp)", 0x5ffe, SP, 31, 252, 4),
    ("c.lwsp", "t1, 4(sp)", 0x4312, SP, 6, 4, 4),
    ("c.ldsp", "t0, 0(sp)", 0x6282, SP, 5, 0, 8),
    ("c.ldsp", "t6, 504(sp)", 0x7ffe, SP, 31, 504, 8),
    ("c.ldsp", "t1, 8(sp)", 0x6322, SP, 6, 8, 8),
];

const STORES: &[Accesses] = &[
    ("c.sw", "s1, 0(a0)", 0xc104, 10, 9, 0, 4),
    ("c.sw", "s1, 4(a0)", 0xc144, 10, 9, 4, 4),
    ("c.sw", "a5, 124(s0)", 0xdc7c, 8, 15, 124, 4),
    ("c.sd", "s1, 0(a0)", 0xe104, 10, 9, 0, 8),
    ("c.sd", "a5, 8(s0)", 0xe41c, 8, 15, 8, 8),
    ("c.sd", "s0, 248(s1)", 0xfce0, 9, 8, 248, 8),
    ("c.swsp", "t0, 0(sp)", 0xc016, SP, 5, 0, 4),
    ("c.swsp", "t6, 252(sp)", 0xdffe, SP, 31, 252, 4),
    ("c.swsp", "t1, 4(sp)", 0xc21a, SP, 6, 4, 4),
    ("c.sdsp", "t0, 0(sp)", 0xe016, SP, 5, 0, 8),
    ("c.sdsp", "t6, 504(sp)", 0xfffe, SP, 31, 504, 8),
    ("c.sdsp", "t1, 8(sp)", 0xe41a, SP, 6, 8, 8),
];

/// Jumps and branches by an offset: name, halfword, what `x8`, `x9` and `x15` hold, where it ends.
const JUMPS: &[(&str, u16, u64, i64)] = &[
    ("c.j", 0xa021, 0, 8),
    ("c.j", 0xbfc5, 0, -16),
    ("c.j", 0xaffd, 0, 2046),
    ("c.j", 0xb001, 0, -2048),
    ("c.j", 0xab91, 0, 1364),
    ("c.beqz", 0xc401, 0, 8),
    ("c.beqz", 0xc401, 1 << 63, 2),
    ("c.beqz", 0xdbe5, 0, -16),
    ("c.beqz", 0xcc7d, 0, 254),
    ("c.beqz", 0xd001, 0, -256),
    ("c.bnez", 0xe401, 0, 2),
    ("c.bnez", 0xe401, 1 << 63, 8),
    ("c.bnez", 0xfbe5, 1, -16),
    ("c.bnez", 0xe4cd, 1, 170),
];

/// Reserved, or of extensions that there are not (16.8).
const RESERVED: &[(u16, &str)] = &[
    (0x0000, "all zeroes"),
    (0x0004, "c.addi4spn without an immediate"),
    (0x2000, "c.fld"),
    (0x8000, "quadrant 0, 100"),
    (0xa000, "c.fsd"),
    (0x2001, "c.addiw with x0"),
    (0x6101, "c.addi16sp without an immediate"),
    (0x6281, "c.lui without an immediate"),
    (0x9c41, "quadrant 1, 100111, 10"),
    (0x9c61, "quadrant 1, 100111, 11"),
    (0x2002, "c.fldsp"),
    (0x4002, "c.lwsp with x0"),
    (0x6002, "c.ldsp with x0"),
    (0x8002, "c.jr with x0"),
    (0xa002, "c.fsdsp"),
];

/// Hints change nothing (16.7).
const HINTS: &[(&str, u16)] = &[
    ("c.addi", 0x0001),
    ("c.addi", 0x0005),
    ("c.addi", 0x0281),
    ("c.li", 0x4005),
    ("c.lui", 0x6005),
    ("c.mv", 0x8006),
    ("c.add", 0x9006),
    ("c.slli", 0x0006),
];

fn case(name: &'static str, text: &str, half: u16) -> Case {
    Case::new(name, text, vec![half])
}

fn computing() -> impl Iterator<Item = Case> {
    let immediates = IMMEDIATES
        .iter()
        .map(|(name, text, half, register, before, after)| {
            case(name, text, *half)
                .with(*register, *before)
                .leaves(*register, *after)
        });
    let registers = REGISTERS.iter().map(|(name, text, half, rd, rs2, after)| {
        let case = case(name, text, *half).with(rd.0, rd.1).with(rs2.0, rs2.1);
        case.leaves(rd.0, *after)
    });
    immediates.chain(registers)
}

fn accesses() -> impl Iterator<Item = Case> {
    let value: u64 = 0xfedc_ba98_8765_4321;
    let at = |case: Case, base, offset: i64| case.with(base, Value::Data(16 - offset));
    let loads = LOADS
        .iter()
        .map(move |(name, text, half, base, rd, offset, bytes)| {
            let case = at(case(name, text, *half), *base, *offset).memory(2, value);
            case.leaves(
                *rd,
                if *bytes == 4 {
                    0xffff_ffff_8765_4321
                } else {
                    value
                },
            )
        });
    let stores = STORES
        .iter()
        .map(move |(name, text, half, base, rs2, offset, bytes)| {
            let case = at(case(name, text, *half), *base, *offset).with(*rs2, value);
            let kept = if *bytes == 4 { usual(1) >> 32 << 32 } else { 0 };
            let stored = if *bytes == 4 {
                value % (1 << 32)
            } else {
                value
            };
            case.memory(2, usual(1)).stores(2, kept | stored)
        });
    loads.chain(stores)
}

fn jumps() -> impl Iterator<Item = Case> {
    let by_offset = JUMPS.iter().map(|(name, half, value, end)| {
        let mut case = case(name, &format!("{half:#x} with {value:#x}"), *half);
        case.room = (2080, 2080);
        let case = case.with(8, *value).with(9, *value).with(15, *value);
        case.ends_at(*end)
    });
    let by_register = [
        ("c.jr", 0x8282, 5),
        ("c.jr", 0x8082, 1),
        ("c.jalr", 0x9282, 5),
        ("c.jalr", 0x9082, 1),
    ];
    let by_register = by_register.into_iter().map(|(name, half, register)| {
        let case = case(name, &format!("x{register}"), half);
        let case = case.with(register, Value::Code(9)).ends_at(8);
        if name == "c.jalr" {
            case.leaves(1, Value::Code(2))
        } else {
            case
        }
    });
    by_offset.chain(by_register)
}

fn wide() -> impl Iterator<Item = Case> {
    let adds = [(0x0040, 8, 4), (0x1ffc, 15, 1020), (0x0028, 10, 8)];
    adds.into_iter().map(|(half, rd, immediate)| {
        let case = case("c.addi4spn", &format!("sp, {immediate}"), half);
        case.leaves(rd, usual(SP).wrapping_add(immediate))
    })
}

/// Every case of these instructions.
pub(crate) fn cases() -> Vec<Case> {
    let reserved = RESERVED.iter().map(|(half, what)| {
        case("reserved halfword", &format!("{half:#06x}: {what}"), *half).traps(2, u64::from(*half))
    });
    let hints = HINTS
        .iter()
        .map(|(name, half)| case(name, &format!("hint {half:#06x}"), *half));
    let breakpoint = case("c.ebreak", "", 0x9002).traps(BREAKPOINT, Value::Code(0));
    let cases = computing().chain(accesses()).chain(jumps()).chain(wide());
    cases
        .chain(reserved)
        .chain(hints)
        .chain([breakpoint])
        .collect()
}
