//! Designs far over every limit are checked like others, in a time that grows with their
//! length alone: these would take minutes if it grew with its square.

use septum_core::check::check;
use septum_core::dhall::defaults;
use septum_core::places::Places;
use septum_core::programs::Programs;
use septum_core::spec::{
    RawChannel, RawChannelKind, RawDevice, RawDeviceKind, RawEnd, RawInterrupt, RawPartition,
    RawProgram, RawStep, RawSystem, RawWindow,
};

/// More than fit into a file of a megabyte.
const MANY: usize = 20_000;

fn system(partitions: Vec<RawPartition>, channels: Vec<RawChannel>) -> RawSystem {
    let names = partitions.iter().map(|partition| partition.name.clone());
    let window = RawWindow {
        hart: 0,
        duration_ns: 1_000_000,
        partitions: names.collect(),
    };
    let mut schedule = defaults().schedule.clone();
    schedule.major_frame_ns = window.duration_ns;
    schedule.windows = vec![window];
    RawSystem {
        name: "large".to_owned(),
        partitions,
        channels,
        schedules: vec![schedule],
        ..defaults().system.clone()
    }
}

fn partition(name: String, steps: Vec<RawStep>) -> RawPartition {
    RawPartition {
        name,
        program: RawProgram::Model(steps),
        ..defaults().partition.clone()
    }
}

fn signal(number: usize, from: &str, to: &str) -> RawChannel {
    let end = |partition: &str, side: &str| RawEnd {
        partition: partition.to_owned(),
        port: format!("{side}-{number}"),
    };
    RawChannel {
        name: format!("c{number}"),
        kind: RawChannelKind::Signal,
        from: end(from, "to"),
        to: end(to, "from"),
    }
}

/// How many findings of which code there are, in the order of the codes.
fn counts(raw: &RawSystem) -> Vec<(String, usize)> {
    let mut counts = std::collections::BTreeMap::new();
    for diagnostic in check(raw, &Programs::default(), &Places::default()).diagnostics {
        *counts.entry(diagnostic.code).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}

fn expect(raw: &RawSystem, expected: &[(&str, usize)]) {
    let expected = expected
        .iter()
        .map(|(code, count)| ((*code).to_owned(), *count));
    assert_eq!(counts(raw), expected.collect::<Vec<_>>());
}

#[test]
fn a_ring_of_many_partitions() {
    let name = |number: usize| format!("p{number}");
    let step = |number: usize| RawStep::Signal {
        port: format!("to-{number}"),
    };
    let partitions = (0..MANY).map(|n| partition(name(n), vec![step(n)]));
    let channels = (0..MANY).map(|n| signal(n, &name(n), &name((n + 1) % MANY)));
    let raw = system(partitions.collect(), channels.collect());
    expect(&raw, &[("S0120", 1)]);
}

#[test]
fn many_partitions_of_one_name_and_many_channels_between_them() {
    let partitions = (0..MANY).map(|_| partition("a".to_owned(), Vec::new()));
    let channels = (0..MANY).map(|n| signal(n, "a", "a"));
    let raw = system(partitions.collect(), channels.collect());
    let again = MANY - 1;
    expect(
        &raw,
        &[
            ("S0101", again),
            ("S0111", MANY),
            ("S0114", 1),
            ("S0120", 1),
            ("S0153", again),
        ],
    );
}

#[test]
fn many_channels_between_partitions_that_do_not_exist() {
    let partitions = vec![partition("a".to_owned(), Vec::new())];
    let channels = (0..MANY).map(|n| signal(n, &format!("b{n}"), &format!("c{n}")));
    expect(
        &system(partitions, channels.collect()),
        &[("S0103", 2 * MANY)],
    );
}

#[test]
fn many_steps_on_many_ports() {
    let steps = (0..MANY).rev().map(|n| RawStep::Signal {
        port: format!("from-{n}"),
    });
    let a = partition("a".to_owned(), Vec::new());
    let b = partition("b".to_owned(), steps.collect());
    let channels = (0..MANY).map(|n| signal(n, "a", "b"));
    let raw = system(vec![a, b], channels.collect());
    expect(&raw, &[("S0114", 2), ("S0161", MANY)]);
}

fn device(number: usize) -> RawDevice {
    let number = u64::try_from(number).expect("numbers are small");
    RawDevice {
        name: format!("d{number}"),
        kind: RawDeviceKind::Uart16550,
        base: 0x1_0000_0000 + number * 0x1000,
        size_bytes: 0x800,
        ..defaults().device.clone()
    }
}

#[test]
fn many_devices_of_one_partition() {
    let mut owner = partition("a".to_owned(), Vec::new());
    owner.devices = (0..MANY).map(|n| format!("d{n}")).collect();
    let mut raw = system(vec![owner], Vec::new());
    raw.machine.devices.extend((0..MANY).map(device));
    expect(&raw, &[("S0202", 1)]);
}

#[test]
fn many_devices_in_one_grain() {
    let names = |rest: usize| {
        (0..MANY)
            .filter(move |n| n % 2 == rest)
            .map(|n| format!("d{n}"))
    };
    let mut even = partition("even".to_owned(), Vec::new());
    let mut odd = partition("odd".to_owned(), Vec::new());
    even.devices = names(0).collect();
    odd.devices = names(1).collect();
    let mut raw = system(vec![even, odd], vec![signal(0, "even", "odd")]);
    raw.machine.devices.extend((0..MANY).map(device));
    raw.machine.isolation.pmp_grain_bytes = 1 << 40;
    // The neighbours, and the first and the last of them with the machine's own ranges. The
    // partitions' memory, too, is made of whole grains.
    let pairs = MANY - 1;
    expect(&raw, &[("S0201", 1), ("S0208", pairs + 2)]);
}

#[test]
fn many_interrupts_of_one_device() {
    let mut owner = partition("a".to_owned(), Vec::new());
    let source = |n: usize| u64::try_from(n).expect("numbers are small") + 2000;
    owner.interrupts = (0..MANY)
        .map(|n| RawInterrupt {
            port: format!("i{n}"),
            device: "d0".to_owned(),
            source: source(n),
        })
        .collect();
    let mut raw = system(vec![owner], Vec::new());
    let mut device = device(0);
    device.interrupts = (0..MANY).map(source).collect();
    raw.machine.devices.push(device);
    expect(&raw, &[("S0114", 1), ("S0141", MANY), ("S0142", MANY)]);
}

#[test]
fn a_granted_device_as_large_as_the_address_space() {
    let mut owner = partition("a".to_owned(), Vec::new());
    owner.devices = vec!["d0".to_owned()];
    let mut raw = system(vec![owner], Vec::new());
    let mut device = device(0);
    device.size_bytes = 0xe_0000_0000;
    raw.machine.devices.push(device);
    raw.machine.ram[0].base = 0x80_0000_0000;
    raw.machine.ram[0].size_bytes = 0x80_0000_0000;
    expect(&raw, &[("S0210", 1)]);
}
