//! What is connected with what: the wires of a design, before anybody draws them.

use septum_core::spec::{RawChannelKind, RawEnd, RawSystem};

use crate::ui::object::Object;

/// How a wire looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Style {
    /// A queuing channel.
    Queuing,
    /// A sampling channel.
    Sampling,
    /// A signal channel.
    Signal,
    /// An interrupt line.
    Interrupt,
    /// The right to touch a device or a memory; it has no direction.
    Access,
}

/// One end of a wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The box.
    pub node: Object,
    /// What stands at the box's side; empty for the ends at devices and memories.
    pub port: String,
}

/// One wire: what it stands for and which boxes it joins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The object that the wire stands for.
    pub object: Object,
    /// How it looks.
    pub style: Style,
    /// What stands on it.
    pub label: String,
    /// Where it begins; `None` where the spec names no box that exists.
    pub from: Option<End>,
    /// Where it ends; `None` where the spec names no box that exists.
    pub to: Option<End>,
}

impl Link {
    /// Whether it joins two boxes that exist.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.from.is_some() && self.to.is_some()
    }
}

/// All wires of a system, in the order of the spec.
#[must_use]
pub fn links(system: &RawSystem) -> Vec<Link> {
    let mut links = channels(system);
    links.extend(interrupts(system));
    links.extend(grants(system));
    links.extend(memory_grants(system));
    links
}

fn channels(system: &RawSystem) -> Vec<Link> {
    let link = |(index, channel): (usize, &septum_core::spec::RawChannel)| {
        let (style, size) = match channel.kind {
            RawChannelKind::Queuing {
                message_bytes,
                depth,
            } => (Style::Queuing, format!(" {depth}x{message_bytes}")),
            RawChannelKind::Sampling { message_bytes, .. } => {
                (Style::Sampling, format!(" {message_bytes}"))
            }
            RawChannelKind::Signal => (Style::Signal, String::new()),
        };
        Link {
            object: Object::Channel(index),
            style,
            label: format!("{}{size}", channel.name),
            from: end(system, &channel.from),
            to: end(system, &channel.to),
        }
    };
    system.channels.iter().enumerate().map(link).collect()
}

fn end(system: &RawSystem, end: &RawEnd) -> Option<End> {
    let index = partition(system, &end.partition)?;
    Some(End {
        node: Object::Partition(index),
        port: end.port.clone(),
    })
}

fn partition(system: &RawSystem, name: &str) -> Option<usize> {
    system
        .partitions
        .iter()
        .position(|partition| partition.name == name)
}

fn device(system: &RawSystem, name: &str) -> Option<End> {
    let index = system
        .machine
        .devices
        .iter()
        .position(|device| device.name == name)?;
    Some(End {
        node: Object::Device(index),
        port: String::new(),
    })
}

fn interrupts(system: &RawSystem) -> Vec<Link> {
    let mut links = Vec::new();
    for (partition, it) in system.partitions.iter().enumerate() {
        links.extend(
            it.interrupts
                .iter()
                .enumerate()
                .map(|(index, interrupt)| Link {
                    object: Object::Interrupt { partition, index },
                    style: Style::Interrupt,
                    label: format!("irq {}", interrupt.source),
                    from: device(system, &interrupt.device),
                    to: Some(End {
                        node: Object::Partition(partition),
                        port: interrupt.port.clone(),
                    }),
                }),
        );
    }
    links
}

fn grants(system: &RawSystem) -> Vec<Link> {
    let mut links = Vec::new();
    for (partition, it) in system.partitions.iter().enumerate() {
        links.extend(it.devices.iter().enumerate().map(|(index, name)| Link {
            object: Object::Grant { partition, index },
            style: Style::Access,
            label: "access".to_owned(),
            from: device(system, name),
            to: Some(End {
                node: Object::Partition(partition),
                port: name.clone(),
            }),
        }));
    }
    links
}

fn memory_grants(system: &RawSystem) -> Vec<Link> {
    let mut links = Vec::new();
    for (memory, it) in system.memories.iter().enumerate() {
        links.extend(it.grants.iter().enumerate().map(|(index, grant)| Link {
            object: Object::MemoryGrant { memory, index },
            style: Style::Access,
            label: if grant.write { "rw" } else { "r" }.to_owned(),
            from: Some(End {
                node: Object::Memory(memory),
                port: String::new(),
            }),
            to: partition(system, &grant.partition).map(|index| End {
                node: Object::Partition(index),
                port: it.name.clone(),
            }),
        }));
    }
    links
}
