//! Program models: blocks that close, ports of the right kind, rights that they need, numbers
//! that are possible.

mod blocks;
mod numbers;
mod ports;

use std::collections::BTreeMap;

use septum_abi::limits::LOG_MESSAGE_BYTES;

use super::findings::Findings;
use super::ports::{Behind, Port, Ports};
use super::schedule::ticks;
use crate::codes::{S0105, S0161, S0162, S0163, S0164, S0165, S0167};
use crate::diagnostic::SpecPath;
use crate::listing::listing;
use crate::spec::{
    RawChannelKind, RawPartition, RawPayload, RawProgram, RawStep, RawSystem, UsedPort,
};

/// A model and what its partition has.
struct Model<'a> {
    raw: &'a RawSystem,
    partition: &'a RawPartition,
    /// The ports by name; `None` where nobody can say which they are.
    ports: Option<BTreeMap<&'a str, Behind>>,
    /// What to do about a port that is not there.
    no_port: String,
    /// Length of the longest message that can come, if any can.
    longest: Option<u64>,
}

pub(super) fn check(raw: &RawSystem, ports: &Ports<'_>, findings: &mut Findings) {
    for (i, partition) in raw.partitions.iter().enumerate() {
        let RawProgram::Model(steps) = &partition.program else {
            continue;
        };
        let list = SpecPath::default().field("partitions");
        let path = list.index(i).field("program");
        let model = Model::new(raw, partition, ports.of(i));
        blocks::check(steps, &path, findings);
        for (j, step) in steps.iter().enumerate() {
            model.step(step, j, &path.index(j), findings);
        }
    }
}

