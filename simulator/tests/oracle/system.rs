//! CSR instructions, calls, returns, exceptions and interrupts in every mode (privileged ISA 3.1,
//! 3.3, 4.1).

use septum_simulator::cpu::{Cpu, Privilege};
use septum_simulator::machine::{Boundary, Machine};
use softcore_rv64::prelude::bv;
use softcore_rv64::raw::{self, ExceptionType};
use softcore_rv64::{Core, registers};

use super::{PRIVILEGES, core, theirs};
use crate::common::asm::{EBREAK, ECALL, MRET, SFENCE, SRET, load, store};
use crate::common::random::Random;
use crate::common::{CLINT, RAM, machine, open_pmp, repetitions};

const MSTATUS: u16 = 0x300;
const SATP: u16 = 0x180;
/// All of `mstatus` that M, S and U need, without F and V.
const STATUS: u64 = 0x007e_19aa;
/// Interrupts of M-mode and of S-mode.
const INTERRUPTS: u64 = 0xaaa;

/// CSRs that are compared: number, the bits of it, and why not the others.
const COMPARED: &[(u16, u64, &str)] = &[
    (
        0x100,
        0x000c_0122,
        "3.1.6: the model has FS and VS without F and V",
    ),
    (0x104, INTERRUPTS, ""),
    (0x105, u64::MAX, ""),
    (0x106, u64::MAX, ""),
    (0x10a, u64::MAX, ""),
    (0x140, u64::MAX, ""),
    (0x141, u64::MAX, ""),
    (0x142, u64::MAX, ""),
    (0x143, u64::MAX, ""),
    (0x144, INTERRUPTS, ""),
    (SATP, u64::MAX, ""),
    (
        MSTATUS,
        STATUS,
        "3.1.6: the model has FS and VS without F and V",
    ),
    (0x302, 0xb3ff, "3.1.8: the model delegates reserved codes"),
    (
        0x303,
        INTERRUPTS,
        "3.1.8: the model delegates reserved interrupts",
    ),
    (0x304, u64::MAX, ""),
    (0x305, u64::MAX, ""),
    (0x306, u64::MAX, ""),
    (0x30a, u64::MAX, ""),
    (0x340, u64::MAX, ""),
    (0x341, u64::MAX, ""),
    (0x342, u64::MAX, ""),
    (0x343, u64::MAX, ""),
    (0x344, u64::MAX, ""),
    (0xf14, u64::MAX, ""),
];

/// CSRs that both have and that are not the same: why.
const DIFFERENT: &[(u16, u16, &str)] = &[
    (0x301, 0x301, "3.1.1: the model leaves MXL to somebody else"),
    (0x320, 0x320, "3.1.12: the model inhibits counters"),
    (0x323, 0x33f, "3.1.10: the model has counters of events"),
    (0xb00, 0xb1f, "3.1.10: the model counts when it is told to"),
    (0xc00, 0xc1f, "3.1.10: the model counts when it is told to"),
];

/// Numbers that are not asked for: why.
const LEFT_OUT: &[(u16, u16, &str)] = &[
    (
        0x3a0,
        0x3ef,
        "3.7.1: everything has to stay open; see the test of PMP",
    ),
    (0x7a0, 0x7a0, "2.2: the model has a trigger"),
];

fn is_in(rows: &[(u16, u16, &str)], number: u16) -> bool {
    rows.iter().any(|row| (row.0..=row.1).contains(&number))
}

/// The bits of a CSR that are compared.
fn mask(number: u16) -> u64 {
    let row = COMPARED.iter().find(|row| row.0 == number);
    row.map_or(
        if is_in(DIFFERENT, number) {
            0
        } else {
            u64::MAX
        },
        |row| row.1,
    )
}

/// What the model does where ours executes a word.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// The same.
    Execute(u32),
    /// It is told of the exception that the word raises, and its value.
    Raise(u32, ExceptionType, u64),
}

/// A machine of ours and a hart of the model in the same state.
struct Pair {
    machine: Machine,
    core: Core,
    random: Random,
}

impl Pair {
    fn new(seed: u64) -> Self {
        let mut machine = machine(&[]);
        // So that both can go on in every mode.
        open_pmp(&mut machine);
        Self {
            machine,
            core: core(16, 4),
            random: Random::new(seed),
        }
    }

