//! Files: open, save, begin anew.

use crate::ui::action::{Context, Reason, Row, always};
use crate::ui::state::State;
use crate::ui::{open, save};

/// Files.
pub const ROWS: &[Row] = &[
    Row {
        id: "file.save",
        name: "Save",
        keys: &["F2", "space s"],
        context: Context::Views,
        help: "Writes the design to its file; a design without one asks where.",
        hint: Some("save"),
        enabled: can_save,
        run: save::save,
    },
    Row {
        id: "file.save-as",
        name: "Save elsewhere",
        keys: &["space S", "F6"],
        context: Context::Views,
        help: "Asks for a file or a folder and writes the design there.",
        hint: None,
        enabled: always,
        run: save::ask,
    },
    Row {
        id: "file.open",
        name: "Open",
        keys: &["F3", "space o"],
        context: Context::Views,
        help: "Asks for a file and opens it.",
        hint: None,
        enabled: always,
        run: open::ask,
    },
    Row {
        id: "file.new",
        name: "New from a starter system",
        keys: &["F4", "space n"],
        context: Context::Views,
        help: "Begins a design from one of the starter systems.",
        hint: None,
        enabled: always,
        run: open::ask_template,
    },
];

fn can_save(state: &State) -> Result<(), Reason> {
    if state.is_modified() {
        Ok(())
    } else {
        Err("everything is saved".into())
    }
}
