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
    steps(system)
        .filter_map(RawStep::partition_mut)
        .for_each(|it| follow(it, &old, new));
    system
        .rules
        .iter_mut()
        .flat_map(partitions_of_rule)
        .for_each(|it| follow(it, &old, new));
}

/// The steps of all models.
fn steps(system: &mut RawSystem) -> impl Iterator<Item = &mut RawStep> {
    let programs = system.partitions.iter_mut().map(|it| &mut it.program);
    programs.flat_map(|program| match program {
        RawProgram::Model(steps) => steps.as_mut_slice(),
        RawProgram::Elf(_) => &mut [],
    })
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
            .flat_map(RawStep::port_names_mut)
            .for_each(|it| follow(it, old, new));
    }
}

/// Why an object cannot have a name; whether the checker likes it is its own matter. An object
/// that does not exist yet stands behind the last of its kind.
///
/// What stands elsewhere means the first object of a name. So a name that is taken would give
/// this object what belongs to the other one, and no new name could part them again.
///
/// # Errors
/// Says what is wrong.
pub fn check(system: &RawSystem, object: Object, text: &str) -> Result<(), String> {
    let new = text.trim();
    if new.is_empty() {
        return Err("a name is needed".to_owned());
    }
    let is_own = object.exists(system) && own_name(system, object) == new;
    match others(system, object) {
        (kind, names) if !is_own && names.contains(&new) => {
            Err(format!("the name {new} is taken by another {kind}"))
        }
        _ => Ok(()),
    }
}

/// What an object shares its names with, and those names; its own may be among them.
fn others(system: &RawSystem, object: Object) -> (&'static str, Vec<&str>) {
    let names: Vec<&str> = match object {
        Object::Partition(_) => system.partitions.iter().map(|it| &*it.name).collect(),
        Object::Device(_) => system.machine.devices.iter().map(|it| &*it.name).collect(),
        Object::Channel(_) => system.channels.iter().map(|it| &*it.name).collect(),
        Object::Memory(_) => system.memories.iter().map(|it| &*it.name).collect(),
        Object::Schedule(_) => system.schedules.iter().map(|it| &*it.name).collect(),
        Object::Interrupt { partition, .. } => return ("port", ports(system, partition)),
        _ => Vec::new(),
    };
    (object.noun(), names)
}

/// The names of the ports of a partition.
fn ports(system: &RawSystem, partition: usize) -> Vec<&str> {
    let Some(owner) = system.partitions.get(partition) else {
        return Vec::new();
    };
    let ends = system.channels.iter().flat_map(|it| [&it.from, &it.to]);
    let ends = ends.filter(|end| end.partition == owner.name);
    let interrupts = owner.interrupts.iter().map(|it| &*it.port);
    ends.map(|end| &*end.port).chain(interrupts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::{defaults, file_work};

    /// The starter system with a memory and another of everything else that has a name.
    fn system() -> RawSystem {
        let opened = file_work::open_template("sensor-pipeline", 80).unwrap();
        let mut system = opened.design.system.clone();
        for name in ["first", "second"] {
            system.memories.push(defaults::memory(name.to_owned()));
        }
        system.schedules.push(system.schedules[0].clone());
        "second".clone_into(&mut system.schedules[1].name);
        system
    }

    #[test]
    fn a_name_that_is_taken_is_refused_for_everything_that_is_meant_by_its_name() {
        let system = system();
        let pairs = [
            (Object::Partition(0), Object::Partition(1)),
            (Object::Device(0), Object::Device(1)),
            (Object::Channel(0), Object::Channel(1)),
            (Object::Memory(0), Object::Memory(1)),
            (Object::Schedule(0), Object::Schedule(1)),
        ];
        for (one, other) in pairs {
            let taken = other.name(&system);
            let sentence = format!("the name {taken} is taken by another {}", one.noun());
            assert_eq!(check(&system, one, &format!(" {taken} ")), Err(sentence));
            assert_eq!(check(&system, one, "free"), Ok(()));
            assert_eq!(check(&system, other, &taken), Ok(()), "its own");
        }
    }

    #[test]
    fn steps_about_a_partition_follow_its_name() {
        let mut system = system();
        let old = system.partitions[0].name.clone();
        let restart = |partition: &str| RawStep::Restart {
            partition: partition.to_owned(),
        };
        let others = system.partitions[1].name.clone();
        let steps = vec![restart(&old), restart(&others)];
        system.partitions[1].program = RawProgram::Model(steps);
        rename(&mut system, Object::Partition(0), "fresh");
        let expected = RawProgram::Model(vec![restart("fresh"), restart(&others)]);
        assert_eq!(system.partitions[1].program, expected);
    }

    #[test]
    fn kinds_do_not_take_names_from_each_other() {
        let system = system();
        let device = Object::Device(0).name(&system);
        assert_eq!(check(&system, Object::Partition(0), &device), Ok(()));
    }

    #[test]
    fn the_port_of_an_interrupt_is_no_other_port_of_its_partition() {
        let system = system();
        let port = &system.channels[0].from.port;
        let owner = |it: &RawPartition| it.name == system.channels[0].from.partition;
        let partition = system.partitions.iter().position(owner).unwrap();
        let object = Object::Interrupt {
            partition,
            index: 0,
        };
        let sentence = format!("the name {port} is taken by another port");
        assert_eq!(check(&system, object, port), Err(sentence));
    }
}
