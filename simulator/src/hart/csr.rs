//! Control and status registers: which exist, what they read, what a store leaves in them.
//!
//! One table; a number that has no row does not exist.

use septum_isa::Operation;

use super::status::{self, MIE, MPIE, MPP, MPRV, MXR, SIE, SPIE, SPP, SUM, TSR, TVM, TW, UXL};
use super::{End, State, Step};
use crate::bits::{field, low_u16, low_u32, merge, to_u64};
use crate::bus::Bus;
use crate::cpu::Privilege;
use crate::pmp::PmpRegister;

/// What `sstatus` shows beside `UXL` (4.1.1).
const SSTATUS_WRITABLE: u64 = SIE | SPIE | SPP | SUM | MXR;
/// 3.1.6. Without F, FS is zero; without V, VS.
const MSTATUS_WRITABLE: u64 = MIE | MPIE | MPP | MPRV | TW;
const MSTATUS_SUPERVISOR: u64 = SSTATUS_WRITABLE | TVM | TSR;
const MACHINE_INTERRUPTS: u64 = 1 << 3 | 1 << 7 | 1 << 11;
const SUPERVISOR_INTERRUPTS: u64 = 1 << 1 | 1 << 5 | 1 << 9;
const SSIP: u64 = 1 << 1;
const SEIP: u64 = 1 << 9;
/// All but the call from M-mode and the reserved codes (3.1.8).
const DELEGABLE: u64 = 0xb3ff;
const STIP: u64 = 1 << 5;
const FIOM: u64 = 1;
/// Of `menvcfg`: `stimecmp` is on (Sstc 2.3).
const STCE: u64 = 1 << 63;
/// Of `mcounteren`: the clock is shown (3.1.11).
const TM: u64 = 1 << 1;
const COUNTERS: u64 = 0xffff_ffff;
const SATP: u16 = 0x180;
const STIMECMP: u16 = 0x14d;
const MENVCFG: u16 = 0x30a;

/// What the registers hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Csrs {
    pub(super) mstatus: u64,
    pub(super) medeleg: u64,
    pub(super) mideleg: u64,
    pub(super) mie: u64,
    pub(super) mip: u64,
    pub(super) mtvec: u64,
    pub(super) mepc: u64,
    pub(super) mcause: u64,
    pub(super) mtval: u64,
    mscratch: u64,
    mcounteren: u64,
    menvcfg: u64,
    pub(super) stvec: u64,
    pub(super) sepc: u64,
    pub(super) scause: u64,
    pub(super) stval: u64,
    pub(super) satp: u64,
    sscratch: u64,
    scounteren: u64,
    senvcfg: u64,
    stimecmp: u64,
    /// `SEIP` as software set it (3.1.9); the line is ORed in.
    pub(super) external_by_software: bool,
    /// What stores to `mcycle` and `minstret` added.
    cycle_offset: u64,
    instret_offset: u64,
}

impl Csrs {
    /// As after reset.
    pub(super) fn new(supervisor: bool) -> Self {
        Self {
            mstatus: status::after_reset(supervisor),
            ..Self::default()
        }
    }
}

/// What a store may change beside the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    Nothing,
    /// How addresses are understood.
    Addresses,
    /// Which interrupt is due.
    Interrupts,
    /// Both.
    Both,
}

type Read = fn(&State, &Bus, u16) -> u64;
type Write = fn(&mut State, u16, u64);

/// The CSRs from `first` to `last`.
struct Row {
    first: u16,
    last: u16,
    /// Exists only with S-mode.
    supervisor: bool,
    /// Exists only with S-mode's own timer.
    supervisor_timer: bool,
    effect: Effect,
    read: Read,
    write: Write,
}

impl Row {
    const fn new(first: u16, last: u16, read: Read, write: Write) -> Self {
        Self {
            first,
            last,
            supervisor: false,
            supervisor_timer: false,
            effect: Effect::Nothing,
            read,
            write,
        }
    }

    const fn one(number: u16, read: Read, write: Write) -> Self {
        Self::new(number, number, read, write)
    }

    const fn with_s(mut self) -> Self {
        self.supervisor = true;
        self
    }

