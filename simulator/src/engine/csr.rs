//! Control and status registers: which exist, what they read, what a store leaves in them.
//!
//! One table; a number that has no row does not exist. The engine's own CSR code is not
//! used: it panics on reserved values and lets U-mode through.

use rv64emu::rv64core::csr_regs_define::{
    MedelegIn, MidelegIn, XcauseIn, XieIn, XipIn, XstatusIn, XtvecIn,
};

use super::Engine;
use crate::bits::{field, low_u32, merge};
use crate::cpu::Privilege;
use crate::pmp::PmpRegister;

/// `SIE`, `SPIE`, `SPP`, `SUM`, `MXR`: what `sstatus` shows beside `UXL` (4.1.1).
const SSTATUS_WRITABLE: u64 = 1 << 1 | 1 << 5 | 1 << 8 | 1 << 18 | 1 << 19;
const UXL: u64 = 3 << 32;
/// `MIE`, `MPIE`, `MPP`, `MPRV`, `TW` (3.1.6). Without F, FS is zero; without V, VS.
const MSTATUS_WRITABLE: u64 = 1 << 3 | 1 << 7 | MPP | 1 << 17 | 1 << 21;
/// `TVM` and `TSR` exist with S-mode.
const MSTATUS_SUPERVISOR: u64 = SSTATUS_WRITABLE | 1 << 20 | 1 << 22;
const MPP: u64 = 3 << 11;
const MACHINE_INTERRUPTS: u64 = 1 << 3 | 1 << 7 | 1 << 11;
const SUPERVISOR_INTERRUPTS: u64 = 1 << 1 | 1 << 5 | 1 << 9;
const SSIP: u64 = 1 << 1;
const SEIP: u64 = 1 << 9;
/// All but the call from M-mode and the reserved codes (3.1.8).
const DELEGABLE: u64 = 0xb3ff;
const FIOM: u64 = 1;
const COUNTERS: u64 = 0xffff_ffff;
const TVM: u64 = 1 << 20;

const SATP: u16 = 0x180;

/// CSRs that are plain storage here.
#[derive(Debug, Clone, Default)]
pub(super) struct Plain {
    pub(super) satp: u64,
    mscratch: u64,
    sscratch: u64,
    mcounteren: u64,
    scounteren: u64,
    menvcfg: u64,
    senvcfg: u64,
    /// `SEIP` as software set it (3.1.9); the line is ORed in.
    pub(super) external_by_software: bool,
    /// What stores to `mcycle` and `minstret` added.
    cycle_offset: u64,
    instret_offset: u64,
}

type Read = fn(&Engine, u16) -> u64;
type Write = fn(&mut Engine, u16, u64);

/// The CSRs from `first` to `last`.
struct Row {
    first: u16,
    last: u16,
    /// Exists only with S-mode.
    supervisor: bool,
    read: Read,
    write: Write,
}

const fn always(number: u16, read: Read, write: Write) -> Row {
    Row {
        first: number,
        last: number,
        supervisor: false,
        read,
        write,
    }
}

const fn range(first: u16, last: u16, read: Read, write: Write) -> Row {
    Row {
        first,
        last,
        supervisor: false,
        read,
        write,
    }
}

const fn with_s(number: u16, read: Read, write: Write) -> Row {
    Row {
        first: number,
        last: number,
        supervisor: true,
        read,
        write,
    }
}

fn zero(_: &Engine, _: u16) -> u64 {
    0
}

fn ignore(_: &mut Engine, _: u16, _: u64) {}

