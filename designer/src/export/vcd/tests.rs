//! Dumps, read back.

use septum_core::scenario::Scenario;

use std::collections::{BTreeMap, BTreeSet};

use septum_core::system::ChannelKind;

use super::names::code;
use super::*;
use crate::export::sample::{plan, recorded, run, starters, troubled};

/// What stands in a dump: the variables by scope and name, and their changes.
#[derive(Default)]
struct Reader {
    /// The code and the type of each variable.
    variables: BTreeMap<String, (String, String)>,
    /// Time, code and value.
    changes: Vec<(u64, String, u64)>,
}

impl Reader {
    fn of(text: &str) -> Self {
        let mut reader = Self::default();
        let (head, body) = text.split_once("$enddefinitions $end\n").unwrap();
        reader.declarations(head);
        let mut now = None;
        for line in body.lines().filter(|line| !line.starts_with('$')) {
            let (sign, rest) = line.split_at(1);
            if sign == "#" {
                let time = rest.parse::<u64>().unwrap();
                assert!(now.is_none_or(|now| now < time), "{line}");
                now = Some(time);
                continue;
            }
            let (value, code) = match sign {
                "b" => rest.split_once(' ').unwrap(),
                _ => (sign, rest),
            };
            let value = u64::from_str_radix(value, 2).unwrap();
            let mut codes = reader.variables.values();
            assert!(codes.any(|(known, _)| known == code), "{line}");
            reader.changes.push((now.unwrap(), code.to_owned(), value));
        }
        reader
    }

    fn declarations(&mut self, head: &str) {
        let mut scopes: Vec<&str> = Vec::new();
        for line in head.lines() {
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["$scope", "module", name, "$end"] => scopes.push(name),
                ["$upscope", "$end"] => drop(scopes.pop().unwrap()),
                ["$var", kind, _, code, name, "$end"] => {
                    let path = [&scopes[1..], &[name]].concat().join(".");
                    let variable = (code.to_owned(), kind.to_owned());
                    assert_eq!(self.variables.insert(path, variable), None, "{line}");
                }
                _ => {}
            }
        }
        assert!(scopes.is_empty());
    }

    fn of_variable(&self, path: &str) -> Vec<(u64, u64)> {
        let (code, _) = &self.variables[path];
        let changes = self.changes.iter().filter(|(_, own, _)| own == code);
        changes.map(|(ns, _, value)| (*ns, *value)).collect()
    }

    fn last(&self, path: &str) -> u64 {
        self.of_variable(path).last().unwrap().1
    }
}

#[test]
fn the_last_values_are_those_of_the_run() {
    for name in starters() {
        let (plan, run) = (plan(name), run(name, "20ms", None));
        let reader = Reader::of(&text(&run, &plan));
        for (lane, partition) in run.lanes().iter().zip(&plan.system.partitions) {
            let now = lane.activity_at(run.time_ns());
            let value = ACTIVITIES.iter().find(|it| it.0 == now).unwrap().1;
            let path = format!("partitions.{}.activity", partition.name);
            assert_eq!(reader.last(&path), value, "{name}: {path}");
        }
        for channel in &plan.system.channels {
            let of_channel = |kind| {
                let events = run.events_of_kind(kind).iter();
                let kinds = events.map(|at| &run.events()[*at].kind);
                kinds.filter(|it| self::channel(it) == Some(&channel.name) && passes(it))
            };
            let [sent, received] = [Kind::Send, Kind::Receive].map(|it| of_channel(it).count());
            if let ChannelKind::Queuing { .. } = channel.kind {
                let path = format!("channels.{}", channel.name);
                let left = u64::try_from(sent - received).unwrap();
                assert_eq!(reader.last(&format!("{path}.queued")), left);
                assert_eq!(reader.of_variable(&format!("{path}.send")).len(), sent);
                assert_eq!(
                    reader.of_variable(&format!("{path}.receive")).len(),
                    received
                );
            }
        }
    }
}

#[test]
fn a_restart_empties_the_queue_that_is_full() {
    let plan = troubled();
    let run = recorded(&plan, &Scenario::default(), "20ms", None);
    let reader = Reader::of(&text(&run, &plan));
    let queued = reader.of_variable("channels.late.queued");
    let (_, lengths): (Vec<u64>, Vec<u64>) = queued.iter().copied().unzip();
    let depth = match plan.system.channels[2].kind {
        ChannelKind::Queuing { depth, .. } => u64::from(depth),
        _ => panic!("a queue"),
    };
    assert_eq!(lengths.iter().max(), Some(&depth));
    assert!(!reader.of_variable("channels.late.refused").is_empty());
    let drained = queued.iter().skip(1).filter(|(_, length)| *length == 0);
    let drained: Vec<u64> = drained.map(|(ns, _)| *ns).collect();
    let restarts = reader.of_variable("partitions.culprit.restart_end");
    assert!(!drained.is_empty());
    assert!(drained.iter().all(|ns| restarts.contains(&(*ns, 1))));
    let read = reader.of_variable("channels.state.read");
    assert!(!read.is_empty());
}

#[test]
fn interrupts_and_windows_are_there() {
    let (plan, run) = (
        plan("sensor-pipeline"),
        run("sensor-pipeline", "20ms", None),
    );
    let reader = Reader::of(&text(&run, &plan));
    let times = |kind| {
        let events = run.events_of_kind(kind).iter();
        events
            .map(|at| run.events()[*at].time_ns)
            .collect::<Vec<_>>()
    };
    let raised = reader.of_variable("devices.uart.raised");
    assert!(!raised.is_empty());
    let raised: Vec<u64> = raised.into_iter().map(|(ns, _)| ns).collect();
    assert_eq!(raised, times(Kind::InterruptRaised));
    let pending = reader.of_variable("partitions.driver.irq_pending");
    let mut expected: Vec<(u64, u64)> = vec![(0, 0)];
    expected.extend(
        times(Kind::InterruptDelivered)
            .into_iter()
            .map(|ns| (ns, 1)),
    );
    expected.extend(
        times(Kind::InterruptAcknowledged)
            .into_iter()
            .map(|ns| (ns, 0)),
    );
    expected.sort_unstable();
    assert_eq!(pending, expected);
    let windows = reader.of_variable("harts.hart_0.window");
    assert_eq!(windows[..3], [(0, 0), (304_100, 1), (604_100, 2)]);
}

#[test]
fn an_expression_leaves_out_pulses_and_no_level() {
    let plan = plan("ping-pong");
    let all = Reader::of(&text(&run("ping-pong", "5ms", None), &plan));
    let some = run("ping-pong", "5ms", Some("channel == \"there\""));
    let some = Reader::of(&text(&some, &plan));
    assert!(some.of_variable("channels.back.send").is_empty());
    for path in [
        "channels.there.send",
        "channels.back.queued",
        "partitions.ping.activity",
    ] {
        assert_eq!(some.of_variable(path), all.of_variable(path), "{path}");
    }
}

#[test]
fn codes_and_names_are_those_of_the_standard_and_no_two_are_alike() {
    let codes: BTreeSet<String> = (0..20_000).map(code).collect();
    assert_eq!(codes.len(), 20_000);
    assert!(
        codes
            .iter()
            .all(|it| it.bytes().all(|it| it.is_ascii_graphic()))
    );
    let mut names = Names::default();
    let made = ["a-b", "a.b", "a_b", "9", ""].map(|name| names.identifier(name));
    assert_eq!(made, ["a_b", "a_b_", "a_b__", "_9", "_"]);
}
