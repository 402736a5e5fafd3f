//! Ports: their tables, their buffers, and what is filled in to a program's pins.

use septum_abi::address;
use septum_abi::tables::kind;

use super::mapping::Mapping;
use super::memory;
use super::region::Range;
use crate::programs::{Pin, PinKind};
use crate::system::{ChannelIndex, ChannelKind, Port, PortKind, System};

/// The buffer of a port that messages pass through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortBuffer {
    /// Where the partition sees it.
    pub virtual_address: u64,
    /// Where it lies: one page, or where there is no MMU as much as a message takes.
    pub physical: Range,
}

/// A port in the plan; its number is its position in the partition's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortPlan {
    /// The port's name.
    pub name: String,
    /// Name of the channel; of the device for an interrupt.
    pub subject: String,
    /// One of [`septum_abi::tables::kind`].
    pub kind: u64,
    /// The channel; `None` for an interrupt.
    pub channel: Option<ChannelIndex>,
    /// The PLIC source of an interrupt.
    pub source: Option<u32>,
    /// Its buffer, where messages pass through it.
    pub buffer: Option<PortBuffer>,
}

/// The kind of a channel.
pub(super) fn channel_kind(system: &System, channel: ChannelIndex) -> ChannelKind {
    system.channels[channel.get()].kind
}

/// The largest message that passes through the port; `None` where there are none, so that it
/// has no buffer.
pub(super) fn message_bytes(system: &System, port: &Port) -> Option<u32> {
    let (PortKind::Out(channel) | PortKind::In(channel)) = port.kind else {
        return None;
    };
    match channel_kind(system, channel) {
        ChannelKind::Queuing { message_bytes, .. }
        | ChannelKind::Sampling { message_bytes, .. } => Some(message_bytes),
        ChannelKind::Signal => None,
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
    let (channel, source) = match port.kind {
        PortKind::Out(channel) | PortKind::In(channel) => (Some(channel), None),
        PortKind::Interrupt { source, .. } => (None, Some(source)),
    };
    PortPlan {
        name: port.name.clone(),
        subject,
        kind: table_kind(system, port),
        channel,
        source,
        buffer,
    }
}

fn table_kind(system: &System, port: &Port) -> u64 {
    match port.kind {
        PortKind::Interrupt { .. } => kind::INTERRUPT,
        PortKind::Out(channel) => match channel_kind(system, channel) {
            ChannelKind::Queuing { .. } => kind::QUEUING_OUT,
            ChannelKind::Sampling { .. } => kind::SAMPLING_OUT,
            ChannelKind::Signal => kind::SIGNAL_OUT,
        },
        PortKind::In(channel) => match channel_kind(system, channel) {
            ChannelKind::Queuing { .. } => kind::QUEUING_IN,
            ChannelKind::Sampling { .. } => kind::SAMPLING_IN,
            ChannelKind::Signal => kind::SIGNAL_IN,
        },
    }
}

/// Virtual address of the buffer of the port with this number.
pub(super) fn buffer_address(port: usize) -> u64 {
    address::port_buffer(wide(port))
}

/// A list position as the tables hold it.
pub(crate) fn wide(position: usize) -> u64 {
    u64::try_from(position).expect("no machine has lists of 2^64 elements")
}

/// What a pin is filled in with: number and buffer of the port, or of a memory its position in
/// the design and its address.
pub(super) fn binding(
    system: &System,
    ports: &[PortPlan],
    mappings: &[Mapping],
    pin: &Pin,
) -> Option<(u32, u64)> {
    if pin.kind == PinKind::Memory {
        return memory::binding(system, mappings, &pin.name);
    }
    let position = ports.iter().position(|port| port.name == pin.name)?;
    let buffer = ports[position].buffer;
    let number = u32::try_from(position).ok()?;
    Some((number, buffer.map_or(0, |buffer| buffer.virtual_address)))
}
