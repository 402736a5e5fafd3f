//! The first engine: the crate `rv64emu`, driven one instruction at a time.
//!
//! It executes what moves data between registers and memory; what decides (translation,
//! protection, CSRs, privilege, waiting, time) stands in front of it, here.

mod csr;
mod decode;
mod port;
mod system;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rv64emu::config::Config;
use rv64emu::rv64core::bus::{Bus as EngineBus, DeviceType};
use rv64emu::rv64core::cpu_core::{CpuCore, CpuCoreBuild};
use rv64emu::rv64core::inst::inst_base::PrivilegeLevels;
use rv64emu::rv64core::traptype::TrapType;
use septum_core::spec::{RawIsolation, RawMmu};

use crate::bits::field;
use crate::bus::{Bus, PAGE_BYTES};
use crate::cpu::{Cause, Cpu, Exception, Executed, InterruptLines, Privilege};
use crate::mmu::{Access, Mmu, Space, Target, page_offset};
use crate::pmp::Pmp;
use crate::wires::Wires;
use decode::{Decoder, Kind, Operand, is_compressed};
use port::{Aim, Port};

const SUM: u64 = 1 << 18;
const MXR: u64 = 1 << 19;
const MPRV: u64 = 1 << 17;

/// The page that is being executed, so that most fetches need no look-up.
#[derive(Debug, Clone, Copy)]
struct FetchPage {
    /// Virtual page number; the largest number is no page.
    page: u64,
    /// Where its first byte is in RAM.
    offset: usize,
}

const NO_PAGE: FetchPage = FetchPage {
    page: u64::MAX,
    offset: 0,
};

/// One hart of `rv64emu`.
pub struct Engine {
    /// Its `pc` is the instruction under way, its `npc` the next one.
    core: CpuCore,
    bus: Rc<RefCell<Bus>>,
    wires: Rc<Wires>,
    mmu: Mmu,
    decoder: Decoder,
    plain: csr::Plain,
    aim: Rc<Cell<Aim>>,
    fetch_page: FetchPage,
    fetch_space: Space,
    data_space: Space,
    external_line: bool,
    executed: u64,
    trapped: u64,
    supervisor: bool,
    asid_mask: u64,
    hart_id: u64,
}

impl Engine {
    /// A hart as after reset: M-mode, at `reset_pc`.
    #[must_use]
    pub fn new(
        bus: Rc<RefCell<Bus>>,
        wires: Rc<Wires>,
        isolation: &RawIsolation,
        reset_pc: u64,
    ) -> Self {
        let aim = Rc::new(Cell::new(Aim {
            address: 0,
            target: Target::Ram(0),
        }));
        let space = Space::new(Privilege::Machine, 0, false, false);
        let asid_bits = u32::try_from(isolation.asid_bits)
            .unwrap_or(u32::MAX)
            .min(16);
        let mut engine = Self {
            core: core(Port::new(Rc::clone(&bus), Rc::clone(&aim)), reset_pc),
            mmu: Mmu::new(Pmp::new(isolation.pmp_entries, isolation.pmp_grain_bytes)),
            decoder: Decoder::new(),
            plain: csr::Plain::default(),
            fetch_page: NO_PAGE,
            fetch_space: space,
            data_space: space,
            external_line: false,
            executed: 0,
            trapped: 0,
            supervisor: isolation.mmu == RawMmu::Sv39,
            asid_mask: (1 << asid_bits) - 1,
            hart_id: 0,
            bus,
            wires,
            aim,
        };
        engine.reset_status();
        engine
    }

    /// `UXL` and `SXL` are 64 bits (3.1.6.2); everything else is zero.
    fn reset_status(&mut self) {
        let status = 2 << 32 | if self.supervisor { 2 << 34 } else { 0 };
        self.set_status(status);
    }

    fn next_pc(&self) -> u64 {
        self.core.npc
    }

    fn retired(&self) -> u64 {
        self.executed - self.trapped
    }

