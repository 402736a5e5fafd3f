//! Program models: loops that close, ports of the right kind, rights that they need.

use std::collections::BTreeMap;

use septum_abi::limits::LOG_MESSAGE_BYTES;

use super::findings::Findings;
use super::ports::{Behind, Port, Ports};
use super::schedule::ticks;
use crate::codes::{S0105, S0160, S0161, S0162, S0163, S0164};
use crate::diagnostic::SpecPath;
use crate::listing::listing;
use crate::spec::{RawChannelKind, RawPartition, RawPayload, RawProgram, RawStep, RawSystem};

/// What a step wants of a port.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    QueuingOut,
    QueuingIn,
    SignalOut,
    Interrupt,
    Incoming,
}

impl Wanted {
    const fn name(self) -> &'static str {
        match self {
            Self::QueuingOut => "the sending end of a queuing channel",
            Self::QueuingIn => "the receiving end of a queuing channel",
            Self::SignalOut => "the sending end of a signal channel",
            Self::Interrupt => "an interrupt",
            Self::Incoming => "the receiving end of a channel or an interrupt",
        }
    }

    /// Whether a port is what is wanted; its channel's kind, if it has a channel.
    const fn fits(self, behind: Behind, kind: Option<RawChannelKind>) -> bool {
        // That sampling channels are not built is a finding of its own.
        let queuing = matches!(
            kind,
            Some(RawChannelKind::Queuing { .. } | RawChannelKind::Sampling { .. })
        );
        let signal = matches!(kind, Some(RawChannelKind::Signal));
        match (self, behind) {
            (Self::QueuingOut, Behind::Out(_)) | (Self::QueuingIn, Behind::In(_)) => queuing,
            (Self::SignalOut, Behind::Out(_)) => signal,
            (Self::Interrupt, Behind::Interrupt(_))
            | (Self::Incoming, Behind::In(_) | Behind::Interrupt(_)) => true,
            _ => false,
        }
    }
}

/// What a port is, in words.
fn what(behind: Behind, kind: Option<RawChannelKind>) -> String {
    let kind = match kind {
        Some(RawChannelKind::Queuing { .. }) => "a queuing channel",
        Some(RawChannelKind::Sampling { .. }) => "a sampling channel",
        Some(RawChannelKind::Signal) => "a signal channel",
        None => "a channel",
    };
    match behind {
        Behind::Out(_) => format!("the sending end of {kind}"),
        Behind::In(_) => format!("the receiving end of {kind}"),
        Behind::Interrupt(_) => "an interrupt".to_owned(),
    }
}

/// A model and what its partition has.
struct Model<'a> {
    raw: &'a RawSystem,
    partition: &'a RawPartition,
    /// The ports by name; `None` where nobody can say which they are.
    ports: Option<BTreeMap<&'a str, Behind>>,
    /// What to do about a port that is not there.
    no_port: String,
}

pub(super) fn check(raw: &RawSystem, ports: &Ports<'_>, findings: &mut Findings) {
    for (i, partition) in raw.partitions.iter().enumerate() {
        let RawProgram::Model(steps) = &partition.program else {
            continue;
        };
        let list = SpecPath::default().field("partitions");
        let path = list.index(i).field("program");
        let model = Model::new(raw, partition, ports.of(i));
        loops(steps, &path, findings);
        for (j, step) in steps.iter().enumerate() {
            model.step(step, j, &path.index(j), findings);
        }
    }
}

fn loops(steps: &[RawStep], path: &SpecPath, findings: &mut Findings) {
    let mut open = Vec::new();
    for (i, step) in steps.iter().enumerate() {
        match step {
            RawStep::Loop { .. } => open.push(i),
            RawStep::End if open.pop().is_none() => {
                let message = format!("step {i} ends a loop that was not begun");
                let help = "remove it, or begin a loop before it";
                findings.report(&S0160, path.index(i), message, help);
            }
            _ => {}
        }
    }
    for i in open {
        let message = format!("the loop that step {i} begins has no end");
        findings.report(&S0160, path.index(i), message, "add an End");
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
        Self {
            raw,
            partition,
            ports: by_name,
            no_port,
        }
    }

    fn step(&self, step: &RawStep, number: usize, path: &SpecPath, findings: &mut Findings) {
        let one = path.field("port");
        match step {
            RawStep::Send { port, message } => {
                self.port(port, Wanted::QueuingOut, one, findings);
                self.fits(port, message, path, findings);
            }
            RawStep::Receive { port, timeout_ns } => {
                self.port(port, Wanted::QueuingIn, one, findings);
                self.time(*timeout_ns, number, path.field("timeout_ns"), findings);
            }
            RawStep::Signal { port } => self.port(port, Wanted::SignalOut, one, findings),
            RawStep::Acknowledge { port } => self.port(port, Wanted::Interrupt, one, findings),
            RawStep::Wait { ports, timeout_ns } => {
                for (i, port) in ports.iter().enumerate() {
                    let path = path.field("ports").index(i);
                    self.port(port, Wanted::Incoming, path, findings);
                }
                self.time(*timeout_ns, number, path.field("timeout_ns"), findings);
            }
            RawStep::Sleep { ns } => self.time(Some(*ns), number, path.field("ns"), findings),
            RawStep::Log { message } => self.log(message, path, findings),
            RawStep::Compute { .. }
            | RawStep::Touch { .. }
            | RawStep::Loop { .. }
            | RawStep::End
            | RawStep::Exit => {}
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

    fn port(&self, name: &str, wanted: Wanted, path: SpecPath, findings: &mut Findings) {
        let Some(ports) = &self.ports else {
            return;
        };
        let partition = &self.partition.name;
        let Some(&behind) = ports.get(name) else {
            let message = format!("`{partition}` has no port `{name}`");
            findings.report(&S0105, path, message, &self.no_port);
            return;
        };
        let kind = self.kind(behind);
        if !wanted.fits(behind, kind) {
            let (is, wanted) = (what(behind, kind), wanted.name());
            let message = format!("the port `{name}` of `{partition}` is not {wanted}, but {is}");
            let help = "use a port of that kind, or another step";
            findings.report(&S0161, path, message, help);
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
                "set permissions.clock, or wait without a timeout",
            );
        }
        let what = format!("the time of step {number} of `{name}`");
        ticks(self.raw, &what, ns, path, findings);
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

    fn fits(&self, port: &str, message: &RawPayload, path: &SpecPath, findings: &mut Findings) {
        let behind = self.ports.as_ref().and_then(|ports| ports.get(port));
        let Some(&Behind::Out(channel)) = behind else {
            return;
        };
        if let Some(channel) = self.raw.channels.get(channel)
            && let RawChannelKind::Queuing { message_bytes, .. } = channel.kind
            && message_bytes > 0
        {
            let what = format!("a message of the channel `{}`", channel.name);
            let help = "make the text shorter, or the messages of the channel longer";
            cut(message, message_bytes, &what, help, path, findings);
        }
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
