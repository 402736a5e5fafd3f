//! Backwards to who wrote something last.

use std::ops::Range;

use septum_isa::{Instruction, Operation, decode};

use super::{Mark, Travel};
use crate::bits::to_u64;
use crate::cpu::{Cause, Cpu, MachineError, Privilege};
use crate::ram::PAGE_BYTES;
use crate::simulation::SimulationMark;

/// The number of retired instructions (privileged ISA 3.1.10).
const MINSTRET: u16 = 0xb02;
const MCAUSE: u16 = 0x342;

/// Something that instructions write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A register of a partition, written by its own instructions. A system call writes `a0` and
    /// `a1`: they hold its answer.
    Register {
        /// Number of the partition.
        partition: usize,
        /// 1 to 31.
        number: u8,
    },
    /// Bytes of RAM by physical address, written by a store of whoever. What a device writes is
    /// not found.
    Memory(Range<u64>),
}

/// What an instruction is about to write, as far as that can be told before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writes {
    Nothing,
    Something,
    /// A system call, whose answer will be there.
    Answer,
}

/// What tells whether an instruction completes.
#[derive(Debug, Clone, Copy)]
struct Moment {
    privilege: Privilege,
    retired: Option<u64>,
}

impl Travel {
    /// Goes back to the last instruction before now that wrote this, and stands before it; says
    /// whether there was one. If not, it stays where it is. Writing the same value again counts.
    ///
    /// # Errors
    /// When the emulator failed.
    pub fn go_back_to_write(&mut self, place: &Place) -> Result<bool, MachineError> {
        let now_ns = self.time_ns();
        let mut end_ns = now_ns;
        while end_ns > 0 {
            let after = self
                .marks
                .partition_point(|mark| mark.instant.time_ns < end_ns);
            let begin_ns = self.marks[after.saturating_sub(1)].instant.time_ns;
            let is_whole = |mark: &&Mark<_>| mark.instant.time_ns == end_ns;
            let whole = self.marks.get(after).filter(is_whole);
            if whole.is_none_or(|mark| self.may_write(mark, place))
                && let Some(time_ns) = self.last_write(place, begin_ns, end_ns)?
            {
                self.go_to(time_ns)?;
                return Ok(true);
            }
            end_ns = begin_ns;
        }
        self.go_to(now_ns)?;
        Ok(false)
    }

    /// Whether a place may have been written between the mark before this one and this one.
    fn may_write(&self, mark: &Mark<SimulationMark>, place: &Place) -> bool {
        let Place::Memory(bytes) = place else {
            return true;
        };
        let machine = self.machine();
        let written = |page: usize| {
            let address = machine.with_bus(|bus| bus.ram().address(page * PAGE_BYTES));
            bytes.start < address + to_u64(PAGE_BYTES) && address < bytes.end
        };
        mark.pages.keys().any(|page| written(*page))
    }

    /// When the last instruction began that wrote this in a piece of the past.
    fn last_write(
        &mut self,
        place: &Place,
        begin_ns: u64,
        end_ns: u64,
    ) -> Result<Option<u64>, MachineError> {
        self.go_to(begin_ns)?;
        let mut last = None;
        while self.time_ns() < end_ns {
            let time_ns = self.time_ns();
            // An interrupt may come before the instruction.
            self.settle()?;
            let writes = self.about_to_write(place);
            let before = self.moment();
            self.step()?;
            if self.has_written(writes, before) {
                last = Some(time_ns);
            }
            if self.time_ns() == time_ns {
                break;
            }
        }
        drop(self.take_trace());
        Ok(last)
    }

    fn moment(&self) -> Moment {
        let machine = self.machine();
        Moment {
            privilege: machine.cpu().privilege(),
            retired: machine.csr(MINSTRET),
        }
    }

    /// Whether the step since then did what it was about to do: it may have trapped.
    fn has_written(&self, writes: Writes, before: Moment) -> bool {
        let now = self.moment();
        let has_trapped = now.privilege > before.privilege;
        match writes {
            Writes::Nothing => false,
            Writes::Something => now.retired != before.retired && !has_trapped,
            Writes::Answer => {
                has_trapped && self.machine().csr(MCAUSE) == Some(Cause::CallFromUser.code())
            }
        }
    }

    /// What the next instruction writes of a place.
    fn about_to_write(&mut self, place: &Place) -> Writes {
        if self.machine().is_asleep() {
            return Writes::Nothing;
        }
        let (cpu, bus) = self.run.machine_mut().parts();
        let Some(instruction) = cpu.instruction(bus).and_then(decode) else {
            return Writes::Nothing;
        };
        match place {
            Place::Register { partition, number } => {
                let own = self.run.registers().partition == Some(*partition);
                match instruction.operation {
                    _ if !own => Writes::Nothing,
                    Operation::Ecall if matches!(number, 10 | 11) => Writes::Answer,
                    _ if instruction.rd == *number => Writes::Something,
                    _ => Writes::Nothing,
                }
            }
            Place::Memory(bytes) => self.stores_to(&instruction, bytes),
        }
    }

    fn stores_to(&mut self, instruction: &Instruction, bytes: &Range<u64>) -> Writes {
        let width = u64::from(instruction.operation.stored_bytes());
        let (cpu, bus) = self.run.machine_mut().parts();
        let base = cpu.registers()[usize::from(instruction.rs1)];
        let address = base.wrapping_add_signed(i64::from(instruction.immediate));
        let Some(offset) = cpu.look(bus, address).filter(|_| width > 0) else {
            return Writes::Nothing;
        };
        let first = bus.ram().address(offset);
        let is_meant = first < bytes.end && bytes.start < first + width;
        let holds = || bus.ram().reservations().first() == Some(&Some(offset));
        let stores = match instruction.operation {
            Operation::LrW | Operation::LrD => false,
            Operation::ScW | Operation::ScD => holds(),
            _ => true,
        };
        match is_meant && stores {
            true => Writes::Something,
            false => Writes::Nothing,
        }
    }
}
