//! What the design can say and this version does not build: refused, never ignored.

use super::findings::Findings;
use crate::codes::{S0100, S0190};
use crate::diagnostic::SpecPath;
use crate::spec::{FORMAT, RawChannelKind, RawHealth, RawSystem};

pub(super) fn check(raw: &RawSystem, findings: &mut Findings) {
    let root = SpecPath::default();
    if raw.format != FORMAT {
        let message = format!(
            "the design is in format {}, this program reads format {FORMAT}",
            raw.format
        );
        findings.report(
            &S0100,
            root.field("format"),
            message,
            "use the version of septum that wrote it",
        );
    }
    for (path, what, help) in unbuilt(raw) {
        findings.report(
            &S0190,
            path,
            format!("this version does not build {what}"),
            help,
        );
    }
}

fn unbuilt(raw: &RawSystem) -> Vec<(SpecPath, String, &'static str)> {
    let root = SpecPath::default();
    let machine = root.field("machine");
    let mut all = Vec::new();
    if raw.machine.harts > 1 {
        let what = format!("systems of {} harts", raw.machine.harts);
        all.push((machine.field("harts"), what, "use one hart"));
    }
    if !raw.memories.is_empty() {
        all.push((
            root.field("memories"),
            "shared memories".to_owned(),
            "send messages instead",
        ));
    }
    if !raw.rules.is_empty() {
        all.push((
            root.field("rules"),
            "the verification of rules".to_owned(),
            "remove them for now",
        ));
    }
    for (i, _) in raw.schedules.iter().enumerate().skip(1) {
        all.push((
            root.field("schedules").index(i),
            "a second schedule".to_owned(),
            "keep one schedule",
        ));
    }
    for (i, channel) in raw.channels.iter().enumerate() {
        if matches!(channel.kind, RawChannelKind::Sampling { .. }) {
            let path = root.field("channels").index(i).field("kind");
            all.push((
                path,
                format!("the sampling channel `{}`", channel.name),
                "use a queuing channel of depth 1",
            ));
        }
    }
    all.extend(of_partitions(raw));
    all
}

fn of_partitions(raw: &RawSystem) -> Vec<(SpecPath, String, &'static str)> {
    let mut all = Vec::new();
    for (i, partition) in raw.partitions.iter().enumerate() {
        let path = SpecPath::default().field("partitions").index(i);
        let name = &partition.name;
        if partition.health != RawHealth::Halt {
            let what = format!("another action than halt for faults of `{name}`");
            all.push((path.field("health"), what, "use Halt"));
        }
        let permissions = path.field("permissions");
        if partition.permissions.manage {
            let what = format!("the right of `{name}` to manage others");
            all.push((permissions.field("manage"), what, "set it to False"));
        }
        if partition.permissions.safe_mode {
            let what = format!("the right of `{name}` to ask for safe mode");
            all.push((permissions.field("safe_mode"), what, "set it to False"));
        }
    }
    all
}
