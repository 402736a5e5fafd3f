//! Answering a question.

use crate::ui::action::{Context, Row, always};
use crate::ui::effect::Effect;
use crate::ui::overlay::Overlay;
use crate::ui::state::State;

/// Answering a question.
pub const ROWS: &[Row] = &[
    Row {
        id: "confirm.next",
        name: "Next answer",
        keys: &["down", "j", "right", "tab"],
        context: Context::Confirm,
        help: "Highlights the next answer.",
        hint: None,
        enabled: always,
        run: |state| highlight(state, true),
    },
    Row {
        id: "confirm.previous",
        name: "Previous answer",
        keys: &["up", "k", "left", "shift-tab"],
        context: Context::Confirm,
        help: "Highlights the previous answer.",
        hint: None,
        enabled: always,
        run: |state| highlight(state, false),
    },
    Row {
        id: "confirm.take",
        name: "Take the answer",
        keys: &["enter"],
        context: Context::Confirm,
        help: "Gives the highlighted answer; its letter gives it at once.",
        hint: Some("take"),
        enabled: always,
        run: take,
    },
    Row {
        id: "confirm.close",
        name: "Close the question",
        keys: &["esc"],
        context: Context::Confirm,
        help: "Gives no answer; nothing happens.",
        hint: Some("close"),
        enabled: always,
        run: |state| {
            state.overlays.pop();
            Vec::new()
        },
    },
];

fn highlight(state: &mut State, forward: bool) -> Vec<Effect> {
    if let Some(Overlay::Confirm(confirm)) = state.overlays.last_mut() {
        let count = confirm.answers.len().max(1);
        let step = if forward { 1 } else { count - 1 };
        confirm.cursor = (confirm.cursor + step) % count;
    }
    Vec::new()
}

fn take(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Confirm(confirm)) = state.overlays.pop() else {
        return Vec::new();
    };
    match confirm.answers.get(confirm.cursor) {
        Some(answer) => (answer.run)(state),
        None => Vec::new(),
    }
}
