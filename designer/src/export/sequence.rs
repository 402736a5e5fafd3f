//! The messages of a run as a sequence diagram of Mermaid.

use std::fmt::Write as _;

use septum_abi::call::Status;
use septum_simulator::event::{Event, EventKind};

use super::mermaid::escaped;
use super::run::Run;
use crate::trace::describe::{self, milliseconds, quoted};
use crate::trace::kind::Kind;
use crate::trace::query::field::{channel, status};

/// Rows that a diagram has at most: more of them nobody reads, and Mermaid draws none of a text
/// that is too long.
pub(super) const MOST: usize = 200;
/// Bytes of a message that are shown at most.
const BYTES: usize = 24;

/// The messages, the signals, the faults and the violations that are shown.
#[must_use]
pub fn text(run: &Run) -> String {
    let mut text = String::from("sequenceDiagram\n");
    let partitions = &run.layout().partitions;
    for (lane, name) in partitions.iter().enumerate() {
        let _ = writeln!(text, "  participant p{lane} as {}", escaped(name));
    }
    let rows = || run.shown().filter_map(|(at, event)| row(run, at, event));
    for row in rows().take(MOST) {
        let _ = writeln!(text, "  {row}");
    }
    let left_out = rows().count().saturating_sub(MOST);
    if left_out > 0 {
        let over = everybody(run);
        let _ = writeln!(text, "  Note over {over}: {left_out} more are left out");
    }
    text
}

/// What stands for an event; `None` for those that are no part of the picture.
fn row(run: &Run, at: usize, event: &Event) -> Option<String> {
    match Kind::of(&event.kind) {
        Kind::Send | Kind::SampleWrite | Kind::Signal => arrow(run, at, event),
        Kind::Fault | Kind::Violation => {
            let words = format!("{}: {}", milliseconds(event.time_ns), words(run, at));
            let over = run.lane_of(at);
            let over = over.map_or_else(|| everybody(run), |lane| format!("p{lane}"));
            Some(format!("Note over {over}: {}", escaped(&words)))
        }
        _ => None,
    }
}

/// What happened, with its kind where that is not clear.
fn words(run: &Run, at: usize) -> String {
    let detail = run.detail(at);
    let kind = run.events().get(at).map(|event| &event.kind);
    match kind {
        Some(EventKind::Violation { .. }) => format!("violation, {detail}"),
        _ => detail,
    }
}

/// From the first participant to the last one.
fn everybody(run: &Run) -> String {
    match run.layout().partitions.len() {
        0 | 1 => "p0".to_owned(),
        count => format!("p0,p{}", count - 1),
    }
}

/// A message on its way; one that was refused goes nowhere.
fn arrow(run: &Run, at: usize, event: &Event) -> Option<String> {
    let channel = channel(&event.kind)?;
    let connection = run.layout().connection(channel)?;
    let status = status(&event.kind).filter(|it| *it != Status::Ok.name());
    let is_signal = Kind::of(&event.kind) == Kind::Signal;
    let message = run.messages().of(at);
    let received = message.and_then(|it| it.received_ns).filter(|_| !is_signal);
    let sign = match (status, is_signal, received) {
        (Some(_), _, _) => "-x",
        (None, true, _) => "-)",
        (None, false, Some(_)) => "->>",
        (None, false, None) => "-->>",
    };
    let bytes = event.kind.bytes();
    let what = match (status, is_signal) {
        (Some(status), _) => format!(", {status}"),
        (None, true) => String::new(),
        (None, false) => format!(" {}", shortened(bytes)),
    };
    let time = milliseconds(event.time_ns);
    let took = received.map(|ns| describe::duration(ns.saturating_sub(event.time_ns)));
    let took = took.map_or(String::new(), |took| format!(", received {took} later"));
    let words = escaped(&format!("{time} {channel}{what}{took}"));
    Some(format!(
        "p{}{sign}p{}: {words}",
        connection.from, connection.to
    ))
}

/// The first bytes as text in quotes.
fn shortened(bytes: &[u8]) -> String {
    let shown = bytes.get(..BYTES).unwrap_or(bytes);
    let more = if shown.len() < bytes.len() { "..." } else { "" };
    format!("{}{more}", quoted(shown))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::mermaid::tests::shown;
    use crate::export::sample::{run, starters};

    #[test]
    fn every_message_and_fault_is_a_row_until_there_are_too_many() {
        let kinds = [Kind::Send, Kind::Signal, Kind::Fault];
        for name in starters() {
            for time in ["5ms", "150ms"] {
                let run = run(name, time, None);
                let lanes = run.layout().partitions.len();
                let events = kinds
                    .iter()
                    .map(|it| run.events_of_kind(*it).len())
                    .sum::<usize>();
                let text = text(&run);
                let left_out = events.saturating_sub(MOST);
                let rows = text.lines().count() - 1 - lanes - usize::from(left_out > 0);
                assert_eq!(rows, events.min(MOST), "{name}");
                let said = format!(": {left_out} more are left out\n");
                assert_eq!(text.ends_with(&said), left_out > 0, "{name}");
            }
        }
    }

    #[test]
    fn arrows_say_who_sends_what_to_whom() {
        let text = text(&run("crash-course", "1ms", None));
        let rows: Vec<String> = text.lines().map(shown).collect();
        let expected = [
            "sequenceDiagram",
            "  participant p0 as worker",
            "  participant p1 as reporter",
            "  participant p2 as culprit",
            "  p0->>p1: 0.036404 ms result \"result 1\", received 369.579 us later",
            "  p1-)p2: 0.406989 ms news",
        ];
        assert_eq!(rows[..6], expected);
        assert!(rows[6].starts_with("  Note over p2: 0.806886 ms: store page fault at "));
        assert_eq!(rows.len(), 7);
    }
}
