//! Program models on the kernel that ships: conditions, draws, times to sleep until, faults on
//! purpose.

use crate::common::systems::{MS, channel, events, find, is_of, model, queuing, system};
use septum_core::spec::{RawPartition, RawPayload, RawStep, RawSystem};
use septum_simulator::event::{Event, EventKind};

fn log(text: &str) -> RawStep {
    RawStep::Log {
        message: RawPayload::Text(text.to_owned()),
    }
}

fn send(text: &str) -> RawStep {
    RawStep::Send {
        port: "out".to_owned(),
        message: RawPayload::Text(text.to_owned()),
    }
}

fn receive(timeout_ns: Option<u64>) -> RawStep {
    RawStep::Receive {
        port: "in".to_owned(),
        timeout_ns,
    }
}

fn if_byte(offset: u64, equals: u8) -> RawStep {
    RawStep::IfByte {
        offset,
        equals: u64::from(equals),
    }
}

/// The steps so many times, or for ever.
fn repeated(times: Option<u64>, steps: Vec<RawStep>) -> Vec<RawStep> {
    let begin = RawStep::Loop { times };
    std::iter::once(begin)
        .chain(steps)
        .chain([RawStep::End])
        .collect()
}

/// A sender and a receiver, one after the other in a window of so many nanoseconds.
fn pair(sender: Vec<RawStep>, receiver: Vec<RawStep>, window_ns: u64) -> RawSystem {
    system(
        vec![model("sender", sender), model("receiver", receiver)],
        vec![channel("c", queuing(64, 8), "sender.out", "receiver.in")],
        &[(window_ns, &["sender", "receiver"])],
    )
}

/// What a partition has logged.
fn logged(events: &[Event], partition: &str) -> Vec<String> {
    let own = events.iter().filter(|event| is_of(event, partition));
    let texts = own.filter_map(|event| match &event.kind {
        EventKind::Log { bytes, .. } => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    });
    texts.collect()
}

#[test]
fn conditions_and_loops_nest() {
    let sender = ["a", "b2", "b", "", "a2"].map(send).to_vec();
    let inner = [
        vec![if_byte(0, b'a')],
        repeated(Some(2), vec![log("twice a")]),
        vec![RawStep::Else, if_byte(1, b'2'), log("other with 2")],
        vec![RawStep::Else, log("other"), RawStep::End, RawStep::End],
    ];
    let mut receiver = vec![if_byte(0, 0), log("no message"), RawStep::Else];
    receiver.extend([log("nothing yet"), RawStep::End]);
    let body = std::iter::once(receive(None)).chain(inner.concat());
    receiver.extend(repeated(Some(5), body.collect()));
    receiver.extend([if_byte(1, b'2'), log("end"), RawStep::End]);
    let events = events(&pair(sender, receiver, 10 * MS), 10 * MS);
    let expected = [
        "nothing yet",
        "twice a",
        "twice a",
        "other with 2",
        "other",
        "other",
        "twice a",
        "twice a",
        "end",
    ];
    assert_eq!(logged(&events, "receiver"), expected);
    find(&events, "receiver", |kind| *kind == EventKind::Exit);
}

#[test]
fn a_loop_inside_of_a_condition_is_played_anew_each_time() {
    let counted = repeated(Some(3), vec![log("inner")]);
    let body = [
        vec![receive(None), if_byte(0, b'x')],
        counted,
        vec![RawStep::End, log("outer")],
    ];
    let receiver = repeated(None, body.concat());
    let sender = ["x", "y", "x"].map(send).to_vec();
    let events = events(&pair(sender, receiver, 10 * MS), 10 * MS);
    let round = ["inner", "inner", "inner", "outer"];
    let expected = [&round[..], &["outer"], &round].concat();
    assert_eq!(logged(&events, "receiver"), expected);
}

/// Somebody who computes for a drawn time and then looks at an empty queue, over and over.
fn drawing(name: &str, least_ns: u64, most_ns: u64) -> RawPartition {
    let compute = RawStep::ComputeBetween { least_ns, most_ns };
    model(name, repeated(None, vec![compute, receive(Some(0))]))
}

fn draws(seed: u64, least_ns: u64, most_ns: u64) -> RawSystem {
    let mut raw = system(
        vec![
            drawing("one", least_ns, most_ns),
            drawing("two", least_ns, most_ns),
            model("silent", vec![RawStep::Exit]),
        ],
        vec![
            channel("c", queuing(64, 8), "silent.one", "one.in"),
            channel("d", queuing(64, 8), "silent.two", "two.in"),
        ],
        &[(10 * MS, &["one"]), (10 * MS, &["two"]), (MS, &["silent"])],
    );
    raw.seed = seed;
    raw
}