/// Sorted by number. Sections are those of the privileged ISA, version 20211203.
const TABLE: &[Row] = &[
    // 4.1.1
    with_s(
        0x100,
        |e, _| e.status() & (SSTATUS_WRITABLE | UXL),
        |e, _, v| {
            e.set_status(merge(e.status(), v, SSTATUS_WRITABLE));
        },
    ),
    // 4.1.3
    with_s(
        0x104,
        |e, _| e.enabled() & e.delegated(),
        |e, _, v| {
            e.set_enabled(merge(e.enabled(), v, e.delegated()));
        },
    ),
    // 4.1.2
    with_s(
        0x105,
        |e, _| u64::from(e.core.csr_regs.stvec.get()),
        |e, _, v| {
            let legal = legal_vector(u64::from(e.core.csr_regs.stvec.get()), v);
            e.core.csr_regs.stvec.set(XtvecIn::from(legal));
        },
    ),
    // 4.1.5
    with_s(
        0x106,
        |e, _| e.plain.scounteren,
        |e, _, v| e.plain.scounteren = v & COUNTERS,
    ),
    // 4.1.10
    with_s(
        0x10a,
        |e, _| e.plain.senvcfg,
        |e, _, v| e.plain.senvcfg = v & FIOM,
    ),
    // 4.1.6 to 4.1.9
    with_s(
        0x140,
        |e, _| e.plain.sscratch,
        |e, _, v| e.plain.sscratch = v,
    ),
    with_s(
        0x141,
        |e, _| e.core.csr_regs.sepc.get(),
        |e, _, v| e.core.csr_regs.sepc.set(v & !1),
    ),
    with_s(
        0x142,
        |e, _| u64::from(e.core.csr_regs.scause.get()),
        |e, _, v| {
            e.core.csr_regs.scause.set(XcauseIn::from(v));
        },
    ),
    with_s(
        0x143,
        |e, _| e.core.csr_regs.stval.get(),
        |e, _, v| e.core.csr_regs.stval.set(v),
    ),
    // 4.1.3
    with_s(
        0x144,
        |e, _| e.pending() & e.delegated(),
        |e, _, v| {
            e.set_pending(merge(e.pending(), v, SSIP & e.delegated()));
        },
    ),
    // 4.1.11
    with_s(
        SATP,
        |e, _| e.plain.satp,
        |e, _, v| e.plain.satp = e.legal_satp(v),
    ),
    // 3.1.6
    always(
        0x300,
        |e, _| e.status(),
        |e, _, v| e.set_status(e.legal_status(v)),
    ),
    // 3.1.1
    always(0x301, |e, _| e.isa(), ignore),
    // 3.1.8
    with_s(
        0x302,
        |e, _| u64::from(e.core.csr_regs.medeleg.get()),
        |e, _, v| {
            e.core.csr_regs.medeleg.set(MedelegIn::from(v & DELEGABLE));
        },
    ),
    with_s(
        0x303,
        |e, _| e.delegated(),
        |e, _, v| {
            e.core
                .csr_regs
                .mideleg
                .set(MidelegIn::from(v & SUPERVISOR_INTERRUPTS));
        },
    ),
    // 3.1.9
    always(
        0x304,
        |e, _| e.enabled(),
        |e, _, v| e.set_enabled(v & e.interrupts()),
    ),
    // 3.1.7
    always(
        0x305,
        |e, _| u64::from(e.core.csr_regs.mtvec.get()),
        |e, _, v| {
            let legal = legal_vector(u64::from(e.core.csr_regs.mtvec.get()), v);
            e.core.csr_regs.mtvec.set(XtvecIn::from(legal));
        },
    ),
    // 3.1.11
    always(
        0x306,
        |e, _| e.plain.mcounteren,
        |e, _, v| e.plain.mcounteren = v & COUNTERS,
    ),
    // 3.1.18
    always(
        0x30a,
        |e, _| e.plain.menvcfg,
        |e, _, v| e.plain.menvcfg = v & FIOM,
    ),
    // 3.1.12 (no counter can be inhibited), 3.1.10 (no events)
    always(0x320, zero, ignore),
    range(0x323, 0x33f, zero, ignore),
    // 3.1.13 to 3.1.16
    always(
        0x340,
        |e, _| e.plain.mscratch,
        |e, _, v| e.plain.mscratch = v,
    ),
    always(
        0x341,
        |e, _| e.core.csr_regs.mepc.get(),
        |e, _, v| {
            e.core.csr_regs.mepc.set(v & !1);
        },
    ),
    always(
        0x342,
        |e, _| u64::from(e.core.csr_regs.mcause.get()),
        |e, _, v| {
            e.core.csr_regs.mcause.set(XcauseIn::from(v));
        },
    ),
    always(
        0x343,
        |e, _| e.core.csr_regs.mtval.get(),
        |e, _, v| e.core.csr_regs.mtval.set(v),
    ),
    // 3.1.9
    always(0x344, |e, _| e.pending(), |e, _, v| e.store_pending(v)),
    // 3.7.1
    range(0x3a0, 0x3ef, Engine::read_pmp, Engine::write_pmp),
    // 3.1.10
    always(
        0xb00,
        |e, _| e.cycle(),
        |e, _, v| {
            e.plain.cycle_offset = v.wrapping_sub(e.executed);
        },
    ),
    always(
        0xb02,
        |e, _| e.instret(),
        |e, _, v| {
            e.plain.instret_offset = v.wrapping_sub(e.retired());
        },
    ),
    range(0xb03, 0xb1f, zero, ignore),
    // Unprivileged ISA 10.1
    always(0xc00, |e, _| e.cycle(), ignore),
    always(0xc01, |e, _| e.bus.borrow().time(), ignore),
    always(0xc02, |e, _| e.instret(), ignore),
    range(0xc03, 0xc1f, zero, ignore),
    // 3.1.2 to 3.1.5, 3.1.17
    range(0xf11, 0xf13, zero, ignore),
    always(0xf14, |e, _| e.hart_id, ignore),
    always(0xf15, zero, ignore),
];

