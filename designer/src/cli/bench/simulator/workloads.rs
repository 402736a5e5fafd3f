//! Bare-metal programs that are measured; each ends through the test finisher.

use septum_guest::asm::{
    ECALL, MRET, WFI, add, addi, amoadd, and, andi, csrrs, csrrw, j, li, load, mul, slli, srli,
    store, sub, xor,
};
use septum_guest::bare::RAM;
use septum_guest::labelled::Labelled;

const FINISHER: u64 = 0x10_0000;
const PASS: u64 = 0x5555;
/// Where the programs have their data.
const DATA: u64 = RAM + 0x10_0000;
/// Where harts count that have done their work.
const DONE: u64 = RAM + 0xf_0000;

const BNE: u32 = 1;
const BLT: u32 = 4;
const BLTU: u32 = 6;

const T0: u32 = 5;
const T1: u32 = 6;
const T2: u32 = 7;
const S0: u32 = 8;
const S1: u32 = 9;
const A0: u32 = 10;
const A1: u32 = 11;
const A2: u32 = 12;
const S2: u32 = 18;
const S3: u32 = 19;
const BASE: u32 = 26;
const COUNT: u32 = 27;
const T3: u32 = 28;
const T4: u32 = 29;
const T5: u32 = 30;
const T6: u32 = 31;

const HART_ID: u32 = 0xf14;
const SATP: u32 = 0x180;
const MSTATUS: u32 = 0x300;
const MTVEC: u32 = 0x305;
const MEPC: u32 = 0x341;
const PMPCFG0: u32 = 0x3a0;
const PMPADDR0: u32 = 0x3b0;

/// Address spaces, and sets of PMP entries, among which is switched.
pub(super) const CONTEXTS: u64 = 16;
const PMP_ENTRIES: u32 = 8;

fn end(code: &mut Labelled) {
    code.code(li(T0, FINISHER)).code(li(T1, PASS));
    code.code([store(2, T1, T0, 0), j(0)]);
}

/// A sieve over 8 KiB, a CRC over 1 KiB, and a product of matrices of 24 by 24 words, this
/// often: about 240,000 instructions each time.
pub(super) fn straight(times: u64) -> Vec<u32> {
    straight_on(1, times)
}

/// The same on each of so many harts, with data of its own.
pub(super) fn straight_on(harts: u64, times: u64) -> Vec<u32> {
    let mut code = Labelled::new();
    code.code(li(BASE, DATA)).code([csrrs(T0, HART_ID, 0)]);
    code.code([slli(T1, T0, 16), add(BASE, BASE, T1)]);
    code.code(li(COUNT, times)).label("again");
    sieve(&mut code);
    crc(&mut code);
    matrices(&mut code);
    code.code([addi(COUNT, COUNT, -1)]);
    code.branch(BNE, COUNT, 0, "again");
    // The first hart ends it, when all have come here.
    code.code(li(T0, DONE))
        .code([addi(T1, 0, 1), amoadd(8, 0, T0, T1)]);
    code.code([csrrs(T1, HART_ID, 0)]).code(li(T2, harts));
    code.branch(BNE, T1, 0, "park").label("others");
    code.code([load(3, T1, T0, 0)]);
    code.branch(BNE, T1, T2, "others");
    end(&mut code);
    code.label("park").code([WFI, j(-4)]);
    code.words()
}

fn sieve(code: &mut Labelled) {
    const BYTES: u64 = 8192;
    code.code([addi(S0, BASE, 0)]).code(li(T6, BYTES));
    code.code([add(T0, S0, T6), addi(T1, S0, 0)]).label("clear");
    code.code([store(3, 0, T1, 0), addi(T1, T1, 8)]);
    code.branch(BLTU, T1, T0, "clear");
    code.code([addi(S1, 0, 2), addi(T5, 0, 1), addi(S2, 0, 91)]);
    code.label("number");
    code.code([add(T1, S0, S1), load(4, T2, T1, 0)]);
    code.branch(BNE, T2, 0, "composite");
    code.code([mul(T3, S1, S1)]).label("strike");
    code.code([add(T4, S0, T3), store(0, T5, T4, 0), add(T3, T3, S1)]);
    code.branch(BLTU, T3, T6, "strike").label("composite");
    code.code([addi(S1, S1, 1)]);
    code.branch(BLTU, S1, S2, "number");
}

