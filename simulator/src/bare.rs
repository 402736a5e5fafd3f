//! A run of a bare-metal program: no kernel of ours, no design, the machine alone, with as many
//! harts as it has.
//!
//! The program ends through the test finisher, or as RISC-V's test suites do, by a store to its
//! word `tohost`.

use septum_core::system;
use thiserror::Error;

use crate::bits::to_u64;
use crate::bus::{BusError, BusEventKind};
use crate::cpu::{Cause, Cpu, Exception, MachineError, Privilege};
use crate::device::PowerOff;
use crate::executable::{Executable, ExecutableError};
use crate::host_interface::Request;
use crate::load::{LoadError, load};
use crate::machine::{Boundary, Machine, MachineMark};
use crate::recorder::{Trace, Waiting};
use crate::run::Run;
use crate::simulation::Outcome;

/// Most RAM that a machine may have, all ranges together.
pub const MAX_RAM_BYTES: u64 = 2 << 30;

/// `tohost` is looked at whenever so many instructions more were executed, or earlier. Never where
/// somebody else cuts the run, for then it would be another run.
const LOOK_INSTRUCTIONS: u64 = 1000;

/// A word that is stored by halves is whole so many instructions after the first of them.
const HALVES_INSTRUCTIONS: u64 = 16;
/// The same where other harts may execute between them.
const HALVES_AMONG_OTHERS: u64 = LOOK_INSTRUCTIONS;

/// Length of `tohost` and `fromhost`.
const WORD_BYTES: u64 = 8;

/// The register in which a hart finds its number.
const A0: usize = 10;

/// The machine's register `mstatus` (privileged ISA 3.1.6) and where its field MPP is.
const MSTATUS: u16 = 0x300;
const MPP_SHIFT: u32 = 11;
/// M-mode, in MPP.
const MPP_MACHINE: u64 = 3;
/// The machine's register `mepc` (privileged ISA 3.1.14).
const MEPC: u16 = 0x341;

/// A program that cannot be run. A sentence that continues the program's name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BareError {
    /// The file.
    #[error(transparent)]
    Executable(#[from] ExecutableError),
    /// The machine has no memory for it.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The machine cannot be simulated.
    #[error("cannot be run: {0}")]
    Machine(#[from] BusError),
    /// More RAM than is given to anybody.
    #[error(
        "cannot be run: the machine has {0} bytes of RAM, and {MAX_RAM_BYTES} is the most: \
         make its ranges smaller"
    )]
    Ram(u128),
    /// A symbol that must name memory.
    #[error(
        "has `{name}` at {address:#x}, and not all of its {length} bytes are in RAM: correct the \
         linker script"
    )]
    Symbol {
        /// The symbol.
        name: &'static str,
        /// Its physical address.
        address: u64,
        /// What it needs, in bytes.
        length: u64,
    },
    /// A symbol that is needed.
    #[error("has no symbol `{0}`, so it has no signature: define it, and do not strip the file")]
    NoSymbol(&'static str),
    /// A signature of less than nothing.
    #[error("has `end_signature` at {end:#x}, before `begin_signature` at {begin:#x}: swap them")]
    Signature {
        /// Where it begins.
        begin: u64,
        /// Where it ends.
        end: u64,
    },
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The program says so, with its exit code; 0 is a pass.
    Exit {
        /// The code.
        code: u64,
        /// Through what it says so.
        through: Through,
    },
    /// The program asked for a reset, which is not done.
    Reset,
    /// Every hart waits for an interrupt, and none will ever come.
    Asleep,
    /// Every hart traps into a handler that cannot be fetched, again and again; the last one
    /// to do so.
    Lost {
        /// Address of the handler.
        handler: u64,
        /// The trap that led there.
        first: Trap,
    },
    /// This word in `tohost` asks for something that is not done, such as a system call of the
    /// host.
    Unknown(u64),
}

impl End {
    fn of(power_off: PowerOff) -> Self {
        match power_off {
            PowerOff::Reset => Self::Reset,
            PowerOff::Exit(code) => Self::Exit {
                code: u64::from(code),
                through: Through::Finisher,
            },
        }
    }
}

/// Through what a program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Through {
    /// A store to its word `tohost`.
    ToHost,
    /// The test finisher.
    Finisher,
}

/// A trap into M-mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trap {
    /// What happened.
    pub exception: Exception,
    /// Where.
    pub pc: u64,
    /// When, in instructions of its hart.
    instructions: u64,
}

