//! Translation of addresses: tables of every shape, in every mode (privileged ISA 4.3, 4.4, 3.1.6.3,
//! 3.7.2; in later versions of it 10.3 and 10.4).

use septum_guest::asm::{MRET, SFENCE, csrrw, jalr, load, store};
use septum_guest::bare::RAM;

use super::case::{BREAKPOINT, Case, MACHINE, MPRV, SUPERVISOR, USER, Value, WIDTHS, halves};

/// Bits of an entry (4.4.1).
const V: u64 = 1;
const R: u64 = 1 << 1;
const W: u64 = 1 << 2;
const X: u64 = 1 << 3;
const U: u64 = 1 << 4;
const G: u64 = 1 << 5;
const A: u64 = 1 << 6;
const D: u64 = 1 << 7;
const SOFTWARE: u64 = 3 << 8;
/// Everything that a leaf may allow, but to U-mode.
const ALL: u64 = V | R | W | X | A | D;

const SUM: u64 = 1 << 18;
const MXR: u64 = 1 << 19;

/// Tables, behind every program.
const ROOT: u64 = RAM + 0x80_0000;
const MIDDLE: u64 = ROOT + 0x1000;
const LAST: u64 = ROOT + 0x2000;
/// Pages of each size. The address has this place in each.
const PAGE: u64 = RAM + 0xb0_0000;
const MEGAPAGE: u64 = RAM + 0xa0_0000;
const GIGAPAGE: u64 = RAM;
/// An address that entry 1 of each table leads to.
const ADDRESS: u64 = 1 << 30 | 1 << 21 | 1 << 12;
/// There is nothing there.
const NOWHERE: u64 = 1 << 32;
/// The first page of the tables in `satp`, and the mode Sv39 (4.1.11).
const SATP: u64 = 8 << 60 | ROOT >> 12;

/// What lies in the page: `c.ebreak`.
const MARK: u64 = 0x9002_9002_9002_9002;
/// `fence.i`: what was stored may be executed.
const FENCE_I: u32 = 0x0000_100f;

/// An access, with the causes of its page fault and its access fault (3.1.15).
#[derive(Clone, Copy, PartialEq)]
struct Access {
    name: &'static str,
    page_fault: u64,
    access_fault: u64,
}

const LOAD: Access = access("load", 13, 5);
const STORE: Access = access("store", 15, 7);
const FETCH: Access = access("fetch", 12, 1);
const EVERY: &[Access] = &[LOAD, STORE, FETCH];

const fn access(name: &'static str, page_fault: u64, access_fault: u64) -> Access {
    Access {
        name,
        page_fault,
        access_fault,
    }
}

/// How an access ends.
#[derive(Clone, Copy)]
enum Outcome {
    Good,
    Page,
    Denied,
}

/// The entries that lead to an address.
#[derive(Clone, Copy)]
struct Walk {
    root: u64,
    middle: u64,
    last: u64,
    address: u64,
    /// Where it is.
    target: u64,
}

const fn entry(physical: u64, bits: u64) -> u64 {
    physical >> 12 << 10 | bits
}

const fn walk(root: u64, middle: u64, last: u64, target: u64) -> Walk {
    Walk {
        root,
        middle,
        last,
        address: ADDRESS,
        target,
    }
}

/// Pointers to a leaf of the last level.
const fn page(last: u64) -> Walk {
    walk(entry(MIDDLE, V), entry(LAST, V), last, PAGE)
}

/// A page with these bits.
const fn bits(bits: u64) -> Walk {
    page(entry(PAGE, bits))
}

/// A leaf of 2 MiB.
const fn megapage(middle: u64) -> Walk {
    walk(entry(MIDDLE, V), middle, 0, MEGAPAGE + 0x1000)
}

/// A leaf of 1 GiB.
const fn gigapage(root: u64) -> Walk {
    walk(root, 0, 0, GIGAPAGE + 0x20_1000)
}

/// The same at another address.
const fn at(walk: Walk, address: u64) -> Walk {
    Walk { address, ..walk }
}

/// Tables, what is special about them, which accesses end how, whoever makes them.
type Shape = (&'static str, Walk, &'static [Access], Outcome);

use Outcome::{Denied, Good, Page};

