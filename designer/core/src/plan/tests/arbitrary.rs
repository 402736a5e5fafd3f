//! Random checked systems.

use proptest::prelude::*;

use super::fixture::{channel, machine, model, port, schedule, window};
use crate::system::{
    Channel, ChannelIndex, ChannelKind, DeviceIndex, Health, HealthAction, Memory, MemoryGrant,
    PartitionIndex, Payload, PortIndex, PortKind, Step, System,
};

/// What a random partition is made from.
#[derive(Debug, Clone)]
struct Sketch {
    stack_pages: u64,
    log: Option<u32>,
    device: Option<usize>,
    steps: Vec<Step>,
}

/// Devices of [`machine`] that a partition may own: clock, UART, virtio.
const OWNABLE: [usize; 4] = [1, 4, 5, 6];

fn step() -> impl Strategy<Value = Step> {
    let text = proptest::collection::vec(any::<u8>(), 0..20);
    prop_oneof![
        (0u64..100_000).prop_map(|ns| Step::Compute { ns }),
        text.prop_map(|text| Step::Log {
            message: Payload::Numbered(text)
        }),
        (1u64..1000).prop_map(|ticks| Step::Sleep { ticks }),
    ]
}

fn sketch() -> impl Strategy<Value = Sketch> {
    let log = proptest::option::of(9u32..13);
    let device = proptest::option::of(0..OWNABLE.len());
    let steps = proptest::collection::vec(step(), 0..6);
    (1u64..5, log, device, steps).prop_map(|(stack_pages, log, device, steps)| Sketch {
        stack_pages,
        log,
        device,
        steps,
    })
}

fn kind() -> impl Strategy<Value = ChannelKind> {
    prop_oneof![
        Just(ChannelKind::Signal),
        (1u32..=4096, 1u32..=256).prop_map(|(message_bytes, depth)| ChannelKind::Queuing {
            message_bytes,
            depth
        }),
    ]
}

/// A random system on QEMU's `virt` with up to 8 partitions and 12 channels.
pub(super) fn system() -> impl Strategy<Value = System> {
    let partitions = proptest::collection::vec(sketch(), 1..8);
    let channels = proptest::collection::vec((kind(), any::<[prop::sample::Index; 2]>()), 0..12);
    (partitions, channels).prop_map(|(sketches, wires)| assemble(&sketches, &wires))
}

fn assemble(sketches: &[Sketch], wires: &[(ChannelKind, [prop::sample::Index; 2])]) -> System {
    let mut system = System {
        name: "random".to_owned(),
        seed: 0,
        machine: machine(),
        partitions: Vec::new(),
        channels: Vec::new(),
        memories: Vec::new(),
        schedules: Vec::new(),
    };
    let mut free: Vec<usize> = OWNABLE.to_vec();
    for (index, sketch) in sketches.iter().enumerate() {
        let mut partition = model(&format!("p{index}"), Vec::new(), sketch.steps.clone());
        partition.stack_bytes = sketch.stack_pages * 4096;
        partition.log_bytes = sketch.log.map_or(0, |log| 1 << log);
        partition.permissions.log = sketch.log.is_some();
        if let Some(position) = sketch.device.filter(|device| *device < free.len()) {
            partition
                .devices
                .push(DeviceIndex::new(free.remove(position)));
        }
        if index % 2 == 0 {
            partition.health = Health::new(|_| HealthAction::Restart, None, 0);
        }
        system.partitions.push(partition);
    }
    let sharing = sketches.len().min(2);
    if sharing == 2 {
        system.memories = vec![shared("one", sharing), shared("other", sharing)];
    }
    for (kind, ends) in wires {
        wire(
            &mut system,
            *kind,
            ends.map(|end| end.index(sketches.len())),
        );
    }
    interrupts(&mut system);
    let start = |index: usize| u64::try_from(index).unwrap() * 5_000;
    let windows = (0..sketches.len()).map(|i| window(start(i), 5_000, &[i]));
    system.schedules = vec![schedule(start(sketches.len()), windows.collect())];
    system
}

/// A memory that the first partitions share; the first one writes.
fn shared(name: &str, partitions: usize) -> Memory {
    let grant = |index| MemoryGrant {
        partition: PartitionIndex::new(index),
        write: index == 0,
    };
    Memory {
        name: name.to_owned(),
        size_bytes: 4096,
        grants: (0..partitions).map(grant).collect(),
    }
}

fn wire(system: &mut System, kind: ChannelKind, [from, to]: [usize; 2]) {
    if from == to {
        return;
    }
    let index = ChannelIndex::new(system.channels.len());
    let name = format!("c{}", index.get());
    let end = |system: &mut System, partition: usize, kind: PortKind| {
        let ports = &mut system.partitions[partition].ports;
        ports.push(port(&name, kind));
        (partition, PortIndex::new(ports.len() - 1).get())
    };
    let from = end(system, from, PortKind::Out(index));
    let to = end(system, to, PortKind::In(index));
    let wired: Channel = channel(&name, kind, from, to);
    system.channels.push(wired);
}

/// Every owner of a device takes its interrupts.
fn interrupts(system: &mut System) {
    for partition in &mut system.partitions {
        for &device in &partition.devices {
            for &source in &system.machine.devices[device.get()].interrupts {
                let source = u32::try_from(source).unwrap();
                partition
                    .ports
                    .push(port("irq", PortKind::Interrupt { device, source }));
            }
        }
    }
}
