//! Devices: who maps which window, and what PMP must let through.

use std::collections::BTreeMap;

use super::mapping::{Mapping, Rights};
use super::pmp::{Access, Grant};
use super::problem::Problem;
use super::region::{PAGE_BYTES, Range};
use crate::spec::{RawDevice, RawDeviceKind, RawMmu};
use crate::system::{DeviceIndex, Partition, PartitionIndex, System};

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

/// What a partition maps for its devices, virtual equal to physical: whole pages where there
/// are page tables, each page once even where two of its devices share it.
pub(super) fn mappings(system: &System, devices: &[DeviceIndex]) -> Vec<Mapping> {
    let unit = match system.machine.isolation.mmu {
        RawMmu::Sv39 => PAGE_BYTES,
        RawMmu::Bare => 1,
    };
    let mut windows: Vec<_> = devices
        .iter()
        .filter_map(|index| system.machine.devices.get(index.get()))
        .map(|device| (window(device).widened(unit), device.name.as_str()))
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

/// What PMP grants a partition for its devices on a machine without an MMU.
pub(super) fn of(system: &System, partition: &Partition) -> Vec<Grant> {
    let own = partition.devices.iter();
    windows(
        system,
        own.filter_map(|index| system.machine.devices.get(index.get())),
    )
}

/// What PMP grants for devices: each that some partition owns.
pub(super) fn grants(system: &System) -> Vec<Grant> {
    windows(
        system,
        granted(system).into_iter().map(|(_, device)| device),
    )
}

/// The window of each device, widened to the grain, in ascending order, ranges that touch
/// joined: each byte once.
fn windows<'a>(system: &System, devices: impl Iterator<Item = &'a RawDevice>) -> Vec<Grant> {
    let grain = system.machine.isolation.pmp_grain_bytes;
    let mut grants: Vec<Grant> = devices
        .map(|device| Grant {
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
pub(super) fn granted(system: &System) -> Vec<(DeviceIndex, &RawDevice)> {
    let owned = owners_by_device(system);
    let devices = system.machine.devices.iter().enumerate();
    devices
        .map(|(position, device)| (DeviceIndex::new(position), device))
        .filter(|(index, _)| owned.contains_key(index))
        .collect()
}

/// The owners of the devices that have any.
fn owners_by_device(system: &System) -> BTreeMap<DeviceIndex, Vec<PartitionIndex>> {
    let mut owned: BTreeMap<DeviceIndex, Vec<PartitionIndex>> = BTreeMap::new();
    for (position, partition) in system.partitions.iter().enumerate() {
        for device in &partition.devices {
            let owners = owned.entry(*device).or_default();
            owners.push(PartitionIndex::new(position));
        }
    }
    owned
}

/// What the isolation hardware has to tell apart.
struct Place<'a> {
    window: Range,
    name: &'a str,
    /// `None` for RAM.
    device: Option<DeviceIndex>,
    /// Empty for RAM and for what nobody owns.
    owners: &'a [PartitionIndex],
}

/// Neighbours that the hardware cannot tell apart although their owners differ.
///
/// Page tables separate pages, PMP separates grains of what somebody owns from what nobody
/// does; without page tables it separates grains of everything. So two owned devices must not share a page unless their owners are the same, and an
/// owned device must not share a grain with one that nobody owns, or a page with RAM. Where
/// any two do, two neighbours do.
pub(super) fn problems(system: &System) -> Vec<Problem> {
    let grain = system.machine.isolation.pmp_grain_bytes;
    let owned = owners_by_device(system);
    let devices = places(system, &owned);
    let is_owned = |place: &&Place<'_>| !place.owners.is_empty();
    let is_ram = |place: &&Place<'_>| place.device.is_none();
    let among_owned = devices.iter().filter(is_owned);
    let with_unowned = devices.iter().filter(|place| !is_ram(place));
    let with_ram = devices.iter().filter(|p| is_owned(p) || is_ram(p));
    let page = match system.machine.isolation.mmu {
        RawMmu::Sv39 => PAGE_BYTES.max(grain),
        RawMmu::Bare => grain,
    };
    let mut problems = too_close(among_owned, page, |a, b| !a.is_empty() && !b.is_empty());
    problems.extend(too_close(with_unowned, grain, |a, b| {
        a.is_empty() != b.is_empty()
    }));
    problems.extend(too_close(with_ram, page, |a, b| {
        a.is_empty() != b.is_empty()
    }));
    problems
}

/// All devices and RAM ranges by ascending address; they are disjoint.
fn places<'a>(
    system: &'a System,
    owned: &'a BTreeMap<DeviceIndex, Vec<PartitionIndex>>,
) -> Vec<Place<'a>> {
    let devices = system.machine.devices.iter().enumerate();
    let devices = devices.map(|(position, device)| {
        let index = DeviceIndex::new(position);
        Place {
            window: window(device),
            name: &device.name,
            device: Some(index),
            owners: owned.get(&index).map_or(&[], Vec::as_slice),
        }
    });
    let ram = system.machine.ram.iter().map(|ram| Place {
        window: Range {
            base: ram.base,
            size_bytes: ram.size_bytes,
        },
        name: "RAM",
        device: None,
        owners: &[],
    });
    let mut places: Vec<Place<'a>> = devices.chain(ram).collect();
    places.sort_by_key(|place| place.window);
    places
}

/// Neighbours in one unit whose owners differ, if it matters for these owners.
fn too_close<'a>(
    places: impl Iterator<Item = &'a Place<'a>>,
    unit: u64,
    matters: impl Fn(&[PartitionIndex], &[PartitionIndex]) -> bool,
) -> Vec<Problem> {
    let places: Vec<&Place<'a>> = places.collect();
    let mut problems = Vec::new();
    for pair in places.windows(2) {
        let [low, high] = *pair else { continue };
        let close = low
            .window
            .widened(unit)
            .overlaps(&high.window.widened(unit));
        if !close || low.owners == high.owners || !matters(low.owners, high.owners) {
            continue;
        }
        // The place of the finding is a device that somebody owns.
        let (first, second) = if low.owners.is_empty() {
            (high, low)
        } else {
            (low, high)
        };
        if let Some(index) = first.device {
            problems.push(Problem::Devices {
                first: first.name.to_owned(),
                second: match second.device {
                    Some(_) => format!("`{}`", second.name),
                    None => second.name.to_owned(),
                },
                index: index.get(),
                unit,
            });
        }
    }
    problems
}
