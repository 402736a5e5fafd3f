//! The registers of its devices that the kernel reaches: they must be there and aligned.

use septum_abi::limits::PLIC_WORDS;
use septum_abi::machine::{clint, plic, uart};

use super::devices;
use super::log;
use super::ports::wide;
use super::problem::Problem;
use super::tables;
use crate::spec::RawDeviceKind;
use crate::system::System;

/// Bytes of the counters of a CLINT.
const COUNTER_BYTES: u64 = 8;
/// Bytes of the registers of a PLIC and of a test finisher.
const WORD_BYTES: u64 = 4;

/// What the kernel needs of the first device of a kind.
struct Need {
    kind: RawDeviceKind,
    /// From the device's base to the end of the last register.
    size_bytes: u64,
    /// What the base must be a multiple of.
    unit_bytes: u64,
}

/// What the kernel needs of the devices that this design makes it use.
fn needs(system: &System) -> Vec<Need> {
    let mut needs = vec![
        Need {
            kind: RawDeviceKind::Clint,
            size_bytes: clint::MTIMECMP.max(clint::MTIME) + COUNTER_BYTES,
            unit_bytes: COUNTER_BYTES,
        },
        Need {
            kind: RawDeviceKind::TestFinisher,
            size_bytes: WORD_BYTES,
            unit_bytes: WORD_BYTES,
        },
    ];
    if tables::interrupts(system).next().is_some() {
        let words = wide(PLIC_WORDS);
        let ends = [
            plic::PRIORITY + words * 32 * WORD_BYTES,
            plic::ENABLE + words * WORD_BYTES,
            plic::THRESHOLD + WORD_BYTES,
            plic::CLAIM + WORD_BYTES,
        ];
        needs.push(Need {
            kind: RawDeviceKind::Plic,
            size_bytes: ends.into_iter().fold(0, u64::max),
            unit_bytes: WORD_BYTES,
        });
    }
    if log::drainer(system).is_none() {
        let last = [uart::DATA, uart::FIFO_CONTROL, uart::LINE_CONTROL];
        needs.push(Need {
            kind: RawDeviceKind::Uart16550,
            size_bytes: last.into_iter().fold(uart::LINE_STATUS, u64::max) + 1,
            unit_bytes: 1,
        });
    }
    needs
}

/// The devices that lack registers, or have them where they cannot be reached.
pub(super) fn problems(system: &System) -> Vec<Problem> {
    let found = needs(system).into_iter().filter_map(|need| {
        let (index, device) = devices::first(system, need.kind)?;
        let lack = |field: &str, lack: String| Problem::Machine {
            machine: system.machine.name.clone(),
            lack,
            field: format!("devices[{}].{field}", index.get()),
        };
        let name = &device.name;
        if device.size_bytes < need.size_bytes {
            let sentence = format!(
                "has `{name}` of {:#x} bytes, of which the kernel uses {:#x}",
                device.size_bytes, need.size_bytes
            );
            return Some(lack("size_bytes", sentence));
        }
        let sentence = format!(
            "has `{name}` at {:#x}, which is no multiple of its registers' {} bytes",
            device.base, need.unit_bytes
        );
        let is_aligned = device.base.is_multiple_of(need.unit_bytes);
        (!is_aligned).then(|| lack("base", sentence))
    });
    found.collect()
}