#[rustfmt::skip]
const SHAPES: &[Shape] = &[
    ("a page", bits(ALL), EVERY, Good),
    ("a page of 2 MiB", megapage(entry(MEGAPAGE, ALL)), EVERY, Good),
    ("a page of 1 GiB", gigapage(entry(GIGAPAGE, ALL)), EVERY, Good),
    ("global, software's bits", bits(ALL | G | SOFTWARE), EVERY, Good),
    ("a misaligned page of 2 MiB", megapage(entry(MEGAPAGE + 0x1000, ALL)), EVERY, Page),
    ("a misaligned page of 1 GiB", gigapage(entry(GIGAPAGE + 0x20_0000, ALL)), EVERY, Page),
    ("bit 39 of the address", at(bits(ALL), ADDRESS | 1 << 39), EVERY, Page),
    ("bit 63 of the address", at(bits(ALL), ADDRESS | 1 << 63), EVERY, Page),
    ("bits 63 to 39 without bit 38", at(bits(ALL), ADDRESS | !0 << 39), EVERY, Page),
    ("no page", bits(ALL & !V), EVERY, Page),
    ("no page of 2 MiB", megapage(entry(MEGAPAGE, ALL & !V)), EVERY, Page),
    ("no page of 1 GiB", gigapage(entry(GIGAPAGE, ALL & !V)), EVERY, Page),
    ("no middle table", walk(entry(MIDDLE, 0), entry(LAST, V), entry(PAGE, ALL), PAGE), EVERY, Page),
    ("no last table", walk(entry(MIDDLE, V), entry(LAST, 0), entry(PAGE, ALL), PAGE), EVERY, Page),
    ("a pointer at the last level", bits(V), EVERY, Page),
    ("W without R", bits(V | W | A | D), EVERY, Page),
    ("W and X without R", bits(V | W | X | A | D), EVERY, Page),
    ("W without R, 2 MiB", megapage(entry(MEGAPAGE, V | W | A | D)), EVERY, Page),
    ("W without R, 1 GiB", gigapage(entry(GIGAPAGE, V | W | X | A | D)), EVERY, Page),
    ("reserved bit 54", bits(ALL | 1 << 54), EVERY, Page),
    ("reserved bit 60", bits(ALL | 1 << 60), EVERY, Page),
    ("PBMT 1", bits(ALL | 1 << 61), EVERY, Page),
    ("PBMT 2", bits(ALL | 1 << 62), EVERY, Page),
    ("N", bits(ALL | 1 << 63), EVERY, Page),
    ("reserved bit 54, 2 MiB", megapage(entry(MEGAPAGE, ALL | 1 << 54)), EVERY, Page),
    ("N, 1 GiB", gigapage(entry(GIGAPAGE, ALL | 1 << 63)), EVERY, Page),
    ("a pointer with reserved bit 54", walk(entry(MIDDLE, V | 1 << 54), entry(LAST, V), entry(PAGE, ALL), PAGE), EVERY, Page),
    ("a pointer with N", walk(entry(MIDDLE, V), entry(LAST, V | 1 << 63), entry(PAGE, ALL), PAGE), EVERY, Page),
    ("a pointer with PBMT", walk(entry(MIDDLE, V | 1 << 61), entry(LAST, V), entry(PAGE, ALL), PAGE), EVERY, Page),
    ("a pointer with A", walk(entry(MIDDLE, V | A), entry(LAST, V), entry(PAGE, ALL), PAGE), EVERY, Page),
    ("a pointer with D", walk(entry(MIDDLE, V), entry(LAST, V | D), entry(PAGE, ALL), PAGE), EVERY, Page),
    ("a pointer with U", walk(entry(MIDDLE, V | U), entry(LAST, V), entry(PAGE, ALL), PAGE), EVERY, Page),
    ("only R", bits(V | R | A | D), &[LOAD], Good),
    ("only R", bits(V | R | A | D), &[STORE, FETCH], Page),
    ("R and W", bits(V | R | W | A | D), &[LOAD, STORE], Good),
    ("R and W", bits(V | R | W | A | D), &[FETCH], Page),
    ("only X", bits(V | X | A | D), &[FETCH], Good),
    ("only X", bits(V | X | A | D), &[LOAD, STORE], Page),
    ("A clear", bits(ALL & !A), EVERY, Page),
    ("D clear", bits(ALL & !D), &[LOAD, FETCH], Good),
    ("D clear", bits(ALL & !D), &[STORE], Page),
    ("A clear, 2 MiB", megapage(entry(MEGAPAGE, ALL & !A)), EVERY, Page),
    ("D clear, 1 GiB", gigapage(entry(GIGAPAGE, ALL & !D)), &[STORE], Page),
    ("a middle table nowhere", walk(entry(NOWHERE, V), entry(LAST, V), entry(PAGE, ALL), PAGE), EVERY, Denied),
    ("a last table nowhere", walk(entry(MIDDLE, V), entry(NOWHERE, V), entry(PAGE, ALL), PAGE), EVERY, Denied),
    ("a page nowhere", page(entry(NOWHERE, ALL)), EVERY, Denied),
];