    const fn with_sstc(mut self) -> Self {
        self.supervisor_timer = true;
        self.with_s()
    }

    const fn may_change(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }
}

/// A register that is plain storage.
macro_rules! plain {
    ($number:literal, $field:ident) => {
        plain!($number, $field, u64::MAX)
    };
    ($number:literal, $field:ident, $mask:expr) => {
        Row::one(
            $number,
            |s, _, _| s.csrs.$field,
            |s, _, v| s.csrs.$field = v & $mask,
        )
    };
}

fn zero(_: &State, _: &Bus, _: u16) -> u64 {
    0
}

fn ignore(_: &mut State, _: u16, _: u64) {}

/// Sorted by number. Sections are those of the privileged ISA, version 20211203.
const TABLE: &[Row] = &[
    // 4.1.1
    Row::one(
        0x100,
        |s, _, _| s.csrs.mstatus & (SSTATUS_WRITABLE | UXL),
        |s, _, v| s.csrs.mstatus = merge(s.csrs.mstatus, v, SSTATUS_WRITABLE),
    )
    .with_s()
    .may_change(Effect::Both),
    // 4.1.3
    Row::one(
        0x104,
        |s, _, _| s.csrs.mie & s.csrs.mideleg,
        |s, _, v| s.csrs.mie = merge(s.csrs.mie, v, s.csrs.mideleg),
    )
    .with_s()
    .may_change(Effect::Interrupts),
    // 4.1.2
    Row::one(
        0x105,
        |s, _, _| s.csrs.stvec,
        |s, _, v| s.csrs.stvec = legal_vector(s.csrs.stvec, v),
    )
    .with_s(),
    // 4.1.5
    plain!(0x106, scounteren, COUNTERS).with_s(),
    // 4.1.10
    plain!(0x10a, senvcfg, FIOM).with_s(),
    // 4.1.6 to 4.1.9
    plain!(0x140, sscratch).with_s(),
    plain!(0x141, sepc, !1).with_s(),
    plain!(0x142, scause).with_s(),
    plain!(0x143, stval).with_s(),
    // 4.1.3
    Row::one(
        0x144,
        |s, _, _| s.csrs.mip & s.csrs.mideleg,
        |s, _, v| s.csrs.mip = merge(s.csrs.mip, v, SSIP & s.csrs.mideleg),
    )
    .with_s()
    .may_change(Effect::Interrupts),
    // Sstc 2.1
    plain!(0x14d, stimecmp)
        .with_sstc()
        .may_change(Effect::Interrupts),
    // 4.1.11
    Row::one(
        SATP,
        |s, _, _| s.csrs.satp,
        |s, _, v| s.csrs.satp = s.legal_satp(v),
    )
    .with_s()
    .may_change(Effect::Addresses),
    // 3.1.6
    Row::one(
        0x300,
        |s, _, _| s.csrs.mstatus,
        |s, _, v| s.csrs.mstatus = s.legal_status(v),
    )
    .may_change(Effect::Both),
    // 3.1.1
    Row::one(0x301, |s, _, _| s.isa(), ignore),
    // 3.1.8
    plain!(0x302, medeleg, DELEGABLE).with_s(),
    plain!(0x303, mideleg, SUPERVISOR_INTERRUPTS)
        .with_s()
        .may_change(Effect::Interrupts),
    // 3.1.9
    Row::one(
        0x304,
        |s, _, _| s.csrs.mie,
        |s, _, v| s.csrs.mie = v & s.interrupts(),
    )
    .may_change(Effect::Interrupts),
    // 3.1.7
    Row::one(
        0x305,
        |s, _, _| s.csrs.mtvec,
        |s, _, v| s.csrs.mtvec = legal_vector(s.csrs.mtvec, v),
    ),
    // 3.1.11
    plain!(0x306, mcounteren, COUNTERS),
    // 3.1.18, Sstc 2.3
    Row::one(
        MENVCFG,
        |s, _, _| s.csrs.menvcfg,
        |s, _, v| s.csrs.menvcfg = v & s.environment(),
    )
    .may_change(Effect::Interrupts),
    // 3.1.12 (no counter can be inhibited), 3.1.10 (no events)
    Row::one(0x320, zero, ignore),
    Row::new(0x323, 0x33f, zero, ignore),
    // 3.1.13 to 3.1.16
    plain!(0x340, mscratch),
    plain!(0x341, mepc, !1),
    plain!(0x342, mcause),
    plain!(0x343, mtval),
    // 3.1.9
    Row::one(0x344, |s, _, _| s.csrs.mip, |s, _, v| s.store_pending(v))
        .may_change(Effect::Interrupts),
    // 3.7.1
    Row::new(
        0x3a0,
        0x3ef,
        |s, _, number| s.read_pmp(number),
        State::write_pmp,
    )
    .may_change(Effect::Addresses),
    // 3.1.10
    Row::one(
        0xb00,
        |s, _, _| s.cycle(),
        |s, _, v| s.csrs.cycle_offset = v.wrapping_sub(s.before() + 1),
    ),
    Row::one(
        0xb02,
        |s, _, _| s.instret(),
        |s, _, v| s.csrs.instret_offset = v.wrapping_sub(s.before() + 1 - s.trapped),
    ),
    Row::new(0xb03, 0xb1f, zero, ignore),
    // Unprivileged ISA 10.1
    Row::one(0xc00, |s, _, _| s.cycle(), ignore),
    Row::one(0xc01, |_, bus, _| bus.time(), ignore),
    Row::one(0xc02, |s, _, _| s.instret(), ignore),
    Row::new(0xc03, 0xc1f, zero, ignore),
    // 3.1.2 to 3.1.5, 3.1.17
    Row::new(0xf11, 0xf13, zero, ignore),
    Row::one(0xf14, |s, _, _| to_u64(s.number), ignore),
    Row::one(0xf15, zero, ignore),
];

