//! Virtio devices as a program on the machine drives them, the interrupt included.

use crate::common::asm::{WFI, addi, csrrs, csrrw, j, li, load, store};
use crate::common::program::{call, is_interrupted, run, wait_forever};
use crate::common::{FINISHER, PLIC, RAM, machine, systems, x};
use septum_abi::call::{Call, NEVER};
use septum_core::flows::{Means, flows};
use septum_core::plan::{Plan, RegionKind};
use septum_core::programs::Programs;
use septum_core::scenario::Scenario;
use septum_core::spec::{RawInterrupt, RawSystem, RawWindow};
use septum_simulator::bus::BusEventKind;
use septum_simulator::device::{Block, Console, Entropy, Layout, PowerOff, VirtioDevice};
use septum_simulator::event::EventKind;
use septum_simulator::machine::{Boundary, Machine};
use septum_simulator::plug::{Plug, PlugError};
use septum_simulator::simulation::Simulation;
use septum_simulator::travel::Travel;

const TRANSPORT: u64 = 0x1000_1000;
const SOURCE: u64 = 1;
const HANDLER: u64 = RAM + 0x8000;
const QUEUE: u64 = RAM + 0x1_0000;
const BUFFER: u64 = RAM + 0x2_0000;
const BYTES: u64 = 48;

const MTVEC: u32 = 0x305;
const MIE: u32 = 0x304;
const MSTATUS: u32 = 0x300;

/// Stores a word; two registers are lost.
fn put(address: u64, value: u64) -> Vec<u32> {
    let mut words = li(5, address);
    words.extend(li(6, value));
    words.push(store(2, 6, 5, 0));
    words
}

/// From reset to ready, with a queue of eight descriptors (virtio 1.1, 3.1 and 4.2.3).
fn set_up(layout: Layout) -> Vec<(u64, u64)> {
    let begin = [(0x70, 0), (0x70, 1), (0x70, 3)];
    let queue: &[(u64, u64)] = match layout {
        Layout::Legacy => &[
            (0x20, 0),
            (0x28, 4096),
            (0x30, 0),
            (0x38, 8),
            (0x3c, 4096),
            (0x40, QUEUE / 4096),
        ],
        Layout::Modern => &[
            (0x24, 1),
            (0x20, 1),
            (0x70, 0xb),
            (0x30, 0),
            (0x38, 8),
            (0x80, QUEUE),
            (0x90, QUEUE + 128),
            (0xa0, QUEUE + 4096),
            (0x44, 1),
        ],
    };
    let end = [(0x70, 0xf)];
    [&begin, queue, &end].concat()
}

/// Enables the interrupt, asks for numbers, and sleeps.
fn main_program(layout: Layout) -> Vec<u32> {
    let plic = [(4 * SOURCE, 1), (0x2000, 1 << SOURCE), (0x20_0000, 0)];
    let interrupts = plic.map(|(offset, value)| put(PLIC + offset, value));
    let registers = set_up(layout)
        .into_iter()
        .map(|(offset, value)| put(TRANSPORT + offset, value));
    // One descriptor that the device writes, then the ring with it: no flags, index 1, head 0.
    let chain = [
        put(QUEUE, BUFFER),
        put(QUEUE + 8, BYTES),
        put(QUEUE + 12, 2),
        put(QUEUE + 128, 1 << 16),
    ];
    let mut words = li(5, HANDLER);
    words.push(csrrw(0, MTVEC, 5));
    words.extend(interrupts.concat());
    words.extend(registers.flatten());
    words.extend(chain.concat());
    words.extend(put(TRANSPORT + 0x50, 0));
    words.extend(li(5, 1 << 11));
    words.extend([csrrs(0, MIE, 5), addi(5, 0, 8), csrrs(0, MSTATUS, 5)]);
    words.extend([WFI, j(0)]);
    words
}

/// Claims into `x20`, reads the cause into `x21`, acknowledges, completes, switches off.
fn handler() -> Vec<u32> {
    let mut words = li(7, PLIC + 0x20_0004);
    words.push(load(2, 20, 7, 0));
    words.extend(li(8, TRANSPORT + 0x60));
    words.extend([load(2, 21, 8, 0), store(2, 21, 8, 4), load(2, 22, 8, 0)]);
    words.push(store(2, 20, 7, 0));
    words.extend(put(FINISHER, 0x5555));
    words
}

