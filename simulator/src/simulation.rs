//! A simulated run of an image: machine, recorder, console and scripted input together.

use std::collections::BTreeMap;

use septum_core::image::Image;
use septum_core::plan::Plan;
use septum_core::scenario::Scenario;
use thiserror::Error;

use crate::bus::{BusError, BusEventKind};
use crate::console::{Console, ConsoleByte, ConsoleMark};
use crate::cpu::{Cpu, MachineError, Registers};
use crate::device::{Layout, PowerOff};
use crate::event::Event;
use crate::executable::{Executable, ExecutableError};
use crate::injection::{Fault, FaultError, Injections, Occasion};
use crate::load::{LoadError, fill, load};
use crate::machine::{Boundary, Machine, MachineMark};
use crate::monitor::{Monitor, Overlap, Subject};
use crate::plug::{self, Plug, PlugError};
use crate::recorder::{Recorder, Trace, Waiting};
use crate::run::Run;
use crate::script::{Script, ScriptProgress};
use crate::visit::{Visit, Visits};

/// The image cannot be booted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BootError {
    /// The machine description cannot be simulated.
    #[error(transparent)]
    Machine(#[from] BusError),
    /// The plan is no plan.
    #[error("{0}: this is a defect of the plan; nothing was run")]
    Overlap(#[from] Overlap),
    /// The image is not an ELF file for this machine.
    #[error("the image {0}")]
    Image(#[from] ExecutableError),
    /// A segment does not lie in RAM.
    #[error("the image {0}")]
    Segment(#[from] LoadError),
}

/// Why a run came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It came as far as was asked.
    Reached,
    /// The machine was powered off with this exit code; nothing happens any more.
    Stopped {
        /// The exit code; 0 is a pass.
        code: u32,
    },
    /// The hart waits, and nothing can ever wake it.
    Idle,
}

/// Everything of a run but RAM and console text, at one instant.
#[derive(Debug, Clone)]
pub struct SimulationMark {
    machine: MachineMark,
    recorder: Recorder,
    console: ConsoleMark,
    script: Script,
    lines: BTreeMap<usize, Script>,
    injections: Injections,
    visits: Visits,
}

/// A simulated run. One thread owns it.
pub struct Simulation {
    machine: Machine,
    recorder: Recorder,
    console: Console,
    script: Script,
    /// Who types on virtio consoles, by position in the machine description.
    lines: BTreeMap<usize, Script>,
    injections: Injections,
    visits: Visits,
}

impl Simulation {
    /// Puts the image into RAM and the hart at its entry, at time 0.
    ///
    /// # Errors
    /// When machine or image cannot be simulated.
    pub fn boot(plan: &Plan, image: &Image, scenario: &Scenario) -> Result<Self, BootError> {
        Self::boot_over(plan, image, scenario, 0)
    }

    /// Boots in RAM that is full of this byte before the image is loaded: what a machine finds in
    /// its RAM after power-on is anything.
    ///
    /// # Errors
    /// When machine or image cannot be simulated.
    pub fn boot_over(
        plan: &Plan,
        image: &Image,
        scenario: &Scenario,
        garbage: u8,
    ) -> Result<Self, BootError> {
        let program = Executable::read(&image.elf)?;
        let description = &plan.system.machine;
        let mut simulation = Self {
            machine: Machine::new(description, program.entry)?,
            recorder: Recorder::new(plan),
            console: Console::default(),
            script: Script::new(scenario),
            lines: BTreeMap::new(),
            injections: Injections::default(),
            visits: Visits::new(),
        };
        if garbage != 0 {
            for range in &description.ram {
                // There is such RAM, or there were no machine.
                let _ = fill(
                    &mut simulation.machine,
                    range.base,
                    range.size_bytes,
                    garbage,
                );
            }
        }
        load(&mut simulation.machine, description, &program)?;
        simulation.machine.watch(Monitor::new(plan)?);
        simulation.type_input();
        Ok(simulation)
    }

    /// Puts a device behind a virtio-mmio transport of the plan's machine.
    ///
    /// # Errors
    /// When there is no such transport, or something behind it.
    pub fn plug(&mut self, plan: &Plan, plug: Plug) -> Result<(), PlugError> {
        let index = plug::transport(&plan.system.machine, &plug.transport)?;
        if !self
            .machine
            .with_bus_mut(|bus| bus.plug(index, plug.device))
        {
            return Err(PlugError::Taken {
                name: plug.transport,
            });
        }
        self.lines.insert(index, Script::new(&plug.scenario));
        self.type_input();
        Ok(())
    }

    /// Chooses the registers of all virtio-mmio transports, before they are used.
    pub fn set_virtio_layout(&mut self, layout: Layout) {
        self.machine
            .with_bus_mut(|bus| bus.set_virtio_layout(layout));
    }

    /// Injects a fault at its occasion. Devices that are plugged must be plugged before.
    ///
    /// # Errors
    /// When there is nothing to inject it into.
    pub fn inject(&mut self, occasion: Occasion, fault: Fault) -> Result<(), FaultError> {
        let is_ram = |address, length| {
            let length = u64::try_from(length).unwrap_or(u64::MAX);
            self.machine
                .with_bus(|bus| bus.ram().offset(address, length).is_some())
        };
        match &fault {
            Fault::Flip { address, .. } if !is_ram(*address, 1) => {
                return Err(FaultError::Ram { address: *address });
            }
            Fault::Write { address, bytes } if !is_ram(*address, bytes.len()) => {
                return Err(FaultError::Ram { address: *address });
            }
            Fault::Type { device, .. } => {
                let listens = self.machine.with_bus_mut(|bus| bus.send_to(*device, &[]));
                if !listens {
                    return Err(FaultError::Line);
                }
            }
            _ => {}
        }
        self.injections.add(occasion, fault);
        Ok(())
    }

    /// Executes one instruction, of the hart whose turn it is, or sleeps until the next thing
    /// happens.
    ///
    /// # Errors
    /// When the emulator failed; from then on it always does.
    pub fn step(&mut self) -> Result<Outcome, MachineError> {
        let before = self.machine.instant();
        loop {
            let limit_ns = match self.machine.is_asleep() {
                true => self.machine.wakes_ns(),
                false => u64::MAX,
            };
            let outcome = self.turn_at_most(limit_ns, 1)?.1;
            let has_moved = self.machine.instant() > before;
            match outcome {
                None | Some(Outcome::Reached) if !has_moved => {}
                outcome => return Ok(outcome.unwrap_or(Outcome::Reached)),
            }
        }
    }

    /// Runs up to a virtual time. A hart that can never wake ends the run before it.
    ///
    /// # Errors
    /// When the emulator failed; from then on it always does.
    pub fn run_until(&mut self, time_ns: u64) -> Result<Outcome, MachineError> {
        loop {
            if let Some(outcome) = self.turn(time_ns)? {
                return Ok(outcome);
            }
        }
    }

    /// Runs until so many events wait to be drained, at most up to a virtual time.
    ///
    /// # Errors
    /// When the emulator failed; from then on it always does.
    pub fn run_events(&mut self, count: usize, time_ns: u64) -> Result<Outcome, MachineError> {
        self.run_while(time_ns, |waiting| waiting.events < count)
    }

    /// Runs until a system call waits to be drained, at most up to a virtual time.
    ///
    /// # Errors
    /// When the emulator failed; from then on it always does.
    pub fn run_call(&mut self, time_ns: u64) -> Result<Outcome, MachineError> {
        self.run_while(time_ns, |waiting| waiting.calls == 0)
    }

    /// Runs to the end of the next visit to the kernel, at most up to a virtual time; `None`
    /// where the run ends before.
    ///
    /// # Errors
    /// When the emulator failed; from then on it always does.
    pub fn run_visit(&mut self, time_ns: u64) -> Result<Option<Visit>, MachineError> {
        loop {
            if let Some(visit) = self.visits.take() {
                return Ok(Some(visit));
            }
            if self.turn(time_ns)?.is_some() {
                return Ok(None);
            }
        }
    }

    /// The events since the last call.
    pub fn drain_events(&mut self) -> Vec<Event> {
        self.drain_trace().events
    }

    /// The events since the last call, each with the registers, and the system calls.
    pub fn drain_trace(&mut self) -> Trace {
        self.injections.forget_seen();
        self.recorder.drain()
    }

    /// Virtual nanoseconds since reset.
    #[must_use]
    pub fn time_ns(&self) -> u64 {
        self.machine.now_ns()
    }

    /// The registers now.
    #[must_use]
    pub fn registers(&self) -> Registers {
        let cpu = self.machine.cpu();
        Registers {
            pc: cpu.pc(),
            x: cpu.registers(),
            privilege: cpu.privilege(),
            partition: self.recorder.running(),
        }
    }

    /// Physical memory; `None` where it is not all RAM.
    #[must_use]
    pub fn read_memory(&self, address: u64, length: usize) -> Option<Vec<u8>> {
        self.machine
            .with_bus(|bus| bus.ram().slice(address, length).map(<[u8]>::to_vec))
    }

    /// What partitions have printed so far.
    #[must_use]
    pub fn console(&self) -> &[ConsoleByte] {
        self.console.bytes()
    }

    /// Everything that was on the UART so far.
    #[must_use]
    pub fn uart_output(&self) -> &[u8] {
        self.console.raw()
    }

    /// Everything that was said on the virtio console behind this transport, by its position in
    /// the machine description.
    #[must_use]
    pub fn virtio_output(&self, device: usize) -> &[u8] {
        self.console.line(device)
    }

    /// How far the scenario has come.
    #[must_use]
    pub fn script_progress(&self) -> ScriptProgress {
        self.script.progress()
    }

    /// How many faults wait for a time or an event that has not come.
    #[must_use]
    pub fn injections_left(&self) -> usize {
        self.injections.left()
    }

    /// The machine, to look at.
    #[must_use]
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// The machine, to change it behind the kernel's back.
    pub fn machine_mut(&mut self) -> &mut Machine {
        &mut self.machine
    }

    /// Runs as long as what waits to be drained says so, at most up to a virtual time.
    fn run_while(
        &mut self,
        time_ns: u64,
        goes_on: impl Fn(Waiting) -> bool,
    ) -> Result<Outcome, MachineError> {
        while goes_on(self.recorder.waiting()) {
            if let Some(outcome) = self.turn(time_ns)? {
                return Ok(outcome);
            }
        }
        Ok(Outcome::Reached)
    }

    /// Goes on to the next boundary; an outcome where the run ends.
    fn turn(&mut self, limit_ns: u64) -> Result<Option<Outcome>, MachineError> {
        self.turn_with_boundary(limit_ns)
            .map(|(_, outcome)| outcome)
    }

    /// The same, and which boundary it was.
    pub(crate) fn turn_with_boundary(
        &mut self,
        limit_ns: u64,
    ) -> Result<(Boundary, Option<Outcome>), MachineError> {
        self.turn_at_most(limit_ns, u64::MAX)
    }

    /// The same, but at most so many instructions.
    fn turn_at_most(
        &mut self,
        limit_ns: u64,
        most: u64,
    ) -> Result<(Boundary, Option<Outcome>), MachineError> {
        let until = self.machine.instructions().saturating_add(most);
        loop {
            let next_ns = self.injections.next_ns();
            let left = until - self.machine.instructions();
            let boundary = self.machine.run_at_most(limit_ns.min(next_ns), left)?;
            // At the limit itself nothing is injected yet: who goes on from there does it.
            let goes_on = next_ns < limit_ns && self.machine.instructions() < until;
            let is_due = self.machine.now_ns() >= next_ns;
            if boundary != Boundary::Limit || !goes_on || !is_due {
                let outcome = self.take_in(boundary);
                self.inject_at_events();
                return Ok((boundary, outcome));
            }
            while let Some(fault) = self.injections.due(self.machine.now_ns()) {
                self.apply(&fault);
            }
        }
    }

    /// Injects what waits for events that the kernel is done with. Not before: what is known of the
    /// others depends on where a run stood still.
    fn inject_at_events(&mut self) {
        if self.recorder.take_exit() && self.injections.listen() {
            for fault in self.injections.hear(self.recorder.released()) {
                self.apply(&fault);
            }
        }
    }

    fn apply(&mut self, fault: &Fault) {
        self.machine.with_bus_mut(|bus| {
            // It was found to be possible before.
            match fault {
                Fault::Flip { address, mask } => {
                    let bytes = bus.ram().slice(*address, 1).map(<[u8]>::to_vec);
                    let turned = [bytes.map_or(0, |bytes| bytes[0]) ^ mask];
                    bus.write_from_outside(*address, &turned);
                }
                Fault::Write { address, bytes } => bus.write_from_outside(*address, bytes),
                Fault::LoseInterrupt { source } => {
                    bus.plic().into_iter().for_each(|plic| plic.lose(*source));
                }
                Fault::RepeatInterrupt { source } => {
                    bus.plic().into_iter().for_each(|plic| plic.repeat(*source));
                }
                Fault::Type { device, bytes } => {
                    bus.send_to(*device, bytes);
                }
            }
        });
    }

    /// Takes in what happened; an outcome where the run ends.
    fn take_in(&mut self, boundary: Boundary) -> Option<Outcome> {
        self.visits.on_boundary(&self.machine, boundary);
        let recorder = &mut self.recorder;
        match boundary {
            Boundary::Trapped(exception) => recorder.on_exception(&self.machine, exception),
            Boundary::Interrupted(_) => recorder.on_interrupt(&self.machine),
            Boundary::Returned(privilege) => {
                recorder.on_return(&self.machine, privilege);
                let user = recorder
                    .running()
                    .map_or(Subject::Nobody, Subject::Partition);
                self.machine.end_visit(user);
            }
            Boundary::Waiting => {
                recorder.on_wait(&self.machine);
                self.machine.end_visit(Subject::Nobody);
            }
            Boundary::Devices => self.collect(),
            Boundary::Limit => {
                recorder.settle(&self.machine);
                return Some(Outcome::Reached);
            }
            Boundary::Idle => {
                recorder.settle(&self.machine);
                return Some(Outcome::Idle);
            }
            Boundary::Off(power_off) => {
                return Some(Outcome::Stopped {
                    code: code(power_off),
                });
            }
        }
        None
    }

    /// Takes in what devices did.
    fn collect(&mut self) {
        for event in self.machine.drain_events() {
            self.recorder.on_device(&self.machine, &event);
            if let BusEventKind::Transmitted { device, byte } = event.kind {
                self.hear(event.time_ns, device, byte);
                self.type_input();
            }
        }
    }

    /// Hears a byte on the UART or on the line of a virtio console.
    fn hear(&mut self, time_ns: u64, device: usize, byte: u8) {
        if let Some(line) = self.lines.get_mut(&device) {
            line.hear(byte);
            self.console.push_on_line(device, byte);
        } else {
            self.console.push(time_ns, byte, self.recorder.running());
            self.script.hear(byte);
        }
    }

    fn type_input(&mut self) {
        while let Some(input) = self.script.next_input() {
            self.machine.with_bus_mut(|bus| bus.send_to_uart(&input));
        }
        for (device, line) in &mut self.lines {
            while let Some(input) = line.next_input() {
                self.machine
                    .with_bus_mut(|bus| bus.send_to_console(*device, &input));
            }
        }
    }
}

impl Run for Simulation {
    type Mark = SimulationMark;
    type Printed = Console;

    fn machine(&self) -> &Machine {
        &self.machine
    }

    fn machine_mut(&mut self) -> &mut Machine {
        &mut self.machine
    }

    fn mark(&self) -> SimulationMark {
        SimulationMark {
            machine: self.machine.mark(),
            recorder: self.recorder.clone(),
            console: self.console.mark(),
            script: self.script.clone(),
            lines: self.lines.clone(),
            injections: self.injections.clone(),
            visits: self.visits.clone(),
        }
    }

    fn restore(&mut self, mark: &SimulationMark, printed: &Console) {
        self.machine.restore(&mark.machine);
        self.recorder.clone_from(&mark.recorder);
        self.console.restore(&mark.console, printed);
        self.script.clone_from(&mark.script);
        self.lines.clone_from(&mark.lines);
        self.injections.clone_from(&mark.injections);
        self.visits.clone_from(&mark.visits);
    }

    fn keep_printed(&self, printed: &mut Console) {
        if self.console.length() > printed.length() {
            printed.clone_from(&self.console);
        }
    }

    fn step(&mut self) -> Result<Outcome, MachineError> {
        self.step()
    }

    fn run_instructions(&mut self, count: u64) -> Result<Outcome, MachineError> {
        let until = self.machine.instructions().saturating_add(count);
        loop {
            let left = until.saturating_sub(self.machine.instructions());
            if let (_, Some(outcome)) = self.turn_at_most(u64::MAX, left)? {
                return Ok(outcome);
            }
        }
    }

    fn settle(&mut self) -> Result<Outcome, MachineError> {
        loop {
            let boundary = self.machine.settle()?;
            if let Some(outcome) = self.take_in(boundary) {
                return Ok(outcome);
            }
        }
    }

    fn run_while(
        &mut self,
        time_ns: u64,
        goes_on: impl Fn(Waiting) -> bool,
    ) -> Result<Outcome, MachineError> {
        self.run_while(time_ns, goes_on)
    }

    fn drain_trace(&mut self) -> Trace {
        self.drain_trace()
    }

    fn registers_of(&self, hart: usize) -> Option<Registers> {
        // The kernel runs on one hart.
        (hart == 0).then(|| self.registers())
    }
}

/// Exit code of a power-off: asking for a reset is none that a kernel here has.
fn code(power_off: PowerOff) -> u32 {
    match power_off {
        PowerOff::Exit(code) => code,
        PowerOff::Reset => 0,
    }
}
