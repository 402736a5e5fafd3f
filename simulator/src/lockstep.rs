//! Lockstep: a second opinion on every instruction, by the crate `rv64emu`.
//!
//! It executes each instruction as well, with RAM of its own, and pc, privilege, registers,
//! stores and CSRs are compared after each. Interrupts come at the same instruction, and devices
//! answer the same. What it cannot do is done for it, and counted with the reason.

pub mod witness;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use septum_core::plan::Plan;
use septum_isa::{Operation, disassemble};

use crate::cpu::{Cause, Cpu, Exception, MachineError, Privilege};
use crate::machine::{Boundary, Machine};
use crate::simulation::{Outcome, Simulation};
use witness::{Witness, page_address};

/// CSRs that are not the witness's, by number, with why.
const FOREIGN: &[(u16, u16, &str)] = &[
    (0x104, 0x104, "sie and sip show what is not delegated"),
    (0x144, 0x144, "sie and sip show what is not delegated"),
    (0x301, 0x301, "misa lacks U"),
    (0x306, 0x306, "counters are not enabled there"),
    (0x106, 0x106, "counters are not enabled there"),
    (0x10a, 0x10a, "it has no menvcfg, senvcfg, mhpm registers"),
    (0x30a, 0x33f, "it has no menvcfg, senvcfg, mhpm registers"),
    (0x344, 0x344, "interrupt lines are not connected to it"),
    (0x3a0, 0x3ef, "it has no PMP"),
    (0xb00, 0xb1f, "it counts instructions differently"),
    (0xc00, 0xc1f, "it counts instructions differently"),
    (0xf15, 0xf15, "it has no menvcfg, senvcfg, mhpm registers"),
];

/// CSRs that are compared, each with the bits that both have.
const COMPARED: &[(u16, u64, &str)] = &[
    // SIE, MIE, SPIE, MPIE, SPP, MPP, MPRV, SUM, MXR, TVM, TW, TSR.
    (MSTATUS, 0x007e_19aa, "mstatus"),
    (0x302, 0xb3ff, "medeleg"),
    (0x303, 0x222, "mideleg"),
    (0x304, 0xaaa, "mie"),
    (0x305, u64::MAX, "mtvec"),
    (0x340, u64::MAX, "mscratch"),
    (0x341, u64::MAX, "mepc"),
    (0x342, u64::MAX, "mcause"),
    // Without the ASID, of which the machine may have fewer bits.
    (0x180, 0xf000_0fff_ffff_ffff, "satp"),
];

const MSTATUS: u16 = 0x300;

/// Why the witness did not execute an instruction.
const NO_PMP: &str = "an access that PMP denies: it has no PMP";
const NOT_ALLOWED: &str = "an instruction that the mode may not execute: it lets everybody";
const RESERVED: &str = "a reserved encoding: it takes it for another instruction";
const COUNTER: &str = "a counter that the mode may not see: it has no counteren";

/// Where the two opinions differ first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Virtual time in nanoseconds after the instruction.
    pub time_ns: u64,
    /// Address of the instruction.
    pub pc: u64,
    /// The instruction; empty where it could not be fetched.
    pub instruction: String,
    /// What differs, a line each.
    pub differences: Vec<String>,
    /// The registers of both, in lines.
    pub registers: String,
}

/// A run with a second opinion.
pub struct Lockstep {
    simulation: Simulation,
    witness: Witness,
    instructions: u64,
    interrupts: u64,
    /// How often the witness was told what happens, by reason.
    told: BTreeMap<&'static str, u64>,
}

impl Lockstep {
    /// For a run that has just been booted from a plan.
    #[must_use]
    pub fn new(plan: &Plan, mut simulation: Simulation) -> Self {
        let machine = simulation.machine_mut();
        machine.listen();
        let mmu = plan.system.machine.isolation.mmu;
        let ram = machine.with_bus(|bus| bus.ram().clone());
        let status = machine.csr(MSTATUS).unwrap_or_default();
        let witness = Witness::new(ram, mmu, machine.cpu().pc(), status);
        Self {
            simulation,
            witness,
            instructions: 0,
            interrupts: 0,
            told: BTreeMap::new(),
        }
    }

