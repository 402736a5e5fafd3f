//! A run as a value change dump (IEEE 1364), which GTKWave and Surfer open.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use septum_abi::call::Status;
use septum_core::plan::Plan;
use septum_core::system::{ChannelKind, PortKind};
use septum_simulator::event::{Event, EventKind};

use super::run::Run;
use crate::trace::kind::Kind;
use crate::trace::lane::Activity;
use crate::trace::query::field::{channel, status};

/// What the numbers of the activity of a partition mean.
const ACTIVITIES: [(Activity, u64, &str); 5] = [
    (Activity::Ready, 0, "ready"),
    (Activity::Running, 1, "running"),
    (Activity::Blocked, 2, "waits"),
    (Activity::Halted, 3, "ended or halted"),
    (Activity::Restarting, 4, "restarting"),
];

/// What a partition does of which each time is a pulse: the kind and the name of its variable.
const PULSES: [(Kind, &str); 7] = [
    (Kind::Log, "log"),
    (Kind::DeniedCall, "denied_call"),
    (Kind::Fault, "fault"),
    (Kind::Violation, "violation"),
    (Kind::RestartBegin, "restart_begin"),
    (Kind::RestartEnd, "restart_end"),
    (Kind::SafeMode, "safe_mode"),
];

/// What happens to a channel.
const TRAFFIC: [(Kind, &str); 5] = [
    (Kind::Send, "send"),
    (Kind::Receive, "receive"),
    (Kind::SampleWrite, "write"),
    (Kind::SampleRead, "read"),
    (Kind::Signal, "signal"),
];

/// What a variable is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    /// The number of the schedule.
    Schedule,
    /// The number of the window.
    Window,
    /// What the partition of a lane does.
    Activity(usize),
    /// Something that a partition did.
    Pulse(usize, Kind),
    /// Whether an interrupt waits to be acknowledged: lane and port.
    Pending(usize, String),
    /// How many messages are in the queue of a channel.
    Queued(String),
    /// Something that happened to a channel.
    Traffic(String, Kind),
    /// A call on a channel that came to nothing.
    Refused(String),
    /// A device raised its line.
    Raised(String),
}

/// How a variable is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    /// A number of so many bits.
    Wire(u32),
    /// Something without a length.
    Event,
}

/// A variable: what it is about, how it is written, and what it is called.
struct Variable {
    subject: Subject,
    kind: Type,
    name: String,
}

/// A scope of variables.
struct Scope {
    name: String,
    variables: Vec<Variable>,
}

impl Scope {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            variables: Vec::new(),
        }
    }

    fn with(mut self, subject: Subject, kind: Type, name: &str) -> Self {
        self.variables.push(Variable {
            subject,
            kind,
            name: name.to_owned(),
        });
        self
    }
}

/// The dump of a run of a plan. Levels are those of the whole run; pulses are the events that are
/// shown.
#[must_use]
pub fn text(run: &Run, plan: &Plan) -> String {
    let groups = groups(plan);
    let mut codes = BTreeMap::new();
    let mut text = header();
    let system = &plan.system.name;
    let _ = writeln!(
        text,
        "$scope module {} $end",
        Names::default().identifier(system)
    );
    let mut names = Names::default();
    for (group, scopes) in groups {
        let _ = writeln!(text, "$scope module {} $end", names.identifier(group));
        declare(&mut text, scopes, &mut codes);
        text.push_str("$upscope $end\n");
    }
    text.push_str("$upscope $end\n$enddefinitions $end\n");
    let mut dump = Dump {
        text,
        codes,
        values: BTreeMap::new(),
        written_ns: None,
    };
    dump.initial();
    changes(run, plan, &mut dump);
    dump.at(run.recording.time_ns());
    dump.text
}

fn header() -> String {
    let mut text = format!("$version\n  septum {}\n$end\n", env!("CARGO_PKG_VERSION"));
    let meanings = ACTIVITIES.map(|(_, number, meaning)| format!("{number} {meaning}"));
    let _ = writeln!(text, "$comment\n  activity: {}\n$end", meanings.join(", "));
    text.push_str("$timescale\n  1 ns\n$end\n");
    text
}

/// The scopes in their groups, in the order of the design.
fn groups(plan: &Plan) -> Vec<(&'static str, Vec<Scope>)> {
    let hart = Scope::new("hart_0")
        .with(Subject::Schedule, Type::Wire(8), "schedule")
        .with(Subject::Window, Type::Wire(16), "window");
    vec![
        ("harts", vec![hart]),
        ("partitions", partitions(plan)),
        ("channels", channels(plan)),
        ("devices", devices(plan)),
    ]
}

