//! Going to an object: by name, by finding, by what is selected.

use septum_core::diagnostic::SpecPath;

use super::ask::{Answered, Ask, Candidate, Purpose};
use super::canvas;
use super::effect::Effect;
use super::form;
use super::object::Object;
use super::overlay::Overlay;
use super::place;
use super::state::{State, View};
use super::update::act;

/// Asks for an object by its name.
pub fn ask(state: &mut State) -> Vec<Effect> {
    let system = &state.design.system;
    let candidate = |object: Object| Candidate::new(object.name(system), object.noun());
    let candidates = Object::all(system).into_iter().map(candidate).collect();
    let ask = Ask::choice("Find", candidates, Purpose::Jump);
    state.overlays.push(Overlay::Ask(ask));
    Vec::new()
}

/// Goes to the object that was chosen.
pub fn answered(state: &mut State, answered: &Answered) -> Vec<Effect> {
    let object = answered
        .index
        .and_then(|index| Object::all(&state.design.system).into_iter().nth(index));
    object.map_or_else(Vec::new, |object| show(state, object))
}

/// Selects an object in the view where it is at home; what has no view opens its form.
pub fn show(state: &mut State, object: Object) -> Vec<Effect> {
    state.problems_focused = false;
    if state.scene.place(object).is_some() {
        state.view = View::Graph;
        state.selection = Some(object);
        canvas::show_selection(state);
        return Vec::new();
    }
    if matches!(object, Object::Window { .. } | Object::Schedule(_)) {
        state.view = View::Schedule;
        state.selection = Some(object);
        return Vec::new();
    }
    state.selection = Some(object);
    form::open(state, object)
}

/// The place of the finding under the cursor.
fn current(state: &State) -> Option<SpecPath> {
    let finding = state.diagnostics().get(state.problem)?;
    finding.places.first().map(|place| place.path.clone())
}

/// Selects the object of the finding under the cursor.
pub fn place_of_problem(state: &mut State) -> Vec<Effect> {
    let Some(path) = current(state) else {
        return Vec::new();
    };
    let object = place::object(&state.design.system, &path);
    show(state, object)
}

/// Selects the object of the finding under the cursor and opens the field.
pub fn problem(state: &mut State) -> Vec<Effect> {
    let Some(path) = current(state) else {
        return Vec::new();
    };
    let object = place::object(&state.design.system, &path);
    let mut effects = show(state, object);
    effects.extend(form::open_at(state, object, &path));
    effects
}

/// Shows where the selected object is written.
pub fn dhall(state: &mut State) -> Vec<Effect> {
    state.view = View::Dhall;
    super::action::row("dhall.selected").map_or_else(Vec::new, |row| act(state, row))
}