    /// Puts both somewhere, in a mode, with registers and interrupt lines that are anything.
    fn place(&mut self) {
        let privilege = self.random.pick(&PRIVILEGES);
        let pc = RAM + 4 * self.random.below(1024);
        self.core.set_mode(theirs(privilege));
        (self.core.PC, self.core.nextPC) = (bv(pc), bv(pc + 4));
        // Ours has to find its next instruction.
        self.core.satp = bv(0);
        let hart = self.machine.cpu_mut();
        hart.set_privilege(privilege);
        hart.set_pc(pc);
        hart.set_csr(SATP, 0);
        for number in 1..32 {
            let value = operand(&mut self.random);
            hart.set_register(usize::from(number), value);
            self.core.set(register(number), value);
        }
        self.set_lines();
    }

    /// The lines of software and timer interrupts.
    fn set_lines(&mut self) {
        let [software, timer] = [self.random.below(2), self.random.below(2)];
        let due = if timer == 1 { 0 } else { u64::MAX };
        self.machine.with_bus_mut(|bus| {
            bus.write(CLINT, software, 4).expect("it is there");
            bus.write(CLINT + 0x4000, due, 8).expect("it is there");
        });
        let pending = self.core.mip.bits.bits() & 0x222 | software << 3 | timer << 7;
        self.core.mip.bits = bv(pending);
    }

    /// One step of both; says what it was.
    fn step(&mut self) -> String {
        self.place();
        match self.random.below(8) {
            0 => {
                let step = self.exception();
                self.take(step)
            }
            1 | 2 => {
                let word = self.random.pick(&[ECALL, MRET, SRET, SFENCE]);
                self.take(Step::Execute(word))
            }
            _ => self.access(),
        }
    }

    /// Both do it, or take an interrupt before it, or after it.
    fn take(&mut self, step: Step) -> String {
        let (Step::Execute(word) | Step::Raise(word, ..)) = step;
        let mode = self.core.mode();
        let is_due = raw::dispatchInterrupt(&mut self.core, mode).is_some();
        let before = self.machine.instructions();
        let boundary = self.run_ours(word);
        let has_executed = self.machine.instructions() > before;
        assert_eq!(is_due, !has_executed, "{step:x?}, {boundary:x?}");
        if has_executed {
            match step {
                Step::Execute(_) => {
                    let instruction = self.core.decode_instr(word);
                    self.core.execute(instruction);
                }
                Step::Raise(_, exception, value) => self.raise(exception, value),
            }
            self.core.PC = self.core.nextPC;
        }
        if matches!(boundary, Boundary::Interrupted(_)) {
            self.core.dispatch_interrupt();
        }
        format!("{step:x?}, {boundary:x?}")
    }

    /// The model enters the handler of an exception.
    fn raise(&mut self, exception: ExceptionType, value: u64) {
        let (mode, pc) = (self.core.mode(), self.core.PC);
        let to = raw::exception_delegatee(&mut self.core, exception, mode);
        let cause = raw::exceptionType_to_bits(exception);
        let value = Some(bv(value));
        let handler = raw::trap_handler(&mut self.core, to, false, cause, pc, value, None);
        raw::set_next_pc(&mut self.core, handler);
    }

    fn run_ours(&mut self, word: u32) -> Boundary {
        let pc = self.machine.cpu().pc();
        crate::common::load(&mut self.machine, pc, &[word]);
        let limit_ns = self.machine.now_ns() + 1;
        self.machine.run(limit_ns).expect("the hart holds")
    }

    /// A CSR instruction on any register, most often on one that there is.
    fn access(&mut self) -> String {
        let number = loop {
            let any = self.random.word().to_le_bytes();
            let any = u16::from_le_bytes([any[0], any[1] & 0xf]);
            let known = self.random.pick(COMPARED).0;
            let number = self.random.pick(&[known, known, known, any]);
            if !is_in(LEFT_OUT, number) {
                break number;
            }
        };
        let kind = self.random.pick(&[1, 2, 3, 5, 6, 7]);
        let [rd, rs1] = [self.random.word() % 32, self.random.word() % 32];
        let word = u32::from(number) << 20 | rs1 << 15 | kind << 12 | rd << 7 | 0x73;
        let what = self.take(Step::Execute(word));
        self.take_over(number, rd);
        what
    }

    /// What is for the hart to choose goes from ours to the model: bits of what was read that are
    /// not compared, and MPP where a mode was stored that there is not (3.1.6.1).
    fn take_over(&mut self, number: u16, rd: u32) {
        let rd = u8::try_from(rd).expect("a register");
        let ours = self.machine.cpu().registers()[usize::from(rd)];
        let differ = ours ^ self.core.get(register(rd));
        assert_eq!(differ & mask(number), 0, "x{rd} of CSR {number:#x}");
        self.core.set(register(rd), ours);
        if number == MSTATUS {
            let status = self.machine.csr(MSTATUS).expect("it exists");
            self.core.mstatus.bits = bv(status);
        }
    }

