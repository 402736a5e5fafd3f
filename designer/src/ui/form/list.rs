//! The lists that a form edits line by line: inserting, deleting, moving.

use septum_core::spec::{RawProgram, RawSystem};

use super::field::{List, Target};
use super::{machine, memory, step};
use crate::ui::object::Object;

/// Inserts an element, from its line, at a position.
///
/// # Errors
/// When the line is not understood.
pub fn insert(
    system: &mut RawSystem,
    target: Target,
    list: List,
    text: &str,
) -> Result<(), String> {
    match list {
        List::Steps => {
            let step = step::read(text)?;
            if let Some(steps) = steps(system, target.object) {
                steps.insert(target.index.min(steps.len()), step);
            }
        }
        List::Ram => {
            let range = machine::read_range(text)?;
            let ram = &mut system.machine.ram;
            ram.insert(target.index.min(ram.len()), range);
        }
        List::Grants => {
            let grant = memory::read_grant(text)?;
            if let Some(grants) = grants(system, target.object) {
                grants.insert(target.index.min(grants.len()), grant);
            }
        }
    }
    Ok(())
}

/// Deletes an element.
pub fn remove(system: &mut RawSystem, target: Target, list: List) {
    match list {
        List::Steps => remove_at(steps(system, target.object), target.index),
        List::Ram => remove_at(Some(&mut system.machine.ram), target.index),
        List::Grants => remove_at(grants(system, target.object), target.index),
    }
}

/// Swaps an element with another one; false where there is none.
pub fn swap(system: &mut RawSystem, target: Target, list: List, other: usize) -> bool {
    match list {
        List::Steps => swap_at(steps(system, target.object), target.index, other),
        List::Ram => swap_at(Some(&mut system.machine.ram), target.index, other),
        List::Grants => swap_at(grants(system, target.object), target.index, other),
    }
}

fn remove_at<T>(list: Option<&mut Vec<T>>, index: usize) {
    if let Some(list) = list.filter(|list| index < list.len()) {
        list.remove(index);
    }
}

fn swap_at<T>(list: Option<&mut Vec<T>>, index: usize, other: usize) -> bool {
    match list.filter(|list| index < list.len() && other < list.len()) {
        Some(list) => {
            list.swap(index, other);
            true
        }
        None => false,
    }
}

fn steps(system: &mut RawSystem, object: Object) -> Option<&mut Vec<septum_core::spec::RawStep>> {
    let Object::Partition(index) = object else {
        return None;
    };
    match &mut system.partitions.get_mut(index)?.program {
        RawProgram::Model(steps) => Some(steps),
        RawProgram::Elf(_) => None,
    }
}

fn grants(system: &mut RawSystem, object: Object) -> Option<&mut Vec<septum_core::spec::RawGrant>> {
    let Object::Memory(index) = object else {
        return None;
    };
    system
        .memories
        .get_mut(index)
        .map(|memory| &mut memory.grants)
}
