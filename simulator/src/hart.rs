//! A hart: RV64IMAC, Zicsr, Zifencei, Zicntr; M, S and U; Sv39; PMP.
//!
//! Instructions are decoded once into blocks and executed from there, a block at a time. What
//! only decides between blocks (time, interrupts, contexts) is looked at between blocks; a step
//! after which it could have changed ends the block early.

mod arithmetic;
mod block;
mod csr;
mod execute;
mod journal;
mod memory;
mod status;
mod system;
mod trap;

use std::ops::Range;

use septum_core::spec::{RawIsolation, RawMmu};

use crate::bits::to_u64;
use crate::bus::Bus;
use crate::cpu::{Cause, Cpu, Exception, Executed, InterruptLines, Privilege};
use crate::mmu::{Access, Mmu, Space, Target};
use crate::monitor::Subject;
use crate::pmp::Pmp;
use block::{Blocks, Step};
use csr::Csrs;
use journal::{Begin, Journal};
pub use journal::{ExecutedStretch, Instruction, Stretch};
use status::{MPRV, MXR, SUM};

/// `x0` to `x31`, and behind them where results to `x0` go; any `u8` is the number of one.
const REGISTERS: usize = 256;

/// One hart.
#[derive(Debug, Clone)]
pub struct Hart {
    state: State,
    blocks: Blocks,
    /// What it has executed, where somebody wants to know.
    journal: Option<Box<Journal>>,
    /// [`Ram::code_generation`] when the oldest of the blocks may have been decoded.
    generation: u64,
}

/// Everything of a hart but its decoded code.
#[derive(Debug, Clone)]
struct State {
    x: [u64; REGISTERS],
    /// Address of the next instruction; of the present block while it is executed.
    pc: u64,
    privilege: Privilege,
    csrs: Csrs,
    mmu: Mmu,
    /// Whether the spaces of [`State::mmu`] are those of the CSRs.
    is_entered: bool,
    /// Who U-mode is.
    user: Subject,
    /// Whether anybody watches.
    is_watched: bool,
    /// The supervisor's external interrupt line.
    external_line: bool,
    /// Instructions executed, trapping ones included, before the present block.
    executed: u64,
    /// Instructions that trapped.
    trapped: u64,
    ns_per_instruction: u64,
    /// Instructions before the present one in its block, where a step needs to know.
    position: u64,
    /// [`State::executed`] at the begin of the present [`Cpu::run`], and the time then.
    begin: u64,
    begin_ns: u64,
    supervisor: bool,
    /// Whether S-mode has `stimecmp` (Sstc).
    has_supervisor_timer: bool,
    asid_mask: u64,
    /// Which hart of the machine it is: `mhartid`.
    number: usize,
}

/// Everything of a hart at one instant.
#[derive(Debug, Clone)]
pub struct HartMark(State);

/// How the execution of a block ended, and after how many instructions.
#[derive(Debug, Clone, Copy)]
struct Ended {
    /// A trapping one included.
    executed: u64,
    end: End,
}

/// How the execution of a block ended.
#[derive(Debug, Clone, Copy)]
enum End {
    /// The next block follows.
    Next,
    /// The same, but what decides between blocks may have changed.
    Changed,
    /// `mret` or `sret`.
    Returned,
    /// `wfi`.
    Waiting,
    /// The last instruction raised this.
    Raised(Exception),
}

impl Ended {
    /// The first instruction raised this.
    const fn raised(exception: Exception) -> Self {
        Self {
            executed: 1,
            end: End::Raised(exception),
        }
    }
}

