//! A hart as the machine sees it, whatever executes the instructions.

use std::ops::Range;

use serde::Serialize;
use thiserror::Error;

use crate::bus::Bus;
use crate::monitor::Subject;

/// Privilege mode (privileged ISA 1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Privilege {
    /// U: partitions.
    User,
    /// S: nobody here, but the hardware has it.
    Supervisor,
    /// M: the kernel.
    Machine,
}

/// A synchronous trap of the guest: `mcause` and `mtval` (privileged ISA 3.1.15, 3.1.16).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exception {
    /// What happened.
    pub cause: Cause,
    /// The address that was touched, or the instruction, or 0.
    pub value: u64,
}

/// Exception codes (privileged ISA, table 3.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// 0
    InstructionMisaligned,
    /// 1
    InstructionAccess,
    /// 2
    IllegalInstruction,
    /// 3
    Breakpoint,
    /// 4
    LoadMisaligned,
    /// 5
    LoadAccess,
    /// 6
    StoreMisaligned,
    /// 7
    StoreAccess,
    /// 8
    CallFromUser,
    /// 9
    CallFromSupervisor,
    /// 11
    CallFromMachine,
    /// 12
    InstructionPage,
    /// 13
    LoadPage,
    /// 15
    StorePage,
}

impl Cause {
    /// The number in `mcause`.
    #[must_use]
    pub const fn code(self) -> u64 {
        match self {
            Self::InstructionMisaligned => 0,
            Self::InstructionAccess => 1,
            Self::IllegalInstruction => 2,
            Self::Breakpoint => 3,
            Self::LoadMisaligned => 4,
            Self::LoadAccess => 5,
            Self::StoreMisaligned => 6,
            Self::StoreAccess => 7,
            Self::CallFromUser => 8,
            Self::CallFromSupervisor => 9,
            Self::CallFromMachine => 11,
            Self::InstructionPage => 12,
            Self::LoadPage => 13,
            Self::StorePage => 15,
        }
    }
}

/// Name of an exception code, as the specification has it; reserved codes say so.
#[must_use]
pub const fn cause_name(code: u64) -> &'static str {
    match code {
        0 => "instruction address misaligned",
        1 => "instruction access fault",
        2 => "illegal instruction",
        3 => "breakpoint",
        4 => "load address misaligned",
        5 => "load access fault",
        6 => "store address misaligned",
        7 => "store access fault",
        8 => "environment call from U-mode",
        9 => "environment call from S-mode",
        11 => "environment call from M-mode",
        12 => "instruction page fault",
        13 => "load page fault",
        15 => "store page fault",
        _ => "reserved cause",
    }
}

/// Why a hart stopped executing, after the instruction that is to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Executed {
    /// It has executed as many instructions as it was told.
    Retired,
    /// A device was touched, or what decides about interrupts: they must be looked at.
    Changed,
    /// It trapped; the hart is at the handler.
    Trapped(Exception),
    /// `mret` or `sret` completed; the hart is in this mode.
    Returned(Privilege),
    /// `wfi` completed: the hart may sleep until an interrupt is pending.
    Waiting,
}

/// Levels of the interrupt lines into one hart (`mip`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InterruptLines {
    /// `MSIP`, from the CLINT.
    pub software: bool,
    /// `MTIP`, from the CLINT.
    pub timer: bool,
    /// `MEIP`, from the PLIC's M-mode context.
    pub external: bool,
    /// `SEIP`, from the PLIC's S-mode context.
    pub supervisor_external: bool,
    /// `STIP`, where S-mode has a timer of its own and it is on.
    pub supervisor_timer: bool,
}

/// Registers of a hart at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Registers {
    /// Address of the next instruction; in a snapshot of an event, of the one that caused it.
    pub pc: u64,
    /// `x0` to `x31`.
    pub x: [u64; 32],
    /// Privilege mode.
    pub privilege: Privilege,
    /// The partition that the hart belongs to at this instant, if any.
    pub partition: Option<usize>,
}

/// The host's emulator failed; the guest cannot cause this by any rule that we know.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MachineError {
    /// The hart panicked inside an instruction.
    #[error("the emulator failed at pc {pc:#x}: {message}")]
    Engine {
        /// Address of the instruction.
        pc: u64,
        /// What it said.
        message: String,
    },
}

/// One hart.
///
/// It charges virtual time for each instruction, trapping ones included, and looks at no
/// interrupt: the machine does, between two calls of [`Cpu::run`].
pub trait Cpu {
    /// Everything of a hart at one instant.
    type Mark;

    /// The state now.
    fn mark(&self) -> Self::Mark;

    /// Makes the state what it was.
    fn restore(&mut self, mark: &Self::Mark);

    /// From now on what is accessed is watched; who U-mode is.
    fn watch(&mut self, user: Subject);

    /// RAM wants to be told of the next store to these of its bytes again.
    fn forget_stores(&mut self, bytes: &Range<usize>);

    /// Executes at most so many instructions, at least one if there may be any; an exception
    /// ends at the trap handler.
    fn run(&mut self, bus: &mut Bus, budget: u64) -> Executed;

    /// Enters the handler of the most important enabled pending interrupt, if there is one,
    /// and says which: its number without the interrupt bit.
    fn take_interrupt(&mut self) -> Option<u64>;

    /// Whether an enabled interrupt is pending, taken or not: what ends a `wfi`.
    fn interrupt_pending(&self) -> bool;

    /// When S-mode's own timer fires, in ticks of `mtime`; `None` where it has none, or it is off.
    fn supervisor_timer(&self) -> Option<u64>;

    /// How many stretches of instructions it has kept, where somebody wants to know.
    fn stretches(&self) -> usize;

    /// Sets the levels of the interrupt lines.
    fn set_lines(&mut self, lines: InterruptLines);

    /// Address of the next instruction.
    fn pc(&self) -> u64;

    /// Sets the address of the next instruction.
    fn set_pc(&mut self, pc: u64);

    /// `x0` to `x31`.
    fn registers(&self) -> [u64; 32];

    /// Sets `x1` to `x31`; setting `x0` does nothing.
    fn set_register(&mut self, number: usize, value: u64);

    /// Privilege mode.
    fn privilege(&self) -> Privilege;

    /// Sets the privilege mode, for tests and for restoring a state.
    fn set_privilege(&mut self, privilege: Privilege);

    /// Reads a CSR as M-mode would, without side effects; `None` where there is no such CSR.
    fn csr(&self, bus: &Bus, number: u16) -> Option<u64>;

    /// Writes a CSR as M-mode would (legalised); false where there is no such CSR.
    fn set_csr(&mut self, number: u16, value: u64) -> bool;
}