/// Runs the program on a machine with an entropy device; what the devices did.
fn driven(layout: Layout) -> (Machine, Vec<BusEventKind>) {
    let mut machine = machine(&main_program(layout));
    crate::common::load(&mut machine, HANDLER, &handler());
    machine.with_bus_mut(|bus| {
        bus.set_virtio_layout(layout);
        let position = crate::common::virt()
            .devices
            .iter()
            .position(|device| device.base == TRANSPORT)
            .expect("virtio0");
        assert!(bus.plug(position, VirtioDevice::Entropy(Entropy::new(5))));
    });
    let mut events = Vec::new();
    loop {
        match machine.run(1_000_000).expect("the engine holds") {
            Boundary::Devices => {
                events.extend(machine.drain_events().into_iter().map(|event| event.kind));
            }
            Boundary::Off(off) => {
                assert_eq!(off, PowerOff::Exit(0));
                return (machine, events);
            }
            Boundary::Interrupted(_) | Boundary::Waiting => {}
            other => panic!("{other:?} at {}", machine.now_ns()),
        }
    }
}

#[test]
fn numbers_arrive_with_an_interrupt() {
    for layout in [Layout::Legacy, Layout::Modern] {
        let (machine, events) = driven(layout);
        let registers = [20, 21, 22].map(|register| x(&machine, register));
        assert_eq!(
            registers,
            [SOURCE, 1, 0],
            "source, cause, cause after it was taken"
        );
        let source = usize::try_from(SOURCE).unwrap();
        let wanted = |kind: &BusEventKind| match kind {
            BusEventKind::Raised { source: it, .. } => (*it == source).then_some("raised"),
            BusEventKind::Claimed { source: it } => (*it == source).then_some("claimed"),
            BusEventKind::Completed { source: it } => (*it == source).then_some("completed"),
            _ => None,
        };
        let story: Vec<&str> = events.iter().filter_map(wanted).collect();
        assert_eq!(story, ["raised", "claimed", "completed"]);
        let (numbers, used) = machine.with_bus(|bus| {
            let numbers = bus.ram().slice(BUFFER, 64).unwrap().to_vec();
            (numbers, bus.ram().slice(QUEUE + 4096, 12).unwrap().to_vec())
        });
        assert!(numbers[..48].chunks(8).all(|word| word != [0; 8]));
        assert_eq!(numbers[48..], [0; 16]);
        assert_eq!(used, [0, 0, 1, 0, 0, 0, 0, 0, 48, 0, 0, 0]);
    }
}

#[test]
fn two_runs_have_the_same_numbers_at_the_same_time() {
    let run = || {
        let (machine, events) = driven(Layout::Legacy);
        let numbers = machine.with_bus(|bus| bus.ram().slice(BUFFER, 48).unwrap().to_vec());
        (machine.now_ns(), events, numbers)
    };
    assert_eq!(run(), run());
}

/// Where a driver in a partition finds its device and its memory.
#[derive(Clone, Copy, Default)]
struct Places {
    device: u64,
    /// The lowest page of the stack, which the program does not use: for the program.
    page: u64,
    /// For the device.
    physical: u64,
}

impl Places {
    fn of(plan: &Plan) -> Self {
        let mappings = &plan.partitions[0].mappings;
        let device = mappings.iter().find(|mapping| mapping.name == "virtio0");
        let is_stack = |physical| {
            plan.region(physical)
                .is_some_and(|region| region.kind == RegionKind::Stack)
        };
        let stack = mappings.iter().find(|it| is_stack(it.physical.base));
        let stack = stack.expect("a stack");
        Self {
            device: device.expect("it is granted").virtual_base,
            page: stack.virtual_base,
            physical: stack.physical.base,
        }
    }
}