fn crc(code: &mut Labelled) {
    const POLYNOMIAL: u64 = 0xedb8_8320;
    code.code(li(A2, POLYNOMIAL));
    code.code([addi(A0, 0, -1), addi(T1, S0, 0), addi(T0, S0, 1024)]);
    code.label("byte");
    code.code([load(4, T2, T1, 0), xor(A0, A0, T2), addi(A1, 0, 8)]);
    code.label("bit");
    code.code([andi(T3, A0, 1), sub(T3, 0, T3), and(T3, T3, A2)]);
    code.code([srli(A0, A0, 1), xor(A0, A0, T3), addi(A1, A1, -1)]);
    code.branch(BNE, A1, 0, "bit");
    code.code([addi(T1, T1, 1)]);
    code.branch(BLTU, T1, T0, "byte");
}

fn matrices(code: &mut Labelled) {
    const SIDE: i32 = 24;
    const ROW: i32 = 4 * SIDE;
    code.code([addi(S2, S0, 0), addi(A1, 0, 0), addi(T6, 0, SIDE)]);
    code.label("row");
    code.code([addi(S3, S0, 0), addi(A2, 0, 0)]).label("column");
    code.code([
        addi(T0, S2, 0),
        addi(T1, S3, 0),
        addi(T2, 0, 0),
        addi(T5, 0, 0),
    ]);
    code.label("product");
    code.code([load(2, T3, T0, 0), load(2, T4, T1, 0), mul(T3, T3, T4)]);
    code.code([
        add(T5, T5, T3),
        addi(T0, T0, 4),
        addi(T1, T1, ROW),
        addi(T2, T2, 1),
    ]);
    code.branch(BLT, T2, T6, "product");
    code.code([store(2, T5, T1, 0), addi(S3, S3, 4), addi(A2, A2, 1)]);
    code.branch(BLT, A2, T6, "column");
    code.code([addi(S2, S2, ROW), addi(A1, A1, 1)]);
    code.branch(BLT, A1, T6, "row");
}

/// S-mode goes through sixteen address spaces, with a load and a store in each, this often.
pub(super) fn spaces(times: u64) -> Vec<u32> {
    const LEAF: u64 = (RAM >> 12 << 10) | 0xcf;
    const GIGAPAGE: u64 = (RAM >> 30) * 8;
    let mut code = Labelled::new();
    let root = |number: u64| DATA + 0x1000 * (number + 1);
    for number in 0..CONTEXTS {
        code.code(li(T0, root(number) + GIGAPAGE))
            .code(li(T1, LEAF));
        code.code([store(3, T1, T0, 0)]);
    }
    // The device is beyond the mapped gigapage, so the end is in M-mode.
    all_memory(&mut code);
    enter(&mut code, 1 << 11);
    code.code(li(COUNT, times))
        .code(li(S3, DATA))
        .code(li(S2, DATA + 0x800));
    for number in 0..CONTEXTS {
        let satp = 8 << 60 | (number + 1) << 44 | root(number) >> 12;
        let place = i32::try_from(8 * number).unwrap_or(0);
        code.code(li(T0, satp)).code([store(3, T0, S2, place)]);
    }
    code.label("again");
    for number in 0..CONTEXTS {
        let place = i32::try_from(8 * number).unwrap_or(0);
        code.code([load(3, T0, S2, place), csrrw(0, SATP, T0)]);
        code.code([load(3, T1, S3, 0), store(3, T1, S3, 8)]);
    }
    code.code([addi(COUNT, COUNT, -1)]);
    code.branch(BNE, COUNT, 0, "again");
    code.code([ECALL]).label("handler");
    end(&mut code);
    with_vector(code)
}

