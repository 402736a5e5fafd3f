//! New objects, with the package's defaults.

use septum_core::spec::{
    RawChannel, RawChannelKind, RawDevice, RawDeviceKind, RawEnd, RawHealth, RawMemory,
    RawPartition, RawPermissions, RawProgram, RawSchedule, RawStep, RawSystem, RawWindow,
};

/// Stack of a new partition.
const STACK_BYTES: u64 = 4096;
/// Log ring of a new partition.
const LOG_BYTES: u64 = 1024;
/// Sleep of a new partition's model.
const SLEEP_NS: u64 = 1_000_000;
/// Message size of a new queuing channel.
const MESSAGE_BYTES: u64 = 64;
/// Depth of a new queuing channel.
const DEPTH: u64 = 4;
/// Length of a new window.
const WINDOW_NS: u64 = 100_000;
/// Size of a new device or memory.
const PAGE_BYTES: u64 = 4096;
/// Size of a 16550's registers.
const UART_BYTES: u64 = 256;

/// A partition that sleeps for ever.
#[must_use]
pub fn partition(name: String) -> RawPartition {
    RawPartition {
        name,
        hart: 0,
        program: RawProgram::Model(vec![
            RawStep::Loop { times: None },
            RawStep::Sleep { ns: SLEEP_NS },
            RawStep::End,
        ]),
        stack_bytes: STACK_BYTES,
        log_bytes: LOG_BYTES,
        devices: Vec::new(),
        interrupts: Vec::new(),
        permissions: RawPermissions {
            log: true,
            clock: true,
            manage: false,
            safe_mode: false,
        },
        health: RawHealth::Halt,
    }
}

/// A queuing channel.
#[must_use]
pub fn queuing() -> RawChannelKind {
    queuing_of(MESSAGE_BYTES)
}

/// A queuing channel with messages of at most so many bytes.
#[must_use]
pub fn queuing_of(message_bytes: u64) -> RawChannelKind {
    RawChannelKind::Queuing {
        message_bytes,
        depth: DEPTH,
    }
}

/// A channel between two ports.
#[must_use]
pub fn channel(name: String, kind: RawChannelKind, from: RawEnd, to: RawEnd) -> RawChannel {
    RawChannel {
        name,
        kind,
        from,
        to,
    }
}

/// A device behind all others, with the next free interrupt source.
#[must_use]
pub fn device(system: &RawSystem, kind: RawDeviceKind, name: String) -> RawDevice {
    let size_bytes = if kind == RawDeviceKind::Uart16550 {
        UART_BYTES
    } else {
        PAGE_BYTES
    };
    let devices = &system.machine.devices;
    let end = |it: &RawDevice| it.base.saturating_add(it.size_bytes);
    let below_ram = system
        .machine
        .ram
        .iter()
        .map(|range| range.base)
        .min()
        .unwrap_or(u64::MAX);
    let ends = devices.iter().map(end).filter(|end| *end < below_ram);
    let base = ends.max().unwrap_or(0).next_multiple_of(PAGE_BYTES);
    let sources = devices.iter().flat_map(|it| it.interrupts.iter().copied());
    let source = sources.max().unwrap_or(0).saturating_add(1);
    RawDevice {
        name,
        kind,
        base,
        size_bytes,
        interrupts: vec![source],
        dma: false,
    }
}

/// A shared memory that nobody may use yet.
#[must_use]
pub fn memory(name: String) -> RawMemory {
    RawMemory {
        name,
        size_bytes: PAGE_BYTES,
        grants: Vec::new(),
    }
}

/// A window with these partitions.
#[must_use]
pub fn window(partitions: Vec<String>) -> RawWindow {
    RawWindow {
        hart: 0,
        duration_ns: WINDOW_NS,
        partitions,
    }
}

/// A schedule without windows.
#[must_use]
pub fn schedule(name: String) -> RawSchedule {
    RawSchedule {
        name,
        major_frame_ns: 1_000_000,
        windows: Vec::new(),
    }
}

/// A name that is not taken: the wanted one, else with a number behind it.
#[must_use]
pub fn free_name(wanted: &str, taken: &[&str]) -> String {
    let is_free = |name: &String| !taken.contains(&name.as_str());
    let numbered = (2..).map(|number| format!("{wanted}{number}"));
    std::iter::once(wanted.to_owned())
        .chain(numbered)
        .find(is_free)
        .unwrap_or_default()
}
