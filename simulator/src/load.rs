//! Putting a program into RAM.

use septum_core::system;
use thiserror::Error;

use crate::executable::{Executable, Segment};
use crate::machine::Machine;

/// Memory is filled by so many bytes at once.
const CHUNK_BYTES: usize = 4096;

/// A program that the machine has no memory for. A sentence that continues the program's name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("has a segment of {size_bytes} bytes at {address:#x}, {place}: link it to RAM, {ram}")]
pub struct LoadError {
    /// Physical address.
    pub address: u64,
    /// Length in bytes.
    pub size_bytes: u64,
    /// What is there: `which is not in RAM`.
    pub place: String,
    /// The RAM of the machine: `0x80000000 to 0x88000000`.
    pub ram: String,
}

impl LoadError {
    fn new(description: &system::Machine, segment: &Segment<'_>) -> Self {
        let mut devices = description.devices.iter();
        let device = devices.find(|device| {
            let end = device.base.saturating_add(device.size_bytes);
            segment.address < end && device.base < segment.end()
        });
        let place = match device {
            // Whoever wrote the description may be hostile to terminals.
            Some(device) => format!("over the device `{}`", device.name.escape_debug()),
            None => "which is not all RAM".to_owned(),
        };
        let ram = description.ram.iter().map(|range| {
            let end = range.base.saturating_add(range.size_bytes);
            format!("{:#x} to {end:#x}", range.base)
        });
        Self {
            address: segment.address,
            size_bytes: segment.size_bytes,
            place,
            ram: ram.collect::<Vec<_>>().join(", "),
        }
    }
}

/// Copies all segments to their physical addresses, and clears what the file does not have of
/// them.
///
/// # Errors
/// When one does not lie in RAM.
pub fn load(
    machine: &mut Machine,
    description: &system::Machine,
    program: &Executable<'_>,
) -> Result<(), LoadError> {
    let mut segments = program.segments.iter();
    match segments.find(|segment| copy(machine, segment).is_none()) {
        Some(segment) => Err(LoadError::new(description, segment)),
        None => Ok(()),
    }
}

/// Fills memory with a byte; `None` where it is not all RAM.
pub(crate) fn fill(machine: &mut Machine, address: u64, size_bytes: u64, byte: u8) -> Option<()> {
    let chunk = [byte; CHUNK_BYTES];
    machine.with_bus_mut(|bus| {
        bus.ram().offset(address, size_bytes)?;
        let (mut at, end) = (address, address.checked_add(size_bytes)?);
        while at < end {
            let length = usize::try_from(end - at).map_or(CHUNK_BYTES, |it| it.min(CHUNK_BYTES));
            bus.ram_mut().fill(at, &chunk[..length])?;
            at += u64::try_from(length).ok()?;
        }
        Some(())
    })
}

/// Copies a segment; `None` where it does not lie in RAM.
fn copy(machine: &mut Machine, segment: &Segment<'_>) -> Option<()> {
    machine.with_bus(|bus| bus.ram().offset(segment.address, segment.size_bytes))?;
    let copied = u64::try_from(segment.data.len()).ok()?;
    machine.with_bus_mut(|bus| bus.ram_mut().fill(segment.address, segment.data))?;
    fill(
        machine,
        segment.address + copied,
        segment.size_bytes - copied,
        0,
    )
}
