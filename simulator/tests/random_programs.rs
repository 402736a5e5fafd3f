//! Random programs, each instruction of which our hart and the crate `rv64emu` execute: the same
//! registers, CSRs, modes and memory after each. `SEPTUM_FUZZ` says how many times as many programs
//! are taken as in a usual run.

use std::collections::BTreeMap;

use crate::common::asm::{MRET, SRET, addi, csrrs, csrrw, li, load};
use crate::common::code::{RAM_BYTES, address, memory, translation};
use crate::common::random::Random;
use crate::common::{RAM, repetitions, virt};
use septum_core::spec::RawMmu;
use septum_isa::{Operation, decode};
use septum_simulator::cpu::{Cause, Cpu, Exception, Privilege};
use septum_simulator::lockstep::witness::Witness;
use septum_simulator::machine::{Boundary, Machine};

const PROGRAMS: u64 = 400;
/// Instructions of a program at most.
const INSTRUCTIONS: u64 = 400;
/// Where the registers lie that a program begins with, and behind them nothing of interest.
const REGISTERS: u64 = RAM + RAM_BYTES / 2 - 0x800;

/// Handlers of M-mode and S-mode that go on behind what trapped.
const HANDLER: u64 = REGISTERS + 0x400;
const SUPERVISOR_HANDLER: u64 = HANDLER + 0x40;

/// CSRs that random code accesses: those of which `rv64emu` stores what the specification says.
const CSRS: [u32; 6] = [0x140, 0x142, 0x143, 0x340, 0x342, 0x343];

/// CSRs that are compared, each with the bits that both have: `rv64emu` keeps what cannot be set
/// in `mstatus` (3.1.6) and `medeleg` (3.1.8).
const COMPARED: &[(u16, u64)] = &[
    (0x300, 0x007e_19aa),
    (0x302, 0xb3ff),
    (0x305, u64::MAX),
    (0x340, u64::MAX),
    (0x341, u64::MAX),
    (0x342, u64::MAX),
    (0x343, u64::MAX),
    (0x105, u64::MAX),
    (0x140, u64::MAX),
    (0x141, u64::MAX),
    (0x142, u64::MAX),
    (0x143, u64::MAX),
    (0x180, u64::MAX),
];

/// An exception, and how it came to be.
struct Raised {
    exception: Exception,
    /// The instruction; 0 where it could not be fetched.
    word: u32,
    mode: Privilege,
    /// Whether a page table has something reserved on the way to the address.
    is_reserved: bool,
}