/// How a hart fares.
#[derive(Debug, Clone, Default)]
struct Fate {
    last_trap: Option<Trap>,
    /// Whether it can do nothing but trap.
    is_lost: bool,
}

/// A range of RAM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Memory {
    address: u64,
    length: usize,
}

/// A run of a bare-metal program.
pub struct BareRun {
    machine: Machine,
    output: Vec<u8>,
    to_host: Option<Memory>,
    from_host: Option<Memory>,
    signature: Result<Memory, BareError>,
    /// When the word that was seen in `tohost` is read, in instructions.
    whole_at: Option<u64>,
    /// By hart.
    fates: Vec<Fate>,
    ended: Option<End>,
}

/// Everything of a run but RAM and what it has printed, at one instant.
#[derive(Debug, Clone)]
pub struct BareMark {
    machine: MachineMark,
    output: usize,
    whole_at: Option<u64>,
    fates: Vec<Fate>,
    ended: Option<End>,
}

impl BareRun {
    /// Puts a program into the RAM of a machine after reset: every hart is in M-mode at its entry,
    /// `a0` is the number of the hart, every other register is 0.
    ///
    /// # Errors
    /// When the file is no program, or the machine cannot run it.
    pub fn new(description: &system::Machine, file: &[u8]) -> Result<Self, BareError> {
        let ram = description.ram.iter().map(|it| u128::from(it.size_bytes));
        let ram: u128 = ram.sum();
        if ram > u128::from(MAX_RAM_BYTES) {
            return Err(BareError::Ram(ram));
        }
        let program = Executable::read(file)?;
        let mut machine = Machine::new(description, program.entry)?;
        for number in 0..machine.harts() {
            if let Some(hart) = machine.hart_mut(number) {
                hart.set_register(A0, to_u64(number));
            }
        }
        load(&mut machine, description, &program)?;
        Ok(Self {
            to_host: word(&machine, &program, "tohost")?,
            from_host: word(&machine, &program, "fromhost")?,
            signature: signature(&machine, &program),
            output: Vec::new(),
            whole_at: None,
            fates: vec![Fate::default(); machine.harts()],
            ended: None,
            machine,
        })
    }

    /// Runs so many instructions, or to the end.
    ///
    /// # Errors
    /// When the emulator failed; from then on it always does.
    pub fn run(&mut self, instructions: u64) -> Result<Option<End>, MachineError> {
        let until = self.instructions().saturating_add(instructions);
        while self.ended.is_none() && self.instructions() < until {
            let left = until - self.instructions();
            self.go_on(u64::MAX, left)?;
        }
        Ok(self.ended)
    }

    /// Goes on to the next boundary, at most up to a virtual time, and by so many instructions.
    fn go_on(&mut self, time_ns: u64, most: u64) -> Result<Boundary, MachineError> {
        let most = most.min(self.next_look());
        let boundary = self.machine.run_at_most(time_ns, most)?;
        self.ended = self.end(boundary);
        Ok(boundary)
    }

    /// How the run ended, if it has.
    #[must_use]
    pub fn ended(&self) -> Option<End> {
        self.ended
    }

    /// What the program has printed since the last call, on its UARTs and through `tohost`.
    pub fn drain_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    /// Instructions executed so far by all harts, trapping ones included.
    #[must_use]
    pub fn instructions(&self) -> u64 {
        self.machine.instructions()
    }

    /// Virtual nanoseconds so far.
    #[must_use]
    pub fn time_ns(&self) -> u64 {
        self.machine.now_ns()
    }

    /// The memory from `begin_signature` to `end_signature`.
    ///
    /// # Errors
    /// When the program has no signature.
    pub fn signature(&self) -> Result<Vec<u8>, BareError> {
        let place = self.signature.clone()?;
        Ok(read(&self.machine, place).unwrap_or_default())
    }

    /// Instructions before `tohost` is looked at.
    fn next_look(&self) -> u64 {
        let now = self.instructions();
        match (self.to_host, self.whole_at) {
            (None, _) => u64::MAX,
            (Some(_), None) => LOOK_INSTRUCTIONS - now % LOOK_INSTRUCTIONS,
            (Some(_), Some(whole_at)) => whole_at.saturating_sub(now),
        }
    }

