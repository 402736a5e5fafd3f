//! The recorder: what the kernel did, told from the outside.
//!
//! It sees traps, returns and waits of the hart, what devices did, and memory. It knows where
//! the kernel's state lies from the plan and what it means from `septum-abi`; the kernel does
//! nothing for it. The kernel is looked at only where it is consistent: when it returns to
//! U-mode or waits.
//!
//! When an event happened:
//! - what a partition asks for, and what that does to it and to others (`send`, `block`,
//!   `preempt`, the `wake` of a receiver): after the instruction that trapped;
//! - a deadline: when it passed, whoever ran then;
//! - what a partition gets (`dispatch`, `receive`): when it runs again; but what it has got
//!   when its window ends, before it can look: with the call;
//! - what the kernel does before a partition can run (a deadline that it missed while it did not
//!   run, the end of its restart): when that is done, at the latest at the end of the window;
//! - a window: at its begin, which is in the plan. So nothing depends on how long the kernel
//!   takes, except in the window where it takes that time. Whoever is still in a call then is
//!   told to have been preempted by that call.

mod calls;
mod entry;
mod health;
mod lane;
mod names;
mod stage;
mod state;
mod windows;
mod words;

use std::sync::Arc;

use septum_abi::call::Status;

use crate::bus::{BusEvent, BusEventKind};
use crate::cpu::{Cause, Cpu, Exception, Privilege, Registers};
use crate::device::PowerOff;
use crate::event::{Event, EventKind};
use crate::machine::Machine;
use crate::mmu::Access;
use crate::monitor::{Subject, Violation};
use crate::name::Name;
use entry::{Entry, Reason, Request};
use lane::{Lane, Receiving};
use names::Names;
use stage::Stage;
pub use stage::{Trace, Waiting};
use windows::Opened;
use words::status_name;

const MEPC: u16 = 0x341;
const MSCRATCH: u16 = 0x340;

/// Whose instructions are executed.
#[derive(Debug, Clone, Copy)]
struct Running {
    partition: usize,
    since_ns: u64,
}

/// When something happened, with the registers of that moment.
#[derive(Debug, Clone, Copy)]
struct Moment {
    time_ns: u64,
    registers: Registers,
}

impl Moment {
    /// When the trap came.
    fn of(entry: &Entry) -> Self {
        Self {
            time_ns: entry.time_ns,
            registers: entry.registers,
        }
    }
}

/// Turns what the machine does into events.
#[derive(Debug, Clone)]
pub struct Recorder {
    names: Arc<Names>,
    lanes: Vec<Lane>,
    running: Option<Running>,
    /// Who runs, as far as the trace says.
    dispatched: Option<usize>,
    entry: Option<Entry>,
    window: Option<Opened>,
    /// Faults that were told.
    faults: u64,
    /// Whether the kernel is done since the last [`Recorder::take_exit`].
    exited: bool,
    stage: Stage,
}

impl Recorder {
    /// For a machine that boots the image of this plan.
    #[must_use]
    pub fn new(plan: &septum_core::plan::Plan) -> Self {
        Self {
            names: Names::new(plan),
            lanes: vec![Lane::default(); plan.partitions.len()],
            running: None,
            dispatched: None,
            entry: None,
            window: None,
            faults: 0,
            exited: false,
            stage: Stage::default(),
        }
    }

    /// The trace since the last call.
    pub fn drain(&mut self) -> Trace {
        self.stage.drain()
    }

    /// The events that wait to be drained, each with its pc.
    pub(crate) fn released(&self) -> impl Iterator<Item = (&Event, u64)> {
        self.stage.released()
    }

    /// How much waits to be drained.
    #[must_use]
    pub fn waiting(&self) -> Waiting {
        self.stage.waiting()
    }

    /// Whether the kernel has been done since the last call, with everything told up to then.
    pub(crate) fn take_exit(&mut self) -> bool {
        std::mem::take(&mut self.exited)
    }

