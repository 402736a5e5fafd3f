//! What a wire of the graph stands for, in a sentence.

use septum_core::spec::{RawChannel, RawChannelKind, RawSystem};

use crate::trace::describe::count_bytes;
use crate::ui::graph::link::Style;
use crate::ui::object::Object;
use crate::ui::unit;

/// The kinds of wire with their nouns, in the order of a legend.
pub(super) const KINDS: [(Style, &str); 5] = [
    (Style::Queuing, "queuing channel"),
    (Style::Sampling, "sampling channel"),
    (Style::Signal, "signal"),
    (Style::Interrupt, "interrupt"),
    (Style::Access, "access"),
];

/// What a wire stands for, with its ends; the name of anything else.
pub(super) fn sentence(system: &RawSystem, object: Object) -> String {
    of_wire(system, object).unwrap_or_else(|| object.name(system))
}

fn of_wire(system: &RawSystem, object: Object) -> Option<String> {
    Some(match object {
        Object::Channel(index) => of_channel(system.channels.get(index)?),
        Object::Interrupt { partition, index } => {
            let partition = system.partitions.get(partition)?;
            let interrupt = partition.interrupts.get(index)?;
            format!(
                "interrupt: {}, source {}, to {}.{}",
                interrupt.device, interrupt.source, partition.name, interrupt.port
            )
        }
        Object::Grant { partition, index } => {
            let partition = system.partitions.get(partition)?;
            let device = partition.devices.get(index)?;
            format!("access: {} may use the device {device}", partition.name)
        }
        Object::MemoryGrant { memory, index } => {
            let memory = system.memories.get(memory)?;
            let grant = memory.grants.get(index)?;
            let right = if grant.write {
                "read and write"
            } else {
                "read"
            };
            format!("access: {} may {right} {}", grant.partition, memory.name)
        }
        _ => return None,
    })
}

fn of_channel(channel: &RawChannel) -> String {
    let kind = match channel.kind {
        RawChannelKind::Queuing {
            message_bytes,
            depth,
        } => format!(
            "queuing channel, {depth} messages of {}",
            bytes(message_bytes)
        ),
        RawChannelKind::Sampling {
            message_bytes,
            validity_ns,
        } => {
            let valid = unit::time(validity_ns);
            format!(
                "sampling channel, {}, valid for {valid}",
                bytes(message_bytes)
            )
        }
        RawChannelKind::Signal => "signal".to_owned(),
    };
    let RawChannel { name, from, to, .. } = channel;
    format!(
        "{name}: {kind}, from {}.{} to {}.{}",
        from.partition, from.port, to.partition, to.port
    )
}

/// So many bytes, in words.
fn bytes(count: u64) -> String {
    usize::try_from(count).map_or_else(|_| unit::bytes(count), count_bytes)
}