impl Hart {
    /// The hart of this number as after reset: M-mode, at `reset_pc`.
    #[must_use]
    pub fn new(
        number: usize,
        isolation: &RawIsolation,
        ns_per_instruction: u64,
        reset_pc: u64,
    ) -> Self {
        let supervisor = isolation.mmu == RawMmu::Sv39;
        let asid_bits = u32::try_from(isolation.asid_bits).unwrap_or(u32::MAX);
        let state = State {
            x: [0; REGISTERS],
            pc: reset_pc & !1,
            privilege: Privilege::Machine,
            csrs: Csrs::new(supervisor),
            mmu: Mmu::new(Pmp::new(isolation.pmp_entries, isolation.pmp_grain_bytes)),
            is_entered: false,
            user: Subject::Anybody,
            is_watched: false,
            external_line: false,
            executed: 0,
            trapped: 0,
            position: 0,
            ns_per_instruction,
            begin: 0,
            begin_ns: 0,
            supervisor,
            has_supervisor_timer: false,
            asid_mask: (1 << asid_bits.min(16)) - 1,
            number,
        };
        Self {
            state,
            blocks: Blocks::default(),
            journal: None,
            generation: 0,
        }
    }

    /// The same hart with `stimecmp`, if it has S-mode (Sstc).
    #[must_use]
    pub fn with_supervisor_timer(mut self) -> Self {
        self.state.has_supervisor_timer = self.state.supervisor;
        self
    }

    /// From now on every instruction is kept until [`Hart::forget_stretches`].
    pub(crate) fn keep_instructions(&mut self, bus: &mut Bus) {
        self.forget_code(bus);
        self.journal = Some(Box::default());
    }