/// Queue 0 receives, queue 1 transmits; each has half of the page: eight descriptors, the ring
/// of the driver, that of the device, and two bytes of a buffer.
const DRIVER_RING: u64 = 0x80;
const DEVICE_RING: u64 = 0x100;
const TEXT: u64 = 0x200;
const TRANSMITS: u64 = 0x800;

/// Prints `hi`, waits for two bytes, and prints them.
fn console_driver(places: Places) -> Vec<u32> {
    let device = |offset, value| put(places.device + offset, value);
    let memory = |offset, value| put(places.page + offset, value);
    let queue = |number, half| {
        let begin = places.physical + half;
        let low = |address: u64| address & 0xffff_ffff;
        let areas = [
            (0x80, begin),
            (0x90, begin + DRIVER_RING),
            (0xa0, begin + DEVICE_RING),
        ];
        let areas = areas.map(|(register, area)| device(register, low(area)));
        [
            device(0x30, number),
            device(0x38, 8),
            areas.concat(),
            device(0x44, 1),
        ]
        .concat()
    };
    // Address, length, flags.
    let descriptor = |at, text: u64, flags| {
        let address = places.physical + text;
        [
            memory(at, address & 0xffff_ffff),
            memory(at + 8, 2),
            memory(at + 12, flags),
        ]
        .concat()
    };
    [
        [(0x70, 0), (0x70, 3), (0x24, 1), (0x20, 1), (0x70, 0xb)]
            .map(|(register, value)| device(register, value))
            .concat(),
        queue(0, 0),
        queue(1, TRANSMITS),
        device(0x70, 0xf),
        // To receive: flags 0, index 1, head 0.
        descriptor(0, TEXT, 2),
        memory(DRIVER_RING, 1 << 16),
        device(0x50, 0),
        // To transmit, without an interrupt: flags 1, index 1, head 0.
        memory(TRANSMITS + TEXT, u64::from(u16::from_le_bytes(*b"hi"))),
        descriptor(TRANSMITS, TRANSMITS + TEXT, 0),
        memory(TRANSMITS + DRIVER_RING, 1 << 16 | 1),
        device(0x50, 1),
        call(Call::Wait.number(), [1, NEVER]),
        device(0x64, 1),
        call(Call::Acknowledge.number(), [0, 0]),
        // What came: index 2, heads 0 and 0.
        descriptor(TRANSMITS, TEXT, 0),
        memory(TRANSMITS + DRIVER_RING, 2 << 16 | 1),
        device(0x50, 1),
        wait_forever(),
    ]
    .concat()
}

/// A system with the driver of a console; its places as far as they are known.
fn console_system(places: Places) -> (RawSystem, Programs) {
    let mut programs = Programs::default();
    let mut driver = systems::model("driver", Vec::new());
    driver.stack_bytes = 0x2000;
    driver.devices.push("virtio0".to_owned());
    driver.interrupts.push(RawInterrupt {
        port: "irq".to_owned(),
        device: "virtio0".to_owned(),
        source: SOURCE,
    });
    let code = console_driver(places);
    run(&mut driver, &mut programs, &code, &[is_interrupted("irq")]);
    let raw = systems::system(vec![driver], Vec::new(), &[(systems::MS, &["driver"])]);
    (raw, programs)
}

/// The run of a system with the driver of a console, and the position of its transport.
fn console_run() -> (Simulation, usize) {
    let (raw, programs) = console_system(Places::default());
    let places = Places::of(&systems::build(&raw, &programs).0);
    let (raw, programs) = console_system(places);
    let (plan, image) = systems::build(&raw, &programs);
    let mut simulation = Simulation::boot(&plan, &image, &Scenario::default()).expect("it boots");
    simulation.set_virtio_layout(Layout::Modern);
    let plug = Plug {
        transport: "virtio0".to_owned(),
        device: VirtioDevice::Console(Console::default()),
        scenario: Scenario {
            uart: vec![systems::exchange("hi", "ok")],
            ..Scenario::default()
        },
    };
    simulation.plug(&plan, plug).expect("it is empty");
    let mut devices = plan.system.machine.devices.iter();
    let position = devices.position(|device| device.name == "virtio0");
    (simulation, position.expect("it is there"))
}

