//! Designs made in Rust, through the same checker as those from Dhall.

use septum_core::check::check;
use septum_core::dhall::defaults;
use septum_core::places::Places;
use septum_core::plan::{Plan, plan};
use septum_core::spec::{
    FORMAT, RawChannel, RawChannelKind, RawEnd, RawPartition, RawPayload, RawPermissions,
    RawProgram, RawSchedule, RawStep, RawSystem, RawWindow,
};

/// A partition that plays these steps.
pub(crate) fn partition(name: &str, steps: Vec<RawStep>) -> RawPartition {
    RawPartition {
        name: name.to_owned(),
        hart: 0,
        program: RawProgram::Model(steps),
        stack_bytes: 0x1000,
        log_bytes: 0x1000,
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

pub(crate) fn channel(name: &str, from: (&str, &str), to: (&str, &str)) -> RawChannel {
    let end = |(partition, port): (&str, &str)| RawEnd {
        partition: partition.to_owned(),
        port: port.to_owned(),
    };
    RawChannel {
        name: name.to_owned(),
        kind: RawChannelKind::Queuing {
            message_bytes: 64,
            depth: 4,
        },
        from: end(from),
        to: end(to),
    }
}

/// These partitions with a window of 200 us for each group.
pub(crate) fn system(
    partitions: Vec<RawPartition>,
    channels: Vec<RawChannel>,
    groups: &[&[&str]],
) -> RawSystem {
    let window = |group: &&[&str]| RawWindow {
        hart: 0,
        duration_ns: 200_000,
        partitions: group.iter().map(|name| (*name).to_owned()).collect(),
    };
    let windows: Vec<RawWindow> = groups.iter().map(window).collect();
    RawSystem {
        format: FORMAT,
        name: "test".to_owned(),
        seed: 0,
        machine: defaults().system.machine.clone(),
        partitions,
        channels,
        memories: Vec::new(),
        schedules: vec![RawSchedule {
            name: "only".to_owned(),
            major_frame_ns: windows.iter().map(|window| window.duration_ns).sum(),
            windows,
        }],
        rules: Vec::new(),
    }
}

/// The plan of a design without errors.
pub(crate) fn planned(raw: &RawSystem) -> Plan {
    planned_with(raw, &[])
}

/// The plan of a design without errors, with these program files.
pub(crate) fn planned_with(raw: &RawSystem, files: &[(&str, &[u8])]) -> Plan {
    let file = |(path, bytes): &(&str, &[u8])| ((*path).to_owned(), Ok(bytes.to_vec()));
    let programs = files.iter().map(file).collect();
    let checked = check(raw, &programs, &Places::default());
    let Some(system) = checked.system else {
        panic!("{:#?}", checked.diagnostics)
    };
    plan(&system).expect("checked")
}

pub(crate) fn log(text: &str) -> RawStep {
    RawStep::Log {
        message: RawPayload::Text(text.to_owned()),
    }
}

pub(crate) fn numbered(text: &str) -> RawStep {
    RawStep::Log {
        message: RawPayload::Numbered(text.to_owned()),
    }
}

pub(crate) fn forever(steps: Vec<RawStep>) -> Vec<RawStep> {
    let begin = RawStep::Loop { times: None };
    std::iter::once(begin)
        .chain(steps)
        .chain([RawStep::End])
        .collect()
}

pub(crate) fn sleep(ns: u64) -> RawStep {
    RawStep::Sleep { ns }
}

pub(crate) fn send(port: &str, text: &str) -> RawStep {
    RawStep::Send {
        port: port.to_owned(),
        message: RawPayload::Numbered(text.to_owned()),
    }
}

pub(crate) fn receive(port: &str) -> RawStep {
    RawStep::Receive {
        port: port.to_owned(),
        timeout_ns: None,
    }
}

pub(crate) fn log_received() -> RawStep {
    RawStep::Log {
        message: RawPayload::Received,
    }
}

/// Two partitions that send each other numbered messages.
pub(crate) fn ping_pong() -> RawSystem {
    let ping = forever(vec![
        send("out", "ping "),
        receive("in"),
        log_received(),
        sleep(500_000),
    ]);
    let pong = forever(vec![receive("in"), log_received(), send("out", "pong ")]);
    system(
        vec![partition("ping", ping), partition("pong", pong)],
        vec![
            channel("there", ("ping", "out"), ("pong", "in")),
            channel("back", ("pong", "out"), ("ping", "in")),
        ],
        &[&["ping"], &["pong"]],
    )
}
