//! Opening, from the UI's side: what to ask before and after.

use std::sync::Arc;

use super::ask::{Answered, Ask, Candidate, Purpose};
use super::confirm::{Answer, Confirm};
use super::design::Design;
use super::effect::Effect;
use super::journal::Recovery;
use super::overlay::Overlay;
use super::state::State;
use super::typed_path;

/// A design that is being opened.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The number that it gets.
    pub serial: u64,
    /// The design that was open when it was asked for.
    pub before: Arc<Design>,
}

/// Asks for a file; asks first what to do with work that is not saved.
pub fn ask(state: &mut State) -> Vec<Effect> {
    unless_work(state, ask_file)
}

/// Asks for a starter system; asks first what to do with work that is not saved.
pub fn ask_template(state: &mut State) -> Vec<Effect> {
    unless_work(state, ask_starter)
}

fn unless_work(state: &mut State, then: fn(&mut State) -> Vec<Effect>) -> Vec<Effect> {
    if !state.has_work() {
        return then(state);
    }
    let question = format!(
        "{} has changes that are not saved.",
        state.design.system.name
    );
    let answers = vec![
        Answer {
            letter: 's',
            label: "save them first",
            run: super::save::save,
        },
        Answer {
            letter: 'd',
            label: "go on; they are lost when the other design is open",
            run: then,
        },
    ];
    state
        .overlays
        .push(Overlay::Confirm(Confirm::new(question, answers)));
    Vec::new()
}

fn ask_file(state: &mut State) -> Vec<Effect> {
    let ask = Ask::text("Open which file or folder", "", Purpose::OpenFile);
    state.overlays.push(Overlay::Ask(ask));
    Vec::new()
}

fn ask_starter(state: &mut State) -> Vec<Effect> {
    let candidates = super::file_work::starters();
    let candidates = candidates
        .map(|(name, title)| Candidate::new(name, title))
        .collect();
    let ask = Ask::choice(
        "Begin with which starter system",
        candidates,
        Purpose::Template,
    );
    state.overlays.push(Overlay::Ask(ask));
    Vec::new()
}

/// Opens the file that the user named.
pub fn file_answered(state: &mut State, answered: &Answered) -> Vec<Effect> {
    vec![Effect::Open {
        path: typed_path::read(&answered.text),
        width: super::canvas::graph_width(state.size),
        serial: begin(state),
    }]
}

/// Remembers that another design is being opened; the number that it gets.
fn begin(state: &mut State) -> u64 {
    state.last_serial += 1;
    state.opening = Some(Opening {
        serial: state.last_serial,
        before: Arc::clone(&state.design),
    });
    state.last_serial
}

/// Opens the starter system that the user chose.
pub fn template_answered(state: &mut State, answered: &Answered) -> Vec<Effect> {
    vec![Effect::OpenTemplate {
        name: answered.text.clone(),
        width: super::canvas::graph_width(state.size),
        serial: begin(state),
    }]
}

/// Offers work that somebody left behind.
pub fn ask_recovery(state: &mut State, found: Recovery) {
    let what = match &found.entry.path {
        Some(path) => format!("Unsaved changes of {}", path.display()),
        None => format!("An unsaved design, {},", found.entry.design.system.name),
    };
    let question = format!("{what} survived the end of an earlier run.");
    state.recovery = Some(found);
    let answers = vec![
        Answer {
            letter: 'r',
            label: "recover, as a step that undo takes back",
            run: recover,
        },
        Answer {
            letter: 'd',
            label: "discard",
            run: discard,
        },
    ];
    state
        .overlays
        .push(Overlay::Confirm(Confirm::new(question, answers)));
}

fn recover(state: &mut State) -> Vec<Effect> {
    let Some(found) = state.recovery.take() else {
        return Vec::new();
    };
    if found.entry.path.is_none() {
        state.document.template.clone_from(&found.entry.template);
    }
    let recovered = found.entry.design;
    state.edit("recover unsaved work", |design| {
        *design = (*recovered).clone()
    });
    super::canvas::home(state);
    state.say("Recovered; nothing is saved yet");
    // Its journal goes when the work is in one of this run.
    state.recovered = Some(found.journal);
    Vec::new()
}

fn discard(state: &mut State) -> Vec<Effect> {
    let found = state.recovery.take();
    found
        .map(|found| Effect::RemoveJournal(found.journal))
        .into_iter()
        .collect()
}