    fn privilege_now(&self) -> Privilege {
        from_engine(self.core.cur_priv.get())
    }

    /// After anything that can change how addresses are understood or which interrupt is due.
    fn state_changed(&mut self) {
        let status = self.status();
        let (sum, mxr) = (status & SUM != 0, status & MXR != 0);
        let privilege = self.privilege_now();
        let effective = match status & MPRV {
            0 => privilege,
            _ => previous_privilege(status),
        };
        self.fetch_page = NO_PAGE;
        self.fetch_space = Space::new(privilege, self.plain.satp, sum, mxr);
        self.data_space = Space::new(effective, self.plain.satp, sum, mxr);
        self.wires.hart_changed();
    }

    /// The instruction at `pc`: 32 bits, or 16 with zeroes above.
    ///
    /// Each half is checked on its own where protection may differ, so that a 16-bit
    /// instruction at the end of a page does not touch the next one.
    #[inline]
    fn fetch(&mut self, pc: u64) -> Result<u32, Exception> {
        let offset = self.fetch_offset(pc)?;
        let word = match pc % PAGE_BYTES {
            4094 => u32::from(self.bus.borrow().ram().halfword(offset)),
            _ => self.bus.borrow().ram().word(offset),
        };
        if is_compressed(word) {
            return Ok(word & 0xffff);
        }
        if pc % PAGE_BYTES != 4094 && self.fetch_page.page != NO_PAGE.page {
            return Ok(word);
        }
        let next = self.fetch_offset(pc.wrapping_add(2))?;
        Ok(word & 0xffff | u32::from(self.bus.borrow().ram().halfword(next)) << 16)
    }

    #[inline]
    fn fetch_offset(&mut self, address: u64) -> Result<usize, Exception> {
        let page = address / PAGE_BYTES;
        if self.fetch_page.page != page {
            self.fetch_page = self.find_page(address)?;
        }
        Ok(self.fetch_page.offset + page_offset(address))
    }

    /// Checks the page of `address`; protection finer than a page is checked at each fetch.
    fn find_page(&mut self, address: u64) -> Result<FetchPage, Exception> {
        let bus = self.bus.borrow();
        let space = &self.fetch_space;
        match self.mmu.translate(&bus, space, address, 2, Access::Fetch)? {
            Target::Ram(offset) => {
                let whole = self.mmu.knows(space, address, Access::Fetch);
                let page = if whole {
                    address / PAGE_BYTES
                } else {
                    u64::MAX
                };
                Ok(FetchPage {
                    page,
                    offset: offset - page_offset(address),
                })
            }
            Target::Device(_) => Err(Exception {
                cause: Cause::InstructionAccess,
                value: address,
            }),
        }
    }

    fn execute(&mut self, pc: u64, word: u32) -> Result<Executed, Exception> {
        let decoded = self.decoder.decode(word);
        match decoded.kind {
            Kind::Plain => {}
            Kind::Memory(operand) => self.take_aim(operand)?,
            Kind::System => {
                self.core.npc = pc.wrapping_add(4);
                return self.system(pc, word);
            }
            Kind::Illegal => return Err(illegal(word)),
        }
        self.core.pc = pc;
        self.core.npc = pc.wrapping_add(if is_compressed(word) { 2 } else { 4 });
        (decoded.operation)(&mut self.core, word, pc).map_err(from_trap)?;
        // The engine leaves bit 0 of a compressed jump's target (unprivileged ISA 2.5).
        self.core.npc &= !1;
        Ok(Executed::Retired)
    }

    /// Executes with the engine's own operation.
    fn run_operation(&mut self, pc: u64, word: u32) -> Result<(), Exception> {
        let decoded = self.decoder.decode(word);
        self.core.pc = pc;
        (decoded.operation)(&mut self.core, word, pc).map_err(from_trap)
    }