/// When a partition looked at its queue.
fn polls(events: &[Event], partition: &str) -> Vec<u64> {
    let own = events.iter().filter(|event| is_of(event, partition));
    let polls = own.filter(|event| matches!(event.kind, EventKind::Receive { .. }));
    polls.map(|event| event.time_ns).collect()
}

/// How long each round of a partition took in its first window.
fn rounds(events: &[Event], partition: &str) -> Vec<u64> {
    let times = polls(events, partition);
    let pairs = times.windows(2).map(|pair| pair[1] - pair[0]);
    pairs.take_while(|round| *round < 5 * MS).collect()
}

#[test]
fn drawn_times_keep_to_their_bounds_and_fill_them() {
    const LEAST: u64 = 10_000;
    const WIDTH: u64 = 20_000;
    let fixed = rounds(&events(&draws(7, LEAST, LEAST), 10 * MS), "one");
    let shortest = fixed[0];
    assert!(fixed.iter().all(|round| *round == shortest), "{fixed:?}");
    let drawn = rounds(&events(&draws(7, LEAST, LEAST + WIDTH), 10 * MS), "one");
    assert!(drawn.len() > 300, "{}", drawn.len());
    assert!(drawn.iter().all(|round| *round >= shortest));
    assert!(drawn.iter().all(|round| *round <= shortest + WIDTH));
    for tenth in 0..10 {
        let from = shortest + tenth * WIDTH / 10;
        let those = drawn
            .iter()
            .filter(|round| (from..=from + WIDTH / 10).contains(round));
        let often = those.count() * 10;
        assert!(
            (drawn.len() / 2..drawn.len() * 2).contains(&often),
            "{tenth}: {often}"
        );
    }
}

#[test]
fn the_seed_decides_about_drawn_times_and_nothing_else_does() {
    let run = |seed| events(&draws(seed, 0, 50_000), 25 * MS);
    let (first, again, other) = (run(1), run(1), run(2));
    assert_eq!(first, again);
    assert_ne!(first, other);
    let same = rounds(&first, "one").into_iter().zip(rounds(&other, "one"));
    assert!(same.filter(|(one, other)| one == other).count() < 5);
    let same = rounds(&first, "one").into_iter().zip(rounds(&first, "two"));
    assert!(same.filter(|(one, two)| one == two).count() < 5);
    assert!(rounds(&first, "two").len() > 100);
}

/// Somebody who acts once a period, and then works for a drawn time up to the given one.
fn periodic(period_ns: u64, offset_ns: u64, most_ns: u64) -> RawSystem {
    let until = RawStep::SleepUntil {
        period_ns,
        offset_ns,
    };
    let work = RawStep::ComputeBetween {
        least_ns: 0,
        most_ns,
    };
    let steps = repeated(None, vec![until, receive(Some(0)), work]);
    system(
        vec![
            model("periodic", steps),
            model("silent", vec![RawStep::Exit]),
        ],
        vec![channel("c", queuing(64, 8), "silent.out", "periodic.in")],
        &[(50 * MS, &["periodic", "silent"])],
    )
}

#[test]
fn sleeping_until_does_not_drift() {
    let (period_ns, offset_ns) = (MS, 300_000);
    let events = events(&periodic(period_ns, offset_ns, 500_000), 2_000 * MS);
    let times = polls(&events, "periodic");
    assert_eq!(times.len(), 2_000);
    let late = times[0] - offset_ns;
    assert!(late < 5_000, "{late}");
    for (number, time_ns) in (0..).zip(&times) {
        assert_eq!(
            *time_ns,
            number * period_ns + offset_ns + late,
            "period {number}"
        );
    }
}

#[test]
fn who_wakes_at_a_time_sleeps_until_the_next_one() {
    let mut raw = periodic(MS, 300_000, 0);
    // A tick in which whole rounds would fit.
    raw.machine.timebase_hz = 10_000;
    // All of it in the first frame: the pad of the next one takes whole ticks, too.
    let times = polls(&events(&raw, 48 * MS), "periodic");
    assert!(times.len() > 40, "{}", times.len());
    let rounds = times.windows(2).map(|pair| pair[1] - pair[0]);
    assert_eq!(rounds.filter(|round| *round != MS).count(), 0, "{times:?}");
    assert_eq!(times[0] % MS / 1_000, 300);
}

#[test]
fn an_illegal_instruction_is_a_fault_and_the_end() {
    let steps = vec![log("before"), RawStep::Illegal, log("behind")];
    let raw = system(vec![model("culprit", steps)], vec![], &[(MS, &["culprit"])]);
    let events = events(&raw, MS);
    assert_eq!(logged(&events, "culprit"), ["before"]);
    let fault = find(&events, "culprit", |kind| {
        matches!(kind, EventKind::Fault { .. })
    });
    assert!(
        matches!(&fault.kind, EventKind::Fault { code: Some(2), value: 0, action, .. } if action == "halt"),
        "{fault:?}"
    );
}