/// What the modes and `SUM` and `MXR` decide (3.1.6.3, 4.3.1): mode, bits of `mstatus`, of the page.
type Right = (u64, u64, u64, &'static [Access], Outcome);

#[rustfmt::skip]
const RIGHTS: &[Right] = &[
    (USER, 0, ALL, EVERY, Page),
    (USER, SUM, ALL, EVERY, Page),
    (SUPERVISOR, 0, ALL | U, EVERY, Page),
    (SUPERVISOR, SUM, ALL | U, &[LOAD, STORE], Good),
    (SUPERVISOR, SUM, ALL | U, &[FETCH], Page),
    (SUPERVISOR, SUM, ALL, EVERY, Good),
    (SUPERVISOR, MXR, V | X | A | D, &[LOAD, FETCH], Good),
    (SUPERVISOR, MXR, V | X | A | D, &[STORE], Page),
    (USER, MXR, V | X | U | A | D, &[LOAD, FETCH], Good),
    (USER, MXR, V | X | U | A | D, &[STORE], Page),
    (SUPERVISOR, MXR, V | X | U | A | D, &[LOAD], Page),
    (SUPERVISOR, MXR | SUM, V | X | U | A | D, &[LOAD], Good),
    (SUPERVISOR, MXR, V | A | D, &[LOAD], Page),
];

/// An access under tables, from a mode.
struct Asked {
    subject: &'static str,
    detail: String,
    walk: Walk,
    mode: u64,
    /// Of `mstatus`.
    status: u64,
    access: Access,
    outcome: Outcome,
}

impl Asked {
    /// Instructions that fill the tables and switch them on; the last ones go to a mode.
    fn prepare(&self, more: &[u32], last: &[u32]) -> Vec<u32> {
        let stores = [(21, 20), (23, 22), (25, 24), (29, 28), (27, 26)];
        let mut code: Vec<u32> = stores.map(|(value, at)| store(3, value, at, 0)).to_vec();
        code.extend([FENCE_I, csrrw(0, 0x180, 5), SFENCE]);
        code.extend(more);
        code.extend(last);
        code
    }

    /// The access, and a look at what it left.
    fn words(&self) -> Vec<u32> {
        match self.access {
            LOAD => vec![load(3, 10, 30, 0)],
            STORE => vec![store(3, 11, 30, 0), load(3, 10, 26, 0)],
            _ => vec![jalr(0, 30, 0)],
        }
    }

    /// What the instructions find in registers.
    fn filled(&self, code: &[u32], status: u64, entry: i64) -> Case {
        let Walk {
            root,
            middle,
            last,
            address,
            target,
        } = self.walk;
        // The case's own code is where it was.
        let user = if self.mode == USER { U } else { 0 };
        let identity = self::entry(RAM, ALL | user);
        let registers = [
            (20, ROOT + 8),
            (21, root),
            (22, ROOT + 16),
            (23, identity),
            (24, MIDDLE + 8),
            (25, middle),
            (26, target),
            (27, MARK),
            (28, LAST + 8),
            (29, last),
            (30, address),
            (5, SATP),
            (7, status | WIDTHS),
        ];
        let case = Case::new(self.subject, self.detail.clone(), halves(code));
        let case = case.with(6, Value::Code(entry));
        registers
            .into_iter()
            .fold(case, |case, (register, value)| case.with(register, value))
    }

    /// How the access at a place ends.
    fn ended(&self, case: Case, place: i64) -> Case {
        let address = Value::Number(self.walk.address);
        let at = if self.access == FETCH {
            address
        } else {
            Value::Code(place)
        };
        match self.outcome {
            Page => case.traps_at(at, self.access.page_fault, address),
            Denied => case.traps_at(at, self.access.access_fault, address),
            Good if self.access == FETCH => case.traps_at(address, BREAKPOINT, address),
            Good if self.access == STORE => case.leaves(10, super::case::usual(11)),
            Good => case.leaves(10, MARK),
        }
    }

    /// In the mode itself; `more` is executed by M-mode before.
    fn in_mode(&self, more: &[u32]) -> Case {
        let last = [csrrw(0, 0x341, 6), csrrw(0, 0x300, 7), MRET];
        let code = self.prepare(more, &last);
        let place = 4 * i64::try_from(code.len()).expect("short");
        let code = [code, self.words()].concat();
        let status = self.status | self.mode << 11;
        let case = self.filled(&code, status, place);
        self.ended(case, place).leaves_status(status)
    }

    /// In M-mode, as if it were the mode (3.1.6.3).
    fn modified(&self) -> Case {
        let code = self.prepare(&[], &[csrrw(0, 0x300, 7)]);
        let place = 4 * i64::try_from(code.len()).expect("short");
        let code = [code, self.words()].concat();
        let status = self.status | MPRV;
        let case = self.filled(&code, status | self.mode << 11, place);
        self.ended(case, place)
            .leaves_status(status | MACHINE << 11)
    }
}

fn mode_name(mode: u64) -> &'static str {
    if mode == USER { "U-mode" } else { "S-mode" }
}

