//! A long trace: what ten million events take, and how long a look at them takes.

use std::time::Instant;

use anyhow::{bail, ensure};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use septum_simulator::cpu::{Privilege, Registers};
use septum_simulator::event::{Event, EventKind};
use septum_simulator::name::Name;

use crate::trace::kind::{Kind, KindSet};
use crate::trace::layout::{Connection, Layout, PlannedWindow};
use crate::trace::query::Names;
use crate::trace::recording::Recording;
use crate::trace::store::Way;
use crate::trace::wanted::Wanted;
use crate::ui::look::Look;
use crate::ui::trace::span::Span;
use crate::ui::trace::{Phase, Trace, view};

use super::table::{Row, Table};

const EVENTS: u32 = 10_000_000;
/// The worst of so many looks counts.
const LOOKS: usize = 200;
/// A large terminal.
const SCREEN: Rect = Rect::new(0, 0, 200, 60);
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
    let mut trace = filled(events)?;
    let each_ns = 1e9 * start.elapsed().as_secs_f64() / f64::from(events);
    let spilled = usize::try_from(trace.recording.spilled_bytes())?;
    let [chunks, known] = trace.recording.resident_bytes();
    let each = |bytes| kibibytes(bytes) * 1024.0 / f64::from(events);
    let of = format!("{events} events");
    let row = |name, value, unit, bar, what| {
        Row::at_most(name, value, unit, bar, &format!("{what} {of}"))
    };
    let mut rows = vec![
        row("take_in", each_ns, "ns", 2_000.0, "each of"),
        row(
            "event_size",
            each(chunks + spilled),
            "byte",
            64.0,
            "each of",
        ),
        row(
            "memory",
            kibibytes(chunks) / 1024.0,
            "MiB",
            65.0,
            "what is not on disk of",
        ),
        row(
            "index_size",
            each(known),
            "byte",
            64.0,
            "what is known without the disk of each of",
        ),
    ];
    for look in LOOKS_AT {
        let ms = worst(&mut trace, look.times, look.does)?;
        let measured = row(
            look.name,
            ms,
            "ms",
            look.bar_ms.unwrap_or_default(),
            look.what,
        );
        rows.push(match look.bar_ms {
            Some(_) => measured,
            None => Row {
                bar: None,
                met: None,
                ..measured
            },
        });
    }
    Ok(rows)
}

/// Something that a user does with a trace.
struct LookAt {
    name: &'static str,
    what: &'static str,
    /// How often; the longest time counts.
    times: usize,
    /// How long it may take, in milliseconds; `None` where nothing was promised.
    bar_ms: Option<f64>,
    does: fn(&mut Trace, usize) -> anyhow::Result<()>,
}

const fn look_at(
    name: &'static str,
    what: &'static str,
    (times, bar_ms): (usize, Option<f64>),
    does: fn(&mut Trace, usize) -> anyhow::Result<()>,
) -> LookAt {
    LookAt {
        name,
        what,
        times,
        bar_ms,
        does,
    }
}

/// What is measured, in this order.
const LOOKS_AT: [LookAt; 7] = [
    look_at(
        "open",
        "the whole run and the end of",
        (1, Some(1_000.0)),
        open,
    ),
    look_at(
        "frame_worst",
        "any span of time in",
        (LOOKS, Some(16.0)),
        frame,
    ),
    look_at(
        "jump_worst",
        "the next of a kind, rare or not, in",
        (LOOKS, Some(10.0)),
        jump,
    ),
    look_at(
        "find_worst",
        "the next of an expression in",
        (LOOKS, Some(10.0)),
        find,
    ),
    look_at(
        "filter",
        "a list of the messages alone of",
        (1, None),
        filter,
    ),
    look_at(
        "filtered_worst",
        "any span of time, with that list, in",
        (LOOKS, Some(16.0)),
        frame,
    ),
    look_at(
        "search",
        "a message that there is not, in",
        (1, None),
        search,
    ),
];

/// Frames in which one partition sends and another one receives, with one fault in the middle.
fn filled(events: u32) -> anyhow::Result<Trace> {
    let mut recording = Recording::new(layout());
    let mut registers = registers();
    let mut frame = frame_events();
    let mut fault = event("pong", EventKind::DeniedCall { number: 77 });
    let length = u32::try_from(frame.len())?;
    for number in 0..events {
        let event = match number {
            middle if middle == events / 2 => &mut fault,
            _ => &mut frame[usize::try_from(number % length)?],
        };
        event.time_ns = STEP_NS * u64::from(number);
        event.instructions += 100;
        if let EventKind::Send { bytes, .. } = &mut event.kind {
            let mut message = [0; 16];
            message[..4].copy_from_slice(&number.to_le_bytes());
            *bytes = message.into();
        }
        registers.x[10] = number.into();
        recording.push(event, &registers);
    }
    if let Some(reason) = recording.lack_of_room() {
        bail!("{reason}");
    }
    Ok(Trace {
        recording,
        phase: Phase::Paused,
        ..Trace::default()
    })
}

