//! Calls, returns, waiting and fences in every mode, traps into S-mode, and words that are no
//! instructions (privileged ISA 3.1.6, 3.1.8, 3.1.15, 3.3, 4.1, 4.2).

use septum_guest::asm::{EBREAK, ECALL, MRET, SFENCE, SRET, WFI, csrrs, csrrw};

use super::case::{
    BREAKPOINT, Case, ILLEGAL, MACHINE, MPIE, MPRV, SUPERVISOR, USER, Value, WIDTHS, halves, row,
};

/// Causes (3.1.15).
const CALL_FROM_USER: u64 = 8;

/// Fields of `mstatus` (3.1.6).
const SIE: u64 = 1 << 1;
const SPIE: u64 = 1 << 5;
const SPP: u64 = 1 << 8;
const TVM: u64 = 1 << 20;
const TW: u64 = 1 << 21;
const TSR: u64 = 1 << 22;

/// All exceptions that can be delegated but breakpoints and calls from S-mode (3.1.8).
const DELEGATED: u64 = 0xb1f7;

/// No instruction.
const CUSTOM: u32 = 0x0000_000b;

const MODES: [(u64, &str); 3] = [
    (USER, "U-mode"),
    (SUPERVISOR, "S-mode"),
    (MACHINE, "M-mode"),
];

fn calls() -> Vec<Case> {
    let of = |(mode, name): (u64, &str)| {
        let call = Case::word("ecall", name, ECALL).mode(mode);
        let stop = Case::word("ebreak", name, EBREAK).mode(mode);
        let cause = CALL_FROM_USER + mode;
        [call.traps(cause, 0), stop.traps(BREAKPOINT, Value::Code(0))]
    };
    MODES.into_iter().flat_map(of).collect()
}

/// What a mode may not execute: instruction, mode, bits of `mstatus` that forbid it.
const FORBIDDEN: &[(&str, u32, u64, u64)] = &[
    ("mret", MRET, USER, 0),
    ("mret", MRET, SUPERVISOR, 0),
    ("sret", SRET, USER, 0),
    ("sret", SRET, SUPERVISOR, TSR),
    ("wfi", WFI, USER, 0),
    ("wfi", WFI, USER, TW),
    ("wfi", WFI, SUPERVISOR, TW),
    ("sfence.vma", SFENCE, USER, 0),
    ("sfence.vma", SFENCE, SUPERVISOR, TVM),
];

fn forbidden() -> impl Iterator<Item = Case> {
    FORBIDDEN.iter().map(|(name, word, mode, status)| {
        let case = Case::word(
            name,
            format!("forbidden in mode {mode}, {status:#x}"),
            *word,
        );
        case.mode(*mode)
            .status(*status)
            .traps(ILLEGAL, u64::from(*word))
    })
}

/// `sfence.vma` in the modes that may, with and without registers.
fn fences() -> impl Iterator<Item = Case> {
    let bits = row("sfence.vma").bits;
    let forms = [
        bits,
        bits | 5 << 15,
        bits | 6 << 20,
        bits | 6 << 20 | 5 << 15,
    ];
    let allowed = [(SUPERVISOR, 0), (MACHINE, TVM)];
    allowed.into_iter().flat_map(move |(mode, status)| {
        forms.map(|form| {
            let case = Case::word("sfence.vma", format!("{form:#x} in mode {mode}"), form);
            case.mode(mode).status(status)
        })
    })
}

/// A return from a mode, to `status` after it was stored in the status register, which
/// leaves `after`.
struct Return {
    name: &'static str,
    word: u32,
    status: u64,
    /// The mode that it returns to, as the trap at the end writes it to MPP.
    mode: u64,
    after: u64,
}

