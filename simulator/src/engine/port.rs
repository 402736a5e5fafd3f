//! The engine's only device: our bus, over the whole address space.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rv64emu::device::device_trait::DeviceBase;

use crate::bus::Bus;
use crate::mmu::Target;

/// The access that the instruction under way will make: checked, translated.
#[derive(Debug, Clone, Copy)]
pub(super) struct Aim {
    /// As the instruction computes it.
    pub(super) address: u64,
    /// What is there.
    pub(super) target: Target,
}

/// Carries the engine's loads and stores to the bus.
///
/// The engine runs without translation and cannot be told about faults; therefore each
/// access is translated and checked before the instruction, and arrives here as the [`Aim`].
pub(super) struct Port {
    bus: Rc<RefCell<Bus>>,
    aim: Rc<Cell<Aim>>,
}

impl Port {
    /// A port to this bus; the aim is set before each instruction that accesses memory.
    pub(super) fn new(bus: Rc<RefCell<Bus>>, aim: Rc<Cell<Aim>>) -> Self {
        Self { bus, aim }
    }

    /// # Panics
    /// When the engine computes another address than the decoder: contained like any
    /// failure of the engine.
    fn target(&self, address: u64) -> Target {
        let aim = self.aim.get();
        assert_eq!(
            aim.address, address,
            "the engine and the decoder disagree on an address"
        );
        aim.target
    }
}

impl DeviceBase for Port {
    fn do_read(&mut self, address: u64, width: usize) -> u64 {
        match self.target(address) {
            Target::Ram(offset) => self.bus.borrow().ram().load(offset, width),
            // It was asked whether it accepts the access; nothing is there to fail.
            Target::Device(physical) => self
                .bus
                .borrow_mut()
                .read(physical, width)
                .unwrap_or_default(),
        }
    }

    fn do_write(&mut self, address: u64, value: u64, width: usize) -> u64 {
        let mut bus = self.bus.borrow_mut();
        match self.target(address) {
            Target::Ram(offset) => bus.ram_mut().store(offset, value, width),
            Target::Device(physical) => bus.write(physical, value, width).unwrap_or_default(),
        }
        0
    }

    fn get_name(&self) -> &'static str {
        "bus"
    }
}
