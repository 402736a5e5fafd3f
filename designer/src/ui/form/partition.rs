//! The properties of a partition and of its interrupts.

use septum_core::diagnostic::SpecPath;
use septum_core::spec::{
    RawChannel, RawChannelKind, RawInterrupt, RawPartition, RawProgram, RawSystem,
};

use super::field::{Field, List, Target, names, yes};
use super::word::quoted_where_needed;
use super::{health, set_name, step};
use crate::ui::ask::{Candidate, Completion, Offered};
use crate::ui::create::device_names;
use crate::ui::defaults;
use crate::ui::object::Object;
use crate::ui::place;
use crate::ui::rename;
use crate::ui::share;
use crate::ui::unit::Unit;

/// The partition that a line belongs to.
///
/// # Errors
/// It is gone.
pub(super) fn get(system: &mut RawSystem, target: Target) -> Result<&mut RawPartition, String> {
    let gone = || "the partition is gone".to_owned();
    match target.object {
        Object::Partition(index) => system.partitions.get_mut(index).ok_or_else(gone),
        Object::Interrupt { partition, .. } => {
            system.partitions.get_mut(partition).ok_or_else(gone)
        }
        _ => Err(gone()),
    }
}

/// The properties of a partition.
#[must_use]
pub fn fields(system: &RawSystem, index: usize) -> Vec<Field> {
    let Some(it) = system.partitions.get(index) else {
        return Vec::new();
    };
    let path = place::path(Object::Partition(index));
    let mut fields = vec![
        Field::text(path.field("name"), "name", &it.name, set_name)
            .help("Unique in the system; a change is followed everywhere."),
        Field::number(
            path.field("hart"),
            "hart",
            Unit::Count,
            it.hart,
            |system, target, text| {
                get(system, target)?.hart = Unit::Count.read(text)?;
                Ok(())
            },
        )
        .help("The hart that it is pinned to."),
    ];
    fields.extend(program(it, &path));
    fields.extend(sizes(it, &path));
    fields.push(devices(system, it, &path));
    fields.extend(permissions(it, &path));
    fields.extend(health::fields(it, &path));
    fields.extend(ports(system, it, index, &path));
    fields.extend(memories(system, it));
    fields.extend(steps(system, it, &path));
    fields
}

fn program(it: &RawPartition, path: &SpecPath) -> Vec<Field> {
    let kind = if matches!(it.program, RawProgram::Elf(_)) {
        "elf"
    } else {
        "model"
    };
    let path = path.field("program");
    let mut fields = vec![
        Field::choice(
            path.clone(),
            "program",
            kind,
            &["elf", "model"],
            set_program,
        )
        .help("A compiled program, or steps that the prebuilt player plays."),
    ];
    if let RawProgram::Elf(file) = &it.program {
        let set = |system: &mut RawSystem, target: Target, text: &str| {
            get(system, target)?.program = RawProgram::Elf(text.trim().to_owned());
            Ok(())
        };
        fields.push(
            Field::text(path, "file", file, set).help("A static RISC-V ELF, relative to the spec."),
        );
    }
    fields
}

/// Changes the kind of program; an ELF begins with a likely path, a model with a nap.
fn set_program(system: &mut RawSystem, target: Target, text: &str) -> Result<(), String> {
    let it = get(system, target)?;
    match (text, &it.program) {
        ("elf", RawProgram::Model(_)) => {
            it.program = RawProgram::Elf(format!("programs/{}.elf", it.name));
        }
        ("model", RawProgram::Elf(_)) => it.program = defaults::partition(String::new()).program,
        ("elf" | "model", _) => {}
        _ => return Err(format!("`{text}` is neither elf nor model")),
    }
    Ok(())
}

fn sizes(it: &RawPartition, path: &SpecPath) -> Vec<Field> {
    vec![
        Field::number(
            path.field("stack_bytes"),
            "stack",
            Unit::Bytes,
            it.stack_bytes,
            |system, target, text| {
                get(system, target)?.stack_bytes = Unit::Bytes.read(text)?;
                Ok(())
            },
        )
        .help("Whole pages; a guard page is added below."),
        Field::number(
            path.field("log_bytes"),
            "log ring",
            Unit::Bytes,
            it.log_bytes,
            |system, target, text| {
                get(system, target)?.log_bytes = Unit::Bytes.read(text)?;
                Ok(())
            },
        )
        .help("A power of two; 0 without the right to log."),
    ]
}

