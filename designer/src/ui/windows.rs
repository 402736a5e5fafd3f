//! The windows of the schedule, as a list.

use super::effect::Effect;
use super::object::Object;
use super::state::State;

/// The schedules and their windows, in the order of the list.
#[must_use]
pub fn rows(state: &State) -> Vec<Object> {
    let mut rows = Vec::new();
    for (schedule, it) in state.design.system.schedules.iter().enumerate() {
        rows.push(Object::Schedule(schedule));
        rows.extend((0..it.windows.len()).map(|index| Object::Window { schedule, index }));
    }
    rows
}

/// Selects another row of the list.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let rows = rows(state);
    let position = rows.iter().position(|row| Some(*row) == state.selection);
    let next = match position {
        Some(at) => at.saturating_add_signed(by).min(rows.len() - 1),
        None => usize::from(rows.len() > 1),
    };
    if let Some(row) = rows.get(next) {
        state.selection = Some(*row);
    }
    Vec::new()
}

/// Swaps the selected window with the next or the previous one.
pub fn shift(state: &mut State, later: bool) -> Vec<Effect> {
    let Some(Object::Window { schedule, index }) = state.selection else {
        return Vec::new();
    };
    let other = if later {
        index.checked_add(1)
    } else {
        index.checked_sub(1)
    };
    let count = state
        .design
        .system
        .schedules
        .get(schedule)
        .map_or(0, |it| it.windows.len());
    let Some(other) = other.filter(|other| *other < count) else {
        return Vec::new();
    };
    state.edit(format!("move window {index}"), |design| {
        design.system.schedules[schedule].windows.swap(index, other);
    });
    state.selection = Some(Object::Window {
        schedule,
        index: other,
    });
    Vec::new()
}

/// Gives the selected window the time that the others on its hart leave of the major frame.
pub fn fill(state: &mut State) -> Vec<Effect> {
    let Some(Object::Window { schedule, index }) = state.selection else {
        return Vec::new();
    };
    let Some(it) = state.design.system.schedules.get(schedule) else {
        return Vec::new();
    };
    let hart = it.windows[index].hart;
    let others = it
        .windows
        .iter()
        .enumerate()
        .filter(|(at, own)| *at != index && own.hart == hart);
    let used = others.fold(0u64, |sum, (_, own)| sum.saturating_add(own.duration_ns));
    match it.major_frame_ns.checked_sub(used).filter(|left| *left > 0) {
        Some(left) => state.edit(format!("fill the frame with window {index}"), |design| {
            design.system.schedules[schedule].windows[index].duration_ns = left;
        }),
        None => state.complain("The other windows leave no time of the major frame"),
    }
    Vec::new()
}
