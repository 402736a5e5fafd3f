//! Reading the help.

use crate::ui::action::{Context, Row, always};
use crate::ui::effect::Effect;
use crate::ui::overlay::Overlay;
use crate::ui::state::State;
use crate::ui::view::help;

/// Reading the help.
pub const ROWS: &[Row] = &[
    Row {
        id: "help.down",
        name: "Next line",
        keys: &["down", "j"],
        context: Context::Help,
        help: "Scrolls down by a line.",
        hint: Some("scroll"),
        enabled: always,
        run: |state| scroll(state, 1),
    },
    Row {
        id: "help.up",
        name: "Previous line",
        keys: &["up", "k"],
        context: Context::Help,
        help: "Scrolls up by a line.",
        hint: None,
        enabled: always,
        run: |state| scroll(state, -1),
    },
    Row {
        id: "help.page-down",
        name: "Next page",
        keys: &["pagedown", "space"],
        context: Context::Help,
        help: "Scrolls down by a page.",
        hint: Some("page"),
        enabled: always,
        run: |state| scroll(state, page(state)),
    },
    Row {
        id: "help.page-up",
        name: "Previous page",
        keys: &["pageup"],
        context: Context::Help,
        help: "Scrolls up by a page.",
        hint: None,
        enabled: always,
        run: |state| scroll(state, -page(state)),
    },
    Row {
        id: "help.close",
        name: "Close the help",
        keys: &["esc", "q", "?"],
        context: Context::Help,
        help: "Goes back to where the help was asked for.",
        hint: Some("close"),
        enabled: always,
        run: |state| {
            state.overlays.pop();
            Vec::new()
        },
    },
];

fn page(state: &State) -> isize {
    isize::try_from(help::page(state.size)).unwrap_or(1)
}

fn scroll(state: &mut State, by: isize) -> Vec<Effect> {
    let last = help::line_count(state).saturating_sub(help::page(state.size));
    if let Some(Overlay::Help { top }) = state.overlays.last_mut() {
        *top = top.saturating_add_signed(by).min(last);
    }
    Vec::new()
}
