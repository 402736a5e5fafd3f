//! Deleting objects, with what cannot be without them.

use septum_core::spec::RawSystem;

use super::design::Design;
use super::effect::Effect;
use super::object::Object;
use super::state::State;

/// Deletes the selected object.
pub fn selected(state: &mut State) -> Vec<Effect> {
    let Some(object) = state.selection else {
        return Vec::new();
    };
    let name = format!(
        "delete {} {}",
        object.noun(),
        object.name(&state.design.system)
    );
    let channels = state.design.system.channels.len();
    state.edit(name.clone(), |design| remove(design, object));
    state.selection = after(state, object);
    let gone = channels.saturating_sub(state.design.system.channels.len());
    state.say(match (object, gone) {
        (Object::Partition(_), 1) => format!("{}, with its channel; u undoes", past(&name)),
        (Object::Partition(_), 2..) => {
            format!("{}, with its {gone} channels; u undoes", past(&name))
        }
        _ => format!("{}; u undoes", past(&name)),
    });
    Vec::new()
}

fn past(name: &str) -> String {
    name.replacen("delete", "Deleted", 1)
}

/// Windows stay selected in a list; elsewhere nothing is.
fn after(state: &State, object: Object) -> Option<Object> {
    match object {
        Object::Window { schedule, index } => {
            let before = Object::Window {
                schedule,
                index: index.saturating_sub(1),
            };
            [object, before]
                .into_iter()
                .find(|it| it.exists(&state.design.system))
        }
        _ => None,
    }
}

/// Removes an object and what cannot be without it: a partition's channels, rights and
/// turns; a device's grants and interrupts. Rules stay, because they say what is wanted.
pub fn remove(design: &mut Design, object: Object) {
    if !object.exists(&design.system) {
        return;
    }
    let system = &mut design.system;
    match object {
        Object::Partition(index) => {
            let gone = system.partitions.remove(index);
            discard(&mut design.placement.partitions, index);
            forget_partition(system, &gone.name);
        }
        Object::Device(index) => {
            let gone = system.machine.devices.remove(index);
            discard(&mut design.placement.devices, index);
            forget_device(system, &gone.name);
        }
        Object::Memory(index) => {
            system.memories.remove(index);
            discard(&mut design.placement.memories, index);
        }
        _ => remove_part(system, object),
    }
}

fn discard<T>(list: &mut Vec<T>, index: usize) {
    if index < list.len() {
        list.remove(index);
    }
}

fn remove_part(system: &mut RawSystem, object: Object) {
    match object {
        Object::Grant { partition, index } => {
            discard(&mut system.partitions[partition].devices, index);
        }
        Object::Interrupt { partition, index } => {
            discard(&mut system.partitions[partition].interrupts, index);
        }
        Object::Channel(index) => discard(&mut system.channels, index),
        Object::MemoryGrant { memory, index } => {
            discard(&mut system.memories[memory].grants, index);
        }
        Object::Schedule(index) => discard(&mut system.schedules, index),
        Object::Window { schedule, index } => {
            discard(&mut system.schedules[schedule].windows, index);
        }
        Object::Rule(index) => discard(&mut system.rules, index),
        Object::System
        | Object::Machine
        | Object::Partition(_)
        | Object::Device(_)
        | Object::Memory(_) => {}
    }
}

fn forget_partition(system: &mut RawSystem, name: &str) {
    if system.partitions.iter().any(|it| it.name == name) {
        // Another one has the same name: what it is connected with stays.
        return;
    }
    system
        .channels
        .retain(|it| it.from.partition != name && it.to.partition != name);
    for window in system.schedules.iter_mut().flat_map(|it| &mut it.windows) {
        window.partitions.retain(|it| it != name);
    }
    for memory in &mut system.memories {
        memory.grants.retain(|it| it.partition != name);
    }
}

fn forget_device(system: &mut RawSystem, name: &str) {
    if system.machine.devices.iter().any(|it| it.name == name) {
        return;
    }
    for partition in &mut system.partitions {
        partition.devices.retain(|it| it != name);
        partition.interrupts.retain(|it| it.device != name);
    }
}
