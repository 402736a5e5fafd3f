//! Control and status registers: who may read and write each, and what a store leaves in it
//! (privileged ISA 2, 3.1, 3.7, 4.1; unprivileged ISA 9, 10).

use septum_guest::asm::{csrrs, csrrw};

use super::case::{Case, ILLEGAL, MACHINE, SUPERVISOR, USER, Value, WIDTHS, halves, row};

/// The registers from `first` to `last`.
pub(crate) struct Register {
    pub(crate) first: u32,
    pub(crate) last: u32,
    name: &'static str,
    /// What is read in M-mode after what was stored, where the specification, or what the
    /// machine has (16 PMP entries, 16 bits of ASID, no counter that counts events), decides.
    stores: &'static [(u64, u64)],
    /// What it holds, where that is known.
    reads: Option<u64>,
}

const fn storage(number: u32, name: &'static str, stores: &'static [(u64, u64)]) -> Register {
    row_of(number, number, name, stores)
}

const fn row_of(
    first: u32,
    last: u32,
    name: &'static str,
    stores: &'static [(u64, u64)],
) -> Register {
    Register {
        first,
        last,
        name,
        stores,
        reads: None,
    }
}

const fn constant(number: u32, name: &'static str, reads: Option<u64>) -> Register {
    Register {
        first: number,
        last: number,
        name,
        stores: &[],
        reads,
    }
}

const ANY: &[(u64, u64)] = &[
    (0, 0),
    (u64::MAX, u64::MAX),
    (0x0123_4567_89ab_cdef, 0x0123_4567_89ab_cdef),
];
/// Bit 0 is 0 (3.1.14, 4.1.7).
const PC: &[(u64, u64)] = &[(0, 0), (u64::MAX, u64::MAX - 1), (0x8000_0002, 0x8000_0002)];
/// Every code that is defined can be held (3.1.15, 4.1.8).
const CAUSE: &[(u64, u64)] = &[(0, 0), (15, 15), (1 << 63 | 9, 1 << 63 | 9)];
/// Direct and vectored (3.1.7, 4.1.2).
const VECTOR: &[(u64, u64)] = &[
    (0x8000_0100, 0x8000_0100),
    (0x8000_0101, 0x8000_0101),
    (0, 0),
];
/// Cycle, time, instructions (3.1.11, 4.1.5).
const ENABLES: &[(u64, u64)] = &[(0, 0), (7, 7), (5, 5)];
/// FIOM (3.1.18, 4.1.10).
const ENVIRONMENT: &[(u64, u64)] = &[(0, 0), (1, 1)];
const ZERO: &[(u64, u64)] = &[(0, 0)];
/// Neither F nor V: FS, VS and SD are 0. UXL is 64 bits (4.1.1).
const SSTATUS: &[(u64, u64)] = &[
    (0, 2 << 32),
    (u64::MAX, 0x2_000c_0122),
    (0x4_0020, 0x2_0004_0020),
];
/// SXL and UXL are 64 bits; all fields that M, S and U need (3.1.6).
const MSTATUS: &[(u64, u64)] = &[
    (0, 0xa_0000_0000),
    (u64::MAX, 0xa_007e_19aa),
    (0x1800, 0xa_0000_1800),
    (0x0800, 0xa_0000_0800),
];
/// Sv39 and bare (4.1.11).
const SATP: &[(u64, u64)] = &[
    (0x8123_4000_0008_0000, 0x8123_4000_0008_0000),
    (0x8fff_ffff_ffff_ffff, 0x8fff_ffff_ffff_ffff),
    (0, 0),
];
/// RV64IMACSU (3.1.1).
const ISA: u64 = 0x8000_0000_0014_1105;
/// No call from M-mode, no reserved code (3.1.8).
const MEDELEG: &[(u64, u64)] = &[(0, 0), (0xb3ff, 0xb3ff), (1 << 11, 0), (1 << 8, 1 << 8)];
const MIDELEG: &[(u64, u64)] = &[(0, 0), (u64::MAX, 0x222), (0x20, 0x20)];
/// 3.1.9.
const MIE: &[(u64, u64)] = &[(0, 0), (u64::MAX, 0xaaa), (0x222, 0x222)];
/// M-mode's own bits are the lines of the devices (3.1.9).
const MIP: &[(u64, u64)] = &[(0, 0), (u64::MAX, 0x222), (0xa88, 0x200)];
/// Nothing is delegated (4.1.3).
const NOT_DELEGATED: &[(u64, u64)] = &[(0, 0), (u64::MAX, 0)];
/// Bit 1, the clock, cannot be inhibited (3.1.12).
const INHIBIT: &[(u64, u64)] = &[(0, 0), (2, 0)];
/// Bits 5 and 6 of each entry are 0 (3.7.1).
const PMP: &[(u64, u64)] = &[
    (0, 0),
    (0x1f1d_1917_0f0d_0b09, 0x1f1d_1917_0f0d_0b09),
    (0x7f7d_7960_0f0d_0b08, 0x1f1d_1900_0f0d_0b08),
];
/// Bits 55 to 2 of an address (3.7.1).
const PMP_ADDRESS: &[(u64, u64)] = &[
    (0, 0),
    (u64::MAX, (1 << 54) - 1),
    (0x2000_0001, 0x2000_0001),
];
/// What is not implemented is 0 (3.7.1, 3.1.10).
const NOTHING: &[(u64, u64)] = &[(0, 0), (u64::MAX, 0)];
/// The instruction behind the store reads what was stored (3.1.10).
const COUNTER: &[(u64, u64)] = &[(0, 0), (0x0123_4567_89ab_cdef, 0x0123_4567_89ab_cdef)];