    /// Translates and checks the access that an instruction is about to make.
    #[inline]
    fn take_aim(&mut self, operand: Operand) -> Result<(), Exception> {
        let base = self.core.gpr.read(u64::from(operand.base));
        let address = base.wrapping_add_signed(i64::from(operand.offset));
        let bus = self.bus.borrow();
        let width = u64::from(operand.width);
        let target = self
            .mmu
            .translate(&bus, &self.data_space, address, width, operand.access)?;
        self.aim.set(Aim { address, target });
        Ok(())
    }

    /// Enters the handler of an exception of the instruction at `pc`.
    fn trap(&mut self, pc: u64, exception: Exception) {
        self.trapped += 1;
        self.core.pc = pc;
        self.core.handle_exceptions(to_trap(exception));
        self.state_changed();
    }

    /// Whether an interrupt is pending, enabled, and not masked in the present mode (3.1.9).
    fn interrupt_due(&self) -> bool {
        let waiting = self.pending() & self.enabled();
        if waiting == 0 {
            return false;
        }
        let status = self.status();
        let privilege = self.privilege_now();
        let machine = privilege < Privilege::Machine || field(status, 3, 1) == 1;
        let supervisor = privilege < Privilege::Supervisor
            || (privilege == Privilege::Supervisor && field(status, 1, 1) == 1);
        (machine && waiting & !self.delegated() != 0)
            || (supervisor && waiting & self.delegated() != 0)
    }
}

/// An engine whose whole address space is the port.
fn core(port: Port, reset_pc: u64) -> CpuCore {
    let mut config = Config::new();
    config.set_isa("rv64imac");
    let mut bus = EngineBus::new();
    bus.add_device(DeviceType {
        start: 0,
        len: u64::MAX,
        instance: Box::new(port),
        name: "septum bus",
    });
    let bus = Rc::new(RefCell::new(bus));
    CpuCoreBuild::new(bus, Rc::new(config))
        .with_boot_pc(reset_pc)
        .build()
}

/// The exception of an instruction that there is not.
fn illegal(word: u32) -> Exception {
    Exception {
        cause: Cause::IllegalInstruction,
        value: u64::from(word),
    }
}

fn previous_privilege(status: u64) -> Privilege {
    match field(status, 11, 2) {
        0 => Privilege::User,
        1 => Privilege::Supervisor,
        _ => Privilege::Machine,
    }
}

const fn from_engine(privilege: PrivilegeLevels) -> Privilege {
    match privilege {
        PrivilegeLevels::User => Privilege::User,
        PrivilegeLevels::Supervisor => Privilege::Supervisor,
        PrivilegeLevels::Machine => Privilege::Machine,
    }
}

const fn to_engine(privilege: Privilege) -> PrivilegeLevels {
    match privilege {
        Privilege::User => PrivilegeLevels::User,
        Privilege::Supervisor => PrivilegeLevels::Supervisor,
        Privilege::Machine => PrivilegeLevels::Machine,
    }
}

fn to_trap(exception: Exception) -> TrapType {
    let value = exception.value;
    match exception.cause {
        Cause::InstructionMisaligned => TrapType::InstructionAddressMisaligned(value),
        Cause::InstructionAccess => TrapType::InstructionAccessFault(value),
        Cause::IllegalInstruction => TrapType::IllegalInstruction(value),
        Cause::Breakpoint => TrapType::Breakpoint(value),
        Cause::LoadMisaligned => TrapType::LoadAddressMisaligned(value),
        Cause::LoadAccess => TrapType::LoadAccessFault(value),
        Cause::StoreMisaligned => TrapType::StoreAddressMisaligned(value),
        Cause::StoreAccess => TrapType::StoreAccessFault(value),
        Cause::CallFromUser => TrapType::EnvironmentCallFromUMode,
        Cause::CallFromSupervisor => TrapType::EnvironmentCallFromSMode,
        Cause::CallFromMachine => TrapType::EnvironmentCallFromMMode,
        Cause::InstructionPage => TrapType::InstructionPageFault(value),
        Cause::LoadPage => TrapType::LoadPageFault(value),
        Cause::StorePage => TrapType::StorePageFault(value),
    }
}