    /// Whether it is time to look.
    fn is_look_due(&self) -> bool {
        let now = self.instructions();
        match self.whole_at {
            Some(whole_at) => now >= whole_at,
            None => now.is_multiple_of(LOOK_INSTRUCTIONS),
        }
    }

    fn outcome(&self) -> Outcome {
        match self.ended {
            None => Outcome::Reached,
            Some(End::Exit { code, .. }) => Outcome::Stopped {
                code: u32::try_from(code).unwrap_or(u32::MAX),
            },
            Some(End::Reset) => Outcome::Stopped { code: 0 },
            Some(End::Asleep | End::Lost { .. } | End::Unknown(_)) => Outcome::Idle,
        }
    }

    /// Takes in what happened; the end where it is one.
    fn end(&mut self, boundary: Boundary) -> Option<End> {
        let end = match boundary {
            Boundary::Trapped(exception) => self.trapped(exception),
            Boundary::Off(power_off) => Some(End::of(power_off)),
            Boundary::Idle => Some(End::Asleep),
            Boundary::Devices => {
                self.collect();
                None
            }
            _ => (self.time_ns() == u64::MAX).then_some(End::Asleep),
        };
        if boundary == Boundary::Limit && end.is_none() && !self.is_look_due() {
            return None;
        }
        // What the program said before is what counts.
        self.hear(end.is_some()).or(end)
    }

    /// Takes in what devices did.
    fn collect(&mut self) {
        for event in self.machine.drain_events() {
            if let BusEventKind::Transmitted { byte, .. } = event.kind {
                self.output.push(byte);
            }
        }
    }

    /// Looks at `tohost`, and does what it asks for. The one place that does.
    fn hear(&mut self, is_last: bool) -> Option<End> {
        let word = doubleword(&self.machine, self.to_host?)?;
        if word != 0 && !is_last && !self.is_whole() {
            return None;
        }
        self.whole_at = None;
        if word == 0 {
            return None;
        }
        let request = Request::of(word);
        match request {
            Request::Exit(code) => {
                let through = Through::ToHost;
                return Some(End::Exit { code, through });
            }
            Request::Print(byte) => self.output.push(byte),
            Request::Read => {}
            Request::Other => return Some(End::Unknown(word)),
        }
        self.answer(request);
        None
    }

    /// Whether the other half of a word in `tohost`, if it comes by itself, has come.
    fn is_whole(&mut self) -> bool {
        let now = self.instructions();
        let patience = match self.machine.harts() {
            1 => now.saturating_add(HALVES_INSTRUCTIONS),
            _ => now.saturating_add(HALVES_AMONG_OTHERS),
        };
        now >= *self.whole_at.get_or_insert(patience)
    }

    /// Tells the program that its request is done.
    fn answer(&mut self, request: Request) {
        let words = [(self.to_host, Some(0)), (self.from_host, request.answer())];
        for (place, word) in words {
            if let (Some(place), Some(word)) = (place, word) {
                self.machine
                    .with_bus_mut(|bus| bus.write_from_outside(place.address, &word.to_le_bytes()));
            }
        }
    }

    /// The end, where a trap leads to a handler whose first instruction traps to itself, and the
    /// other harts fare no better.
    fn trapped(&mut self, exception: Exception) -> Option<End> {
        let cpu = self.machine.cpu();
        if cpu.privilege() != Privilege::Machine {
            return None;
        }
        let hart = self.machine.current();
        let (handler, pc) = (cpu.pc(), self.machine.csr(MEPC)?);
        let from = self.machine.csr(MSTATUS)? >> MPP_SHIFT & MPP_MACHINE;
        let trap = Trap {
            exception,
            pc,
            instructions: self.machine.instructions_of(hart),
        };
        let fate = self.fates.get_mut(hart)?;
        let before = fate.last_trap.replace(trap);
        fate.is_lost = is_fetch(exception.cause) && from == MPP_MACHINE && pc == handler;
        if !fate.is_lost {
            return None;
        }
        let led_here = before.filter(|it| it.instructions.saturating_add(1) == trap.instructions);
        let first = led_here.unwrap_or(trap);
        let all_lost = self.fates.iter().all(|fate| fate.is_lost);
        all_lost.then_some(End::Lost { handler, first })
    }
}

impl Run for BareRun {
    type Mark = BareMark;
    type Printed = Vec<u8>;

    fn machine(&self) -> &Machine {
        &self.machine
    }

    fn machine_mut(&mut self) -> &mut Machine {
        &mut self.machine
    }

