//! A run in the Trace Event Format, which Perfetto and Chrome's tracing view open.
//!
//! One process is the machine; its threads are the hart, with the windows, and the partitions,
//! with what they did and which calls they made. A flow goes from a send to its receive.

mod entry;
mod spans;
#[cfg(test)]
mod tests;

use std::ops::Range;

use entry::{Arguments, Entry, Place};
use spans::{Spans, around, running, spans};

use super::run::{CallSpan, Run};
use crate::trace::kind::Kind;
use crate::trace::lane::Activity;
use crate::trace::messages::Message;
use crate::trace::query::field::channel;

/// The number of the hart's thread; those of the partitions follow.
const HART: usize = 0;

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
    let lines: Vec<String> = entries.iter().map(Entry::line).collect();
    let lines = lines.join(",\n");
    format!("{{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n{lines}\n]}}\n")
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
    let partitions = run.layout().partitions.iter();
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
    let positions = run.events_of_kind(Kind::Window);
    let time = |position: &usize| run.events().get(*position).map(|it| it.time_ns);
    let window = |(number, position): (usize, &usize)| {
        let next = positions.get(number + 1).and_then(time);
        let span_ns = time(position)?..next.unwrap_or(run.time_ns());
        let name = format!("window {}", run.detail(*position));
        Some(Entry::slice("window", &name, HART, &span_ns))
    };
    positions.iter().enumerate().filter_map(window).collect()
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
        let thread = thread(Some(call.lane));
        is_shown.then(|| Entry::slice("call", call.name, thread, &inside).with(status))
    };
    run.calls.iter().filter_map(call).collect()
}

fn made_something_shown(run: &Run, call: &CallSpan) -> bool {
    let mut events = run.events_at(call.span_ns.start);
    events.any(|at| run.lane_of(at) == Some(call.lane) && run.shows(at))
}

/// Where the messages that arrived go from and to.
fn flows(run: &Run, running: &[Vec<Range<u64>>]) -> Vec<Entry> {
    let all = run.messages().touching(&(0..u64::MAX)).enumerate();
    let flows = all.filter_map(|(id, message)| flow(run, running, id, message));
    flows.flatten().collect()
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
    let place = |lane: usize, ns: u64| {
        around(running.get(lane)?, ns)?;
        let thread = thread(Some(lane));
        Some(Place { thread, ns })
    };
    let from = place(message.from, message.sent_ns)?;
    let to = place(message.to, received_ns)?;
    let channel = channel(&run.events().get(message.sent)?.kind)?;
    is_shown.then(|| Entry::flow(channel, id, from, to))
}

/// The events that have a mark on a lane of the trace.
fn instants(run: &Run) -> Vec<Entry> {
    let instant = |(at, event): (usize, &septum_simulator::event::Event)| {
        let row = Kind::of(&event.kind).row();
        let name = match channel(&event.kind) {
            Some(channel) => format!("{} {channel}", row.name),
            None => row.name.to_owned(),
        };
        let arguments = Arguments::Event {
            details: run.detail(at),
            instructions: event.instructions,
            pc: format!("{:#x}", run.pc(at)),
        };
        let place = Place {
            thread: thread(run.lane_of(at)),
            ns: event.time_ns,
        };
        row.mark
            .map(|_| Entry::instant(row.name, &name, place).with(arguments))
    };
    run.shown().filter_map(instant).collect()
}
