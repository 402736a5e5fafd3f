//! Names: well-formed, unique, and known where they are used.

use std::collections::{BTreeMap, BTreeSet};

use septum_abi::pin::NAME_BYTES;

use super::findings::Findings;
use crate::codes::{Code, S0101, S0102, S0103, S0104, S0106};
use crate::diagnostic::SpecPath;
use crate::listing::listing;
use crate::spec::{RawPartition, RawProgram, RawRule, RawSystem};

pub(super) fn check(raw: &RawSystem, findings: &mut Findings) {
    let root = SpecPath::default();
    let partitions: Vec<&str> = raw.partitions.iter().map(|p| &*p.name).collect();
    let channels: Vec<&str> = raw.channels.iter().map(|c| &*c.name).collect();
    let memories: Vec<&str> = raw.memories.iter().map(|m| &*m.name).collect();
    let schedules: Vec<&str> = raw.schedules.iter().map(|s| &*s.name).collect();
    let devices: Vec<&str> = raw.machine.devices.iter().map(|d| &*d.name).collect();
    let machine = root.field("machine");
    defined(
        "partition",
        &root.field("partitions"),
        &partitions,
        findings,
    );
    defined("channel", &root.field("channels"), &channels, findings);
    defined("memory", &root.field("memories"), &memories, findings);
    defined("schedule", &root.field("schedules"), &schedules, findings);
    defined("device", &machine.field("devices"), &devices, findings);

    let partitions = Known::new(&S0103, "the system", "partition", &partitions);
    let channels = Known::new(&S0106, "the system", "channel", &channels);
    let devices = Known::new(&S0104, "the machine", "device", &devices);
    channel_ends(raw, &partitions, findings);
    for (i, partition) in raw.partitions.iter().enumerate() {
        let path = root.field("partitions").index(i);
        uses_of_devices(partition, &path, &devices, findings);
        steps(partition, &path, &partitions, findings);
    }
    windows(raw, &partitions, findings);
    grants(raw, &partitions, findings);
    rules(raw, &partitions, &channels, findings);
}

/// The names of a list: each a name, none twice.
fn defined(kind: &str, list: &SpecPath, names: &[&str], findings: &mut Findings) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, name) in names.iter().enumerate() {
        let path = list.index(i).field("name");
        match seen.get(name) {
            Some(&first) => findings.report_all(
                &S0101,
                vec![path, list.index(first).field("name")],
                format!("the {kind} name `{name}` is used twice"),
                "give one of them another name",
            ),
            None => {
                seen.insert(name, i);
                well_formed(kind, name, path, findings);
            }
        }
    }
}

/// Names go into tables of 32 bytes, files and terminals.
fn well_formed(kind: &str, name: &str, path: SpecPath, findings: &mut Findings) {
    let first = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    let rest = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if !first || !rest || name.len() > NAME_BYTES {
        let message = format!("`{name}` is not a name for a {kind}");
        let help = format!(
            "use 1 to {NAME_BYTES} letters, digits, `_`, `-` and `.`, beginning with a letter"
        );
        findings.report(&S0102, path, message, &help);
    }
}

/// The names of a kind of object, for those who refer to one.
struct Known<'a> {
    code: &'static Code,
    owner: &'static str,
    kind: &'static str,
    names: BTreeSet<&'a str>,
    help: String,
}

impl<'a> Known<'a> {
    fn new(
        code: &'static Code,
        owner: &'static str,
        kind: &'static str,
        names: &[&'a str],
    ) -> Self {
        let mut known = BTreeSet::new();
        let distinct = names.iter().copied().filter(|name| known.insert(*name));
        let distinct: Vec<&str> = distinct.collect();
        let help = match distinct.as_slice() {
            [] => format!("{owner} has no {kind}"),
            [name] => format!("the only {kind} is `{name}`"),
            names => {
                let names = listing(names.iter().map(|name| format!("`{name}`")));
                format!("the {kind}s are {names}")
            }
        };
        Self {
            code,
            owner,
            kind,
            names: known,
            help,
        }
    }

    /// Reports a name that is not among them.
    fn refer(&self, name: &str, path: SpecPath, findings: &mut Findings) {
        if !self.names.contains(name) {
            let (owner, kind) = (self.owner, self.kind);
            let message = format!("{owner} has no {kind} `{name}`");
            findings.report(self.code, path, message, &self.help);
        }
    }
}

fn channel_ends(raw: &RawSystem, partitions: &Known<'_>, findings: &mut Findings) {
    for (i, channel) in raw.channels.iter().enumerate() {
        for (side, end) in [("from", &channel.from), ("to", &channel.to)] {
            let path = SpecPath::default().field("channels").index(i).field(side);
            well_formed("port", &end.port, path.field("port"), findings);
            partitions.refer(&end.partition, path.field("partition"), findings);
        }
    }
}

fn uses_of_devices(
    partition: &RawPartition,
    path: &SpecPath,
    devices: &Known<'_>,
    findings: &mut Findings,
) {
    for (i, device) in partition.devices.iter().enumerate() {
        devices.refer(device, path.field("devices").index(i), findings);
    }
    for (i, interrupt) in partition.interrupts.iter().enumerate() {
        let path = path.field("interrupts").index(i);
        devices.refer(&interrupt.device, path.field("device"), findings);
        well_formed("port", &interrupt.port, path.field("port"), findings);
    }
}

fn steps(
    partition: &RawPartition,
    path: &SpecPath,
    partitions: &Known<'_>,
    findings: &mut Findings,
) {
    let RawProgram::Model(steps) = &partition.program else {
        return;
    };
    for (i, step) in steps.iter().enumerate() {
        if let Some(name) = step.partition() {
            let path = path.field("program").index(i).field("partition");
            partitions.refer(name, path, findings);
        }
    }
}

fn windows(raw: &RawSystem, partitions: &Known<'_>, findings: &mut Findings) {
    let schedules = SpecPath::default().field("schedules");
    for (i, schedule) in raw.schedules.iter().enumerate() {
        for (j, window) in schedule.windows.iter().enumerate() {
            let path = schedules.index(i).field("windows").index(j);
            for (k, name) in window.partitions.iter().enumerate() {
                partitions.refer(name, path.field("partitions").index(k), findings);
            }
        }
    }
}

fn grants(raw: &RawSystem, partitions: &Known<'_>, findings: &mut Findings) {
    let memories = SpecPath::default().field("memories");
    for (i, memory) in raw.memories.iter().enumerate() {
        for (j, grant) in memory.grants.iter().enumerate() {
            let path = memories.index(i).field("grants").index(j);
            partitions.refer(&grant.partition, path.field("partition"), findings);
        }
    }
}

fn rules(raw: &RawSystem, partitions: &Known<'_>, channels: &Known<'_>, findings: &mut Findings) {
    for (i, rule) in raw.rules.iter().enumerate() {
        let path = SpecPath::default().field("rules").index(i);
        let mut refer = |field: &str, name: &str| {
            partitions.refer(name, path.field(field), findings);
        };
        match rule {
            RawRule::NoFlow { from, to } => {
                refer("from", from);
                refer("to", to);
            }
            RawRule::AllFlowThrough { from, to, via } => {
                refer("from", from);
                refer("to", to);
                refer("via", via);
            }
            RawRule::MaxLatency { channel, .. } => {
                channels.refer(channel, path.field("channel"), findings);
            }
        }
    }
}