    /// Shows some of what was executed since it was forgotten, in order.
    pub(crate) fn show_stretches(
        &self,
        which: Range<usize>,
        take: &mut impl FnMut(ExecutedStretch<'_>),
    ) {
        if let Some(journal) = &self.journal {
            journal.show(
                which,
                self.state.number,
                self.state.ns_per_instruction,
                take,
            );
        }
    }

    /// Forgets what was executed so far.
    pub(crate) fn forget_stretches(&mut self, bus: &mut Bus) {
        let Some(journal) = &mut self.journal else {
            return;
        };
        journal.forget();
        if journal.is_full() {
            journal.forget_words();
            self.forget_code(bus);
        }
    }

    /// From now on translations are kept as long as the specification allows, so that a fence
    /// that is missing makes a difference.
    pub fn keep_stale_translations(&mut self) {
        self.state.mmu.keep_stale();
    }

    /// The instruction at `pc`; `None` where it cannot be fetched.
    pub(crate) fn instruction(&mut self, bus: &Bus) -> Option<u32> {
        if !self.state.is_entered {
            self.state.enter();
        }
        let word = self.state.fetch(bus, self.state.pc);
        // Nobody has executed it.
        self.state.mmu.take_remark();
        word.ok()
    }

    /// Where the byte is in RAM that a load at an address would get now.
    pub(crate) fn look(&mut self, bus: &Bus, address: u64) -> Option<usize> {
        if !self.state.is_entered {
            self.state.enter();
        }
        let target = self.state.mmu.translate(bus, address, 1, Access::Load);
        // Nobody has loaded it.
        self.state.mmu.take_remark();
        match target {
            Ok(Target::Ram(offset)) => Some(offset),
            _ => None,
        }
    }

    /// Executes up to so many instructions, or up to an end.
    fn execute<const KEEPS: bool>(&mut self, bus: &mut Bus, budget: u64) -> End {
        let mut left = budget;
        let mut end = End::Next;
        while left > 0 && matches!(end, End::Next) {
            let ended = self.advance::<KEEPS>(bus, left);
            self.state.executed += ended.executed;
            left -= ended.executed;
            end = ended.end;
        }
        end
    }

    /// Executes the block at `pc`, at most so many instructions of it.
    #[inline]
    fn advance<const KEEPS: bool>(&mut self, bus: &mut Bus, budget: u64) -> Ended {
        if !self.state.is_entered {
            self.state.enter();
        }
        if bus.ram().is_code_written() {
            self.forget_code(bus);
        }
        let block = match self.state.mmu.find_block(self.state.pc) {
            Some(block) => block,
            None => match self.find_block(bus) {
                // The monitor has something to say first.
                Ok(_) if bus.needs_attention() => {
                    return Ended {
                        executed: 0,
                        end: End::Changed,
                    };
                }
                Ok(Some(block)) => block,
                Ok(None) => return self.single(bus),
                Err(exception) => {
                    self.keep_single(None);
                    return Ended::raised(exception);
                }
            },
        };
        let steps = self.blocks.steps(block);
        if !KEEPS {
            return self.state.execute(bus, steps, budget);
        }
        let begin = self.state.begin();
        // A block that jumps to its own begin ends there, so that it is a stretch each time.
        let ended = self
            .state
            .execute(bus, steps, budget.min(to_u64(steps.len())));
        if let Some(journal) = &mut self.journal {
            journal.push(&begin, self.blocks.words(block), ended.executed);
        }
        ended
    }

    /// The next instruction is one without a block.
    fn keep_single(&mut self, word: Option<u32>) {
        if let Some(journal) = &mut self.journal {
            journal.push_single(&self.state.begin(), word);
        }
    }

    /// Finds or decodes the block at `pc`; `None` where the first instruction has to be looked
    /// at on its own.
    #[cold]
    fn find_block(&mut self, bus: &mut Bus) -> Result<Option<u32>, Exception> {
        let pc = self.state.pc;
        self.state.position = 0;
        let code = self.state.mmu.code(bus, pc);
        self.state.tell(bus, pc);
        let code = code?;
        if self.blocks.is_full() {
            self.forget_code(bus);
        }
        let block = match self.blocks.find(&code) {
            Some(block) => Some(block),
            None => {
                let journal = self.journal.as_deref_mut();
                let block = self.blocks.decode(bus.ram_mut(), &code, journal);
                self.state.mmu.forget_stores(&code);
                block
            }
        };
        if let Some(block) = block {
            self.state.mmu.remember_block(pc, block);
        }
        Ok(block)
    }

    /// Executes an instruction that lies in two pages, or in two regions of protection, or is
    /// none.
    #[cold]
    fn single(&mut self, bus: &mut Bus) -> Ended {
        let fetched = self.state.fetch(bus, self.state.pc);
        self.keep_single(fetched.ok());
        let step = fetched.and_then(|word| Step::new(word, 0).ok_or(illegal(word)));
        match step {
            Ok(step) => self.state.execute(bus, &[step], 1),
            Err(exception) => Ended::raised(exception),
        }
    }

    fn forget_code(&mut self, bus: &mut Bus) {
        bus.ram_mut().forget_code();
        self.forget_blocks(bus);
    }

    /// Another hart may have told RAM to forget all code.
    fn forget_blocks(&mut self, bus: &Bus) {
        self.generation = bus.ram().code_generation();
        self.blocks.clear();
        self.state.mmu.forget_blocks();
    }
}

impl State {
    /// After anything that can change how addresses are understood.
    fn enter(&mut self) {
        let status = self.csrs.mstatus;
        let (sum, mxr) = (status & SUM != 0, status & MXR != 0);
        let effective = match status & MPRV {
            0 => self.privilege,
            _ => status::previous_privilege(status),
        };
        let space = |privilege| {
            let subject = match privilege {
                Privilege::Machine if self.is_watched => Subject::Kernel,
                Privilege::Machine => Subject::Anybody,
                _ => self.user,
            };
            (Space::new(privilege, self.csrs.satp, sum, mxr), subject)
        };
        self.mmu.enter(space(self.privilege), space(effective));
        self.is_entered = true;
    }

    /// Passes on what there is to say of the last access, of the instruction at a pc.
    fn tell(&mut self, bus: &mut Bus, pc: u64) {
        if let Some((subject, remark)) = self.mmu.take_remark() {
            bus.set_now_ns(self.time_ns(self.position));
            bus.remark(subject, remark, pc);
        }
    }

    /// The word at an address: 32 bits, or 16 with zeroes above. Each half is checked on its own, so
    /// that a 16-bit instruction does not touch what lies behind it.
    fn fetch(&mut self, bus: &Bus, pc: u64) -> Result<u32, Exception> {
        let low = self.half(bus, pc)?;
        if septum_isa::is_compressed(low) {
            return Ok(low);
        }
        Ok(low | self.half(bus, pc.wrapping_add(2))? << 16)
    }

