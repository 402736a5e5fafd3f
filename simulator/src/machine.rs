//! The machine: harts, the bus, and virtual time.
//!
//! Each hart has a time of its own, and they take turns: in each tick of `mtime` one hart after
//! another, by number, executes up to the end of the tick, or to where a device changes by itself
//! before it. Devices change when all harts have come there. So all clocks agree to the tick, as the
//! specification wants (privileged ISA 3.2.1), and timers are exact to the instruction. A hart that
//! is woken goes on at the time of who woke it. Whose turn it is follows from times and numbers
//! alone, so a run that is cut into pieces, wherever, is the same run.

mod own_time;

use septum_core::system;

use crate::bits::{low_u8, to_u64};
use crate::bus::{Accesses, Bus, BusError, BusEvent, BusMark};
use crate::contain::contained;
use crate::cpu::{Cpu, Exception, Executed, MachineError, Privilege};
use crate::device::PowerOff;
use crate::hart::{ExecutedStretch, Hart, HartMark};
use crate::monitor::{Monitor, Subject};
use crate::ram::Ram;
use own_time::{Core, CoreMark};

/// Instructions of a turn at most, where ticks are long.
const LONGEST_TURN: u64 = 1000;
/// New pieces of code that other harts are told of one by one.
const FEW: usize = 16;

/// Why the machine handed control back: something that may be worth recording, or the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boundary {
    /// The limit is reached.
    Limit,
    /// An instruction trapped; the present hart is at the handler.
    Trapped(Exception),
    /// An interrupt with this number was taken; the present hart is at the handler.
    Interrupted(u64),
    /// `mret` or `sret` completed; the present hart is in this mode.
    Returned(Privilege),
    /// `wfi` completed; the present hart sleeps until an interrupt is pending.
    Waiting,
    /// Devices have something to say: [`Machine::drain_events`].
    Devices,
    /// The machine is switched off.
    Off(PowerOff),
    /// Every hart sleeps, and nothing will ever wake one.
    Idle,
}

/// Everything of a machine but what its RAM holds, at one instant.
#[derive(Debug, Clone)]
pub(crate) struct MachineMark<C = HartMark> {
    cores: Vec<CoreMark<C>>,
    current: usize,
    bus: BusMark,
    next_change_ns: u64,
    jumped: Option<u64>,
    off: Option<PowerOff>,
}

/// An instant of a run: how far virtual time has come, and how many instructions were executed.
/// Those of one run come one after another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant {
    /// Virtual nanoseconds since reset.
    pub time_ns: u64,
    /// Instructions executed since reset, by all harts.
    pub instructions: u64,
}

/// How far a run may go.
#[derive(Debug, Clone, Copy)]
struct Limits {
    time_ns: u64,
    /// Nanoseconds spent in instructions, by all harts.
    spent_ns: u64,
    /// Whether a device that is due comes before the limit.
    settles: bool,
}

/// Who goes on.
#[derive(Debug, Clone, Copy)]
enum Turn {
    /// A hart, up to a time.
    Hart(usize, u64),
    /// The devices: all harts have come to this time.
    Devices(u64),
    /// Nobody before the next change of a device.
    Nobody,
}

/// A machine.
///
/// Time is counted, not measured: each executed instruction, trapping ones included, costs the
/// same, and where all harts sleep time jumps to the instant that wakes one.
pub struct Machine<C = Hart> {
    cores: Vec<Core<C>>,
    /// The hart whose turn it is.
    current: usize,
    /// Nanoseconds spent in instructions, by all harts.
    spent_ns: u64,
    /// Its time is that of the present hart.
    bus: Bus,
    ns_per_instruction: u64,
    /// Turns end at multiples of it.
    turn_ns: u64,
    /// And at those of this, so that all harts agree on `mtime`.
    tick_ns: u64,
    /// The end of the present turn.
    turn_end_ns: u64,
    /// When a device changes by itself next; the largest number is never.
    next_change_ns: u64,
    /// [`Machine::instructions`] when time last jumped.
    jumped: Option<u64>,
    /// Where instructions are kept: whose turn it was, one after another, and how many stretches
    /// that hart had executed at the end of it.
    turns: Option<Vec<(usize, usize)>>,
    off: Option<PowerOff>,
    failed: Option<MachineError>,
}