/// A partition drives a console under the kernel. It tells the device physical addresses, which
/// no wall checks: what the checker warns of (S0145).
#[test]
fn a_partition_talks_on_a_console() {
    let (mut simulation, device) = console_run();
    simulation
        .run_until(3 * systems::MS)
        .expect("the engine holds");
    let events = simulation.drain_events();
    let said = simulation.virtio_output(device);
    assert_eq!(said.escape_ascii().to_string(), "hiok", "{events:#?}");
    let story: Vec<&str> = events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::InterruptRaised { device, .. } => Some(device.as_str()),
            EventKind::InterruptDelivered { port, .. } => Some(port.as_str()),
            EventKind::InterruptAcknowledged { .. } => Some("acknowledged"),
            EventKind::Fault { .. } => Some("fault"),
            _ => None,
        })
        .collect();
    assert_eq!(story, ["virtio0", "irq", "acknowledged"]);
    assert!(
        simulation.uart_output().is_empty(),
        "the UART is another line"
    );
}

/// Whatever the design says of its memory.
#[test]
fn a_driver_and_everybody_else_are_in_each_others_reach() {
    for dma in [true, false] {
        let (mut raw, programs) = console_system(Places::default());
        let mut devices = raw.machine.devices.iter_mut();
        let device = devices.find(|device| device.name == "virtio0");
        device.expect("it is there").dma = dma;
        raw.partitions.push(systems::model("other", Vec::new()));
        let window = raw.schedules[0].windows[0].clone();
        raw.schedules[0].windows.push(RawWindow {
            partitions: vec!["other".to_owned()],
            ..window
        });
        raw.schedules[0].major_frame_ns *= 2;
        let (plan, _) = systems::build(&raw, &programs);
        let reach = flows(&plan.system)
            .into_iter()
            .filter(|flow| flow.means == Means::Dma("virtio0".to_owned()))
            .map(|flow| (flow.from.get(), flow.to.get()));
        assert_eq!(reach.collect::<Vec<_>>(), [(0, 1), (1, 0)]);
    }
}

/// Everything of a run comes back: what the device has in hand, its memory, and its line.
#[test]
fn a_console_travels_in_time() {
    let (simulation, device) = console_run();
    let mut travel = Travel::new(simulation);
    let look = |travel: &Travel| {
        let simulation = travel.simulation();
        let memory = simulation.read_memory(RAM, 0x80_0000).expect("it is RAM");
        (simulation.virtio_output(device).to_vec(), memory)
    };
    let begin = look(&travel);
    let mut go_to = |time_ns| {
        travel.go_to(time_ns).expect("the engine holds");
        look(&travel)
    };
    let end = go_to(3 * systems::MS);
    assert_eq!(end.0, b"hiok");
    assert!(go_to(0) == begin);
    assert!(go_to(3 * systems::MS) == end);
}

#[test]
fn devices_are_plugged_in_by_the_name_of_their_transport() {
    let raw = systems::ping_pong();
    let (plan, image) = systems::build(&raw, &Programs::default());
    let mut simulation = Simulation::boot(&plan, &image, &Scenario::default()).unwrap();
    let plug = |transport: &str, device| Plug {
        transport: transport.to_owned(),
        device,
        scenario: Scenario::default(),
    };
    let console = || VirtioDevice::Console(Console::default());
    assert_eq!(simulation.plug(&plan, plug("virtio3", console())), Ok(()));
    let taken = simulation
        .plug(&plan, plug("virtio3", console()))
        .unwrap_err();
    assert_eq!(
        taken.to_string(),
        "there is a device behind `virtio3` already"
    );
    let disk = VirtioDevice::Block(Block::new(vec![0; 512]).unwrap());
    let error = simulation.plug(&plan, plug("uart", disk)).unwrap_err();
    assert!(matches!(error, PlugError::NoTransport { .. }));
    let known: Vec<String> = (0..8).map(|number| format!("`virtio{number}`")).collect();
    let sentence = "the machine has no virtio-mmio transport `uart`; it has ";
    assert_eq!(error.to_string(), format!("{sentence}{}", known.join(", ")));
}
