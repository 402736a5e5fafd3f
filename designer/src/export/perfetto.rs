//! A run in the Trace Event Format, which Perfetto and Chrome's tracing view open.
//!
//! One process is the machine; its threads are the hart, with the windows, and the partitions,
//! with what they ran and which calls they made. A flow goes from a send to its receive.

use std::cmp::Reverse;
use std::ops::Range;

use serde::{Serialize, Serializer};

use super::run::{CallSpan, Run};
use crate::trace::kind::Kind;
use crate::trace::lane::{Activity, Lane};
use crate::trace::messages::Message;
use crate::trace::query::field::channel;

/// The number of the process.
const PROCESS: u32 = 1;
/// The number of the hart's thread; those of the partitions follow.
const HART: usize = 0;
/// The scope of an instant: its thread.
const THREAD: &str = "t";
/// A flow ends at the slice around it, not at the next one.
const ENCLOSING: &str = "e";

/// A time in microseconds, to the nanosecond.
#[derive(Debug, Clone, Copy)]
struct Microseconds {
    ns: u64,
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
enum Phase {
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
enum Arguments {
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

/// An entry of the file.
#[derive(Debug, Serialize)]
struct Entry {
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

impl Entry {
    fn new(ph: Phase, cat: &'static str, name: impl Into<String>, tid: usize, ns: u64) -> Self {
        Self {
            name: name.into(),
            cat,
            ph,
            ts: Microseconds { ns },
            dur: None,
            pid: PROCESS,
            tid,
            id: None,
            bp: None,
            s: None,
            args: None,
        }
    }

    fn slice(cat: &'static str, name: impl Into<String>, tid: usize, span_ns: &Range<u64>) -> Self {
        let ns = span_ns.end.saturating_sub(span_ns.start);
        Self {
            dur: Some(Microseconds { ns }),
            ..Self::new(Phase::Slice, cat, name, tid, span_ns.start)
        }
    }

    fn metadata(name: &str, tid: usize, arguments: Arguments) -> Self {
        Self {
            args: Some(arguments),
            ..Self::new(Phase::Metadata, "__metadata", name, tid, 0)
        }
    }

