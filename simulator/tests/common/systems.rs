//! Whole systems, made from a spec in Rust: checked, planned and built like any other.

use septum_core::check::check;
use septum_core::dhall::defaults;
use septum_core::image::{self, Image};
use septum_core::places::Places;
use septum_core::plan::{Plan, plan};
use septum_core::programs::Programs;
use septum_core::scenario::{Exchange, Scenario};
use septum_core::spec::{
    FORMAT, RawChannel, RawChannelKind, RawEnd, RawInterrupt, RawIsolation, RawMachine, RawMmu,
    RawPartition, RawPayload, RawPermissions, RawProgram, RawRange, RawSchedule, RawStep,
    RawSystem, RawWindow,
};
use septum_simulator::event::{Event, EventKind};
use septum_simulator::simulation::{Outcome, Simulation};

/// What is in RAM before the image is loaded, where a test wants something to be there.
pub(crate) const GARBAGE: u8 = 0xaa;

/// A millisecond in nanoseconds.
pub(crate) const MS: u64 = 1_000_000;

/// The package's `qemu-virt` with eight mebibytes of RAM.
fn machine() -> RawMachine {
    RawMachine {
        ram: vec![RawRange {
            base: super::RAM,
            size_bytes: 0x80_0000,
        }],
        ..defaults().system.machine.clone()
    }
}

/// A modelled partition that may log and read the clock.
pub(crate) fn model(name: &str, steps: Vec<RawStep>) -> RawPartition {
    RawPartition {
        name: name.to_owned(),
        hart: 0,
        program: RawProgram::Model(steps),
        stack_bytes: 4096,
        log_bytes: 4096,
        devices: Vec::new(),
        interrupts: Vec::new(),
        permissions: RawPermissions {
            log: true,
            clock: true,
            manage: false,
            safe_mode: false,
        },
        deadline_ns: None,
        health: defaults().partition.health,
    }
}

/// `a.b` is port `b` of partition `a`.
pub(crate) fn channel(name: &str, kind: RawChannelKind, from: &str, to: &str) -> RawChannel {
    let end = |text: &str| {
        let (partition, port) = text.split_once('.').expect("partition.port");
        RawEnd {
            partition: partition.to_owned(),
            port: port.to_owned(),
        }
    };
    RawChannel {
        name: name.to_owned(),
        kind,
        from: end(from),
        to: end(to),
    }
}

pub(crate) fn queuing(message_bytes: u64, depth: u64) -> RawChannelKind {
    RawChannelKind::Queuing {
        message_bytes,
        depth,
    }
}

/// A system with one schedule; windows are (length in nanoseconds, partitions).
pub(crate) fn system(
    partitions: Vec<RawPartition>,
    channels: Vec<RawChannel>,
    windows: &[(u64, &[&str])],
) -> RawSystem {
    let window = |(duration_ns, names): &(u64, &[&str])| RawWindow {
        hart: 0,
        duration_ns: *duration_ns,
        partitions: names.iter().map(|name| (*name).to_owned()).collect(),
    };
    RawSystem {
        format: FORMAT,
        name: "test".to_owned(),
        seed: 0,
        machine: machine(),
        partitions,
        channels,
        memories: Vec::new(),
        schedules: vec![RawSchedule {
            name: "main".to_owned(),
            major_frame_ns: windows.iter().map(|(duration_ns, _)| duration_ns).sum(),
            windows: windows.iter().map(window).collect(),
        }],
        rules: Vec::new(),
    }
}

/// How a machine without an MMU isolates.
pub(crate) const fn pmp_alone(pmp_entries: u64, pmp_grain_bytes: u64) -> RawIsolation {
    RawIsolation {
        mmu: RawMmu::Bare,
        asid_bits: 0,
        pmp_entries,
        pmp_grain_bytes,
    }
}

/// Checks, plans and builds; every finding is a failure of the test.
pub(crate) fn build(raw: &RawSystem, programs: &Programs) -> (Plan, Image) {
    let checked = check(raw, programs, &Places::default());
    let system = checked
        .system
        .unwrap_or_else(|| panic!("{:#?}", checked.diagnostics));
    let plan = plan(&system).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let image = image::build(&plan);
    (plan, image)
}