impl Machine {
    /// A machine after reset, with an empty RAM and all harts at `reset_pc`.
    ///
    /// # Errors
    /// When the description cannot be simulated.
    pub fn new(description: &system::Machine, reset_pc: u64) -> Result<Self, BusError> {
        let ns_per_instruction = description.ns_per_instruction.max(1);
        let bus = Bus::new(description)?;
        let hart = |number| {
            let isolation = &description.isolation;
            let hart = Hart::new(number, isolation, ns_per_instruction, reset_pc);
            Core::new(match description.sstc {
                true => hart.with_supervisor_timer(),
                false => hart,
            })
        };
        Ok(Self {
            cores: (0..description.harts.max(1)).map(hart).collect(),
            current: 0,
            spent_ns: 0,
            bus,
            ns_per_instruction,
            turn_ns: ns_per_instruction.saturating_mul(LONGEST_TURN),
            tick_ns: description.ns_per_tick(),
            turn_end_ns: 0,
            next_change_ns: 0,
            jumped: None,
            turns: None,
            off: None,
            failed: None,
        })
    }

    /// From now on every executed instruction is kept until [`Machine::drain_instructions`],
    /// which whoever runs the machine must call now and then.
    pub fn keep_instructions(&mut self) {
        for core in &mut self.cores {
            core.cpu.keep_instructions(&mut self.bus);
        }
        self.turns = Some(Vec::new());
    }

    /// Gives away what was executed since the last call, in order.
    pub fn drain_instructions(&mut self, mut take: impl FnMut(ExecutedStretch<'_>)) {
        self.end_turn();
        let mut shown = vec![0; self.cores.len()];
        for (hart, end) in self.turns.iter_mut().flat_map(|turns| turns.drain(..)) {
            let begin = std::mem::replace(&mut shown[hart], end);
            self.cores[hart].cpu.show_stretches(begin..end, &mut take);
        }
        for core in &mut self.cores {
            core.cpu.forget_stretches(&mut self.bus);
        }
    }

    /// Reads memory as a hart sees it now, or, where it sees nothing there, physical memory; says
    /// how many bytes there are.
    pub(crate) fn read_memory(&mut self, hart: usize, address: u64, data: &mut [u8]) -> usize {
        for (position, byte) in data.iter_mut().enumerate() {
            let address = address.wrapping_add(to_u64(position));
            let cpu = self.cores.get_mut(hart).map(|core| &mut core.cpu);
            let seen = cpu.and_then(|cpu| cpu.look(&self.bus, address));
            let Some(offset) = seen.or_else(|| self.bus.ram().offset(address, 1)) else {
                return position;
            };
            *byte = low_u8(self.bus.ram().load(offset, 1));
        }
        data.len()
    }
}

impl<C: Cpu> Machine<C> {
    /// How many harts there are.
    #[must_use]
    pub fn harts(&self) -> usize {
        self.cores.len()
    }

    /// The present hart: the one that the last boundary is about; at a limit, the one that
    /// executes next, if one does before something else happens.
    #[must_use]
    pub fn current(&self) -> usize {
        self.current
    }

    /// The present hart.
    pub fn cpu(&self) -> &C {
        &self.core().cpu
    }

    /// The present hart, to change.
    pub fn cpu_mut(&mut self) -> &mut C {
        let core = self.core_mut();
        core.is_unsettled = true;
        &mut core.cpu
    }

    /// The hart of this number, where there is one.
    #[must_use]
    pub fn hart(&self, number: usize) -> Option<&C> {
        self.cores.get(number).map(|core| &core.cpu)
    }

    /// The hart of this number, where there is one, to change.
    pub fn hart_mut(&mut self, number: usize) -> Option<&mut C> {
        // One that sleeps may have to wake.
        self.bus.demand_attention();
        self.cores.get_mut(number).map(|core| &mut core.cpu)
    }

    /// Reads a CSR of the present hart as M-mode would, without side effects; `None` where there
    /// is no such CSR.
    #[must_use]
    pub fn csr(&self, number: u16) -> Option<u64> {
        self.cpu().csr(&self.bus, number)
    }

    /// The same of the hart of a number.
    #[must_use]
    pub fn csr_of(&self, hart: usize, number: u16) -> Option<u64> {
        self.hart(hart)?.csr(&self.bus, number)
    }

    /// Virtual nanoseconds since reset: as far as all harts have come that do not sleep.
    #[must_use]
    pub fn now_ns(&self) -> u64 {
        self.slowest_ns().unwrap_or(self.bus.now_ns())
    }

