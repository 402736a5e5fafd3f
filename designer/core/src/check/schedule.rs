//! The schedule: windows that fill the frame, partitions that run.

use std::collections::{BTreeMap, BTreeSet};

use septum_abi::limits::WINDOWS;

use super::findings::Findings;
use crate::codes::{S0150, S0151, S0152, S0153, S0154, S0155, S0156, S0157, S0158, S0159};
use crate::diagnostic::SpecPath;
use crate::duration::exact;
use crate::listing::listing;
use crate::spec::{RawHealthAction, RawPartition, RawSchedule, RawSystem, RawWindow};

pub(super) fn check(raw: &RawSystem, findings: &mut Findings) {
    let list = SpecPath::default().field("schedules");
    if raw.schedules.is_empty() {
        findings.report(
            &S0155,
            list.clone(),
            "the system has no schedule".to_owned(),
            "add one with at least one window",
        );
    }
    for (i, schedule) in raw.schedules.iter().enumerate() {
        let path = list.index(i);
        count(schedule, path.field("windows"), findings);
        frame(raw, schedule, path.field("major_frame_ns"), findings);
        for (j, window) in schedule.windows.iter().enumerate() {
            let path = path.field("windows").index(j);
            lengths(raw, window, j, path.field("duration_ns"), findings);
            members(window, j, &path.field("partitions"), findings);
        }
    }
    everybody_runs(raw, findings);
    safe_mode(raw, &list, findings);
}

/// A second schedule is that of the safe mode; something must lead to it.
fn safe_mode(raw: &RawSystem, list: &SpecPath, findings: &mut Findings) {
    if raw.schedules.len() > 2 {
        let message = format!("the system has {} schedules", raw.schedules.len());
        let help = "keep two: the first runs at boot, the second is that of the safe mode";
        findings.report(&S0157, list.index(2), message, help);
    }
    let leads = raw
        .partitions
        .iter()
        .any(|it| it.permissions.safe_mode || it.health.takes(RawHealthAction::SafeMode));
    if let Some(safe) = raw.schedules.get(1).filter(|_| !leads) {
        let message = format!(
            "no fault and no partition leads to the schedule `{}`",
            safe.name
        );
        let help = "use the action SafeMode for a fault, or give a partition the right safe_mode";
        findings.report(&S0158, list.index(1), message, help);
    }
    if let Some(safe) = raw.schedules.get(1) {
        halted_on_the_way(raw, safe, &list.index(1), findings);
    }
}

/// The fault that leads to the safe mode halts its partition. Where nothing else leads there and
/// nobody may restart it, it has no use for windows of the safe mode.
fn halted_on_the_way(
    raw: &RawSystem,
    safe: &RawSchedule,
    path: &SpecPath,
    findings: &mut Findings,
) {
    let mut faulting = raw
        .partitions
        .iter()
        .filter(|it| it.health.takes(RawHealthAction::SafeMode));
    let (Some(only), None) = (faulting.next(), faulting.next()) else {
        return;
    };
    let can_help = |it: &RawPartition| {
        it.permissions.safe_mode || (it.permissions.manage && it.name != only.name)
    };
    if raw.partitions.iter().any(can_help) {
        return;
    }
    for (window, it) in safe.windows.iter().enumerate() {
        let mut names = it.partitions.iter();
        if let Some(place) = names.position(|name| *name == only.name) {
            let window = path.field("windows").index(window);
            let message = format!(
                "only a fault of `{0}` leads to the schedule `{1}`, and halts `{0}`",
                only.name, safe.name
            );
            let help =
                "name others there, or let another partition with the right to manage restart it";
            findings.report(
                &S0159,
                window.field("partitions").index(place),
                message,
                help,
            );
        }
    }
}

/// Reports a time that `mtime` cannot express.
pub(super) fn ticks(raw: &RawSystem, what: &str, ns: u64, path: SpecPath, findings: &mut Findings) {
    let hz = raw.machine.timebase_hz;
    if hz == 0 || 1_000_000_000 % hz != 0 {
        return;
    }
    let tick = 1_000_000_000 / hz;
    if ns.is_multiple_of(tick) {
        return;
    }
    let message = format!(
        "{what}, {}, is not a whole number of ticks of {}",
        exact(ns),
        exact(tick)
    );
    let below = ns - ns % tick;
    let help = match (below, below.checked_add(tick)) {
        (0, _) => format!("use {tick}"),
        (_, None) => format!("use {below}"),
        (_, Some(above)) => format!("use {below} or {above}"),
    };
    findings.report(&S0154, path, message, &help);
}