/// MIE and SIE become MPIE and SPIE, these become 1; MPP and SPP become U; MPRV is cleared
/// unless the mode is M (3.1.6.1, 3.1.6.3). The trap at the end moves MIE to MPIE again.
#[rustfmt::skip]
const RETURNS: &[Return] = &[
    Return { name: "mret", word: MRET, status: USER << 11, mode: USER, after: 0 },
    Return { name: "mret", word: MRET, status: SUPERVISOR << 11 | MPIE, mode: SUPERVISOR, after: MPIE },
    Return { name: "mret", word: MRET, status: MACHINE << 11 | MPRV, mode: MACHINE, after: MPRV },
    Return { name: "mret", word: MRET, status: USER << 11 | MPRV | MPIE, mode: USER, after: MPIE },
    Return { name: "mret", word: MRET, status: SUPERVISOR << 11 | TSR | SPP, mode: SUPERVISOR, after: TSR | SPP },
    Return { name: "sret", word: SRET, status: 0, mode: USER, after: SPIE },
    Return { name: "sret", word: SRET, status: SPP, mode: SUPERVISOR, after: SPIE },
    Return { name: "sret", word: SRET, status: SPP | SPIE, mode: SUPERVISOR, after: SPIE | SIE },
    Return { name: "sret", word: SRET, status: SPIE | SIE, mode: USER, after: SPIE | SIE },
    Return { name: "sret", word: SRET, status: SIE, mode: USER, after: SPIE },
    Return { name: "sret", word: SRET, status: SPP | MPRV | TSR, mode: SUPERVISOR, after: SPIE | TSR },
];

/// In M-mode: `x5` is where it goes to, `x6` the status.
fn returns() -> impl Iterator<Item = Case> {
    RETURNS.iter().map(|it| {
        let to = if it.word == MRET { 0x341 } else { 0x141 };
        let code = [csrrw(0, to, 5), csrrw(0, 0x300, 6), it.word];
        let case = Case::new(it.name, format!("with {:#x}", it.status), halves(&code));
        let case = case
            .with(5, Value::Code(20))
            .with(6, it.status | WIDTHS)
            .ends_at(20);
        case.leaves_status(it.after | it.mode << 11)
    })
}

/// With a pending interrupt that is enabled in `mie` alone, waiting ends at once (3.3.3).
fn waits() -> impl Iterator<Item = Case> {
    let code = [
        csrrs(0, 0x304, 5),
        csrrs(0, 0x344, 5),
        WFI,
        csrrw(0, 0x304, 0),
        csrrw(0, 0x344, 0),
    ];
    let allowed = [(0, "M-mode"), (TW, "M-mode, TW")];
    allowed.into_iter().map(move |(status, name)| {
        let case = Case::new("wfi", name, halves(&code));
        case.status(status).with(5, 2)
    })
}

/// A trap into S-mode: the handler stands behind the word, and reads what it is told.
fn delegated(detail: &str, word: u32, status: u64, vector: i64) -> Case {
    let handler = [0x142, 0x143, 0x141, 0x100].iter().zip(10..);
    let handler = handler.map(|(csr, rd)| csrrs(rd, *csr, 0));
    let words: Vec<u32> = [word].into_iter().chain(handler).collect();
    let vector = Value::Code(Case::entry(2) + 4 + vector);
    let registers = [(0x302, DELEGATED.into()), (0x105, vector)];
    Case::entered("medeleg", detail, &registers, status, &words)
}