    /// Virtual nanoseconds that one instruction costs.
    #[must_use]
    pub fn ns_per_instruction(&self) -> u64 {
        self.ns_per_instruction
    }

    /// Instructions executed since reset by all harts, trapping ones included. Sleep costs none.
    #[must_use]
    pub fn instructions(&self) -> u64 {
        self.spent_ns / self.ns_per_instruction
    }

    /// The same of one hart; 0 where there is no such hart.
    #[must_use]
    pub fn instructions_of(&self, hart: usize) -> u64 {
        let core = self.cores.get(hart);
        core.map_or(0, |core| core.spent_ns / self.ns_per_instruction)
    }

    /// Time and instructions.
    #[must_use]
    pub fn instant(&self) -> Instant {
        Instant {
            time_ns: self.now_ns(),
            instructions: self.instructions(),
        }
    }

    /// [`Machine::instructions`] when time last jumped over a sleep of all harts.
    pub(crate) fn jumped(&self) -> Option<u64> {
        self.jumped
    }

    /// Whether every hart sleeps in `wfi`.
    #[must_use]
    pub fn is_asleep(&self) -> bool {
        self.cores.iter().all(|core| core.is_asleep)
    }

    /// When a sleeping machine may wake: now, if something has changed that was not yet looked
    /// at; `u64::MAX`, if nothing ever changes by itself.
    #[must_use]
    pub fn wakes_ns(&self) -> u64 {
        let now_ns = self.now_ns();
        // The others were looked at when something changed.
        if self.bus.needs_attention() || self.core().is_unsettled {
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

    /// Everything but what RAM holds.
    pub(crate) fn mark(&self) -> MachineMark<C::Mark> {
        MachineMark {
            cores: self.cores.iter().map(Core::mark).collect(),
            current: self.current,
            bus: self.bus.mark(),
            next_change_ns: self.next_change_ns,
            jumped: self.jumped,
            off: self.off,
        }
    }

    /// Makes everything but what RAM holds what it was.
    pub(crate) fn restore(&mut self, mark: &MachineMark<C::Mark>) {
        for (core, mark) in self.cores.iter_mut().zip(&mark.cores) {
            core.restore(mark);
        }
        let spent_ns = self.cores.iter().map(|core| core.spent_ns);
        self.spent_ns = spent_ns.fold(0, u64::saturating_add);
        self.current = mark.current;
        self.turn_end_ns = 0;
        self.bus.restore(&mark.bus);
        self.bus.ram_mut().set_author(Some(mark.current));
        self.next_change_ns = mark.next_change_ns;
        self.jumped = mark.jumped;
        self.off = mark.off;
    }

    /// The pages of RAM that were stored to since the last call.
    pub(crate) fn take_dirty(&mut self) -> Vec<usize> {
        for core in &mut self.cores {
            core.cpu.forget_stores(&(0..usize::MAX));
        }
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

    /// The present hart, and the bus.
    pub(crate) fn parts(&mut self) -> (&mut C, &mut Bus) {
        (&mut self.cores[self.current].cpu, &mut self.bus)
    }

    /// From now on each access is compared with what the design grants.
    pub(crate) fn watch(&mut self, monitor: Monitor) {
        self.bus.watch(monitor);
        self.watch_all(Subject::Nobody);
    }

    /// Nobody watches any more.
    pub fn stop_watching(&mut self) {
        self.bus.stop_watching();
        self.watch_all(Subject::Anybody);
    }

    fn watch_all(&mut self, user: Subject) {
        for core in &mut self.cores {
            core.cpu.watch(user);
        }
    }

    /// The kernel's visit is over; who U-mode is until the next one.
    pub(crate) fn end_visit(&mut self, user: Subject) {
        if let Some(monitor) = self.bus.monitor_mut() {
            monitor.end_visit();
            self.cores[self.current].cpu.watch(user);
        }
    }

    /// What devices did since the last call.
    pub fn drain_events(&mut self) -> Vec<BusEvent> {
        self.bus.drain_events()
    }

    /// Runs until all harts have come to a time or sleep through it, or until something happens
    /// that may be worth recording.
    ///
    /// # Errors
    /// When a hart failed; the machine then stays as it is and fails again.
    pub fn run(&mut self, limit_ns: u64) -> Result<Boundary, MachineError> {
        self.run_at_most(limit_ns, u64::MAX)
    }

    /// The same, but at most so many instructions, of all harts together.
    ///
    /// # Errors
    /// When a hart failed; the machine then stays as it is and fails again.
    pub fn run_at_most(&mut self, limit_ns: u64, most: u64) -> Result<Boundary, MachineError> {
        let most_ns = most.saturating_mul(self.ns_per_instruction);
        self.run_within(Limits {
            time_ns: limit_ns,
            spent_ns: self.spent_ns.saturating_add(most_ns),
            settles: false,
        })
    }

    /// Lets happen what costs no time before the next instruction: devices that are due, and
    /// interrupts. It is over at [`Boundary::Limit`].
    ///
    /// # Errors
    /// When a hart failed; the machine then stays as it is and fails again.
    pub fn settle(&mut self) -> Result<Boundary, MachineError> {
        self.run_within(Limits {
            time_ns: u64::MAX,
            spent_ns: self.spent_ns,
            settles: true,
        })
    }

    fn run_within(&mut self, limits: Limits) -> Result<Boundary, MachineError> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        contained(|| self.run_uncontained(limits)).map_err(|message| {
            let error = MachineError::Engine {
                pc: self.cpu().pc(),
                message,
            };
            self.failed = Some(error.clone());
            error
        })
    }

    fn core(&self) -> &Core<C> {
        &self.cores[self.current]
    }

    fn core_mut(&mut self) -> &mut Core<C> {
        &mut self.cores[self.current]
    }

    /// The time of the slowest hart that does not sleep; `None` where all do.
    fn slowest_ns(&self) -> Option<u64> {
        let awake = self.cores.iter().filter(|core| !core.is_asleep);
        awake.map(|core| core.time_ns).min()
    }

    fn run_uncontained(&mut self, limits: Limits) -> Boundary {
        loop {
            if let Some(off) = self.off {
                return Boundary::Off(off);
            }
            if self.bus.needs_attention() && self.attend() {
                return Boundary::Devices;
            }
            if self.core().is_unsettled
                && let Some(number) = self.take_interrupt()
            {
                return Boundary::Interrupted(number);
            }
            let slowest_ns = self.slowest_ns();
            let turn = self.turn(slowest_ns);
            if let Turn::Hart(hart, _) = turn
                && self.needs_settling(hart)
            {
                continue;
            }
            let now_ns = slowest_ns.unwrap_or(self.bus.now_ns());
            let is_over = now_ns >= limits.time_ns || self.spent_ns >= limits.spent_ns;
            if is_over && !(limits.settles && matches!(turn, Turn::Devices(_))) {
                return Boundary::Limit;
            }
            match turn {
                Turn::Hart(_, end_ns) => {
                    if let Some(boundary) = self.execute(end_ns, limits) {
                        return boundary;
                    }
                }
                Turn::Devices(now_ns) => {
                    self.bus.set_now_ns(now_ns);
                    self.bus.demand_attention();
                }
                Turn::Nobody if self.next_change_ns == u64::MAX => return Boundary::Idle,
                Turn::Nobody => self.jump(limits.time_ns),
            }
        }
    }

    /// Whose turn it is, by the time of the slowest hart that does not sleep.
    fn turn(&mut self, slowest_ns: Option<u64>) -> Turn {
        let Some(slowest_ns) = slowest_ns else {
            return match self.bus.now_ns() {
                now_ns if now_ns >= self.next_change_ns => Turn::Devices(now_ns),
                _ => Turn::Nobody,
            };
        };
        if slowest_ns >= self.next_change_ns {
            return Turn::Devices(slowest_ns);
        }
        if self.cores.len() == 1 {
            return Turn::Hart(0, self.next_change_ns);
        }
        if slowest_ns >= self.turn_end_ns {
            let next_multiple = |of_ns: u64| (slowest_ns / of_ns + 1).saturating_mul(of_ns);
            self.turn_end_ns = next_multiple(self.turn_ns).min(next_multiple(self.tick_ns));
        }
        let end_ns = self.turn_end_ns.min(self.next_change_ns);
        let is_due = |core: &Core<C>| !core.is_asleep && core.time_ns < end_ns;
        let hart = self.cores.iter().position(is_due);
        hart.map_or(Turn::Devices(slowest_ns), |hart| Turn::Hart(hart, end_ns))
    }

    /// Makes a hart the present one; says whether its interrupts must be looked at first.
    fn needs_settling(&mut self, hart: usize) -> bool {
        if hart != self.current {
            self.leave();
            self.current = hart;
            self.bus.ram_mut().set_author(Some(hart));
        }
        let core = &self.cores[hart];
        self.bus.set_now_ns(core.time_ns);
        core.is_unsettled
    }

    /// Keeps in which order harts executed, where somebody wants to know.
    fn end_turn(&mut self) {
        let (hart, end) = (self.current, self.core().cpu.stretches());
        if let Some(turns) = &mut self.turns {
            turns.push((hart, end));
        }
    }

    /// Before another hart stores: lets it know where stores have to be noticed.
    fn leave(&mut self) {
        self.end_turn();
        let mut places = self.bus.ram_mut().take_new_code();
        places.extend(self.bus.ram_mut().guard(self.current));
        if places.len() > FEW {
            places.clear();
            places.push(0..usize::MAX);
        }
        for place in places {
            for core in &mut self.cores {
                core.cpu.forget_stores(&place);
            }
        }
    }

    /// Whether nobody but the present hart has to come to a time: only there may a limit cut a turn.
    fn is_last(&self, time_ns: u64) -> bool {
        let mut cores = self.cores.iter().enumerate();
        cores.all(|(number, core)| {
            number == self.current || core.is_asleep || core.time_ns >= time_ns
        })
    }

    /// Executes up to a time, or to a limit.
    fn execute(&mut self, end_ns: u64, limits: Limits) -> Option<Boundary> {
        let begin_ns = self.core().time_ns;
        let end_ns = match limits.time_ns < end_ns && self.is_last(limits.time_ns) {
            true => limits.time_ns,
            false => end_ns,
        };
        let left_ns = (end_ns - begin_ns).min(limits.spent_ns - self.spent_ns);
        let budget = left_ns.div_ceil(self.ns_per_instruction);
        let (cpu, bus) = self.parts();
        let executed = cpu.run(bus, budget);
        let now_ns = self.bus.now_ns();
        self.spent_ns += now_ns - begin_ns;
        let core = self.core_mut();
        core.time_ns = now_ns;
        core.spent_ns += now_ns - begin_ns;
        core.is_unsettled = executed != Executed::Retired;
        match executed {
            Executed::Retired | Executed::Changed => None,
            Executed::Trapped(exception) => Some(Boundary::Trapped(exception)),
            Executed::Returned(privilege) => Some(Boundary::Returned(privilege)),
            Executed::Waiting => {
                core.is_asleep = true;
                Some(Boundary::Waiting)
            }
        }
    }

    /// Looks at the devices after one of them may have changed; whether they have something to
    /// say.
    fn attend(&mut self) -> bool {
        if !self.bus.take_attention() {
            return false;
        }
        // Whoever touched a device may be ahead of the others, for whom time must not come early.
        let all_ns = self.now_ns();
        let touched_ns = self.bus.now_ns().max(all_ns);
        self.bus.set_now_ns(all_ns);
        for (number, core) in self.cores.iter().enumerate() {
            let timer = core.cpu.supervisor_timer();
            self.bus.set_supervisor_timer(number, timer);
        }
        self.bus.advance();
        self.next_change_ns = self.bus.next_change_ns().unwrap_or(u64::MAX);
        for (number, core) in self.cores.iter_mut().enumerate() {
            core.cpu.set_lines(self.bus.lines(number));
            core.wake(touched_ns);
            core.is_unsettled = true;
        }
        self.bus.set_now_ns(touched_ns);
        self.off = self.bus.power_off();
        self.bus.has_events()
    }

    /// Takes the interrupt that is due for the present hart; says which.
    fn take_interrupt(&mut self) -> Option<u64> {
        let now_ns = self.bus.now_ns();
        let core = &mut self.cores[self.current];
        core.wake(now_ns);
        if !core.is_asleep {
            self.bus.set_now_ns(core.time_ns);
        }
        let taken = core.cpu.take_interrupt();
        core.is_unsettled = taken.is_some();
        taken
    }

    /// Jumps to the next change, which may be the end of a sleep.
    fn jump(&mut self, limit_ns: u64) {
        self.bus.set_now_ns(self.next_change_ns.min(limit_ns));
        self.bus.demand_attention();
        self.jumped = Some(self.instructions());
    }
}
