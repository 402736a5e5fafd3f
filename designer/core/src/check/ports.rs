//! Ports and channels: each port at one end of one thing, sizes in range.

use std::collections::BTreeMap;

use septum_abi::limits::{MESSAGE_BYTES, PORTS, QUEUE_DEPTH};

use super::findings::Findings;
use crate::codes::{S0110, S0111, S0112, S0113, S0114};
use crate::diagnostic::SpecPath;
use crate::spec::{RawChannelKind, RawSystem};

/// What is behind a port, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    /// The sending end of the channel at this position.
    Out(usize),
    /// The receiving end of the channel at this position.
    In(usize),
    /// The partition's interrupt at this position.
    Interrupt(usize),
}

/// The ports of a partition in the order of their numbers: channel ends in the order of the
/// channels, then interrupts. Duplicates are in it, too.
pub(super) fn of_partition(raw: &RawSystem, partition: usize) -> Vec<(&str, Behind, SpecPath)> {
    let Some(owner) = raw.partitions.get(partition) else {
        return Vec::new();
    };
    let channels = SpecPath::default().field("channels");
    let ends = raw.channels.iter().enumerate().flat_map(|(i, channel)| {
        let at = |side: &str| channels.index(i).field(side).field("port");
        [
            (&channel.from, Behind::Out(i), at("from")),
            (&channel.to, Behind::In(i), at("to")),
        ]
    });
    let ends = ends.filter(|(end, ..)| end.partition == owner.name);
    let interrupts = SpecPath::default()
        .field("partitions")
        .index(partition)
        .field("interrupts");
    let interrupts = owner.interrupts.iter().enumerate().map(|(i, interrupt)| {
        let path = interrupts.index(i).field("port");
        (interrupt.port.as_str(), Behind::Interrupt(i), path)
    });
    ends.map(|(end, behind, path)| (end.port.as_str(), behind, path))
        .chain(interrupts)
        .collect()
}

pub(super) fn check(raw: &RawSystem, findings: &mut Findings) {
    for (i, partition) in raw.partitions.iter().enumerate() {
        let ports = of_partition(raw, i);
        used_once(&partition.name, &ports, findings);
        if ports.len() > PORTS {
            let path = SpecPath::default().field("partitions").index(i);
            let message = format!(
                "`{}` has {} ports, at most {PORTS} fit",
                partition.name,
                ports.len()
            );
            findings.report(
                &S0114,
                path,
                message,
                "divide the partition, or merge channels",
            );
        }
    }
    for i in 0..raw.channels.len() {
        channel(raw, i, findings);
    }
}

fn used_once(partition: &str, ports: &[(&str, Behind, SpecPath)], findings: &mut Findings) {
    let mut seen: BTreeMap<&str, &SpecPath> = BTreeMap::new();
    for (name, _, path) in ports {
        if let Some(&first) = seen.get(name) {
            let message = format!("the port `{name}` of `{partition}` is used twice");
            let paths = vec![path.clone(), first.clone()];
            findings.report_all(
                &S0110,
                paths,
                message,
                "a port is one end of one channel or interrupt: give one of them another name",
            );
        } else {
            seen.insert(name, path);
        }
    }
}

fn channel(raw: &RawSystem, index: usize, findings: &mut Findings) {
    let path = SpecPath::default().field("channels").index(index);
    let Some(channel) = raw.channels.get(index) else {
        return;
    };
    let name = &channel.name;
    if channel.from.partition == channel.to.partition {
        let message = format!(
            "the channel `{name}` leads from `{0}` to `{0}`",
            channel.to.partition
        );
        let paths = vec![
            path.field("to").field("partition"),
            path.field("from").field("partition"),
        ];
        findings.report_all(
            &S0111,
            paths,
            message,
            "connect two different partitions; a partition can keep its own data",
        );
    }
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
        let message = format!("messages of `{name}` are {message_bytes} bytes long");
        let help = format!("use 1 to {MESSAGE_BYTES} bytes; a signal carries no message");
        findings.report(
            &S0112,
            path.field("kind").field("message_bytes"),
            message,
            &help,
        );
    }
    if depth == 0 || depth > limit(QUEUE_DEPTH) {
        let message = format!("the queue of `{name}` holds {depth} messages");
        let help = format!("use a depth of 1 to {QUEUE_DEPTH}");
        findings.report(&S0113, path.field("kind").field("depth"), message, &help);
    }
}
