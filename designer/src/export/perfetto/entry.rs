//! The entries of a file in the Trace Event Format.

use std::cmp::Reverse;
use std::ops::Range;

use serde::{Serialize, Serializer};

/// The number of the process.
const PROCESS: u32 = 1;
/// The scope of an instant: its thread.
const THREAD: &str = "t";
/// A flow ends at the slice around it, not at the next one.
const ENCLOSING: &str = "e";

/// A time in microseconds, to the nanosecond.
#[derive(Debug, Clone, Copy)]
pub(super) struct Microseconds {
    pub(super) ns: u64,
}

impl Serialize for Microseconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let decimal = format!("{}.{:03}", self.ns / 1_000, self.ns % 1_000);
        // The nearest number, which is written with as many digits as it takes.
        let nearest: f64 = decimal.parse().map_err(serde::ser::Error::custom)?;
        serializer.serialize_f64(nearest)
    }
}

/// What an entry is. The order is that of entries of the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) enum Phase {
    /// The name of a process or a thread.
    #[serde(rename = "M")]
    Metadata,
    /// A slice, with its length.
    #[serde(rename = "X")]
    Slice,
    /// Where a flow begins.
    #[serde(rename = "s")]
    FlowBegin,
    /// Where a flow ends.
    #[serde(rename = "f")]
    FlowEnd,
    /// What takes no time.
    #[serde(rename = "i")]
    Instant,
}

/// What an entry says beside its name.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Arguments {
    /// The name of a process or a thread.
    Name { name: String },
    /// Where a thread stands among the others.
    Order { sort_index: usize },
    /// What a call came to at once.
    Call { status: Option<&'static str> },
    /// What an event carries.
    Event {
        details: String,
        instructions: u64,
        pc: String,
    },
}

/// An entry of the file, with the names of the format.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    name: String,
    cat: &'static str,
    ph: Phase,
    ts: Microseconds,
    #[serde(skip_serializing_if = "Option::is_none")]
    dur: Option<Microseconds>,
    pid: u32,
    tid: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bp: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    s: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    args: Option<Arguments>,
}

/// Where and when: a thread, and nanoseconds since reset.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) thread: usize,
    pub(super) ns: u64,
}

impl Entry {
    fn new(ph: Phase, cat: &'static str, name: &str, place: Place) -> Self {
        Self {
            name: name.to_owned(),
            cat,
            ph,
            ts: Microseconds { ns: place.ns },
            dur: None,
            pid: PROCESS,
            tid: place.thread,
            id: None,
            bp: None,
            s: None,
            args: None,
        }
    }

    /// Something that took a span of time, in nanoseconds.
    pub(super) fn slice(
        cat: &'static str,
        name: &str,
        thread: usize,
        span_ns: &Range<u64>,
    ) -> Self {
        let ns = span_ns.end.saturating_sub(span_ns.start);
        let place = Place {
            thread,
            ns: span_ns.start,
        };
        Self {
            dur: Some(Microseconds { ns }),
            ..Self::new(Phase::Slice, cat, name, place)
        }
    }

    /// Something that took no time.
    pub(super) fn instant(cat: &'static str, name: &str, place: Place) -> Self {
        Self {
            s: Some(THREAD),
            ..Self::new(Phase::Instant, cat, name, place)
        }
    }

    /// The two ends of a flow: the slices around them are what it joins.
    pub(super) fn flow(name: &str, id: usize, from: Place, to: Place) -> [Self; 2] {
        let end = |phase, place| Self {
            id: Some(id),
            ..Self::new(phase, "message", name, place)
        };
        let arrival = Self {
            bp: Some(ENCLOSING),
            ..end(Phase::FlowEnd, to)
        };
        [end(Phase::FlowBegin, from), arrival]
    }

    /// Something that is known of a process or a thread.
    pub(super) fn metadata(name: &str, thread: usize, arguments: Arguments) -> Self {
        let place = Place { thread, ns: 0 };
        Self::new(Phase::Metadata, "__metadata", name, place).with(arguments)
    }

    /// The entry with more to say.
    pub(super) fn with(self, arguments: Arguments) -> Self {
        Self {
            args: Some(arguments),
            ..self
        }
    }

    /// By time; of the same time, the names first, then the slices, the longer ones before those
    /// in them.
    pub(super) fn key(&self) -> (u64, Phase, Reverse<u64>) {
        let length = self.dur.map_or(0, |dur| dur.ns);
        (self.ts.ns, self.ph, Reverse(length))
    }

    /// The entry as a line of JSON.
    pub(super) fn line(&self) -> String {
        // Texts and numbers: nothing of it can fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}