/// The row of each number; the largest number where there is none.
static ROWS: [u8; 4096] = {
    let mut rows = [u8::MAX; 4096];
    let (mut place, mut number) = (0, 0);
    while place < rows.len() {
        let mut index = 0;
        while index < TABLE.len() {
            if TABLE[index].first <= number && number <= TABLE[index].last {
                rows[place] = index.to_le_bytes()[0];
            }
            index += 1;
        }
        place += 1;
        number += 1;
    }
    rows
};

/// A reserved mode leaves the old mode (3.1.7).
fn legal_vector(old: u64, new: u64) -> u64 {
    if new & 2 == 0 {
        new
    } else {
        merge(old, new, !3)
    }
}

#[inline]
fn row(number: u16) -> Option<&'static Row> {
    TABLE.get(usize::from(ROWS[usize::from(number & 0xfff)]))
}

/// Bits 11..10 of a number: all ones is read-only (2.1).
const fn is_read_only(number: u16) -> bool {
    number >> 10 & 3 == 3
}

impl State {
    /// Whether the hart has this CSR.
    pub(super) fn csr_exists(&self, number: u16) -> bool {
        row(number).is_some_and(|row| self.has_row(row, number))
    }

    fn has_row(&self, row: &Row, number: u16) -> bool {
        (self.supervisor || !row.supervisor)
            && (self.has_supervisor_timer || !row.supervisor_timer)
            && (!(0x3a0..=0x3ef).contains(&number) || self.has_pmp_register(number))
    }

    fn has_pmp_register(&self, number: u16) -> bool {
        PmpRegister::from_csr(number).is_some() && self.mmu.pmp().is_implemented()
    }

    /// Whether an instruction in the present mode may access it, if there is a row (2.1).
    fn csr_allowed(&self, row: &Row, number: u16, write: bool) -> bool {
        if !self.has_row(row, number) || (write && is_read_only(number)) {
            return false;
        }
        self.privilege == Privilege::Machine || self.csr_allowed_below(number)
    }

