//! What works in every view: going somewhere, undo, help, the end.

use crate::ui::action::{Context, Reason, Row, always, rows_in};
use crate::ui::effect::Effect;
use crate::ui::overlay::Overlay;
use crate::ui::state::{State, View};
use crate::ui::{boot, follow, goto, palette, quit};

rows_in!(Views, always);

/// What works in every view.
pub const ROWS: &[Row] = &[
    Row {
        hint: Some("undo"),
        enabled: can_undo,
        ..row(
            "edit.undo",
            "Undo",
            &["u"],
            "Takes back the last step; selection and view come back too.",
            undo,
        )
    },
    Row {
        enabled: can_redo,
        ..row(
            "edit.redo",
            "Redo",
            &["U", "ctrl-r"],
            "Does the last undone step again.",
            redo,
        )
    },
    Row {
        hint: Some("boot"),
        ..row(
            "system.boot",
            "Build and boot",
            &["F5"],
            "Reads the programs again, checks, builds the image, boots it in the simulator and \
             opens the trace.",
            boot::ask,
        )
    },
    row(
        "view.graph",
        "Graph",
        &["1"],
        "Shows boxes and wires.",
        |state| show(state, View::Graph),
    ),
    row(
        "view.schedule",
        "Schedule",
        &["2"],
        "Shows the windows of every schedule.",
        |state| show(state, View::Schedule),
    ),
    row(
        "view.dhall",
        "Dhall",
        &["3"],
        "Shows what a save would write, live.",
        |state| show(state, View::Dhall),
    ),
    row(
        "view.problems",
        "Problems",
        &["4"],
        "Shows every finding with its place and its help.",
        |state| show(state, View::Problems),
    ),
    row(
        "view.trace",
        "Trace",
        &["5"],
        "Shows the simulated run.",
        |state| show(state, View::Trace),
    ),
    Row {
        enabled: can_focus,
        ..row(
            "view.focus",
            "To the problems and back",
            &["tab"],
            "Gives the keys to the list of problems below the view, and back.",
            focus,
        )
    },
    Row {
        hint: Some("find"),
        ..row(
            "view.find",
            "Find",
            &["/"],
            "Goes to an object by its name.",
            goto::ask,
        )
    },
    row(
        "view.palette",
        "Commands",
        &[":"],
        "Lists every command by name, with its keys.",
        palette::ask,
    ),
    row(
        "view.help",
        "Help",
        &["?"],
        "Lists every command with its keys, by where it works.",
        help,
    ),
    row(
        "view.close",
        "Back",
        &["esc"],
        "Leaves the list of problems, then lets go of the selection.",
        close,
    ),
    row(
        "program.quit",
        "Quit",
        &["q"],
        "Ends the program; asks when work is not saved.",
        quit::ask,
    ),
    Row {
        context: Context::Always,
        ..row(
            "program.quit-anywhere",
            "Quit from anywhere",
            &["ctrl-c"],
            "Ends the program from wherever you are; asks when work is not saved.",
            quit::ask,
        )
    },
    Row {
        context: Context::Always,
        ..row(
            "view.help-anywhere",
            "Help from anywhere",
            &["F1"],
            "Lists every command, also while text is typed.",
            help,
        )
    },
    Row {
        context: Context::Always,
        ..row(
            "program.suspend",
            "Suspend",
            &["ctrl-z"],
            "Gives the terminal back to the shell; `fg` comes back.",
            |_| vec![Effect::Suspend],
        )
    },
    Row {
        context: Context::Always,
        ..row(
            "view.redraw",
            "Redraw",
            &["ctrl-l"],
            "Draws the whole screen anew.",
            |_| vec![Effect::Redraw],
        )
    },
];

/// There is a step to take back.
///
/// # Errors
/// There is none.
pub fn can_undo(state: &State) -> Result<(), Reason> {
    state
        .history
        .next_undo()
        .map(|_| ())
        .ok_or("nothing to undo".into())
}

/// There is a step to do again.
///
/// # Errors
/// There is none.
pub fn can_redo(state: &State) -> Result<(), Reason> {
    state
        .history
        .next_redo()
        .map(|_| ())
        .ok_or("nothing was undone".into())
}

/// Takes back the last step.
pub fn undo(state: &mut State) -> Vec<Effect> {
    let now = state.moment();
    if let Some((name, moment)) = state.history.undo(now) {
        state.restore(moment);
        state.say(format!("Undone: {name}"));
    }
    Vec::new()
}

/// Does the last undone step again.
pub fn redo(state: &mut State) -> Vec<Effect> {
    let now = state.moment();
    if let Some((name, moment)) = state.history.redo(now) {
        state.restore(moment);
        state.say(format!("Done again: {name}"));
    }
    Vec::new()
}

fn show(state: &mut State, view: View) -> Vec<Effect> {
    state.view = view;
    state.problems_focused = false;
    follow::selection(state);
    Vec::new()
}

fn can_focus(state: &State) -> Result<(), Reason> {
    match state.view {
        View::Problems => Err("the problems fill the view already".into()),
        _ if state.diagnostics().is_empty() => Err("there are no problems".into()),
        _ => Ok(()),
    }
}

fn focus(state: &mut State) -> Vec<Effect> {
    state.problems_focused = !state.problems_focused;
    Vec::new()
}

/// Opens the help, once.
pub fn help(state: &mut State) -> Vec<Effect> {
    if !matches!(state.overlays.last(), Some(Overlay::Help { .. })) {
        state.overlays.push(Overlay::Help { top: 0 });
    }
    Vec::new()
}

fn close(state: &mut State) -> Vec<Effect> {
    if state.problems_focused {
        state.problems_focused = false;
    } else {
        state.selection = None;
    }
    Vec::new()
}
