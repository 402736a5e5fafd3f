//! From a spec without errors to a [`System`]: names become indices, times ticks.

mod step;

use super::ports::{Behind, Port as RawPort, Ports};
use crate::programs::Programs;
use crate::spec::{
    RawChannelKind, RawEnd, RawHealth, RawMachine, RawMemory, RawPartition, RawProgram,
    RawSchedule, RawSystem,
};
use crate::system::{
    Channel, ChannelIndex, ChannelKind, DeviceIndex, End, Health, MAX_HARTS, Machine, Memory,
    MemoryGrant, Partition, PartitionIndex, Port, PortIndex, PortKind, Program, Schedule, System,
    Window,
};

/// The system; `None` where a rule that should have found an error did not.
pub(super) fn lower(raw: &RawSystem, ports: &Ports<'_>, programs: &Programs) -> Option<System> {
    let machine = machine(&raw.machine);
    let tick = machine.ns_per_tick();
    let indices = 0..raw.partitions.len();
    Some(System {
        name: raw.name.clone(),
        seed: raw.seed,
        partitions: indices
            .map(|i| partition(raw, ports.of(i)?, programs, tick, i))
            .collect::<Option<_>>()?,
        channels: (0..raw.channels.len())
            .map(|i| channel(raw, ports, tick, i))
            .collect::<Option<_>>()?,
        memories: raw
            .memories
            .iter()
            .map(|it| memory(raw, it))
            .collect::<Option<_>>()?,
        schedules: raw
            .schedules
            .iter()
            .map(|it| schedule(raw, it, tick))
            .collect::<Option<_>>()?,
        machine,
    })
}

/// The machine.
pub(super) fn machine(raw: &RawMachine) -> Machine {
    Machine {
        name: raw.name.clone(),
        harts: usize::try_from(raw.harts).unwrap_or(MAX_HARTS),
        timebase_hz: raw.timebase_hz,
        ns_per_instruction: raw.ns_per_instruction,
        ram: raw.ram.clone(),
        devices: raw.devices.clone(),
        isolation: raw.isolation,
        sstc: raw.sstc,
    }
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

fn channel(raw: &RawSystem, ports: &Ports<'_>, tick: u64, index: usize) -> Option<Channel> {
    let channel = raw.channels.get(index)?;
    let kind = match channel.kind {
        RawChannelKind::Queuing {
            message_bytes,
            depth,
        } => ChannelKind::Queuing {
            message_bytes: u32::try_from(message_bytes).ok()?,
            depth: u32::try_from(depth).ok()?,
        },
        RawChannelKind::Sampling {
            message_bytes,
            validity_ns,
        } => ChannelKind::Sampling {
            message_bytes: u32::try_from(message_bytes).ok()?,
            validity_ticks: validity_ns / tick,
        },
        RawChannelKind::Signal => ChannelKind::Signal,
    };
    Some(Channel {
        name: channel.name.clone(),
        kind,
        from: end(raw, ports, &channel.from, Behind::Out(index))?,
        to: end(raw, ports, &channel.to, Behind::In(index))?,
    })
}

fn memory(raw: &RawSystem, memory: &RawMemory) -> Option<Memory> {
    let grants = memory.grants.iter().map(|grant| {
        Some(MemoryGrant {
            partition: partition_index(raw, &grant.partition)?,
            write: grant.write,
        })
    });
    Some(Memory {
        name: memory.name.clone(),
        size_bytes: memory.size_bytes,
        grants: grants.collect::<Option<_>>()?,
    })
}

fn schedule(raw: &RawSystem, schedule: &RawSchedule, tick: u64) -> Option<Schedule> {
    let mut start_ticks = 0;
    let mut windows = Vec::new();
    for window in &schedule.windows {
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
    Some(Schedule {
        name: schedule.name.clone(),
        major_frame_ticks: schedule.major_frame_ns / tick,
        windows,
    })
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
        deadline_ticks: partition.deadline_ns.map(|ns| ns / tick),
        health: health(&partition.health, tick),
    })
}