    /// The run.
    pub fn simulation_mut(&mut self) -> &mut Simulation {
        &mut self.simulation
    }

    /// Instructions and interrupts that were compared.
    #[must_use]
    pub fn compared(&self) -> (u64, u64) {
        (self.instructions, self.interrupts)
    }

    /// How often the witness was told what happens instead of being asked, by reason.
    #[must_use]
    pub fn told(&self) -> &BTreeMap<&'static str, u64> {
        &self.told
    }

    /// Runs up to a virtual time, or to the first difference.
    ///
    /// # Errors
    /// When the emulator failed.
    pub fn run_until(
        &mut self,
        time_ns: u64,
    ) -> Result<Result<Outcome, Box<Difference>>, MachineError> {
        loop {
            let machine = self.simulation.machine_mut();
            let pc = machine.cpu().pc();
            let word = machine.instruction();
            let privilege = machine.cpu().privilege();
            let before = machine.instructions();
            let limit_ns = if machine.is_asleep() {
                machine.wakes_ns().min(time_ns)
            } else {
                machine.now_ns().saturating_add(1).min(time_ns)
            };
            let (boundary, outcome) = self.simulation.turn_with_boundary(limit_ns)?;
            let executed = self.simulation.machine().instructions() > before;
            let difference = match boundary {
                _ if executed => self.execute(pc, word, privilege, boundary),
                Boundary::Interrupted(number) => {
                    self.witness.interrupt(number);
                    self.interrupts += 1;
                    self.compare(pc, None)
                }
                _ => None,
            };
            if let Some(difference) = difference {
                return Ok(Err(Box::new(difference)));
            }
            let is_over = self.simulation.time_ns() >= time_ns;
            match outcome {
                Some(Outcome::Reached) | None if !is_over => {}
                outcome => return Ok(self.end(outcome.unwrap_or(Outcome::Reached))),
            }
        }
    }

    /// At the end all of RAM is compared.
    fn end(&self, outcome: Outcome) -> Result<Outcome, Box<Difference>> {
        let machine = self.simulation.machine();
        let wrong = machine.with_bus(|bus| {
            let page = self.witness.wrong_page(bus.ram())?;
            Some(page_address(bus.ram(), page))
        });
        match wrong {
            None => Ok(outcome),
            Some(address) => {
                let what = format!("RAM differs in the page at {address:#x}");
                Err(Box::new(self.difference(
                    machine.cpu().pc(),
                    None,
                    vec![what],
                )))
            }
        }
    }

    fn execute(
        &mut self,
        pc: u64,
        word: Option<u32>,
        privilege: Privilege,
        boundary: Boundary,
    ) -> Option<Difference> {
        self.instructions += 1;
        let touched = self.simulation.machine_mut().take_touched();
        let raised = match boundary {
            Boundary::Trapped(exception) => Some(exception),
            _ => None,
        };
        if let Some(reason) = reason(word, privilege, raised) {
            *self.told.entry(reason).or_default() += 1;
            self.tell(word, raised);
            return self.compare(pc, word);
        }
        let answers = touched.loads.iter().map(|load| load.value);
        if let Err(said) = self.witness.execute(answers) {
            let what = vec![format!("the witness failed: {said}")];
            return Some(self.difference(pc, word, what));
        }
        if self.witness.device_stores() != touched.stores {
            let what = format!(
                "stores to devices: ours {:x?}, witness {:x?}",
                touched.stores,
                self.witness.device_stores()
            );
            return Some(self.difference(pc, word, vec![what]));
        }
        self.compare(pc, word)
    }

    /// The witness gets the result that ours has.
    fn tell(&mut self, word: Option<u32>, raised: Option<Exception>) {
        if let Some(exception) = raised {
            self.witness.trap(exception);
            return;
        }
        let machine = self.simulation.machine();
        if let Some(instruction) = word.and_then(septum_isa::decode) {
            let value = machine.cpu().registers()[usize::from(instruction.rd)];
            self.witness.set_register(instruction.rd, value);
        }
        self.witness.set_next_pc(machine.cpu().pc());
    }

    /// What differs now, after the instruction at a pc.
    fn compare(&mut self, pc: u64, word: Option<u32>) -> Option<Difference> {
        let machine = self.simulation.machine();
        let mut what = Vec::new();
        let mut differ = |name: &str, ours: u64, theirs: u64| {
            if ours != theirs {
                what.push(format!("{name}: ours {ours:#x}, witness {theirs:#x}"));
            }
        };
        differ("pc", machine.cpu().pc(), self.witness.next_pc());
        let (ours, theirs) = (machine.cpu().privilege(), self.witness.privilege());
        differ("privilege", number(ours), number(theirs));
        let registers = machine.cpu().registers().into_iter();
        for (position, (ours, theirs)) in registers.zip(self.witness.registers()).enumerate() {
            differ(&format!("x{position}"), ours, theirs);
        }
        for (register, mask, name) in COMPARED {
            let ours = machine.csr(*register).map(|value| value & mask);
            if let Some(ours) = ours {
                differ(name, ours, self.witness.csr(*register) & mask);
            }
        }
        if let Some((offset, theirs, ours)) =
            machine.with_bus(|bus| self.witness.wrong_store(bus.ram()))
        {
            let address = machine.with_bus(|bus| bus.ram().address(offset));
            differ(&format!("RAM at {address:#x}"), ours, theirs);
        }
        (!what.is_empty()).then(|| self.difference(pc, word, what))
    }

    fn difference(&self, pc: u64, word: Option<u32>, differences: Vec<String>) -> Difference {
        let machine = self.simulation.machine();
        let text = word.and_then(|word| disassemble(pc, word));
        let mut registers = String::new();
        let theirs = self.witness.registers();
        for (number, (ours, theirs)) in machine.cpu().registers().iter().zip(theirs).enumerate() {
            // Writing to a string cannot fail.
            let _ = writeln!(registers, "x{number:<2}  {ours:#018x}  {theirs:#018x}");
        }
        Difference {
            time_ns: machine.now_ns(),
            pc,
            instruction: text.unwrap_or_default(),
            differences,
            registers,
        }
    }
}

