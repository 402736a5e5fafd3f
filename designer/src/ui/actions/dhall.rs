//! Reading the preview of the file.

use crate::ui::action::{Row, always, rows_in};
use crate::ui::effect::Effect;
use crate::ui::state::State;
use crate::ui::view::dhall;

rows_in!(Dhall, always);

/// Reading the preview of the file.
pub const ROWS: &[Row] = &[
    Row {
        hint: Some("scroll"),
        ..row(
            "dhall.down",
            "Next line",
            &["j", "down"],
            "Scrolls down by a line.",
            |state| scroll(state, 1),
        )
    },
    row(
        "dhall.up",
        "Previous line",
        &["k", "up"],
        "Scrolls up by a line.",
        |state| scroll(state, -1),
    ),
    Row {
        hint: Some("page"),
        ..row(
            "dhall.page-down",
            "Next page",
            &["pagedown"],
            "Scrolls down by a page.",
            |state| scroll(state, page(state)),
        )
    },
    row(
        "dhall.page-up",
        "Previous page",
        &["pageup"],
        "Scrolls up by a page.",
        |state| scroll(state, -page(state)),
    ),
    row(
        "dhall.first",
        "First line",
        &["g g", "home"],
        "Shows the beginning.",
        |state| scroll(state, isize::MIN),
    ),
    row(
        "dhall.last",
        "Last line",
        &["G", "end"],
        "Shows the end.",
        |state| scroll(state, isize::MAX),
    ),
    Row {
        hint: Some("selected"),
        ..row(
            "dhall.selected",
            "Show the selected object",
            &["enter", "z z"],
            "Scrolls to where the selected object is written.",
            show_selected,
        )
    },
];

fn page(state: &State) -> isize {
    isize::try_from(dhall::page(state.size)).unwrap_or(1)
}

fn scroll(state: &mut State, by: isize) -> Vec<Effect> {
    let last = dhall::line_count(state).saturating_sub(dhall::page(state.size));
    state.dhall_top = state.dhall_top.saturating_add_signed(by).min(last);
    Vec::new()
}

fn show_selected(state: &mut State) -> Vec<Effect> {
    match dhall::selected_line(state) {
        Some(line) => {
            let middle = dhall::page(state.size) / 2;
            state.dhall_top = 0;
            scroll(
                state,
                isize::try_from(line.saturating_sub(middle)).unwrap_or(0),
            )
        }
        None => {
            state.complain("Nothing is selected that stands in this text");
            Vec::new()
        }
    }
}
