//! What the kernel needs of a machine.

use septum_abi::address;
use septum_abi::limits::PLIC_WORDS;

use super::devices;
use super::memory;
use super::problem::Problem;
use super::region::{PAGE_BYTES, Range};
use super::registers;
use super::tables;
use crate::programs::SV39_USER_END;
use crate::spec::{RawDeviceKind, RawMmu};
use crate::system::System;

/// Most bytes of devices that partitions can map, so that page tables stay small.
const MAPPED_BYTES: u64 = 1 << 30;

/// What is missing or out of range, but for [`unplaceable`].
pub(super) fn problems(system: &System) -> Vec<Problem> {
    let mut problems = lacks(system);
    problems.extend(identifiers(system));
    problems.extend(sources(system));
    problems.extend(registers::problems(system));
    problems
}

/// Because of what nothing can be placed.
pub(super) fn unplaceable(system: &System) -> Vec<Problem> {
    let mut problems = match system.machine.isolation.mmu {
        RawMmu::Sv39 => windows(system)
            .into_iter()
            .chain(too_much(system))
            .collect(),
        RawMmu::Bare => grain(system).into_iter().collect::<Vec<Problem>>(),
    };
    let ram = system.machine.ram.first();
    if ram.is_some_and(|ram| ram.base % PAGE_BYTES != 0) {
        let sentence = "has RAM that does not begin at a page of 4096 bytes";
        problems.push(lack(system, "ram[0].base", sentence));
    }
    problems
}

/// Without page tables the grain must tell the segments of a program apart, which are pages.
fn grain(system: &System) -> Option<Problem> {
    let grain = system.machine.isolation.pmp_grain_bytes;
    let sentence = format!(
        "has a PMP grain of {grain} bytes, but parts of programs are pages of {PAGE_BYTES} bytes"
    );
    (grain > PAGE_BYTES).then(|| lack(system, "isolation.pmp_grain_bytes", sentence))
}

fn lack(system: &System, field: impl Into<String>, lack: impl Into<String>) -> Problem {
    Problem::Machine {
        machine: system.machine.name.clone(),
        lack: lack.into(),
        field: field.into(),
    }
}

fn lacks(system: &System) -> Vec<Problem> {
    let has = |kind| devices::first(system, kind).is_some();
    let interrupts = tables::interrupts(system).next().is_some();
    [
        (
            system.machine.isolation.pmp_entries == 0,
            "isolation.pmp_entries",
            "has no PMP, so nothing keeps partitions out of the kernel",
        ),
        (
            !has(RawDeviceKind::Clint),
            "devices",
            "has no CLINT, so there is no clock",
        ),
        (
            interrupts && !has(RawDeviceKind::Plic),
            "devices",
            "has no PLIC for the interrupts of the design",
        ),
    ]
    .into_iter()
    .filter(|(lacking, ..)| *lacking)
    .map(|(_, field, sentence)| lack(system, field, sentence))
    .collect()
}

/// One address space identifier for each partition, if there are any at all.
fn identifiers(system: &System) -> Option<Problem> {
    if system.machine.isolation.mmu == RawMmu::Bare {
        return None;
    }
    let bits = system.machine.isolation.asid_bits;
    let partitions = system.partitions.len();
    // The identifier 0 is the kernel's.
    let limit = 1usize.checked_shl(u32::try_from(bits).ok()?)? - 1;
    (bits > 0 && partitions > limit).then_some(Problem::Asids {
        partitions,
        limit,
        bits,
    })
}

/// Interrupt sources that the kernel's enable words do not have.
fn sources(system: &System) -> Vec<Problem> {
    let limit = PLIC_WORDS * 32 - 1;
    let out = |source: u32| usize::try_from(source).map_or(true, |source| source > limit);
    tables::interrupts(system)
        .filter(|(_, _, source)| out(*source))
        .map(|(index, port, number)| {
            let partition = &system.partitions[index];
            let channels = partition.ports.iter().take(port);
            let interrupt = channels
                .filter(|port| matches!(port.kind, crate::system::PortKind::Interrupt { .. }))
                .count();
            Problem::Source {
                partition: partition.name.clone(),
                index,
                interrupt,
                number,
                limit,
            }
        })
        .collect()
}

/// Granted devices that cannot be mapped where they lie.
fn windows(system: &System) -> Vec<Problem> {
    let fixed = Range {
        base: address::SPACE_BASE,
        size_bytes: address::SPACE_BYTES + memory::virtual_bytes(system),
    };
    let granted = devices::granted(system).into_iter();
    granted
        .filter_map(|(index, device)| {
            let pages = devices::window(device).widened(PAGE_BYTES);
            let unmappable = pages.overlaps(&fixed) || pages.end() > SV39_USER_END;
            let field = format!("devices[{}].base", index.get());
            let sentence = format!(
                "has `{}` at {:#x}, which partitions cannot map",
                device.name, device.base
            );
            unmappable.then(|| lack(system, field, sentence))
        })
        .collect()
}

/// The granted device with which there are too many pages.
fn too_much(system: &System) -> Option<Problem> {
    let mut left = MAPPED_BYTES;
    let granted = devices::granted(system).into_iter();
    for (index, device) in granted {
        let bytes = devices::window(device).widened(PAGE_BYTES).size_bytes;
        match left.checked_sub(bytes) {
            Some(rest) => left = rest,
            None => {
                let field = format!("devices[{}].size_bytes", index.get());
                let sentence = format!(
                    "has `{}` of {bytes} bytes, partitions can map {MAPPED_BYTES} bytes of devices in all",
                    device.name
                );
                return Some(lack(system, field, sentence));
            }
        }
    }
    None
}