/// The entries of a walk that are leaves belong to U-mode.
fn for_user(walk: Walk) -> Walk {
    let own = |entry: u64| match entry & (R | W | X) {
        0 => entry,
        _ => entry | U,
    };
    Walk {
        root: own(walk.root),
        middle: own(walk.middle),
        last: own(walk.last),
        ..walk
    }
}

fn shapes() -> impl Iterator<Item = Asked> {
    SHAPES.iter().flat_map(|(what, walk, accesses, outcome)| {
        let modes = [(SUPERVISOR, *walk), (USER, for_user(*walk))];
        modes.into_iter().flat_map(move |(mode, walk)| {
            accesses.iter().map(move |access| Asked {
                subject: "Sv39",
                detail: format!("{what}: {}, {}", access.name, mode_name(mode)),
                walk,
                mode,
                status: 0,
                access: *access,
                outcome: *outcome,
            })
        })
    })
}

fn rights() -> impl Iterator<Item = Asked> {
    RIGHTS
        .iter()
        .flat_map(|(mode, status, page, accesses, outcome)| {
            accesses.iter().map(move |access| Asked {
                subject: "Sv39 rights",
                detail: format!(
                    "{page:#x} with {status:#x}: {}, {}",
                    access.name,
                    mode_name(*mode)
                ),
                walk: bits(*page),
                mode: *mode,
                status: *status,
                access: *access,
                outcome: *outcome,
            })
        })
}

/// Loads and stores of M-mode under `MPRV`.
fn modified() -> Vec<Case> {
    let of = |mode: u64, page: u64, status: u64, access: Access, outcome: Outcome| Asked {
        subject: "Sv39 under MPRV",
        detail: format!(
            "{page:#x} with {status:#x}: {}, {}",
            access.name,
            mode_name(mode)
        ),
        walk: bits(page),
        mode,
        status,
        access,
        outcome,
    };
    [
        of(SUPERVISOR, ALL, 0, LOAD, Good),
        of(SUPERVISOR, ALL, 0, STORE, Good),
        of(SUPERVISOR, ALL | U, 0, LOAD, Page),
        of(SUPERVISOR, ALL | U, SUM, STORE, Good),
        of(SUPERVISOR, V | X | A | D, MXR, LOAD, Good),
        of(USER, ALL | U, 0, LOAD, Good),
        of(USER, ALL | U, 0, STORE, Good),
        of(USER, ALL, SUM, LOAD, Page),
        of(SUPERVISOR, 0, 0, STORE, Page),
    ]
    .iter()
    .map(Asked::modified)
    .collect()
}

/// The last table is out of the walker's reach (3.7.2); these stay, so they come last.
fn protected() -> Vec<Case> {
    // pmpaddr1 is everything, pmpaddr0 the last table, and nobody may read that.
    let more = [
        csrrw(0, 0x3b1, 15),
        csrrw(0, 0x3b0, 16),
        csrrw(0, 0x3a0, 17),
        SFENCE,
    ];
    let of = |access: &Access| {
        let asked = Asked {
            subject: "Sv39 under PMP",
            detail: format!("the last table: {}", access.name),
            walk: bits(ALL),
            mode: SUPERVISOR,
            status: 0,
            access: *access,
            outcome: Denied,
        };
        let case = asked.in_mode(&more);
        let case = case.with(15, u64::MAX).with(16, LAST >> 2 | 0x1ff);
        case.with(17, 0x1f18)
    };
    EVERY.iter().map(of).collect()
}

/// Every case of translation.
pub(crate) fn cases() -> Vec<Case> {
    let asked = shapes().chain(rights());
    let mut cases: Vec<Case> = asked.map(|it| it.in_mode(&[])).collect();
    cases.extend(modified());
    cases.extend(protected());
    cases
}