/// All registers that the machine has.
pub(crate) const REGISTERS: &[Register] = &[
    storage(0x100, "sstatus", SSTATUS),
    storage(0x104, "sie", NOT_DELEGATED),
    storage(0x105, "stvec", VECTOR),
    storage(0x106, "scounteren", ENABLES),
    storage(0x10a, "senvcfg", ENVIRONMENT),
    storage(0x140, "sscratch", ANY),
    storage(0x141, "sepc", PC),
    storage(0x142, "scause", CAUSE),
    storage(0x143, "stval", ANY),
    storage(0x144, "sip", NOT_DELEGATED),
    storage(0x180, "satp", SATP),
    storage(0x300, "mstatus", MSTATUS),
    storage(0x301, "misa", &[(0, ISA), (u64::MAX, ISA)]),
    storage(0x302, "medeleg", MEDELEG),
    storage(0x303, "mideleg", MIDELEG),
    storage(0x304, "mie", MIE),
    storage(0x305, "mtvec", VECTOR),
    storage(0x306, "mcounteren", ENABLES),
    storage(0x30a, "menvcfg", ENVIRONMENT),
    storage(0x320, "mcountinhibit", INHIBIT),
    row_of(0x323, 0x33f, "mhpmevent", ZERO),
    storage(0x340, "mscratch", ANY),
    storage(0x341, "mepc", PC),
    storage(0x342, "mcause", CAUSE),
    storage(0x343, "mtval", ANY),
    storage(0x344, "mip", MIP),
    storage(0x3a0, "pmpcfg", PMP),
    storage(0x3a2, "pmpcfg", PMP),
    storage(0x3a4, "pmpcfg without entries", NOTHING),
    storage(0x3a6, "pmpcfg without entries", NOTHING),
    storage(0x3a8, "pmpcfg without entries", NOTHING),
    storage(0x3aa, "pmpcfg without entries", NOTHING),
    storage(0x3ac, "pmpcfg without entries", NOTHING),
    storage(0x3ae, "pmpcfg without entries", NOTHING),
    row_of(0x3b0, 0x3bf, "pmpaddr", PMP_ADDRESS),
    row_of(0x3c0, 0x3ef, "pmpaddr without entry", NOTHING),
    storage(0xb00, "mcycle", &[]),
    storage(0xb02, "minstret", COUNTER),
    row_of(0xb03, 0xb1f, "mhpmcounter", ZERO),
    constant(0xc00, "cycle", None),
    constant(0xc01, "time", None),
    constant(0xc02, "instret", None),
    row_of(0xc03, 0xc1f, "hpmcounter", &[]),
    constant(0xf11, "mvendorid", Some(0)),
    constant(0xf12, "marchid", None),
    constant(0xf13, "mimpid", None),
    constant(0xf14, "mhartid", Some(0)),
    constant(0xf15, "mconfigptr", Some(0)),
];

