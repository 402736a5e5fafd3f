//! A partition with other registers and instructions than its own: what a test wants to know
//! of U-mode under the kernel, without a program for each question.

use septum_abi::call::Status;
use septum_core::image::Image;
use septum_core::plan::{Mapping, Plan, RegionKind};
use septum_core::programs::Programs;
use septum_core::scenario::Scenario;
use septum_core::spec::RawSystem;
use septum_simulator::cpu::{Cpu, Exception, Privilege};
use septum_simulator::event::EventKind;
use septum_simulator::machine::Boundary;
use septum_simulator::simulation::Simulation;
use septum_simulator::visit::Visit;

use super::systems::build;

const MSTATUS: u16 = 0x300;
const MIE: u16 = 0x304;

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It came back with this status.
    Returned(Status),
    /// It was a fault.
    Fault,
    /// It waits.
    Blocked,
    /// It has ended, as it wished.
    Exited,
}

/// A system that is stopped whenever one of its partitions is about to execute an instruction.
pub(crate) struct Subject {
    pub(crate) plan: Plan,
    pub(crate) simulation: Simulation,
    /// Which partition.
    pub(crate) partition: usize,
}

impl Subject {
    /// Boots a system up to the first instruction of a partition, which has a window in which
    /// it is ready.
    pub(crate) fn boot(raw: &RawSystem, programs: &Programs, partition: usize) -> Self {
        let (plan, image) = build(raw, programs);
        Self::boot_image(plan, &image, partition)
    }

    /// The same with what was built before.
    pub(crate) fn boot_image(plan: Plan, image: &Image, partition: usize) -> Self {
        let simulation = Simulation::boot(&plan, image, &Scenario::default()).expect("it boots");
        let mut subject = Self {
            plan,
            simulation,
            partition,
        };
        let limit_ns = 100_000_000;
        while subject.visit(limit_ns).is_some() {
            if subject.simulation.registers().partition == Some(partition) {
                return subject;
            }
        }
        panic!("it never runs");
    }

    /// The end of the next visit to the kernel.
    pub(crate) fn visit(&mut self, limit_ns: u64) -> Option<Visit> {
        self.simulation
            .run_visit(limit_ns)
            .expect("the engine holds")
    }

    pub(crate) fn set_registers(&mut self, registers: &[u64; 32], pc: u64) {
        let cpu = self.simulation.machine_mut().cpu_mut();
        for (number, value) in registers.iter().enumerate() {
            cpu.set_register(number, *value);
        }
        cpu.set_pc(pc);
    }

    pub(crate) fn registers(&self) -> [u64; 32] {
        self.simulation.registers().x
    }

    /// Lets the partition execute the `ecall` at an address with these registers, and says what
    /// became of it within a time. After anything but a return it cannot be asked again.
    pub(crate) fn call(&mut self, registers: &[u64; 32], ecall: u64, within_ns: u64) -> Fate {
        self.set_registers(registers, ecall);
        self.simulation.drain_events();
        let limit_ns = self.simulation.time_ns() + within_ns;
        while let Some(visit) = self.visit(limit_ns) {
            let runs = self.simulation.registers().partition == Some(self.partition);
            if runs && visit.to == ecall + 4 {
                return Fate::Returned(self.status());
            }
        }
        self.end()
    }

    fn status(&self) -> Status {
        let number = self.registers()[10];
        Status::from_number(number).unwrap_or_else(|| panic!("no status: {number:#x}"))
    }

    /// Why it does not go on.
    fn end(&mut self) -> Fate {
        let name = self.plan.partitions[self.partition].name.clone();
        let events = self.simulation.drain_events();
        let own = events
            .iter()
            .filter(|event| event.partition.as_deref() == Some(&name));
        for event in own.rev() {
            match event.kind {
                EventKind::Fault { .. } => return Fate::Fault,
                EventKind::Exit => return Fate::Exited,
                EventKind::Block { .. } => return Fate::Blocked,
                _ => {}
            }
        }
        panic!("it is lost: {events:#?}");
    }

    /// The exception that an instruction of the partition raises with these registers, as it
    /// arrives in M-mode; then everything but memory is as before. `None`: it raises none.
    pub(crate) fn raises(&mut self, registers: &[u64; 32], pc: u64) -> Option<Exception> {
        let before = self.simulation.registers();
        let machine = self.simulation.machine_mut();
        let saved = [MSTATUS, MIE].map(|csr| (csr, machine.csr(csr).expect("it exists")));
        machine.cpu_mut().set_csr(MIE, 0);
        self.set_registers(registers, pc);
        let machine = self.simulation.machine_mut();
        let limit_ns = machine.now_ns() + 1;
        let raised = loop {
            match machine.run(limit_ns).expect("the engine holds") {
                Boundary::Trapped(exception) => break Some(exception),
                Boundary::Limit => break None,
                Boundary::Devices => drop(machine.drain_events()),
                boundary => panic!("{boundary:?}"),
            }
        };
        let cpu = machine.cpu_mut();
        cpu.set_privilege(Privilege::User);
        for (csr, value) in saved {
            cpu.set_csr(csr, value);
        }
        self.set_registers(&before.x, before.pc);
        raised
    }

    /// Puts instructions where the partition has its own, at an address.
    pub(crate) fn put(&mut self, pc: u64, words: &[u32]) {
        let physical = self.physical(pc).expect("it is mapped");
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.fill(physical, &bytes);
    }

    /// Writes to physical memory.
    pub(crate) fn fill(&mut self, physical: u64, bytes: &[u8]) {
        let machine = self.simulation.machine_mut();
        let filled = machine.with_bus_mut(|bus| bus.ram_mut().fill(physical, bytes));
        filled.expect("it is in RAM");
    }

    pub(crate) fn physical(&self, address: u64) -> Option<u64> {
        let mapping = self.plan.partitions[self.partition].mapping(address)?;
        mapping.translate(address)
    }

    /// The mappings of a partition that are memory.
    pub(crate) fn memory(&self, partition: usize) -> Vec<Mapping> {
        let mappings = self.plan.partitions[partition].mappings.iter();
        let in_ram = |mapping: &&Mapping| self.plan.region(mapping.physical.base).is_some();
        mappings.filter(in_ram).cloned().collect()
    }

    /// What the partition's calls must never change: code and tables, and all that is somebody
    /// else's.
    pub(crate) fn out_of_reach(&self) -> Vec<Vec<u8>> {
        let is_other = |region: &&septum_core::plan::Region| match region.kind {
            RegionKind::KernelCode | RegionKind::KernelTables | RegionKind::PageTables => true,
            _ => region
                .owner
                .is_some_and(|owner| owner.get() != self.partition),
        };
        let regions = self.plan.regions.iter().filter(is_other);
        let read = regions.map(|region| {
            let length = usize::try_from(region.range.size_bytes).expect("it is in RAM");
            self.simulation.read_memory(region.range.base, length)
        });
        read.map(|bytes| bytes.expect("it is in RAM")).collect()
    }
}
