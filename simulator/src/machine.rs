//! The machine: a hart, the bus, and virtual time.

use septum_core::system;

use crate::bits::{low_u8, to_u64};
use crate::bus::{Accesses, Bus, BusError, BusEvent, BusMark};
use crate::contain::contained;
use crate::cpu::{Cpu, Exception, Executed, MachineError, Privilege};
use crate::device::PowerOff;
use crate::hart::{ExecutedStretch, Hart, HartMark};
use crate::monitor::{Monitor, Subject};
use crate::ram::Ram;

/// Why the machine handed control back: something that may be worth recording, or the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boundary {
    /// Virtual time has reached the limit.
    Limit,
    /// An instruction trapped; the hart is at the handler.
    Trapped(Exception),
    /// An interrupt with this number was taken; the hart is at the handler.
    Interrupted(u64),
    /// `mret` or `sret` completed; the hart is in this mode.
    Returned(Privilege),
    /// `wfi` completed; the hart sleeps until an interrupt is pending.
    Waiting,
    /// Devices have something to say: [`Machine::drain_events`].
    Devices,
    /// The machine is switched off.
    Off(PowerOff),
    /// The hart sleeps and nothing will ever wake it.
    Idle,
}

/// Everything of a machine but its RAM, at one instant.
#[derive(Debug, Clone)]
pub(crate) struct MachineMark<C = HartMark> {
    cpu: C,
    bus: BusMark,
    is_unsettled: bool,
    next_change_ns: u64,
    asleep_ns: Option<u64>,
    slept_ns: u64,
    off: Option<PowerOff>,
}

/// A machine with one hart.
///
/// Time is counted, not measured: each executed instruction, trapping ones included, costs the
/// same, and a sleeping hart jumps to the instant that wakes it.
pub struct Machine<C = Hart> {
    cpu: C,
    bus: Bus,
    /// Whether which interrupt is due must be looked at.
    is_unsettled: bool,
    ns_per_instruction: u64,
    /// When a device changes by itself next; the largest number is never.
    next_change_ns: u64,
    /// Since when the hart sleeps, if it does.
    asleep_ns: Option<u64>,
    /// Virtual nanoseconds that the hart has slept since reset.
    slept_ns: u64,
    off: Option<PowerOff>,
    failed: Option<MachineError>,
}

impl Machine {
    /// A machine after reset, with an empty RAM and the hart at `reset_pc`.
    ///
    /// # Errors
    /// When the description cannot be simulated.
    pub fn new(description: &system::Machine, reset_pc: u64) -> Result<Self, BusError> {
        let ns_per_instruction = description.ns_per_instruction.max(1);
        let cpu = Hart::new(&description.isolation, ns_per_instruction, reset_pc);
        Ok(Self {
            cpu: match description.sstc {
                true => cpu.with_supervisor_timer(),
                false => cpu,
            },
            bus: Bus::new(description)?,
            is_unsettled: true,
            ns_per_instruction,
            next_change_ns: 0,
            asleep_ns: None,
            slept_ns: 0,
            off: None,
            failed: None,
        })
    }
}

impl Machine {
    /// From now on every executed instruction is kept until [`Machine::drain_instructions`],
    /// which whoever runs the machine must call now and then.
    pub fn keep_instructions(&mut self) {
        self.cpu.keep_instructions(&mut self.bus);
    }

    /// Gives away what was executed since the last call, in order.
    pub fn drain_instructions(&mut self, take: impl FnMut(ExecutedStretch<'_>)) {
        self.cpu.drain_stretches(&mut self.bus, take);
    }

    /// Reads memory as the hart sees it now, or, where it sees nothing there, physical memory;
    /// says how many bytes there are.
    pub(crate) fn read_memory(&mut self, address: u64, data: &mut [u8]) -> usize {
        for (position, byte) in data.iter_mut().enumerate() {
            let address = address.wrapping_add(to_u64(position));
            let seen = self.cpu.look(&self.bus, address);
            let Some(offset) = seen.or_else(|| self.bus.ram().offset(address, 1)) else {
                return position;
            };
            *byte = low_u8(self.bus.ram().load(offset, 1));
        }
        data.len()
    }
}

impl<C: Cpu> Machine<C> {
    /// The hart.
    pub fn cpu(&self) -> &C {
        &self.cpu
    }