/// Numbers that no register of the machine has: of other extensions, of RV32, reserved, custom.
const NONE: [u32; 36] = [
    0x000, 0x001, 0x002, 0x003, 0x008, 0x015, 0x101, 0x107, 0x145, 0x181, 0x200, 0x244, 0x280,
    0x307, 0x310, 0x321, 0x345, 0x34a, 0x3a1, 0x3a3, 0x3f0, 0x5c0, 0x600, 0x643, 0x680, 0x7a0,
    0x7b0, 0x7c0, 0x800, 0xb01, 0xb20, 0xb80, 0xc20, 0xc80, 0xf10, 0xfff,
];

/// A counter that less privileged modes see only where they are let (3.1.11).
fn is_counter(number: u32) -> bool {
    number >> 5 == 0xc00 >> 5
}

/// Who may access a register, and whether anybody may write it, is in its number (2.1).
fn accesses(register: &Register, number: u32) -> Vec<Case> {
    let mut cases = Vec::new();
    for mode in [USER, SUPERVISOR, MACHINE] {
        let is_high = mode >= u64::from(number >> 8 & 3);
        let may_read = is_high && (mode == MACHINE || !is_counter(number));
        let read = Case::word(
            register.name,
            format!("{number:#x}, read in mode {mode}"),
            csrrs(10, number, 0),
        );
        let read = read.mode(mode);
        cases.push(match (may_read, register.reads) {
            (true, Some(value)) => read.leaves(10, value),
            (true, None) => read.leaves_anything(10),
            (false, _) => refused(read, csrrs(10, number, 0)),
        });
        let is_constant = number >> 10 == 3;
        // Sets no bit, but counts as a store: a machine that lets it through stays as it was.
        let word = csrrs(0, number, 7);
        let write = Case::word(
            register.name,
            format!("{number:#x}, written in mode {mode}"),
            word,
        );
        let write = write.with(7, 0);
        if is_constant || !is_high {
            cases.push(refused(write.mode(mode), word));
        } else if mode == SUPERVISOR {
            cases.push(write.mode(mode));
        }
    }
    cases
}

fn refused(case: Case, word: u32) -> Case {
    case.traps(ILLEGAL, u64::from(word))
}

/// Stores, reads, and puts back what was there, which goes by way of `x10`.
fn stores(register: &Register, number: u32) -> Vec<Case> {
    let code = [
        csrrw(10, number, 5),
        csrrs(11, number, 0),
        csrrw(0, number, 10),
    ];
    let store = |(stored, read): &(u64, u64)| {
        let detail = format!("{number:#x}, {stored:#x} stored");
        let case = Case::new(register.name, detail, halves(&code));
        case.with(5, *stored).leaves_anything(10).leaves(11, *read)
    };
    register.stores.iter().map(store).collect()
}

/// The six instructions (unprivileged ISA 9.1): name, operand, what they leave of 0xff00ff00.
const INSTRUCTIONS: &[(&str, u32, u64)] = &[
    ("csrrw", 0x0f0, 0x0f0f_0f0f),
    ("csrrs", 0x0f0, 0xff0f_ff0f),
    ("csrrc", 0x0f0, 0xf000_f000),
    ("csrrwi", 21, 21),
    ("csrrsi", 21, 0xff00_ff15),
    ("csrrci", 21, 0xff00_ff00),
];

const SSCRATCH: u32 = 0x140;
const MHARTID: u32 = 0xf14;

