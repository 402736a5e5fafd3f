//! Traps, interrupts and returns (privileged ISA 3.1.6 to 3.1.9, 3.3.2).

use super::State;
use super::status::{
    MIE, SIE, entered_machine, entered_supervisor, left_machine, left_supervisor,
    previous_privilege,
};
use crate::bits::field;
use crate::cpu::{Exception, InterruptLines, Privilege};

/// Interrupts, the most important first (3.1.9): MEI, MSI, MTI, SEI, SSI, STI.
const PRIORITY: [u64; 6] = [11, 3, 7, 9, 1, 5];
const INTERRUPT: u64 = 1 << 63;

impl State {
    /// Enters the handler of an exception of the instruction at `pc`.
    pub(super) fn trap(&mut self, exception: Exception) {
        self.trapped += 1;
        let code = exception.cause.code();
        let delegated = field(self.csrs.medeleg, 0, 16) >> code & 1 == 1;
        let to_supervisor = delegated && self.privilege < Privilege::Machine;
        self.enter_handler(to_supervisor, code, exception.value);
    }

    /// Enters the handler of an interrupt.
    pub(super) fn interrupt(&mut self, number: u64) {
        let to_supervisor = self.csrs.mideleg >> number & 1 == 1;
        self.enter_handler(to_supervisor, INTERRUPT | number, 0);
    }

    fn enter_handler(&mut self, to_supervisor: bool, cause: u64, value: u64) {
        let from = self.privilege;
        let csrs = &mut self.csrs;
        let vector = if to_supervisor {
            (csrs.sepc, csrs.scause, csrs.stval) = (self.pc, cause, value);
            csrs.mstatus = entered_supervisor(csrs.mstatus, from);
            self.privilege = Privilege::Supervisor;
            csrs.stvec
        } else {
            (csrs.mepc, csrs.mcause, csrs.mtval) = (self.pc, cause, value);
            csrs.mstatus = entered_machine(csrs.mstatus, from);
            self.privilege = Privilege::Machine;
            csrs.mtvec
        };
        self.pc = handler(vector, cause);
        self.is_entered = false;
    }

    /// `mret`.
    pub(super) fn leave_machine(&mut self) {
        self.mmu.forget_messages();
        self.pc = self.csrs.mepc;
        self.privilege = previous_privilege(self.csrs.mstatus);
        self.csrs.mstatus = left_machine(self.csrs.mstatus);
        self.is_entered = false;
    }

    /// `sret`.
    pub(super) fn leave_supervisor(&mut self) {
        self.pc = self.csrs.sepc;
        self.privilege = match field(self.csrs.mstatus, 8, 1) {
            0 => Privilege::User,
            _ => Privilege::Supervisor,
        };
        self.csrs.mstatus = left_supervisor(self.csrs.mstatus);
        self.is_entered = false;
    }

    /// The most important interrupt that is pending, enabled, and not masked in the present
    /// mode (3.1.9); those for M-mode before those for S-mode.
    pub(super) fn due_interrupt(&self) -> Option<u64> {
        let waiting = self.csrs.mip & self.csrs.mie;
        if waiting == 0 {
            return None;
        }
        let status = self.csrs.mstatus;
        let machine = self.privilege < Privilege::Machine || status & MIE != 0;
        let supervisor = match self.privilege {
            Privilege::User => true,
            Privilege::Supervisor => status & SIE != 0,
            Privilege::Machine => false,
        };
        let of = |allowed: bool, which: u64| if allowed { waiting & which } else { 0 };
        let most = |due: u64| PRIORITY.into_iter().find(|number| due >> number & 1 == 1);
        most(of(machine, !self.csrs.mideleg)).or_else(|| most(of(supervisor, self.csrs.mideleg)))
    }

    pub(super) fn set_lines(&mut self, lines: InterruptLines) {
        let bit = |level: bool, bit: u32| u64::from(level) << bit;
        self.external_line = lines.supervisor_external;
        let external = self.external_line || self.csrs.external_by_software;
        let levels = bit(lines.software, 3) | bit(lines.timer, 7) | bit(lines.external, 11);
        let supervisor = bit(self.supervisor && external, 9);
        // With its own timer, STIP is a line like the others (Sstc 2.1).
        let (kept, timer) = match self.supervisor_timer() {
            None => (1 << 1 | 1 << 5, 0),
            Some(_) => (1 << 1, bit(lines.supervisor_timer, 5)),
        };
        self.csrs.mip = self.csrs.mip & kept | levels | supervisor | timer;
    }
}

/// Direct, or for interrupts four bytes per cause (3.1.7).
fn handler(vector: u64, cause: u64) -> u64 {
    let base = vector & !3;
    match vector & 1 == 1 && cause & INTERRUPT != 0 {
        true => base.wrapping_add(4 * (cause & !INTERRUPT)),
        false => base,
    }
}
