//! Ports and channels: each port at one end of one thing, sizes in range.

use std::collections::BTreeMap;

use septum_abi::limits::{MESSAGE_BYTES, PORTS, QUEUE_DEPTH};

use super::findings::Findings;
use super::schedule::ticks;
use crate::codes::{S0110, S0111, S0112, S0113, S0114, S0115};
use crate::diagnostic::SpecPath;
use crate::spec::{RawChannel, RawChannelKind, RawSystem};

/// What is behind a port, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    /// The sending end of the channel at this position.
    Out(usize),
    /// The receiving end of the channel at this position.
    In(usize),
    /// The interrupt at this position of the partition's list.
    Interrupt(usize),
}

/// A port, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Port<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// What is behind it.
    pub(super) behind: Behind,
    /// Position of its partition.
    partition: usize,
}

impl Port<'_> {
    /// Where its name is written.
    pub(super) fn path(&self) -> SpecPath {
        let end = |channel: usize, side: &str| {
            let channels = SpecPath::default().field("channels");
            channels.index(channel).field(side)
        };
        let owner = match self.behind {
            Behind::Out(channel) => end(channel, "from"),
            Behind::In(channel) => end(channel, "to"),
            Behind::Interrupt(index) => {
                let partitions = SpecPath::default().field("partitions");
                let partition = partitions.index(self.partition);
                partition.field("interrupts").index(index)
            }
        };
        owner.field("port")
    }
}

/// The ports of all partitions.
pub(super) struct Ports<'a>(Vec<Option<Vec<Port<'a>>>>);

impl<'a> Ports<'a> {
    /// The ports of all partitions of a design.
    pub(super) fn new(raw: &'a RawSystem) -> Self {
        let mut positions: BTreeMap<&str, usize> = BTreeMap::new();
        let mut lists: Vec<Option<Vec<Port<'a>>>> = Vec::new();
        for (position, partition) in raw.partitions.iter().enumerate() {
            let first = *positions.entry(&partition.name).or_insert(position);
            lists.push((first == position).then(Vec::new));
        }
        let mut add = |partition: usize, name: &'a str, behind| {
            if let Some(list) = lists.get_mut(partition).and_then(Option::as_mut) {
                list.push(Port {
                    name,
                    behind,
                    partition,
                });
            }
        };
        for (i, channel) in raw.channels.iter().enumerate() {
            for (end, behind) in [
                (&channel.from, Behind::Out(i)),
                (&channel.to, Behind::In(i)),
            ] {
                if let Some(&partition) = positions.get(end.partition.as_str()) {
                    add(partition, &end.port, behind);
                }
            }
        }
        for (position, partition) in raw.partitions.iter().enumerate() {
            for (i, interrupt) in partition.interrupts.iter().enumerate() {
                add(position, &interrupt.port, Behind::Interrupt(i));
            }
        }
        Self(lists)
    }

    /// The ports of a partition in the order of their numbers: channel ends in the order of
    /// the channels, then interrupts. Duplicates are in it, too. `None` for a partition with
    /// the name of an earlier one: nobody can say whose the ports are.
    pub(super) fn of(&self, partition: usize) -> Option<&[Port<'a>]> {
        self.0.get(partition)?.as_deref()
    }
}

pub(super) fn check(raw: &RawSystem, ports: &Ports<'_>, findings: &mut Findings) {
    for (i, partition) in raw.partitions.iter().enumerate() {
        let ports = ports.of(i).unwrap_or_default();
        used_once(&partition.name, ports, findings);
        if ports.len() > PORTS {
            let path = SpecPath::default().field("partitions").index(i);
            let message = format!("`{}` has {} ports", partition.name, ports.len());
            let help = format!(
                "a partition has at most {PORTS} ports: divide the partition, or merge channels"
            );
            findings.report(&S0114, path.field("name"), message, &help);
        }
    }
    for (i, channel) in raw.channels.iter().enumerate() {
        let path = SpecPath::default().field("channels").index(i);
        to_another(channel, &path, findings);
        sizes(channel, &path.field("kind"), findings);
        if let RawChannelKind::Sampling { validity_ns, .. } = channel.kind {
            let path = path.field("kind").field("validity_ns");
            validity(raw, &channel.name, validity_ns, path, findings);
        }
    }
}

fn used_once(partition: &str, ports: &[Port<'_>], findings: &mut Findings) {
    let mut seen: BTreeMap<&str, &Port<'_>> = BTreeMap::new();
    for port in ports {
        let name = port.name;
        if let Some(&first) = seen.get(name) {
            findings.report_all(
                &S0110,
                vec![port.path(), first.path()],
                format!("the port `{name}` of `{partition}` is used twice"),
                "a port is one end of one channel or interrupt: give one of them another name",
            );
        } else {
            seen.insert(name, port);
        }
    }
}

fn to_another(channel: &RawChannel, path: &SpecPath, findings: &mut Findings) {
    let (name, partition) = (&channel.name, &channel.to.partition);
    if channel.from.partition != *partition {
        return;
    }
    let end = |side: &str| path.field(side).field("partition");
    findings.report_all(
        &S0111,
        vec![end("to"), end("from")],
        format!("the channel `{name}` leads from `{partition}` back to `{partition}`"),
        "connect two different partitions; a partition can keep its own data",
    );
}

fn sizes(channel: &RawChannel, path: &SpecPath, findings: &mut Findings) {
    let name = &channel.name;
    let (message_bytes, depth) = match channel.kind {
        RawChannelKind::Queuing {
            message_bytes,
            depth,
        } => (message_bytes, depth),
        RawChannelKind::Sampling { message_bytes, .. } => (message_bytes, 1),
        RawChannelKind::Signal => return,
    };
    let limit = |limit: usize| u64::try_from(limit).unwrap_or(u64::MAX);
    if message_bytes == 0 || message_bytes > limit(MESSAGE_BYTES) {
        let message = format!("messages of the channel `{name}` are {message_bytes} bytes long");
        let help = format!("use 1 to {MESSAGE_BYTES} bytes; a signal carries no message");
        findings.report(&S0112, path.field("message_bytes"), message, &help);
    }
    if depth == 0 || depth > limit(QUEUE_DEPTH) {
        let message = format!("the queue of the channel `{name}` holds {depth} messages");
        let help = format!("use a depth of 1 to {QUEUE_DEPTH}");
        findings.report(&S0113, path.field("depth"), message, &help);
    }
}

/// A value is valid for at least a tick of the clock that its age is measured with.
fn validity(raw: &RawSystem, name: &str, ns: u64, path: SpecPath, findings: &mut Findings) {
    if ns == 0 {
        let message = format!("values of the channel `{name}` are never valid");
        let help = "use the age up to which a value is good";
        findings.report(&S0115, path, message, help);
        return;
    }
    let what = format!("the validity of `{name}`");
    ticks(raw, &what, ns, path, findings);
}
