//! Saving, from the UI's side: where to, and what to ask before.

use std::path::PathBuf;
use std::sync::Arc;

use septum_core::dhall::Form;

use super::ask::{Answered, Ask, Purpose};
use super::confirm::{Answer, Confirm};
use super::document::{self, file_name};
use super::effect::Effect;
use super::file_work::{SaveOrder, Saved};
use super::overlay::Overlay;
use super::state::State;
use super::typed_path;

/// Saves to the design's file; asks where for a design without one.
pub fn save(state: &mut State) -> Vec<Effect> {
    start(state, false)
}

/// Like [`save`]; the program ends when everything is saved.
pub fn save_and_quit(state: &mut State) -> Vec<Effect> {
    start(state, true)
}

fn start(state: &mut State, quits: bool) -> Vec<Effect> {
    match order(state) {
        Some(order) => vec![Effect::Save(Box::new(SaveOrder { quits, ..order }))],
        None => ask_where(state, quits),
    }
}

/// Saves to the design's file, whatever is there now.
fn overwrite(state: &mut State) -> Vec<Effect> {
    let Some(order) = state.refused_save.take() else {
        return Vec::new();
    };
    vec![Effect::Save(Box::new(SaveOrder {
        force: true,
        ..order
    }))]
}

fn order(state: &State) -> Option<SaveOrder> {
    let document = &state.document;
    let path = document.path.clone()?;
    let saved = document.saved.as_ref();
    let only_layout = saved.is_some_and(|saved| saved.system == state.design.system);
    let beside = document.form == Form::Other && !only_layout;
    Some(SaveOrder {
        serial: state.serial,
        path: if beside {
            document.target()?
        } else {
            path.clone()
        },
        design: Arc::clone(&state.design),
        expected: if beside { None } else { document.stamp },
        force: false,
        only_layout,
        template: None,
        files_from: None,
        instead_of: beside.then_some(path),
        quits: false,
    })
}

/// Asks where to save.
pub fn ask(state: &mut State) -> Vec<Effect> {
    ask_where(state, false)
}

/// Asks where else to save what could not be saved where it was.
fn ask_instead(state: &mut State) -> Vec<Effect> {
    let refused = state.refused_save.take();
    ask_where(state, refused.is_some_and(|order| order.quits))
}

fn ask_where(state: &mut State, quits: bool) -> Vec<Effect> {
    let start = match &state.document.path {
        Some(path) => path.display().to_string(),
        None => state.design.system.name.clone(),
    };
    let ask = Ask::text(
        "Save in which folder, or as which .dhall file",
        start,
        Purpose::SaveAs { quits },
    );
    let ask = match state.document.path {
        Some(_) => ask,
        None => ask.proposing(),
    };
    state.overlays.push(Overlay::Ask(ask));
    Vec::new()
}

/// Saves where the user said.
pub fn answered(state: &mut State, answered: &Answered, quits: bool) -> Vec<Effect> {
    let path = target(&answered.text);
    let same = state.document.path.as_deref() == Some(&path);
    if same {
        return start(state, quits);
    }
    vec![Effect::Save(Box::new(SaveOrder {
        serial: state.serial,
        path,
        design: Arc::clone(&state.design),
        expected: None,
        force: false,
        only_layout: false,
        template: state.document.embedded_template(),
        files_from: Some(state.document.folder()),
        instead_of: None,
        quits,
    }))]
}

/// The file that a text names: itself, or `system.dhall` in the folder of this name.
fn target(text: &str) -> PathBuf {
    let path = typed_path::read(text);
    match path.extension() {
        Some(extension) if extension == "dhall" => path,
        _ => path.join("system.dhall"),
    }
}

/// Whether a text names a file or a folder at all.
///
/// # Errors
/// Says why not.
pub fn check(text: &str) -> Result<(), String> {
    match text.trim() {
        "" => Err("a name is needed".to_owned()),
        _ => Ok(()),
    }
}

/// Why an order was not carried out: the file is not as expected.
#[must_use]
pub fn refusal(order: &SaveOrder) -> String {
    let name = order.path.display();
    match (order.expected, &order.instead_of) {
        (Some(_), _) => {
            format!("{name} was changed by somebody else since it was opened here.")
        }
        (None, Some(original)) => format!(
            "{name} is there already. Saves go there because {} {}.",
            file_name(original),
            document::OWN_FORM,
        ),
        (None, None) => format!("{name} is there already."),
    }
}

/// Asks what to do about a file that is not as expected; at the next save, when something
/// else is being asked.
pub fn refused(state: &mut State, order: SaveOrder) {
    let why = refusal(&order);
    let known = order.expected.is_some();
    state.refused_save = Some(order);
    if state.is_asking() {
        state.complain(format!("{why} Nothing is saved; save again to be asked"));
    } else {
        ask_overwrite(state, why, known);
    }
}

fn ask_overwrite(state: &mut State, question: String, known: bool) {
    let mut answers = vec![
        Answer {
            letter: 'e',
            label: "save elsewhere",
            run: ask_instead,
        },
        Answer {
            letter: 'o',
            label: "overwrite it",
            run: overwrite,
        },
    ];
    if known {
        answers.push(Answer {
            letter: 'l',
            label: "load it, as a step that undo takes back",
            run: load,
        });
    }
    state
        .overlays
        .push(Overlay::Confirm(Confirm::new(question, answers)));
}

fn load(state: &mut State) -> Vec<Effect> {
    let order = state.refused_save.take();
    order
        .map(|order| Effect::Load {
            path: order.path,
            width: super::canvas::graph_width(state.size),
            serial: order.serial,
        })
        .into_iter()
        .collect()
}

/// What is said about a save.
#[must_use]
pub fn sentence(saved: &Saved) -> String {
    let order = &saved.order;
    let name = file_name(&order.path);
    match &order.instead_of {
        Some(original) => format!(
            "Saved as {name}; {} {}",
            file_name(original),
            document::OWN_FORM,
        ),
        None if saved.stamp.is_none() => format!("Saved the places of the boxes of {name}"),
        None => format!("Saved {}", order.path.display()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn folders_get_a_system_and_files_stay() {
        assert_eq!(target("robot"), Path::new("robot/system.dhall"));
        assert_eq!(target("a/b.dhall"), Path::new("a/b.dhall"));
    }
}