fn count(schedule: &RawSchedule, path: SpecPath, findings: &mut Findings) {
    let (name, count) = (&schedule.name, schedule.windows.len());
    if count == 0 {
        let message = format!("the schedule `{name}` has no window");
        findings.report(&S0155, path, message, "add one");
    } else if count > WINDOWS {
        let message = format!("the schedule `{name}` has {count} windows");
        findings.report(&S0156, path, message, &format!("use at most {WINDOWS}"));
    }
}

/// The windows of every hart that there is add up to the major frame.
fn frame(raw: &RawSystem, schedule: &RawSchedule, path: SpecPath, findings: &mut Findings) {
    let frame = u128::from(schedule.major_frame_ns);
    let mut sums: BTreeMap<u64, u128> = BTreeMap::new();
    for window in &schedule.windows {
        *sums.entry(window.hart).or_default() += u128::from(window.duration_ns);
    }
    sums.retain(|hart, sum| *hart < raw.machine.harts && *sum != frame);
    let wrong: Vec<(u64, u128)> = sums.into_iter().collect();
    let help = match wrong.as_slice() {
        [] => return,
        [(_, 0)] => "give the windows some time".to_owned(),
        [(_, sum)] if *sum > u128::from(u64::MAX) => "make the windows shorter".to_owned(),
        [(_, sum)] => format!("set major_frame_ns to {sum}, or change the windows"),
        _ => "make the windows of every hart as long as the major frame".to_owned(),
    };
    let sums = wrong
        .iter()
        .map(|(hart, sum)| format!("{} on hart {hart}", exact(*sum)));
    let message = format!(
        "the windows of `{}` add up to {}, the major frame is {}",
        schedule.name,
        listing(sums),
        exact(frame)
    );
    findings.report(&S0150, path, message, &help);
}

fn lengths(
    raw: &RawSystem,
    window: &RawWindow,
    index: usize,
    path: SpecPath,
    findings: &mut Findings,
) {
    if window.duration_ns == 0 {
        let message = format!("window {index} has no length");
        let help = "give it some time, or remove it";
        findings.report(&S0151, path.clone(), message, help);
    }
    let what = format!("the length of window {index}");
    ticks(raw, &what, window.duration_ns, path, findings);
}

fn members(window: &RawWindow, index: usize, path: &SpecPath, findings: &mut Findings) {
    if window.partitions.is_empty() {
        let message = format!("window {index} has no partitions");
        let help = "put a partition into it, or remove it";
        findings.report(&S0151, path.clone(), message, help);
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, name) in window.partitions.iter().enumerate() {
        if let Some(&first) = seen.get(name.as_str()) {
            findings.report_all(
                &S0153,
                vec![path.index(i), path.index(first)],
                format!("`{name}` is in window {index} twice"),
                "remove one of them; the order is the priority",
            );
        } else {
            seen.insert(name, i);
        }
    }
}

/// Every partition of a hart that there is, is in a window of its hart: at boot, in the safe
/// mode, or in both.
fn everybody_runs(raw: &RawSystem, findings: &mut Findings) {
    let exists = |hart: u64| hart < raw.machine.harts;
    let mut run: BTreeSet<(&str, u64)> = BTreeSet::new();
    // Where a window's hart does not exist, nobody knows yet which one is meant.
    let mut may_run: BTreeSet<&str> = BTreeSet::new();
    for window in raw.schedules.iter().flat_map(|it| &it.windows) {
        for name in &window.partitions {
            if exists(window.hart) {
                run.insert((name, window.hart));
            } else {
                may_run.insert(name);
            }
        }
    }
    let has_windows = raw.schedules.iter().any(|it| !it.windows.is_empty());
    for (i, partition) in raw.partitions.iter().enumerate() {
        let (name, hart) = (partition.name.as_str(), partition.hart);
        let is_known = exists(hart) && has_windows;
        if is_known && !run.contains(&(name, hart)) && !may_run.contains(name) {
            let path = SpecPath::default().field("partitions").index(i);
            findings.report(
                &S0152,
                path.field("name"),
                format!("`{name}` is in no window of hart {hart}, so it never runs"),
                &format!("add it to a window of hart {hart}"),
            );
        }
    }
}
