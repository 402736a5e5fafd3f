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
//! - what a partition gets (`dispatch`, `receive`): when it runs again;
//! - a window: at its begin, which is in the plan. So nothing depends on how long the kernel
//!   takes, except in the window where it takes that time. Whoever is still in a call then is
//!   told to have been preempted by that call.

mod entry;
mod names;
mod stage;
mod state;

use std::sync::Arc;

use septum_abi::call::{Call, Status};
use septum_abi::state::{Activity, HartState, refusal};

use crate::bus::{BusEvent, BusEventKind};
use crate::cpu::{Cause, Cpu, Exception, Privilege, Registers, cause_name};
use crate::device::PowerOff;
use crate::event::{Event, EventKind};
use crate::machine::Machine;
use crate::system_call::SystemCall;
use entry::{Entry, Reason, Request};
use names::{Names, Port};
use stage::Stage;
pub use stage::Trace;

const MEPC: u16 = 0x341;
const SATP: u16 = 0x180;

/// Whose instructions are executed.
#[derive(Debug, Clone, Copy)]
struct Running {
    partition: usize,
    since_ns: u64,
}

/// What the recorder remembers of a partition.
#[derive(Debug, Clone, Default)]
struct Lane {
    /// Instructions in U-mode, up to the last trap.
    instructions: u64,
    /// It waits, as far as the trace says.
    wait: Option<Wait>,
    /// It has called `receive` on this port and does not know the outcome.
    receiving: Option<u64>,
    /// When its interrupt was claimed, in this visit to the kernel.
    delivered_ns: Option<u64>,
}

#[derive(Debug, Clone, Copy)]
struct Wait {
    mask: u64,
    deadline_ns: Option<u64>,
}

