//! A run made by hand, for tests.

use septum_simulator::cpu::{Privilege, Registers};
use septum_simulator::event::{Event, EventKind};
use septum_simulator::system_call::SystemCall;

use super::layout::tests::sample as sample_layout;
use super::recording::Recording;

/// An event of a partition (`""` for the hart).
pub(crate) fn event(time_ns: u64, partition: &str, kind: EventKind) -> Event {
    let partition = (!partition.is_empty()).then(|| partition.into());
    Event {
        time_ns,
        instructions: time_ns / 10,
        hart: 0,
        partition,
        kind,
    }
}

/// A send that worked.
pub(crate) fn send(channel: &str, text: &str) -> EventKind {
    EventKind::Send {
        channel: channel.into(),
        port: "out".into(),
        length: u64::try_from(text.len()).unwrap(),
        bytes: text.as_bytes().into(),
        status: "ok".into(),
    }
}

/// A receive that worked.
pub(crate) fn receive(channel: &str, text: &str) -> EventKind {
    EventKind::Receive {
        channel: channel.into(),
        port: "in".into(),
        length: u64::try_from(text.len()).unwrap(),
        bytes: text.as_bytes().into(),
        status: "ok".into(),
    }
}

fn window(index: usize, frame: u64) -> EventKind {
    EventKind::Window {
        schedule: 0,
        index,
        frame,
    }
}

fn block() -> EventKind {
    EventKind::Block {
        ports: vec!["in".into()],
        deadline_ns: None,
    }
}

/// Registers that say which event they are of.
pub(crate) fn registers(event: usize, partition: &str) -> Registers {
    let number = u64::try_from(event).unwrap();
    let mut x = [0; 32];
    x[10] = number;
    let partition = sample_layout().lane(partition);
    Registers {
        pc: 0x1000 + number * 4,
        x,
        privilege: Privilege::User,
        partition,
    }
}

/// A system call with this number that came to `ok`.
pub(crate) fn call(time_ns: u64, partition: &str, number: u64) -> SystemCall {
    let mut registers = registers(0, partition);
    registers.x[17] = number;
    SystemCall {
        time_ns,
        registers,
        status: Some(0),
    }
}

/// So many major frames in which `ping` sends, `pong` answers and `idle` uses what is left.
pub(crate) fn recording(frames: u64) -> Recording {
    let mut recording = Recording::new(sample_layout());
    for frame in 0..frames {
        frame_of(frame, &mut recording);
    }
    recording.reach(frames * 1_000_000);
    recording
}

fn frame_of(frame: u64, recording: &mut Recording) {
    let start = frame * 1_000_000;
    let text = format!("hello {frame}");
    let happens = [
        (0, "", window(0, frame)),
        (5_000, "ping", EventKind::Dispatch),
        (50_000, "ping", send("request", &text)),
        (60_000, "ping", block()),
        (60_000, "idle", EventKind::Dispatch),
        (600_000, "idle", EventKind::Preempt),
        (600_000, "", window(1, frame)),
        (605_000, "pong", EventKind::Dispatch),
        (610_000, "pong", receive("request", &text)),
        (700_000, "pong", send("reply", &text)),
        (700_100, "ping", EventKind::Wake { timeout: false }),
        (710_000, "pong", block()),
    ];
    for (offset_ns, partition, kind) in happens {
        let registers = registers(recording.len(), partition);
        recording.push(&event(start + offset_ns, partition, kind), &registers);
    }
}
