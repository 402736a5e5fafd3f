//! The SYSTEM opcode: calls, returns, waiting, fences, CSRs (privileged ISA 3.3 and 4.2).
//!
//! The engine's own versions let U-mode execute `mret` and treat `wfi` as a no-op, so the
//! rules are here and only the state change of a return is the engine's.

use super::{Engine, illegal};
use crate::bits::field;
use crate::cpu::{Cause, Exception, Executed, Privilege};

const ECALL: u32 = 0x0000_0073;
const EBREAK: u32 = 0x0010_0073;
const SRET: u32 = 0x1020_0073;
const MRET: u32 = 0x3020_0073;
const WFI: u32 = 0x1050_0073;
const SFENCE_VMA: u32 = 0x1200_0073;
const SFENCE_VMA_MASK: u32 = 0xfe00_7fff;

const TVM: u64 = 1 << 20;
const TW: u64 = 1 << 21;
const TSR: u64 = 1 << 22;

impl Engine {
    /// Executes an instruction of the SYSTEM opcode.
    pub(super) fn system(&mut self, pc: u64, word: u32) -> Result<Executed, Exception> {
        match (word, field(u64::from(word), 12, 3)) {
            (ECALL, _) => Err(Exception {
                cause: self.call_cause(),
                value: 0,
            }),
            (EBREAK, _) => Err(Exception {
                cause: Cause::Breakpoint,
                value: pc,
            }),
            (MRET, _) if self.privilege_now() == Privilege::Machine => self.give_back(pc, word),
            (SRET, _) if self.may_sret() => self.give_back(pc, word),
            (WFI, _) if self.may_wait() => Ok(Executed::Waiting),
            (_, 0) if word & SFENCE_VMA_MASK == SFENCE_VMA && self.may_fence() => {
                self.mmu.fence();
                self.state_changed();
                Ok(Executed::Retired)
            }
            (_, 1..=3 | 5..=7) => self
                .csr_instruction(word)
                .map(|()| Executed::Retired)
                .ok_or(illegal(word)),
            _ => Err(illegal(word)),
        }
    }

    fn call_cause(&self) -> Cause {
        match self.privilege_now() {
            Privilege::User => Cause::CallFromUser,
            Privilege::Supervisor => Cause::CallFromSupervisor,
            Privilege::Machine => Cause::CallFromMachine,
        }
    }

    fn give_back(&mut self, pc: u64, word: u32) -> Result<Executed, Exception> {
        self.run_operation(pc, word)?;
        self.state_changed();
        Ok(Executed::Returned(self.privilege_now()))
    }

    /// In the given mode and above, unless M-mode traps it (3.1.6.5).
    fn supervisor_may(&self, trapped_by: u64) -> bool {
        self.supervisor
            && match self.privilege_now() {
                Privilege::User => false,
                Privilege::Supervisor => self.status() & trapped_by == 0,
                Privilege::Machine => true,
            }
    }

    fn may_sret(&self) -> bool {
        self.supervisor_may(TSR)
    }

    fn may_fence(&self) -> bool {
        self.supervisor_may(TVM)
    }

    /// U-mode may wait only where there is no S-mode (3.3.3).
    fn may_wait(&self) -> bool {
        match self.privilege_now() {
            Privilege::Machine => true,
            Privilege::Supervisor => self.status() & TW == 0,
            Privilege::User => !self.supervisor && self.status() & TW == 0,
        }
    }
}