fn partitions(plan: &Plan) -> Vec<Scope> {
    let scope = |(lane, partition): (usize, &septum_core::system::Partition)| {
        let scope = Scope::new(&partition.name);
        let mut scope = scope.with(Subject::Activity(lane), Type::Wire(3), "activity");
        for (kind, name) in PULSES {
            scope = scope.with(Subject::Pulse(lane, kind), Type::Event, name);
        }
        for port in &partition.ports {
            if let PortKind::Interrupt { .. } = port.kind {
                let subject = Subject::Pending(lane, port.name.clone());
                scope = scope.with(subject, Type::Wire(1), &format!("{}_pending", port.name));
            }
        }
        scope
    };
    plan.system
        .partitions
        .iter()
        .enumerate()
        .map(scope)
        .collect()
}

fn channels(plan: &Plan) -> Vec<Scope> {
    let scope = |channel: &septum_core::system::Channel| {
        let name = &channel.name;
        let (queued, kinds): (bool, &[Kind]) = match channel.kind {
            ChannelKind::Queuing { .. } => (true, &[Kind::Send, Kind::Receive]),
            ChannelKind::Sampling { .. } => (false, &[Kind::SampleWrite, Kind::SampleRead]),
            ChannelKind::Signal => (false, &[Kind::Signal]),
        };
        let mut scope = Scope::new(name);
        if queued {
            scope = scope.with(Subject::Queued(name.clone()), Type::Wire(32), "queued");
        }
        for (kind, word) in TRAFFIC.iter().filter(|(kind, _)| kinds.contains(kind)) {
            scope = scope.with(Subject::Traffic(name.clone(), *kind), Type::Event, word);
        }
        scope.with(Subject::Refused(name.clone()), Type::Event, "refused")
    };
    plan.system.channels.iter().map(scope).collect()
}

/// The devices that some partition uses.
fn devices(plan: &Plan) -> Vec<Scope> {
    let is_used = |number: usize| {
        let mut partitions = plan.system.partitions.iter();
        partitions.any(|partition| {
            let granted = partition.devices.iter().map(|device| device.get());
            let raising = partition.ports.iter().filter_map(|port| match port.kind {
                PortKind::Interrupt { device, .. } => Some(device.get()),
                _ => None,
            });
            granted.chain(raising).any(|it| it == number)
        })
    };
    let devices = plan.system.machine.devices.iter().enumerate();
    let used = devices.filter(|(number, _)| is_used(*number));
    let scope = |device: &septum_core::spec::RawDevice| {
        let subject = Subject::Raised(device.name.clone());
        Scope::new(&device.name).with(subject, Type::Event, "raised")
    };
    used.map(|(_, device)| scope(device)).collect()
}

/// Declares variables and gives each its code.
fn declare(text: &mut String, scopes: Vec<Scope>, codes: &mut BTreeMap<Subject, (String, Type)>) {
    let mut names = Names::default();
    for scope in scopes {
        let _ = writeln!(text, "$scope module {} $end", names.identifier(&scope.name));
        let mut own = Names::default();
        for Variable {
            subject,
            kind,
            name,
        } in scope.variables
        {
            let (word, bits) = match kind {
                Type::Wire(bits) => ("wire", bits),
                Type::Event => ("event", 1),
            };
            let (code, name) = (code(codes.len()), own.identifier(&name));
            let _ = writeln!(text, "$var {word} {bits} {code} {name} $end");
            codes.insert(subject, (code, kind));
        }
        text.push_str("$upscope $end\n");
    }
}

/// The code of a variable: printable characters, as few as possible.
fn code(mut number: usize) -> String {
    const FIRST: u8 = b'!';
    const COUNT: usize = 94;
    let mut code = String::new();
    loop {
        let digit = u8::try_from(number % COUNT).unwrap_or(0);
        code.push(char::from(FIRST + digit));
        match (number / COUNT).checked_sub(1) {
            Some(rest) => number = rest,
            None => return code,
        }
    }
}

/// The names of a scope.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl Names {
    /// A name as the standard has them (letters, digits, `_`), which nothing else in the scope
    /// has.
    fn identifier(&mut self, name: &str) -> String {
        let plain = |it: char| if it.is_ascii_alphanumeric() { it } else { '_' };
        let mut identifier: String = name.chars().map(plain).collect();
        if !identifier.starts_with(|it: char| it.is_ascii_alphabetic()) {
            identifier.insert(0, '_');
        }
        while !self.0.insert(identifier.clone()) {
            identifier.push('_');
        }
        identifier
    }
}

