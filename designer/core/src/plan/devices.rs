//! Devices: who maps which window, and what PMP must let through.

use super::mapping::{Mapping, Rights};
use super::pmp::{Access, Grant};
use super::problem::Problem;
use super::region::{PAGE_BYTES, Range};
use crate::spec::{RawDevice, RawDeviceKind};
use crate::system::{DeviceIndex, PartitionIndex, System};

/// The window of a device.
pub(super) const fn window(device: &RawDevice) -> Range {
    Range {
        base: device.base,
        size_bytes: device.size_bytes,
    }
}

/// The first device of a kind.
pub(super) fn first(system: &System, kind: RawDeviceKind) -> Option<(DeviceIndex, &RawDevice)> {
    let mut devices = system.machine.devices.iter().enumerate();
    let (position, device) = devices.find(|(_, device)| device.kind == kind)?;
    Some((DeviceIndex::new(position), device))
}

/// The partitions that a device is granted to.
pub(super) fn owners(system: &System, device: DeviceIndex) -> Vec<PartitionIndex> {
    let partitions = system.partitions.iter().enumerate();
    partitions
        .filter(|(_, partition)| partition.devices.contains(&device))
        .map(|(position, _)| PartitionIndex::new(position))
        .collect()
}

/// What a partition maps for its devices: whole pages, virtual equal to physical, each page
/// once even where two of its devices share it.
pub(super) fn mappings(system: &System, devices: &[DeviceIndex]) -> Vec<Mapping> {
    let mut windows: Vec<_> = devices
        .iter()
        .filter_map(|index| system.machine.devices.get(index.get()))
        .map(|device| (window(device).widened(PAGE_BYTES), device.name.as_str()))
        .collect();
    windows.sort_unstable();
    let mut mappings: Vec<Mapping> = Vec::new();
    for (range, name) in windows {
        let mapped = mappings.last().map_or(0, |last| last.physical.end());
        let base = range.base.max(mapped);
        if base < range.end() {
            let physical = Range {
                base,
                size_bytes: range.end() - base,
            };
            let name = name.to_owned();
            mappings.push(Mapping {
                name,
                virtual_base: base,
                physical,
                rights: Rights::ReadWrite,
            });
        }
    }
    mappings
}

/// What PMP grants for devices: the window of each that some partition owns, widened to the
/// grain, in ascending order, ranges that touch joined.
pub(super) fn grants(system: &System) -> Vec<Grant> {
    let grain = system.machine.isolation.pmp_grain_bytes;
    let mut grants: Vec<Grant> = granted(system)
        .map(|(_, device)| Grant {
            name: device.name.clone(),
            range: window(device).widened(grain),
            access: Access::ReadWrite,
        })
        .collect();
    grants.sort_by_key(|grant| grant.range);
    grants.into_iter().fold(Vec::new(), joined)
}

/// Appends a grant, or extends the last one where they touch or overlap.
fn joined(mut grants: Vec<Grant>, grant: Grant) -> Vec<Grant> {
    match grants.last_mut() {
        Some(last) if last.range.end() >= grant.range.base => {
            let end = last.range.end().max(grant.range.end());
            last.range.size_bytes = end - last.range.base;
            last.name = format!("{}, {}", last.name, grant.name);
        }
        _ => grants.push(grant),
    }
    grants
}

/// The devices that some partition owns.
fn granted(system: &System) -> impl Iterator<Item = (DeviceIndex, &RawDevice)> {
    let devices = system.machine.devices.iter().enumerate();
    devices
        .map(|(position, device)| (DeviceIndex::new(position), device))
        .filter(|(index, _)| !owners(system, *index).is_empty())
}

/// Pairs of devices that the hardware cannot tell apart although their owners differ.
///
/// Page tables separate pages, PMP separates grains of what somebody owns from what nobody
/// does. So two owned devices must not share a page unless their owners are the same, and an
/// owned device must not share a grain with one that nobody owns or with RAM.
pub(super) fn problems(system: &System) -> Vec<Problem> {
    let grain = system.machine.isolation.pmp_grain_bytes;
    let mut problems = Vec::new();
    for (index, device) in granted(system) {
        for (position, other) in system.machine.devices.iter().enumerate() {
            let other_owners = owners(system, DeviceIndex::new(position));
            let unit = if other_owners.is_empty() {
                grain
            } else {
                PAGE_BYTES.max(grain)
            };
            let close = window(device)
                .widened(unit)
                .overlaps(&window(other).widened(unit));
            let counted = other_owners.is_empty() || position > index.get();
            if close && counted && other_owners != owners(system, index) {
                problems.push(too_close(device, index, &other.name, unit));
            }
        }
        for ram in &system.machine.ram {
            let ram = Range {
                base: ram.base,
                size_bytes: ram.size_bytes,
            };
            if window(device).widened(PAGE_BYTES.max(grain)).overlaps(&ram) {
                problems.push(too_close(device, index, "RAM", PAGE_BYTES.max(grain)));
            }
        }
    }
    problems
}

fn too_close(device: &RawDevice, index: DeviceIndex, other: &str, unit: u64) -> Problem {
    Problem::Devices {
        first: device.name.clone(),
        second: other.to_owned(),
        index: index.get(),
        unit,
    }
}
