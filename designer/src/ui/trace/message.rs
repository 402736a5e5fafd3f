//! The selected event in full: its fields, where its message went, and the bytes.

use std::fmt::Write;

use septum_simulator::event::EventKind;
use septum_simulator::system_call::SystemCall;

use crate::trace::describe::{self, count_bytes, detail, duration};
use crate::trace::kind::Kind;
use crate::trace::source;
use crate::ui::look::Look;

use super::Trace;
use super::paint::Role;

/// The lines of the panel with their roles.
#[must_use]
pub(super) fn lines(trace: &Trace, width: u16, look: Look) -> Vec<(String, Role)> {
    if let Some(call) = trace.call().filter(|_| trace.event().is_none()) {
        return call_lines(trace, &call);
    }
    let Some(event) = trace
        .selected
        .and_then(|event| trace.recording.event(event))
    else {
        return vec![("no event is selected".to_owned(), Role::Faint)];
    };
    let row = Kind::of(&event.kind).row();
    let who = event
        .partition
        .as_deref()
        .map_or(String::new(), |name| format!("{name}: "));
    let mut lines = vec![(format!("{who}{}", row.name), Role::Heading)];
    let call = trace.call().filter(|_| row.call);
    let words = call.iter().map(describe::call).chain(carried(trace, look));
    for text in words {
        let wrapped = wrap(&text, width).into_iter();
        lines.extend(wrapped.map(|line| (line, Role::Text)));
    }
    let dumped = dump(event.kind.bytes(), width).into_iter();
    lines.extend(dumped.map(|line| (line, Role::Text)));
    lines
}

/// What the selected event carries beside bytes, in words.
fn carried(trace: &Trace, look: Look) -> Vec<String> {
    let Some(event) = trace
        .selected
        .and_then(|event| trace.recording.event(event))
    else {
        return Vec::new();
    };
    let bytes = count_bytes(event.kind.bytes().len());
    match &event.kind {
        EventKind::Send {
            channel,
            port,
            status,
            ..
        }
        | EventKind::Receive {
            channel,
            port,
            status,
            ..
        }
        | EventKind::SampleWrite {
            channel,
            port,
            status,
            ..
        }
        | EventKind::SampleRead {
            channel,
            port,
            status,
            ..
        } => {
            let mut lines = vec![
                format!("channel {channel}, port {port}"),
                format!("{bytes}, {status}"),
            ];
            lines.extend(age(&event.kind));
            lines.extend(journey(trace, look));
            lines
        }
        EventKind::Log { status, .. } => vec![format!("{bytes}, {status}")],
        EventKind::Fault { .. } => fault(trace, &event.kind),
        other => {
            let text = detail(other, None);
            let row = Kind::of(other).row();
            vec![if text.is_empty() {
                row.meaning.to_owned()
            } else {
                text
            }]
        }
    }
}

/// A fault, where it was, and what was done about it.
fn fault(trace: &Trace, event: &EventKind) -> Vec<String> {
    let EventKind::Fault { pc, .. } = event else {
        return Vec::new();
    };
    let memory = &trace.recording.layout().memory;
    let what = memory.fault(trace.lane(), event);
    let sources = &trace.recording.layout().sources;
    let line = sources.of_fault(trace.lane(), event).and_then(Result::ok);
    let line = line.map_or(String::new(), |line| format!(", {}", source::words(line)));
    let place = format!("pc {pc:#x}{line}");
    what.into_iter()
        .chain([place])
        .chain(describe::reaction(event))
        .collect()
}

/// How old a value was that was read.
fn age(event: &EventKind) -> Option<String> {
    match event {
        EventKind::SampleRead {
            age_ns: Some(age_ns),
            ..
        } => Some(format!("{} old", duration(*age_ns))),
        _ => None,
    }
}

/// A system call that made no event.
fn call_lines(trace: &Trace, call: &SystemCall) -> Vec<(String, Role)> {
    let partitions = &trace.recording.layout().partitions;
    let who = call
        .registers
        .partition
        .and_then(|lane| partitions.get(lane));
    let who = who.map_or("", String::as_str);
    vec![
        (format!("{who}: system call"), Role::Heading),
        (describe::call(call), Role::Text),
    ]
}

