//! A hart with what the machine keeps of it.

use crate::cpu::Cpu;

/// A hart in its own time.
pub(super) struct Core<C> {
    pub(super) cpu: C,
    /// Virtual nanoseconds since reset, as far as it has come; of a hart that sleeps, when it
    /// began to.
    pub(super) time_ns: u64,
    /// Of these, those in which it executed.
    pub(super) spent_ns: u64,
    pub(super) is_asleep: bool,
    /// Whether which interrupt is due must be looked at.
    pub(super) is_unsettled: bool,
}

/// The same at one instant.
#[derive(Debug, Clone)]
pub(super) struct CoreMark<M> {
    cpu: M,
    time_ns: u64,
    spent_ns: u64,
    is_asleep: bool,
    is_unsettled: bool,
}

impl<C: Cpu> Core<C> {
    /// A hart after reset.
    pub(super) fn new(cpu: C) -> Self {
        Self {
            cpu,
            time_ns: 0,
            spent_ns: 0,
            is_asleep: false,
            is_unsettled: true,
        }
    }

    pub(super) fn mark(&self) -> CoreMark<C::Mark> {
        CoreMark {
            cpu: self.cpu.mark(),
            time_ns: self.time_ns,
            spent_ns: self.spent_ns,
            is_asleep: self.is_asleep,
            is_unsettled: self.is_unsettled,
        }
    }

    pub(super) fn restore(&mut self, mark: &CoreMark<C::Mark>) {
        self.cpu.restore(&mark.cpu);
        self.time_ns = mark.time_ns;
        self.spent_ns = mark.spent_ns;
        self.is_asleep = mark.is_asleep;
        self.is_unsettled = mark.is_unsettled;
    }

    /// Ends its sleep at a time, if there is a reason.
    pub(super) fn wake(&mut self, now_ns: u64) {
        if self.is_asleep && self.cpu.interrupt_pending() {
            self.is_asleep = false;
            self.time_ns = self.time_ns.max(now_ns);
        }
    }
}
