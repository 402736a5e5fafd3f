//! The properties of a channel.

use septum_core::spec::{RawChannel, RawChannelKind, RawEnd, RawSystem};

use super::field::{Field, Target, one_of};
use super::partition::rename_port;
use super::set_name;
use crate::ui::create::partition_names;
use crate::ui::defaults;
use crate::ui::object::Object;
use crate::ui::place;
use crate::ui::unit::Unit;

const KINDS: [&str; 3] = ["queuing", "sampling", "signal"];

fn get(system: &mut RawSystem, target: Target) -> Result<&mut RawChannel, String> {
    let Object::Channel(index) = target.object else {
        return Err("this is no channel".to_owned());
    };
    system
        .channels
        .get_mut(index)
        .ok_or_else(|| "the channel is gone".to_owned())
}

/// The properties of a channel.
#[must_use]
pub fn fields(system: &RawSystem, index: usize) -> Vec<Field> {
    let Some(it) = system.channels.get(index) else {
        return Vec::new();
    };
    let path = place::path(Object::Channel(index));
    let mut fields = vec![
        Field::text(path.field("name"), "name", &it.name, set_name).help("Unique in the system."),
    ];
    fields.extend(kind(it, index));
    fields.extend(ends(system, it, index));
    fields
}

fn kind(it: &RawChannel, index: usize) -> Vec<Field> {
    let path = place::path(Object::Channel(index)).field("kind");
    let mut fields = Vec::new();
    let mut head = |word: &str| {
        fields.push(
            Field::choice(path.clone(), "kind", word, &KINDS, set_kind)
                .help("A queue, the last value with an age, or a bit."),
        );
    };
    match it.kind {
        RawChannelKind::Queuing {
            message_bytes,
            depth,
        } => {
            head(KINDS[0]);
            fields.push(message_size(path.field("message_bytes"), message_bytes));
            fields.push(
                Field::number(path.field("depth"), "depth", Unit::Count, depth, set_depth)
                    .help("Messages that fit; a full queue is an error for the sender."),
            );
        }
        RawChannelKind::Sampling {
            message_bytes,
            validity_ns,
        } => {
            head(KINDS[1]);
            fields.push(message_size(path.field("message_bytes"), message_bytes));
            fields.push(
                Field::number(
                    path.field("validity_ns"),
                    "valid for",
                    Unit::Nanoseconds,
                    validity_ns,
                    set_validity,
                )
                .help("An older value is not valid."),
            );
        }
        RawChannelKind::Signal => head(KINDS[2]),
    }
    fields
}

fn message_size(path: septum_core::diagnostic::SpecPath, bytes: u64) -> Field {
    Field::number(path, "message", Unit::Bytes, bytes, set_message).help("The largest message.")
}

fn set_kind(system: &mut RawSystem, target: Target, text: &str) -> Result<(), String> {
    let it = get(system, target)?;
    let message_bytes = match it.kind {
        RawChannelKind::Queuing { message_bytes, .. }
        | RawChannelKind::Sampling { message_bytes, .. } => message_bytes,
        RawChannelKind::Signal => 64,
    };
    let queuing = match defaults::queuing() {
        RawChannelKind::Queuing { depth, .. } => RawChannelKind::Queuing {
            message_bytes,
            depth,
        },
        other => other,
    };
    let words = [
        (KINDS[0], queuing),
        (KINDS[1], defaults::sampling_of(message_bytes)),
        (KINDS[2], RawChannelKind::Signal),
    ];
    let kind = one_of(text, &words)?;
    if std::mem::discriminant(&it.kind) != std::mem::discriminant(&kind) {
        it.kind = kind;
    }
    Ok(())
}

fn set_message(system: &mut RawSystem, target: Target, text: &str) -> Result<(), String> {
    let bytes = Unit::Bytes.read(text)?;
    match &mut get(system, target)?.kind {
        RawChannelKind::Queuing { message_bytes, .. }
        | RawChannelKind::Sampling { message_bytes, .. } => *message_bytes = bytes,
        RawChannelKind::Signal => {}
    }
    Ok(())
}

fn set_depth(system: &mut RawSystem, target: Target, text: &str) -> Result<(), String> {
    let new = Unit::Count.read(text)?;
    if let RawChannelKind::Queuing { depth, .. } = &mut get(system, target)?.kind {
        *depth = new;
    }
    Ok(())
}

fn set_validity(system: &mut RawSystem, target: Target, text: &str) -> Result<(), String> {
    let new = Unit::Nanoseconds.read(text)?;
    if let RawChannelKind::Sampling { validity_ns, .. } = &mut get(system, target)?.kind {
        *validity_ns = new;
    }
    Ok(())
}

fn ends(system: &RawSystem, it: &RawChannel, index: usize) -> Vec<Field> {
    let path = place::path(Object::Channel(index));
    let partitions = partition_names(system);
    let (from, to) = (path.field("from"), path.field("to"));
    vec![
        Field::text(
            from.field("partition"),
            "from partition",
            &it.from.partition,
            |system, target, text| {
                get(system, target)?.from.partition = text.trim().to_owned();
                Ok(())
            },
        )
        .completing(&partitions)
        .help("Where messages come from."),
        Field::text(
            from.field("port"),
            "from port",
            &it.from.port,
            |system, target, text| set_port(system, target, text, |it| &mut it.from),
        )
        .help("Name of the sending port; the steps of the model follow."),
        Field::text(
            to.field("partition"),
            "to partition",
            &it.to.partition,
            |system, target, text| {
                get(system, target)?.to.partition = text.trim().to_owned();
                Ok(())
            },
        )
        .completing(&partitions)
        .help("Where messages go."),
        Field::text(
            to.field("port"),
            "to port",
            &it.to.port,
            |system, target, text| set_port(system, target, text, |it| &mut it.to),
        )
        .help("Name of the receiving port; the steps of the model follow."),
    ]
}

fn set_port(
    system: &mut RawSystem,
    target: Target,
    text: &str,
    end: fn(&mut RawChannel) -> &mut RawEnd,
) -> Result<(), String> {
    let end = end(get(system, target)?);
    let old = std::mem::replace(&mut end.port, text.trim().to_owned());
    let (partition, new) = (end.partition.clone(), end.port.clone());
    rename_port(system, &partition, &old, &new);
    Ok(())
}
