//! What is known of every event without reading it: when, what and whose it is.

use std::collections::BTreeMap;
use std::mem::size_of;
use std::ops::Range;

use super::kind::{KINDS, Kind, KindSet};
use super::store::Way;

/// Events by position, in the order in which they happened.
#[derive(Debug)]
pub struct Index {
    times_ns: Vec<u64>,
    kinds: Vec<Kind>,
    lanes: Vec<Option<u16>>,
    /// Positions of the events of each kind.
    by_kind: Vec<Vec<usize>>,
    /// Positions of the alarms of each lane and kind.
    alarms: BTreeMap<(Option<usize>, Kind), Vec<usize>>,
}

impl Default for Index {
    /// Nothing happened yet.
    fn default() -> Self {
        Self {
            times_ns: Vec::new(),
            kinds: Vec::new(),
            lanes: Vec::new(),
            by_kind: vec![Vec::new(); KINDS.len()],
            alarms: BTreeMap::new(),
        }
    }
}

impl Index {
    /// Takes in the next event.
    pub(super) fn push(&mut self, time_ns: u64, kind: Kind, lane: Option<usize>) {
        let position = self.times_ns.len();
        self.by_kind[kind.position()].push(position);
        if kind.row().is_alarm() {
            self.alarms.entry((lane, kind)).or_default().push(position);
        }
        self.times_ns.push(time_ns);
        self.kinds.push(kind);
        self.lanes
            .push(lane.and_then(|lane| u16::try_from(lane).ok()));
    }

    /// Bytes in memory, but for the alarms.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let each = size_of::<u64>() + size_of::<Kind>() + size_of::<Option<u16>>();
        self.len() * (each + size_of::<usize>())
    }

    /// How many events there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.times_ns.len()
    }

    /// Whether there is no event.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.times_ns.is_empty()
    }

    /// When an event happened, in nanoseconds.
    #[must_use]
    pub fn time_ns(&self, event: usize) -> Option<u64> {
        self.times_ns.get(event).copied()
    }

    /// What kind an event is of.
    #[must_use]
    pub fn kind(&self, event: usize) -> Option<Kind> {
        self.kinds.get(event).copied()
    }

    /// The lane of an event; `None` for events of the hart.
    #[must_use]
    pub fn lane(&self, event: usize) -> Option<usize> {
        self.lanes.get(event).copied()?.map(usize::from)
    }

    /// Positions of the events of a kind.
    #[must_use]
    pub fn of_kind(&self, kind: Kind) -> &[usize] {
        &self.by_kind[kind.position()]
    }

    /// Positions of the events of a lane (`None` for the hart) and a kind that is an alarm.
    #[must_use]
    pub fn alarms(&self, lane: Option<usize>, kind: Kind) -> &[usize] {
        self.alarms.get(&(lane, kind)).map_or(&[], Vec::as_slice)
    }

    /// Position of the first event at or after this time.
    #[must_use]
    pub fn first_at(&self, time_ns: u64) -> usize {
        self.times_ns.partition_point(|at_ns| *at_ns < time_ns)
    }

    /// The first event of a range that is of these kinds, or the last one.
    #[must_use]
    pub fn find(&self, kinds: KindSet, range: &Range<usize>, way: Way) -> Option<usize> {
        let lists = kinds.iter().map(|kind| within(self.of_kind(kind), range));
        match way {
            Way::Forwards => lists.filter_map(|list| list.first().copied()).min(),
            Way::Backwards => lists.filter_map(|list| list.last().copied()).max(),
        }
    }
}

/// The part of an ordered list of positions that falls within the range.
#[must_use]
pub fn within<'list>(positions: &'list [usize], range: &Range<usize>) -> &'list [usize] {
    let start = positions.partition_point(|position| *position < range.start);
    let length = positions[start..].partition_point(|position| *position < range.end);
    &positions[start..start + length]
}