    fn half(&mut self, bus: &Bus, address: u64) -> Result<u32, Exception> {
        let code = self.mmu.code(bus, address)?;
        Ok(u32::from(bus.ram().halfword(code.start)))
    }

    /// What a stretch begins with that begins here.
    #[inline]
    fn begin(&self) -> Begin {
        let partition = match (self.privilege, self.user) {
            (Privilege::User, Subject::Partition(index)) => Some(index),
            _ => None,
        };
        Begin {
            time_ns: self.time_ns(0),
            pc: self.pc,
            privilege: self.privilege,
            partition,
        }
    }

    /// Virtual time of the instruction at a position of the present block.
    fn time_ns(&self, position: u64) -> u64 {
        let since = self.executed - self.begin + position;
        let spent_ns = since.saturating_mul(self.ns_per_instruction);
        self.begin_ns.saturating_add(spent_ns)
    }
}

/// The exception of an instruction that there is not.
fn illegal(word: u32) -> Exception {
    Exception {
        cause: Cause::IllegalInstruction,
        value: u64::from(word),
    }
}

impl Cpu for Hart {
    type Mark = HartMark;

    fn mark(&self) -> HartMark {
        HartMark(self.state.clone())
    }

    fn restore(&mut self, mark: &HartMark) {
        self.state.clone_from(&mark.0);
        self.state.is_entered = false;
    }

    fn watch(&mut self, user: Subject) {
        self.state.user = user;
        self.state.is_watched = true;
        self.state.is_entered = false;
    }

    fn forget_stores(&mut self, bytes: &Range<usize>) {
        self.state.mmu.forget_stores(bytes);
    }

    fn run(&mut self, bus: &mut Bus, budget: u64) -> Executed {
        self.state.begin = self.state.executed;
        self.state.begin_ns = bus.now_ns();
        if self.generation != bus.ram().code_generation() {
            self.forget_blocks(bus);
        }
        let end = match self.journal {
            None => self.execute::<false>(bus, budget),
            Some(_) => self.execute::<true>(bus, budget),
        };
        self.state.position = 0;
        bus.set_now_ns(self.state.time_ns(0));
        match end {
            End::Next => Executed::Retired,
            End::Changed => Executed::Changed,
            End::Waiting => Executed::Waiting,
            End::Returned => Executed::Returned(self.state.privilege),
            End::Raised(exception) => {
                self.state.trap(exception);
                Executed::Trapped(exception)
            }
        }
    }

    fn take_interrupt(&mut self) -> Option<u64> {
        let number = self.state.due_interrupt()?;
        self.state.interrupt(number);
        Some(number)
    }

    fn interrupt_pending(&self) -> bool {
        self.state.csrs.mip & self.state.csrs.mie != 0
    }

    fn supervisor_timer(&self) -> Option<u64> {
        self.state.supervisor_timer()
    }

    fn stretches(&self) -> usize {
        self.journal.as_ref().map_or(0, |journal| journal.count())
    }

    fn set_lines(&mut self, lines: InterruptLines) {
        self.state.set_lines(lines);
    }

    fn pc(&self) -> u64 {
        self.state.pc
    }

    fn set_pc(&mut self, pc: u64) {
        self.state.pc = pc & !1;
    }

    fn registers(&self) -> [u64; 32] {
        let mut registers = [0; 32];
        registers.copy_from_slice(&self.state.x[..32]);
        registers
    }

    fn set_register(&mut self, number: usize, value: u64) {
        if (1..32).contains(&number) {
            self.state.x[number] = value;
        }
    }

    fn privilege(&self) -> Privilege {
        self.state.privilege
    }

    fn set_privilege(&mut self, privilege: Privilege) {
        self.state.privilege = privilege;
        self.state.is_entered = false;
    }

    fn csr(&self, bus: &Bus, number: u16) -> Option<u64> {
        let exists = self.state.csr_exists(number);
        exists.then(|| self.state.read_csr(bus, number))
    }

    fn set_csr(&mut self, number: u16, value: u64) -> bool {
        let exists = self.state.csr_exists(number);
        if exists {
            self.state.write_csr(number, value);
        }
        exists
    }
}