/// Only from below M-mode, and never vectored (3.1.8, 4.1.2).
fn delegations() -> Vec<Case> {
    let at = Value::Code(Case::entry(2));
    // UXL is 64 bits.
    let uxl = 2 << 32;
    let from = |case: Case, cause: u64, value: u64, before: u64, after: u64| {
        case.leaves(10, cause)
            .leaves(11, value)
            .leaves(12, at)
            .leaves(13, uxl | before)
            .leaves_status(after)
    };
    let call = || delegated("a call from U-mode", ECALL, USER << 11, 0);
    let to_supervisor = SUPERVISOR << 11;
    vec![
        from(call(), 8, 0, 0, to_supervisor),
        from(
            delegated("interrupts were on", ECALL, USER << 11 | SIE, 0),
            8,
            0,
            SPIE,
            to_supervisor | SPIE,
        ),
        from(
            delegated("they were off", ECALL, USER << 11 | SPIE | SPP, 0),
            8,
            0,
            0,
            to_supervisor,
        ),
        from(
            delegated("from S-mode", CUSTOM, SUPERVISOR << 11, 0),
            2,
            CUSTOM.into(),
            SPP,
            to_supervisor | SPP,
        ),
        from(
            delegated("vectored", ECALL, USER << 11, 1),
            8,
            0,
            0,
            to_supervisor,
        ),
        delegated("a call from S-mode is not", ECALL, SUPERVISOR << 11, 0)
            .traps_at(at, 9, 0)
            .leaves_status(to_supervisor),
        delegated("nothing is from M-mode", 0, MACHINE << 11, 0)
            .traps_at(at, ILLEGAL, 0)
            .leaves_status(MACHINE << 11),
    ]
}

/// Words that are no instructions of RV64IMAC with Zicsr and Zifencei (unprivileged ISA 24,
/// privileged ISA 5).
const RESERVED: &[(u32, &str)] = &[
    (0xffff_ffff, "all ones"),
    (0x0000_000b, "custom-0"),
    (0x0000_002b, "custom-1"),
    (0x0000_007b, "custom-3"),
    (0x0000_2007, "flw"),
    (0x0000_2027, "fsw"),
    (0x0000_0053, "fadd.s"),
    (0x0000_0043, "fmadd.s"),
    (0x0000_7003, "a load of width 7"),
    (0x0000_4023, "a store of width 4"),
    (0x0000_2063, "a branch of kind 2"),
    (0x0000_3063, "a branch of kind 3"),
    (0x0000_1067, "jalr of kind 1"),
    (0x0000_200f, "a fence of kind 2"),
    (0x0400_1013, "slli with bit 26"),
    (0x0400_5013, "srli with bit 26"),
    (0x8000_5013, "srai with bit 31"),
    (0x0200_101b, "slliw by 32"),
    (0x4200_501b, "sraiw by 32"),
    (0x0000_201b, "addiw of kind 2"),
    (0x4000_1033, "sll with bit 30"),
    (0x0400_0033, "add with bit 26"),
    (0x8000_0033, "add with bit 31"),
    (0x0200_103b, "mulhw"),
    (0x4000_103b, "sllw with bit 30"),
    (0x0000_002f, "amoadd.b"),
    (0x0000_102f, "amoadd.h"),
    (0x0000_402f, "amoadd.q"),
    (0x1010_202f, "lr.w with rs2"),
    (0x2800_202f, "an atomic of kind 5"),
    (0x0000_4073, "hlv"),
    (0x0020_0073, "uret"),
    (0x7b20_0073, "dret"),
    (0x1200_00f3, "sfence.vma with rd"),
    (0x1050_00f3, "wfi with rd"),
    (0x0000_00f3, "ecall with rd"),
    (0x0000_8073, "ecall with rs1"),
    (0x0030_0073, "a call of kind 3"),
    (0x2200_0073, "hfence.vvma"),
    (0x0000_001f, "48 bits"),
    (0x0000_003f, "64 bits"),
    (0x0000_006b, "reserved opcode"),
];

fn reserved() -> impl Iterator<Item = Case> {
    RESERVED.iter().map(|(word, what)| {
        let case = Case::word("reserved", format!("{word:#010x}: {what}"), *word);
        case.traps(ILLEGAL, u64::from(*word))
    })
}

/// Every case of these instructions.
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = calls();
    cases.extend(forbidden());
    cases.extend(fences());
    cases.extend(returns());
    cases.extend(waits());
    cases.extend(delegations());
    cases.extend(reserved());
    cases
}
