//! Calls, returns, waiting, fences (privileged ISA 3.3 and 4.2), and who may.

use septum_isa::Operation;

use super::status::{TSR, TVM, TW};
use super::{End, State};
use crate::cpu::{Cause, Exception, Privilege};

impl State {
    /// Executes the last instruction of a block, if it is one of the system's; `pc` is still at
    /// the block's begin. `None` where the mode may not.
    pub(super) fn system(&mut self, operation: Operation, pc: u64, next: u64) -> Option<End> {
        let raised = |cause, value| Some(End::Raised(Exception { cause, value }));
        match operation {
            Operation::Ecall => raised(self.call_cause(), 0),
            Operation::Ebreak => raised(Cause::Breakpoint, pc),
            Operation::Mret if self.privilege == Privilege::Machine => {
                self.leave_machine();
                Some(End::Returned)
            }
            Operation::Sret if self.supervisor_may(TSR) => {
                self.leave_supervisor();
                Some(End::Returned)
            }
            Operation::Wfi if self.may_wait() => {
                self.mmu.forget_messages();
                self.pc = next;
                Some(End::Waiting)
            }
            Operation::SfenceVma if self.supervisor_may(TVM) => {
                self.mmu.fence();
                self.is_entered = false;
                self.pc = next;
                Some(End::Next)
            }
            _ => None,
        }
    }

    fn call_cause(&self) -> Cause {
        match self.privilege {
            Privilege::User => Cause::CallFromUser,
            Privilege::Supervisor => Cause::CallFromSupervisor,
            Privilege::Machine => Cause::CallFromMachine,
        }
    }

    /// In S-mode and above, unless M-mode traps it (3.1.6.5).
    fn supervisor_may(&self, trapped_by: u64) -> bool {
        self.supervisor
            && match self.privilege {
                Privilege::User => false,
                Privilege::Supervisor => self.csrs.mstatus & trapped_by == 0,
                Privilege::Machine => true,
            }
    }

    /// U-mode may wait only where there is no S-mode (3.3.3).
    fn may_wait(&self) -> bool {
        let trapped = self.csrs.mstatus & TW != 0;
        match self.privilege {
            Privilege::Machine => true,
            Privilege::Supervisor => !trapped,
            Privilege::User => !self.supervisor && !trapped,
        }
    }
}
