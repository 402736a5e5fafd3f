//! Time: the pad of the windows, when the first one begins, and what is enabled in each.

use septum_abi::limits::PLIC_WORDS;
use septum_abi::tables::WindowTable;
use septum_abi::timing;

use super::ports::wide;
use super::problem::Problem;
use crate::system::{ChannelKind, PartitionIndex, PortKind, System};

/// Instructions within which the kernel has booted: it clears its state, at most 64
/// partitions of 40 words, 256 channels and the rings' ends, and programs the machine.
const BOOT_INSTRUCTIONS: u64 = 50_000;

/// Ticks of `mtime` in which so many instructions are certainly executed, wherever between
/// two ticks they begin.
fn ticks(system: &System, instructions: u64) -> u64 {
    let machine = &system.machine;
    let ns = instructions.saturating_mul(machine.ns_per_instruction);
    ns.div_ceil(machine.ns_per_tick()).saturating_add(1)
}

/// `mtime` at which the first window begins.
pub(super) fn start_ticks(system: &System) -> u64 {
    ticks(system, BOOT_INSTRUCTIONS)
}

/// Length of the pad in ticks, the same for every window.
pub(super) fn pad_ticks(system: &System) -> u64 {
    let crowd = system
        .windows()
        .iter()
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
    let windows = system.windows().iter().enumerate();
    windows
        .filter(|(_, window)| window.duration_ticks <= pad)
        .map(|(number, window)| Problem::Window {
            window: number,
            duration_ns: ns(window.duration_ticks),
            pad_ns: ns(pad),
        })
        .collect()
}

/// The windows and the order that they refer to.
pub(super) fn tables(system: &System) -> (Vec<WindowTable>, Vec<u64>) {
    let mut order = Vec::new();
    let windows = system.windows().iter().map(|window| {
        let order_first = wide(order.len());
        order.extend(
            window
                .partitions
                .iter()
                .map(|partition| wide(partition.get())),
        );
        WindowTable {
            start_ticks: window.start_ticks,
            duration_ticks: window.duration_ticks,
            order_first,
            order_count: wide(window.partitions.len()),
            enables: enables(system, &window.partitions),
            members: window
                .partitions
                .iter()
                .fold(0, |set, partition| set | 1 << partition.get()),
        }
    });
    let windows = windows.collect();
    (windows, order)
}

/// The PLIC's enable bits for the sources that these partitions own.
fn enables(system: &System, partitions: &[PartitionIndex]) -> [u32; PLIC_WORDS] {
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