impl<'a> Model<'a> {
    fn new(raw: &'a RawSystem, partition: &'a RawPartition, ports: Option<&[Port<'a>]>) -> Self {
        let no_port = match ports.unwrap_or_default() {
            [] => "connect a channel to a port of this name".to_owned(),
            ports => {
                let names = listing(ports.iter().map(|port| format!("`{}`", port.name)));
                format!("connect a channel to it, or use a port that there is: {names}")
            }
        };
        // Of ports with the same name the first counts.
        let by_name = ports.map(|ports| {
            let named = ports.iter().rev().map(|port| (port.name, port.behind));
            named.collect()
        });
        let incoming = ports.unwrap_or_default().iter();
        let incoming = incoming.filter_map(|port| match port.behind {
            Behind::In(channel) => message_bytes(raw, channel),
            _ => None,
        });
        Self {
            raw,
            partition,
            ports: by_name,
            no_port,
            longest: incoming.max(),
        }
    }

    fn step(&self, step: &RawStep, number: usize, path: &SpecPath, findings: &mut Findings) {
        numbers::check(step, number, path, findings);
        for used in step.ports() {
            self.port(used, path, findings);
        }
        let mut time = |field: &str, ns| self.time(ns, number, path.field(field), findings);
        match step {
            RawStep::Receive { timeout_ns, .. }
            | RawStep::Wait { timeout_ns, .. }
            | RawStep::Exchange { timeout_ns, .. } => time("timeout_ns", *timeout_ns),
            RawStep::Sleep { ns } => time("ns", Some(*ns)),
            RawStep::SleepUntil {
                period_ns,
                offset_ns,
            } => {
                time("period_ns", Some(*period_ns));
                self.ticks(*offset_ns, number, path.field("offset_ns"), findings);
            }
            RawStep::Restart { .. } | RawStep::Stop { .. } | RawStep::SafeMode => {
                self.right(step, path, findings);
            }
            RawStep::IfByte { offset, .. } => self.reaches(*offset, number, path, findings),
            _ => {}
        }
        match (step, step.message()) {
            (RawStep::Log { .. }, Some(message)) => self.log(message, path, findings),
            (_, Some(message)) => self.fits(step, message, path, findings),
            (_, None) => {}
        }
    }

    fn kind(&self, behind: Behind) -> Option<RawChannelKind> {
        match behind {
            Behind::Out(channel) | Behind::In(channel) => {
                self.raw.channels.get(channel).map(|c| c.kind)
            }
            Behind::Interrupt(_) => None,
        }
    }

    fn port(&self, used: UsedPort<'_>, path: &SpecPath, findings: &mut Findings) {
        let Some(ports) = &self.ports else {
            return;
        };
        let field = path.field(used.field);
        let path = used.index.map_or(field.clone(), |index| field.index(index));
        let (name, partition) = (used.name, &self.partition.name);
        let Some(&behind) = ports.get(name) else {
            let message = format!("`{partition}` has no port `{name}`");
            findings.report(&S0105, path, message, &self.no_port);
            return;
        };
        let kind = self.kind(behind);
        if !ports::fits(used.role, behind, kind) {
            let ((is, steps), wanted) = (ports::what(behind, kind), ports::name(used.role));
            let message = format!("the port `{name}` of `{partition}` is not {wanted}, but {is}");
            let help = format!("use a port of that kind, or a step for this one: {steps}");
            findings.report(&S0161, path, message, &help);
        }
    }

    fn time(&self, ns: Option<u64>, number: usize, path: SpecPath, findings: &mut Findings) {
        let Some(ns) = ns else {
            return;
        };
        let name = &self.partition.name;
        if ns > 0 && !self.partition.permissions.clock {
            findings.report(
                &S0162,
                path.clone(),
                format!("`{name}` may not read the clock, so it cannot wait for a time"),
                "set clock = True in its permissions, as in Septum.Permissions::{ clock = True }, or wait without a timeout",
            );
        }
        self.ticks(ns, number, path, findings);
    }

    fn ticks(&self, ns: u64, number: usize, path: SpecPath, findings: &mut Findings) {
        let what = format!("the time of step {number} of `{}`", self.partition.name);
        ticks(self.raw, &what, ns, path, findings);
    }

    /// Reports a step that needs a right which the partition does not have.
    fn right(&self, step: &RawStep, path: &SpecPath, findings: &mut Findings) {
        let permissions = self.partition.permissions;
        let (has, what, field) = match step {
            RawStep::SafeMode => (permissions.safe_mode, "ask for the safe mode", "safe_mode"),
            RawStep::Stop { .. } => (permissions.manage, "stop partitions", "manage"),
            _ => (permissions.manage, "restart partitions", "manage"),
        };
        if !has {
            let message = format!("`{}` may not {what}", self.partition.name);
            let help = format!(
                "set {field} = True in its permissions, as in Septum.Permissions::{{ {field} = True }}, or remove the step"
            );
            findings.report(&S0165, path.clone(), message, &help);
        }
    }

    /// Warns of a condition about a byte that no message has.
    fn reaches(&self, offset: u64, number: usize, path: &SpecPath, findings: &mut Findings) {
        let name = &self.partition.name;
        let (message, help) = match self.longest {
            _ if self.ports.is_none() => return,
            None => (
                format!("step {number} looks at a message, but `{name}` receives none"),
                "connect a channel with messages, or remove the condition".to_owned(),
            ),
            Some(bytes) if offset >= bytes => (
                format!(
                    "step {number} looks at byte {offset}, but no message to `{name}` has more than {bytes} bytes"
                ),
                "count from 0, or make the messages longer".to_owned(),
            ),
            Some(_) => return,
        };
        findings.report(&S0167, path.field("offset"), message, &help);
    }

    fn log(&self, message: &RawPayload, path: &SpecPath, findings: &mut Findings) {
        if !self.partition.permissions.log {
            let text = format!("`{}` may not log", self.partition.name);
            let help = "set permissions.log and log_bytes, or remove the step";
            findings.report(&S0163, path.clone(), text, help);
        }
        let limit = u64::try_from(LOG_MESSAGE_BYTES).unwrap_or(u64::MAX);
        let help = "make the text shorter, or log it in parts";
        cut(message, limit, "a log text", help, path, findings);
    }

    fn fits(&self, step: &RawStep, message: &RawPayload, path: &SpecPath, to: &mut Findings) {
        let ports = step.ports();
        let sent = ports
            .first()
            .and_then(|used| self.ports.as_ref()?.get(used.name));
        let Some(&Behind::Out(channel)) = sent else {
            return;
        };
        if let Some(bytes) = message_bytes(self.raw, channel).filter(|bytes| *bytes > 0) {
            let name = self.raw.channels.get(channel).map_or("", |it| &it.name);
            let what = format!("a message of the channel `{name}`");
            let help = "make the text shorter, or the messages of the channel longer";
            cut(message, bytes, &what, help, path, to);
        }
    }
}

/// Length of the longest message of a channel that carries messages.
fn message_bytes(raw: &RawSystem, channel: usize) -> Option<u64> {
    match raw.channels.get(channel)?.kind {
        RawChannelKind::Queuing { message_bytes, .. }
        | RawChannelKind::Sampling { message_bytes, .. } => Some(message_bytes),
        RawChannelKind::Signal => None,
    }
}

/// Warns of a text that does not fit.
fn cut(
    message: &RawPayload,
    limit: u64,
    what: &str,
    help: &str,
    path: &SpecPath,
    findings: &mut Findings,
) {
    let (RawPayload::Text(text) | RawPayload::Numbered(text)) = message else {
        return;
    };
    if u64::try_from(text.len()).unwrap_or(u64::MAX) > limit {
        let message = format!(
            "the text has {} bytes, but {what} has at most {limit}",
            text.len()
        );
        findings.report(&S0164, path.field("message"), message, help);
    }
}
