//! The list of findings.

use crate::ui::action::{Context, Reason, Row, always, rows_in};
use crate::ui::effect::Effect;
use crate::ui::goto;
use crate::ui::state::State;

rows_in!(Problems, has_problems);

/// The list of findings.
pub const ROWS: &[Row] = &[
    Row {
        hint: Some("go there"),
        ..row(
            "problems.go",
            "Go to the place",
            &["enter"],
            "Selects the object of the finding and opens the field.",
            goto::problem,
        )
    },
    Row {
        hint: Some("next"),
        ..row(
            "problems.next",
            "Next problem",
            &["j", "down"],
            "Moves to the next finding.",
            |state| step(state, 1),
        )
    },
    row(
        "problems.previous",
        "Previous problem",
        &["k", "up"],
        "Moves to the previous finding.",
        |state| step(state, -1),
    ),
    row(
        "problems.first",
        "First problem",
        &["g g", "home"],
        "Moves to the first finding.",
        |state| step(state, isize::MIN),
    ),
    row(
        "problems.last",
        "Last problem",
        &["G", "end"],
        "Moves to the last finding.",
        |state| step(state, isize::MAX),
    ),
    Row {
        context: Context::Views,
        ..row(
            "problems.next-anywhere",
            "Go to the next problem",
            &["!"],
            "Selects the object of the next finding, from any view.",
            next_anywhere,
        )
    },
    Row {
        enabled: always,
        ..row(
            "problems.back",
            "Back to the view",
            &["esc"],
            "Gives the keys back to the view.",
            back,
        )
    },
];

fn has_problems(state: &State) -> Result<(), Reason> {
    if state.diagnostics().is_empty() {
        Err("there are no problems".into())
    } else {
        Ok(())
    }
}

fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let last = state.diagnostics().len().saturating_sub(1);
    state.problem = state.problem.saturating_add_signed(by).min(last);
    Vec::new()
}

fn next_anywhere(state: &mut State) -> Vec<Effect> {
    let count = state.diagnostics().len();
    let effects = goto::place_of_problem(state);
    state.problem = (state.problem + 1) % count.max(1);
    effects
}

fn back(state: &mut State) -> Vec<Effect> {
    state.problems_focused = false;
    Vec::new()
}
