//! What an expression can ask of an event: one table for names, types and help.

use std::fmt;

use septum_simulator::event::{Event, EventKind};

/// An event as it was seen.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The event.
    pub event: &'a Event,
    /// The program counter when it happened.
    pub pc: u64,
}

/// Something that an event can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// When, in nanoseconds since reset.
    Time,
    /// Instructions that its partition has executed.
    Instructions,
    /// The hart.
    Hart,
    /// The partition.
    Partition,
    /// The channel.
    Channel,
    /// The port, or one of the ports that a partition waits for.
    Port,
    /// The device that raised its line.
    Device,
    /// The source of an interrupt.
    Source,
    /// The program counter.
    Pc,
    /// The address of a violation.
    Address,
    /// What a call came to.
    Status,
    /// The cause of a fault.
    Cause,
    /// The length of a message, value or log text in bytes.
    Length,
    /// A byte of a message, value or log text, from 0.
    Byte(usize),
    /// A message, value or log text.
    Text,
}

/// What a field is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A time with its unit.
    Time,
    /// A number.
    Number,
    /// A text; where the design has names for it, one of them.
    Text,
}

/// One row of the table of fields.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The field; byte 0 for all bytes.
    pub field: Field,
    /// How it is written; the first one is how it is printed.
    pub names: &'static [&'static str],
    /// What it is compared with.
    pub compared_with: Type,
}

const fn row(field: Field, names: &'static [&'static str], compared_with: Type) -> Row {
    Row {
        field,
        names,
        compared_with,
    }
}

/// Every field.
pub const FIELDS: [Row; 15] = [
    row(Field::Time, &["time"], Type::Time),
    row(
        Field::Instructions,
        &["instructions", "count"],
        Type::Number,
    ),
    row(Field::Hart, &["hart"], Type::Number),
    row(Field::Partition, &["partition"], Type::Text),
    row(Field::Channel, &["channel"], Type::Text),
    row(Field::Port, &["port"], Type::Text),
    row(Field::Device, &["device"], Type::Text),
    row(Field::Source, &["source"], Type::Number),
    row(Field::Pc, &["pc"], Type::Number),
    row(Field::Address, &["address"], Type::Number),
    row(Field::Status, &["status"], Type::Text),
    row(Field::Cause, &["cause"], Type::Text),
    row(Field::Length, &["length", "len"], Type::Number),
    row(Field::Byte(0), &["bytes"], Type::Number),
    row(Field::Text, &["text"], Type::Text),
];

impl Field {
    /// The field with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        let mut rows = FIELDS.iter();
        let row = rows.find(|row| row.names.contains(&name))?;
        Some(row.field)
    }

    /// Its row in [`FIELDS`].
    #[must_use]
    pub fn row(self) -> &'static Row {
        let listed = match self {
            Self::Byte(_) => Self::Byte(0),
            other => other,
        };
        let position = FIELDS.iter().position(|row| row.field == listed);
        &FIELDS[position.unwrap_or_default()]
    }

    /// Its number, where the event has one.
    pub(crate) fn number(self, seen: Seen<'_>) -> Option<u64> {
        let Seen { event, pc } = seen;
        match self {
            Self::Time => Some(event.time_ns),
            Self::Instructions => Some(event.instructions),
            Self::Hart => Some(event.hart.into()),
            Self::Pc => Some(own_pc(&event.kind).unwrap_or(pc)),
            Self::Source => source(&event.kind),
            Self::Address => address(&event.kind),
            Self::Length => length(&event.kind),
            Self::Byte(index) => event.kind.bytes().get(index).copied().map(u64::from),
            _ => None,
        }
    }

    /// Whether one of its texts satisfies a condition; false where the event has none.
    pub(super) fn any_text(self, seen: Seen<'_>, holds: impl Fn(&[u8]) -> bool) -> bool {
        let kind = &seen.event.kind;
        let name = |name: Option<&str>| name.is_some_and(|name| holds(name.as_bytes()));
        match (self, kind) {
            (Self::Port, EventKind::Block { ports, .. }) => {
                ports.iter().any(|port| holds(port.as_bytes()))
            }
            (Self::Partition, _) => name(seen.event.partition.as_deref()),
            (Self::Channel, _) => name(channel(kind)),
            (Self::Port, _) => name(port(kind)),
            (Self::Device, EventKind::InterruptRaised { device, .. }) => name(Some(device)),
            (Self::Status, _) => name(status(kind)),
            (Self::Cause, EventKind::Fault { cause, .. }) => name(Some(cause)),
            (Self::Text, _) => length(kind).is_some() && holds(kind.bytes()),
            _ => false,
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().names[0])?;
        match self {
            Self::Byte(index) => write!(f, "[{index}]"),
            _ => Ok(()),
        }
    }
}

/// The program counter that the event itself tells of.
fn own_pc(kind: &EventKind) -> Option<u64> {
    match kind {
        EventKind::Fault { pc, .. } | EventKind::Violation { pc, .. } => Some(*pc),
        _ => None,
    }
}

fn source(kind: &EventKind) -> Option<u64> {
    match kind {
        EventKind::InterruptRaised { source, .. }
        | EventKind::InterruptDelivered { source, .. }
        | EventKind::InterruptAcknowledged { source, .. } => Some((*source).into()),
        _ => None,
    }
}

fn address(kind: &EventKind) -> Option<u64> {
    match kind {
        EventKind::Violation { address, .. } => Some(*address),
        _ => None,
    }
}

fn length(kind: &EventKind) -> Option<u64> {
    match kind {
        EventKind::Send { length, .. }
        | EventKind::Receive { length, .. }
        | EventKind::SampleWrite { length, .. }
        | EventKind::SampleRead { length, .. } => Some(*length),
        EventKind::Log { bytes, .. } => u64::try_from(bytes.len()).ok(),
        _ => None,
    }
}

/// The channel that an event is about.
#[must_use]
pub fn channel(kind: &EventKind) -> Option<&str> {
    match kind {
        EventKind::Send { channel, .. }
        | EventKind::Receive { channel, .. }
        | EventKind::SampleWrite { channel, .. }
        | EventKind::SampleRead { channel, .. }
        | EventKind::Signal { channel, .. } => Some(channel),
        _ => None,
    }
}

/// The port that a partition used.
pub(crate) fn port(kind: &EventKind) -> Option<&str> {
    match kind {
        EventKind::Send { port, .. }
        | EventKind::Receive { port, .. }
        | EventKind::SampleWrite { port, .. }
        | EventKind::SampleRead { port, .. }
        | EventKind::Signal { port, .. }
        | EventKind::InterruptDelivered { port, .. }
        | EventKind::InterruptAcknowledged { port, .. } => Some(port),
        _ => None,
    }
}

/// What a call came to.
pub(crate) fn status(kind: &EventKind) -> Option<&str> {
    match kind {
        EventKind::Send { status, .. }
        | EventKind::Receive { status, .. }
        | EventKind::SampleWrite { status, .. }
        | EventKind::SampleRead { status, .. }
        | EventKind::Signal { status, .. }
        | EventKind::Log { status, .. } => Some(status),
        _ => None,
    }
}
