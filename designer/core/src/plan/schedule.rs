//! Time: the pad of the windows, when the first one begins, and what is enabled in each.

use septum_abi::limits::PLIC_WORDS;
use septum_abi::timing;

use super::ports::wide;
use super::problem::Problem;
use crate::spec::RawMmu;
use crate::system::{ChannelKind, PartitionIndex, PortKind, System};

/// Instructions within which the kernel has booted: it programs the machine, and looks at 64
/// partitions and 128 interrupt sources.
const BOOT_INSTRUCTIONS: u64 = 4_000;

/// Instructions for each partition whose PMP entries are tried.
const BOOT_INSTRUCTIONS_PER_PMP: u64 = 150;

/// Ticks of `mtime` in which so many instructions are certainly executed, wherever between
/// two ticks they begin.
fn ticks(system: &System, instructions: u64) -> u64 {
    let machine = &system.machine;
    let ns = instructions.saturating_mul(machine.ns_per_instruction);
    ns.div_ceil(machine.ns_per_tick()).saturating_add(1)
}

/// `mtime` at which the first window begins.
pub(super) fn start_ticks(system: &System) -> u64 {
    let tried = match system.machine.isolation.mmu {
        RawMmu::Sv39 => 0,
        RawMmu::Bare => wide(system.partitions.len()),
    };
    ticks(
        system,
        BOOT_INSTRUCTIONS + BOOT_INSTRUCTIONS_PER_PMP * tried,
    )
}

/// Length of the pad in ticks, the same for every window.
pub(super) fn pad_ticks(system: &System) -> u64 {
    let crowd = system
        .all_windows()
        .map(|window| window.partitions.len())
        .max()
        .unwrap_or(0);
    let largest = system.channels.iter().map(|channel| match channel.kind {
        ChannelKind::Queuing { message_bytes, .. }
        | ChannelKind::Sampling { message_bytes, .. } => u64::from(message_bytes),
        ChannelKind::Signal => 0,
    });
    ticks(
        system,
        timing::pad_instructions(wide(crowd), largest.max().unwrap_or(0)),
    )
}

/// The windows that leave no time to anybody.
pub(super) fn problems(system: &System) -> Vec<Problem> {
    let pad = pad_ticks(system);
    let ns = |ticks: u64| ticks.saturating_mul(system.machine.ns_per_tick());
    let mut problems = Vec::new();
    for (schedule, all) in system.schedules.iter().enumerate() {
        let windows = all.windows.iter().enumerate();
        let short = windows.filter(|(_, window)| window.duration_ticks <= pad);
        problems.extend(short.map(|(window, it)| Problem::Window {
            schedule,
            window,
            duration_ns: ns(it.duration_ticks),
            pad_ns: ns(pad),
        }));
    }
    problems
}

/// The PLIC's enable bits for the sources that these partitions own.
pub(super) fn enables(system: &System, partitions: &[PartitionIndex]) -> [u32; PLIC_WORDS] {
    let mut words = [0; PLIC_WORDS];
    for partition in partitions {
        for port in &system.partitions[partition.get()].ports {
            if let PortKind::Interrupt { source, .. } = port.kind
                && let Some(word) = usize::try_from(source / 32)
                    .ok()
                    .and_then(|n| words.get_mut(n))
            {
                *word |= 1 << (source % 32);
            }
        }
    }
    words
}
