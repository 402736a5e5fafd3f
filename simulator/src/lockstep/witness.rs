//! A hart of the crate `rv64emu`, with RAM of its own.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use rv64emu::config::Config;
use rv64emu::device::device_trait::DeviceBase;
use rv64emu::rv64core::bus::{Bus, DeviceType};
use rv64emu::rv64core::cpu_core::{CpuCore, CpuCoreBuild, CpuState};
use rv64emu::rv64core::csr_regs_define::{XipIn, XstatusIn};
use rv64emu::rv64core::inst::inst_base::PrivilegeLevels;
use rv64emu::rv64core::traptype::TrapType;
use septum_core::spec::RawMmu;

use crate::bits::{to_u64, to_usize};
use crate::bus::Touched;
use crate::contain::contained;
use crate::cpu::{Cause, Exception, Privilege};
use crate::ram::Ram;

/// Everything that the hart can address.
struct World {
    ram: Ram,
    /// What devices answer to the next loads.
    answers: VecDeque<u64>,
    /// What was stored to RAM: offset, width.
    stores: Vec<(usize, usize)>,
    /// What was stored to devices.
    device_stores: Vec<Touched>,
}

struct Port(Rc<RefCell<World>>);

impl DeviceBase for Port {
    fn do_read(&mut self, address: u64, width: usize) -> u64 {
        let mut world = self.0.borrow_mut();
        match world.ram.offset(address, to_u64(width)) {
            Some(offset) => world.ram.load(offset, width),
            None => world.answers.pop_front().unwrap_or_default(),
        }
    }

    fn do_write(&mut self, address: u64, value: u64, width: usize) -> u64 {
        let mut world = self.0.borrow_mut();
        match world.ram.offset(address, to_u64(width)) {
            Some(offset) => {
                world.ram.store(offset, value, width);
                world.stores.push((offset, width));
            }
            None => world.device_stores.push(Touched {
                address,
                width,
                value: value & (u64::MAX >> (64 - 8 * width.min(8))),
            }),
        }
        0
    }

    fn get_name(&self) -> &'static str {
        "world"
    }
}

/// The witness.
pub struct Witness {
    core: CpuCore,
    world: Rc<RefCell<World>>,
}

impl Witness {
    /// A hart at `pc` in M-mode that sees a copy of this RAM, and has this `mstatus`: it
    /// always has S-mode, whose fields there are never written (3.1.6.2).
    pub fn new(ram: Ram, mmu: RawMmu, pc: u64, status: u64) -> Self {
        let world = Rc::new(RefCell::new(World {
            ram,
            answers: VecDeque::new(),
            stores: Vec::new(),
            device_stores: Vec::new(),
        }));
        let mut config = Config::new();
        config.set_isa("rv64imac");
        config.set_decode_cache_size(4096);
        // Without a TLB, because its entries know nothing of ASIDs.
        config.set_mmu_type(match mmu {
            RawMmu::Bare => "bare",
            RawMmu::Sv39 => "sv39",
        });
        let mut bus = Bus::new();
        bus.add_device(DeviceType {
            start: 0,
            len: u64::MAX,
            instance: Box::new(Port(Rc::clone(&world))),
            name: "world",
        });
        let bus = Rc::new(RefCell::new(bus));
        let mut core = CpuCoreBuild::new(bus, Rc::new(config))
            .with_boot_pc(pc)
            .build();
        core.cpu_state = CpuState::Running;
        core.csr_regs.xstatus.set(XstatusIn::from(status));
        Self { core, world }
    }

    /// Executes an instruction; devices answer these to its loads.
    ///
    /// # Errors
    /// What it said when it panicked.
    pub fn execute(&mut self, answers: impl Iterator<Item = u64>) -> Result<(), String> {
        {
            let mut world = self.world.borrow_mut();
            world.answers.clear();
            world.answers.extend(answers);
            world.stores.clear();
            world.device_stores.clear();
        }
        contained(|| self.core.execute(1))
    }

    /// Enters the handler of an exception of the instruction at `pc`.
    pub fn trap(&mut self, exception: Exception) {
        self.core.pc = self.core.npc;
        self.core.handle_exceptions(trap_type(exception));
    }

    /// Enters the handler of an interrupt.
    pub fn interrupt(&mut self, number: u64) {
        self.core.csr_regs.xip.set(XipIn::from(1_u64 << number));
        self.core.handle_interrupt();
        self.core.csr_regs.xip.set(XipIn::from(0_u64));
        // An interrupt leaves it as it was; ours writes zero (3.1.16).
        self.core.csr_regs.mtval.set(0);
    }

    /// Address of the next instruction.
    pub fn next_pc(&self) -> u64 {
        self.core.npc
    }

    /// Sets the address of the next instruction.
    pub fn set_next_pc(&mut self, pc: u64) {
        self.core.npc = pc;
    }

    /// Privilege mode.
    pub fn privilege(&self) -> Privilege {
        match self.core.cur_priv.get() {
            PrivilegeLevels::User => Privilege::User,
            PrivilegeLevels::Supervisor => Privilege::Supervisor,
            PrivilegeLevels::Machine => Privilege::Machine,
        }
    }

    /// `x0` to `x31`.
    pub fn registers(&self) -> [u64; 32] {
        let mut registers = [0; 32];
        for (register, number) in registers.iter_mut().zip(0..) {
            *register = self.core.gpr.read(number);
        }
        registers
    }

    /// Sets a register; setting `x0` does nothing.
    pub fn set_register(&mut self, number: u8, value: u64) {
        self.core.gpr.write(u64::from(number), value);
    }

    /// Reads a CSR; 0 where there is none.
    pub fn csr(&mut self, number: u16) -> u64 {
        self.core.csr_regs.read_raw(u64::from(number))
    }

    /// The first place that its last instruction has stored to where another RAM holds
    /// something else: offset, what it has, what the other one has.
    pub fn wrong_store(&self, ram: &Ram) -> Option<(usize, u64, u64)> {
        let world = self.world.borrow();
        world.stores.iter().find_map(|(offset, width)| {
            let own = world.ram.load(*offset, *width);
            let other = ram.load(*offset, *width);
            (own != other).then_some((*offset, own, other))
        })
    }

    /// What its last instruction has stored to devices.
    pub fn device_stores(&self) -> Vec<Touched> {
        self.world.borrow().device_stores.clone()
    }

    /// The first page in which another RAM of the same ranges differs.
    pub fn wrong_page(&self, ram: &Ram) -> Option<usize> {
        let world = self.world.borrow();
        (0..ram.pages()).find(|page| world.ram.page(*page) != ram.page(*page))
    }
}

fn trap_type(exception: Exception) -> TrapType {
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

/// A number as an index of RAM, for messages.
pub(super) fn page_address(ram: &Ram, page: usize) -> u64 {
    ram.address(page * to_usize(crate::bus::PAGE_BYTES))
}