const fn number(privilege: Privilege) -> u64 {
    match privilege {
        Privilege::User => 0,
        Privilege::Supervisor => 1,
        Privilege::Machine => 3,
    }
}

/// Why the witness has no opinion on an instruction, if so.
fn reason(
    word: Option<u32>,
    privilege: Privilege,
    raised: Option<Exception>,
) -> Option<&'static str> {
    let cause = raised.map(|exception| exception.cause);
    let denied = matches!(
        cause,
        Some(Cause::LoadAccess | Cause::StoreAccess | Cause::InstructionAccess)
    );
    if denied {
        return Some(NO_PMP);
    }
    let word = word?;
    let Some(instruction) = septum_isa::decode(word) else {
        return Some(RESERVED);
    };
    use Operation as O;
    let is_csr = matches!(
        instruction.operation,
        O::Csrrw | O::Csrrs | O::Csrrc | O::Csrrwi | O::Csrrsi | O::Csrrci
    );
    let register = u16::try_from(instruction.immediate).unwrap_or_default();
    let foreign = FOREIGN
        .iter()
        .find(|(first, last, _)| is_csr && (*first..=*last).contains(&register));
    match (cause, foreign) {
        (Some(Cause::IllegalInstruction), Some(_)) => Some(COUNTER),
        (Some(Cause::IllegalInstruction), None) if privilege < Privilege::Machine || !is_csr => {
            Some(NOT_ALLOWED)
        }
        (_, Some((.., reason))) => Some(reason),
        _ => None,
    }
}

impl Machine {
    /// The instruction that the hart is about to execute; `None` where it cannot be fetched.
    pub fn instruction(&mut self) -> Option<u32> {
        let (cpu, bus) = self.parts();
        cpu.instruction(bus)
    }
}
