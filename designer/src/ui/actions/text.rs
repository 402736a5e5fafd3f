//! Typing text: into a question, a list's filter, a field of a form.

use tui_input::InputRequest;

use crate::ui::action::{Row, always, rows_in};
use crate::ui::answer;
use crate::ui::effect::Effect;
use crate::ui::form;
use crate::ui::overlay::Overlay;
use crate::ui::state::State;

rows_in!(Text, always);

/// Typing text.
pub const ROWS: &[Row] = &[
    Row {
        hint: Some("accept"),
        ..row(
            "text.accept",
            "Accept",
            &["enter"],
            "Takes the text or the highlighted entry.",
            answer::accept,
        )
    },
    Row {
        hint: Some("complete"),
        ..row(
            "text.complete",
            "Complete",
            &["tab"],
            "Puts the highlighted entry into the text.",
            |state| with_ask(state, |ask| ask.complete()),
        )
    },
    Row {
        hint: Some("choose"),
        ..row(
            "text.next",
            "Next entry",
            &["down"],
            "Highlights the next entry of the list.",
            |state| with_ask(state, |ask| ask.move_highlight(1)),
        )
    },
    row(
        "text.previous",
        "Previous entry",
        &["up", "shift-tab"],
        "Highlights the previous entry of the list.",
        |state| with_ask(state, |ask| ask.move_highlight(-1)),
    ),
    row(
        "text.page-down",
        "Next page of entries",
        &["pagedown"],
        "Moves the highlight ten entries down.",
        |state| with_ask(state, |ask| ask.move_highlight(10)),
    ),
    row(
        "text.page-up",
        "Previous page of entries",
        &["pageup"],
        "Moves the highlight ten entries up.",
        |state| with_ask(state, |ask| ask.move_highlight(-10)),
    ),
    Row {
        hint: Some("cancel"),
        ..row(
            "text.cancel",
            "Cancel",
            &["esc"],
            "Forgets the text; nothing happens.",
            |state| {
                state.overlays.pop();
                form::cancel_insertion(state);
                Vec::new()
            },
        )
    },
    row(
        "text.left",
        "Left",
        &["left"],
        "Moves a character to the left.",
        |state| edit(state, InputRequest::GoToPrevChar),
    ),
    row(
        "text.right",
        "Right",
        &["right"],
        "Moves a character to the right.",
        |state| edit(state, InputRequest::GoToNextChar),
    ),
    row(
        "text.start",
        "Start",
        &["home"],
        "Moves to the start of the text.",
        |state| edit(state, InputRequest::GoToStart),
    ),
    row(
        "text.end",
        "End",
        &["end", "ctrl-e"],
        "Moves to the end of the text.",
        |state| edit(state, InputRequest::GoToEnd),
    ),
    row(
        "text.delete-left",
        "Delete to the left",
        &["backspace"],
        "Deletes the character before the cursor.",
        |state| edit(state, InputRequest::DeletePrevChar),
    ),
    row(
        "text.delete-right",
        "Delete to the right",
        &["delete", "ctrl-d"],
        "Deletes the character at the cursor.",
        |state| edit(state, InputRequest::DeleteNextChar),
    ),
    row(
        "text.delete-word",
        "Delete a word",
        &["ctrl-w"],
        "Deletes the word before the cursor.",
        |state| edit(state, InputRequest::DeletePrevWord),
    ),
    row(
        "text.clear",
        "Clear",
        &["ctrl-u"],
        "Deletes everything before the cursor.",
        |state| edit(state, InputRequest::DeleteFromStart),
    ),
];

fn edit(state: &mut State, request: InputRequest) -> Vec<Effect> {
    with_ask(state, |ask| ask.handle(request))
}

fn with_ask(state: &mut State, change: impl FnOnce(&mut crate::ui::ask::Ask)) -> Vec<Effect> {
    if let Some(Overlay::Ask(ask)) = state.overlays.last_mut() {
        change(ask);
    }
    Vec::new()
}
