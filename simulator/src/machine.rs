//! The machine: a hart, the bus, and virtual time.

use std::cell::RefCell;
use std::rc::Rc;

use septum_core::system;

use crate::bus::{Bus, BusError, BusEvent};
use crate::contain::contained;
use crate::cpu::{Cpu, Exception, Executed, MachineError, Privilege};
use crate::device::PowerOff;
use crate::engine::Engine;
use crate::wires::Wires;

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

/// A machine with one hart.
///
/// Time is counted, not measured: each executed instruction, trapping ones included, costs the
/// same, and a sleeping hart jumps to the instant that wakes it.
pub struct Machine<C = Engine> {
    cpu: C,
    bus: Rc<RefCell<Bus>>,
    wires: Rc<Wires>,
    ns_per_instruction: u64,
    /// When a device changes by itself next; the largest number is never.
    next_change_ns: u64,
    asleep: bool,
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
        let wires = Wires::new();
        let bus = Rc::new(RefCell::new(Bus::new(description, Rc::clone(&wires))?));
        let isolation = &description.isolation;
        let cpu = Engine::new(Rc::clone(&bus), Rc::clone(&wires), isolation, reset_pc);
        Ok(Self {
            cpu,
            bus,
            wires,
            ns_per_instruction: description.ns_per_instruction.max(1),
            next_change_ns: 0,
            asleep: false,
            slept_ns: 0,
            off: None,
            failed: None,
        })
    }
}

impl<C: Cpu> Machine<C> {
    /// The hart.
    pub fn cpu(&self) -> &C {
        &self.cpu
    }

    /// The hart, to change.
    pub fn cpu_mut(&mut self) -> &mut C {
        &mut self.cpu
    }

    /// Virtual nanoseconds since reset.
    #[must_use]
    pub fn now_ns(&self) -> u64 {
        self.wires.now_ns()
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
        self.asleep
    }

    /// When a sleeping hart may wake: now, if something has changed that was not yet looked
    /// at; `u64::MAX`, if nothing ever changes by itself.
    #[must_use]
    pub fn wakes_ns(&self) -> u64 {
        let now_ns = self.now_ns();
        if self.wires.needs_attention() {
            return now_ns;
        }
        let next_ns = self.with_bus(Bus::next_change_ns);
        next_ns.map_or(u64::MAX, |next_ns| next_ns.max(now_ns.saturating_add(1)))
    }

    /// Looks at the bus.
    pub fn with_bus<T>(&self, look: impl FnOnce(&Bus) -> T) -> T {
        look(&self.bus.borrow())
    }

    /// Changes something on the bus.
    pub fn with_bus_mut<T>(&self, change: impl FnOnce(&mut Bus) -> T) -> T {
        self.wires.devices_changed();
        change(&mut self.bus.borrow_mut())
    }

    /// What devices did since the last call.
    pub fn drain_events(&mut self) -> Vec<BusEvent> {
        self.bus.borrow_mut().drain_events()
    }

    /// Runs until the limit or until something happens that may be worth recording.
    ///
    /// # Errors
    /// When the engine failed; the machine then stays as it is and fails again.
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
            if self.wires.needs_attention()
                && let Some(boundary) = self.attend()
            {
                return boundary;
            }
            let now_ns = self.wires.now_ns();
            if now_ns >= limit_ns {
                return Boundary::Limit;
            }
            if now_ns >= self.next_change_ns {
                self.wires.devices_changed();
            } else if self.asleep {
                if let Some(boundary) = self.sleep(limit_ns) {
                    return boundary;
                }
            } else if let Some(boundary) = self.execute(now_ns) {
                return boundary;
            }
        }
    }

    /// Executes one instruction.
    #[inline]
    fn execute(&mut self, now_ns: u64) -> Option<Boundary> {
        let executed = self.cpu.step();
        self.wires
            .set_now_ns(now_ns.saturating_add(self.ns_per_instruction));
        match executed {
            Executed::Retired => None,
            Executed::Trapped(exception) => Some(Boundary::Trapped(exception)),
            Executed::Returned(privilege) => Some(Boundary::Returned(privilege)),
            Executed::Waiting => {
                self.asleep = true;
                // It may be pending already.
                self.wires.hart_changed();
                Some(Boundary::Waiting)
            }
        }
    }

    /// Looks at devices and interrupts after one of them may have changed.
    fn attend(&mut self) -> Option<Boundary> {
        if let Some(off) = self.off {
            return Some(Boundary::Off(off));
        }
        if self.wires.take_attention().devices {
            self.update_lines();
            self.off = self.bus.borrow().power_off();
            if self.bus.borrow().has_events() {
                // The interrupt is looked at again once the events are collected.
                self.wires.hart_changed();
                return Some(Boundary::Devices);
            }
        }
        self.asleep &= !self.cpu.interrupt_pending();
        self.cpu.take_interrupt().map(Boundary::Interrupted)
    }

    fn update_lines(&mut self) {
        let mut bus = self.bus.borrow_mut();
        bus.advance();
        self.next_change_ns = bus.next_change_ns().unwrap_or(u64::MAX);
        self.cpu.set_lines(bus.lines(0));
    }

    /// Jumps to the next change, which may be the end of the sleep.
    fn sleep(&mut self, limit_ns: u64) -> Option<Boundary> {
        if self.next_change_ns == u64::MAX {
            return Some(Boundary::Idle);
        }
        let wakes_ns = self.next_change_ns.min(limit_ns);
        self.slept_ns += wakes_ns.saturating_sub(self.now_ns());
        self.wires.set_now_ns(wakes_ns);
        self.wires.devices_changed();
        None
    }
}
