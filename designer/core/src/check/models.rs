//! Program models: loops that close, ports of the right kind, rights that they need.

use septum_abi::limits::LOG_MESSAGE_BYTES;

use super::findings::Findings;
use super::ports::{Behind, of_partition};
use super::schedule::ticks;
use crate::codes::{S0105, S0160, S0161, S0162, S0163, S0164};
use crate::diagnostic::SpecPath;
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
            Self::Incoming => "an incoming port",
        }
    }
}

/// A model and what its partition has.
struct Model<'a> {
    raw: &'a RawSystem,
    partition: &'a RawPartition,
    ports: Vec<(&'a str, Behind, SpecPath)>,
}

pub(super) fn check(raw: &RawSystem, findings: &mut Findings) {
    for (i, partition) in raw.partitions.iter().enumerate() {
        let RawProgram::Model(steps) = &partition.program else {
            continue;
        };
        let path = SpecPath::default()
            .field("partitions")
            .index(i)
            .field("program");
        let model = Model {
            raw,
            partition,
            ports: of_partition(raw, i),
        };
        loops(steps, &path, findings);
        for (j, step) in steps.iter().enumerate() {
            model.step(step, &path.index(j), findings);
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
                findings.report(
                    &S0160,
                    path.index(i),
                    message,
                    "remove it, or begin a loop before it",
                );
            }
            _ => {}
        }
    }
    for i in open {
        let message = format!("the loop that step {i} begins has no end");
        findings.report(&S0160, path.index(i), message, "add an End");
    }
}

impl Model<'_> {
    fn step(&self, step: &RawStep, path: &SpecPath, findings: &mut Findings) {
        match step {
            RawStep::Send { port, message } => {
                self.port(port, Wanted::QueuingOut, path.field("port"), findings);
                self.fits(port, message, path, findings);
            }
            RawStep::Receive { port, timeout_ns } => {
                self.port(port, Wanted::QueuingIn, path.field("port"), findings);
                self.time(*timeout_ns, path.field("timeout_ns"), findings);
            }
            RawStep::Signal { port } => {
                self.port(port, Wanted::SignalOut, path.field("port"), findings)
            }
            RawStep::Acknowledge { port } => {
                self.port(port, Wanted::Interrupt, path.field("port"), findings)
            }
            RawStep::Wait { ports, timeout_ns } => {
                for (i, port) in ports.iter().enumerate() {
                    self.port(
                        port,
                        Wanted::Incoming,
                        path.field("ports").index(i),
                        findings,
                    );
                }
                self.time(*timeout_ns, path.field("timeout_ns"), findings);
            }
            RawStep::Sleep { ns } => self.time(Some(*ns), path.field("ns"), findings),
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
        let partition = &self.partition.name;
        let Some((_, behind, _)) = self.ports.iter().find(|(port, ..)| *port == name) else {
            let message = format!("`{partition}` has no port `{name}`");
            findings.report(
                &S0105,
                path,
                message,
                "connect a channel to it, or name another port",
            );
            return;
        };
        let queuing = matches!(self.kind(*behind), Some(RawChannelKind::Queuing { .. }));
        let signal = self.kind(*behind) == Some(RawChannelKind::Signal);
        let good = match (wanted, behind) {
            (Wanted::QueuingOut, Behind::Out(_)) | (Wanted::QueuingIn, Behind::In(_)) => queuing,
            (Wanted::SignalOut, Behind::Out(_)) => signal,
            (Wanted::Interrupt, Behind::Interrupt(_)) => true,
            (Wanted::Incoming, Behind::In(_) | Behind::Interrupt(_)) => true,
            _ => false,
        };
        if !good {
            let message = format!(
                "the port `{name}` of `{partition}` is not {}",
                wanted.name()
            );
            findings.report(
                &S0161,
                path,
                message,
                "use a port of that kind, or another step",
            );
        }
    }

    fn time(&self, ns: Option<u64>, path: SpecPath, findings: &mut Findings) {
        let Some(ns) = ns else {
            return;
        };
        if ns > 0 && !self.partition.permissions.clock {
            let message = format!(
                "`{}` may not read the clock, so it cannot wait for a time",
                self.partition.name
            );
            findings.report(
                &S0162,
                path.clone(),
                message,
                "set permissions.clock, or wait without a timeout",
            );
        }
        ticks(self.raw, "this time", ns, path, findings);
    }

    fn log(&self, message: &RawPayload, path: &SpecPath, findings: &mut Findings) {
        if !self.partition.permissions.log {
            let text = format!("`{}` may not log", self.partition.name);
            findings.report(
                &S0163,
                path.clone(),
                text,
                "set permissions.log and log_bytes",
            );
        }
        self.cut(
            message,
            u64::try_from(LOG_MESSAGE_BYTES).unwrap_or(0),
            "a log text",
            path,
            findings,
        );
    }

    fn fits(&self, port: &str, message: &RawPayload, path: &SpecPath, findings: &mut Findings) {
        let behind = self
            .ports
            .iter()
            .find(|(name, ..)| *name == port)
            .map(|(_, behind, _)| *behind);
        if let Some(RawChannelKind::Queuing { message_bytes, .. }) =
            behind.and_then(|b| self.kind(b))
        {
            self.cut(
                message,
                message_bytes,
                "a message of the channel",
                path,
                findings,
            );
        }
    }

    fn cut(
        &self,
        message: &RawPayload,
        limit: u64,
        what: &str,
        path: &SpecPath,
        findings: &mut Findings,
    ) {
        let (RawPayload::Text(text) | RawPayload::Numbered(text)) = message else {
            return;
        };
        if u64::try_from(text.len()).unwrap_or(u64::MAX) > limit {
            let message = format!("the text has {} bytes, {what} {limit}", text.len());
            findings.report(
                &S0164,
                path.field("message"),
                message,
                "make the text shorter or the messages longer",
            );
        }
    }
}
