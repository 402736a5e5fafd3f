//! Ports: their tables, their buffers, and what is patched into a program's pins.

use septum_abi::tables::{PortTable, kind};
use septum_abi::{address, pin};

use super::region::Range;
use crate::programs::{Pin, ProgramFile};
use crate::system::{ChannelIndex, ChannelKind, Port, PortKind, System};

/// The buffer of a queuing port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortBuffer {
    /// Where the partition sees it.
    pub virtual_address: u64,
    /// Where it lies: one page.
    pub physical: Range,
}

/// A port in the plan; its number is its position in the partition's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortPlan {
    /// The port's name.
    pub name: String,
    /// Name of the channel; of the device for an interrupt.
    pub subject: String,
    /// As the kernel knows it.
    pub table: PortTable,
    /// Its buffer, for a queuing channel.
    pub buffer: Option<PortBuffer>,
}

/// The kind of a channel.
pub(super) fn channel_kind(system: &System, channel: ChannelIndex) -> ChannelKind {
    system.channels[channel.get()].kind
}

/// Whether messages pass through the port, so that it has a buffer.
pub(super) fn has_buffer(system: &System, port: &Port) -> bool {
    match port.kind {
        PortKind::Out(channel) | PortKind::In(channel) => {
            matches!(channel_kind(system, channel), ChannelKind::Queuing { .. })
        }
        PortKind::Interrupt { .. } => false,
    }
}

/// The port with what the kernel needs to know.
pub(super) fn plan(system: &System, port: &Port, buffer: Option<PortBuffer>) -> PortPlan {
    let subject = match port.kind {
        PortKind::Out(channel) | PortKind::In(channel) => {
            system.channels[channel.get()].name.clone()
        }
        PortKind::Interrupt { device, .. } => system.machine.devices[device.get()].name.clone(),
    };
    let table = PortTable {
        kind: table_kind(system, port),
        subject: match port.kind {
            PortKind::Out(channel) | PortKind::In(channel) => wide(channel.get()),
            PortKind::Interrupt { source, .. } => u64::from(source),
        },
        buffer: buffer.map_or(0, |buffer| buffer.physical.base),
    };
    PortPlan {
        name: port.name.clone(),
        subject,
        table,
        buffer,
    }
}

fn table_kind(system: &System, port: &Port) -> u64 {
    match port.kind {
        PortKind::Interrupt { .. } => kind::INTERRUPT,
        PortKind::Out(channel) => match channel_kind(system, channel) {
            ChannelKind::Queuing { .. } => kind::QUEUING_OUT,
            ChannelKind::Sampling { .. } => unreachable!("refused with S0190"),
            ChannelKind::Signal => kind::SIGNAL_OUT,
        },
        PortKind::In(channel) => match channel_kind(system, channel) {
            ChannelKind::Queuing { .. } => kind::QUEUING_IN,
            ChannelKind::Sampling { .. } => unreachable!("refused with S0190"),
            ChannelKind::Signal => kind::SIGNAL_IN,
        },
    }
}

/// Virtual address of the buffer of the port with this number.
pub(super) fn buffer_address(port: usize) -> u64 {
    address::port_buffer(wide(port))
}

/// A list position as the tables hold it.
pub(super) fn wide(position: usize) -> u64 {
    u64::try_from(position).expect("no machine has lists of 2^64 elements")
}

/// Fills in the numbers and buffers of a program's pins: the segments' bytes, patched.
///
/// Every pin is in the data of a segment; pins without a port of the same name stay unbound.
pub(super) fn bind(program: &ProgramFile<'_>, pins: &[Pin], ports: &[PortPlan]) -> Vec<Vec<u8>> {
    let mut segments: Vec<Vec<u8>> = program.segments.iter().map(|s| s.data.to_vec()).collect();
    for pin in pins {
        let position = ports.iter().position(|port| port.name == pin.name);
        let number = position.and_then(|number| u32::try_from(number).ok());
        let (Some(position), Some(number)) = (position, number) else {
            continue;
        };
        let buffer = ports[position]
            .buffer
            .map_or(0, |buffer| buffer.virtual_address);
        for (segment, bytes) in program.segments.iter().zip(&mut segments) {
            if segment.contains(pin.entry_address) {
                patch(bytes, pin.entry_address - segment.address, number, buffer);
            }
        }
    }
    segments
}

/// Writes index and buffer of the pin at this offset.
fn patch(bytes: &mut [u8], offset: u64, number: u32, buffer: u64) {
    let place = usize::try_from(offset)
        .ok()
        .and_then(|start| bytes.get_mut(start..)?.get_mut(..pin::Pin::SIZE_BYTES));
    let bound = place.as_ref().and_then(|place| pin::Pin::from_bytes(place));
    if let (Some(place), Some(bound)) = (place, bound) {
        let bound = pin::Pin {
            index: number,
            buffer,
            ..bound
        };
        place.copy_from_slice(&bound.to_bytes());
    }
}
