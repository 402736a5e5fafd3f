//! New objects, with the package's defaults.

use septum_core::dhall;
use septum_core::spec::{
    RawChannel, RawChannelKind, RawDevice, RawDeviceKind, RawEnd, RawMemory, RawPartition,
    RawPermissions, RawProgram, RawSchedule, RawStep, RawSystem, RawWindow,
};

/// Sleep of a new partition's model.
const SLEEP_NS: u64 = 1_000_000;
/// Message size of a new queuing channel.
const MESSAGE_BYTES: u64 = 64;
/// Depth of a new queuing channel.
const DEPTH: u64 = 4;
/// How long a value of a new sampling channel is valid.
const VALIDITY_NS: u64 = 1_000_000;
/// Length of a new window.
const WINDOW_NS: u64 = 100_000;
/// Major frame of a new schedule.
const MAJOR_FRAME_NS: u64 = 1_000_000;
/// Size of a new device or memory.
const PAGE_BYTES: u64 = 4096;
/// Size of a 16550's registers.
const UART_BYTES: u64 = 256;

/// A partition that sleeps for ever, with the clock that sleeping needs.
#[must_use]
pub fn partition(name: String) -> RawPartition {
    let default = &dhall::defaults().partition;
    RawPartition {
        name,
        program: RawProgram::Model(vec![
            RawStep::Loop { times: None },
            RawStep::Sleep { ns: SLEEP_NS },
            RawStep::End,
        ]),
        permissions: RawPermissions {
            clock: true,
            ..default.permissions
        },
        ..default.clone()
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

/// A sampling channel with values of at most so many bytes.
#[must_use]
pub fn sampling_of(message_bytes: u64) -> RawChannelKind {
    RawChannelKind::Sampling {
        message_bytes,
        validity_ns: VALIDITY_NS,
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

/// A device behind all others, or at the first address where there is no room behind them; with
/// the next free interrupt source.
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
    let last = ends.max().unwrap_or(0).checked_next_multiple_of(PAGE_BYTES);
    let base = last.filter(|base| base.checked_add(size_bytes).is_some());
    let sources = devices.iter().flat_map(|it| it.interrupts.iter().copied());
    let source = sources.max().unwrap_or(0).saturating_add(1);
    RawDevice {
        name,
        kind,
        base: base.unwrap_or(0),
        size_bytes,
        interrupts: vec![source],
        ..dhall::defaults().device.clone()
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
        duration_ns: WINDOW_NS,
        partitions,
        ..dhall::defaults().window.clone()
    }
}

/// A schedule without windows.
#[must_use]
pub fn schedule(name: String) -> RawSchedule {
    RawSchedule {
        name,
        major_frame_ns: MAJOR_FRAME_NS,
        ..dhall::defaults().schedule.clone()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_partition_has_what_the_package_says() {
        let new = partition("a".to_owned());
        let default = &dhall::defaults().partition;
        assert_eq!(new.log_bytes, default.log_bytes);
        assert_eq!(new.stack_bytes, default.stack_bytes);
        assert_eq!(new.permissions.log, default.permissions.log);
    }

    #[test]
    fn a_device_behind_the_last_address_is_at_the_first() {
        let mut system = dhall::defaults().system.clone();
        system.machine.ram.clear();
        system.machine.devices.truncate(1);
        for (base, size_bytes) in [
            (u64::MAX - 4096, 4000),
            (u64::MAX - 9000, 4000),
            (u64::MAX - 9000, 10),
        ] {
            system.machine.devices[0].base = base;
            system.machine.devices[0].size_bytes = size_bytes;
            let new = device(&system, RawDeviceKind::Rtc, "a".to_owned());
            assert_eq!(new.base % PAGE_BYTES, 0);
            assert!(new.base.checked_add(new.size_bytes).is_some());
            assert!(new.base == 0 || new.base >= base + size_bytes);
        }
    }
}