    /// Whether a mode below M-mode may access what is there.
    fn csr_allowed_below(&self, number: u16) -> bool {
        let least = match number >> 8 & 3 {
            0 => Privilege::User,
            1 => Privilege::Supervisor,
            _ => Privilege::Machine,
        };
        let trapped = number == SATP
            && self.privilege == Privilege::Supervisor
            && self.csrs.mstatus & TVM != 0;
        self.privilege >= least
            && !trapped
            && self.counter_allowed(number)
            && self.timer_allowed(number)
    }

    /// Below M-mode, `stimecmp` is there only where it is on and the clock is shown (Sstc 2.3).
    fn timer_allowed(&self, number: u16) -> bool {
        let is_shown = self.supervisor_timer().is_some() && self.csrs.mcounteren & TM != 0;
        number != STIMECMP || is_shown
    }

    /// When S-mode's own timer fires; `None` where it has none, or it is off.
    pub(super) fn supervisor_timer(&self) -> Option<u64> {
        let is_on = self.has_supervisor_timer && self.csrs.menvcfg & STCE != 0;
        is_on.then_some(self.csrs.stimecmp)
    }

    /// What `menvcfg` can hold.
    fn environment(&self) -> u64 {
        match self.has_supervisor_timer {
            true => FIOM | STCE,
            false => FIOM,
        }
    }

    /// Counters are shown to less privileged modes by `mcounteren` and `scounteren` (3.1.11).
    fn counter_allowed(&self, number: u16) -> bool {
        if !(0xc00..=0xc1f).contains(&number) {
            return true;
        }
        let shown = |enable: u64| enable >> (number & 31) & 1 == 1;
        match self.privilege {
            Privilege::Machine => true,
            Privilege::Supervisor => shown(self.csrs.mcounteren),
            Privilege::User => {
                shown(self.csrs.mcounteren) && (!self.supervisor || shown(self.csrs.scounteren))
            }
        }
    }

    /// The value of a CSR that exists; 0 otherwise.
    pub(super) fn read_csr(&self, bus: &Bus, number: u16) -> u64 {
        row(number).map_or(0, |row| (row.read)(self, bus, number))
    }

    /// Stores to a CSR that exists, as far as the value is legal; says whether the next
    /// instruction may be understood differently, or an interrupt be due before it.
    pub(super) fn write_csr(&mut self, number: u16, value: u64) -> bool {
        row(number).is_some_and(|row| self.write_row(row, number, value))
    }

    fn write_row(&mut self, row: &Row, number: u16, value: u64) -> bool {
        let was_untouchable =
            matches!(row.effect, Effect::Addresses | Effect::Both) && self.is_untouchable();
        (row.write)(self, number, value);
        match row.effect {
            Effect::Nothing => false,
            Effect::Interrupts => true,
            Effect::Addresses | Effect::Both => {
                let is_untouchable = was_untouchable && self.is_untouchable();
                self.is_entered &= is_untouchable;
                row.effect == Effect::Both || !is_untouchable
            }
        }
    }

    /// Whether neither `satp` nor the PMP decide about what the present mode accesses.
    fn is_untouchable(&self) -> bool {
        self.privilege == Privilege::Machine
            && self.csrs.mstatus & MPRV == 0
            && !self.mmu.pmp().binds_machine()
    }

    fn interrupts(&self) -> u64 {
        let supervisor = if self.supervisor {
            SUPERVISOR_INTERRUPTS
        } else {
            0
        };
        MACHINE_INTERRUPTS | supervisor
    }

    /// A store to `mip`: the supervisor bits only.
    fn store_pending(&mut self, value: u64) {
        if self.supervisor {
            self.csrs.external_by_software = value & SEIP != 0;
            let line = if self.external_line { SEIP } else { 0 };
            // With its own timer, STIP cannot be written (Sstc 2.1).
            let timer = self.supervisor_timer().map_or(0, |_| STIP);
            let writable = SUPERVISOR_INTERRUPTS & !timer;
            self.csrs.mip = merge(self.csrs.mip, value | line, writable);
        }
    }

    /// `MPP` holds only modes that exist (3.1.6.1).
    fn legal_status(&self, value: u64) -> u64 {
        let supervisor = if self.supervisor {
            MSTATUS_SUPERVISOR
        } else {
            0
        };
        let writable = MSTATUS_WRITABLE | supervisor;
        let exists = match field(value, 11, 2) {
            0 | 3 => true,
            1 => self.supervisor,
            _ => false,
        };
        let writable = if exists { writable } else { writable & !MPP };
        merge(self.csrs.mstatus, value, writable)
    }