/// A dump that is being written.
struct Dump {
    text: String,
    codes: BTreeMap<Subject, (String, Type)>,
    /// What the wires are at.
    values: BTreeMap<Subject, u64>,
    /// The time that was written last.
    written_ns: Option<u64>,
}

impl Dump {
    /// Everything is 0 at reset.
    fn initial(&mut self) {
        self.at(0);
        self.text.push_str("$dumpvars\n");
        let wires = self.codes.values().filter_map(|(code, kind)| match kind {
            Type::Wire(1) => Some(format!("0{code}\n")),
            Type::Wire(_) => Some(format!("b0 {code}\n")),
            Type::Event => None,
        });
        let wires: Vec<String> = wires.collect();
        self.text.push_str(&wires.concat());
        self.text.push_str("$end\n");
    }

    /// What follows is of this time.
    fn at(&mut self, ns: u64) {
        if self.written_ns.is_none_or(|written| written < ns) {
            let _ = writeln!(self.text, "#{ns}");
            self.written_ns = Some(ns);
        }
    }

    /// A variable has a value from this time on; an event takes place.
    fn set(&mut self, ns: u64, subject: &Subject, value: u64) {
        let Some((code, kind)) = self.codes.get(subject).cloned() else {
            return;
        };
        let before = self.values.insert(subject.clone(), value).unwrap_or(0);
        if kind != Type::Event && before == value {
            return;
        }
        self.at(ns);
        let _ = match kind {
            Type::Wire(1) | Type::Event => writeln!(self.text, "{value:b}{code}"),
            Type::Wire(_) => writeln!(self.text, "b{value:b} {code}"),
        };
    }
}

/// Writes what changes, in the order of time.
fn changes(run: &Run, plan: &Plan, dump: &mut Dump) {
    let mut queues = Queues::default();
    for (at, event) in run.recording.events().iter().enumerate() {
        let lane = run.recording.lane_of(at);
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
    let activity = lane.and_then(|lane| Some((lane, run.recording.lanes().get(lane)?)));
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
    let all: Vec<Subject> = dump.codes.keys().cloned().collect();
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

/// Whether a call on a channel did what it was made for.
fn passes(event: &EventKind) -> bool {
    status(event).is_some_and(|it| it == Status::Ok.name() || it == Status::Stale.name())
}

/// How many messages are in the queues.
#[derive(Default)]
struct Queues(BTreeMap<String, u64>);

impl Queues {
    /// The queues that an event changes, with their new lengths. A partition that was restarted
    /// finds its queues empty.
    fn after(&mut self, plan: &Plan, lane: Option<usize>, event: &Event) -> Vec<(String, u64)> {
        let change: fn(u64) -> u64 = match &event.kind {
            EventKind::Send { .. } if passes(&event.kind) => |length| length.saturating_add(1),
            EventKind::Receive { .. } if passes(&event.kind) => |length| length.saturating_sub(1),
            EventKind::RestartEnd => |_| 0,
            _ => return Vec::new(),
        };
        let own = channel(&event.kind);
        let is_meant = |it: &&septum_core::system::Channel| match own {
            Some(name) => it.name == name,
            None => Some(it.to.partition.get()) == lane,
        };
        let channels = plan.system.channels.iter().filter(is_meant);
        let changed = channels.map(|it| {
            let length = self.0.entry(it.name.clone()).or_default();
            *length = change(*length);
            (it.name.clone(), *length)
        });
        changed.collect()
    }
}

fn number(position: usize) -> u64 {
    u64::try_from(position).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample::{plan, run, starters};

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
            let recording = &run.recording;
            for (lane, partition) in recording.lanes().iter().zip(&plan.system.partitions) {
                let now = lane.activity_at(recording.time_ns());
                let value = ACTIVITIES.iter().find(|it| it.0 == now).unwrap().1;
                let path = format!("partitions.{}.activity", partition.name);
                assert_eq!(reader.last(&path), value, "{name}: {path}");
            }
            for channel in &plan.system.channels {
                let of_channel = |kind| {
                    let events = recording.events_of_kind(kind).iter();
                    let kinds = events.map(|at| &recording.events()[*at].kind);
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
    fn interrupts_and_windows_are_there() {
        let (plan, run) = (
            plan("sensor-pipeline"),
            run("sensor-pipeline", "20ms", None),
        );
        let reader = Reader::of(&text(&run, &plan));
        let times = |kind| {
            let events = run.recording.events_of_kind(kind).iter();
            events
                .map(|at| run.recording.events()[*at].time_ns)
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
}