    /// The partition whose instructions are executed now.
    #[must_use]
    pub fn running(&self) -> Option<usize> {
        self.running.map(|running| running.partition)
    }

    /// A device did something.
    pub fn on_device(&mut self, machine: &Machine, event: &BusEvent) {
        match event.kind {
            BusEventKind::Violation(ref violation) => {
                self.on_violation(machine, event.time_ns, violation);
            }
            BusEventKind::Raised { device, source } => {
                let device = self.names.devices.get(device).cloned().unwrap_or_default();
                let source = u32::try_from(source).unwrap_or(u32::MAX);
                let kind = EventKind::InterruptRaised { device, source };
                self.add_at(machine, event.time_ns, None, kind);
            }
            BusEventKind::Claimed { source } => self.on_claim(machine, event.time_ns, source),
            BusEventKind::PowerOff(power_off) => {
                self.on_power_off(machine, event.time_ns, power_off)
            }
            BusEventKind::Completed { .. } | BusEventKind::Transmitted { .. } => {}
        }
    }

    fn on_violation(&mut self, machine: &Machine, time_ns: u64, violation: &Violation) {
        let (by, partition) = match violation.subject {
            Subject::Kernel => ("kernel", None),
            Subject::Partition(index) => ("partition", Some(index)),
            Subject::Anybody | Subject::Nobody => ("nobody", None),
        };
        let access = match violation.access {
            Access::Fetch => "fetch",
            Access::Load | Access::LoadReserved => "load",
            Access::Store | Access::Modify => "store",
        };
        let kind = EventKind::Violation {
            by: Name::fixed(by),
            access: Name::fixed(access),
            address: violation.address,
            region: violation.region.as_str().into(),
            pc: violation.pc,
        };
        self.add_at(machine, time_ns, partition, kind);
    }

    fn on_claim(&mut self, machine: &Machine, time_ns: u64, source: usize) {
        let names = Arc::clone(&self.names);
        let Some((partition, port)) = names.source(source) else {
            return;
        };
        self.lanes[partition].delivered_ns = Some(time_ns);
        let kind = EventKind::InterruptDelivered {
            port: port.name.clone(),
            source: port.source,
        };
        self.add_at(machine, time_ns, Some(partition), kind);
    }

    fn on_power_off(&mut self, machine: &Machine, time_ns: u64, power_off: PowerOff) {
        let now = self.moment(machine, time_ns);
        let failure = state::failure(machine, &self.names);
        if failure.is_none() {
            self.tell_last_faults(machine, now);
        }
        let reason = words::power_off(power_off, failure.as_ref());
        let code = match power_off {
            PowerOff::Exit(code) => code,
            PowerOff::Reset => 0,
        };
        self.add(now, None, EventKind::Stop { code, reason });
        self.stage.release(u64::MAX);
    }

    /// An instruction trapped.
    pub fn on_exception(&mut self, machine: &Machine, exception: Exception) {
        let is_call = exception.cause == Cause::CallFromUser;
        self.leave_partition(machine, |names, partition, registers| match is_call {
            true => Reason::Call(Request::read(machine, names, partition, &registers.x)),
            false => Reason::Fault(exception),
        });
    }

    /// An interrupt was taken.
    pub fn on_interrupt(&mut self, machine: &Machine) {
        self.leave_partition(machine, |_, _, _| Reason::Interrupt);
    }

    fn leave_partition(
        &mut self,
        machine: &Machine,
        reason: impl FnOnce(&Names, usize, &Registers) -> Reason,
    ) {
        let Some(Running {
            partition,
            since_ns,
        }) = self.running.take()
        else {
            return;
        };
        let time_ns = machine.now_ns();
        self.lanes[partition].instructions += (time_ns - since_ns) / machine.ns_per_instruction();
        let registers = Registers {
            pc: machine.csr(MEPC).unwrap_or_default(),
            x: machine.cpu().registers(),
            privilege: Privilege::User,
            partition: Some(partition),
        };
        let reason = reason(&self.names, partition, &registers);
        self.entry = Some(Entry {
            time_ns,
            partition,
            registers,
            reason,
            answered: false,
        });
    }

