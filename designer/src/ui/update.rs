//! From what reaches the designer to what it asks for: pure, but for the state.

use std::sync::Arc;

use super::action::{self, Context, Meaning, Row};
use super::effect::{Effect, Outcome};
use super::input::Input;
use super::journal::JournalOrder;
use super::key::Key;
use super::overlay::Overlay;
use super::review::Review;
use super::route_work::Routed;
use super::state::{Size, State};
use super::{boot, follow, form, trace};

/// Changes the state by one input and says what the outside world should do.
pub fn update(state: &mut State, input: Input) -> Vec<Effect> {
    let before = state.generation;
    let drawn = Arc::clone(&state.scene);
    let mut effects = match input {
        Input::Key(key) => press(state, key),
        Input::Paste(text) => paste(state, &text),
        Input::Resize(size) => resize(state, size),
        Input::Outcome(outcome) => settle(state, outcome),
        Input::Trace(report) => trace::update(state, report),
        Input::Terminate => terminate(state),
    };
    state.trace.note_stop();
    if state.generation != before {
        form::prune(state);
        effects.extend(after_change(state));
    }
    if !Arc::ptr_eq(&state.scene, &drawn) {
        effects.extend(route(state));
    }
    let saves = effects.iter().filter(|it| matches!(it, Effect::Save(_)));
    state.saves_under_way += saves.count();
    effects
}

/// What is asked for at the very start: a first check, and the rest of the first drawing.
#[must_use]
pub fn begin(state: &State) -> Vec<Effect> {
    std::iter::once(check(state)).chain(route(state)).collect()
}

/// Takes an action, or says why not.
pub fn act(state: &mut State, row: &Row) -> Vec<Effect> {
    let effects = match (row.enabled)(state) {
        Ok(()) => {
            #[cfg(test)]
            super::tests::actions::note(row.id);
            (row.run)(state)
        }
        Err(reason) => {
            state.complain(format!("{}: {reason}", row.name));
            Vec::new()
        }
    };
    if !row.id.starts_with("move.") {
        state.history.seal();
    }
    effects
}

fn press(state: &mut State, key: Key) -> Vec<Effect> {
    state.notice = None;
    let contexts = Context::chain(state);
    state.pending.push(key);
    match action::meaning(&contexts, &state.pending) {
        Meaning::Action(row) => {
            state.pending.clear();
            act(state, row)
        }
        Meaning::Prefix => Vec::new(),
        Meaning::Nothing => unknown(state, key),
    }
}

fn unknown(state: &mut State, key: Key) -> Vec<Effect> {
    let sequence = std::mem::take(&mut state.pending);
    if sequence.len() > 1 {
        if key != Key::plain(crossterm::event::KeyCode::Esc) {
            let names: Vec<String> = sequence.iter().map(Key::to_string).collect();
            state.complain(format!("{}: no command has these keys", names.join(" ")));
        }
        return Vec::new();
    }
    match (state.overlays.last_mut(), key.typed()) {
        (Some(Overlay::Ask(ask)), Some(character)) => {
            ask.insert(character.encode_utf8(&mut [0; 4]));
            Vec::new()
        }
        (Some(Overlay::Confirm(confirm)), Some(letter)) => match confirm.answer(letter) {
            Some(answer) => {
                state.overlays.pop();
                (answer.run)(state)
            }
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    if let Some(Overlay::Ask(ask)) = state.overlays.last_mut() {
        ask.insert(text);
    }
    Vec::new()
}

fn resize(state: &mut State, size: Size) -> Vec<Effect> {
    state.size = size;
    follow::selection(state);
    vec![Effect::Redraw]
}

fn terminate(state: &mut State) -> Vec<Effect> {
    state.quitting = true;
    journal(state)
}

fn after_change(state: &State) -> Vec<Effect> {
    let mut effects = vec![check(state)];
    effects.extend(journal(state));
    effects
}

fn check(state: &State) -> Effect {
    Effect::Check {
        generation: state.generation,
        design: Arc::clone(&state.design),
        document: state.document.clone(),
        settles: state.boots_when_checked,
    }
}

/// Asks for the rest of a drawing that took too long to finish at once.
fn route(state: &State) -> Option<Effect> {
    (!state.scene.is_finished).then(|| Effect::Route {
        design: Arc::clone(&state.design),
        scene: Arc::clone(&state.scene),
    })
}

fn journal(state: &State) -> Vec<Effect> {
    if !state.has_work() {
        return vec![Effect::ForgetJournal(state.serial)];
    }
    vec![Effect::Journal(Box::new(JournalOrder::of(state)))]
}

fn settle(state: &mut State, outcome: Outcome) -> Vec<Effect> {
    match outcome {
        Outcome::Checked(review) => adopt(state, review),
        Outcome::Routed(routed) => {
            show(state, routed);
            Vec::new()
        }
        Outcome::Saved(result) => {
            state.saves_under_way = state.saves_under_way.saturating_sub(1);
            follow::saved(state, result)
        }
        Outcome::Opened { serial, result } => follow::opened(state, serial, *result),
        Outcome::Loaded { serial, result } => follow::loaded(state, serial, *result),
        Outcome::ProgramsChanged(names) => {
            follow::programs_changed(state, &names);
            Vec::new()
        }
        Outcome::JournalFailed(why) => {
            state.complain(format!("No recovery journal can be written: {why}"));
            Vec::new()
        }
    }
}

/// Takes a finished drawing, unless another one is shown by now.
fn show(state: &mut State, routed: Routed) {
    if Arc::ptr_eq(&state.scene, &routed.unfinished) {
        state.scene = routed.scene;
    }
}

/// Takes the newest review; an older one that comes late is dropped.
fn adopt(state: &mut State, review: Review) -> Vec<Effect> {
    if review.generation < state.review.generation {
        return Vec::new();
    }
    state.review = review;
    follow::selection(state);
    let last = state.review.diagnostics.len().saturating_sub(1);
    state.problem = state.problem.min(last);
    boot::checked(state)
}
