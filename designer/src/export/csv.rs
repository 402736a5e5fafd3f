//! A run as a table of comma-separated values (RFC 4180): a row for each event.

use std::fmt::Write as _;

use septum_simulator::event::Event;

use super::run::Run;
use crate::trace::kind::Kind;
use crate::trace::query::Seen;
use crate::trace::query::field::{Field, channel, port, status};

/// What a column says of an event.
type Cell = fn(&Seen<'_>) -> String;

/// The columns: their names and what stands in them. Numbers are decimal, but for addresses,
/// which begin with `0x`; what an event does not have is empty.
const COLUMNS: [(&str, Cell); 13] = [
    ("time_ns", |it| it.event.time_ns.to_string()),
    ("instructions", |it| it.event.instructions.to_string()),
    ("hart", |it| it.event.hart.to_string()),
    ("partition", |it| name(it.event.partition.as_deref())),
    ("kind", |it| Kind::of(&it.event.kind).row().name.to_owned()),
    ("channel", |it| name(channel(&it.event.kind))),
    ("port", |it| name(port(&it.event.kind))),
    ("status", |it| name(status(&it.event.kind))),
    ("length", |it| number(Field::Length, it)),
    ("bytes", |it| hexadecimal(it.event)),
    ("source", |it| number(Field::Source, it)),
    ("address", |it| address(Field::Address, it)),
    ("pc", |it| address(Field::Pc, it)),
];

/// The name of the last column: what the event carries, in words.
const DETAILS: &str = "details";

/// The end of a record.
const END: &str = "\r\n";

/// The events that are shown, under a row of names.
#[must_use]
pub fn text(run: &Run) -> String {
    let names = COLUMNS.iter().map(|(name, _)| (*name).to_owned());
    let mut text = record(names.chain([DETAILS.to_owned()]));
    for (position, event) in run.shown() {
        let pc = run.pc(position);
        let seen = Seen { event, pc };
        let cells = COLUMNS.iter().map(|(_, cell)| cell(&seen));
        text += &record(cells.chain([run.detail(position)]));
    }
    text
}

fn record(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|cell| quoted(&cell)).collect();
    cells.join(",") + END
}

/// A field, between quotes where it has to be.
fn quoted(text: &str) -> String {
    match text.contains(['"', ',', '\r', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

fn name(name: Option<&str>) -> String {
    name.unwrap_or_default().to_owned()
}

fn number(field: Field, seen: &Seen<'_>) -> String {
    field
        .number(*seen)
        .map_or(String::new(), |it| it.to_string())
}

fn address(field: Field, seen: &Seen<'_>) -> String {
    field
        .number(*seen)
        .map_or(String::new(), |it| format!("{it:#x}"))
}

/// What an event carries, two digits for each byte.
fn hexadecimal(event: &Event) -> String {
    let mut digits = String::new();
    for byte in event.kind.bytes() {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::export::sample::{run, starters};

    /// The records of a table, as RFC 4180 reads them.
    fn read(text: &str) -> Vec<Vec<String>> {
        let (mut records, mut cells, mut cell) = (Vec::new(), Vec::new(), String::new());
        let mut rest = text.chars().peekable();
        let mut is_quoted = false;
        while let Some(it) = rest.next() {
            match (is_quoted, it) {
                (true, '"') if rest.next_if_eq(&'"').is_some() => cell.push('"'),
                (_, '"') => is_quoted = !is_quoted,
                (false, ',') => cells.push(std::mem::take(&mut cell)),
                (false, '\r') => {
                    assert_eq!(rest.next(), Some('\n'), "a record ends with both");
                    cells.push(std::mem::take(&mut cell));
                    records.push(std::mem::take(&mut cells));
                }
                (_, it) => cell.push(it),
            }
        }
        assert!(
            cells.is_empty() && cell.is_empty(),
            "the last record ends, too"
        );
        records
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(cells in prop::collection::vec(any::<String>(), 1..5)) {
            let written = record(cells.iter().cloned());
            prop_assert_eq!(read(&written), vec![cells]);
        }
    }

    #[test]
    fn every_event_is_a_row() {
        for name in starters() {
            let run = run(name, "5ms", None);
            let rows = read(&text(&run));
            assert_eq!(
                rows[0][..5],
                ["time_ns", "instructions", "hart", "partition", "kind"]
            );
            assert_eq!(rows.len(), 1 + run.events().len(), "{name}");
            for (row, event) in rows[1..].iter().zip(run.events()) {
                assert_eq!(row.len(), rows[0].len());
                assert_eq!(row[0], event.time_ns.to_string());
                assert_eq!(row[1], event.instructions.to_string());
                assert_eq!(row[3], event.partition.as_deref().unwrap_or(""));
                let bytes: Vec<u8> = (0..row[9].len() / 2)
                    .map(|at| u8::from_str_radix(&row[9][2 * at..2 * at + 2], 16).unwrap())
                    .collect();
                assert_eq!(bytes, event.kind.bytes());
            }
        }
    }

    #[test]
    fn only_what_is_meant_is_a_row() {
        let run = run("ping-pong", "5ms", Some("send && channel == \"there\""));
        let rows = read(&text(&run));
        assert_eq!(rows.len(), 6);
        assert!(
            rows[1..]
                .iter()
                .all(|row| row[4] == "send" && row[5] == "there")
        );
    }
}