    /// The hart has returned from a trap.
    pub fn on_return(&mut self, machine: &Machine, to: Privilege) {
        let state = machine.csr(MSCRATCH).unwrap_or_default();
        if to != Privilege::User {
            return;
        }
        let Some(partition) = self.names.by_state(state) else {
            return;
        };
        if self.window_is_over(machine) {
            // The timer interrupts before the first instruction: the kernel has not come to
            // its end.
            if let Some(entry) = &mut self.entry {
                entry.answered |= entry.partition == partition;
            }
            return;
        }
        // The registers are those of the partition from here on.
        self.running = Some(Running {
            partition,
            since_ns: machine.now_ns(),
        });
        self.on_kernel_exit(machine, Some(partition));
    }

    fn window_is_over(&self, machine: &Machine) -> bool {
        let hart = state::hart(machine, &self.names);
        hart.is_some_and(|hart| self.names.nanoseconds(hart.window_end) <= machine.now_ns())
    }

    /// The hart waits, in the kernel.
    pub fn on_wait(&mut self, machine: &Machine) {
        self.on_kernel_exit(machine, None);
    }

    /// Nothing happens at this moment, but the trace is wanted up to it. Where the kernel is
    /// at work, what it does is told later.
    pub fn settle(&mut self, machine: &Machine) {
        if self.running.is_some() || (machine.is_asleep() && self.entry.is_none()) {
            let before_ns = machine.now_ns().saturating_sub(1);
            self.wake_by_deadline(machine, before_ns);
            self.stage.release(before_ns);
        }
    }

    /// The kernel is done for now: it returns to a partition, or waits.
    fn on_kernel_exit(&mut self, machine: &Machine, target: Option<usize>) {
        let names = Arc::clone(&self.names);
        let Some(hart) = state::hart(machine, &names) else {
            return;
        };
        let new_window = self.window.map(|window| window.end) != Some(hart.window_end);
        let done_ns = self.done_ns(machine);
        let mut faults = self.new_faults(machine);
        let entry = self.entry.take();
        if let Some(entry) = &entry {
            let stays = target == Some(entry.partition) && !new_window;
            let state = match target == Some(entry.partition) {
                true => state::running(machine, &names, entry.partition),
                false => state::partition(machine, &names, entry.partition),
            };
            let fault = health::take_own(&mut faults, entry, new_window);
            if let Some(state) = state {
                self.resolve(machine, entry, &state, fault);
                self.leave(entry, &state, stays);
            }
        }
        for fault in faults {
            self.tell_fault(self.moment(machine, done_ns), &fault);
        }
        self.wake(machine, entry.as_ref().map(|entry| entry.time_ns));
        self.end_restarts(machine, done_ns);
        self.open_windows(machine, &hart);
        if let Some(target) = target {
            self.dispatch(machine, target);
        }
        for lane in &mut self.lanes {
            lane.delivered_ns = None;
        }
        self.stage.release(machine.now_ns());
        self.exited = true;
    }

    /// When the kernel was done with what it did without being asked: in the window that it
    /// began in, whenever it waits next.
    fn done_ns(&self, machine: &Machine) -> u64 {
        let end = self.window.map(|window| self.names.nanoseconds(window.end));
        machine.now_ns().min(end.unwrap_or(u64::MAX))
    }

