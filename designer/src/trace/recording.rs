//! The events of a run and their indices.

use std::io;
use std::ops::Range;
use std::sync::OnceLock;

use septum_simulator::cpu::Registers;
use septum_simulator::event::Event;
use septum_simulator::system_call::SystemCall;

use super::console::Console;
use super::describe;
use super::index::{self, Index};
use super::kind::{Kind, KindSet};
use super::lane::Lane;
use super::layout::Layout;
use super::messages::Messages;
use super::query::Seen;
use super::store::calls::Calls;
use super::store::{Budget, Kept, Store, Way};
use super::wanted::Wanted;

/// A run so far. Events are named by their position, in the order in which they happened. What
/// they carry is in the store, perhaps on disk; where they are is in the index, in memory.
#[derive(Debug)]
pub struct Recording {
    layout: Layout,
    store: Store,
    index: Index,
    lanes: Vec<Lane>,
    hart: Vec<usize>,
    messages: Messages,
    calls: Calls,
    consoles: Vec<Console>,
    time_ns: u64,
    /// Why something was not read again, the first time.
    unread: OnceLock<String>,
}

impl Recording {
    /// Nothing happened yet.
    #[must_use]
    pub fn new(layout: Layout) -> Self {
        Self::with_budget(layout, Budget::default())
    }

    /// The same with so much room.
    #[must_use]
    pub fn with_budget(layout: Layout, budget: Budget) -> Self {
        let partitions = layout.partitions.len();
        Self {
            layout,
            store: Store::new(budget),
            index: Index::default(),
            lanes: vec![Lane::default(); partitions],
            hart: Vec::new(),
            messages: Messages::default(),
            calls: Calls::new(budget),
            consoles: vec![Console::default(); partitions],
            time_ns: 0,
            unread: OnceLock::new(),
        }
    }

    /// Takes in what happened next, with the registers as they were.
    pub fn push(&mut self, event: &Event, registers: &Registers) {
        let position = self.index.len();
        let lane = self.lane_of_partition(event.partition.as_deref());
        self.index.push(event.time_ns, Kind::of(&event.kind), lane);
        match lane {
            Some(lane) => self.lanes[lane].push(position, event.time_ns, &event.kind),
            None => self.hart.push(position),
        }
        self.messages.push(position, event, &self.layout);
        self.time_ns = self.time_ns.max(event.time_ns);
        self.store.push(event, registers);
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

    /// Why no more should be recorded: what there is was kept, but in memory beyond the budget.
    #[must_use]
    pub fn lack_of_room(&self) -> Option<String> {
        let lack = self.store.lack_of_room().or(self.calls.lack_of_room());
        lack.map(|error| format!("the recording cannot grow: {error}"))
    }

    /// Looks whether there is room by now.
    pub fn make_room(&mut self) {
        self.store.make_room();
        self.calls.make_room();
    }

    /// Why something that was recorded could not be read again, if that ever happened.
    #[must_use]
    pub fn loss(&self) -> Option<&str> {
        self.unread.get().map(String::as_str)
    }

    /// What was read, or nothing and a note why.
    fn read<T>(&self, answer: io::Result<Option<T>>) -> Option<T> {
        answer.unwrap_or_else(|error| {
            let note = || format!("a part of the recording cannot be read again: {error}");
            self.unread.get_or_init(note);
            None
        })
    }

    /// What was known before the run.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Bytes of its events in memory: in the store's chunks, and of what is known without them.
    #[must_use]
    pub fn resident_bytes(&self) -> [usize; 2] {
        let lanes = self.lanes.iter().map(Lane::bytes).sum::<usize>();
        let lanes = lanes + size_of_val(self.hart.as_slice());
        let known = self.index.bytes() + lanes + self.messages.bytes();
        [self.store.resident_bytes(), known]
    }

    /// Bytes of its events on disk.
    #[must_use]
    pub fn spilled_bytes(&self) -> u64 {
        self.store.spilled_bytes()
    }

    /// How many events there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether nothing happened yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// An event; `None` where there is none, or where it cannot be read.
    #[must_use]
    pub fn event(&self, event: usize) -> Option<Event> {
        self.kept(event).map(|kept| kept.event)
    }

    fn kept(&self, event: usize) -> Option<Kept> {
        self.read(self.store.get(event))
    }

    /// The registers at an event.
    #[must_use]
    pub fn registers(&self, event: usize) -> Option<Registers> {
        self.read(self.store.registers(event))
    }

    /// When, what and whose the events are.
    #[must_use]
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Whether an event is wanted.
    #[must_use]
    pub fn is_wanted(&self, event: usize, wanted: &Wanted) -> bool {
        let kind = self.index.kind(event);
        let is_possible = kind.is_some_and(|kind| wanted.kinds().contains(kind));
        let matches = |Kept { event, pc }: Kept| wanted.matches(Seen { event: &event, pc });
        is_possible && (wanted.query().is_none() || self.kept(event).is_some_and(matches))
    }

    /// The first wanted event of a range, or the last one.
    #[must_use]
    pub fn find(&self, wanted: &Wanted, range: Range<usize>, way: Way) -> Option<usize> {
        match wanted.query() {
            None => self.index.find(wanted.kinds(), &range, way),
            Some(query) => self.read(self.store.find_match(query, range, way)),
        }
    }

    /// All wanted events of a range, in order.
    #[must_use]
    pub fn all(&self, wanted: &Wanted, range: Range<usize>) -> Vec<usize> {
        match wanted.query() {
            None => range
                .filter(|event| self.is_wanted(*event, wanted))
                .collect(),
            Some(query) => {
                let found = self.store.find_all(query, range);
                self.read(found.map(Some)).unwrap_or_default()
            }
        }
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

    /// The last system call so far.
    #[must_use]
    pub fn last_call(&self) -> Option<SystemCall> {
        self.read(self.calls.last())
    }

    /// The system call that was made at this time.
    #[must_use]
    pub fn call_at(&self, time_ns: u64) -> Option<SystemCall> {
        self.read(self.calls.at(time_ns))
    }

    /// The first system call after this time.
    #[must_use]
    pub fn call_after(&self, time_ns: u64) -> Option<SystemCall> {
        self.read(self.calls.after(time_ns))
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
    pub fn detail(&self, event: &Event) -> String {
        let lane = self.lane_of_partition(event.partition.as_deref());
        let line = self.layout.sources.of_fault(lane, &event.kind);
        describe::detail(&event.kind, line.and_then(Result::ok))
    }

    /// The lane of an event; `None` for events of the hart.
    #[must_use]
    pub fn lane_of(&self, event: usize) -> Option<usize> {
        self.index.lane(event)
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
        self.index.of_kind(kind)
    }

    /// Position of the first event at or after this time.
    #[must_use]
    pub fn first_at(&self, time_ns: u64) -> usize {
        self.index.first_at(time_ns)
    }

    /// The part of an ordered list of positions that falls within the span.
    #[must_use]
    pub fn within<'list>(&self, positions: &'list [usize], span_ns: &Range<u64>) -> &'list [usize] {
        let range = self.first_at(span_ns.start)..self.first_at(span_ns.end);
        index::within(positions, &range)
    }

    /// How many events are of these kinds.
    #[must_use]
    pub fn count(&self, kinds: KindSet) -> usize {
        kinds
            .iter()
            .map(|kind| self.events_of_kind(kind).len())
            .sum()
    }
}

#[cfg(test)]
mod tests;
