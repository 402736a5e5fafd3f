//! Sharing memories: a region, and which partition may do what with it.

use septum_core::spec::{RawGrant, RawSystem};

use super::ask::{Answered, Candidate};
use super::create::select;
use super::defaults;
use super::effect::Effect;
use super::form;
use super::graph::settle;
use super::object::Object;
use super::state::State;
use super::unit;

/// What a partition may do with a memory: the word, and whether it may write.
pub const RIGHTS: [(&str, bool); 2] = [("read", false), ("write", true)];

/// The word for a right.
#[must_use]
pub fn word(write: bool) -> &'static str {
    RIGHTS[usize::from(write)].0
}

/// Adds a shared memory.
pub fn add(state: &mut State) -> Vec<Effect> {
    let memories = state.design.system.memories.iter();
    let names: Vec<&str> = memories.map(|it| it.name.as_str()).collect();
    let name = defaults::free_name("memory", &names);
    let index = names.len();
    state.edit(format!("add memory {name}"), |design| {
        design.system.memories.push(defaults::memory(name));
        design.placement.memories.push(None);
        settle::settle(design);
    });
    form::open(state, Object::Memory(index))
}

/// The rights that can be given now: those to the selected memory, else to every one.
fn offers(state: &State) -> Vec<(usize, bool)> {
    let system = &state.design.system;
    let is_meant = |index: &usize| match state.selection {
        Some(Object::Memory(selected)) => *index == selected,
        _ => true,
    };
    let memories = (0..system.memories.len()).filter(is_meant);
    memories
        .flat_map(|index| RIGHTS.map(|(_, write)| (index, write)))
        .collect()
}

/// What a partition can be granted.
pub(super) fn candidates(state: &State) -> Vec<Candidate> {
    let memories = &state.design.system.memories;
    let candidate = |(index, write): (usize, bool)| {
        let it = &memories[index];
        let value = format!("{} {}", it.name, word(write));
        Candidate::new(value, unit::bytes(it.size_bytes))
    };
    offers(state).into_iter().map(candidate).collect()
}

/// Gives the right that was chosen; a partition that has one to this memory has this one then.
pub fn answered(state: &mut State, partition: usize, answered: &Answered) -> Vec<Effect> {
    let chosen = answered.index.and_then(|it| offers(state).get(it).copied());
    let Some((memory, write)) = chosen else {
        return Vec::new();
    };
    let name = Object::Partition(partition).name(&state.design.system);
    let mut index = 0;
    state.edit(format!("grant {} to {name}", answered.text), |design| {
        index = give(&mut design.system, memory, name, write);
        settle::settle(design);
    });
    select(state, Object::MemoryGrant { memory, index });
    Vec::new()
}

/// The position of the grant.
fn give(system: &mut RawSystem, memory: usize, partition: String, write: bool) -> usize {
    let Some(memory) = system.memories.get_mut(memory) else {
        return 0;
    };
    let grants = &mut memory.grants;
    let own = grants.iter().position(|it| it.partition == partition);
    if let Some(index) = own {
        grants[index].write = write;
        return index;
    }
    grants.push(RawGrant { partition, write });
    grants.len() - 1
}
