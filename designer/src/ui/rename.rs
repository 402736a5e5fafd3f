//! Renaming, so that the new name stands everywhere.

use septum_core::spec::{RawPartition, RawProgram, RawRule, RawStep, RawSystem};

use super::ask::{Answered, Ask, Purpose};
use super::effect::Effect;
use super::object::Object;
use super::overlay::Overlay;
use super::state::State;

/// Whether an object has a name of its own.
#[must_use]
pub fn has_name(object: Object) -> bool {
    !matches!(
        object,
        Object::Grant { .. } | Object::MemoryGrant { .. } | Object::Window { .. } | Object::Rule(_)
    )
}

/// Asks for the new name of the selected object.
pub fn ask(state: &mut State) -> Vec<Effect> {
    let Some(object) = state.selection else {
        return Vec::new();
    };
    let name = own_name(&state.design.system, object);
    let title = format!("New name of {} {name}", object.noun());
    state.overlays.push(Overlay::Ask(Ask::text(
        title,
        name,
        Purpose::Rename(object),
    )));
    Vec::new()
}

/// The name itself: of an interrupt, its port's.
fn own_name(system: &RawSystem, object: Object) -> String {
    let name = object.name(system);
    match object {
        Object::Interrupt { .. } => name.rsplit('.').next().unwrap_or(&name).to_owned(),
        _ => name,
    }
}

/// Renames the object.
pub fn answered(state: &mut State, object: Object, answered: &Answered) -> Vec<Effect> {
    let new = answered.text.trim().to_owned();
    let old = own_name(&state.design.system, object);
    state.edit(format!("rename {old} to {new}"), |design| {
        rename(&mut design.system, object, &new);
    });
    Vec::new()
}

/// Gives an object a new name, and changes it wherever it stands. Where two objects have the
/// old name, what stands elsewhere means the first of them and changes only with that one.
pub fn rename(system: &mut RawSystem, object: Object, new: &str) {
    match object {
        Object::System => new.clone_into(&mut system.name),
        Object::Machine => new.clone_into(&mut system.machine.name),
        Object::Partition(index) => rename_partition(system, index, new),
        Object::Device(index) => rename_device(system, index, new),
        Object::Interrupt { partition, index } => rename_interrupt(system, partition, index, new),
        Object::Channel(index) => rename_channel(system, index, new),
        Object::Memory(index) => {
            if let Some(memory) = system.memories.get_mut(index) {
                new.clone_into(&mut memory.name);
            }
        }
        Object::Schedule(index) => {
            if let Some(schedule) = system.schedules.get_mut(index) {
                new.clone_into(&mut schedule.name);
            }
        }
        Object::Grant { .. }
        | Object::MemoryGrant { .. }
        | Object::Window { .. }
        | Object::Rule(_) => {}
    }
}

/// Replaces the old name where it stands.
fn follow(place: &mut String, old: &str, new: &str) {
    if place == old {
        new.clone_into(place);
    }
}

fn rename_partition(system: &mut RawSystem, index: usize, new: &str) {
    let Some(old) = system.partitions.get(index).map(|it| it.name.clone()) else {
        return;
    };
    let is_meant = system.partitions.iter().position(|it| it.name == old) == Some(index);
    new.clone_into(&mut system.partitions[index].name);
    if !is_meant {
        return;
    }
    for channel in &mut system.channels {
        follow(&mut channel.from.partition, &old, new);
        follow(&mut channel.to.partition, &old, new);
    }
    let windows = system.schedules.iter_mut().flat_map(|it| &mut it.windows);
    windows
        .flat_map(|it| &mut it.partitions)
        .for_each(|it| follow(it, &old, new));
    let grants = system.memories.iter_mut().flat_map(|it| &mut it.grants);
    grants.for_each(|it| follow(&mut it.partition, &old, new));
    system
        .rules
        .iter_mut()
        .flat_map(partitions_of_rule)
        .for_each(|it| follow(it, &old, new));
}

fn partitions_of_rule(rule: &mut RawRule) -> Vec<&mut String> {
    match rule {
        RawRule::NoFlow { from, to } => vec![from, to],
        RawRule::AllFlowThrough { from, to, via } => vec![from, to, via],
        RawRule::MaxLatency { .. } => Vec::new(),
    }
}

fn rename_device(system: &mut RawSystem, index: usize, new: &str) {
    let Some(old) = system.machine.devices.get(index).map(|it| it.name.clone()) else {
        return;
    };
    let is_meant = system.machine.devices.iter().position(|it| it.name == old) == Some(index);
    new.clone_into(&mut system.machine.devices[index].name);
    if !is_meant {
        return;
    }
    for partition in &mut system.partitions {
        partition
            .devices
            .iter_mut()
            .for_each(|it| follow(it, &old, new));
        partition
            .interrupts
            .iter_mut()
            .for_each(|it| follow(&mut it.device, &old, new));
    }
}

fn rename_channel(system: &mut RawSystem, index: usize, new: &str) {
    let Some(old) = system.channels.get(index).map(|it| it.name.clone()) else {
        return;
    };
    let is_meant = system.channels.iter().position(|it| it.name == old) == Some(index);
    new.clone_into(&mut system.channels[index].name);
    for rule in &mut system.rules {
        if let RawRule::MaxLatency { channel, .. } = rule
            && is_meant
        {
            follow(channel, &old, new);
        }
    }
}

fn rename_interrupt(system: &mut RawSystem, partition: usize, index: usize, new: &str) {
    let Some(owner) = system.partitions.get_mut(partition) else {
        return;
    };
    let Some(interrupt) = owner.interrupts.get_mut(index) else {
        return;
    };
    let old = std::mem::replace(&mut interrupt.port, new.to_owned());
    rename_in_model(owner, &old, new);
}

/// Changes the name of a port in the steps of a partition's model.
pub fn rename_in_model(partition: &mut RawPartition, old: &str, new: &str) {
    if let RawProgram::Model(steps) = &mut partition.program {
        steps
            .iter_mut()
            .flat_map(ports_of_step)
            .for_each(|it| follow(it, old, new));
    }
}

fn ports_of_step(step: &mut RawStep) -> Vec<&mut String> {
    match step {
        RawStep::Send { port, .. }
        | RawStep::Receive { port, .. }
        | RawStep::Signal { port }
        | RawStep::Acknowledge { port } => vec![port],
        RawStep::Wait { ports, .. } => ports.iter_mut().collect(),
        _ => Vec::new(),
    }
}

/// Why a text cannot be a name at all; whether the checker likes it is its own matter.
///
/// # Errors
/// Says what is wrong.
pub fn check(text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        Err("a name is needed".to_owned())
    } else {
        Ok(())
    }
}