    /// A reserved mode changes nothing; the ASID keeps the bits that exist (4.1.11).
    fn legal_satp(&self, value: u64) -> u64 {
        let asid = field(value, 44, 16) & self.asid_mask;
        match value >> 60 {
            0 | 8 => value >> 60 << 60 | asid << 44 | field(value, 0, 44),
            _ => self.csrs.satp,
        }
    }

    /// RV64IMAC, with S and U.
    fn isa(&self) -> u64 {
        let letter = |letter: u8| 1_u64 << (letter - b'a');
        let base = b"imacu".iter().fold(2 << 62, |isa, l| isa | letter(*l));
        base | if self.supervisor { letter(b's') } else { 0 }
    }

    /// Instructions executed before the present one.
    fn before(&self) -> u64 {
        self.executed + self.position
    }

    fn cycle(&self) -> u64 {
        self.before().wrapping_add(self.csrs.cycle_offset)
    }

    fn instret(&self) -> u64 {
        let retired = self.before() - self.trapped;
        retired.wrapping_add(self.csrs.instret_offset)
    }

    fn read_pmp(&self, number: u16) -> u64 {
        match PmpRegister::from_csr(number) {
            Some(PmpRegister::Configuration(n)) => self.mmu.pmp().read_configuration(n),
            Some(PmpRegister::Address(n)) => self.mmu.pmp().read_address(n),
            None => 0,
        }
    }

    fn write_pmp(&mut self, number: u16, value: u64) {
        match PmpRegister::from_csr(number) {
            Some(PmpRegister::Configuration(n)) => {
                self.mmu.pmp_mut().write_configuration(n, value);
            }
            Some(PmpRegister::Address(n)) => self.mmu.pmp_mut().write_address(n, value),
            None => {}
        }
    }

    /// CSR instructions (Zicsr): read, combine, store, write back. `None` where the mode may
    /// not.
    pub(super) fn csr_instruction(&mut self, bus: &mut Bus, step: &Step) -> Option<End> {
        let number = low_u16(low_u32(step.immediate));
        let operand = self.csr_operand(step);
        // csrrs and csrrc with x0 or 0 do not store at all.
        let sets = matches!(step.operation, Operation::Csrrw | Operation::Csrrwi);
        let stores = sets || step.rs1 != 0;
        let row = row(number).filter(|row| self.csr_allowed(row, number, stores))?;
        let old = (row.read)(self, bus, number);
        let changed = stores && {
            let new = match step.operation {
                Operation::Csrrs | Operation::Csrrsi => old | operand,
                Operation::Csrrc | Operation::Csrrci => old & !operand,
                _ => operand,
            };
            self.write_row(row, number, new)
        };
        if changed && matches!(number, STIMECMP | MENVCFG) {
            // The clock must know when it is due.
            bus.demand_attention();
        }
        self.x[usize::from(step.rd)] = old;
        Some(if changed { End::Changed } else { End::Next })
    }

    /// The register `rs1` or the immediate in its place.
    fn csr_operand(&self, step: &Step) -> u64 {
        match step.operation {
            Operation::Csrrw | Operation::Csrrs | Operation::Csrrc => self.x[usize::from(step.rs1)],
            _ => u64::from(step.rs1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_disjoint() {
        assert!(
            TABLE
                .iter()
                .all(|row| row.first <= row.last && row.last < 4096)
        );
        assert!(TABLE.windows(2).all(|rows| rows[0].last < rows[1].first));
    }

    #[test]
    fn every_number_finds_its_row_and_no_other() {
        for number in 0..4096 {
            let expected = TABLE
                .iter()
                .position(|r| (r.first..=r.last).contains(&number));
            let found = row(number).map(|r| r.first);
            assert_eq!(
                found,
                expected.map(|position| TABLE[position].first),
                "{number:#x}"
            );
        }
    }
}