/// An exception that `rv64emu` is told of instead of asked: which, and why.
type Told = (Cause, fn(&Raised) -> bool, &'static str);

#[rustfmt::skip]
const TOLD: &[Told] = &[
    (Cause::IllegalInstruction, |_| true,
     "privileged 3.3.2, 2.1: it executes some instructions in every mode, and reserved ones"),
    (Cause::InstructionAccess, |_| true, NO_HOLES),
    (Cause::LoadAccess, |_| true, NO_HOLES),
    (Cause::StoreAccess, |_| true, NO_HOLES),
    (Cause::InstructionPage, |_| true, "privileged 4.3.2: a fetch does not look at U"),
    (Cause::LoadPage, |raised| raised.mode == Privilege::User, NO_U),
    (Cause::StorePage, |raised| raised.mode == Privilege::User, NO_U),
    (Cause::LoadPage, is_too_wide, WIDE),
    (Cause::StorePage, is_too_wide, WIDE),
    (Cause::LoadPage, |raised| raised.is_reserved, RESERVED),
    (Cause::StorePage, |raised| raised.is_reserved, RESERVED),
    (Cause::StorePage, is_conditional, CONDITIONAL),
    (Cause::StoreMisaligned, is_conditional, CONDITIONAL),
];

const NO_HOLES: &str = "privileged 3.5: something is at every address";
const NO_U: &str = "privileged 4.3.2: U-mode reaches pages without U";
const WIDE: &str = "privileged 4.4.1: bits 63 to 39 of an address are not compared";
const RESERVED: &str = "privileged 4.3.2, step 3: what is reserved in an entry is not looked at";
const CONDITIONAL: &str = "8.2: sc without a reservation fails before it looks at the address";
const ODD: &str = "16.4: bit 0 of the target of c.jr is kept";

/// What it says when it panics because a table of the last level has a pointer (privileged 4.3.2,
/// step 4). The program ends there.
const TOO_DEEP: &str = "idx err:255";

/// Whether bits 63 to 39 are not those of bit 38.
fn is_too_wide(raised: &Raised) -> bool {
    (1 << 38..u64::MAX << 38).contains(&raised.exception.value)
}

fn is_conditional(raised: &Raised) -> bool {
    let decoded = decode(raised.word).map(|it| it.operation);
    matches!(decoded, Some(Operation::ScW | Operation::ScD))
}

/// Whether an instruction accesses a CSR that is not the same in both, and is not one of the
/// handlers. Jumps into the middle of instructions and into the prologue make such words.
fn is_foreign(word: u32) -> bool {
    let is_csr = word & 0x7f == 0x73 && word & 0x3000 != 0;
    let handlers = [behind(0x341, MRET), behind(0x141, SRET)];
    is_csr && !CSRS.contains(&(word >> 20)) && !handlers.as_flattened().contains(&word)
}

/// What our hart and the witness execute, and how often the witness was told.
struct Pair {
    machine: Machine,
    witness: Witness,
    /// Instructions of the prologue that are left.
    prologue: usize,
    told: BTreeMap<&'static str, u64>,
}

impl Pair {
    fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut description = virt();
        description.ram[0].size_bytes = RAM_BYTES;
        description.devices.clear();
        description.isolation.pmp_entries = 0;
        let mut machine = Machine::new(&description, RAM).expect("the description is fine");
        let bytes = memory(&mut random, &CSRS, false);
        machine
            .with_bus_mut(|bus| bus.ram_mut().fill(RAM, &bytes))
            .expect("it is in RAM");
        let registers: Vec<u8> = (0..32)
            .flat_map(|_| address(&mut random).to_le_bytes())
            .collect();
        machine
            .with_bus_mut(|bus| bus.ram_mut().fill(REGISTERS, &registers))
            .expect("it is in RAM");
        let prologue = prologue(&mut random);
        crate::common::load(&mut machine, RAM, &prologue);
        crate::common::load(&mut machine, HANDLER, &behind(0x341, MRET));
        crate::common::load(&mut machine, SUPERVISOR_HANDLER, &behind(0x141, SRET));
        let ram = machine.with_bus(|bus| bus.ram().clone());
        let status = machine.csr(0x300).expect("mstatus exists");
        Self {
            machine,
            witness: Witness::new(ram, RawMmu::Sv39, RAM, status),
            prologue: prologue.len(),
            told: BTreeMap::new(),
        }
    }

    /// One instruction of both; false where there is no next one.
    ///
    /// # Errors
    /// What differs then.
    fn step(&mut self) -> Result<bool, String> {
        let pc = self.machine.cpu().pc();
        let word = self.machine.instruction().unwrap_or_default();
        if self.prologue == 0 && is_foreign(word) {
            return Ok(false);
        }
        self.prologue = self.prologue.saturating_sub(1);
        let mode = self.machine.cpu().privilege();
        let limit_ns = self.machine.now_ns() + 1;
        let boundary = self.machine.run(limit_ns).expect("the hart holds");
        match boundary {
            Boundary::Waiting | Boundary::Idle => return Ok(false),
            Boundary::Trapped(exception) => self.raised(&Raised {
                exception,
                word,
                mode,
                is_reserved: self.meets_reserved(exception.value).unwrap_or_default(),
            })?,
            _ => self.witness.execute([].into_iter())?,
        }
        self.forgive();
        self.compare(pc)?;
        Ok(true)
    }

    /// The witness is asked about an exception, or told of it.
    fn raised(&mut self, raised: &Raised) -> Result<(), String> {
        let is_one = |row: &&Told| row.0 == raised.exception.cause && row.1(raised);
        match TOLD.iter().find(is_one) {
            Some((.., why)) => {
                *self.told.entry(why).or_default() += 1;
                self.witness.trap(raised.exception);
                Ok(())
            }
            None => self.witness.execute([].into_iter()),
        }
    }

    /// Whether the walk to an address meets an entry in which something is reserved (privileged
    /// 4.4.1): bits 63 to 54, or A, D and U of a pointer.
    fn meets_reserved(&self, address: u64) -> Option<bool> {
        let mut page = self.machine.csr(0x180)?;
        for shift in [30, 21, 12] {
            let table = (page % (1 << 44)) << 12;
            let place = table + 8 * (address >> shift & 511);
            let entry = self.machine.with_bus(|bus| {
                let offset = bus.ram().offset(place, 8)?;
                Some(bus.ram().load(offset, 8))
            })?;
            let is_leaf = entry & 0xa != 0;
            if entry >> 54 != 0 || (!is_leaf && entry & 0xd0 != 0) {
                return Some(true);
            }
            if is_leaf {
                break;
            }
            page = entry >> 10;
        }
        Some(false)
    }

    /// Takes an odd target of a jump back.
    fn forgive(&mut self) {
        let pc = self.machine.cpu().pc();
        if self.witness.next_pc() == pc | 1 {
            self.witness.set_next_pc(pc);
            *self.told.entry(ODD).or_default() += 1;
        }
    }

    /// What differs after the instruction at a pc.
    fn compare(&mut self, pc: u64) -> Result<(), String> {
        let mut wrong = Vec::new();
        let mut differ = |name: String, ours: u64, theirs: u64| {
            if ours != theirs {
                wrong.push(format!("{name}: ours {ours:#x}, theirs {theirs:#x}"));
            }
        };
        let cpu = self.machine.cpu();
        differ("pc".to_owned(), cpu.pc(), self.witness.next_pc());
        differ(
            "mode".to_owned(),
            number(cpu.privilege()),
            number(self.witness.privilege()),
        );
        let registers = cpu.registers().into_iter().zip(self.witness.registers());
        for (register, (ours, theirs)) in registers.enumerate() {
            differ(format!("x{register}"), ours, theirs);
        }
        for (csr, mask) in COMPARED {
            let ours = self.machine.csr(*csr).expect("it exists");
            differ(
                format!("CSR {csr:#x}"),
                ours & mask,
                self.witness.csr(*csr) & mask,
            );
        }
        let stored = self
            .machine
            .with_bus(|bus| self.witness.wrong_store(bus.ram()));
        if let Some((offset, theirs, ours)) = stored {
            differ(format!("RAM + {offset:#x}"), ours, theirs);
        }
        match wrong.is_empty() {
            true => Ok(()),
            false => Err(format!("at {pc:#x}: {}", wrong.join(", "))),
        }
    }

    /// At the end, all of RAM.
    fn compare_memory(&self) -> Result<(), String> {
        let page = self
            .machine
            .with_bus(|bus| self.witness.wrong_page(bus.ram()));
        page.map_or(Ok(()), |page| Err(format!("page {page} of RAM differs")))
    }
}

