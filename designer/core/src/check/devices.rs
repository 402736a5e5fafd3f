//! Devices and interrupts: each with one owner, none of the kernel's.

use std::collections::{BTreeMap, BTreeSet};

use super::findings::Findings;
use crate::codes::{S0140, S0141, S0142, S0143, S0144, S0145, S0146};
use crate::diagnostic::SpecPath;
use crate::listing::listing;
use crate::spec::{RawDevice, RawDeviceKind, RawInterrupt, RawPartition, RawSystem};

/// The sources of a PLIC (RISC-V PLIC specification, "Interrupt Sources": 0 means none).
const SOURCES: std::ops::RangeInclusive<u64> = 1..=1023;

pub(super) fn check(raw: &RawSystem, findings: &mut Findings) {
    sources(raw, findings);
    let mut owners = Owners::new(raw);
    for (i, partition) in raw.partitions.iter().enumerate() {
        let path = SpecPath::default().field("partitions").index(i);
        for (j, device) in partition.devices.iter().enumerate() {
            let path = path.field("devices").index(j);
            owners.device(partition, device, path, findings);
        }
        let granted = partition.devices.iter().map(String::as_str).collect();
        for (j, interrupt) in partition.interrupts.iter().enumerate() {
            let path = path.field("interrupts").index(j).field("source");
            owners.interrupt(partition, &granted, interrupt, path, findings);
        }
    }
}

/// What the machine says about the interrupts of its devices.
fn sources(raw: &RawSystem, findings: &mut Findings) {
    for (i, device) in raw.machine.devices.iter().enumerate() {
        let devices = SpecPath::default().field("machine").field("devices");
        let path = devices.index(i).field("interrupts");
        for (j, source) in device.interrupts.iter().enumerate() {
            if !SOURCES.contains(source) {
                let message = format!("`{}` raises interrupt source {source}", device.name);
                let help = format!(
                    "an interrupt controller has the sources {} to {}",
                    SOURCES.start(),
                    SOURCES.end()
                );
                findings.report(&S0141, path.index(j), message, &help);
            }
        }
    }
}

/// A device of the machine.
struct Device<'a> {
    raw: &'a RawDevice,
    sources: BTreeSet<u64>,
}

/// Whose the devices and interrupts are, as far as the design has been read.
struct Owners<'a> {
    machine: BTreeMap<&'a str, Device<'a>>,
    devices: BTreeMap<&'a str, (&'a str, SpecPath)>,
    sources: BTreeMap<u64, (&'a str, SpecPath)>,
}

impl<'a> Owners<'a> {
    fn new(raw: &'a RawSystem) -> Self {
        let devices = raw.machine.devices.iter().rev().map(|raw| {
            let sources = raw.interrupts.iter().copied().collect();
            (raw.name.as_str(), Device { raw, sources })
        });
        Self {
            machine: devices.collect(),
            devices: BTreeMap::new(),
            sources: BTreeMap::new(),
        }
    }

    fn device(
        &mut self,
        partition: &'a RawPartition,
        device: &'a str,
        path: SpecPath,
        findings: &mut Findings,
    ) {
        let name = &partition.name;
        if let Some(known) = self.machine.get(device) {
            beyond_the_device(known.raw, partition, &path, findings);
        }
        let Some((owner, first)) = self.devices.get(device) else {
            self.devices.insert(device, (name, path));
            return;
        };
        let message = format!("the device `{device}` is granted {}", both(owner, name));
        findings.report_all(
            &S0144,
            vec![path, first.clone()],
            message,
            "a device has one owner; others reach it through messages",
        );
    }

    fn interrupt(
        &mut self,
        partition: &'a RawPartition,
        granted: &BTreeSet<&str>,
        interrupt: &RawInterrupt,
        path: SpecPath,
        findings: &mut Findings,
    ) {
        let (name, source) = (&partition.name, interrupt.source);
        if let Some(device) = self.machine.get(interrupt.device.as_str()) {
            raised(device, name, granted, source, &path, findings);
        }
        let Some((owner, first)) = self.sources.get(&source) else {
            self.sources.insert(source, (name, path));
            return;
        };
        let message = format!("interrupt source {source} is given {}", both(owner, name));
        findings.report_all(
            &S0140,
            vec![path, first.clone()],
            message,
            "an interrupt arrives at one port of one partition",
        );
    }
}

/// To whom something is given twice.
fn both(first: &str, second: &str) -> String {
    if first == second {
        format!("to `{first}` twice")
    } else {
        format!("to `{first}` and to `{second}`")
    }
}

/// Whether the device gives its partition more than registers of its own.
fn beyond_the_device(
    device: &RawDevice,
    partition: &RawPartition,
    path: &SpecPath,
    findings: &mut Findings,
) {
    let (name, owner) = (&device.name, &partition.name);
    let kernels = [
        RawDeviceKind::Clint,
        RawDeviceKind::Plic,
        RawDeviceKind::TestFinisher,
    ];
    if kernels.contains(&device.kind) {
        findings.report(
            &S0143,
            path.clone(),
            format!("`{name}` is granted to `{owner}`, but it is the kernel's"),
            "remove it: time, interrupts and power are the kernel's alone",
        );
    }
    if device.reaches_memory() {
        let message = format!(
            "`{name}` can write memory by itself: `{owner}`, which drives it, can reach all of it"
        );
        findings.report(
            &S0145,
            path.clone(),
            message,
            "the machine has no IOMMU: trust the driver like the kernel, or do without the device",
        );
    }
    if device.kind == RawDeviceKind::Rtc && !partition.permissions.clock {
        findings.report(
            &S0146,
            path.clone(),
            format!("`{name}` is a clock, but `{owner}` has no right to the clock"),
            "set clock to True in its permissions, or do without the device",
        );
    }
}

/// Whether the device raises the source, and its partition can silence it.
fn raised(
    device: &Device<'_>,
    partition: &str,
    granted: &BTreeSet<&str>,
    source: u64,
    path: &SpecPath,
    findings: &mut Findings,
) {
    let name = &device.raw.name;
    if !device.sources.contains(&source) {
        let message = format!("`{name}` does not raise interrupt source {source}");
        let sources = listing(device.sources.iter().map(u64::to_string));
        let help = match device.sources.len() {
            0 => format!("`{name}` raises no interrupt"),
            1 => format!("the only source of `{name}` is {sources}"),
            _ => format!("the sources of `{name}` are {sources}"),
        };
        findings.report(&S0141, path.clone(), message, &help);
    } else if !granted.contains(name.as_str()) {
        findings.report(
            &S0142,
            path.clone(),
            format!("`{partition}` takes the interrupt of `{name}`, which it is not granted"),
            "grant the device to the partition, or it cannot silence it",
        );
    }
}
