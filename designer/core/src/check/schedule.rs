//! The schedule: windows that fill the frame, partitions that run.

use std::collections::BTreeSet;

use septum_abi::limits::WINDOWS;

use super::findings::Findings;
use crate::codes::{S0150, S0151, S0152, S0153, S0154, S0155, S0156};
use crate::diagnostic::SpecPath;
use crate::spec::{RawSchedule, RawSystem, RawWindow};

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
        frame(schedule, &list.index(i), findings);
        for (j, window) in schedule.windows.iter().enumerate() {
            let path = list.index(i).field("windows").index(j);
            check_window(window, j, &path, findings);
            ticks(
                raw,
                "the window's length",
                window.duration_ns,
                path.field("duration_ns"),
                findings,
            );
        }
    }
    if let Some(first) = raw.schedules.first() {
        everybody_runs(raw, first, findings);
    }
}

/// Reports a time that `mtime` cannot express.
pub(super) fn ticks(raw: &RawSystem, what: &str, ns: u64, path: SpecPath, findings: &mut Findings) {
    let hz = raw.machine.timebase_hz;
    if hz == 0 || 1_000_000_000 % hz != 0 {
        return;
    }
    let tick = 1_000_000_000 / hz;
    if !ns.is_multiple_of(tick) {
        let message = format!("{what}, {ns} ns, is not a whole number of ticks of {tick} ns");
        let help = format!(
            "use {} or {}",
            ns - ns % tick,
            (ns - ns % tick).saturating_add(tick)
        );
        findings.report(&S0154, path, message, &help);
    }
}

fn frame(schedule: &RawSchedule, path: &SpecPath, findings: &mut Findings) {
    let name = &schedule.name;
    if schedule.windows.is_empty() {
        findings.report(
            &S0155,
            path.field("windows"),
            format!("the schedule `{name}` has no window"),
            "add one",
        );
        return;
    }
    if schedule.windows.len() > WINDOWS {
        let message = format!(
            "the schedule `{name}` has {} windows",
            schedule.windows.len()
        );
        findings.report(
            &S0156,
            path.field("windows"),
            message,
            &format!("use at most {WINDOWS}"),
        );
    }
    let harts: BTreeSet<u64> = schedule.windows.iter().map(|w| w.hart).collect();
    for hart in harts {
        let windows = schedule.windows.iter().filter(|w| w.hart == hart);
        let sum = windows.fold(0_u64, |sum, w| sum.saturating_add(w.duration_ns));
        if sum != schedule.major_frame_ns {
            let message = format!(
                "the windows of hart {hart} add up to {sum} ns, the major frame of `{name}` is {} ns",
                schedule.major_frame_ns
            );
            let help = format!("set major_frame_ns to {sum}, or change the windows");
            findings.report(&S0150, path.field("major_frame_ns"), message, &help);
        }
    }
}

fn check_window(window: &RawWindow, index: usize, path: &SpecPath, findings: &mut Findings) {
    if window.partitions.is_empty() {
        let message = format!("window {index} has no partitions");
        findings.report(
            &S0151,
            path.field("partitions"),
            message,
            "put a partition into it, or remove it",
        );
    }
    if window.duration_ns == 0 {
        let message = format!("window {index} has no length");
        findings.report(
            &S0151,
            path.field("duration_ns"),
            message,
            "give it some time, or remove it",
        );
    }
    for (i, name) in window.partitions.iter().enumerate() {
        if window
            .partitions
            .iter()
            .take(i)
            .any(|earlier| earlier == name)
        {
            let message = format!("`{name}` is in window {index} twice");
            findings.report(
                &S0153,
                path.field("partitions").index(i),
                message,
                "remove one of them; the order is the priority",
            );
        }
    }
}

fn everybody_runs(raw: &RawSystem, schedule: &RawSchedule, findings: &mut Findings) {
    for (i, partition) in raw.partitions.iter().enumerate() {
        let windows = schedule.windows.iter();
        let mut harts = windows
            .filter(|w| w.partitions.contains(&partition.name))
            .map(|w| w.hart);
        let path = SpecPath::default().field("partitions").index(i);
        match harts.find(|&hart| hart == partition.hart) {
            Some(_) => {}
            None => {
                let message = format!(
                    "`{}` is in no window of hart {}, so it never runs",
                    partition.name, partition.hart
                );
                findings.report(
                    &S0152,
                    path.field("name"),
                    message,
                    "add it to a window of the schedule",
                );
            }
        }
    }
}
