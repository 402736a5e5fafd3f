//! A run as a value change dump (IEEE 1364), which GTKWave and Surfer open.

mod dump;
mod names;
mod queues;
mod scope;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use septum_core::plan::Plan;
use septum_simulator::event::{Event, EventKind};

use self::dump::Dump;
use self::names::Names;
use self::queues::{Queues, passes};
use self::scope::{Codes, END, Subject, begin, declare, groups};
use super::run::Run;
use crate::trace::kind::Kind;
use crate::trace::lane::Activity;
use crate::trace::query::field::channel;

/// What the numbers of the activity of a partition mean.
const ACTIVITIES: [(Activity, u64, &str); 5] = [
    (Activity::Ready, 0, "ready"),
    (Activity::Running, 1, "running"),
    (Activity::Blocked, 2, "waits"),
    (Activity::Halted, 3, "ended or halted"),
    (Activity::Restarting, 4, "restarting"),
];

/// The dump of a run of a plan. Levels are those of the whole run; pulses are the events that are
/// shown.
#[must_use]
pub fn text(run: &Run, plan: &Plan) -> String {
    let (mut text, mut codes) = (header(), Codes::new());
    begin(&mut text, &mut Names::default(), &plan.system.name);
    let mut names = Names::default();
    for (group, scopes) in groups(plan) {
        begin(&mut text, &mut names, group);
        declare(&mut text, scopes, &mut codes);
        text.push_str(END);
    }
    text.push_str(END);
    text.push_str("$enddefinitions $end\n");
    let mut dump = Dump::new(text, codes);
    changes(run, plan, &mut dump);
    dump.finish(run.time_ns())
}

fn header() -> String {
    let mut text = String::from("$version\n  septum\n$end\n");
    let meanings = ACTIVITIES.map(|(_, number, meaning)| format!("{number} {meaning}"));
    let _ = writeln!(text, "$comment\n  activity: {}\n$end", meanings.join(", "));
    text.push_str("$timescale\n  1 ns\n$end\n");
    text
}

/// Writes what changes, in the order of time.
fn changes(run: &Run, plan: &Plan, dump: &mut Dump) {
    let mut queues = Queues::default();
    for (at, event) in run.events().iter().enumerate() {
        let lane = run.lane_of(at);
        levels(run, lane, event, dump);
        for (channel, length) in queues.after(plan, lane, event) {
            dump.set(event.time_ns, &Subject::Queued(channel), length);
        }
        if run.shows(at) {
            pulse(lane, event, dump);
        }
    }
}

/// The levels that an event changes, but for those of queues.
fn levels(run: &Run, lane: Option<usize>, event: &Event, dump: &mut Dump) {
    let ns = event.time_ns;
    match &event.kind {
        EventKind::Window {
            schedule, index, ..
        } => {
            dump.set(ns, &Subject::Schedule, number(*schedule));
            dump.set(ns, &Subject::Window, number(*index));
        }
        EventKind::InterruptDelivered { port, .. } => pending(lane, port, ns, 1, dump),
        EventKind::InterruptAcknowledged { port, .. } => pending(lane, port, ns, 0, dump),
        EventKind::RestartEnd => forget(lane, ns, dump),
        _ => {}
    }
    let activity = lane.and_then(|lane| Some((lane, run.lanes().get(lane)?)));
    if let Some((lane, it)) = activity {
        let now = it.activity_at(ns);
        let value = ACTIVITIES.iter().find(|(activity, ..)| *activity == now);
        let value = value.map_or(0, |(_, value, _)| *value);
        dump.set(ns, &Subject::Activity(lane), value);
    }
}

fn pending(lane: Option<usize>, port: &str, ns: u64, value: u64, dump: &mut Dump) {
    if let Some(lane) = lane {
        dump.set(ns, &Subject::Pending(lane, port.to_owned()), value);
    }
}

/// A partition that was restarted has no pending interrupt.
fn forget(lane: Option<usize>, ns: u64, dump: &mut Dump) {
    let all: Vec<Subject> = dump.subjects().cloned().collect();
    for subject in all {
        if matches!(&subject, Subject::Pending(own, _) if Some(*own) == lane) {
            dump.set(ns, &subject, 0);
        }
    }
}

/// The event of a variable, where it has one.
fn pulse(lane: Option<usize>, event: &Event, dump: &mut Dump) {
    let kind = Kind::of(&event.kind);
    let subject = match (&event.kind, channel(&event.kind), lane) {
        (EventKind::InterruptRaised { device, .. }, ..) => Subject::Raised(device.to_string()),
        (it, Some(channel), _) if passes(it) => Subject::Traffic(channel.to_owned(), kind),
        (_, Some(channel), _) => Subject::Refused(channel.to_owned()),
        (_, None, Some(lane)) => Subject::Pulse(lane, kind),
        (_, None, None) => return,
    };
    dump.set(event.time_ns, &subject, 1);
}

fn number(position: usize) -> u64 {
    u64::try_from(position).unwrap_or(u64::MAX)
}