fn from_trap(trap: TrapType) -> Exception {
    let cause = match trap {
        TrapType::InstructionAddressMisaligned(_) => Cause::InstructionMisaligned,
        TrapType::InstructionAccessFault(_) => Cause::InstructionAccess,
        TrapType::Breakpoint(_) => Cause::Breakpoint,
        TrapType::LoadAddressMisaligned(_) => Cause::LoadMisaligned,
        TrapType::LoadAccessFault(_) => Cause::LoadAccess,
        TrapType::StoreAddressMisaligned(_) => Cause::StoreMisaligned,
        TrapType::StoreAccessFault(_) => Cause::StoreAccess,
        TrapType::EnvironmentCallFromUMode => Cause::CallFromUser,
        TrapType::EnvironmentCallFromSMode => Cause::CallFromSupervisor,
        TrapType::EnvironmentCallFromMMode => Cause::CallFromMachine,
        TrapType::InstructionPageFault(_) => Cause::InstructionPage,
        TrapType::LoadPageFault(_) => Cause::LoadPage,
        TrapType::StorePageFault(_) => Cause::StorePage,
        // No operation reports an interrupt.
        _ => Cause::IllegalInstruction,
    };
    Exception {
        cause,
        value: trap.get_tval(),
    }
}

impl Cpu for Engine {
    #[inline]
    fn step(&mut self) -> Executed {
        let pc = self.core.npc;
        self.executed += 1;
        let executed = self.fetch(pc).and_then(|word| self.execute(pc, word));
        executed.unwrap_or_else(|exception| {
            self.trap(pc, exception);
            Executed::Trapped(exception)
        })
    }

    fn take_interrupt(&mut self) -> Option<u64> {
        if !self.interrupt_due() {
            return None;
        }
        self.core.handle_interrupt();
        let registers = &self.core.csr_regs;
        let cause = if self.privilege_now() == Privilege::Machine {
            registers.mtval.set(0);
            registers.mcause.get()
        } else {
            registers.stval.set(0);
            registers.scause.get()
        };
        self.state_changed();
        Some(field(u64::from(cause), 0, 63))
    }

    fn interrupt_pending(&self) -> bool {
        self.pending() & self.enabled() != 0
    }

    fn set_lines(&mut self, lines: InterruptLines) {
        let bit = |level: bool, bit: u32| u64::from(level) << bit;
        self.external_line = lines.supervisor_external;
        let external = self.external_line || self.plain.external_by_software;
        let levels = bit(lines.software, 3) | bit(lines.timer, 7) | bit(lines.external, 11);
        let supervisor = if self.supervisor { bit(external, 9) } else { 0 };
        self.set_pending(self.pending() & (1 << 1 | 1 << 5) | levels | supervisor);
    }

    fn pc(&self) -> u64 {
        self.next_pc()
    }

    fn set_pc(&mut self, pc: u64) {
        self.core.npc = pc & !1;
    }

    fn registers(&self) -> [u64; 32] {
        let mut registers = [0; 32];
        for (register, number) in registers.iter_mut().zip(0..) {
            *register = self.core.gpr.read(number);
        }
        registers
    }

    fn set_register(&mut self, number: usize, value: u64) {
        if let Some(number) = u64::try_from(number).ok().filter(|number| *number < 32) {
            self.core.gpr.write(number, value);
        }
    }

    fn privilege(&self) -> Privilege {
        self.privilege_now()
    }

    fn set_privilege(&mut self, privilege: Privilege) {
        self.core.cur_priv.set(to_engine(privilege));
        self.state_changed();
    }

    fn csr(&self, number: u16) -> Option<u64> {
        self.csr_exists(number).then(|| self.read_csr(number))
    }

    fn set_csr(&mut self, number: u16, value: u64) -> bool {
        let exists = self.csr_exists(number);
        if exists {
            self.write_csr(number, value);
        }
        exists
    }
}
