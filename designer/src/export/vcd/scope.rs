//! The variables of a dump, in scopes: which there are for a plan, and what they are about.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use septum_core::plan::Plan;
use septum_core::spec::RawDevice;
use septum_core::system::{Channel, ChannelKind, Partition, PortKind};

use super::names::{Names, code};
use crate::trace::kind::Kind;

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
pub(super) enum Subject {
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
pub(super) enum Type {
    /// A number of so many bits.
    Wire(u32),
    /// Something without a length.
    Event,
}

/// The code of each variable, and how it is written.
pub(super) type Codes = BTreeMap<Subject, (String, Type)>;

/// A variable: what it is about, how it is written, and what it is called.
struct Variable {
    subject: Subject,
    kind: Type,
    name: String,
}

/// A scope of variables.
pub(super) struct Scope {
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

/// The scopes in their groups, in the order of the design.
pub(super) fn groups(plan: &Plan) -> Vec<(&'static str, Vec<Scope>)> {
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
    let scope = |(lane, partition): (usize, &Partition)| {
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
    let scope = |channel: &Channel| {
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
    let scope = |device: &RawDevice| {
        let subject = Subject::Raised(device.name.clone());
        Scope::new(&device.name).with(subject, Type::Event, "raised")
    };
    used.map(|(_, device)| scope(device)).collect()
}

/// The end of a scope.
pub(super) const END: &str = "$upscope $end\n";

/// Begins a scope.
pub(super) fn begin(text: &mut String, names: &mut Names, name: &str) {
    let _ = writeln!(text, "$scope module {} $end", names.identifier(name));
}

/// Declares variables and gives each its code.
pub(super) fn declare(text: &mut String, scopes: Vec<Scope>, codes: &mut Codes) {
    let mut names = Names::default();
    for scope in scopes {
        begin(text, &mut names, &scope.name);
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
        text.push_str(END);
    }
}
