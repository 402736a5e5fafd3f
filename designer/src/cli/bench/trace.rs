//! A long trace: what ten million events take, and how long a look at them takes.

use std::ops::Range;
use std::time::Instant;

use anyhow::{Context, ensure};
use septum_simulator::cpu::{Privilege, Registers};
use septum_simulator::event::{Event, EventKind};
use septum_simulator::name::Name;

use crate::trace::kind::{Kind, KindSet};
use crate::trace::store::{Budget, Filter, Store, Way};

use super::table::{Row, Table};

const EVENTS: u32 = 10_000_000;
/// The worst of so many looks counts.
const LOOKS: usize = 200;
/// Events that a screen shows.
const SCREEN: usize = 100;
/// Nanoseconds from one event to the next.
const STEP_NS: u64 = 1_000;

/// Measures everything.
///
/// # Errors
/// When there is no room on the disk.
pub(super) fn measure() -> anyhow::Result<Table> {
    let rows = rows(EVENTS)?;
    Ok(Table { rows })
}

fn rows(events: u32) -> anyhow::Result<Vec<Row>> {
    let start = Instant::now();
    let store = filled(events)?;
    let each_ns = 1e9 * start.elapsed().as_secs_f64() / f64::from(events);
    let spilled = usize::try_from(store.spilled_bytes())?;
    let bytes = kibibytes(store.resident_bytes() + spilled) * 1024.0 / f64::from(events);
    let resident = kibibytes(store.resident_bytes()) / 1024.0;
    let end = store.len();
    let open = worst(1, |_| screen(&store, end.saturating_sub(SCREEN)..end))?;
    let range = worst(LOOKS, |look| visible(&store, look))?;
    let jump = worst(LOOKS, |look| jump(&store, look))?;
    let of = format!("{events} events");
    let row = |name, value, unit, bar, what| {
        Row::at_most(name, value, unit, bar, &format!("{what} {of}"))
    };
    Ok(vec![
        row("take_in", each_ns, "ns", 2_000.0, "each of"),
        row("event_size", bytes, "byte", 64.0, "each of"),
        row("memory", resident, "MiB", 65.0, "what is not on disk of"),
        row("open", open, "ms", 16.0, "the last screen of"),
        row(
            "range_worst",
            range,
            "ms",
            16.0,
            "a span of time anywhere in",
        ),
        row(
            "jump_worst",
            jump,
            "ms",
            10.0,
            "the next of a kind, rare or not, in",
        ),
    ])
}

/// Frames in which one partition sends and another one receives, with one fault in the middle.
fn filled(events: u32) -> anyhow::Result<Store> {
    let mut store = Store::new(Budget::default());
    let registers = registers();
    let mut frame = frame();
    let mut fault = event("pong", EventKind::DeniedCall { number: 77 });
    let length = u32::try_from(frame.len())?;
    for number in 0..events {
        let event = match number {
            _ if number == events / 2 => &mut fault,
            _ => &mut frame[usize::try_from(number % length)?],
        };
        event.time_ns = STEP_NS * u64::from(number);
        event.instructions += 100;
        if let EventKind::Send { bytes, .. } = &mut event.kind {
            let mut message = [0; 16];
            message[..4].copy_from_slice(&number.to_le_bytes());
            *bytes = message.into();
        }
        store.push(event, &registers)?;
    }
    Ok(store)
}

/// The registers at every event.
fn registers() -> Registers {
    Registers {
        pc: 0x8000_0000,
        x: [0x8000_1000; 32],
        privilege: Privilege::User,
        partition: Some(0),
    }
}

/// The events of a major frame.
fn frame() -> Vec<Event> {
    let (channel, status) = (Name::fixed("request"), Name::fixed("ok"));
    let send = EventKind::Send {
        channel: channel.clone(),
        port: Name::fixed("out"),
        length: 16,
        bytes: [0; 16].into(),
        status: status.clone(),
    };
    let receive = EventKind::Receive {
        channel,
        port: Name::fixed("in"),
        length: 16,
        bytes: [0; 16].into(),
        status,
    };
    let block = EventKind::Block {
        ports: vec![Name::fixed("in")],
        deadline_ns: None,
    };
    let window = EventKind::Window {
        schedule: 0,
        index: 0,
        frame: 0,
    };
    let mut frame = vec![event("ping", window)];
    frame[0].partition = None;
    let ping = [EventKind::Dispatch, send, block.clone()];
    let pong = [
        EventKind::Wake { timeout: false },
        EventKind::Dispatch,
        receive,
        block,
    ];
    frame.extend(ping.map(|kind| event("ping", kind)));
    frame.extend(pong.map(|kind| event("pong", kind)));
    frame
}

fn event(partition: &str, kind: EventKind) -> Event {
    Event {
        time_ns: 0,
        instructions: 0,
        hart: 0,
        partition: Some(partition.into()),
        kind,
    }
}

/// Milliseconds of the longest of some looks.
fn worst(looks: usize, look: impl Fn(usize) -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let mut worst = 0.0_f64;
    for number in 0..looks {
        let start = Instant::now();
        look(number)?;
        worst = worst.max(1e3 * start.elapsed().as_secs_f64());
    }
    Ok(worst)
}

/// Reads all events of a screen.
fn screen(store: &Store, positions: Range<usize>) -> anyhow::Result<()> {
    for position in positions {
        store.get(position)?.context("an event is missing")?;
    }
    Ok(())
}

/// A place of the trace for a look, all over it.
fn place(store: &Store, look: usize) -> usize {
    look * 7_919 % LOOKS * (store.len() / LOOKS)
}

/// Finds a span of time and reads it.
fn visible(store: &Store, look: usize) -> anyhow::Result<()> {
    let start_ns = STEP_NS * u64::try_from(place(store, look))?;
    let span = store.within(start_ns..start_ns + STEP_NS * u64::try_from(SCREEN)?)?;
    ensure!(span.len() == SCREEN, "a span has {} events", span.len());
    screen(store, span)
}

/// Jumps to the next send and to the only denied call.
fn jump(store: &Store, look: usize) -> anyhow::Result<()> {
    let from = place(store, look);
    let next = |kind, range, way| {
        let filter = Filter::kinds(KindSet::NONE.toggled(kind));
        store.find(&filter, range, way)
    };
    let end = store.len();
    ensure!(
        next(Kind::Send, from..end, Way::Forwards)?.is_some(),
        "there is no send"
    );
    let (range, way) = match from <= end / 2 {
        true => (from..end, Way::Forwards),
        false => (0..from, Way::Backwards),
    };
    let rare = next(Kind::DeniedCall, range, way)?;
    ensure!(rare == Some(end / 2), "the only denied call is at {rare:?}");
    Ok(())
}

/// A number of bytes in kibibytes.
fn kibibytes(bytes: usize) -> f64 {
    u32::try_from(bytes >> 10).map_or(f64::INFINITY, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_trace_is_looked_at_like_a_long_one() {
        let rows = rows(20_000).unwrap();
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        let expected = [
            "take_in",
            "event_size",
            "memory",
            "open",
            "range_worst",
            "jump_worst",
        ];
        assert_eq!(names, expected);
        let size = rows[1].value.unwrap();
        assert!((41.0..64.0).contains(&size), "{size}");
    }
}
