use proptest::prelude::*;
use septum_simulator::event::EventKind;

use super::*;
use crate::trace::describe::tests::one_of_each;
use crate::trace::kind::{KINDS, KindSet};
use crate::trace::query::tests::{expression, names};
use crate::trace::sample;

const PARTITIONS: [&str; 3] = ["ping", "idle", "pong"];

/// A kind of event with some of what it can carry changed.
fn varied(mut kind: EventKind, number: u8) -> EventKind {
    match &mut kind {
        EventKind::Send { channel, bytes, .. } | EventKind::Receive { channel, bytes, .. } => {
            *channel = ["request", "reply"][usize::from(number % 2)].into();
            *bytes = vec![number; usize::from(number % 5)].into();
        }
        EventKind::Block { deadline_ns, .. } => {
            *deadline_ns = number.is_multiple_of(2).then_some(u64::from(number) << 55);
        }
        EventKind::SampleRead { age_ns, .. } => *age_ns = number.is_multiple_of(2).then_some(9),
        EventKind::Fault {
            code,
            restarts_used_up,
            ..
        } => {
            *code = number.is_multiple_of(2).then_some(13);
            *restarts_used_up = number.is_multiple_of(3).then_some(number.into());
        }
        _ => {}
    }
    kind
}

/// Events in order, some at the same time.
pub(in crate::trace) fn trace() -> impl Strategy<Value = Vec<Kept>> {
    let kind = (proptest::sample::select(one_of_each()), any::<u8>());
    let event = (0..3_u64, 0..4_usize, kind, any::<u64>());
    proptest::collection::vec(event, 0..60).prop_map(|events| {
        let mut now_ns = 0;
        let kept = |(later_ns, partition, (kind, number), pc): (_, usize, _, _)| {
            now_ns += later_ns;
            let partition = PARTITIONS.get(partition).copied().unwrap_or_default();
            let event = sample::event(now_ns, partition, varied(kind, number));
            Kept { event, pc }
        };
        events.into_iter().map(kept).collect()
    })
}

fn filter() -> impl Strategy<Value = Filter> {
    let kinds = proptest::collection::vec(proptest::sample::select(KINDS.to_vec()), 0..6);
    let kinds = kinds.prop_map(|rows| {
        let sets = rows.iter().map(|row| KindSet::NONE.toggled(row.kind));
        match rows.len() {
            0 => KindSet::ALL,
            _ => sets.fold(KindSet::NONE, KindSet::with),
        }
    });
    let lane = prop_oneof![
        Just(Lane::Any),
        Just(Lane::Hart),
        proptest::sample::select(vec!["ping", "pong", "nobody"])
            .prop_map(|name| Lane::Partition(name.to_owned())),
    ];
    let channel = proptest::option::of(proptest::sample::select(vec!["request", "speed", "no"]));
    (kinds, lane, channel, 0..80_u64, 0..80_u64).prop_map(
        |(kinds, lane, channel, start, length)| Filter {
            span_ns: start..start + length,
            kinds,
            lane,
            channel: channel.map(str::to_owned),
        },
    )
}

/// What the filter says, without an index.
fn is_wanted(filter: &Filter, event: &Event) -> bool {
    let lane = match &filter.lane {
        Lane::Any => true,
        Lane::Hart => event.partition.is_none(),
        Lane::Partition(name) => event.partition.as_deref() == Some(name),
    };
    let channel = filter.channel.as_deref();
    lane && filter.span_ns.contains(&event.time_ns)
        && filter.kinds.contains(Kind::of(&event.kind))
        && channel.is_none_or(|name| super::channel(&event.kind) == Some(name))
}

/// The registers at an event of this store, of this number.
fn registers(number: usize, pc: u64) -> Registers {
    Registers {
        pc,
        ..sample::registers(number, PARTITIONS[number % 3])
    }
}

/// Room for so many bytes in memory.
fn memory(memory_bytes: usize) -> Budget {
    Budget {
        memory_bytes,
        ..Budget::default()
    }
}

/// A store in chunks of four events that keeps so many bytes in memory.
fn store(events: &[Kept], budget_bytes: usize) -> Store {
    let mut store = Store::with_chunks(memory(budget_bytes), 4);
    for (number, Kept { event, pc }) in events.iter().enumerate() {
        store.push(event, &registers(number, *pc));
    }
    store
}

