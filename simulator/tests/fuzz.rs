//! Random code in every mode on a machine with every device: nothing panics in the process,
//! and the same seed does the same twice. `SEPTUM_FUZZ` says how many times as many seeds are taken
//! as in a usual run.

use crate::common::asm::{MRET, addi, csrrs, csrrw};
use crate::common::code::{RAM_BYTES, address, memory, translation};
use crate::common::random::Random;
use crate::common::{CLINT, PLIC, RAM, UART, repetitions, virt};
use septum_simulator::bus::BusEvent;
use septum_simulator::cpu::{Cpu, Privilege};
use septum_simulator::machine::{Boundary, Machine};

const SEEDS: u64 = 400;
/// Times that registers, mode and tables are set anew in a run.
const ROUNDS: u64 = 40;
/// Instructions between two of them, at most.
const ROUND_NS: u64 = 60;

/// Where a handler lies that goes on behind what trapped.
const HANDLER: u64 = RAM + RAM_BYTES / 2 - 64;

/// CSRs that change what everything else means, and some that there are not.
const CSRS: [u32; 24] = [
    0x100, 0x104, 0x105, 0x141, 0x144, 0x180, 0x300, 0x301, 0x302, 0x303, 0x304, 0x305, 0x306,
    0x30a, 0x340, 0x341, 0x342, 0x344, 0x3a0, 0x3a2, 0x3b0, 0x3b1, 0xb00, 0xf14,
];

/// Regions of PMP near each other in RAM, or anywhere; rarely one that is locked.
fn protection(random: &mut Random) -> Vec<(u16, u64)> {
    let any = random.bits();
    let lock = random.pick(&[0, 0, 0, 0x80]);
    let configuration = random.pick(&[0x1f, 0x1f, 0x1f, any & (0x7f7f_7f7f_7f7f_7f7f | lock)]);
    let mut registers = vec![(0x3b0, u64::MAX)];
    if configuration != 0x1f {
        let ones = (1 << random.below(16)) - 1;
        let near = (0x3b0..0x3b8).map(|csr| (csr, (RAM / 4 + random.below(RAM_BYTES / 4)) | ones));
        registers = near.collect();
    }
    registers.push((0x3a0, configuration));
    registers
}

/// A machine full of random code.
pub(crate) struct Subject {
    random: Random,
    pub(crate) machine: Machine,
}

impl Subject {
    pub(crate) fn new(seed: u64) -> Self {
        let mut description = virt();
        description.ram[0].size_bytes = RAM_BYTES;
        let mut subject = Self {
            random: Random::new(seed),
            machine: Machine::new(&description, RAM).expect("the description is fine"),
        };
        subject.fill();
        subject
    }

    /// Code everywhere, and page tables in the last half.
    fn fill(&mut self) {
        let bytes = memory(&mut self.random, &CSRS, true);
        self.machine
            .with_bus_mut(|bus| bus.ram_mut().fill(RAM, &bytes))
            .expect("it is in RAM");
        // The UART interrupts, the timer soon.
        let armed = [
            (PLIC + 40, 1, 4),
            (PLIC + 0x2000, 1 << 10, 4),
            (UART + 1, 2, 1),
            (CLINT + 0x4000, 5, 8),
        ];
        self.machine.with_bus_mut(|bus| {
            for (address, value, width) in armed {
                bus.write(address, value, width).expect("a device is there");
            }
        });
        let handler = [
            csrrs(31, 0x341, 0),
            addi(31, 31, 4),
            csrrw(0, 0x341, 31),
            MRET,
        ];
        crate::common::load(&mut self.machine, HANDLER, &handler);
    }

    /// Registers, mode, trap vector and translation, set as a hostile M-mode could.
    pub(crate) fn scramble(&mut self) {
        let random = &mut self.random;
        let satp = translation(random);
        let pmp = protection(random);
        let any = random.bits();
        let status = random.pick(&[0, 0, 8, 1 << 17, any]);
        let enabled = random.pick(&[0, 0, any]);
        let place = random.below(RAM_BYTES / 2) & !1;
        let pc = if random.below(8) == 0 {
            place
        } else {
            RAM + place
        };
        let privileges = [Privilege::Machine, Privilege::Supervisor, Privilege::User];
        let privilege = random.pick(&privileges);
        let any_vector = RAM + random.below(RAM_BYTES / 2);
        let vector = random.pick(&[HANDLER, HANDLER, HANDLER, any_vector]);
        let registers: Vec<u64> = (0..32).map(|_| address(random)).collect();
        let cpu = self.machine.cpu_mut();
        let rest = [(0x180, satp), (0x300, status), (0x304, enabled)];
        for (csr, value) in pmp.into_iter().chain(rest) {
            cpu.set_csr(csr, value);
        }
        cpu.set_csr(0x305, vector);
        for (number, value) in registers.into_iter().enumerate() {
            cpu.set_register(number, value);
        }
        cpu.set_pc(pc);
        cpu.set_privilege(privilege);
    }

