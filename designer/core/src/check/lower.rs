//! From a spec without errors to a [`System`]: names become indices, times ticks.

use super::ports::{Behind, Port as RawPort, Ports};
use crate::programs::Programs;
use crate::spec::{
    RawChannelKind, RawEnd, RawPartition, RawPayload, RawProgram, RawStep, RawSystem,
};
use crate::system::{
    Channel, ChannelIndex, ChannelKind, DeviceIndex, End, Machine, Partition, PartitionIndex,
    Payload, Port, PortIndex, PortKind, Program, Step, System, Window,
};

/// The system; `None` where a rule that should have found an error did not.
pub(super) fn lower(raw: &RawSystem, ports: &Ports<'_>, programs: &Programs) -> Option<System> {
    let machine = Machine {
        name: raw.machine.name.clone(),
        timebase_hz: raw.machine.timebase_hz,
        ns_per_instruction: raw.machine.ns_per_instruction,
        ram: raw.machine.ram.clone(),
        devices: raw.machine.devices.clone(),
        isolation: raw.machine.isolation,
    };
    let tick = machine.ns_per_tick();
    let schedule = raw.schedules.first()?;
    let indices = 0..raw.partitions.len();
    Some(System {
        name: raw.name.clone(),
        partitions: indices
            .map(|i| partition(raw, ports.of(i)?, programs, tick, i))
            .collect::<Option<_>>()?,
        channels: (0..raw.channels.len())
            .map(|i| channel(raw, ports, i))
            .collect::<Option<_>>()?,
        major_frame_ticks: schedule.major_frame_ns / tick,
        windows: windows(raw, tick)?,
        machine,
    })
}

fn partition_index(raw: &RawSystem, name: &str) -> Option<PartitionIndex> {
    raw.partitions
        .iter()
        .position(|p| p.name == name)
        .map(PartitionIndex::new)
}

fn device_index(raw: &RawSystem, name: &str) -> Option<DeviceIndex> {
    raw.machine
        .devices
        .iter()
        .position(|d| d.name == name)
        .map(DeviceIndex::new)
}

fn end(raw: &RawSystem, ports: &Ports<'_>, end: &RawEnd, behind: Behind) -> Option<End> {
    let partition = partition_index(raw, &end.partition)?;
    let ports = ports.of(partition.get())?;
    let port = ports.iter().position(|port| port.behind == behind)?;
    Some(End {
        partition,
        port: PortIndex::new(port),
    })
}

fn channel(raw: &RawSystem, ports: &Ports<'_>, index: usize) -> Option<Channel> {
    let channel = raw.channels.get(index)?;
    let kind = match channel.kind {
        RawChannelKind::Queuing {
            message_bytes,
            depth,
        } => ChannelKind::Queuing {
            message_bytes: u32::try_from(message_bytes).ok()?,
            depth: u32::try_from(depth).ok()?,
        },
        RawChannelKind::Signal => ChannelKind::Signal,
        RawChannelKind::Sampling { .. } => return None,
    };
    Some(Channel {
        name: channel.name.clone(),
        kind,
        from: end(raw, ports, &channel.from, Behind::Out(index))?,
        to: end(raw, ports, &channel.to, Behind::In(index))?,
    })
}

fn windows(raw: &RawSystem, tick: u64) -> Option<Vec<Window>> {
    let mut start_ticks = 0;
    let mut windows = Vec::new();
    for window in &raw.schedules.first()?.windows {
        let duration_ticks = window.duration_ns / tick;
        let partitions = window
            .partitions
            .iter()
            .map(|name| partition_index(raw, name));
        windows.push(Window {
            start_ticks,
            duration_ticks,
            partitions: partitions.collect::<Option<_>>()?,
        });
        start_ticks += duration_ticks;
    }
    Some(windows)
}

