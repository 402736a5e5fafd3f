//! What the design can say and this version does not build: refused, never ignored.

use super::findings::Findings;
use crate::codes::{S0100, S0190};
use crate::diagnostic::SpecPath;
use crate::spec::{
    FORMAT, FaultCause, RawChannelKind, RawHealthAction, RawMmu, RawPartition, RawSystem,
};

/// Where it is said, what is not built, and what to do instead.
type Refusal = (SpecPath, String, &'static str);

/// What this version does not build, one row for each feature of the spec.
const UNBUILT: [fn(&RawSystem) -> Vec<Refusal>; 10] = [
    harts,
    pmp_alone,
    memories,
    rules,
    second_schedule,
    sampling,
    deadlines,
    actions,
    management,
    safe_mode,
];

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
    for (path, what, help) in UNBUILT.iter().flat_map(|refusals| refusals(raw)) {
        let message = format!("this version does not build {what}");
        findings.report(&S0190, path, message, help);
    }
}

fn machine() -> SpecPath {
    SpecPath::default().field("machine")
}

fn harts(raw: &RawSystem) -> Vec<Refusal> {
    let what = || format!("systems of {} harts", raw.machine.harts);
    let refusal = || (machine().field("harts"), what(), "use one hart");
    (raw.machine.harts > 1).then(refusal).into_iter().collect()
}

fn pmp_alone(raw: &RawSystem) -> Vec<Refusal> {
    let path = || machine().field("isolation").field("mmu");
    let refusal = || (path(), "isolation by PMP alone".to_owned(), "use Sv39");
    let is_alone = raw.machine.isolation.mmu == RawMmu::Bare;
    is_alone.then(refusal).into_iter().collect()
}

fn memories(raw: &RawSystem) -> Vec<Refusal> {
    let path = || SpecPath::default().field("memories");
    let what = || "shared memories".to_owned();
    let refusal = || (path(), what(), "send messages instead");
    let has_any = !raw.memories.is_empty();
    has_any.then(refusal).into_iter().collect()
}

fn rules(raw: &RawSystem) -> Vec<Refusal> {
    let path = || SpecPath::default().field("rules");
    let what = || "the verification of rules".to_owned();
    let refusal = || (path(), what(), "remove them for now");
    let has_any = !raw.rules.is_empty();
    has_any.then(refusal).into_iter().collect()
}

fn second_schedule(raw: &RawSystem) -> Vec<Refusal> {
    let path = || SpecPath::default().field("schedules").index(1);
    let what = || "a second schedule".to_owned();
    let refusal = || (path(), what(), "keep one schedule");
    let has_two = raw.schedules.len() > 1;
    has_two.then(refusal).into_iter().collect()
}

fn sampling(raw: &RawSystem) -> Vec<Refusal> {
    let list = SpecPath::default().field("channels");
    let channels = raw.channels.iter().enumerate();
    let sampling = channels.filter(|(_, it)| matches!(it.kind, RawChannelKind::Sampling { .. }));
    let refusal = |(i, name): (usize, &str)| {
        (
            list.index(i).field("kind"),
            format!("the sampling channel `{name}`"),
            "use a queuing channel of depth 1",
        )
    };
    sampling
        .map(|(i, it)| refusal((i, it.name.as_str())))
        .collect()
}

/// The refusals of all partitions.
fn each(raw: &RawSystem, refusals: fn(&RawPartition, SpecPath) -> Vec<Refusal>) -> Vec<Refusal> {
    let list = SpecPath::default().field("partitions");
    let partitions = raw.partitions.iter().enumerate();
    partitions
        .flat_map(|(i, partition)| refusals(partition, list.index(i)))
        .collect()
}

fn deadlines(raw: &RawSystem) -> Vec<Refusal> {
    each(raw, |partition, path| {
        let what = |_| format!("the deadline of `{}`", partition.name);
        let refusal = |what| (path.field("deadline_ns"), what, "set it to None");
        let refused = partition.deadline_ns.map(what).map(refusal);
        refused.into_iter().collect()
    })
}

/// Without a deadline none is missed, whatever is to be done about it.
fn actions(raw: &RawSystem) -> Vec<Refusal> {
    each(raw, |partition, path| {
        let causes = FaultCause::ALL.into_iter();
        let causes = causes.filter(|cause| *cause != FaultCause::DeadlineMissed);
        let others =
            causes.filter(|cause| partition.health.action(*cause) != RawHealthAction::Halt);
        let what = format!(
            "another action than halt for faults of `{}`",
            partition.name
        );
        others
            .map(|cause| {
                let path = path.field("health").field(cause.field());
                (path, what.clone(), "use Halt")
            })
            .collect()
    })
}

fn management(raw: &RawSystem) -> Vec<Refusal> {
    each(raw, |partition, path| {
        let what = format!("the right of `{}` to manage others", partition.name);
        let path = path.field("permissions").field("manage");
        let refusal = || (path, what, "set it to False");
        let refused = partition.permissions.manage.then(refusal);
        refused.into_iter().collect()
    })
}

fn safe_mode(raw: &RawSystem) -> Vec<Refusal> {
    each(raw, |partition, path| {
        let what = format!("the right of `{}` to ask for safe mode", partition.name);
        let path = path.field("permissions").field("safe_mode");
        let refusal = || (path, what, "set it to False");
        let refused = partition.permissions.safe_mode.then(refusal);
        refused.into_iter().collect()
    })
}
