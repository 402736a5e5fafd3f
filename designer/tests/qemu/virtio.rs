//! An entropy device, driven by one program on both machines.

use septum_core::check::check_machine;
use septum_core::dhall::defaults;
use septum_core::places::Places;
use septum_core::programs::Programs;
use septum_core::system;
use septum_guest::asm::{andi, beq, j, li, load, srli, store};
use septum_guest::program::run_at;
use septum_simulator::bus::BusEventKind;
use septum_simulator::device::{Entropy, Layout, VirtioDevice};
use septum_simulator::executable::Executable;
use septum_simulator::load::load as load_program;
use septum_simulator::machine::{Boundary, Machine};

use crate::machine::{Cpu, Qemu};
use crate::systems::partition;

const RAM: u64 = 0x8000_0000;
const UART: u64 = 0x1000_0000;
const FINISHER: u64 = 0x10_0000;
const TRANSPORT: u64 = 0x1000_1000;
const QUEUE: u64 = RAM + 0x1_0000;
const USED: u64 = QUEUE + 4096;
const BUFFER: u64 = RAM + 0x2_0000;
const INTERRUPTS: u64 = TRANSPORT + 0x60;

/// Stores a word.
fn put(address: u64, value: u64) -> Vec<u32> {
    [li(5, address), li(6, value), vec![store(2, 6, 5, 0)]].concat()
}

/// Prints the four bytes of the word at an address.
fn print(address: u64) -> Vec<u32> {
    let byte = [load(0, 8, 5, 5), andi(8, 8, 0x20), beq(8, 0, -8)];
    let byte = [&byte[..], &[store(0, 7, 5, 0), srli(7, 7, 8)]].concat();
    let word = [li(5, address), vec![load(2, 7, 5, 0)], li(5, UART)].concat();
    [word, byte.repeat(4)].concat()
}

/// From reset to ready (virtio 1.1, 3.1 and 4.2.3).
fn set_up(layout: Layout) -> Vec<(u64, u64)> {
    let queue: &[(u64, u64)] = match layout {
        Layout::Legacy => &[(0x28, 4096), (0x30, 0), (0x38, 8), (0x3c, 4096)],
        Layout::Modern => &[(0x24, 1), (0x20, 1), (0x70, 0xb), (0x30, 0), (0x38, 8)],
    };
    let areas: &[(u64, u64)] = match layout {
        Layout::Legacy => &[(0x40, QUEUE / 4096)],
        Layout::Modern => &[(0x80, QUEUE), (0x90, QUEUE + 128), (0xa0, USED), (0x44, 1)],
    };
    [
        &[(0x70, 0), (0x70, 1), (0x70, 3)],
        queue,
        areas,
        &[(0x70, 0xf)],
    ]
    .concat()
}

/// Asks for 48 numbers and prints what a driver sees before and after.
fn program(layout: Layout) -> Vec<u32> {
    let seen = [0x0, 0x4, 0x8, 0xc, 0x34, 0x40, 0x44, 0x60, 0x70, 0xb0, 0xfc];
    let registers = || seen.map(|offset| print(TRANSPORT + offset)).concat();
    let set_up = set_up(layout).into_iter();
    let set_up = set_up.flat_map(|(offset, value)| put(TRANSPORT + offset, value));
    let chain = [
        put(QUEUE, BUFFER),
        put(QUEUE + 8, 48),
        put(QUEUE + 12, 2),
        put(QUEUE + 128, 1 << 16),
        put(TRANSPORT + 0x50, 0),
    ];
    let poll = [li(5, INTERRUPTS), vec![load(2, 6, 5, 0), beq(6, 0, -4)]];
    [
        registers(),
        set_up.collect(),
        registers(),
        chain.concat(),
        poll.concat(),
        registers(),
        put(TRANSPORT + 0x64, 1),
        print(INTERRUPTS),
        [USED, USED + 4, USED + 8].map(print).concat(),
        put(FINISHER, 0x5555),
        vec![j(0)],
    ]
    .concat()
}

fn file(layout: Layout) -> Vec<u8> {
    let (mut partition, mut programs) = (partition("bare", Vec::new()), Programs::new());
    run_at(RAM, &mut partition, &mut programs, &program(layout), &[]);
    let file = programs.into_values().next();
    file.expect("the program").expect("it is one")
}

/// The package's `qemu-virt`.
fn virt() -> system::Machine {
    let checked = check_machine(&defaults().system.machine, &Places::default());
    checked.machine.expect("the machine of the package is good")
}

fn simulated(layout: Layout, file: &[u8]) -> Vec<u8> {
    let description = virt();
    let program = Executable::read(file).expect("a program");
    let mut machine = Machine::new(&description, program.entry).expect("a machine");
    load_program(&mut machine, &description, &program).expect("it fits");
    let mut devices = description.devices.iter();
    let position = devices.position(|device| device.base == TRANSPORT);
    machine.with_bus_mut(|bus| {
        bus.set_virtio_layout(layout);
        let entropy = VirtioDevice::Entropy(Entropy::new(0));
        assert!(bus.plug(position.expect("it is there"), entropy));
    });
    let mut console = Vec::new();
    loop {
        match machine.run(u64::MAX).expect("the engine holds") {
            Boundary::Devices => {
                let events = machine.drain_events().into_iter();
                console.extend(events.filter_map(|event| match event.kind {
                    BusEventKind::Transmitted { byte, .. } => Some(byte),
                    _ => None,
                }));
            }
            Boundary::Off(_) => return console,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn a_driver_sees_the_same() {
    for (layout, legacy) in [(Layout::Legacy, "true"), (Layout::Modern, "false")] {
        let file = file(layout);
        let expected = simulated(layout, &file);
        assert_eq!(expected.len(), 4 * (3 * 11 + 4));
        let force = format!("virtio-mmio.force-legacy={legacy}");
        let device = "virtio-rng-device,bus=virtio-mmio-bus.0";
        let more = ["-global", &force, "-device", device];
        let mut qemu = Qemu::boot_image_with(&file, Cpu::Supervisor, &more);
        let words = |bytes: &[u8]| -> Vec<u32> {
            let words = bytes.as_chunks().0.iter();
            words.map(|word| u32::from_le_bytes(*word)).collect()
        };
        let console = qemu.console(expected.len());
        assert_eq!(words(&console), words(&expected), "{layout:?}");
        assert_eq!(qemu.exit_code().0, 0);
    }
}