fn partition(
    raw: &RawSystem,
    ports: &[RawPort<'_>],
    programs: &Programs,
    tick: u64,
    index: usize,
) -> Option<Partition> {
    let partition = raw.partitions.get(index)?;
    let devices = partition.devices.iter().map(|name| device_index(raw, name));
    Some(Partition {
        name: partition.name.clone(),
        program: program(partition, programs, tick, ports)?,
        stack_bytes: partition.stack_bytes,
        log_bytes: partition.log_bytes,
        devices: devices.collect::<Option<_>>()?,
        ports: ports
            .iter()
            .map(|port| {
                let kind = port_kind(raw, partition, port.behind)?;
                let name = port.name.to_owned();
                Some(Port { name, kind })
            })
            .collect::<Option<_>>()?,
        permissions: partition.permissions,
        health: partition.health,
    })
}

fn port_kind(raw: &RawSystem, partition: &RawPartition, behind: Behind) -> Option<PortKind> {
    Some(match behind {
        Behind::Out(channel) => PortKind::Out(ChannelIndex::new(channel)),
        Behind::In(channel) => PortKind::In(ChannelIndex::new(channel)),
        Behind::Interrupt(index) => {
            let interrupt = partition.interrupts.get(index)?;
            PortKind::Interrupt {
                device: device_index(raw, &interrupt.device)?,
                source: u32::try_from(interrupt.source).ok()?,
            }
        }
    })
}

fn program(
    partition: &RawPartition,
    programs: &Programs,
    tick: u64,
    ports: &[RawPort<'_>],
) -> Option<Program> {
    Some(match &partition.program {
        RawProgram::Elf(path) => Program::Elf {
            path: path.clone(),
            bytes: programs.get(path)?.as_ref().ok()?.clone(),
        },
        RawProgram::Model(steps) => {
            let names: Vec<&str> = ports.iter().map(|port| port.name).collect();
            let steps = steps.iter().map(|raw| step(raw, tick, &names));
            Program::Model(steps.collect::<Option<_>>()?)
        }
    })
}

fn step(raw: &RawStep, tick: u64, names: &[&str]) -> Option<Step> {
    let position = |name: &String| names.iter().position(|known| known == name);
    let port = |name: &String| position(name).map(PortIndex::new);
    let ticks = |ns: &Option<u64>| ns.map(|ns| ns / tick);
    Some(match raw {
        RawStep::Compute { ns } => Step::Compute { ns: *ns },
        RawStep::Send {
            port: name,
            message,
        } => Step::Send {
            port: port(name)?,
            message: payload(message),
        },
        RawStep::Receive {
            port: name,
            timeout_ns,
        } => Step::Receive {
            port: port(name)?,
            timeout_ticks: ticks(timeout_ns),
        },
        RawStep::Signal { port: name } => Step::Signal { port: port(name)? },
        RawStep::Wait { ports, timeout_ns } => {
            let bits = ports
                .iter()
                .map(|name| 1_u64.checked_shl(u32::try_from(position(name)?).ok()?));
            let mask = bits
                .collect::<Option<Vec<u64>>>()?
                .into_iter()
                .fold(0, |mask, bit| mask | bit);
            Step::Wait {
                mask,
                timeout_ticks: ticks(timeout_ns),
            }
        }
        RawStep::Acknowledge { port: name } => Step::Acknowledge { port: port(name)? },
        RawStep::Sleep { ns } => Step::Sleep { ticks: ns / tick },
        RawStep::Log { message } => Step::Log {
            message: payload(message),
        },
        RawStep::Touch { address, access } => Step::Touch {
            address: *address,
            access: *access,
        },
        RawStep::Loop { times } => Step::Loop { times: *times },
        RawStep::End => Step::End,
        RawStep::Exit => Step::Exit,
    })
}

fn payload(raw: &RawPayload) -> Payload {
    match raw {
        RawPayload::Text(text) => Payload::Text(text.clone().into_bytes()),
        RawPayload::Numbered(text) => Payload::Numbered(text.clone().into_bytes()),
        RawPayload::Received => Payload::Received,
    }
}
