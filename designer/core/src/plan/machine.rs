//! What the kernel needs of a machine.

use septum_abi::address;
use septum_abi::limits::PLIC_WORDS;

use super::devices;
use super::problem::Problem;
use super::region::{PAGE_BYTES, Range};
use super::tables;
use crate::programs::SV39_USER_END;
use crate::spec::{RawDeviceKind, RawMmu};
use crate::system::{DeviceIndex, System};

/// What is missing or out of range.
pub(super) fn problems(system: &System) -> Vec<Problem> {
    let mut problems = lacks(system);
    problems.extend(identifiers(system));
    problems.extend(sources(system));
    problems.extend(windows(system));
    problems
}

fn lack(system: &System, field: &'static str, lack: impl Into<String>) -> Problem {
    Problem::Machine {
        machine: system.machine.name.clone(),
        lack: lack.into(),
        field,
    }
}

fn lacks(system: &System) -> Vec<Problem> {
    let isolation = &system.machine.isolation;
    let ram = system.machine.ram.first();
    let has = |kind| devices::first(system, kind).is_some();
    let interrupts = tables::interrupts(system).next().is_some();
    [
        (
            isolation.mmu != RawMmu::Sv39,
            "isolation",
            "has no Sv39, the only translation that is built so far",
        ),
        (
            isolation.pmp_entries == 0,
            "isolation",
            "has no PMP, so nothing keeps partitions out of the kernel",
        ),
        (
            !isolation.pmp_grain_bytes.is_power_of_two() || isolation.pmp_grain_bytes < 4,
            "isolation",
            "has a PMP grain that is no power of two from 4",
        ),
        (ram.is_none(), "ram", "has no RAM"),
        (
            ram.is_some_and(|ram| ram.base % PAGE_BYTES != 0),
            "ram",
            "has RAM that does not begin at a page",
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
    let bits = system.machine.isolation.asid_bits;
    let partitions = system.partitions.len();
    let identifiers = 1usize.checked_shl(u32::try_from(bits).ok()?)?;
    (bits > 0 && partitions >= identifiers).then_some(Problem::Asids { partitions, bits })
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
        size_bytes: address::SPACE_BYTES,
    };
    let devices = system.machine.devices.iter().enumerate();
    devices
        .filter(|(position, _)| !devices::owners(system, DeviceIndex::new(*position)).is_empty())
        .filter_map(|(_, device)| {
            let pages = devices::window(device).widened(PAGE_BYTES);
            let unmappable = pages.overlaps(&fixed) || pages.end() > SV39_USER_END;
            let sentence = format!(
                "has `{}` at addresses that partitions cannot map",
                device.name
            );
            unmappable.then(|| lack(system, "devices", sentence))
        })
        .collect()
}
