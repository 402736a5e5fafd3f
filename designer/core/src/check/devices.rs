//! Devices and interrupts: each with one owner, none of the kernel's.

use std::collections::BTreeMap;

use super::findings::Findings;
use crate::codes::{S0140, S0141, S0142, S0143, S0144, S0145};
use crate::diagnostic::SpecPath;
use crate::spec::{RawDeviceKind, RawPartition, RawSystem};

pub(super) fn check(raw: &RawSystem, findings: &mut Findings) {
    let mut owners: BTreeMap<&str, (&str, SpecPath)> = BTreeMap::new();
    let mut sources: BTreeMap<u64, (&str, SpecPath)> = BTreeMap::new();
    for (i, partition) in raw.partitions.iter().enumerate() {
        let path = SpecPath::default().field("partitions").index(i);
        for (j, device) in partition.devices.iter().enumerate() {
            let path = path.field("devices").index(j);
            kernel_or_dma(raw, device, &partition.name, &path, findings);
            match owners.get(device.as_str()) {
                Some((owner, first)) => {
                    let message = format!(
                        "the device `{device}` is granted to `{owner}` and to `{}`",
                        partition.name
                    );
                    findings.report_all(
                        &S0144,
                        vec![path, first.clone()],
                        message,
                        "a device has one owner; others reach it through messages",
                    );
                }
                None => {
                    owners.insert(device, (&partition.name, path));
                }
            }
        }
        for j in 0..partition.interrupts.len() {
            interrupt(
                raw,
                partition,
                &path.field("interrupts"),
                j,
                &mut sources,
                findings,
            );
        }
    }
}

fn kernel_or_dma(
    raw: &RawSystem,
    name: &str,
    partition: &str,
    path: &SpecPath,
    findings: &mut Findings,
) {
    let Some(device) = raw.machine.devices.iter().find(|d| d.name == name) else {
        return;
    };
    let kernels = [
        RawDeviceKind::Clint,
        RawDeviceKind::Plic,
        RawDeviceKind::TestFinisher,
    ];
    if kernels.contains(&device.kind) {
        let message = format!("`{name}` is granted to `{partition}`, but it is the kernel's");
        findings.report(
            &S0143,
            path.clone(),
            message,
            "time, interrupts and power are the kernel's alone",
        );
    }
    if device.dma {
        let message = format!(
            "`{name}` can write memory by itself: `{partition}`, which drives it, can reach all of it"
        );
        findings.report(
            &S0145,
            path.clone(),
            message,
            "the machine has no IOMMU: trust the driver like the kernel, or do without the device",
        );
    }
}

fn interrupt<'a>(
    raw: &RawSystem,
    partition: &'a RawPartition,
    list: &SpecPath,
    index: usize,
    sources: &mut BTreeMap<u64, (&'a str, SpecPath)>,
    findings: &mut Findings,
) {
    let Some(interrupt) = partition.interrupts.get(index) else {
        return;
    };
    let (name, source) = (&partition.name, interrupt.source);
    let path = list.index(index).field("source");
    if let Some(device) = raw
        .machine
        .devices
        .iter()
        .find(|d| d.name == interrupt.device)
    {
        if source == 0 || !device.interrupts.contains(&source) {
            let message = format!("`{}` does not raise interrupt source {source}", device.name);
            let help = format!(
                "the sources of `{}` are {:?}",
                device.name, device.interrupts
            );
            findings.report(&S0141, path.clone(), message, &help);
        } else if !partition.devices.contains(&device.name) {
            let message = format!(
                "`{name}` takes the interrupt of `{}`, which it is not granted",
                device.name
            );
            findings.report(
                &S0142,
                path.clone(),
                message,
                "grant the device to the partition, or it cannot silence it",
            );
        }
    }
    match sources.get(&source) {
        Some((owner, first)) => {
            let message =
                format!("interrupt source {source} is given to `{owner}` and to `{name}`");
            findings.report_all(
                &S0140,
                vec![path, first.clone()],
                message,
                "an interrupt arrives at one port of one partition",
            );
        }
        None => {
            sources.insert(source, (name, path));
        }
    }
}
