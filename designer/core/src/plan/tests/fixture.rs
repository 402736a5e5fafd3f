//! Systems to plan.

use crate::dhall::defaults;
use crate::system::{
    Channel, ChannelIndex, ChannelKind, End, Health, HealthAction, Machine, Partition,
    PartitionIndex, Payload, Permissions, Port, PortIndex, PortKind, Program, Schedule, Step,
    System, Window,
};

/// The package's `qemu-virt`.
pub(super) fn machine() -> Machine {
    let virt = defaults().system.machine.clone();
    Machine {
        name: virt.name,
        harts: 1,
        timebase_hz: virt.timebase_hz,
        ns_per_instruction: virt.ns_per_instruction,
        ram: virt.ram,
        devices: virt.devices,
        isolation: virt.isolation,
        sstc: virt.sstc,
    }
}

/// A partition that plays these steps.
pub(super) fn model(name: &str, ports: Vec<Port>, steps: Vec<Step>) -> Partition {
    Partition {
        name: name.to_owned(),
        program: Program::Model(steps),
        stack_bytes: 0x2000,
        log_bytes: 0x1000,
        devices: Vec::new(),
        ports,
        permissions: Permissions {
            log: true,
            clock: true,
            manage: false,
            safe_mode: false,
        },
        deadline_ticks: None,
        health: Health::new(|_| HealthAction::Halt, None, 0),
    }
}

pub(super) fn port(name: &str, kind: PortKind) -> Port {
    Port {
        name: name.to_owned(),
        kind,
    }
}

fn end(partition: usize, port: usize) -> End {
    End {
        partition: PartitionIndex::new(partition),
        port: PortIndex::new(port),
    }
}

pub(super) fn channel(
    name: &str,
    kind: ChannelKind,
    from: (usize, usize),
    to: (usize, usize),
) -> Channel {
    Channel {
        name: name.to_owned(),
        kind,
        from: end(from.0, from.1),
        to: end(to.0, to.1),
    }
}

/// Two partitions that send each other numbered messages.
pub(super) fn ping_pong() -> System {
    let (out, back) = (ChannelIndex::new(0), ChannelIndex::new(1));
    let (first, second) = (PortIndex::new(0), PortIndex::new(1));
    let queuing = ChannelKind::Queuing {
        message_bytes: 64,
        depth: 4,
    };
    let received = || Step::Log {
        message: Payload::Received,
    };
    let ping = vec![
        Step::Loop { times: None },
        Step::Send {
            port: first,
            message: Payload::Numbered(b"ping ".to_vec()),
        },
        Step::Receive {
            port: second,
            timeout_ticks: None,
        },
        received(),
        Step::Sleep { ticks: 5_000 },
        Step::End,
    ];
    let pong = vec![
        Step::Loop { times: None },
        Step::Receive {
            port: first,
            timeout_ticks: None,
        },
        received(),
        Step::Compute { ns: 20_000 },
        Step::Send {
            port: second,
            message: Payload::Numbered(b"pong ".to_vec()),
        },
        Step::End,
    ];
    let ports = |a, b| vec![port("out", a), port("in", b)];
    let pong_ports = vec![
        port("in", PortKind::In(out)),
        port("out", PortKind::Out(back)),
    ];
    System {
        name: "ping-pong".to_owned(),
        seed: 0,
        machine: machine(),
        partitions: vec![
            model("ping", ports(PortKind::Out(out), PortKind::In(back)), ping),
            model("pong", pong_ports, pong),
        ],
        channels: vec![
            channel("there", queuing, (0, 0), (1, 0)),
            channel("back", queuing, (1, 1), (0, 1)),
        ],
        memories: Vec::new(),
        schedules: vec![schedule(
            10_000,
            vec![window(0, 5_000, &[0]), window(5_000, 5_000, &[1])],
        )],
    }
}

pub(super) fn schedule(major_frame_ticks: u64, windows: Vec<Window>) -> Schedule {
    Schedule {
        name: "main".to_owned(),
        major_frame_ticks,
        windows,
    }
}

pub(super) fn window(start_ticks: u64, duration_ticks: u64, partitions: &[usize]) -> Window {
    let partitions = partitions
        .iter()
        .copied()
        .map(PartitionIndex::new)
        .collect();
    Window {
        start_ticks,
        duration_ticks,
        partitions,
    }
}

/// Length of all texts of a model.
pub(super) fn text_bytes(steps: &[Step]) -> u64 {
    let texts = steps.iter().map(|step| match step {
        Step::Send { message, .. }
        | Step::Exchange { message, .. }
        | Step::Write { message, .. }
        | Step::Log { message } => match message {
            Payload::Text(text) | Payload::Numbered(text) => text.len(),
            Payload::Received => 0,
        },
        _ => 0,
    });
    u64::try_from(texts.sum::<usize>()).unwrap()
}
