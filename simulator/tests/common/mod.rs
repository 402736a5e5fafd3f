//! A machine like QEMU `virt` and an assembler of a few instructions, for tests.
#![allow(dead_code, reason = "each test binary uses its part")]

pub(crate) mod asm;
pub(crate) mod program;
pub(crate) mod random;
pub(crate) mod starters;
pub(crate) mod story;
pub(crate) mod systems;

use septum_core::spec::{RawDevice, RawDeviceKind, RawIsolation, RawMmu, RawRange};
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

fn device(
    name: &str,
    kind: RawDeviceKind,
    base: u64,
    size_bytes: u64,
    source: Option<u64>,
) -> RawDevice {
    RawDevice {
        name: name.to_owned(),
        kind,
        base,
        size_bytes,
        interrupts: source.into_iter().collect(),
        dma: false,
    }
}

/// QEMU `virt` with one mebibyte of RAM and a 10 MHz timer.
pub(crate) fn virt() -> system::Machine {
    system::Machine {
        name: "qemu-virt".to_owned(),
        timebase_hz: 10_000_000,
        ns_per_instruction: 1,
        ram: vec![RawRange {
            base: RAM,
            size_bytes: RAM_BYTES,
        }],
        devices: vec![
            device(
                "finisher",
                RawDeviceKind::TestFinisher,
                FINISHER,
                0x1000,
                None,
            ),
            device("rtc", RawDeviceKind::Rtc, 0x0010_1000, 0x1000, Some(11)),
            device("clint", RawDeviceKind::Clint, CLINT, 0x1_0000, None),
            device("plic", RawDeviceKind::Plic, PLIC, 0x60_0000, None),
            device(
                "uart",
                RawDeviceKind::Uart16550,
                UART,
                0x100,
                Some(UART_SOURCE),
            ),
            device(
                "virtio",
                RawDeviceKind::VirtioMmio,
                0x1000_1000,
                0x1000,
                Some(1),
            ),
        ],
        isolation: RawIsolation {
            mmu: RawMmu::Sv39,
            asid_bits: 16,
            pmp_entries: 16,
            pmp_grain_bytes: 4,
        },
    }
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
