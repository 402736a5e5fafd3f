//! Forms: every property of an object, line by line, each change a step of its own.

pub mod channel;
pub mod field;
pub mod health;
pub mod list;
pub mod machine;
pub mod memory;
pub mod partition;
pub mod rule;
pub mod schedule;
pub mod step;
pub mod word;

use std::sync::Arc;

use septum_core::diagnostic::SpecPath;
use septum_core::spec::RawSystem;

use self::field::{Field, Kind, List, Target};
use super::ask::{Answered, Ask, Candidate, Completion, Purpose};
use super::effect::Effect;
use super::object::Object;
use super::overlay::Overlay;
use super::place;
use super::rename;
use super::state::State;

/// The open form of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// The object.
    pub object: Object,
    /// The selected line.
    pub cursor: usize,
    /// The line that is typed now is a new element of this list, at this position.
    pub inserting: Option<(List, usize)>,
}

/// The properties of an object, line by line.
#[must_use]
pub fn fields(system: &RawSystem, object: Object) -> Vec<Field> {
    match object {
        Object::System => machine::system(system),
        Object::Machine => machine::machine(system),
        Object::Device(index) => machine::device(system, index),
        Object::Partition(index) => partition::fields(system, index),
        Object::Interrupt { partition, index } => partition::interrupt(system, partition, index),
        Object::Grant { partition, .. } => partition::fields(system, partition),
        Object::Channel(index) => channel::fields(system, index),
        Object::Memory(memory) | Object::MemoryGrant { memory, .. } => {
            memory::fields(system, memory)
        }
        Object::Schedule(index) => schedule::fields(system, index),
        Object::Window { schedule, index } => schedule::window(system, schedule, index),
        Object::Rule(index) => rule::fields(system, index),
    }
}

/// A grant has no form of its own: it is a line in the form of its owner.
fn owner(object: Object) -> Object {
    match object {
        Object::Grant { partition, .. } => Object::Partition(partition),
        Object::MemoryGrant { memory, .. } => Object::Memory(memory),
        other => other,
    }
}

/// Sets the name of the form's object, everywhere.
fn set_name(system: &mut RawSystem, target: Target, text: &str) -> Result<(), String> {
    rename::check(system, target.object, text)?;
    rename::rename(system, target.object, text.trim());
    Ok(())
}

/// Opens the form of the selected object.
pub fn open_selected(state: &mut State) -> Vec<Effect> {
    match state.selection {
        Some(object) => open_at(state, object, &place::path(object)),
        None => Vec::new(),
    }
}

/// Opens the form of an object.
pub fn open(state: &mut State, object: Object) -> Vec<Effect> {
    state.overlays.push(Overlay::Form(Form {
        object: owner(object),
        cursor: 0,
        inserting: None,
    }));
    Vec::new()
}

/// Opens the form of an object at the line that is nearest to a place in the spec.
pub fn open_at(state: &mut State, object: Object, path: &SpecPath) -> Vec<Effect> {
    let object = owner(object);
    let already =
        matches!(state.overlays.last(), Some(Overlay::Form(form)) if form.object == object);
    if !already {
        open(state, object);
    }
    let cursor = nearest(&fields(&state.design.system, object), path);
    if let Some(Overlay::Form(form)) = state.overlays.last_mut() {
        form.cursor = cursor;
    }
    Vec::new()
}

/// The line whose place is the innermost around the path, else the first inside it.
fn nearest(fields: &[Field], path: &SpecPath) -> usize {
    let around = |field: &Field| place::is_inside(path, &field.path);
    let innermost = fields
        .iter()
        .enumerate()
        .filter(|(_, field)| around(field))
        .max_by_key(|(index, field)| (field.path.0.len(), std::cmp::Reverse(*index)));
    let inside = || {
        fields
            .iter()
            .position(|field| place::is_inside(&field.path, path))
    };
    innermost
        .map(|(index, _)| index)
        .or_else(inside)
        .unwrap_or(0)
}

