//! The events of a run and their indices.

use std::ops::Range;

use septum_simulator::cpu::Registers;
use septum_simulator::event::Event;
use septum_simulator::system_call::SystemCall;

use super::calls::Calls;
use super::console::Console;
use super::describe;
use super::kind::{KINDS, Kind, KindSet};
use super::lane::Lane;
use super::layout::Layout;
use super::messages::Messages;
use super::query::Seen;
use super::snapshots::Snapshots;

/// A run so far. Events are named by their position, in the order in which they happened.
#[derive(Debug, Clone)]
pub struct Recording {
    layout: Layout,
    events: Vec<Event>,
    registers: Snapshots,
    lanes: Vec<Lane>,
    hart: Vec<usize>,
    by_kind: Vec<Vec<usize>>,
    messages: Messages,
    calls: Calls,
    consoles: Vec<Console>,
    time_ns: u64,
}

impl Recording {
    /// Nothing happened yet.
    #[must_use]
    pub fn new(layout: Layout) -> Self {
        let partitions = layout.partitions.len();
        Self {
            layout,
            events: Vec::new(),
            registers: Snapshots::default(),
            lanes: vec![Lane::default(); partitions],
            hart: Vec::new(),
            by_kind: vec![Vec::new(); KINDS.len()],
            messages: Messages::default(),
            calls: Calls::default(),
            consoles: vec![Console::default(); partitions],
            time_ns: 0,
        }
    }

    /// Takes in what happened next, with the registers as they were.
    pub fn push(&mut self, event: Event, registers: &Registers) {
        let position = self.events.len();
        self.by_kind[Kind::of(&event.kind).position()].push(position);
        match self.lane_of_partition(event.partition.as_deref()) {
            Some(lane) => self.lanes[lane].push(position, event.time_ns, &event.kind),
            None => self.hart.push(position),
        }
        self.messages.push(position, &event, &self.layout);
        self.time_ns = self.time_ns.max(event.time_ns);
        self.events.push(event);
        self.registers.push(registers);
    }

    /// Takes in the next system call.
    pub fn push_call(&mut self, call: &SystemCall) {
        self.calls.push(call);
    }

    /// Takes in the next byte that a partition printed.
    pub fn print(&mut self, partition: usize, time_ns: u64, byte: u8) {
        if let Some(console) = self.consoles.get_mut(partition) {
            console.push(time_ns, byte);
        }
    }

    /// Notes that the run has come so far.
    pub fn reach(&mut self, time_ns: u64) {
        self.time_ns = self.time_ns.max(time_ns);
    }

    /// What was known before the run.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Everything that happened.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The registers at an event.
    #[must_use]
    pub fn registers(&self, event: usize) -> Option<Registers> {
        self.registers.get(event)
    }

    /// An event as expressions look at it.
    #[must_use]
    pub fn seen(&self, event: usize) -> Option<Seen<'_>> {
        let pc = self.registers.pc(event)?;
        let event = self.events.get(event)?;
        Some(Seen { event, pc })
    }

    /// How far the run has come, in nanoseconds.
    #[must_use]
    pub fn time_ns(&self) -> u64 {
        self.time_ns
    }

    /// The lane of each partition.
    #[must_use]
    pub fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// The system calls.
    #[must_use]
    pub fn calls(&self) -> &Calls {
        &self.calls
    }

    /// The messages.
    #[must_use]
    pub fn messages(&self) -> &Messages {
        &self.messages
    }

    /// What each partition printed.
    #[must_use]
    pub fn consoles(&self) -> &[Console] {
        &self.consoles
    }

    /// What an event carries, in one line.
    #[must_use]
    pub fn detail(&self, event: usize) -> String {
        let Some(it) = self.events.get(event) else {
            return String::new();
        };
        let line = self.layout.sources.of_fault(self.lane_of(event), &it.kind);
        describe::detail(&it.kind, line.and_then(Result::ok))
    }

    /// The lane of an event; `None` for events of the hart.
    #[must_use]
    pub fn lane_of(&self, event: usize) -> Option<usize> {
        self.lane_of_partition(self.events.get(event)?.partition.as_deref())
    }

    fn lane_of_partition(&self, partition: Option<&str>) -> Option<usize> {
        self.layout.lane(partition?)
    }

    /// Positions of the events of a lane; `None` is the hart's.
    #[must_use]
    pub fn events_of_lane(&self, lane: Option<usize>) -> &[usize] {
        match lane {
            Some(lane) => self.lanes.get(lane).map_or(&[], Lane::events),
            None => &self.hart,
        }
    }

    /// Positions of the events of a kind.
    #[must_use]
    pub fn events_of_kind(&self, kind: Kind) -> &[usize] {
        &self.by_kind[kind.position()]
    }

    /// Position of the first event at or after this time.
    #[must_use]
    pub fn first_at(&self, time_ns: u64) -> usize {
        self.events.partition_point(|event| event.time_ns < time_ns)
    }

    /// The part of an ordered list of positions that falls within the span.
    #[must_use]
    pub fn within<'list>(&self, positions: &'list [usize], span_ns: &Range<u64>) -> &'list [usize] {
        let first = self.first_at(span_ns.start);
        let last = self.first_at(span_ns.end);
        let start = positions.partition_point(|position| *position < first);
        let end = positions.partition_point(|position| *position < last);
        &positions[start..end]
    }

    /// How many events are of these kinds.
    #[must_use]
    pub fn count(&self, kinds: KindSet) -> usize {
        let chosen = KINDS.iter().filter(|row| kinds.contains(row.kind));
        chosen.map(|row| self.events_of_kind(row.kind).len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::sample::recording;

    #[test]
    fn every_event_is_in_one_lane_and_one_kind() {
        let recording = recording(4);
        let count = recording.events().len();
        assert_eq!(count, 48);
        let lanes = (0..3).map(Some).chain([None]);
        assert_eq!(
            lanes
                .map(|lane| recording.events_of_lane(lane).len())
                .sum::<usize>(),
            count
        );
        assert_eq!(recording.count(KindSet::ALL), count);
        assert_eq!(recording.events_of_kind(Kind::Send).len(), 8);
    }

    #[test]
    fn a_span_takes_its_part_of_a_list() {
        let recording = recording(4);
        let sends = recording.events_of_kind(Kind::Send);
        assert_eq!(recording.within(sends, &(0..60_000)), [2]);
        assert_eq!(recording.within(sends, &(1_000_000..2_000_000)), [14, 21]);
        assert!(recording.within(sends, &(9_000_000..10_000_000)).is_empty());
    }

    #[test]
    fn lanes_are_looked_up_by_name() {
        let recording = recording(1);
        assert_eq!(recording.lane_of(2), Some(0));
        assert_eq!(recording.lane_of(0), None);
        assert_eq!(recording.lane_of(1_000), None);
    }
}
