//! A machine like QEMU `virt`, for tests.

pub(crate) mod code;
pub(crate) mod random;
pub(crate) mod starters;
pub(crate) mod story;
pub(crate) mod subject;
pub(crate) mod systems;

pub(crate) use septum_guest::{asm, program};

use septum_core::check::check_machine;
use septum_core::dhall::defaults;
use septum_core::places::Places;
use septum_core::spec::RawRange;
use septum_core::system;
use septum_simulator::cpu::Cpu;
use septum_simulator::machine::{Boundary, Machine};

pub(crate) const RAM: u64 = 0x8000_0000;
pub(crate) const RAM_BYTES: u64 = 0x10_0000;
pub(crate) const CLINT: u64 = 0x0200_0000;
pub(crate) const PLIC: u64 = 0x0c00_0000;
pub(crate) const UART: u64 = 0x1000_0000;
pub(crate) const FINISHER: u64 = 0x0010_0000;
pub(crate) const UART_SOURCE: u64 = 10;

/// The package's `qemu-virt` with one mebibyte of RAM.
pub(crate) fn virt() -> system::Machine {
    let mut virt = defaults().system.machine.clone();
    virt.ram = vec![RawRange {
        base: RAM,
        size_bytes: RAM_BYTES,
    }];
    let checked = check_machine(&virt, &Places::default());
    checked.machine.expect("the machine of the package is good")
}

/// A machine with this program at the start of RAM.
pub(crate) fn machine(program: &[u32]) -> Machine {
    let mut machine = Machine::new(&virt(), RAM).expect("the description is fine");
    load(&mut machine, RAM, program);
    machine
}

/// Puts words into RAM.
pub(crate) fn load(machine: &mut Machine, address: u64, words: &[u32]) {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    machine
        .with_bus_mut(|bus| bus.ram_mut().fill(address, &bytes))
        .expect("it is in RAM");
}

/// Executes instructions one at a time, as many as there are nanoseconds.
pub(crate) fn steps(machine: &mut Machine, count: u64) -> Vec<Boundary> {
    let limit = machine.now_ns() + count;
    let mut boundaries = Vec::new();
    while machine.now_ns() < limit {
        match machine.run(limit).expect("the engine holds") {
            Boundary::Limit => break,
            last @ (Boundary::Idle | Boundary::Off(_)) => {
                boundaries.push(last);
                break;
            }
            other => boundaries.push(other),
        }
    }
    boundaries
}

/// Value of register `x`.
pub(crate) fn x(machine: &Machine, number: usize) -> u64 {
    machine.cpu().registers()[number]
}

/// Lets U-mode reach everything that there is (PMP entry 0).
pub(crate) fn open_pmp(machine: &mut Machine) {
    machine.cpu_mut().set_csr(0x3b0, u64::MAX);
    machine.cpu_mut().set_csr(0x3a0, 0x1f);
}

/// How many times as many random cases are asked for, by `SEPTUM_FUZZ`, as in a usual run.
pub(crate) fn repetitions() -> u64 {
    let asked = std::env::var("SEPTUM_FUZZ").ok();
    asked.map_or(1, |it| it.parse().expect("SEPTUM_FUZZ is a number"))
}