    /// By time; of the same time, names first, then slices, the longer ones before those in them.
    fn key(&self) -> (bool, u64, Phase, Reverse<u64>) {
        let length = self.dur.map_or(0, |dur| dur.ns);
        let is_named = self.ph != Phase::Metadata;
        (is_named, self.ts.ns, self.ph, Reverse(length))
    }
}

/// The file; `title` is the name of the process.
#[must_use]
pub fn text(run: &Run, title: &str) -> String {
    let spans = spans(run);
    let running: Vec<Vec<Range<u64>>> = spans.iter().map(running).collect();
    let mut entries = names(run, title);
    entries.extend(windows(run));
    entries.extend(slices(&spans));
    entries.extend(calls(run, &running));
    entries.extend(flows(run, &running));
    entries.extend(instants(run));
    entries.sort_by_key(Entry::key);
    let lines: Vec<String> = entries.iter().map(line).collect();
    format!(
        "{{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n{}\n]}}\n",
        lines.join(",\n")
    )
}

/// An entry as a line of JSON.
fn line(entry: &Entry) -> String {
    // Texts and numbers: nothing of it can fail.
    serde_json::to_string(entry).unwrap_or_default()
}

/// The thread of a lane.
fn thread(lane: Option<usize>) -> usize {
    lane.map_or(HART, |lane| lane + 1)
}

fn names(run: &Run, title: &str) -> Vec<Entry> {
    let process = Arguments::Name {
        name: title.to_owned(),
    };
    let mut entries = vec![Entry::metadata("process_name", HART, process)];
    let partitions = run.recording.layout().partitions.iter();
    let hart = "hart 0: windows".to_owned();
    for (tid, name) in [hart].iter().chain(partitions).enumerate() {
        let named = Arguments::Name { name: name.clone() };
        let order = Arguments::Order { sort_index: tid };
        entries.push(Entry::metadata("thread_name", tid, named));
        entries.push(Entry::metadata("thread_sort_index", tid, order));
    }
    entries
}

/// The windows, each up to the next one or to the end of the run.
fn windows(run: &Run) -> Vec<Entry> {
    let recording = &run.recording;
    let positions = recording.events_of_kind(Kind::Window);
    let time = |position: &usize| recording.events().get(*position).map(|it| it.time_ns);
    let window = |(number, position): (usize, &usize)| {
        let next = positions.get(number + 1).and_then(time);
        let span_ns = time(position)?..next.unwrap_or(recording.time_ns());
        let name = format!("window {}", recording.detail(*position));
        Some(Entry::slice("window", name, HART, &span_ns))
    };
    positions.iter().enumerate().filter_map(window).collect()
}

/// What a partition did from when to when, in nanoseconds.
type Spans = Vec<(Activity, Range<u64>)>;

/// What each partition did, but for the times when it did nothing at all.
fn spans(run: &Run) -> Vec<Spans> {
    let end_ns = run.recording.time_ns();
    let of_lane = |lane: &Lane| {
        let next = lane.activities().skip(1).map(|(ns, _)| ns).chain([end_ns]);
        let spans = lane.activities().zip(next);
        let spans = spans.map(|((start, activity), end)| (activity, start..end));
        spans.filter(|(_, span)| !span.is_empty()).collect()
    };
    run.recording.lanes().iter().map(of_lane).collect()
}

/// The times of a lane at which it ran.
fn running(spans: &Spans) -> Vec<Range<u64>> {
    let spans = spans.iter();
    let ran = spans.filter(|(activity, _)| *activity == Activity::Running);
    ran.map(|(_, span)| span.clone()).collect()
}

/// What the partitions did, as slices beside each other.
fn slices(spans: &[Spans]) -> impl Iterator<Item = Entry> {
    spans.iter().enumerate().flat_map(|(lane, spans)| {
        spans.iter().filter_map(move |(activity, span)| {
            let name = match activity {
                Activity::Running => "running",
                Activity::Blocked => "waits",
                Activity::Restarting => "restarting",
                Activity::Ready | Activity::Halted => return None,
            };
            Some(Entry::slice(name, name, thread(Some(lane)), span))
        })
    })
}

/// The span of time around an instant.
fn around(spans: &[Range<u64>], ns: u64) -> Option<&Range<u64>> {
    let after = spans.partition_point(|span| span.start <= ns);
    let span = spans.get(after.checked_sub(1)?)?;
    span.contains(&ns).then_some(span)
}

/// The system calls that return at once, as far as the partition has the hart; with an expression,
/// those that made an event that is shown. A call that waits is what `waits` begins with.
fn calls(run: &Run, running: &[Vec<Range<u64>>]) -> Vec<Entry> {
    let call = |call: &CallSpan| {
        let span = around(running.get(call.lane)?, call.span_ns.start)?;
        let inside = call.span_ns.start..call.span_ns.end.min(span.end);
        let is_shown = run.shows_everything() || made_something_shown(run, call);
        let status = Arguments::Call {
            status: call.status,
        };
        is_shown.then(|| Entry {
            args: Some(status),
            ..Entry::slice("call", call.name, thread(Some(call.lane)), &inside)
        })
    };
    run.calls.iter().filter_map(call).collect()
}

fn made_something_shown(run: &Run, call: &CallSpan) -> bool {
    let ns = call.span_ns.start;
    let first = run.recording.first_at(ns)..run.recording.first_at(ns.saturating_add(1));
    let mut own = first.filter(|at| run.recording.lane_of(*at) == Some(call.lane));
    own.any(|at| run.shows(at))
}

/// Where the messages that arrived go from and to.
fn flows(run: &Run, running: &[Vec<Range<u64>>]) -> Vec<Entry> {
    let all = run.recording.messages().touching(&(0..u64::MAX));
    let mut flows = Vec::new();
    for (id, message) in all.enumerate() {
        flows.extend(flow(run, running, id, message).into_iter().flatten());
    }
    flows
}

/// Both ends of a message between what ran at both ends.
fn flow(
    run: &Run,
    running: &[Vec<Range<u64>>],
    id: usize,
    message: &Message,
) -> Option<[Entry; 2]> {
    let (received, received_ns) = (message.received?, message.received_ns?);
    let is_shown = run.shows(message.sent) || run.shows(received);
    around(running.get(message.from)?, message.sent_ns)?;
    around(running.get(message.to)?, received_ns)?;
    let sent = &run.recording.events().get(message.sent)?.kind;
    let end = |phase, lane, ns| Entry {
        id: Some(id),
        ..Entry::new(
            phase,
            "message",
            channel(sent).unwrap_or_default(),
            thread(Some(lane)),
            ns,
        )
    };
    let begin = end(Phase::FlowBegin, message.from, message.sent_ns);
    let arrival = Entry {
        bp: Some(ENCLOSING),
        ..end(Phase::FlowEnd, message.to, received_ns)
    };
    is_shown.then_some([begin, arrival])
}

/// The events that have a mark on a lane of the trace.
fn instants(run: &Run) -> Vec<Entry> {
    let marked = run.shown().filter_map(|(at, event)| {
        let row = Kind::of(&event.kind).row();
        let pc = run.recording.seen(at)?.pc;
        let name = match channel(&event.kind) {
            Some(channel) => format!("{} {channel}", row.name),
            None => row.name.to_owned(),
        };
        let arguments = Arguments::Event {
            details: run.recording.detail(at),
            instructions: event.instructions,
            pc: format!("{pc:#x}"),
        };
        let tid = thread(run.recording.lane_of(at));
        row.mark.map(|_| Entry {
            s: Some(THREAD),
            args: Some(arguments),
            ..Entry::new(Phase::Instant, row.name, name, tid, event.time_ns)
        })
    });
    marked.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::Value;

    use super::*;
    use crate::export::sample::{run, starters};

    /// The entries of a file.
    fn read(text: &str) -> Vec<Value> {
        let file: Value = serde_json::from_str(text).unwrap();
        file["traceEvents"].as_array().unwrap().clone()
    }

    /// A time in whole nanoseconds.
    fn ns(time: &Value) -> u64 {
        let text = time.to_string();
        let (whole, fraction) = text.split_once('.').unwrap();
        assert!(fraction.len() <= 3, "{text}");
        format!("{whole}{fraction:0<3}").parse().unwrap()
    }

    /// The slices by thread, in the order of the file: begin and end.
    fn slices(entries: &[Value]) -> BTreeMap<u64, Vec<(u64, u64)>> {
        let mut slices: BTreeMap<u64, Vec<(u64, u64)>> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| entry["ph"] == "X") {
            let (start, length) = (ns(&entry["ts"]), ns(&entry["dur"]));
            let thread = slices.entry(entry["tid"].as_u64().unwrap()).or_default();
            thread.push((start, start + length));
        }
        slices
    }