/// M-mode writes eight PMP addresses and their configuration, and U-mode loads, stores and calls
/// back; sixteen sets of entries, this often.
pub(super) fn protections(times: u64) -> Vec<u32> {
    let mut code = Labelled::new();
    code.code(li(COUNT, times)).code(li(S3, DATA));
    // The last entry is everything; the others are ranges of 4 KiB that nobody uses.
    for number in 0..CONTEXTS {
        for entry in 0..PMP_ENTRIES {
            let nowhere = 0x9000_0000 + 0x1_0000 * number + 0x1000 * u64::from(entry);
            let address = if entry == PMP_ENTRIES - 1 {
                u64::MAX >> 10
            } else {
                nowhere >> 2 | 0x1ff
            };
            code.code(li(T0, address));
            code.code(li(T1, DATA + 0x1000 + 0x40 * number + 8 * u64::from(entry)));
            code.code([store(3, T0, T1, 0)]);
        }
    }
    code.code(li(A1, 0x1f1f_1f1f_1f1f_1f1f))
        .code(li(S2, DATA + 0x1000));
    code.code(li(A2, DATA + 0x1000 + 0x40 * CONTEXTS));
    code.go("handler").label("user");
    code.code([load(3, T1, S3, 0), store(3, T1, S3, 8), ECALL]);
    code.label("handler");
    for entry in 0..PMP_ENTRIES {
        let place = i32::try_from(8 * entry).unwrap_or(0);
        code.code([load(3, T0, S2, place), csrrw(0, PMPADDR0 + entry, T0)]);
    }
    code.code([csrrw(0, PMPCFG0, A1), addi(S2, S2, 0x40)]);
    code.branch(BLTU, S2, A2, "inside");
    code.code([addi(S2, A2, 0)]).code([addi(S2, S2, -0x400)]);
    code.label("inside").code([addi(COUNT, COUNT, -1)]);
    code.branch(BNE, COUNT, 0, "go on");
    end(&mut code);
    code.label("go on");
    code.code([csrrw(0, MEPC, S0), MRET]);
    let user = RAM + PREFIX_BYTES + code.offset("user");
    let mut whole = Labelled::new();
    whole.code(li(S0, user));
    whole.code([addi(0, 0, 0); 11]);
    let mut words = vector(code.offset("handler"));
    words.extend(whole.words());
    words.extend(code.words());
    words
}

/// Instructions in front of a program that has a handler: [`li`] and a store to `mtvec`, and as
/// many again.
const PREFIX_BYTES: u64 = 4 * (12 + 22);

fn vector(handler: u64) -> Vec<u32> {
    let mut words = li(T0, RAM + PREFIX_BYTES + handler);
    words.push(csrrw(0, MTVEC, T0));
    words
}

fn with_vector(code: Labelled) -> Vec<u32> {
    let mut words = vector(code.offset("handler"));
    words.extend([addi(0, 0, 0); 22]);
    words.extend(code.words());
    words
}

/// All of memory for everybody.
fn all_memory(code: &mut Labelled) {
    code.code(li(T0, u64::MAX >> 10))
        .code([csrrw(0, PMPADDR0, T0)]);
    code.code([addi(T0, 0, 0x1f), csrrw(0, PMPCFG0, T0)]);
}

/// Goes on behind itself in the mode of `MPP`.
fn enter(code: &mut Labelled, mode: u64) {
    // `auipc t0, 0`; what follows is 15 instructions.
    code.code([0x17 | T0 << 7, addi(T0, T0, 4 * 16), csrrw(0, MEPC, T0)]);
    code.code(li(T1, mode)).code([csrrw(0, MSTATUS, T1), MRET]);
}
