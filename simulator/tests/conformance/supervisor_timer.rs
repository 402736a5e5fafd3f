//! `stimecmp`: who may touch it, and what becomes pending (extension Sstc, version 1.0.0).

use septum_guest::asm::{csrrs, csrrw};

use super::case::{Case, ILLEGAL, MACHINE, SUPERVISOR, USER, Value, halves};

const STIMECMP: u32 = 0x14d;
const MCOUNTEREN: u32 = 0x306;
const MENVCFG: u32 = 0x30a;
const MIP: u32 = 0x344;
const STCE: u64 = 1 << 63;
const STIP: u64 = 1 << 5;
/// The clock, in `mcounteren`.
const TM: u64 = 2;

/// Mode, `menvcfg`, `mcounteren`, whether it may (2.3).
const ACCESSES: &[(u64, u64, u64, bool)] = &[
    (MACHINE, 0, 0, true),
    (MACHINE, STCE, 0, true),
    (SUPERVISOR, 0, 0, false),
    (SUPERVISOR, 0, TM, false),
    (SUPERVISOR, STCE, 0, false),
    (SUPERVISOR, STCE, 5, false),
    (SUPERVISOR, STCE, TM, true),
    (USER, STCE, 7, false),
];

fn accesses() -> impl Iterator<Item = Case> {
    ACCESSES.iter().map(|(mode, environment, shown, may)| {
        let word = csrrs(10, STIMECMP, 0);
        let registers = [
            (MENVCFG, (*environment).into()),
            (MCOUNTEREN, (*shown).into()),
        ];
        let detail = format!("in mode {mode} with {environment:#x} and {shown:#x}");
        let status = mode << 11;
        let case = Case::entered("stimecmp", detail, &registers, status, &[word]);
        let case = case.leaves_status(status);
        match may {
            true => case.leaves_anything(10),
            false => case.traps_at(Value::Code(Case::entry(2)), ILLEGAL, u64::from(word)),
        }
    })
}

/// With `menvcfg` in `x5`: in the past, then cleared by software, then never (2.1).
fn pending() -> impl Iterator<Item = Case> {
    let code = [
        csrrw(0, MENVCFG, 5),
        csrrw(0, STIMECMP, 0),
        csrrs(10, MIP, 0),
        csrrw(0, MIP, 0),
        csrrs(11, MIP, 0),
        csrrw(0, STIMECMP, 6),
        csrrs(12, MIP, 0),
        csrrs(13, STIMECMP, 0),
    ];
    [(STCE, STIP), (0, 0)].into_iter().map(move |(on, after)| {
        let case = Case::new("stimecmp", format!("pending with {on:#x}"), halves(&code));
        let case = case.with(5, on).with(6, u64::MAX);
        let case = case.leaves(10, after).leaves(11, after);
        case.leaves(12, 0).leaves(13, u64::MAX)
    })
}

/// Every case of S-mode's own timer.
pub(crate) fn cases() -> Vec<Case> {
    pending().chain(accesses()).collect()
}
