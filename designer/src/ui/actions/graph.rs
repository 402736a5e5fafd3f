//! The canvas: selecting, moving boxes, looking around.

use crate::ui::action::{Reason, Row, always, rows_in};
use crate::ui::effect::Effect;
use crate::ui::graph::geometry::Direction;
use crate::ui::object::Object;
use crate::ui::state::State;
use crate::ui::{canvas, goto};

rows_in!(Graph, always);

/// The canvas.
pub const ROWS: &[Row] = &[
    row(
        "select.left",
        "Select to the left",
        &["h", "left"],
        "Selects the nearest box to the left; from a wire, its left end.",
        |state| canvas::select(state, Direction::Left),
    ),
    row(
        "select.down",
        "Select below",
        &["j", "down"],
        "Selects the nearest box below.",
        |state| canvas::select(state, Direction::Down),
    ),
    row(
        "select.up",
        "Select above",
        &["k", "up"],
        "Selects the nearest box above.",
        |state| canvas::select(state, Direction::Up),
    ),
    row(
        "select.right",
        "Select to the right",
        &["l", "right"],
        "Selects the nearest box to the right; from a wire, its right end.",
        |state| canvas::select(state, Direction::Right),
    ),
    row(
        "select.next",
        "Select the next object",
        &["]"],
        "Goes through all boxes and wires.",
        |state| canvas::select_next(state, true),
    ),
    row(
        "select.previous",
        "Select the previous object",
        &["["],
        "Goes through all boxes and wires, backwards.",
        |state| canvas::select_next(state, false),
    ),
    Row {
        hint: Some("wires"),
        enabled: has_selection,
        ..row(
            "select.wire",
            "Select a wire of this box",
            &["w"],
            "Goes through the wires of the selected box.",
            canvas::select_wire,
        )
    },
    Row {
        enabled: has_box,
        ..row(
            "move.left",
            "Move to the left",
            &["H", "shift-left"],
            "Moves the selected box by two columns.",
            |state| canvas::move_box(state, Direction::Left),
        )
    },
    Row {
        enabled: has_box,
        ..row(
            "move.down",
            "Move down",
            &["J", "shift-down"],
            "Moves the selected box by a row.",
            |state| canvas::move_box(state, Direction::Down),
        )
    },
    Row {
        enabled: has_box,
        ..row(
            "move.up",
            "Move up",
            &["K", "shift-up"],
            "Moves the selected box by a row.",
            |state| canvas::move_box(state, Direction::Up),
        )
    },
    Row {
        enabled: has_box,
        ..row(
            "move.right",
            "Move to the right",
            &["L", "shift-right"],
            "Moves the selected box by two columns.",
            |state| canvas::move_box(state, Direction::Right),
        )
    },
    row(
        "canvas.left",
        "Look to the left",
        &["z h", "ctrl-left"],
        "Shows what is to the left.",
        |state| canvas::pan(state, Direction::Left),
    ),
    row(
        "canvas.down",
        "Look below",
        &["z j", "ctrl-down", "pagedown"],
        "Shows what is below.",
        |state| canvas::pan(state, Direction::Down),
    ),
    row(
        "canvas.up",
        "Look above",
        &["z k", "ctrl-up", "pageup"],
        "Shows what is above.",
        |state| canvas::pan(state, Direction::Up),
    ),
    row(
        "canvas.right",
        "Look to the right",
        &["z l", "ctrl-right"],
        "Shows what is to the right.",
        |state| canvas::pan(state, Direction::Right),
    ),
    Row {
        enabled: has_selection,
        ..row(
            "canvas.centre",
            "Centre the selection",
            &["z z"],
            "Puts the selected object in the middle.",
            canvas::centre,
        )
    },
    row(
        "canvas.home",
        "Show the whole",
        &["z f", "home"],
        "Puts the drawing in the middle of the view.",
        canvas::home,
    ),
    Row {
        hint: Some("arrange"),
        ..row(
            "canvas.arrange",
            "Arrange",
            &["="],
            "Places all boxes anew, in layers along the flow; undo brings the old places back.",
            canvas::arrange,
        )
    },
    row(
        "canvas.route",
        "Draw the wires anew",
        &["z r"],
        "Looks for the best way of every wire; otherwise wires stay where they can.",
        canvas::route_again,
    ),
    Row {
        enabled: has_selection,
        ..row(
            "canvas.place",
            "Show it in the Dhall",
            &["g d"],
            "Shows where the selected object is written.",
            goto::dhall,
        )
    },
];

/// Something is selected.
///
/// # Errors
/// Nothing is.
pub fn has_selection(state: &State) -> Result<(), Reason> {
    state
        .selection
        .map(|_| ())
        .ok_or("nothing is selected".into())
}

fn has_box(state: &State) -> Result<(), Reason> {
    match state.selection {
        Some(Object::Partition(_) | Object::Device(_) | Object::Memory(_)) => Ok(()),
        Some(other) => Err(format!("a {} has no box", other.noun()).into()),
        None => Err("no box is selected".into()),
    }
}