fn devices(system: &RawSystem, it: &RawPartition, path: &SpecPath) -> Field {
    let set = |system: &mut RawSystem, target: Target, text: &str| {
        get(system, target)?.devices = names(text);
        Ok(())
    };
    Field::text(path.field("devices"), "devices", it.devices.join(", "), set)
        .completing_words(&device_names(system))
        .help("Devices that it may touch, separated by commas.")
}

fn permissions(it: &RawPartition, path: &SpecPath) -> Vec<Field> {
    let path = path.field("permissions");
    let may = it.permissions;
    vec![
        Field::switch(
            path.field("log"),
            "may log",
            may.log,
            |system, target, text| {
                get(system, target)?.permissions.log = yes(text)?;
                Ok(())
            },
        )
        .help("The call `log`."),
        Field::switch(
            path.field("clock"),
            "may see the clock",
            may.clock,
            |system, target, text| {
                get(system, target)?.permissions.clock = yes(text)?;
                Ok(())
            },
        )
        .help("The call `now`, and deadlines."),
        Field::switch(
            path.field("manage"),
            "may manage",
            may.manage,
            |system, target, text| {
                get(system, target)?.permissions.manage = yes(text)?;
                Ok(())
            },
        )
        .help("The monitor: `restart` and `stop` of others, and the records of all faults."),
        Field::switch(
            path.field("safe_mode"),
            "may call safe mode",
            may.safe_mode,
            |system, target, text| {
                get(system, target)?.permissions.safe_mode = yes(text)?;
                Ok(())
            },
        )
        .help("The call `safe_mode`: the second schedule takes over."),
    ]
}

/// The ports: links to the channels and interrupts behind them.
fn ports(system: &RawSystem, it: &RawPartition, index: usize, path: &SpecPath) -> Vec<Field> {
    let mut fields = Vec::new();
    for (channel, own) in system.channels.iter().enumerate() {
        let object = Object::Channel(channel);
        let path = place::path(object);
        if own.from.partition == it.name {
            let value = format!("{} to {}.{}", own.from.port, own.to.partition, own.to.port);
            fields.push(Field::link(path.field("from"), "port", value, object));
        }
        if own.to.partition == it.name {
            let value = format!(
                "{} from {}.{}",
                own.to.port, own.from.partition, own.from.port
            );
            fields.push(Field::link(path.field("to"), "port", value, object));
        }
    }
    for (at, own) in it.interrupts.iter().enumerate() {
        let object = Object::Interrupt {
            partition: index,
            index: at,
        };
        let value = format!("{} from {} irq {}", own.port, own.device, own.source);
        fields.push(Field::link(
            path.field("interrupts").index(at),
            "port",
            value,
            object,
        ));
    }
    let help = "Enter opens the channel or the interrupt behind the port.";
    fields.into_iter().map(|field| field.help(help)).collect()
}

/// The shared memories that it may use.
fn memories(system: &RawSystem, it: &RawPartition) -> Vec<Field> {
    let mut fields = Vec::new();
    for (memory, own) in system.memories.iter().enumerate() {
        let path = place::path(Object::Memory(memory)).field("grants");
        let grants = own.grants.iter().enumerate();
        for (index, grant) in grants.filter(|(_, grant)| grant.partition == it.name) {
            let value = format!("{} {}", own.name, share::word(grant.write));
            let object = Object::Memory(memory);
            let field = Field::link(path.index(index), "memory", value, object);
            fields.push(field.help("Enter opens the shared memory."));
        }
    }
    fields
}

fn steps(system: &RawSystem, it: &RawPartition, path: &SpecPath) -> Vec<Field> {
    let RawProgram::Model(steps) = &it.program else {
        return Vec::new();
    };
    let path = path.field("program");
    let mut fields = vec![
        Field::head(path.clone(), "steps", steps.len(), List::Steps)
            .help("What the model does: a adds a step, d deletes one, J and K move it."),
    ];
    let mut depth: usize = 0;
    for (index, step) in steps.iter().enumerate() {
        depth = depth.saturating_sub(usize::from(step.closes()));
        let text = step::write(step);
        let field = Field::text(
            path.index(index),
            &"  ".repeat(depth.min(6)),
            text,
            set_step,
        );
        fields.push(with_step_candidates(field, system, it).element(List::Steps, index));
        depth += usize::from(step.opens());
    }
    fields
}

