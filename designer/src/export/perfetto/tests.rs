//! Files, read back: they keep the rules of the format and say what happened.

use std::collections::BTreeMap;

use serde_json::Value;

use septum_core::scenario::Scenario;

use super::entry::Microseconds;
use super::*;
use crate::export::sample::{recorded, run, starters, troubled};

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

/// Checks a file: times ascend, slices nest, each flow begins and ends once, in a slice.
#[track_caller]
fn keeps_the_rules(text: &str) {
    let entries = read(text);
    let times: Vec<u64> = entries.iter().map(|entry| ns(&entry["ts"])).collect();
    assert!(times.is_sorted());
    let slices = slices(&entries);
    slices.values().for_each(|slices| nest(slices));
    let mut ends: BTreeMap<u64, Vec<&Value>> = BTreeMap::new();
    for entry in entries
        .iter()
        .filter(|it| it["ph"] == "s" || it["ph"] == "f")
    {
        let (time, thread) = (ns(&entry["ts"]), entry["tid"].as_u64().unwrap());
        let mut around = slices[&thread].iter();
        assert!(around.any(|it| it.0 <= time && time < it.1), "{entry}");
        ends.entry(entry["id"].as_u64().unwrap())
            .or_default()
            .push(entry);
    }
    assert!(!ends.is_empty());
    for ends in ends.values() {
        let [begin, end] = ends[..] else {
            panic!("{ends:?}")
        };
        assert_eq!((&begin["ph"], &end["ph"]), (&"s".into(), &"f".into()));
        assert_eq!((&begin["name"], &begin["cat"]), (&end["name"], &end["cat"]));
        assert_eq!(end["bp"], "e");
    }
}

#[test]
fn files_keep_the_rules_of_the_format() {
    for only in [None, Some("messages")] {
        for name in starters() {
            keeps_the_rules(&text(&run(name, "20ms", only), name));
        }
        let run = recorded(&troubled(), &Scenario::default(), "20ms", only);
        keeps_the_rules(&text(&run, "troubled"));
    }
}

#[test]
fn faults_restarts_and_refusals_are_there() {
    let run = recorded(&troubled(), &Scenario::default(), "20ms", None);
    let entries = read(&text(&run, "troubled"));
    let count = |name: &str| entries.iter().filter(|entry| entry["name"] == name).count();
    assert!(count("restarting") > 2 && count("fault") > 2);
    assert_eq!(count("fault"), run.events_of_kind(Kind::Fault).len());
    // A value has one flow at most: to its first reader.
    let reads = run.events_of_kind(Kind::SampleRead).len();
    assert!(count("state") >= 4 && count("state") <= 2 * reads);
    // Nobody takes what the culprit's restarts drain.
    assert_eq!(count("late"), 0);
    assert!(count("send late") > 2);
}

#[test]
fn every_message_that_arrived_is_a_flow_and_every_call_a_slice() {
    let run = run("ping-pong", "10ms", None);
    let entries = read(&text(&run, "ping-pong"));
    let count = |phase: &str| entries.iter().filter(|entry| entry["ph"] == phase).count();
    let arrived = run.events_of_kind(Kind::Receive).len();
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
        for (lane, spans) in run.lanes().iter().zip(spans(&run)) {
            let sum: u64 = running(&spans)
                .iter()
                .map(|span| span.end - span.start)
                .sum();
            assert_eq!(sum, lane.ran_ns(0..u64::MAX, run.time_ns()));
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