    fn nest(slices: &[(u64, u64)]) {
        let mut open: Vec<(u64, u64)> = Vec::new();
        for slice in slices {
            while open.last().is_some_and(|outer| outer.1 <= slice.0) {
                open.pop();
            }
            if let Some(outer) = open.last() {
                assert!(
                    outer.0 <= slice.0 && slice.1 <= outer.1,
                    "{slice:?} leaves {outer:?}"
                );
            }
            open.push(*slice);
        }
    }

    #[test]
    fn files_keep_the_rules_of_the_format() {
        for (name, only) in starters().flat_map(|name| [(name, None), (name, Some("messages"))]) {
            let entries = read(&text(&run(name, "20ms", only), name));
            let times: Vec<u64> = entries.iter().map(|entry| ns(&entry["ts"])).collect();
            assert!(times.is_sorted(), "{name}");
            let slices = slices(&entries);
            slices.values().for_each(|slices| nest(slices));
            let mut ends: BTreeMap<u64, Vec<&Value>> = BTreeMap::new();
            for entry in entries
                .iter()
                .filter(|it| it["ph"] == "s" || it["ph"] == "f")
            {
                let (time, thread) = (ns(&entry["ts"]), entry["tid"].as_u64().unwrap());
                let mut around = slices[&thread].iter();
                assert!(
                    around.any(|it| it.0 <= time && time < it.1),
                    "{name}: {entry}"
                );
                ends.entry(entry["id"].as_u64().unwrap())
                    .or_default()
                    .push(entry);
            }
            assert!(!ends.is_empty(), "{name}");
            for ends in ends.values() {
                let [begin, end] = ends[..] else {
                    panic!("{ends:?}")
                };
                assert_eq!((&begin["ph"], &end["ph"]), (&"s".into(), &"f".into()));
                assert_eq!((&begin["name"], &begin["cat"]), (&end["name"], &end["cat"]));
                assert_eq!(end["bp"], "e");
            }
        }
    }

    #[test]
    fn every_message_that_arrived_is_a_flow_and_every_call_a_slice() {
        let run = run("ping-pong", "10ms", None);
        let entries = read(&text(&run, "ping-pong"));
        let count = |phase: &str| entries.iter().filter(|entry| entry["ph"] == phase).count();
        let arrived = run.recording.events_of_kind(Kind::Receive).len();
        assert_eq!((count("s"), count("f")), (arrived, arrived));
        let calls = entries.iter().filter(|entry| entry["cat"] == "call");
        let return_at_once = run.calls.iter().filter(|call| call.status.is_some());
        assert_eq!(calls.count(), return_at_once.count());
        let names = entries
            .iter()
            .filter(|entry| entry["name"] == "thread_name");
        let names: Vec<&str> = names
            .map(|it| it["args"]["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["hart 0: windows", "ping", "pong"]);
    }

    #[test]
    fn what_ran_is_as_long_as_the_lane_says() {
        for name in starters() {
            let run = run(name, "10ms", None);
            for (lane, spans) in run.recording.lanes().iter().zip(spans(&run)) {
                let sum: u64 = running(&spans)
                    .iter()
                    .map(|span| span.end - span.start)
                    .sum();
                assert_eq!(sum, lane.ran_ns(0..u64::MAX, run.recording.time_ns()));
            }
        }
    }

    #[test]
    fn times_keep_every_nanosecond() {
        for ns in [0, 1, 999, 1_001, 123_456_789, 86_400_000_000_001] {
            let text = serde_json::to_string(&Microseconds { ns }).unwrap();
            let decimal = format!("{}.{:03}", ns / 1_000, ns % 1_000);
            let decimal = decimal.trim_end_matches('0');
            assert_eq!(text.trim_end_matches('0'), decimal);
        }
    }
}
