//! Partitions: how many, their memory, their hart.

use septum_abi::address::STACK_BYTES_MAX;
use septum_abi::limits::{LOG_RING_BYTES_MAX, LOG_RING_BYTES_MIN, PAGE_BYTES, PARTITIONS};

use super::findings::Findings;
use crate::codes::{S0120, S0121, S0122, S0123, S0124};
use crate::diagnostic::{SpecPath, counted};
use crate::spec::{RawPartition, RawSystem};

pub(super) fn check(raw: &RawSystem, findings: &mut Findings) {
    let list = SpecPath::default().field("partitions");
    count(raw.partitions.len(), &list, findings);
    for (i, partition) in raw.partitions.iter().enumerate() {
        let path = list.index(i);
        stack(partition, path.field("stack_bytes"), findings);
        log_ring(partition, path.field("log_bytes"), findings);
        log_right(partition, &path, findings);
    }
    harts(raw, findings);
}

fn count(count: usize, path: &SpecPath, findings: &mut Findings) {
    let message = match count {
        0 => "the system has no partition".to_owned(),
        1..=PARTITIONS => return,
        _ => format!("the system has {count} partitions"),
    };
    let help = format!("a system has 1 to {PARTITIONS} partitions");
    findings.report(&S0120, path.clone(), message, &help);
}

/// Partitions and windows are on harts that there are.
fn harts(raw: &RawSystem, findings: &mut Findings) {
    let root = SpecPath::default();
    for (i, partition) in raw.partitions.iter().enumerate() {
        let what = format!("`{}`", partition.name);
        let path = root.field("partitions").index(i).field("hart");
        hart(raw, &what, partition.hart, path, findings);
    }
    for (i, schedule) in raw.schedules.iter().enumerate() {
        let windows = root.field("schedules").index(i).field("windows");
        for (j, window) in schedule.windows.iter().enumerate() {
            let what = format!("window {j} of `{}`", schedule.name);
            let path = windows.index(j).field("hart");
            hart(raw, &what, window.hart, path, findings);
        }
    }
}

fn hart(raw: &RawSystem, what: &str, hart: u64, path: SpecPath, findings: &mut Findings) {
    let (machine, harts) = (&raw.machine.name, raw.machine.harts);
    let help = match harts {
        // That the machine has none is a finding of its own.
        0 => return,
        1 => format!("the only hart of `{machine}` is 0"),
        _ => format!("the harts of `{machine}` are 0 to {}", harts - 1),
    };
    if hart >= harts {
        let message = format!("{what} is on hart {hart}, which the machine does not have");
        findings.report(&S0124, path, message, &help);
    }
}

/// A limit of the ABI as a number of the spec.
fn wide(limit: usize) -> u64 {
    u64::try_from(limit).unwrap_or(u64::MAX)
}

fn stack(partition: &RawPartition, path: SpecPath, findings: &mut Findings) {
    let (name, bytes) = (&partition.name, partition.stack_bytes);
    if bytes == 0 || bytes > STACK_BYTES_MAX || !bytes.is_multiple_of(wide(PAGE_BYTES)) {
        let message = format!("the stack of `{name}` is {} long", counted(bytes, "byte"));
        let help = format!("use a multiple of {PAGE_BYTES} from {PAGE_BYTES} to {STACK_BYTES_MAX}");
        findings.report(&S0121, path, message, &help);
    }
}

fn log_ring(partition: &RawPartition, path: SpecPath, findings: &mut Findings) {
    let (name, bytes) = (&partition.name, partition.log_bytes);
    let range = wide(LOG_RING_BYTES_MIN)..=wide(LOG_RING_BYTES_MAX);
    if bytes != 0 && (!range.contains(&bytes) || !bytes.is_power_of_two()) {
        let message = format!(
            "the log ring of `{name}` is {} long",
            counted(bytes, "byte")
        );
        let help = format!(
            "use a power of two from {LOG_RING_BYTES_MIN} to {LOG_RING_BYTES_MAX}, or 0 without the right to log"
        );
        findings.report(&S0122, path, message, &help);
    }
}

fn log_right(partition: &RawPartition, path: &SpecPath, findings: &mut Findings) {
    let (name, bytes) = (&partition.name, partition.log_bytes);
    let message = match (partition.permissions.log, bytes) {
        (true, 0) => format!("`{name}` may log, but has no log ring"),
        (true, _) | (false, 0) => return,
        (false, _) => {
            let ring = counted(bytes, "byte");
            format!("`{name}` has a log ring of {ring}, but may not log")
        }
    };
    let right = path.field("permissions").field("log");
    findings.report_all(
        &S0123,
        vec![path.field("log_bytes"), right],
        message,
        "set permissions.log and log_bytes together, or neither",
    );
}
