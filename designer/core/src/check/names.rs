//! Names: well-formed, unique, and known where they are used.

use std::collections::BTreeMap;

use septum_abi::pin::NAME_BYTES;

use super::findings::Findings;
use crate::codes::{S0101, S0102, S0103, S0104, S0106};
use crate::diagnostic::SpecPath;
use crate::spec::{RawRule, RawSystem};

pub(super) fn check(raw: &RawSystem, findings: &mut Findings) {
    let root = SpecPath::default();
    let lists: [(&str, SpecPath, Vec<&str>); 5] = [
        (
            "partition",
            root.field("partitions"),
            raw.partitions.iter().map(|p| &*p.name).collect(),
        ),
        (
            "channel",
            root.field("channels"),
            raw.channels.iter().map(|c| &*c.name).collect(),
        ),
        (
            "memory",
            root.field("memories"),
            raw.memories.iter().map(|m| &*m.name).collect(),
        ),
        (
            "schedule",
            root.field("schedules"),
            raw.schedules.iter().map(|s| &*s.name).collect(),
        ),
        (
            "device",
            root.field("machine").field("devices"),
            raw.machine.devices.iter().map(|d| &*d.name).collect(),
        ),
    ];
    for (kind, list, names) in lists {
        unique(kind, &list, &names, findings);
        for (i, name) in names.iter().enumerate() {
            well_formed(kind, name, list.index(i).field("name"), findings);
        }
    }
    channel_ends(raw, findings);
    uses_of_devices(raw, findings);
    windows(raw, findings);
    grants_and_rules(raw, findings);
}

fn unique(kind: &str, list: &SpecPath, names: &[&str], findings: &mut Findings) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, name) in names.iter().enumerate() {
        if let Some(&first) = seen.get(name) {
            let paths = [i, first].map(|i| list.index(i).field("name")).to_vec();
            let message = format!("the {kind} name `{name}` is used twice");
            findings.report_all(&S0101, paths, message, "give one of them another name");
        } else {
            seen.insert(name, i);
        }
    }
}

/// Names go into tables of 32 bytes, files and terminals.
pub(super) fn well_formed(kind: &str, name: &str, path: SpecPath, findings: &mut Findings) {
    let first = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    let rest = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if !first || !rest || name.len() > NAME_BYTES {
        let message = format!("`{}` is not a name for a {kind}", name.escape_debug());
        let help = "use 1 to 32 letters, digits, `_`, `-` and `.`, beginning with a letter";
        findings.report(&S0102, path, message, help);
    }
}

fn known_partition(raw: &RawSystem, name: &str, path: SpecPath, findings: &mut Findings) {
    if raw.partitions.iter().all(|p| p.name != name) {
        let message = format!("there is no partition `{name}`");
        findings.report(
            &S0103,
            path,
            message,
            &known("partitions", raw.partitions.iter().map(|p| &*p.name)),
        );
    }
}

fn known<'a>(kind: &str, names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => format!("the system has no {kind}"),
        names => format!("the {kind} are {}", names.join(", ")),
    }
}

fn channel_ends(raw: &RawSystem, findings: &mut Findings) {
    for (i, channel) in raw.channels.iter().enumerate() {
        for (side, end) in [("from", &channel.from), ("to", &channel.to)] {
            let path = SpecPath::default().field("channels").index(i).field(side);
            well_formed("port", &end.port, path.field("port"), findings);
            known_partition(raw, &end.partition, path.field("partition"), findings);
        }
    }
}

fn uses_of_devices(raw: &RawSystem, findings: &mut Findings) {
    let mut used = |name: &str, path: SpecPath| {
        if raw.machine.devices.iter().all(|d| d.name != name) {
            let message = format!("the machine has no device `{name}`");
            let help = known("devices", raw.machine.devices.iter().map(|d| &*d.name));
            findings.report(&S0104, path, message, &help);
        }
    };
    for (i, partition) in raw.partitions.iter().enumerate() {
        let path = SpecPath::default().field("partitions").index(i);
        for (j, device) in partition.devices.iter().enumerate() {
            used(device, path.field("devices").index(j));
        }
        for (j, interrupt) in partition.interrupts.iter().enumerate() {
            used(
                &interrupt.device,
                path.field("interrupts").index(j).field("device"),
            );
        }
    }
    for (i, partition) in raw.partitions.iter().enumerate() {
        for (j, interrupt) in partition.interrupts.iter().enumerate() {
            let path = SpecPath::default()
                .field("partitions")
                .index(i)
                .field("interrupts");
            well_formed(
                "port",
                &interrupt.port,
                path.index(j).field("port"),
                findings,
            );
        }
    }
}

fn windows(raw: &RawSystem, findings: &mut Findings) {
    for (i, schedule) in raw.schedules.iter().enumerate() {
        let path = SpecPath::default()
            .field("schedules")
            .index(i)
            .field("windows");
        for (j, window) in schedule.windows.iter().enumerate() {
            for (k, name) in window.partitions.iter().enumerate() {
                known_partition(
                    raw,
                    name,
                    path.index(j).field("partitions").index(k),
                    findings,
                );
            }
        }
    }
}

fn grants_and_rules(raw: &RawSystem, findings: &mut Findings) {
    for (i, memory) in raw.memories.iter().enumerate() {
        let path = SpecPath::default()
            .field("memories")
            .index(i)
            .field("grants");
        for (j, grant) in memory.grants.iter().enumerate() {
            known_partition(
                raw,
                &grant.partition,
                path.index(j).field("partition"),
                findings,
            );
        }
    }
    for (i, rule) in raw.rules.iter().enumerate() {
        let path = SpecPath::default().field("rules").index(i);
        let partitions: &[(&str, &String)] = match rule {
            RawRule::NoFlow { from, to } => &[("from", from), ("to", to)],
            RawRule::AllFlowThrough { from, to, via } => {
                &[("from", from), ("to", to), ("via", via)]
            }
            RawRule::MaxLatency { channel, .. } => {
                if raw.channels.iter().all(|c| c.name != *channel) {
                    let message = format!("there is no channel `{channel}`");
                    let help = known("channels", raw.channels.iter().map(|c| &*c.name));
                    findings.report(&S0106, path.field("channel"), message, &help);
                }
                &[]
            }
        };
        for (field, name) in partitions {
            known_partition(raw, name, path.field(field), findings);
        }
    }
}
