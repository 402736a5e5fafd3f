//! A program for several harts.

use crate::asm::{
    FENCE, WFI, addi, amoadd, amoswap, andi, csrrs, csrrw, j, li, load, lr, sc, slli, store,
};
use crate::bare::RAM;
use crate::labelled::Labelled;

/// Where the program has its data.
pub const DATA: u64 = RAM + 0x1_0000;

const CLINT: u64 = 0x0200_0000;
const UART: u64 = 0x1000_0000;
const FINISHER: u64 = 0x10_0000;
const PASS: u64 = 0x5555;

const BEQ: u32 = 0;
const BNE: u32 = 1;

const T0: u32 = 5;
const T1: u32 = 6;
const T2: u32 = 7;
const ID: u32 = 8;
const BASE: u32 = 9;
const ROUNDS: u32 = 18;
const TOTAL: u32 = 19;
const OUTPUT: u32 = 20;
const HARTS: u32 = 21;
const ONE: u32 = 22;

const MIE: u32 = 0x304;
const MIP: u32 = 0x344;
const HART_ID: u32 = 0xf14;
/// The bit of the software interrupt in `mie` and `mip`.
const SOFTWARE: i32 = 8;

/// Counted by `lr` and `sc`.
const RESERVED: i32 = 0;
/// Counted by `amoadd`.
const ADDED: i32 = 64;
/// A lock, and what is counted by whoever has it.
const LOCK: i32 = 128;
const LOCKED: i32 = 136;
/// Harts that have counted to the end.
const DONE: i32 = 192;

/// Each hart counts this often in three ways, all of them together: by `lr` and `sc`, by `amoadd`,
/// and under a lock. The first one prints a `y` for each number that is right, and its own number;
/// then each wakes the next one by an interrupt, which prints its own. When the first is
/// woken again, the machine is switched off. With four harts `yyy0123` is printed.
#[must_use]
pub fn counting(harts: u64, rounds: u64) -> Vec<u32> {
    let mut code = Labelled::new();
    code.code([csrrs(ID, HART_ID, 0), addi(ONE, 0, 1)]);
    for (register, value) in [
        (BASE, DATA),
        (ROUNDS, rounds),
        (TOTAL, harts * rounds),
        (OUTPUT, UART),
        (HARTS, harts),
    ] {
        code.code(li(register, value));
    }
    count(&mut code);
    code.branch(BNE, ID, 0, "sleep").label("wait");
    code.code([load(3, T0, BASE, DONE)]);
    code.branch(BNE, T0, HARTS, "wait");
    for (place, after) in [(RESERVED, "first"), (ADDED, "second"), (LOCKED, "print")] {
        code.code([load(3, T0, BASE, place), addi(T1, 0, i32::from(b'y'))]);
        code.code([store(0, T1, OUTPUT, 0)]);
        code.branch(BEQ, T0, TOTAL, after);
        code.code([addi(T1, 0, i32::from(b'!')), store(0, T1, OUTPUT, 0)]);
        code.label(after);
    }
    wake_each_other(&mut code);
    code.words()
}

fn count(code: &mut Labelled) {
    code.label("again");
    code.code([lr(8, T0, BASE), addi(T0, T0, 1), sc(8, T1, BASE, T0)]);
    code.branch(BNE, T1, 0, "again");
    code.code([addi(T2, BASE, ADDED), amoadd(8, 0, T2, ONE)]);
    code.code([addi(T2, BASE, LOCK)]).label("locked");
    code.code([amoswap(4, T0, T2, ONE)]);
    code.branch(BNE, T0, 0, "locked");
    code.code([load(3, T0, BASE, LOCKED), addi(T0, T0, 1)]);
    code.code([store(3, T0, BASE, LOCKED), FENCE, store(2, 0, T2, 0)]);
    code.code([addi(ROUNDS, ROUNDS, -1)]);
    code.branch(BNE, ROUNDS, 0, "again");
    code.code([addi(T2, BASE, DONE), FENCE, amoadd(8, 0, T2, ONE)]);
}

fn wake_each_other(code: &mut Labelled) {
    // Behind "print", the last label.
    code.code([addi(T0, ID, i32::from(b'0')), store(0, T0, OUTPUT, 0)]);
    code.code([addi(T1, ID, 1)]).branch(BNE, T1, HARTS, "send");
    code.code([addi(T1, 0, 0)]).label("send");
    code.code(li(T2, CLINT)).code([slli(T1, T1, 2)]);
    code.code([
        crate::asm::add(T2, T2, T1),
        addi(T0, 0, 1),
        store(2, T0, T2, 0),
    ]);
    code.branch(BEQ, ID, 0, "sleep").label("park");
    code.code([WFI, j(-4)]);
    code.label("sleep");
    code.code([addi(T0, 0, SOFTWARE), csrrw(0, MIE, T0)]);
    code.label("asleep").code([csrrs(T1, MIP, 0)]);
    code.code([andi(T1, T1, SOFTWARE)]);
    code.branch(BNE, T1, 0, "woken");
    code.code([WFI]).go("asleep").label("woken");
    code.code(li(T2, CLINT)).code([slli(T1, ID, 2)]);
    code.code([crate::asm::add(T2, T2, T1), store(2, 0, T2, 0)]);
    code.branch(BNE, ID, 0, "print");
    code.code([addi(T0, 0, i32::from(b'\n')), store(0, T0, OUTPUT, 0)]);
    code.code(li(T0, FINISHER)).code(li(T1, PASS));
    code.code([store(2, T1, T0, 0), j(0)]);
}
