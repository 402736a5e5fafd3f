//! Changing the design on the canvas.

use super::graph::has_selection;
use crate::ui::action::{Reason, Row, always, rows_in};
use crate::ui::create;
use crate::ui::effect::Effect;
use crate::ui::object::Object;
use crate::ui::state::State;
use crate::ui::{connect, form, remove, rename, share};

rows_in!(Graph, always);

/// Changing the design on the canvas.
pub const ROWS: &[Row] = &[
    Row {
        hint: Some("edit"),
        enabled: has_selection,
        ..row(
            "edit.properties",
            "Edit",
            &["enter", "e"],
            "Opens every property of the selected object.",
            form::open_selected,
        )
    },
    Row {
        hint: Some("add"),
        ..row(
            "add.partition",
            "Add a partition",
            &["a p"],
            "Asks for its name and puts it on a free place.",
            create::ask_partition,
        )
    },
    Row {
        enabled: has_partition,
        ..row(
            "add.channel",
            "Add a channel",
            &["a c"],
            "Connects two ports, from the selected partition if one is selected.",
            connect::ask,
        )
    },
    row(
        "add.device",
        "Add a device",
        &["a d"],
        "Asks for its kind and adds it to the machine.",
        create::ask_device,
    ),
    Row {
        enabled: has_partition,
        ..row(
            "add.grant",
            "Grant a device",
            &["a g"],
            "Lets a partition touch a device.",
            create::ask_grant,
        )
    },
    Row {
        enabled: has_partition,
        ..row(
            "add.interrupt",
            "Add an interrupt",
            &["a i"],
            "Delivers a device's interrupt to a partition, as a port.",
            create::ask_interrupt,
        )
    },
    row(
        "add.window",
        "Add a window",
        &["a w"],
        "Adds a window to the schedule, with the selected partition if one is selected.",
        create::add_window,
    ),
    row(
        "add.memory",
        "Add a shared memory",
        &["a m"],
        "Adds a region that partitions share.",
        share::add,
    ),
    Row {
        enabled: has_partition,
        ..row(
            "add.share",
            "Share a memory",
            &["a s"],
            "Lets a partition read, or read and write, a shared memory.",
            create::ask_share,
        )
    },
    row(
        "add.rule",
        "Add a rule",
        &["a r"],
        "Adds a statement about the design that must hold.",
        create::add_rule,
    ),
    Row {
        hint: Some("connect"),
        enabled: has_partition,
        ..row(
            "edit.connect",
            "Connect",
            &["c"],
            "Connects a port of the selected partition to a port of another one.",
            connect::ask,
        )
    },
    Row {
        hint: Some("rename"),
        enabled: has_name,
        ..row(
            "edit.rename",
            "Rename",
            &["r"],
            "Asks for a new name, and changes it everywhere.",
            rename::ask,
        )
    },
    Row {
        hint: Some("delete"),
        enabled: can_delete,
        ..row(
            "edit.delete",
            "Delete",
            &["d", "delete"],
            "Deletes the selected object with its wires.",
            remove::selected,
        )
    },
    row(
        "edit.system",
        "Edit the system",
        &["g s"],
        "Opens the properties of the system as a whole.",
        |state| form::open(state, Object::System),
    ),
    row(
        "edit.machine",
        "Edit the machine",
        &["g m"],
        "Opens the properties of the hardware.",
        |state| form::open(state, Object::Machine),
    ),
];

fn has_partition(state: &State) -> Result<(), Reason> {
    if state.design.system.partitions.is_empty() {
        return Err("there is no partition yet".into());
    }
    Ok(())
}

/// Something with a name of its own is selected.
///
/// # Errors
/// Nothing is, or it has none.
fn has_name(state: &State) -> Result<(), Reason> {
    match state.selection {
        Some(object) if rename::has_name(object) => Ok(()),
        Some(object) => Err(format!("a {} has no name of its own", object.noun()).into()),
        None => Err("nothing is selected".into()),
    }
}

/// Something that can be deleted is selected.
///
/// # Errors
/// Nothing is, or it is the system or its machine.
pub fn can_delete(state: &State) -> Result<(), Reason> {
    match state.selection {
        Some(object @ (Object::System | Object::Machine)) => {
            Err(format!("a design always has a {}", object.noun()).into())
        }
        Some(_) => Ok(()),
        None => Err("nothing is selected".into()),
    }
}