/// A reserved mode leaves the old mode (3.1.7).
fn legal_vector(old: u64, new: u64) -> u64 {
    if new & 2 == 0 {
        new
    } else {
        merge(old, new, !3)
    }
}

fn row(number: u16) -> Option<&'static Row> {
    let position = TABLE.partition_point(|row| row.last < number);
    TABLE.get(position).filter(|row| row.first <= number)
}

/// Bits 11..10 of a number: all ones is read-only (2.1).
const fn is_read_only(number: u16) -> bool {
    number >> 10 & 3 == 3
}

impl Engine {
    /// Whether the hart has this CSR.
    pub(super) fn csr_exists(&self, number: u16) -> bool {
        let pmp = PmpRegister::from_csr(number).is_some() && self.mmu.pmp().is_implemented();
        row(number).is_some_and(|row| self.supervisor || !row.supervisor)
            && (pmp || !(0x3a0..=0x3ef).contains(&number))
    }

    /// Whether an instruction in the present mode may access it (2.1).
    pub(super) fn csr_allowed(&self, number: u16, write: bool) -> bool {
        let privilege = self.privilege_now();
        let least = match number >> 8 & 3 {
            0 => Privilege::User,
            1 => Privilege::Supervisor,
            _ => Privilege::Machine,
        };
        let trapped =
            number == SATP && privilege == Privilege::Supervisor && self.status() & TVM != 0;
        self.csr_exists(number)
            && privilege >= least
            && !(write && is_read_only(number))
            && !trapped
            && self.counter_allowed(number)
    }

    /// Counters are shown to less privileged modes by `mcounteren` and `scounteren` (3.1.11).
    fn counter_allowed(&self, number: u16) -> bool {
        if !(0xc00..=0xc1f).contains(&number) {
            return true;
        }
        let shown = |enable: u64| enable >> (number & 31) & 1 == 1;
        match self.privilege_now() {
            Privilege::Machine => true,
            Privilege::Supervisor => shown(self.plain.mcounteren),
            Privilege::User => {
                shown(self.plain.mcounteren) && (!self.supervisor || shown(self.plain.scounteren))
            }
        }
    }

    /// The value of a CSR that exists; 0 otherwise.
    pub(super) fn read_csr(&self, number: u16) -> u64 {
        row(number).map_or(0, |row| (row.read)(self, number))
    }

    /// Stores to a CSR that exists, as far as the value is legal.
    pub(super) fn write_csr(&mut self, number: u16, value: u64) {
        if let Some(row) = row(number) {
            (row.write)(self, number, value);
        }
        self.state_changed();
    }