fn instructions() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, operand, after) in INSTRUCTIONS {
        let is_immediate = name.ends_with('i');
        let source = if is_immediate { *operand } else { 6 };
        let of =
            |csr: u32, source: u32, rd: u32| row(name).bits | csr << 20 | source << 15 | rd << 7;
        let on_scratch = |detail: &str, source, rd, after: u64| {
            let code = [
                csrrw(0, SSCRATCH, 5),
                of(SSCRATCH, source, rd),
                csrrs(11, SSCRATCH, 0),
            ];
            let case = Case::new(name, detail, halves(&code)).with(5, 0xff00_ff00);
            let case = case.with(6, 0x0f0f_0f0f).leaves(11, after);
            case.leaves(usize::try_from(rd).expect("a register"), 0xff00_ff00)
        };
        cases.push(on_scratch("old value", source, 10, *after));
        cases.push(on_scratch("rd = x0", source, 0, *after));
        let is_write = name.starts_with("csrrw");
        cases.push(on_scratch(
            "operand 0",
            0,
            10,
            if is_write { 0 } else { 0xff00_ff00 },
        ));
        let constant = Case::word(name, "a constant, operand 0", of(MHARTID, 0, 10));
        cases.push(match is_write {
            true => refused(constant, of(MHARTID, 0, 10)),
            false => constant.leaves(10, 0),
        });
        // A register that holds 0 is a store all the same.
        let constant = Case::word(name, "a constant, operand not x0", of(MHARTID, 7, 10));
        cases.push(refused(constant.with(7, 0), of(MHARTID, 7, 10)));
    }
    cases
}

/// One register under two names: name, what is stored to which, what is read of which.
type View = (&'static str, &'static [(u32, u64)], u32, u64);

const VIEWS: &[View] = &[
    ("sie", &[(0x303, 0x222), (0x304, 0xaaa)], 0x104, 0x222),
    ("sie", &[(0x303, 0x020), (0x104, 0xaaa)], 0x304, 0x020),
    (
        "sie",
        &[(0x303, 0x222), (0x304, 0xaaa), (0x104, 0)],
        0x304,
        0x888,
    ),
    ("sip", &[(0x303, 0x222), (0x344, 0x222)], 0x144, 0x222),
    (
        "sip",
        &[(0x303, 0x222), (0x344, 0), (0x144, 0x222)],
        0x344,
        0x002,
    ),
    (
        "sip",
        &[(0x303, 0x220), (0x344, 0), (0x144, 0x222)],
        0x344,
        0,
    ),
    (
        "sip",
        &[(0x303, 0x222), (0x344, 0x222), (0x144, 0)],
        0x344,
        0x220,
    ),
    ("mip", &[(0x303, 0x222), (0x344, 0)], 0x344, 0),
    (
        "sstatus",
        &[(0x300, WIDTHS | 0x007e_19aa)],
        0x100,
        0x2_000c_0122,
    ),
    (
        "sstatus",
        &[(0x300, WIDTHS | 0x0072_1888), (0x100, 0xc_0122)],
        0x300,
        0xa_007e_19aa,
    ),
    (
        "sstatus",
        &[(0x300, WIDTHS | 0x007e_19aa), (0x100, 0)],
        0x300,
        0xa_0072_1888,
    ),
];

/// All in M-mode, with interrupts off when it is over.
fn views() -> impl Iterator<Item = Case> {
    VIEWS.iter().map(|(name, stored, read, value)| {
        let stores = (20..).zip(*stored).map(|(x, (csr, _))| csrrw(0, *csr, x));
        let clean = [
            csrrs(10, *read, 0),
            csrrw(0, 0x304, 0),
            csrrw(0, 0x344, 0),
            csrrw(0, 0x300, 19),
        ];
        let code: Vec<u32> = stores.chain(clean).collect();
        let case = Case::new(
            name,
            format!("{stored:x?} seen as {read:#x}"),
            halves(&code),
        );
        let values = (20..).zip(*stored).map(|(x, (_, value))| (x, *value));
        let case = values.fold(case, |case, (x, value)| case.with(x, value));
        case.with(19, WIDTHS | MACHINE << 11).leaves(10, *value)
    })
}

