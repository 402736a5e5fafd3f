//! Visits to the kernel: how many instructions it takes from a trap to the return.

use crate::cpu::{Cause, Cpu, Privilege};
use crate::machine::{Boundary, Machine};

const MEPC: u16 = 0x341;

/// What led into the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    /// The machine was switched on.
    Reset,
    /// An exception in U-mode, with its number in `mcause`.
    Exception(u64),
    /// An interrupt of U-mode, with its number in `mcause`.
    Interrupt(u64),
}

impl Entry {
    /// A system call.
    pub const CALL: Self = Self::Exception(Cause::CallFromUser.code());
    /// The timer.
    pub const TIMER: Self = Self::Interrupt(7);
    /// A device.
    pub const DEVICE: Self = Self::Interrupt(11);
}

/// From a trap in U-mode, or reset, to the return to U-mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// What led into the kernel.
    pub entry: Entry,
    /// `mepc`: the instruction that trapped, or the one before which the interrupt came; 0
    /// after reset.
    pub from: u64,
    /// The first instruction in U-mode.
    pub to: u64,
    /// Executed instructions: from the `ecall`, or from the first one of the vector, to the
    /// `mret`, all of them included. Sleep costs none.
    pub instructions: u64,
    /// `wfi`s among them.
    pub waits: u64,
}

/// A visit that is not over.
#[derive(Debug, Clone, Copy)]
struct Begun {
    entry: Entry,
    from: u64,
    /// Instructions that the machine had executed before it.
    before: u64,
    waits: u64,
}

/// Watches a machine for visits.
#[derive(Debug, Clone)]
pub(crate) struct Visits {
    begun: Option<Begun>,
    over: Option<Visit>,
}

impl Visits {
    /// Of a machine that is about to be switched on.
    pub(crate) fn new() -> Self {
        let begun = Begun {
            entry: Entry::Reset,
            from: 0,
            before: 0,
            waits: 0,
        };
        Self {
            begun: Some(begun),
            over: None,
        }
    }

    /// The last visit that is over, once.
    pub(crate) fn take(&mut self) -> Option<Visit> {
        self.over.take()
    }

    /// The machine has handed control back.
    pub(crate) fn on_boundary(&mut self, machine: &Machine, boundary: Boundary) {
        match boundary {
            Boundary::Trapped(exception) => {
                // An `ecall` is part of its visit, what else traps has done nothing.
                let own = u64::from(exception.cause == Cause::CallFromUser);
                self.begin(machine, Entry::Exception(exception.cause.code()), own);
            }
            Boundary::Interrupted(number) => self.begin(machine, Entry::Interrupt(number), 0),
            Boundary::Waiting => {
                if let Some(begun) = &mut self.begun {
                    begun.waits += 1;
                }
            }
            Boundary::Returned(Privilege::User) => self.end(machine),
            _ => {}
        }
    }

    fn begin(&mut self, machine: &Machine, entry: Entry, own: u64) {
        // A trap in a visit is the kernel's own.
        let before = machine.instructions() - own;
        self.begun.get_or_insert_with(|| Begun {
            entry,
            from: machine.csr(MEPC).unwrap_or(0),
            before,
            waits: 0,
        });
    }

    fn end(&mut self, machine: &Machine) {
        let executed = machine.instructions();
        self.over = self.begun.take().map(|begun| Visit {
            entry: begun.entry,
            from: begun.from,
            to: machine.cpu().pc(),
            instructions: executed - begun.before,
            waits: begun.waits,
        });
    }
}
