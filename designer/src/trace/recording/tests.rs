use proptest::prelude::*;

use super::*;
use crate::trace::kind::KINDS;
use crate::trace::layout::tests::sample as layout;
use crate::trace::query::tests::{expression, names};
use crate::trace::sample::{self, recording};
use crate::trace::store::tests::trace;

#[test]
fn every_event_is_in_one_lane_and_one_kind() {
    let recording = recording(4);
    let count = recording.len();
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

/// The registers at an event of these.
fn registers(number: usize, kept: &Kept) -> Registers {
    Registers {
        pc: kept.pc,
        ..sample::registers(number, kept.event.partition.as_deref().unwrap_or_default())
    }
}

/// A recording that keeps nothing in memory but its last chunk.
fn recorded(events: &[Kept]) -> Recording {
    let budget = Budget {
        memory_bytes: 0,
        ..Budget::default()
    };
    let mut recording = Recording::with_budget(layout(), budget);
    for (number, kept) in events.iter().enumerate() {
        recording.push(&kept.event, &registers(number, kept));
    }
    recording
}

/// Positions of the events that satisfy the condition.
fn positions(events: &[Kept], condition: impl Fn(&Event) -> bool) -> Vec<usize> {
    let all = events.iter().enumerate();
    let found = all.filter(|(_, kept)| condition(&kept.event));
    found.map(|(position, _)| position).collect()
}

proptest! {
    #[test]
    fn a_recording_is_a_list_of_events(events in trace()) {
        let recording = recorded(&events);
        prop_assert_eq!(recording.len(), events.len());
        for (position, kept) in events.iter().enumerate() {
            prop_assert_eq!(recording.event(position), Some(kept.event.clone()));
            prop_assert_eq!(recording.registers(position), Some(registers(position, kept)));
            let index = recording.index();
            prop_assert_eq!(index.time_ns(position), Some(kept.event.time_ns));
            prop_assert_eq!(index.kind(position), Some(Kind::of(&kept.event.kind)));
        }
        prop_assert_eq!(recording.event(events.len()), None);
        prop_assert_eq!((recording.loss(), recording.lack_of_room()), (None, None));
    }

    #[test]
    fn lists_and_spans_are_those_of_a_look_at_every_event(
        events in trace(),
        (start_ns, length_ns) in (0..90_u64, 0..50_u64),
    ) {
        let recording = recorded(&events);
        let span_ns = start_ns..start_ns + length_ns;
        for lane in [None, Some(0), Some(1), Some(2)] {
            let is_here = |it: &Event| it.partition.as_deref().and_then(|it| layout().lane(it)) == lane;
            let list = recording.events_of_lane(lane);
            prop_assert_eq!(list, positions(&events, is_here));
            let seen = recording.within(list, &span_ns);
            prop_assert_eq!(seen, positions(&events, |it| is_here(it) && span_ns.contains(&it.time_ns)));
            for row in KINDS.iter().filter(|row| row.is_alarm()) {
                let alarms = positions(&events, |it| is_here(it) && Kind::of(&it.kind) == row.kind);
                prop_assert_eq!(recording.index().alarms(lane, row.kind), alarms);
            }
        }
        for row in &KINDS {
            let list = positions(&events, |it| Kind::of(&it.kind) == row.kind);
            prop_assert_eq!(recording.count(KindSet::NONE.toggled(row.kind)), list.len());
            prop_assert_eq!(recording.events_of_kind(row.kind), list);
        }
    }

    #[test]
    fn what_is_wanted_is_found_like_in_a_list(
        events in trace(),
        expression in expression(),
        (start, end) in (0..60_usize, 0..70_usize),
    ) {
        let recording = recorded(&events);
        let query = Wanted::read(&expression.to_string(), &names()).unwrap();
        for wanted in [query.clone(), query.kinds().into()] {
            let is_wanted = |kept: &Kept| wanted.matches(Seen { event: &kept.event, pc: kept.pc });
            let range = start..end.min(events.len());
            let list: Vec<usize> = range.clone().filter(|at| is_wanted(&events[*at])).collect();
            let find = |way| recording.find(&wanted, range.clone(), way);
            prop_assert_eq!(find(Way::Forwards), list.first().copied());
            prop_assert_eq!(find(Way::Backwards), list.last().copied());
            prop_assert_eq!(recording.all(&wanted, range.clone()), list);
            for (position, kept) in events.iter().enumerate() {
                prop_assert_eq!(recording.is_wanted(position, &wanted), is_wanted(kept));
            }
        }
    }
}