proptest! {
    #[test]
    fn a_store_is_a_list_of_events(events in trace(), budget in 0..2_000_usize) {
        let store = store(&events, budget);
        prop_assert_eq!(store.len(), events.len());
        prop_assert!(store.resident_bytes() <= budget + store.chunks.last_bytes());
        for (position, kept) in events.iter().enumerate() {
            prop_assert_eq!(&store.get(position).unwrap().unwrap(), kept);
            let registers = registers(position, kept.pc);
            prop_assert_eq!(store.registers(position).unwrap().unwrap(), registers);
        }
        prop_assert_eq!(store.get(events.len()).unwrap(), None);
        for time_ns in 0..130 {
            let first = events.partition_point(|kept| kept.event.time_ns < time_ns);
            prop_assert_eq!(store.first_at(time_ns).unwrap(), first);
        }
    }

    #[test]
    fn a_filter_finds_what_a_look_at_every_event_finds(
        events in trace(),
        filter in filter(),
        (start, end) in (0..60_usize, 0..70_usize),
        budget in 0..2_000_usize,
    ) {
        let store = store(&events, budget);
        let range = start..end.min(events.len());
        let wanted = |position: &usize| is_wanted(&filter, &events[*position].event);
        let find = |way| store.find(&filter, start..end, way).unwrap();
        prop_assert_eq!(find(Way::Forwards), range.clone().find(wanted));
        prop_assert_eq!(find(Way::Backwards), range.rev().find(wanted));
    }

    #[test]
    fn an_expression_finds_what_a_look_at_every_event_finds(
        events in trace(),
        expression in expression(),
        budget in 0..2_000_usize,
    ) {
        let store = store(&events, budget);
        let query = Query::parse(&expression.to_string(), &names()).unwrap();
        let matches = |kept: &Kept| query.matches(Seen { event: &kept.event, pc: kept.pc });
        let find = |way| store.find_match(&query, 0..usize::MAX, way).unwrap();
        prop_assert_eq!(find(Way::Forwards), events.iter().position(matches));
        prop_assert_eq!(find(Way::Backwards), events.iter().rposition(matches));
        let all: Vec<usize> = (0..events.len()).filter(|at| matches(&events[*at])).collect();
        prop_assert_eq!(store.find_all(&query, 0..usize::MAX).unwrap(), all);
    }
}

#[test]
fn nothing_lies_in_an_empty_store() {
    let store = Store::new(memory(0));
    assert!(store.is_empty());
    assert_eq!(store.within(0..u64::MAX).unwrap(), 0..0);
    let all = Filter::default();
    assert_eq!(store.find(&all, 0..9, Way::Forwards).unwrap(), None);
    assert_eq!(store.find(&all, 5..9, Way::Backwards).unwrap(), None);
}

#[test]
fn what_is_over_the_budget_lies_on_disk_and_is_read_again() {
    let mut store = Store::new(memory(200_000));
    let kinds = one_of_each();
    let event = |number: usize| {
        let time_ns = u64::try_from(number).unwrap();
        sample::event(time_ns, "ping", kinds[number % kinds.len()].clone())
    };
    for number in 0..20_000 {
        store.push(&event(number), &registers(number, 0));
    }
    assert!(store.resident_bytes() <= 200_000 + CHUNK_EVENTS * 80);
    assert!(store.spilled_bytes() > 500_000);
    for number in [0, 19_999, 5_000, 4_095, 4_096, 12_345] {
        assert_eq!(store.get(number).unwrap().unwrap().event, event(number));
    }
    let position = store.first_at(7_777).unwrap();
    assert_eq!(store.within(7_777..7_780).unwrap(), position..position + 3);
}

#[test]
fn an_event_of_a_starter_system_takes_less_than_64_bytes() {
    let recording = sample::recording(1_000);
    let mut store = Store::new(memory(usize::MAX));
    for position in 0..recording.len() {
        let event = recording.event(position).unwrap();
        let registers = recording.registers(position).unwrap();
        store.push(&event, &registers);
    }
    let each = store.resident_bytes() / store.len();
    assert!(each < 64, "{each} bytes");
    assert_eq!(store.spilled_bytes(), 0);
}

#[test]
fn a_chunk_of_large_messages_has_few_events() {
    let mut store = Store::new(memory(4 << 20));
    let log = EventKind::Log {
        bytes: vec![7; 300 << 10].into(),
        status: "ok".into(),
    };
    for number in 0..40 {
        let event = sample::event(number, "ping", log.clone());
        store.push(&event, &registers(0, number));
    }
    assert!(store.resident_bytes() <= 6 << 20);
    assert_eq!(store.get(21).unwrap().unwrap().pc, 21);
    assert_eq!(store.within(19..23).unwrap(), 19..23);
    let all = Filter::default();
    assert_eq!(store.find(&all, 9..30, Way::Backwards).unwrap(), Some(29));
}

#[test]
fn a_full_disk_is_said_and_nothing_is_lost() {
    let mut store = Store::new(Budget {
        memory_bytes: 0,
        disk_bytes: 400_000,
    });
    let event = |number| sample::event(number, "ping", EventKind::Dispatch);
    for number in 0..20_000 {
        store.push(&event(number), &registers(0, number));
    }
    assert!(store.lack_of_room().is_some() && store.spilled_bytes() <= 400_000);
    for number in [0, 5_000, 19_999] {
        let position = usize::try_from(number).unwrap();
        assert_eq!(store.get(position).unwrap().unwrap().event, event(number));
    }
}