fn number(privilege: Privilege) -> u64 {
    match privilege {
        Privilege::User => 0,
        Privilege::Supervisor => 1,
        Privilege::Machine => 3,
    }
}

/// Returns to four bytes behind the address in a CSR.
fn behind(csr: u32, back: u32) -> [u32; 4] {
    [csrrs(31, csr, 0), addi(31, 31, 4), csrrw(0, csr, 31), back]
}

/// Enters a random mode at a random place, with random tables and registers.
fn prologue(random: &mut Random) -> Vec<u32> {
    let mut place = || RAM + 0x800 + (random.below(RAM_BYTES / 2 - 0x1000) & !1);
    let [pc, any_vector, any_supervisor] = [place(), place() & !3, place() & !3];
    let vector = random.pick(&[HANDLER, HANDLER, HANDLER, any_vector]);
    let supervisor = random.pick(&[SUPERVISOR_HANDLER, any_supervisor]);
    let any = random.bits();
    // MPP, SPP, SUM, MXR; UXL and SXL are kept as they are stored. Not MPRV: fetches of the witness
    // obey it, too (privileged 3.1.6.3).
    let status = any & 0x000c_0100 | random.pick(&[0, 1, 3, 3]) << 11 | 0xa << 32;
    let delegated = random.pick(&[0, 0, 0xb3ff, any & 0xb3ff]);
    let satp = match translation(random) {
        satp if satp >> 60 == 8 => satp & 0xf000_0fff_ffff_ffff,
        _ => 0,
    };
    let registers = [
        (0x302, delegated),
        (0x305, vector),
        (0x105, supervisor),
        (0x341, pc),
        (0x180, satp),
        (0x300, status),
    ];
    let set = registers.map(|(csr, value)| [li(31, value), vec![csrrw(0, csr, 31)]].concat());
    let mut code = li(30, REGISTERS);
    code.extend((1..30).map(|register| load(3, register, 30, 8 * register.cast_signed())));
    code.extend(set.concat());
    code.push(MRET);
    code
}

#[test]
fn rv64emu_agrees_on_every_instruction_of_random_programs() {
    let mut told = BTreeMap::new();
    let (mut executed, mut modes) = (0, [0; 4]);
    for seed in 0..PROGRAMS * repetitions() {
        let mut pair = Pair::new(seed);
        for step in 0..INSTRUCTIONS {
            match pair.step() {
                Ok(true) => executed += 1,
                Ok(false) => break,
                Err(what) if what == TOO_DEEP => break,
                Err(what) => panic!("seed {seed}, step {step}, {what}"),
            }
            let mode = number(pair.machine.cpu().privilege());
            modes[usize::try_from(mode).expect("a mode")] += 1;
        }
        pair.compare_memory()
            .unwrap_or_else(|what| panic!("seed {seed}, {what}"));
        for (why, times) in pair.told {
            *told.entry(why).or_insert(0) += times;
        }
    }
    println!("{executed} instructions, by mode {modes:?}, {told:#?}");
    assert!(executed > 100 * PROGRAMS);
}