    fn mark(&self) -> BareMark {
        BareMark {
            machine: self.machine.mark(),
            output: self.output.len(),
            whole_at: self.whole_at,
            fates: self.fates.clone(),
            ended: self.ended,
        }
    }

    fn restore(&mut self, mark: &BareMark, printed: &Vec<u8>) {
        self.machine.restore(&mark.machine);
        self.output.truncate(mark.output);
        let missing = printed.get(self.output.len()..mark.output);
        self.output.extend_from_slice(missing.unwrap_or_default());
        self.whole_at = mark.whole_at;
        self.fates.clone_from(&mark.fates);
        self.ended = mark.ended;
    }

    fn keep_printed(&self, printed: &mut Vec<u8>) {
        if self.output.len() > printed.len() {
            printed.clone_from(&self.output);
        }
    }

    fn step(&mut self) -> Result<Outcome, MachineError> {
        let before = self.machine.instant();
        while self.ended.is_none() && self.machine.instant() <= before {
            let limit_ns = match self.machine.is_asleep() {
                true => self.machine.wakes_ns(),
                false => u64::MAX,
            };
            self.go_on(limit_ns, 1)?;
        }
        Ok(self.outcome())
    }

    fn run_instructions(&mut self, count: u64) -> Result<Outcome, MachineError> {
        let until = self.instructions().saturating_add(count);
        while self.ended.is_none() {
            let left = until.saturating_sub(self.instructions());
            if self.go_on(u64::MAX, left)? == Boundary::Limit && self.instructions() >= until {
                break;
            }
        }
        Ok(self.outcome())
    }

    fn settle(&mut self) -> Result<Outcome, MachineError> {
        while self.ended.is_none() {
            let boundary = self.machine.settle()?;
            self.ended = self.end(boundary);
            if boundary == Boundary::Limit {
                break;
            }
        }
        Ok(self.outcome())
    }

    fn run_while(
        &mut self,
        time_ns: u64,
        _: impl Fn(Waiting) -> bool,
    ) -> Result<Outcome, MachineError> {
        while self.ended.is_none() {
            if self.go_on(time_ns, u64::MAX)? == Boundary::Limit && self.time_ns() >= time_ns {
                break;
            }
        }
        Ok(self.outcome())
    }

    fn drain_trace(&mut self) -> Trace {
        Trace::default()
    }
}

/// Whether an instruction could not be fetched.
fn is_fetch(cause: Cause) -> bool {
    use Cause::{InstructionAccess, InstructionMisaligned, InstructionPage};
    matches!(
        cause,
        InstructionAccess | InstructionMisaligned | InstructionPage
    )
}

/// The place of a word that the program may have.
fn word(
    machine: &Machine,
    program: &Executable<'_>,
    name: &'static str,
) -> Result<Option<Memory>, BareError> {
    let Some(value) = program.symbol(name) else {
        return Ok(None);
    };
    memory(machine, name, program.physical(value), WORD_BYTES).map(Some)
}

/// The place of the signature.
fn signature(machine: &Machine, program: &Executable<'_>) -> Result<Memory, BareError> {
    let value = |name| program.symbol(name).ok_or(BareError::NoSymbol(name));
    let name = "begin_signature";
    let (begin, end) = (value(name)?, value("end_signature")?);
    let length = end.checked_sub(begin);
    let length = length.ok_or(BareError::Signature { begin, end })?;
    memory(machine, name, program.physical(begin), length)
}

/// Memory of a symbol that is in RAM.
fn memory(
    machine: &Machine,
    name: &'static str,
    address: u64,
    length: u64,
) -> Result<Memory, BareError> {
    let place = machine.with_bus(|bus| bus.ram().offset(address, length));
    let memory = |length| Memory { address, length };
    let found = place.and(usize::try_from(length).ok()).map(memory);
    found.ok_or(BareError::Symbol {
        name,
        address,
        length,
    })
}

fn read(machine: &Machine, place: Memory) -> Option<Vec<u8>> {
    machine.with_bus(|bus| {
        let bytes = bus.ram().slice(place.address, place.length);
        bytes.map(<[u8]>::to_vec)
    })
}

fn doubleword(machine: &Machine, place: Memory) -> Option<u64> {
    machine.with_bus(|bus| {
        let bytes = bus.ram().slice(place.address, place.length)?;
        Some(u64::from_le_bytes(bytes.try_into().ok()?))
    })
}