/// Boots a system of models without input.
pub(crate) fn boot(raw: &RawSystem) -> Simulation {
    let (plan, image) = build(raw, &Programs::default());
    Simulation::boot(&plan, &image, &Scenario::default()).expect("it boots")
}

/// The events of a system of models up to a time.
pub(crate) fn events(raw: &RawSystem, until_ns: u64) -> Vec<Event> {
    let mut simulation = boot(raw);
    let outcome = simulation.run_until(until_ns).expect("the engine holds");
    assert_eq!(
        outcome,
        Outcome::Reached,
        "{:?}",
        simulation.drain_events().last()
    );
    simulation.drain_events()
}

/// An event in one line: what a person would want to see of it.
pub(crate) fn line(event: &Event) -> String {
    let kind = serde_json::to_value(&event.kind).expect("events are plain data");
    let fields = kind.as_object().expect("an event is an object").iter();
    let shown = fields
        .filter(|(name, _)| *name != "event")
        .map(|(name, value)| {
            let bytes: Option<Vec<u8>> =
                (name == "bytes").then(|| serde_json::from_value(value.clone()).expect("bytes"));
            match bytes {
                Some(bytes) => format!(" {name}={:?}", String::from_utf8_lossy(&bytes)),
                None => format!(" {name}={value}"),
            }
        });
    let who = event.partition.as_deref().unwrap_or("-");
    let what = kind["event"].as_str().expect("the tag").to_owned();
    let (time_ns, instructions) = (event.time_ns, event.instructions);
    format!(
        "{time_ns:>9} {instructions:>7} {who:<6} {what}{}",
        shown.collect::<String>()
    )
}

/// Whether an event is part of a partition's own trace.
pub(crate) fn is_of(event: &Event, partition: &str) -> bool {
    event.partition.as_deref() == Some(partition)
}

/// The first event of a partition that satisfies a condition.
pub(crate) fn find<'a>(
    events: &'a [Event],
    partition: &str,
    wanted: impl Fn(&EventKind) -> bool,
) -> &'a Event {
    let mut own = events.iter().filter(|event| is_of(event, partition));
    own.find(|event| wanted(&event.kind))
        .unwrap_or_else(|| panic!("no such event of {partition}"))
}

/// Two partitions that send a number to and fro.
pub(crate) fn ping_pong() -> RawSystem {
    let ping = vec![
        RawStep::Loop { times: None },
        RawStep::Compute { ns: 10_000 },
        RawStep::Send {
            port: "out".into(),
            message: RawPayload::Numbered("ping ".into()),
        },
        RawStep::Receive {
            port: "in".into(),
            timeout_ns: None,
        },
        RawStep::Log {
            message: RawPayload::Received,
        },
        RawStep::Sleep { ns: 300_000 },
        RawStep::End,
    ];
    let pong = vec![
        RawStep::Loop { times: None },
        RawStep::Receive {
            port: "in".into(),
            timeout_ns: None,
        },
        RawStep::Compute { ns: 20_000 },
        RawStep::Send {
            port: "out".into(),
            message: RawPayload::Numbered("pong ".into()),
        },
        RawStep::End,
    ];
    system(
        vec![model("ping", ping), model("pong", pong)],
        vec![
            channel("there", queuing(64, 4), "ping.out", "pong.in"),
            channel("back", queuing(64, 4), "pong.out", "ping.in"),
        ],
        &[(MS, &["ping", "pong"])],
    )
}

/// One exchange of a scenario.
pub(crate) fn exchange(after: &str, send: &str) -> Exchange {
    Exchange {
        after: after.to_owned(),
        send: send.to_owned(),
    }
}

/// An interrupt port on the UART.
pub(crate) fn uart_interrupt(port: &str) -> RawInterrupt {
    RawInterrupt {
        port: port.to_owned(),
        device: "uart".to_owned(),
        source: super::UART_SOURCE,
    }
}