    /// The hart, to change.
    pub fn cpu_mut(&mut self) -> &mut C {
        self.is_unsettled = true;
        &mut self.cpu
    }

    /// Reads a CSR of the hart as M-mode would, without side effects; `None` where there is no
    /// such CSR.
    #[must_use]
    pub fn csr(&self, number: u16) -> Option<u64> {
        self.cpu.csr(&self.bus, number)
    }

    /// Virtual nanoseconds since reset.
    #[must_use]
    pub fn now_ns(&self) -> u64 {
        self.bus.now_ns()
    }

    /// Virtual nanoseconds that one instruction costs.
    #[must_use]
    pub fn ns_per_instruction(&self) -> u64 {
        self.ns_per_instruction
    }

    /// Instructions executed since reset, trapping ones included. Sleep costs none.
    #[must_use]
    pub fn instructions(&self) -> u64 {
        (self.now_ns() - self.slept_ns) / self.ns_per_instruction
    }

    /// Whether the hart sleeps in `wfi`.
    #[must_use]
    pub fn is_asleep(&self) -> bool {
        self.asleep_ns.is_some()
    }

    /// Since when the hart sleeps, if it does.
    #[must_use]
    pub fn asleep_ns(&self) -> Option<u64> {
        self.asleep_ns
    }

    /// When a sleeping hart may wake: now, if something has changed that was not yet looked
    /// at; `u64::MAX`, if nothing ever changes by itself.
    #[must_use]
    pub fn wakes_ns(&self) -> u64 {
        let now_ns = self.now_ns();
        if self.is_unsettled || self.bus.needs_attention() {
            return now_ns;
        }
        let next_ns = self.bus.next_change_ns();
        next_ns.map_or(u64::MAX, |next_ns| next_ns.max(now_ns.saturating_add(1)))
    }

    /// Looks at the bus.
    pub fn with_bus<T>(&self, look: impl FnOnce(&Bus) -> T) -> T {
        look(&self.bus)
    }

    /// Changes something on the bus.
    pub fn with_bus_mut<T>(&mut self, change: impl FnOnce(&mut Bus) -> T) -> T {
        self.bus.demand_attention();
        change(&mut self.bus)
    }

    /// Everything but the RAM.
    pub(crate) fn mark(&self) -> MachineMark<C::Mark> {
        MachineMark {
            cpu: self.cpu.mark(),
            bus: self.bus.mark(),
            is_unsettled: self.is_unsettled,
            next_change_ns: self.next_change_ns,
            asleep_ns: self.asleep_ns,
            slept_ns: self.slept_ns,
            off: self.off,
        }
    }

    /// Makes everything but the RAM what it was.
    pub(crate) fn restore(&mut self, mark: &MachineMark<C::Mark>) {
        self.cpu.restore(&mark.cpu);
        self.bus.restore(&mark.bus);
        self.is_unsettled = mark.is_unsettled;
        self.next_change_ns = mark.next_change_ns;
        self.asleep_ns = mark.asleep_ns;
        self.slept_ns = mark.slept_ns;
        self.off = mark.off;
    }

    /// The pages of RAM that were stored to since the last call.
    pub(crate) fn take_dirty(&mut self) -> Vec<usize> {
        self.cpu.forget_stores();
        self.bus.ram_mut().take_dirty()
    }

    /// RAM, to change it without anybody looking.
    pub(crate) fn ram_mut(&mut self) -> &mut Ram {
        self.bus.ram_mut()
    }

    /// From now on accesses to devices are kept.
    pub(crate) fn listen(&mut self) {
        self.bus.listen();
    }

    /// The accesses to devices since the last call.
    pub(crate) fn take_touched(&mut self) -> Accesses {
        self.bus.take_touched()
    }

    /// Hart and bus.
    pub(crate) fn parts(&mut self) -> (&mut C, &mut Bus) {
        (&mut self.cpu, &mut self.bus)
    }