/// What completion offers for a step: the kinds of step, then the ports and partitions that fit.
#[must_use]
pub fn step_candidates(system: &RawSystem, it: &RawPartition) -> Vec<Candidate> {
    let kinds = step::KINDS.iter().map(|(name, usage, help)| Candidate {
        offered: Offered::First,
        ..Candidate::new(*name, format!("{usage}: {help}"))
    });
    let others = system.partitions.iter().map(|other| &*other.name);
    let others = others.filter(|name| *name != it.name);
    let others = others.map(|name| after(&["restart", "stop"], name, String::new()));
    kinds
        .chain(port_candidates(system, it))
        .chain(others)
        .collect()
}

/// A name that is offered behind some kinds of step.
fn after(kinds: &'static [&'static str], name: &str, detail: String) -> Candidate {
    Candidate {
        offered: Offered::After(kinds),
        ..Candidate::new(quoted_where_needed(name), detail)
    }
}

/// The ports of a partition, each behind the kinds of step that can use it.
fn port_candidates(system: &RawSystem, it: &RawPartition) -> Vec<Candidate> {
    let mut ports = Vec::new();
    for RawChannel { kind, from, to, .. } in &system.channels {
        let (sending, receiving) = steps_of(*kind);
        if from.partition == it.name {
            let detail = format!("to {}.{}", to.partition, to.port);
            ports.push(after(sending, &from.port, detail));
        }
        if to.partition == it.name {
            let detail = format!("from {}.{}", from.partition, from.port);
            ports.push(after(receiving, &to.port, detail));
        }
    }
    for own in &it.interrupts {
        let detail = format!("from {} irq {}", own.device, own.source);
        ports.push(after(&["wait", "acknowledge"], &own.port, detail));
    }
    ports
}

/// The kinds of step that the ends of a channel are for: the sending and the receiving one.
const fn steps_of(kind: RawChannelKind) -> (&'static [&'static str], &'static [&'static str]) {
    match kind {
        RawChannelKind::Queuing { .. } => (&["send", "exchange"], &["receive", "wait"]),
        RawChannelKind::Sampling { .. } => (&["write"], &["read"]),
        RawChannelKind::Signal => (&["signal"], &["wait"]),
    }
}

fn with_step_candidates(mut field: Field, system: &RawSystem, it: &RawPartition) -> Field {
    field.kind = super::field::Kind::Text {
        completion: Completion::Word,
        candidates: step_candidates(system, it),
    };
    field.help("A step, such as: send out \"text\", receive in timeout 5ms, sleep 1ms.")
}

fn set_step(system: &mut RawSystem, target: Target, text: &str) -> Result<(), String> {
    let step = step::read(text)?;
    if let RawProgram::Model(steps) = &mut get(system, target)?.program
        && let Some(own) = steps.get_mut(target.index)
    {
        *own = step;
    }
    Ok(())
}

/// The properties of an interrupt.
#[must_use]
pub fn interrupt(system: &RawSystem, partition: usize, index: usize) -> Vec<Field> {
    let own = system
        .partitions
        .get(partition)
        .and_then(|it| it.interrupts.get(index));
    let Some(own) = own else { return Vec::new() };
    let object = Object::Interrupt { partition, index };
    let path = place::path(object);
    let owner = Object::Partition(partition);
    vec![
        Field::text(path.field("port"), "port", &own.port, set_name)
            .help("Name of the port; the steps of the model follow."),
        Field::text(
            path.field("device"),
            "device",
            &own.device,
            |system, target, text| {
                interrupt_mut(system, target)?.device = text.trim().to_owned();
                Ok(())
            },
        )
        .completing(&device_names(system))
        .help("The device that raises it."),
        Field::number(
            path.field("source"),
            "source",
            Unit::Count,
            own.source,
            |system, target, text| {
                interrupt_mut(system, target)?.source = Unit::Count.read(text)?;
                Ok(())
            },
        )
        .help("The source's number at the PLIC."),
        Field::link(place::path(owner), "partition", owner.name(system), owner),
    ]
}

fn interrupt_mut(system: &mut RawSystem, target: Target) -> Result<&mut RawInterrupt, String> {
    let Object::Interrupt { index, .. } = target.object else {
        return Err("this is no interrupt".to_owned());
    };
    let own = get(system, target)?.interrupts.get_mut(index);
    own.ok_or_else(|| "the interrupt is gone".to_owned())
}

/// Gives a port of a channel's end a new name, in the model of its partition too.
pub fn rename_port(system: &mut RawSystem, partition: &str, old: &str, new: &str) {
    if let Some(it) = system.partitions.iter_mut().find(|it| it.name == partition) {
        rename::rename_in_model(it, old, new);
    }
}
