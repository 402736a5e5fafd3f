//! From a spec without errors to a [`System`]: names become indices, times ticks.

mod step;

use super::ports::{Behind, Port as RawPort, Ports};
use crate::programs::Programs;
use crate::spec::{RawChannelKind, RawEnd, RawPartition, RawProgram, RawSystem};
use crate::system::{
    Channel, ChannelIndex, ChannelKind, DeviceIndex, End, Machine, Partition, PartitionIndex, Port,
    PortIndex, PortKind, Program, System, Window,
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
        seed: raw.seed,
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
        program: program(raw, partition, programs, ports, tick)?,
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
    raw: &RawSystem,
    partition: &RawPartition,
    programs: &Programs,
    ports: &[RawPort<'_>],
    tick: u64,
) -> Option<Program> {
    Some(match &partition.program {
        RawProgram::Elf(path) => Program::Elf {
            path: path.clone(),
            bytes: programs.get(path)?.as_ref().ok()?.clone(),
        },
        RawProgram::Model(steps) => {
            let known = step::Known { raw, ports, tick };
            let steps = steps.iter().map(|raw| known.step(raw));
            Program::Model(steps.collect::<Option<_>>()?)
        }
    })
}