fn health(raw: &RawHealth, tick: u64) -> Health {
    let restart = raw.restart;
    let action = |cause| raw.action(cause);
    Health::new(action, restart.limit, restart.backoff_ns / tick)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dhall::load_text;
    use crate::system::{FaultCause, HealthAction};

    const TEXT: &str = r#"
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

let window =
      \(us : Natural) ->
      \(partition : Text) ->
        Septum.Window::{ duration_ns = Septum.us us, partitions = [ partition ] }

in  Septum.System::{
    , name = "watched"
    , partitions =
      [ Septum.Partition::{
        , name = "sensor"
        , program = idle
        , deadline_ns = Some (Septum.us 300)
        , health = Septum.Health::{
          , stack_overflow = Septum.HealthAction.Restart
          , application_error = Septum.HealthAction.SafeMode
          , restart = { limit = None Natural, backoff_ns = Septum.us 7 }
          }
        }
      , Septum.Partition::{
        , name = "monitor"
        , program = idle
        , permissions = Septum.Permissions::{ manage = True }
        }
      ]
    , channels =
      [ Septum.Channel::{
        , name = "height"
        , kind =
            Septum.ChannelKind.Sampling
              { message_bytes = 24, validity_ns = Septum.ms 3 }
        , from = Septum.end "sensor" "height"
        , to = Septum.end "monitor" "height"
        }
      ]
    , memories =
      [ Septum.Memory::{
        , name = "map"
        , size_bytes = Septum.KiB 8
        , grants =
          [ { partition = "monitor", write = False }
          , { partition = "sensor", write = True }
          ]
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = Septum.us 900
        , windows = [ window 500 "sensor", window 400 "monitor" ]
        }
      , Septum.Schedule::{
        , name = "safe"
        , major_frame_ns = Septum.us 200
        , windows = [ window 200 "monitor" ]
        }
      ]
    }
"#;

    fn watched() -> System {
        let loaded = load_text(TEXT);
        let raw = loaded.raw.expect("is a design");
        lower(&raw, &Ports::new(&raw), &Programs::new()).expect("has no errors")
    }

    #[test]
    fn times_become_ticks() {
        let system = watched();
        let (sensor, monitor) = (&system.partitions[0], &system.partitions[1]);
        assert_eq!(sensor.deadline_ticks, Some(3_000));
        assert_eq!(monitor.deadline_ticks, None);
        assert_eq!(sensor.health.backoff_ticks, 70);
        let sampling = ChannelKind::Sampling {
            message_bytes: 24,
            validity_ticks: 30_000,
        };
        assert_eq!(system.channels[0].kind, sampling);
    }

    #[test]
    fn every_cause_has_its_action() {
        let system = watched();
        let actions: Vec<_> = system.partitions[0].health.actions().collect();
        let expected = [
            (FaultCause::MemoryViolation, HealthAction::Halt),
            (FaultCause::IllegalRequest, HealthAction::Halt),
            (FaultCause::HardwareFault, HealthAction::Halt),
            (FaultCause::StackOverflow, HealthAction::Restart),
            (FaultCause::DeadlineMissed, HealthAction::Ignore),
            (FaultCause::ApplicationError, HealthAction::SafeMode),
        ];
        assert_eq!(actions, expected);
        let limits = system.partitions.iter().map(|it| it.health.restart_limit);
        assert_eq!(limits.collect::<Vec<_>>(), [None, Some(3)]);
        assert_eq!(system.monitor(), Some(PartitionIndex::new(1)));
    }

    #[test]
    fn memories_keep_the_order_of_their_rights() {
        let grant = |partition, write| MemoryGrant {
            partition: PartitionIndex::new(partition),
            write,
        };
        let map = Memory {
            name: "map".to_owned(),
            size_bytes: 8192,
            grants: vec![grant(1, false), grant(0, true)],
        };
        assert_eq!(watched().memories, [map]);
    }

    #[test]
    fn each_schedule_has_its_own_frame() {
        let system = watched();
        let (frame, windows) = (system.major_frame_ticks(), system.windows());
        assert_eq!((frame, windows.len()), (9_000, 2));
        assert_eq!(windows[1].start_ticks, 5_000);
        let safe = system.safe_schedule().expect("there are two");
        assert_eq!(
            (safe.name.as_str(), safe.major_frame_ticks),
            ("safe", 2_000)
        );
        let window = Window {
            start_ticks: 0,
            duration_ticks: 2_000,
            partitions: vec![PartitionIndex::new(1)],
        };
        assert_eq!(safe.windows, [window]);
    }
}
