//! Loads, stores, reservations and atomics (unprivileged ISA 2.6 and 8).

use septum_isa::Operation;

use super::arithmetic::word;
use super::block::Step;
use super::{End, State};
use crate::bits::{low_u32, to_u64};
use crate::bus::Bus;
use crate::cpu::Exception;
use crate::mmu::{Access, Target};

impl State {
    /// Where an access of the present step, at a pc, goes.
    fn translate(
        &mut self,
        bus: &mut Bus,
        address: u64,
        width: u64,
        access: Access,
        pc: u64,
    ) -> Result<Target, Exception> {
        let target = self.mmu.translate(bus, address, width, access);
        self.tell(bus, pc);
        target
    }

    /// Loads `1 << log_width` bytes, zero-extended. `None` where it raised an exception or
    /// touched a device: [`State::load_slowly`] tells.
    #[inline]
    pub(super) fn load(&self, bus: &Bus, address: u64, log_width: u32) -> Option<u64> {
        let offset = self.mmu.find_load(address, log_width)?;
        Some(bus.ram().load(offset, 1 << log_width))
    }

    /// The same for an address about which nothing is known.
    ///
    /// # Errors
    /// The exception that it raises.
    #[cold]
    #[inline(never)]
    pub(super) fn load_slowly(
        &mut self,
        bus: &mut Bus,
        address: u64,
        log_width: u32,
        pc: u64,
    ) -> Result<u64, Exception> {
        let width = 1 << log_width;
        let target = self.translate(bus, address, 1 << log_width, Access::Load, pc)?;
        match target {
            Target::Ram(offset) => Ok(bus.ram().load(offset, width)),
            // It was asked whether it accepts the access; nothing is there to fail.
            Target::Device(physical) => {
                bus.set_now_ns(self.time_ns(self.position));
                Ok(bus.read(physical, width).unwrap_or_default())
            }
        }
    }

    /// Stores the low `1 << log_width` bytes; false where nothing is known about the address.
    #[inline]
    pub(super) fn store(&self, bus: &mut Bus, address: u64, value: u64, log_width: u32) -> bool {
        let Some(offset) = self.mmu.find_store(address, log_width) else {
            return false;
        };
        bus.ram_mut().store_quietly(offset, value, 1 << log_width);
        true
    }

    /// The same for an address about which nothing is known.
    ///
    /// # Errors
    /// The exception that it raises.
    #[cold]
    #[inline(never)]
    pub(super) fn store_slowly(
        &mut self,
        bus: &mut Bus,
        address: u64,
        value: u64,
        log_width: u32,
        pc: u64,
    ) -> Result<(), Exception> {
        let width = 1 << log_width;
        let target = self.translate(bus, address, 1 << log_width, Access::Store, pc)?;
        match target {
            Target::Ram(offset) => bus.ram_mut().store(offset, value, width),
            Target::Device(physical) => {
                bus.set_now_ns(self.time_ns(self.position));
                bus.write(physical, value, width).unwrap_or_default();
            }
        }
        Ok(())
    }

    /// Where a reservation or an atomic access goes, where that is known. What may be stored to
    /// may be loaded from (PMP and Sv39 have no other rights), and is stored to or reserved only
    /// where RAM is.
    fn known(&self, address: u64, width: usize, access: Access) -> Option<usize> {
        let log_width = width.trailing_zeros();
        match access {
            Access::LoadReserved => self.mmu.find_load(address, log_width),
            _ => self.mmu.find_store(address, log_width),
        }
    }

    /// An instruction of the A extension.
    ///
    /// # Errors
    /// The exception that it raises.
    #[inline(never)]
    pub(super) fn atomic(&mut self, bus: &mut Bus, step: &Step, pc: u64) -> Result<End, Exception> {
        use Operation as O;
        let address = self.x[usize::from(step.rs1)];
        let operand = self.x[usize::from(step.rs2)];
        let access = match step.operation {
            O::LrW | O::LrD => Access::LoadReserved,
            _ => Access::Modify,
        };
        let width = usize::from(step.operation.stored_bytes());
        let offset = match self.known(address, width, access) {
            Some(offset) => offset,
            None => match self.translate(bus, address, to_u64(width), access, pc)? {
                Target::Ram(offset) => offset,
                Target::Device(_) => return Err(access.fault(address)),
            },
        };
        let old = bus.ram().load(offset, width);
        let old = if width == 4 { word(old) } else { old };
        let (result, new) = match step.operation {
            O::LrW | O::LrD => {
                bus.ram_mut().reserve(self.number, offset);
                (old, None)
            }
            O::ScW | O::ScD => {
                let holds = bus.ram_mut().take_reservation(self.number) == Some(offset);
                (u64::from(!holds), holds.then_some(operand))
            }
            operation => (old, Some(combine(operation, old, operand))),
        };
        if let Some(new) = new {
            bus.ram_mut().store(offset, new, width);
        }
        self.x[usize::from(step.rd)] = result;
        Ok(End::Next)
    }
}

/// What an AMO stores (8.4); words come sign-extended.
fn combine(operation: Operation, old: u64, operand: u64) -> u64 {
    use Operation as O;
    let signed = |a: u64, b: u64| a.cast_signed() < b.cast_signed();
    let low = |value: u64| u64::from(low_u32(value));
    match operation {
        O::AmoaddW | O::AmoaddD => old.wrapping_add(operand),
        O::AmoxorW | O::AmoxorD => old ^ operand,
        O::AmoandW | O::AmoandD => old & operand,
        O::AmoorW | O::AmoorD => old | operand,
        O::AmominD if signed(old, operand) => old,
        O::AmomaxD if signed(operand, old) => old,
        O::AmominW if signed(old, word(operand)) => old,
        O::AmomaxW if signed(word(operand), old) => old,
        O::AmominuD => old.min(operand),
        O::AmomaxuD => old.max(operand),
        O::AmominuW => low(old).min(low(operand)),
        O::AmomaxuW => low(old).max(low(operand)),
        _ => operand,
    }
}
