//! A run of a bare-metal program: no kernel of ours, no design, the machine alone.
//!
//! The program ends through the test finisher, or as RISC-V's test suites do, by a store to its
//! word `tohost`.

use septum_core::system;
use thiserror::Error;

use crate::bus::{BusError, BusEventKind};
use crate::cpu::{Cause, Cpu, Exception, MachineError, Privilege};
use crate::device::PowerOff;
use crate::executable::{Executable, ExecutableError};
use crate::host_interface::Request;
use crate::load::{LoadError, load};
use crate::machine::{Boundary, Machine};

/// Most RAM that a machine may have, all ranges together.
pub const MAX_RAM_BYTES: u64 = 2 << 30;

/// `tohost` is looked at after so many instructions, or earlier.
const LOOK_INSTRUCTIONS: u64 = 1000;

/// A word that is stored by halves is whole so many instructions after the first of them.
const HALVES_INSTRUCTIONS: u64 = 16;

/// Length of `tohost` and `fromhost`.
const WORD_BYTES: u64 = 8;

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
    /// The hart waits for an interrupt, and none will ever come.
    Asleep,
    /// The hart traps into a handler that cannot be fetched, again and again.
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
    /// When, in instructions.
    instructions: u64,
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
    last_trap: Option<Trap>,
}

impl BareRun {
    /// Puts a program into the RAM of a machine after reset: the hart is in M-mode at its entry,
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
        load(&mut machine, description, &program)?;
        Ok(Self {
            to_host: word(&machine, &program, "tohost")?,
            from_host: word(&machine, &program, "fromhost")?,
            signature: signature(&machine, &program),
            machine,
            output: Vec::new(),
            whole_at: None,
            last_trap: None,
        })
    }

    /// Runs so many instructions, or to the end.
    ///
    /// # Errors
    /// When the emulator failed; from then on it always does.
    pub fn run(&mut self, instructions: u64) -> Result<Option<End>, MachineError> {
        let until = self.instructions().saturating_add(instructions);
        while self.instructions() < until {
            let limit_ns = self.limit_ns(until);
            let boundary = self.machine.run(limit_ns)?;
            if let Some(end) = self.end(boundary) {
                return Ok(Some(end));
            }
        }
        Ok(None)
    }

    /// The machine, to change it behind the program's back.
    pub fn machine_mut(&mut self) -> &mut Machine {
        &mut self.machine
    }

    /// What the program has printed since the last call, on its UARTs and through `tohost`.
    pub fn drain_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    /// Instructions executed so far, trapping ones included.
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

    /// How far the machine may run before `tohost` is looked at.
    fn limit_ns(&self, until: u64) -> u64 {
        if self.machine.is_asleep() {
            return self.machine.wakes_ns();
        }
        let now = self.instructions();
        let look = match (self.to_host, self.whole_at) {
            (None, _) => u64::MAX,
            (Some(_), None) => LOOK_INSTRUCTIONS,
            (Some(_), Some(whole_at)) => whole_at.saturating_sub(now),
        };
        let run = until.saturating_sub(now).min(look);
        let run_ns = run.saturating_mul(self.machine.ns_per_instruction());
        self.machine.now_ns().saturating_add(run_ns)
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
        let patience = now.saturating_add(HALVES_INSTRUCTIONS);
        now >= *self.whole_at.get_or_insert(patience)
    }

    /// Tells the program that its request is done.
    fn answer(&mut self, request: Request) {
        let words = [(self.to_host, Some(0)), (self.from_host, request.answer())];
        for (place, word) in words {
            if let (Some(place), Some(word)) = (place, word) {
                self.machine
                    .with_bus_mut(|bus| bus.ram_mut().fill(place.address, &word.to_le_bytes()));
            }
        }
    }

    /// The end, where a trap leads to a handler whose first instruction traps to itself.
    fn trapped(&mut self, exception: Exception) -> Option<End> {
        let cpu = self.machine.cpu();
        if cpu.privilege() != Privilege::Machine {
            return None;
        }
        let (handler, pc) = (cpu.pc(), self.machine.csr(MEPC)?);
        let from = self.machine.csr(MSTATUS)? >> MPP_SHIFT & MPP_MACHINE;
        let trap = Trap {
            exception,
            pc,
            instructions: self.instructions(),
        };
        let before = self.last_trap.replace(trap);
        if !(is_fetch(exception.cause) && from == MPP_MACHINE && pc == handler) {
            return None;
        }
        let led_here = before.filter(|it| it.instructions.saturating_add(1) == trap.instructions);
        let first = led_here.unwrap_or(trap);
        Some(End::Lost { handler, first })
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
