//! The health monitor: deadlines, what is done about faults, who may manage the others.

use super::findings::Findings;
use super::schedule::ticks;
use crate::codes::{S0107, S0125, S0126, S0127, S0128, S0129, S0148};
use crate::diagnostic::SpecPath;
use crate::duration::exact;
use crate::spec::{FaultCause, RawDeviceKind, RawHealthAction, RawPartition, RawSystem};

pub(super) fn check(raw: &RawSystem, findings: &mut Findings) {
    let list = SpecPath::default().field("partitions");
    for (i, partition) in raw.partitions.iter().enumerate() {
        let path = list.index(i);
        if let Some(ns) = partition.deadline_ns {
            deadline(raw, partition, ns, path.field("deadline_ns"), findings);
        }
        ignored(partition, &path.field("health"), findings);
        restarts(raw, partition, &path.field("health"), findings);
        if raw.schedules.len() == 1 {
            safe_mode(partition, &path, findings);
        }
        power_off(raw, partition, &path, findings);
    }
    one_monitor(raw, findings);
}

fn deadline(
    raw: &RawSystem,
    partition: &RawPartition,
    ns: u64,
    path: SpecPath,
    findings: &mut Findings,
) {
    let name = &partition.name;
    if ns == 0 {
        let message = format!("`{name}` is to wait again after no time");
        let help = "use the longest time that it may take, or None for no deadline";
        findings.report(&S0125, path, message, help);
        return;
    }
    ticks(
        raw,
        &format!("the deadline of `{name}`"),
        ns,
        path.clone(),
        findings,
    );
    let frames = raw.schedules.iter().map(|it| it.major_frame_ns);
    if let Some(frame) = frames.max().filter(|frame| (1..ns).contains(frame)) {
        let message = format!(
            "the deadline of `{name}`, {}, is longer than a major frame of {}",
            exact(ns),
            exact(frame)
        );
        let help = "use a shorter one, unless its work is meant to take several frames";
        findings.report(&S0126, path, message, help);
    }
}

/// Faults after which there is nothing to go on with.
fn ignored(partition: &RawPartition, path: &SpecPath, findings: &mut Findings) {
    for cause in FaultCause::ALL {
        let is_ignored = partition.health.action(cause) == RawHealthAction::Ignore;
        if is_ignored && !cause.can_be_ignored() {
            let message = format!(
                "`{}` cannot go on after a fault of the cause {}",
                partition.name,
                cause.field()
            );
            let help = "use Halt, Restart, SafeMode or PowerOff";
            findings.report(&S0127, path.field(cause.field()), message, help);
        }
    }
}

fn restarts(raw: &RawSystem, partition: &RawPartition, path: &SpecPath, findings: &mut Findings) {
    let (name, restart) = (&partition.name, partition.health.restart);
    let path = path.field("restart");
    if restart.limit == Some(0) {
        let message = format!("`{name}` is restarted at most 0 times");
        let help = "use a limit of at least 1, or Halt instead of Restart";
        findings.report(&S0129, path.field("limit"), message, help);
    }
    let what = format!("the pause before a restart of `{name}`");
    ticks(
        raw,
        &what,
        restart.backoff_ns,
        path.field("backoff_ns"),
        findings,
    );
}

/// Where an action is chosen.
fn chosen(partition: &RawPartition, action: RawHealthAction, path: &SpecPath) -> Vec<SpecPath> {
    let health = path.field("health");
    let causes = FaultCause::ALL.into_iter();
    causes
        .filter(|cause| partition.health.action(*cause) == action)
        .map(|cause| health.field(cause.field()))
        .collect()
}

/// Asking for the safe mode where there is none.
fn safe_mode(partition: &RawPartition, path: &SpecPath, findings: &mut Findings) {
    let mut asking = chosen(partition, RawHealthAction::SafeMode, path);
    if partition.permissions.safe_mode {
        asking.push(path.field("permissions").field("safe_mode"));
    }
    if !asking.is_empty() {
        let message = format!(
            "`{}` can ask for the safe mode, but there is no schedule for it",
            partition.name
        );
        let help = "add a second schedule, or do something else";
        findings.report_all(&S0128, asking, message, help);
    }
}

/// Powering off a machine that cannot be.
fn power_off(raw: &RawSystem, partition: &RawPartition, path: &SpecPath, findings: &mut Findings) {
    let mut devices = raw.machine.devices.iter();
    let can_be = devices.any(|it| it.kind == RawDeviceKind::TestFinisher);
    let asking = chosen(partition, RawHealthAction::PowerOff, path);
    if !can_be && !asking.is_empty() {
        let (machine, name) = (&raw.machine.name, &partition.name);
        let message =
            format!("a fault of `{name}` is to power off `{machine}`, which has no test finisher");
        let help = "add the device to the machine, or do something else";
        findings.report_all(&S0148, asking, message, help);
    }
}

/// At most one partition reads the records of faults and manages the others.
fn one_monitor(raw: &RawSystem, findings: &mut Findings) {
    let list = SpecPath::default().field("partitions");
    let right = |i: usize| list.index(i).field("permissions").field("manage");
    let partitions = raw.partitions.iter().enumerate();
    let mut monitors = partitions.filter(|(_, partition)| partition.permissions.manage);
    let Some((first, monitor)) = monitors.next() else {
        return;
    };
    for (i, partition) in monitors {
        findings.report_all(
            &S0107,
            vec![right(i), right(first)],
            format!(
                "`{}` manages the others, but `{}` does already",
                partition.name, monitor.name
            ),
            "let one partition be the monitor; the others can send it messages",
        );
    }
}