    /// From now on each access is compared with what the design grants.
    pub(crate) fn watch(&mut self, monitor: Monitor) {
        self.bus.watch(monitor);
        self.cpu.watch(Subject::Nobody);
    }

    /// Nobody watches any more.
    pub fn stop_watching(&mut self) {
        self.bus.stop_watching();
        self.cpu.watch(Subject::Anybody);
    }

    /// The kernel's visit is over; who U-mode is until the next one.
    pub(crate) fn end_visit(&mut self, user: Subject) {
        if let Some(monitor) = self.bus.monitor_mut() {
            monitor.end_visit();
            self.cpu.watch(user);
        }
    }

    /// What devices did since the last call.
    pub fn drain_events(&mut self) -> Vec<BusEvent> {
        self.bus.drain_events()
    }

    /// Runs until the limit or until something happens that may be worth recording.
    ///
    /// # Errors
    /// When the hart failed; the machine then stays as it is and fails again.
    pub fn run(&mut self, limit_ns: u64) -> Result<Boundary, MachineError> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        contained(|| self.run_uncontained(limit_ns)).map_err(|message| {
            let error = MachineError::Engine {
                pc: self.cpu.pc(),
                message,
            };
            self.failed = Some(error.clone());
            error
        })
    }

    fn run_uncontained(&mut self, limit_ns: u64) -> Boundary {
        loop {
            if (self.is_unsettled || self.bus.needs_attention())
                && let Some(boundary) = self.attend()
            {
                return boundary;
            }
            let now_ns = self.bus.now_ns();
            if now_ns >= limit_ns {
                return Boundary::Limit;
            }
            if now_ns >= self.next_change_ns {
                self.bus.demand_attention();
            } else if self.asleep_ns.is_some() {
                if let Some(boundary) = self.sleep(limit_ns) {
                    return boundary;
                }
            } else if let Some(boundary) = self.execute(limit_ns) {
                return boundary;
            }
        }
    }

    /// Executes up to the limit or the next change of a device.
    fn execute(&mut self, limit_ns: u64) -> Option<Boundary> {
        let left_ns = self.next_change_ns.min(limit_ns) - self.bus.now_ns();
        let budget = left_ns.div_ceil(self.ns_per_instruction);
        let executed = self.cpu.run(&mut self.bus, budget);
        self.is_unsettled = executed != Executed::Retired;
        match executed {
            Executed::Retired | Executed::Changed => None,
            Executed::Trapped(exception) => Some(Boundary::Trapped(exception)),
            Executed::Returned(privilege) => Some(Boundary::Returned(privilege)),
            Executed::Waiting => {
                self.asleep_ns = Some(self.bus.now_ns());
                Some(Boundary::Waiting)
            }
        }
    }

    /// Looks at devices and interrupts after one of them may have changed.
    fn attend(&mut self) -> Option<Boundary> {
        if let Some(off) = self.off {
            return Some(Boundary::Off(off));
        }
        if self.bus.take_attention() {
            self.update_lines();
            self.off = self.bus.power_off();
            if self.bus.has_events() {
                // The interrupt is looked at again once the events are collected.
                self.is_unsettled = true;
                return Some(Boundary::Devices);
            }
        }
        if self.cpu.interrupt_pending() {
            self.asleep_ns = None;
        }
        let taken = self.cpu.take_interrupt().map(Boundary::Interrupted);
        self.is_unsettled = taken.is_some();
        taken
    }

    fn update_lines(&mut self) {
        let timer = self.cpu.supervisor_timer();
        self.bus.set_supervisor_timer(0, timer);
        self.bus.advance();
        self.next_change_ns = self.bus.next_change_ns().unwrap_or(u64::MAX);
        self.cpu.set_lines(self.bus.lines(0));
    }

    /// Jumps to the next change, which may be the end of the sleep.
    fn sleep(&mut self, limit_ns: u64) -> Option<Boundary> {
        if self.next_change_ns == u64::MAX {
            return Some(Boundary::Idle);
        }
        let wakes_ns = self.next_change_ns.min(limit_ns);
        self.slept_ns += wakes_ns.saturating_sub(self.now_ns());
        self.bus.set_now_ns(wakes_ns);
        self.bus.demand_attention();
        None
    }
}
