//! Channels: their tables.

use septum_abi::tables::{QueueTable, SampleTable, slot_bytes};

use super::ports::wide;
use super::tables::{Inputs, receiver_bit};
use crate::system::{Channel, ChannelIndex, ChannelKind};

/// Number of slots of a queue: a power of two.
pub(super) fn slot_count(depth: u32) -> u64 {
    u64::from(depth.next_power_of_two())
}

/// One for each queuing channel.
pub(super) fn queues(inputs: &Inputs<'_>) -> Vec<QueueTable> {
    let channels = inputs.system.channels.iter().enumerate();
    channels
        .filter_map(|(index, channel)| match channel.kind {
            ChannelKind::Queuing {
                message_bytes,
                depth,
            } => Some(queue(inputs, index, channel, message_bytes, depth)),
            ChannelKind::Sampling { .. } | ChannelKind::Signal => None,
        })
        .collect()
}

fn queue(
    inputs: &Inputs<'_>,
    index: usize,
    channel: &Channel,
    message_bytes: u32,
    depth: u32,
) -> QueueTable {
    let receiver = channel.to.partition.get();
    let port = &inputs.spaces[receiver].ports[channel.to.port.get()];
    QueueTable {
        state: inputs.state.channels[index].state,
        message_bytes: u64::from(message_bytes),
        depth: u64::from(depth),
        slot_mask: slot_count(depth) - 1,
        slot_bytes: slot_bytes(u64::from(message_bytes)),
        slots: inputs.state.channels[index].slots,
        receiver: inputs.state.partition(receiver),
        receiver_port: 1 << channel.to.port.get(),
        receiver_bit: receiver_bit(inputs.system, ChannelIndex::new(index)),
        receiver_buffer: port.buffer.map_or(0, |buffer| buffer.physical.base),
    }
}

/// One for each sampling channel.
pub(super) fn samples(inputs: &Inputs<'_>) -> Vec<SampleTable> {
    let channels = inputs.system.channels.iter().enumerate();
    channels
        .filter_map(|(index, channel)| match channel.kind {
            ChannelKind::Sampling {
                message_bytes,
                validity_ticks,
            } => Some(SampleTable {
                state: inputs.state.channels[index].state,
                message_bytes: u64::from(message_bytes),
                validity_ticks,
                value: inputs.state.channels[index].slots,
            }),
            ChannelKind::Queuing { .. } | ChannelKind::Signal => None,
        })
        .collect()
}

/// Bytes that a channel's messages take in the kernel's memory.
pub(super) fn slots_bytes(channel: &Channel) -> u64 {
    match channel.kind {
        ChannelKind::Queuing {
            message_bytes,
            depth,
        } => slot_bytes(u64::from(message_bytes)) * slot_count(depth),
        ChannelKind::Sampling { message_bytes, .. } => u64::from(message_bytes).next_multiple_of(8),
        ChannelKind::Signal => 0,
    }
}

/// Bytes of a channel's state.
pub(super) fn state_bytes(channel: &Channel) -> u64 {
    wide(match channel.kind {
        ChannelKind::Queuing { .. } => septum_abi::state::QueueState::SIZE_BYTES,
        ChannelKind::Sampling { .. } => septum_abi::state::SampleState::SIZE_BYTES,
        ChannelKind::Signal => 0,
    })
}
