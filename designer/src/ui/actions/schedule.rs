//! The windows of the schedule.

use super::edit::can_delete;
use crate::ui::action::{Reason, Row, always, rows_in};
use crate::ui::effect::Effect;
use crate::ui::object::Object;
use crate::ui::state::State;
use crate::ui::{create, form, remove, windows};

rows_in!(Schedule, always);

/// The windows of the schedule.
pub const ROWS: &[Row] = &[
    Row {
        hint: Some("edit"),
        enabled: has_row,
        ..row(
            "schedule.edit",
            "Edit the window",
            &["enter", "e"],
            "Opens the properties of the selected window or schedule.",
            form::open_selected,
        )
    },
    Row {
        hint: Some("next"),
        ..row(
            "schedule.next",
            "Next window",
            &["j", "down"],
            "Selects the next window.",
            |state| windows::step(state, 1),
        )
    },
    row(
        "schedule.previous",
        "Previous window",
        &["k", "up"],
        "Selects the previous window.",
        |state| windows::step(state, -1),
    ),
    Row {
        hint: Some("add"),
        ..row(
            "schedule.add",
            "Add a window",
            &["a", "o"],
            "Adds a window behind the selected one.",
            create::add_window,
        )
    },
    Row {
        enabled: create::can_add_schedule,
        ..row(
            "schedule.add-schedule",
            "Add a safe mode",
            &["A"],
            "Adds the schedule of the safe mode, a copy of the first to begin with.",
            create::add_schedule,
        )
    },
    Row {
        hint: Some("delete"),
        enabled: |state| has_row(state).and_then(|()| can_delete(state)),
        ..row(
            "schedule.delete",
            "Delete the window",
            &["d", "delete"],
            "Deletes the selected window or schedule.",
            remove::selected,
        )
    },
    Row {
        hint: Some("later"),
        enabled: has_window,
        ..row(
            "schedule.later",
            "Later",
            &["J", "shift-down"],
            "Swaps the window with the next one.",
            |state| windows::shift(state, true),
        )
    },
    Row {
        hint: Some("earlier"),
        enabled: has_window,
        ..row(
            "schedule.earlier",
            "Earlier",
            &["K", "shift-up"],
            "Swaps the window with the previous one.",
            |state| windows::shift(state, false),
        )
    },
    Row {
        enabled: has_window,
        ..row(
            "schedule.fill",
            "Fill the frame",
            &["f"],
            "Gives the selected window the time that the others leave of the major frame.",
            windows::fill,
        )
    },
];

fn has_row(state: &State) -> Result<(), Reason> {
    match state.selection {
        Some(Object::Window { .. } | Object::Schedule(_)) => Ok(()),
        _ => Err("no window is selected".into()),
    }
}

fn has_window(state: &State) -> Result<(), Reason> {
    match state.selection {
        Some(Object::Window { .. }) => Ok(()),
        _ => Err("no window is selected".into()),
    }
}