    /// Runs for a round: what happened, and whether it can go on.
    fn round(&mut self) -> (Vec<Boundary>, Vec<BusEvent>, bool) {
        let (mut boundaries, mut events) = (Vec::new(), Vec::new());
        let limit_ns = self.machine.now_ns() + ROUND_NS;
        loop {
            let boundary = self.machine.run(limit_ns).expect("nothing panics");
            events.extend(self.machine.drain_events());
            boundaries.push(boundary);
            match boundary {
                Boundary::Limit => return (boundaries, events, true),
                Boundary::Idle | Boundary::Off(_) => return (boundaries, events, false),
                _ => {}
            }
        }
    }
}

/// What a run leaves.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    boundaries: Vec<Boundary>,
    events: Vec<BusEvent>,
    registers: [u64; 32],
    pc: u64,
    csrs: Vec<Option<u64>>,
    ram: Vec<u8>,
    now_ns: u64,
    awake_ns: u64,
}

fn run(seed: u64) -> Left {
    let mut subject = Subject::new(seed);
    let (mut boundaries, mut events, mut awake_ns) = (Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        subject.scramble();
        let begin_ns = subject.machine.now_ns();
        let (more_boundaries, more_events, goes_on) = subject.round();
        if !more_boundaries.contains(&Boundary::Waiting) {
            awake_ns += subject.machine.now_ns() - begin_ns;
        }
        boundaries.extend(more_boundaries);
        events.extend(more_events);
        if !goes_on {
            break;
        }
    }
    let cpu = subject.machine.cpu();
    let length = usize::try_from(RAM_BYTES).expect("it is small");
    Left {
        boundaries,
        events,
        registers: cpu.registers(),
        pc: cpu.pc(),
        csrs: (0..4096)
            .map(|number| subject.machine.csr(number))
            .collect(),
        ram: subject
            .machine
            .with_bus(|bus| bus.ram().slice(RAM, length).expect("it is in RAM").to_vec()),
        now_ns: subject.machine.now_ns(),
        awake_ns,
    }
}

#[test]
fn random_code_in_every_mode_panics_nowhere_and_does_the_same_twice() {
    let (mut executed, mut traps, mut returns, mut interrupts) = (0, 0, 0, 0);
    for seed in 0..SEEDS * repetitions() {
        let left = run(seed);
        executed += left.awake_ns;
        for boundary in &left.boundaries {
            traps += usize::from(matches!(boundary, Boundary::Trapped(_)));
            interrupts += usize::from(matches!(boundary, Boundary::Interrupted(_)));
            returns += usize::from(matches!(boundary, Boundary::Returned(_)));
        }
        assert!(left == run(seed), "seed {seed} is two runs");
    }
    println!("{executed} instructions, {traps} traps, {returns} returns, {interrupts} interrupts");
    assert!(executed > 200_000 && traps > 20_000 && returns > 20_000 && interrupts > 500);
}

#[test]
fn every_device_answers_or_faults_at_every_address_and_width() {
    let mut description = virt();
    description.ram[0].size_bytes = RAM_BYTES;
    let devices = description.devices.clone();
    let mut random = Random::new(1);
    for device in devices {
        // Every address of a large device would take long.
        let step = (device.size_bytes / 4096).max(1);
        let mut machine = Machine::new(&description, RAM).expect("the description is fine");
        for offset in (0..device.size_bytes).step_by(usize::try_from(step).expect("small")) {
            let at = device.base + offset + random.below(step);
            for width in 0..4 {
                for load in [true, false] {
                    if !touch(&mut machine, at, width, load, random.bits()) {
                        machine = Machine::new(&description, RAM).expect("as before");
                    }
                }
            }
        }
    }
}

/// One load or store of so many bytes as a power of two, in M-mode; false when it switches
/// the machine off.
fn touch(machine: &mut Machine, at: u64, width: u32, load: bool, value: u64) -> bool {
    let word = match load {
        true => crate::common::asm::load(width, 5, 1, 0),
        false => crate::common::asm::store(width, 2, 1, 0),
    };
    crate::common::load(machine, RAM, &[word]);
    let cpu = machine.cpu_mut();
    cpu.set_register(1, at);
    cpu.set_register(2, value);
    cpu.set_pc(RAM);
    cpu.set_privilege(Privilege::Machine);
    cpu.set_csr(0x305, RAM + 0x100);
    cpu.set_csr(0x304, 0);
    let limit_ns = machine.now_ns() + 1;
    loop {
        match machine.run(limit_ns).expect("nothing panics") {
            Boundary::Limit => return true,
            Boundary::Off(_) => return false,
            _ => drop(machine.drain_events()),
        }
    }
}