/// Turns what the machine does into events.
pub struct Recorder {
    names: Arc<Names>,
    lanes: Vec<Lane>,
    running: Option<Running>,
    /// Who runs, as far as the trace says.
    dispatched: Option<usize>,
    entry: Option<Entry>,
    /// Number of the frame and of the window in it.
    window: Option<(u64, u64)>,
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
            stage: Stage::default(),
        }
    }

    /// The trace since the last call.
    pub fn drain(&mut self) -> Trace {
        self.stage.drain()
    }

    /// Events that wait to be drained.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.stage.released()
    }

    /// System calls that wait to be drained.
    #[must_use]
    pub fn waiting_calls(&self) -> usize {
        self.stage.calls()
    }

    /// The partition whose instructions are executed now.
    #[must_use]
    pub fn running(&self) -> Option<usize> {
        self.running.map(|running| running.partition)
    }

    /// A device did something.
    pub fn on_device(&mut self, machine: &Machine, event: &BusEvent) {
        match event.kind {
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
        let failure = state::failure(machine, &self.names);
        let reason = match (power_off, &failure) {
            (_, Some(hart)) => failure_in_words(hart),
            (PowerOff::Reset, None) => "reset by the kernel".to_owned(),
            (PowerOff::Exit(_), None) => "powered off by the kernel".to_owned(),
        };
        let code = match power_off {
            PowerOff::Exit(code) => code,
            PowerOff::Reset => 0,
        };
        self.add_at(machine, time_ns, None, EventKind::Stop { code, reason });
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
            pc: machine.cpu().csr(MEPC).unwrap_or_default(),
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
        if to != Privilege::User {
            return;
        }
        let Some(partition) = self.returned_to(machine) else {
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

    /// Whose address space is loaded, or without address spaces whom the kernel names.
    fn returned_to(&self, machine: &Machine) -> Option<usize> {
        match machine.cpu().csr(SATP) {
            Some(satp) => self.names.by_satp(satp),
            None => {
                let current = state::hart(machine, &self.names)?.current;
                let partition = usize::try_from(current).ok()?;
                (partition < self.names.partitions.len()).then_some(partition)
            }
        }
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
        let new_window = self.window != Some((hart.frame, hart.window));
        let entry = self.entry.take();
        if let Some(entry) = &entry {
            let stays = target == Some(entry.partition) && !new_window;
            self.resolve(machine, entry, stays);
        }
        self.wake(machine, entry.as_ref().map(|entry| entry.time_ns));
        self.open_windows(machine, &hart);
        if let Some(target) = target {
            self.dispatch(machine, target);
        }
        for lane in &mut self.lanes {
            lane.delivered_ns = None;
        }
        self.stage.release(machine.now_ns());
    }

    /// What became of a trap.
    fn resolve(&mut self, machine: &Machine, entry: &Entry, stays: bool) {
        let Some(state) = state::partition(machine, &self.names, entry.partition) else {
            return;
        };
        match &entry.reason {
            Reason::Call(request) => {
                self.stage.add_call(SystemCall {
                    time_ns: entry.time_ns,
                    registers: entry.registers,
                    status: state.is_ready().then(|| state.status()),
                });
                self.resolve_call(entry, request, &state);
            }
            Reason::Fault(exception) => {
                let (code, value) = (exception.cause.code(), exception.value);
                self.add_fault(entry, &state, cause_name(code), code, value);
            }
            Reason::Interrupt => {}
        }
        if !stays {
            self.dispatched = None;
            self.leave_in_trace(entry, &state);
        }
    }

    /// Why a partition does not go on.
    fn leave_in_trace(&mut self, entry: &Entry, state: &state::Partition) {
        match (&entry.reason, state.activity()) {
            (_, Some(Activity::Exited | Activity::Halted)) => {}
            (Reason::Call(request), _) if request.can_wait() && !entry.answered => {
                self.block(entry, request)
            }
            _ => self.add(entry, EventKind::Preempt),
        }
    }

    fn block(&mut self, entry: &Entry, request: &Request) {
        let deadline_ns = self.names.deadline_ns(request.arguments[1]);
        let mask = request.mask;
        self.lanes[entry.partition].wait = Some(Wait { mask, deadline_ns });
        let ports = self.names.port_names(entry.partition, mask);
        self.add(entry, EventKind::Block { ports, deadline_ns });
    }

    fn resolve_call(&mut self, entry: &Entry, request: &Request, state: &state::Partition) {
        match state.activity() {
            Some(Activity::Halted) => {
                self.add(
                    entry,
                    EventKind::DeniedCall {
                        number: request.number,
                    },
                );
                let code = Cause::CallFromUser.code();
                return self.add_fault(entry, state, "denied call", code, request.number);
            }
            Some(Activity::Exited) => return self.add(entry, EventKind::Exit),
            _ => {}
        }
        let names = Arc::clone(&self.names);
        let port = names.port(entry.partition, request.arguments[0]);
        let status = status_name(state.status());
        match request.call() {
            Some(Call::Send) => self.add(entry, send(request, port, status)),
            Some(Call::Signal) => self.add(entry, signal(request, port, status)),
            Some(Call::Log) => {
                self.add(
                    entry,
                    EventKind::Log {
                        bytes: request.bytes.clone(),
                        status,
                    },
                );
            }
            Some(Call::Acknowledge) if state.status() == Status::Ok.number() => {
                self.acknowledge(entry, port);
            }
            Some(Call::Receive) => {
                self.lanes[entry.partition].receiving = Some(request.arguments[0]);
            }
            _ => {}
        }
    }

    fn acknowledge(&mut self, entry: &Entry, port: Option<&Port>) {
        if let Some(port) = port {
            let (port, source) = (port.name.clone(), port.source);
            self.add(entry, EventKind::InterruptAcknowledged { port, source });
        }
    }

    fn add_fault(
        &mut self,
        entry: &Entry,
        state: &state::Partition,
        cause: &str,
        code: u64,
        value: u64,
    ) {
        let action = match state.activity() {
            Some(Activity::Halted) => "halt",
            _ => "none",
        };
        self.add(
            entry,
            EventKind::Fault {
                cause: cause.to_owned(),
                code,
                pc: entry.registers.pc,
                value,
                action: action.to_owned(),
            },
        );
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

    /// The windows that have begun since the last time: one, unless the kernel was so late
    /// that it did not wait in between.
    fn open_windows(&mut self, machine: &Machine, hart: &HartState) {
        if hart.frame == u64::MAX {
            // Before the first frame: the kernel boots.
            return;
        }
        let last = (hart.frame, hart.window);
        let mut starts = vec![(last, hart.window_start)];
        while let Some(((frame, window), start)) = starts.last().copied()
            && let Some(seen) = self.window
            && let Some(before) = self.window_before(frame, window)
            && before > seen
        {
            let duration = usize::try_from(before.1)
                .ok()
                .and_then(|at| self.names.windows.get(at));
            starts.push((before, start.saturating_sub(duration.copied().unwrap_or(0))));
        }
        if self.window == Some(last) {
            return;
        }
        self.window = Some(last);
        for ((frame, window), start) in starts.into_iter().rev() {
            let index = usize::try_from(window).unwrap_or(usize::MAX);
            let time_ns = self.names.nanoseconds(start);
            self.add_at(machine, time_ns, None, EventKind::Window { index, frame });
        }
    }

    fn window_before(&self, frame: u64, window: u64) -> Option<(u64, u64)> {
        let last = u64::try_from(self.names.windows.len())
            .ok()?
            .checked_sub(1)?;
        match window.checked_sub(1) {
            Some(window) => Some((frame, window)),
            None => frame.checked_sub(1).map(|frame| (frame, last)),
        }
    }

    /// A partition runs from now on; it learns what its `receive` came to.
    fn dispatch(&mut self, machine: &Machine, partition: usize) {
        let now_ns = machine.now_ns();
        if self.dispatched != Some(partition) {
            self.dispatched = Some(partition);
            self.add_at(machine, now_ns, Some(partition), EventKind::Dispatch);
        }
        let Some(number) = self.lanes[partition].receiving.take() else {
            return;
        };
        let Some(state) = state::partition(machine, &self.names, partition) else {
            return;
        };
        let ok = state.status() == Status::Ok.number();
        let length = if ok { state.value() } else { 0 };
        let port = self.names.port(partition, number);
        let kind = EventKind::Receive {
            channel: port.map_or_else(String::new, |port| port.subject.clone()),
            port: port_name(port, number),
            length,
            bytes: port
                .map(|p| state::bytes(machine, p.buffer, length))
                .unwrap_or_default(),
            status: status_name(state.status()),
        };
        self.add_at(machine, now_ns, Some(partition), kind);
    }

    /// An event of the partition that trapped, with the registers of the trap.
    fn add(&mut self, entry: &Entry, kind: EventKind) {
        let event = self.event(entry.time_ns, Some(entry.partition), kind);
        self.stage.add(event, entry.registers);
    }

    /// An event with the registers as they are now.
    fn add_at(
        &mut self,
        machine: &Machine,
        time_ns: u64,
        partition: Option<usize>,
        kind: EventKind,
    ) {
        let registers = Registers {
            pc: machine.cpu().pc(),
            x: machine.cpu().registers(),
            privilege: machine.cpu().privilege(),
            partition: self.running(),
        };
        let event = self.event(time_ns, partition, kind);
        self.stage.add(event, registers);
    }

    fn event(&self, time_ns: u64, partition: Option<usize>, kind: EventKind) -> Event {
        let instructions = partition.map_or(0, |partition| self.lanes[partition].instructions);
        let partition = partition.map(|partition| self.names.partitions[partition].name.clone());
        Event {
            time_ns,
            instructions,
            hart: 0,
            partition,
            kind,
        }
    }
}

fn status_name(status: u64) -> String {
    match Status::from_number(status) {
        Some(status) => status.name().to_owned(),
        None => format!("status {status}"),
    }
}

/// Its name; the number that was given where there is no such port.
fn port_name(port: Option<&Port>, number: u64) -> String {
    port.map_or_else(|| number.to_string(), |port| port.name.clone())
}

fn channel_name(port: Option<&Port>) -> String {
    port.map_or_else(String::new, |port| port.subject.clone())
}

fn send(request: &Request, port: Option<&Port>, status: String) -> EventKind {
    let [number, length] = request.arguments;
    EventKind::Send {
        channel: channel_name(port),
        port: port_name(port, number),
        length,
        bytes: request.bytes.clone(),
        status,
    }
}

fn signal(request: &Request, port: Option<&Port>, status: String) -> EventKind {
    EventKind::Signal {
        channel: channel_name(port),
        port: port_name(port, request.arguments[0]),
        status,
    }
}

/// Why the kernel stopped the machine.
fn failure_in_words(hart: &HartState) -> String {
    let (cause, pc, value) = (hart.failure_cause, hart.failure_pc, hart.failure_value);
    if cause & refusal::FLAG != 0 && cause >> 63 == 0 {
        let what = match cause & !refusal::FLAG {
            refusal::TABLES => "the tables",
            refusal::MISA => "the instruction set",
            refusal::PMP => "a PMP register",
            refusal::ASID => "the width of the ASID",
            refusal::REGISTER => "a control register",
            _ => "something unknown",
        };
        format!("the kernel refused to start: {what} is {pc:#x}, expected {value:#x}")
    } else {
        let name = cause_name(cause);
        format!("the kernel failed: {name} (mcause {cause:#x}) at pc {pc:#x}, mtval {value:#x}")
    }
}