/// How the message got from its sender to its receiver.
fn journey(trace: &Trace, look: Look) -> Option<String> {
    let message = trace.recording.messages().of(trace.selected?)?;
    let name = |lane: usize| trace.recording.layout().partitions.get(lane);
    let arrow = if look.unicode { '→' } else { '>' };
    let (from, to) = (name(message.from)?, name(message.to)?);
    let took = match message.received_ns {
        Some(received_ns) => format!("after {}", duration(received_ns - message.sent_ns)),
        None => "still on its way".to_owned(),
    };
    Some(format!("{from} {arrow} {to} {took}"))
}

/// The text in lines of at most so many columns, broken between words.
pub(super) fn wrap(text: &str, width: u16) -> Vec<String> {
    let width = usize::from(width.max(1));
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last().map_or(0, |line| line.chars().count());
        if line > 0 && line + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

/// Bytes in hexadecimal and as text: 16 or 8 to a line, or 8 in groups of 4 where there is
/// little room.
fn dump(bytes: &[u8], width: u16) -> Vec<String> {
    let (each, group) = match width {
        0..38 => (8, 4),
        38..70 => (8, 1),
        _ => (16, 1),
    };
    let line = |(number, chunk): (usize, &[u8])| {
        let mut line = format!("{:04x}", number * each);
        for (position, byte) in chunk.iter().enumerate() {
            let gap = if position % group == 0 { " " } else { "" };
            let _ = write!(line, "{gap}{byte:02x}");
        }
        let text: String = chunk.iter().map(|byte| printable(*byte)).collect();
        format!("{line:<0$} {text}", 4 + each * 2 + each / group)
    };
    bytes.chunks(each).enumerate().map(line).collect()
}

fn printable(byte: u8) -> char {
    if byte.is_ascii_graphic() || byte == b' ' {
        char::from(byte)
    } else {
        '.'
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::sample::recording;

    #[test]
    fn bytes_are_shown_twice() {
        let bytes: Vec<u8> = (0x1e..0x30).collect();
        assert_eq!(
            dump(&bytes, 40),
            [
                "0000 1e 1f 20 21 22 23 24 25 .. !\"#$%",
                "0008 26 27 28 29 2a 2b 2c 2d &'()*+,-",
                "0010 2e 2f                   ./",
            ]
        );
        assert_eq!(dump(&bytes, 31)[1], "0008 26272829 2a2b2c2d &'()*+,-");
        assert!(dump(&bytes, 31).iter().all(|line| line.len() <= 31));
        assert_eq!(dump(&bytes, 80).len(), 2);
        assert!(dump(&[], 80).is_empty());
    }

    #[test]
    fn text_is_broken_between_words() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("unbreakable", 4), ["unbreakable"]);
    }

    #[test]
    fn a_fault_says_what_lies_where_it_went() {
        let mut trace = Trace {
            recording: recording(1),
            ..Trace::default()
        };
        let fault = crate::trace::describe::tests::one_of_each();
        let fault = fault
            .iter()
            .find(|it| matches!(it, EventKind::Fault { .. }))
            .expect("one of each")
            .clone();
        let event = crate::trace::sample::event(800_000, "pong", fault);
        let registers = crate::trace::sample::registers(12, "pong");
        trace.recording.push(&event, &registers);
        trace.select(12);
        let look = Look {
            unicode: true,
            colour: true,
        };
        let lines: Vec<String> = lines(&trace, 60, look).into_iter().map(|it| it.0).collect();
        assert_eq!(
            lines,
            [
                "pong: fault",
                "store page fault at 0x80000000 (kernel.code)",
                "pc 0x1000",
                "halted",
            ]
        );
    }

    #[test]
    fn a_message_says_where_it_went() {
        let look = Look {
            unicode: false,
            colour: false,
        };
        let mut trace = Trace {
            recording: recording(1),
            ..Trace::default()
        };
        trace.select(8);
        let lines: Vec<String> = lines(&trace, 40, look)
            .into_iter()
            .map(|line| line.0)
            .collect();
        assert_eq!(
            lines,
            [
                "pong: receive",
                "channel request, port in",
                "7 bytes, ok",
                "ping > pong after 560 us",
                "0000 68 65 6c 6c 6f 20 30    hello 0",
            ]
        );
        trace.select(9);
        assert!(
            super::lines(&trace, 40, look)
                .iter()
                .any(|it| it.0.contains("still on its way"))
        );
        trace.select(1);
        assert_eq!(super::lines(&trace, 40, look)[1].0, "the partition runs");
    }
}
