//! Partitions: how many, their memory, their hart.

use septum_abi::address::STACK_BYTES_MAX;
use septum_abi::limits::{LOG_RING_BYTES_MAX, LOG_RING_BYTES_MIN, PAGE_BYTES, PARTITIONS};

use super::findings::Findings;
use crate::codes::{S0120, S0121, S0122, S0123, S0124};
use crate::diagnostic::SpecPath;
use crate::spec::{RawPartition, RawSystem};

pub(super) fn check(raw: &RawSystem, findings: &mut Findings) {
    let list = SpecPath::default().field("partitions");
    let count = raw.partitions.len();
    if count == 0 || count > PARTITIONS {
        let message = format!("the system has {count} partitions");
        let help = format!("a system has 1 to {PARTITIONS} partitions");
        findings.report(&S0120, list.clone(), message, &help);
    }
    for (i, partition) in raw.partitions.iter().enumerate() {
        let path = list.index(i);
        memory(partition, &path, findings);
        if partition.hart >= raw.machine.harts {
            no_hart(
                &partition.name,
                partition.hart,
                raw,
                path.field("hart"),
                findings,
            );
        }
    }
    for (i, schedule) in raw.schedules.iter().enumerate() {
        let windows = SpecPath::default()
            .field("schedules")
            .index(i)
            .field("windows");
        for (j, window) in schedule.windows.iter().enumerate() {
            if window.hart >= raw.machine.harts {
                let name = format!("window {j} of {}", schedule.name);
                no_hart(
                    &name,
                    window.hart,
                    raw,
                    windows.index(j).field("hart"),
                    findings,
                );
            }
        }
    }
}

fn no_hart(name: &str, hart: u64, raw: &RawSystem, path: SpecPath, findings: &mut Findings) {
    let harts = raw.machine.harts;
    let message = format!("`{name}` is on hart {hart}, but the machine has {harts}");
    findings.report(&S0124, path, message, "harts are numbered from 0");
}

fn memory(partition: &RawPartition, path: &SpecPath, findings: &mut Findings) {
    let name = &partition.name;
    let bytes = |bytes: usize| u64::try_from(bytes).unwrap_or(u64::MAX);
    let stack = partition.stack_bytes;
    if stack == 0 || stack > STACK_BYTES_MAX || !stack.is_multiple_of(bytes(PAGE_BYTES)) {
        let message = format!("the stack of `{name}` is {stack} bytes long");
        let help = format!("use a multiple of {PAGE_BYTES}, at most {STACK_BYTES_MAX}");
        findings.report(&S0121, path.field("stack_bytes"), message, &help);
    }
    let log = partition.log_bytes;
    let range = bytes(LOG_RING_BYTES_MIN)..=bytes(LOG_RING_BYTES_MAX);
    if log != 0 && (!range.contains(&log) || !log.is_power_of_two()) {
        let message = format!("the log ring of `{name}` is {log} bytes long");
        let help = format!(
            "use a power of two from {LOG_RING_BYTES_MIN} to {LOG_RING_BYTES_MAX}, or 0 without the right to log"
        );
        findings.report(&S0122, path.field("log_bytes"), message, &help);
    }
    if partition.permissions.log != (log != 0) {
        let message = if log == 0 {
            format!("`{name}` may log, but has no log ring")
        } else {
            format!("`{name}` has a log ring of {log} bytes, but may not log")
        };
        let paths = vec![
            path.field("log_bytes"),
            path.field("permissions").field("log"),
        ];
        findings.report_all(
            &S0123,
            paths,
            message,
            "set permissions.log and log_bytes together, or neither",
        );
    }
}