/// The topmost form, below a question about one of its lines too.
#[must_use]
pub fn current(state: &State) -> Option<&Form> {
    state
        .overlays
        .iter()
        .rev()
        .find_map(|overlay| match overlay {
            Overlay::Form(form) => Some(form),
            _ => None,
        })
}

fn current_mut(state: &mut State) -> Option<&mut Form> {
    state
        .overlays
        .iter_mut()
        .rev()
        .find_map(|overlay| match overlay {
            Overlay::Form(form) => Some(form),
            _ => None,
        })
}

/// The selected line of the topmost form.
#[must_use]
pub fn selected_field(state: &State) -> Option<Field> {
    let form = current(state)?;
    fields(&state.design.system, form.object)
        .into_iter()
        .nth(form.cursor)
}

/// Moves to another line.
pub fn step_cursor(state: &mut State, by: isize) -> Vec<Effect> {
    let Some(form) = current(state) else {
        return Vec::new();
    };
    let last = fields(&state.design.system, form.object)
        .len()
        .saturating_sub(1);
    if let Some(form) = current_mut(state) {
        form.cursor = form.cursor.saturating_add_signed(by).min(last);
    }
    Vec::new()
}

/// Keeps every open form on an object and a line that exist.
pub fn prune(state: &mut State) {
    let design = Arc::clone(&state.design);
    let system = &design.system;
    state.overlays.retain(|overlay| match overlay {
        Overlay::Form(form) => form.object.exists(system),
        _ => true,
    });
    step_cursor(state, 0);
}

/// Edits the selected line: types text, chooses, opens what it links to.
pub fn edit(state: &mut State) -> Vec<Effect> {
    let Some(field) = selected_field(state) else {
        return Vec::new();
    };
    match field.kind.clone() {
        Kind::Link(object) => return open(state, object),
        Kind::Head => return insert(state),
        Kind::Choice(candidates) => {
            let current = candidates.iter().position(|it| it.value == field.value);
            let ask = Ask::choice(field.label, candidates, Purpose::Field);
            state.overlays.push(Overlay::Ask(Ask {
                cursor: current.or(Some(0)),
                ..ask
            }));
        }
        Kind::Text {
            completion,
            candidates,
        } => {
            ask_text(state, &field.label, &field.value, completion, candidates);
        }
    }
    cancel_insertion(state);
    Vec::new()
}

fn ask_text(
    state: &mut State,
    label: &str,
    start: &str,
    completion: Completion,
    candidates: Vec<Candidate>,
) {
    let ask = Ask::text(label, start, Purpose::Field).completing(completion, candidates);
    state.overlays.push(Overlay::Ask(ask));
}

/// Changes a line with a few possible values to the next one, without asking.
pub fn cycle(state: &mut State) -> Vec<Effect> {
    let Some(field) = selected_field(state) else {
        return Vec::new();
    };
    let Kind::Choice(candidates) = &field.kind else {
        return edit(state);
    };
    let current = candidates.iter().position(|it| it.value == field.value);
    let next = current.map_or(0, |at| (at + 1) % candidates.len());
    let value = candidates[next].value.clone();
    set(state, &field, &value);
    Vec::new()
}

/// Adds an element behind the selected line of a list.
pub fn insert(state: &mut State) -> Vec<Effect> {
    let Some(field) = selected_field(state) else {
        return Vec::new();
    };
    let Some(list) = field.list else {
        return Vec::new();
    };
    let index = if field.kind == Kind::Head {
        0
    } else {
        field.index + 1
    };
    let Some(object) = current(state).map(|form| form.object) else {
        return Vec::new();
    };
    let system = &state.design.system;
    let (label, candidates) = match (list, object) {
        (List::Steps, Object::Partition(index)) => {
            let it = system.partitions.get(index);
            (
                "new step",
                it.map_or_else(Vec::new, |it| partition::step_candidates(system, it)),
            )
        }
        (List::Grants, _) => {
            let words = memory::grant_words(system);
            (
                "new right",
                words
                    .into_iter()
                    .map(|word| Candidate::new(word, ""))
                    .collect(),
            )
        }
        _ => ("new range", Vec::new()),
    };
    ask_text(state, label, "", Completion::Word, candidates);
    if let Some(form) = current_mut(state) {
        form.inserting = Some((list, index));
    }
    Vec::new()
}