    /// Who has become ready. `trap_ns`: when the kernel was entered, from a partition.
    fn wake(&mut self, machine: &Machine, trap_ns: Option<u64>) {
        for partition in 0..self.lanes.len() {
            let Some(wait) = self.lanes[partition].wait else {
                continue;
            };
            let Some(state) = state::partition(machine, &self.names, partition) else {
                continue;
            };
            let ended = !state.is_waiting();
            let found = state.status() == Status::Ok.number();
            if (ended && found) || (!ended && state.pending() & wait.mask != 0) {
                let cause_ns = self.lanes[partition].delivered_ns.or(trap_ns);
                let time_ns = cause_ns.unwrap_or_else(|| machine.now_ns());
                self.add_wake(machine, partition, time_ns, false);
            } else if ended {
                let deadline_ns = wait.deadline_ns.unwrap_or_else(|| machine.now_ns());
                self.add_wake(machine, partition, deadline_ns, true);
            }
        }
        self.wake_by_deadline(machine, machine.now_ns());
    }

    /// Whose deadline has passed.
    fn wake_by_deadline(&mut self, machine: &Machine, until_ns: u64) {
        for partition in 0..self.lanes.len() {
            let deadline_ns = self.lanes[partition].wait.and_then(|wait| wait.deadline_ns);
            if let Some(deadline_ns) = deadline_ns.filter(|deadline| *deadline <= until_ns) {
                self.add_wake(machine, partition, deadline_ns, true);
            }
        }
    }

    fn add_wake(&mut self, machine: &Machine, partition: usize, time_ns: u64, timeout: bool) {
        self.lanes[partition].wait = None;
        self.add_at(
            machine,
            time_ns,
            Some(partition),
            EventKind::Wake { timeout },
        );
    }

    /// A partition runs from now on; it learns what its `receive` came to.
    fn dispatch(&mut self, machine: &Machine, partition: usize) {
        let now_ns = machine.now_ns();
        if self.dispatched != Some(partition) {
            self.dispatched = Some(partition);
            self.add_at(machine, now_ns, Some(partition), EventKind::Dispatch);
        }
        let Some(receiving) = self.lanes[partition].receiving.take() else {
            return;
        };
        let Some(state) = state::running(machine, &self.names, partition) else {
            return;
        };
        let now = self.moment(machine, now_ns);
        self.receive(machine, now, partition, receiving, &state);
    }

    /// A partition has learnt what its `receive` came to.
    fn receive(
        &mut self,
        machine: &Machine,
        moment: Moment,
        partition: usize,
        receiving: Receiving,
        state: &state::Partition,
    ) {
        let Receiving {
            port: number,
            age_ns,
        } = receiving;
        let names = Arc::clone(&self.names);
        let port = names.port(partition, number);
        let comes = [Status::Ok, Status::Stale]
            .map(Status::number)
            .contains(&state.status());
        let arrived = port.filter(|_| comes);
        let bytes = arrived.map(|port| state::bytes(machine, port.buffer, state.value()));
        let age_ns = age_ns.filter(|_| comes);
        let status = status_name(state.status());
        let kind = words::receive((port, number), bytes.unwrap_or_default(), age_ns, status);
        self.add(moment, Some(partition), kind);
    }

    /// An event with the registers as they are now.
    fn add_at(
        &mut self,
        machine: &Machine,
        time_ns: u64,
        partition: Option<usize>,
        kind: EventKind,
    ) {
        self.add(self.moment(machine, time_ns), partition, kind);
    }

    /// A time, with the registers as they are now.
    fn moment(&self, machine: &Machine, time_ns: u64) -> Moment {
        let registers = Registers {
            pc: machine.cpu().pc(),
            x: machine.cpu().registers(),
            privilege: machine.cpu().privilege(),
            partition: self.running(),
        };
        Moment { time_ns, registers }
    }

    /// An event of a partition; of the hart for `None`.
    fn add(&mut self, moment: Moment, partition: Option<usize>, kind: EventKind) {
        let instructions = partition.map_or(0, |partition| self.lanes[partition].instructions);
        let partition = partition.map(|partition| self.names.partitions[partition].name.clone());
        let event = Event {
            time_ns: moment.time_ns,
            instructions,
            hart: 0,
            partition,
            kind,
        };
        self.stage.add(event, &moment.registers);
    }
}