    pub(super) fn status(&self) -> u64 {
        u64::from(self.core.csr_regs.xstatus.get())
    }

    pub(super) fn set_status(&mut self, status: u64) {
        self.core.csr_regs.xstatus.set(XstatusIn::from(status));
    }

    pub(super) fn enabled(&self) -> u64 {
        u64::from(self.core.csr_regs.xie.get())
    }

    fn set_enabled(&mut self, enabled: u64) {
        self.core.csr_regs.xie.set(XieIn::from(enabled));
    }

    pub(super) fn pending(&self) -> u64 {
        u64::from(self.core.csr_regs.xip.get())
    }

    pub(super) fn set_pending(&mut self, pending: u64) {
        self.core.csr_regs.xip.set(XipIn::from(pending));
    }

    pub(super) fn delegated(&self) -> u64 {
        u64::from(self.core.csr_regs.mideleg.get())
    }

    fn interrupts(&self) -> u64 {
        MACHINE_INTERRUPTS
            | if self.supervisor {
                SUPERVISOR_INTERRUPTS
            } else {
                0
            }
    }

    /// A store to `mip`: the supervisor bits only.
    fn store_pending(&mut self, value: u64) {
        if self.supervisor {
            self.plain.external_by_software = value & SEIP != 0;
            let line = if self.external_line { SEIP } else { 0 };
            self.set_pending(merge(self.pending(), value | line, SUPERVISOR_INTERRUPTS));
        }
    }

    /// `MPP` holds only modes that exist (3.1.6.1).
    fn legal_status(&self, value: u64) -> u64 {
        let writable = MSTATUS_WRITABLE
            | if self.supervisor {
                MSTATUS_SUPERVISOR
            } else {
                0
            };
        let exists = match field(value, 11, 2) {
            0 | 3 => true,
            1 => self.supervisor,
            _ => false,
        };
        merge(
            self.status(),
            value,
            if exists { writable } else { writable & !MPP },
        )
    }

    /// A reserved mode changes nothing; the ASID keeps the bits that exist (4.1.11).
    fn legal_satp(&self, value: u64) -> u64 {
        let asid = field(value, 44, 16) & self.asid_mask;
        match value >> 60 {
            0 | 8 => value >> 60 << 60 | asid << 44 | field(value, 0, 44),
            _ => self.plain.satp,
        }
    }

    /// RV64IMAC, with S and U.
    fn isa(&self) -> u64 {
        let letter = |letter: u8| 1_u64 << (letter - b'a');
        let base = b"imacu".iter().fold(2 << 62, |isa, l| isa | letter(*l));
        base | if self.supervisor { letter(b's') } else { 0 }
    }

    fn cycle(&self) -> u64 {
        self.executed.wrapping_add(self.plain.cycle_offset)
    }

    fn instret(&self) -> u64 {
        self.retired().wrapping_add(self.plain.instret_offset)
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

    /// CSR instructions (Zicsr): read, combine, store, write back.
    pub(super) fn csr_instruction(&mut self, word: u32) -> Option<()> {
        let word = u64::from(word);
        let number = crate::bits::low_u16(low_u32(field(word, 20, 12)));
        let operand = self.csr_operand(word);
        // csrrs and csrrc with x0 or 0 do not store at all.
        let stores = field(word, 12, 2) == 1 || field(word, 15, 5) != 0;
        if !self.csr_allowed(number, stores) {
            return None;
        }
        let old = self.read_csr(number);
        if stores {
            let new = match field(word, 12, 2) {
                1 => operand,
                2 => old | operand,
                _ => old & !operand,
            };
            self.write_csr(number, new);
        }
        self.core.gpr.write(field(word, 7, 5), old);
        Some(())
    }

    /// The register `rs1` or the immediate in its place.
    fn csr_operand(&self, word: u64) -> u64 {
        match field(word, 14, 1) {
            0 => self.core.gpr.read(field(word, 15, 5)),
            _ => field(word, 15, 5),
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