/// A mode of `satp` that there is not changes nothing, the other fields neither (4.1.11).
fn modes_that_are_not() -> impl Iterator<Item = Case> {
    let code = [
        csrrw(0, 0x180, 5),
        csrrw(0, 0x180, 6),
        csrrs(11, 0x180, 0),
        csrrw(0, 0x180, 0),
    ];
    let (sv39, wrong) = (
        0x8123_4000_0008_0000,
        [0x1000_0000_0008_0001, 0xf000_0000_0000_0001],
    );
    wrong.into_iter().map(move |wrong| {
        let case = Case::new("satp", format!("no such mode, {wrong:#x}"), halves(&code));
        case.with(5, sv39).with(6, wrong).leaves(11, sv39)
    })
}

/// What lets less privileged modes at registers: name, registers that are set, mode, bits of
/// `mstatus`, the register, whether it can be read then (3.1.6.5, 3.1.11, 4.1.5).
type Gate = (&'static str, &'static [(u32, u64)], u64, u64, u32, bool);

const GATES: &[Gate] = &[
    (
        "mcounteren",
        &[(0x306, 1), (0x106, 0)],
        SUPERVISOR,
        0,
        0xc00,
        true,
    ),
    (
        "mcounteren",
        &[(0x306, 4), (0x106, 0)],
        SUPERVISOR,
        0,
        0xc00,
        false,
    ),
    (
        "mcounteren",
        &[(0x306, 4), (0x106, 0)],
        SUPERVISOR,
        0,
        0xc02,
        true,
    ),
    (
        "mcounteren",
        &[(0x306, 0), (0x106, 7)],
        USER,
        0,
        0xc00,
        false,
    ),
    (
        "scounteren",
        &[(0x306, 7), (0x106, 0)],
        USER,
        0,
        0xc02,
        false,
    ),
    (
        "scounteren",
        &[(0x306, 7), (0x106, 1)],
        USER,
        0,
        0xc00,
        true,
    ),
    (
        "scounteren",
        &[(0x306, 7), (0x106, 2)],
        USER,
        0,
        0xc01,
        true,
    ),
    (
        "scounteren",
        &[(0x306, 7), (0x106, 4)],
        USER,
        0,
        0xc02,
        true,
    ),
    ("satp", &[], SUPERVISOR, 1 << 20, 0x180, false),
    ("satp", &[], SUPERVISOR, 0, 0x180, true),
    ("satp", &[], MACHINE, 1 << 20, 0x180, true),
];

fn gates() -> impl Iterator<Item = Case> {
    GATES
        .iter()
        .map(|(name, set, mode, bits, number, is_open)| {
            let word = csrrs(10, *number, 0);
            let registers: Vec<(u32, Value)> = set
                .iter()
                .map(|(csr, value)| (*csr, (*value).into()))
                .collect();
            let detail = format!("{number:#x} in mode {mode} after {set:x?}, {bits:#x}");
            let status = mode << 11 | bits;
            let case =
                Case::entered(name, detail, &registers, status, &[word]).leaves_status(status);
            let at = Value::Code(Case::entry(registers.len()));
            match is_open {
                true => case.leaves_anything(10),
                false => case.traps_at(at, ILLEGAL, u64::from(word)),
            }
        })
}

/// Every case of these registers.
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = instructions();
    for register in REGISTERS {
        for number in register.first..=register.last {
            cases.extend(accesses(register, number));
            cases.extend(stores(register, number));
        }
    }
    cases.extend(NONE.map(|number| {
        let word = csrrs(10, number, 0);
        refused(
            Case::word("no register", format!("{number:#x}"), word),
            word,
        )
    }));
    cases.extend(views());
    cases.extend(modes_that_are_not());
    cases.extend(gates());
    cases
}