/// Two partitions and a channel.
fn layout() -> Layout {
    Layout {
        partitions: vec!["ping".to_owned(), "pong".to_owned()],
        channels: vec![Connection {
            name: "request".to_owned(),
            from: 0,
            to: 1,
        }],
        windows: vec![PlannedWindow {
            span_ns: 0..8 * STEP_NS,
            partitions: vec![0, 1],
        }],
        major_frame_ns: 8 * STEP_NS,
        ..Layout::default()
    }
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
fn frame_events() -> Vec<Event> {
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
fn worst(
    trace: &mut Trace,
    looks: usize,
    look: fn(&mut Trace, usize) -> anyhow::Result<()>,
) -> anyhow::Result<f64> {
    let mut worst = 0.0_f64;
    for number in 0..looks {
        let start = Instant::now();
        look(trace, number)?;
        worst = worst.max(1e3 * start.elapsed().as_secs_f64());
    }
    Ok(worst)
}

/// A place of the trace for a look, all over it.
fn place(trace: &Trace, look: usize) -> usize {
    look * 7_919 % LOOKS * (trace.recording.len() / LOOKS)
}

/// Draws the trace view.
fn draw(trace: &Trace) -> anyhow::Result<()> {
    let mut buffer = Buffer::empty(SCREEN);
    let look = Look {
        unicode: true,
        colour: true,
    };
    view::draw(trace, false, look, SCREEN, &mut buffer);
    ensure!(trace.recording.loss().is_none(), "a chunk was not read");
    Ok(())
}

/// Draws the whole run and its end.
fn open(trace: &mut Trace, _: usize) -> anyhow::Result<()> {
    trace.fit();
    trace.go_to_end(Way::Forwards);
    draw(trace)
}

/// Draws a span of time around an event; each look has another length, from one major frame to
/// the whole run.
fn frame(trace: &mut Trace, look: usize) -> anyhow::Result<()> {
    let zooms = u32::try_from(look % 11)?;
    let length_ns = (8 * STEP_NS).saturating_mul(5_u64.pow(zooms));
    let length_ns = length_ns.min(trace.recording.time_ns().max(1));
    trace.select(place(trace, look));
    let start_ns = trace.cursor_ns.saturating_sub(length_ns / 2);
    trace.span = Span::covering(&(start_ns..start_ns + length_ns));
    draw(trace)
}

/// Shows a list of messages alone.
fn filter(trace: &mut Trace, _: usize) -> anyhow::Result<()> {
    let messages = KindSet::NONE.toggled(Kind::Send).toggled(Kind::Receive);
    trace.show(messages.into());
    draw(trace)
}

/// Jumps to the next send, and to the only denied call.
fn jump(trace: &mut Trace, look: usize) -> anyhow::Result<()> {
    let (end, from) = (trace.recording.len(), place(trace, look));
    trace.selected = Some(from);
    let next = |kind, way| trace.next_of(&KindSet::NONE.toggled(kind).into(), way);
    ensure!(
        next(Kind::Send, Way::Forwards).is_some(),
        "there is no send"
    );
    let way = match from < end / 2 {
        true => Way::Forwards,
        false => Way::Backwards,
    };
    let rare = next(Kind::DeniedCall, way).or(Some(from));
    ensure!(rare == Some(end / 2), "the only denied call is at {rare:?}");
    Ok(())
}

/// Jumps to the next message of a certain content.
fn find(trace: &mut Trace, look: usize) -> anyhow::Result<()> {
    trace.selected = Some(place(trace, look));
    let wanted = Wanted::read("send && bytes[0] == 2", &Names::default())?;
    let found = trace.next_of(&wanted, Way::Forwards);
    ensure!(found.is_some(), "there is no such message");
    Ok(())
}

/// Looks into every message for one that there is not.
fn search(trace: &mut Trace, _: usize) -> anyhow::Result<()> {
    trace.selected = None;
    let wanted = Wanted::read("send && length == 17", &Names::default())?;
    let found = trace.next_of(&wanted, Way::Forwards);
    ensure!(found.is_none(), "there is such a message");
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
            "index_size",
            "open",
            "frame_worst",
            "jump_worst",
            "find_worst",
            "filter",
            "filtered_worst",
            "search",
        ];
        assert_eq!(names, expected);
        let size = rows[1].value.unwrap();
        assert!((41.0..64.0).contains(&size), "{size}");
    }
}
