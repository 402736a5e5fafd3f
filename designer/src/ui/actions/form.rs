//! The form of an object.

use super::views;
use crate::ui::action::{Reason, Row, always, rows_in};
use crate::ui::boot;
use crate::ui::effect::Effect;
use crate::ui::form::{self, field::Field};
use crate::ui::state::State;

rows_in!(Form, always);

/// The form of an object.
pub const ROWS: &[Row] = &[
    Row {
        hint: Some("edit"),
        ..row(
            "form.edit",
            "Edit the line",
            &["enter", "e", "i"],
            "Types or chooses the value; a link opens what it leads to.",
            form::edit,
        )
    },
    Row {
        hint: Some("next value"),
        ..row(
            "form.cycle",
            "Next value",
            &["space"],
            "Changes a line with a few possible values to the next one.",
            form::cycle,
        )
    },
    row(
        "form.next",
        "Next line",
        &["j", "down", "tab"],
        "Moves to the next line.",
        |state| form::step_cursor(state, 1),
    ),
    row(
        "form.previous",
        "Previous line",
        &["k", "up", "shift-tab"],
        "Moves to the previous line.",
        |state| form::step_cursor(state, -1),
    ),
    row(
        "form.first",
        "First line",
        &["g g", "home"],
        "Moves to the first line.",
        |state| form::step_cursor(state, isize::MIN),
    ),
    row(
        "form.last",
        "Last line",
        &["G", "end"],
        "Moves to the last line.",
        |state| form::step_cursor(state, isize::MAX),
    ),
    Row {
        hint: Some("add"),
        enabled: in_list,
        ..row(
            "form.add",
            "Add to the list",
            &["a", "o"],
            "Adds an element behind the selected line of a list.",
            form::insert,
        )
    },
    Row {
        hint: Some("delete"),
        enabled: on_element,
        ..row(
            "form.delete",
            "Delete from the list",
            &["d", "delete"],
            "Deletes the selected element of a list.",
            form::remove,
        )
    },
    Row {
        hint: Some("down"),
        enabled: on_element,
        ..row(
            "form.later",
            "Move down",
            &["J", "shift-down"],
            "Swaps the element with the next one.",
            |state| form::shift(state, true),
        )
    },
    Row {
        hint: Some("up"),
        enabled: on_element,
        ..row(
            "form.earlier",
            "Move up",
            &["K", "shift-up"],
            "Swaps the element with the previous one.",
            |state| form::shift(state, false),
        )
    },
    Row {
        hint: Some("undo"),
        enabled: views::can_undo,
        ..row(
            "form.undo",
            "Undo",
            &["u"],
            "Takes back the last step, with the form open.",
            views::undo,
        )
    },
    Row {
        enabled: views::can_redo,
        ..row(
            "form.redo",
            "Redo",
            &["U", "ctrl-r"],
            "Does the last undone step again.",
            views::redo,
        )
    },
    row(
        "form.boot",
        "Build and boot",
        &["F5"],
        "Checks and boots as in every view, and closes the form when it boots.",
        boot::ask,
    ),
    row(
        "form.help",
        "Help",
        &["?"],
        "Lists every command with its keys.",
        views::help,
    ),
    Row {
        hint: Some("close"),
        ..row(
            "form.close",
            "Close the form",
            &["esc", "q"],
            "Goes back to the view; every change is made already.",
            |state| {
                state.overlays.pop();
                Vec::new()
            },
        )
    },
];

fn in_list(state: &State) -> Result<(), Reason> {
    match form::selected_field(state) {
        Some(Field { list: Some(_), .. }) => Ok(()),
        _ => Err("this line is in no list".into()),
    }
}

fn on_element(state: &State) -> Result<(), Reason> {
    match form::selected_field(state) {
        Some(field) if field.is_element() => Ok(()),
        _ => Err("this line is no element of a list".into()),
    }
}