    /// An exception of an instruction that the model does not execute.
    fn exception(&mut self) -> Step {
        let pc = self.machine.cpu().pc();
        self.random.pick(&[
            Step::Raise(EBREAK, ExceptionType::E_Breakpoint(()), pc),
            Step::Raise(0, ExceptionType::E_Illegal_Instr(()), 0),
            Step::Raise(load(3, 5, 0, 1), ExceptionType::E_Load_Addr_Align(()), 1),
            Step::Raise(store(3, 5, 0, 1), ExceptionType::E_SAMO_Addr_Align(()), 1),
        ])
    }

    /// Whether both are in the same state.
    fn compare(&mut self, what: &str) {
        assert_eq!(
            self.machine.cpu().pc(),
            self.core.nextPC.bits(),
            "pc after {what}"
        );
        assert_eq!(
            theirs(self.machine.cpu().privilege()),
            self.core.mode(),
            "{what}"
        );
        let ours = self.machine.cpu().registers();
        for number in 1..32 {
            let theirs = self.core.get(register(number));
            assert_eq!(ours[usize::from(number)], theirs, "x{number} after {what}");
        }
        for (number, mask, _) in COMPARED {
            let ours = self.machine.csr(*number).expect("it exists") & mask;
            let theirs = raw::read_CSR(&mut self.core, bv(u64::from(*number))).bits() & mask;
            assert_eq!(ours, theirs, "CSR {number:#x} after {what}");
        }
    }
}

fn register(number: u8) -> registers::GeneralRegister {
    raw::regidx::Regidx(bv(u64::from(number)))
}

/// A value in which fields of registers are set, or any.
fn operand(random: &mut Random) -> u64 {
    let any = random.bits();
    let bit = 1 << random.below(64);
    let place = RAM + random.below(4096);
    random.pick(&[
        any,
        any & STATUS,
        any & INTERRUPTS,
        any & 0xffff,
        bit,
        place,
        8 << 60 | any >> 4,
        0,
        u64::MAX,
    ])
}

#[test]
fn csrs_traps_and_returns_are_those_of_the_model() {
    let mut modes = [0; 3];
    for seed in 0..20 * repetitions() {
        let mut pair = Pair::new(seed);
        for step in 0..2000 {
            let what = pair.step();
            pair.compare(&format!("{what}, seed {seed}, step {step}"));
            let mode = PRIVILEGES
                .iter()
                .position(|mode| *mode == pair.machine.cpu().privilege());
            modes[mode.expect("it is one of them")] += 1;
        }
    }
    println!("after steps in U, S, M: {modes:?}");
    assert!(modes.iter().all(|steps| *steps > 1000));
}

#[test]
fn who_may_access_a_csr_is_what_the_model_says() {
    let mut pair = Pair::new(0);
    for (enabled, status) in [(0, 0), (5, 0), (u64::MAX, 1 << 20)] {
        pair.machine.cpu_mut().set_csr(0x306, enabled);
        pair.core.mcounteren.bits = bv(enabled & 0xffff_ffff);
        pair.machine.cpu_mut().set_csr(0x106, enabled >> 1);
        pair.core.scounteren.bits = bv(enabled >> 1 & 0xffff_ffff);
        pair.machine.cpu_mut().set_csr(MSTATUS, status);
        pair.core.mstatus.bits = bv(status);
        for number in (0..4096).filter(|number| !is_in(LEFT_OUT, *number)) {
            for privilege in PRIVILEGES {
                pair.may_access(number, privilege);
            }
        }
    }
}

impl Pair {
    /// Asks whether a mode may read a register, and store to it.
    fn may_access(&mut self, number: u16, privilege: Privilege) {
        for rs1 in [0, 7] {
            let hart = self.machine.cpu_mut();
            hart.set_pc(RAM);
            hart.set_privilege(privilege);
            hart.set_register(7, 0);
            self.run_ours(u32::from(number) << 20 | rs1 << 15 | 0x2073);
            let ours =
                self.machine.cpu().privilege() == privilege && self.machine.cpu().pc() == RAM + 4;
            let csr = bv(u64::from(number));
            let theirs = raw::check_CSR(&mut self.core, csr, theirs(privilege), rs1 != 0);
            assert_eq!(ours, theirs, "{number:#x} in {privilege:?}, x{rs1}");
        }
    }
}