/// Forgets the element that was to be added.
pub fn cancel_insertion(state: &mut State) {
    if let Some(form) = current_mut(state) {
        form.inserting = None;
    }
}

/// Deletes the selected element of a list.
pub fn remove(state: &mut State) -> Vec<Effect> {
    let Some((target, list, field)) = selected_element(state) else {
        return Vec::new();
    };
    let name = format!("delete {}", field.value);
    state.edit(name, |design| {
        list::remove(&mut design.system, target, list)
    });
    Vec::new()
}

/// Moves the selected element of a list.
pub fn shift(state: &mut State, down: bool) -> Vec<Effect> {
    let Some((target, list, field)) = selected_element(state) else {
        return Vec::new();
    };
    let other = if down {
        target.index.checked_add(1)
    } else {
        target.index.checked_sub(1)
    };
    let Some(other) = other else {
        return Vec::new();
    };
    let mut moved = false;
    state.edit(format!("move {}", field.value), |design| {
        moved = list::swap(&mut design.system, target, list, other);
    });
    if moved {
        step_cursor(state, if down { 1 } else { -1 });
    }
    Vec::new()
}

fn selected_element(state: &State) -> Option<(Target, List, Field)> {
    let object = current(state)?.object;
    let field = selected_field(state).filter(Field::is_element)?;
    Some((
        Target {
            object,
            index: field.index,
        },
        field.list?,
        field,
    ))
}

/// Whether the text would be accepted for the selected line, or as a new element.
///
/// # Errors
/// A sentence that says what is expected.
pub fn check(state: &State, text: &str) -> Result<(), String> {
    let Some(form) = current(state) else {
        return Ok(());
    };
    let mut trial = state.design.system.clone();
    match (form.inserting, selected_field(state)) {
        (Some((list, index)), _) => list::insert(
            &mut trial,
            Target {
                object: form.object,
                index,
            },
            list,
            text,
        ),
        (None, Some(field)) => (field.set)(
            &mut trial,
            Target {
                object: form.object,
                index: field.index,
            },
            text,
        ),
        (None, None) => Ok(()),
    }
}

/// Takes the text for the selected line, or as a new element.
pub fn answered(state: &mut State, answered: &Answered) -> Vec<Effect> {
    let Some(form) = current(state).copied() else {
        return Vec::new();
    };
    if let Some((list, index)) = form.inserting {
        let target = Target {
            object: form.object,
            index,
        };
        state.edit(format!("add {}", answered.text), |design| {
            // Checked before the question was closed; a refusal changes nothing.
            drop(list::insert(
                &mut design.system,
                target,
                list,
                &answered.text,
            ));
        });
        cancel_insertion(state);
        return step_cursor(state, 1);
    }
    if let Some(field) = selected_field(state) {
        set(state, &field, &answered.text);
    }
    Vec::new()
}

fn set(state: &mut State, field: &Field, text: &str) {
    let Some(object) = current(state).map(|form| form.object) else {
        return;
    };
    let target = Target {
        object,
        index: field.index,
    };
    let name = format!("{} {}", object.name(&state.design.system), step_name(field));
    let mut result = Ok(());
    state.edit(name, |design| {
        result = (field.set)(&mut design.system, target, text)
    });
    if let Err(why) = result {
        state.complain(why);
    }
}

fn step_name(field: &Field) -> &str {
    match field.label.trim() {
        "" => "list",
        label => label,
    }
}
