//! Booting: the design is checked with the programs as they are on the disk now, then it boots.

use super::effect::Effect;
use super::state::{State, View};

/// Asks for a new check; [`checked`] goes on when it is done.
pub fn ask(state: &mut State) -> Vec<Effect> {
    state.generation += 1;
    state.boots_when_checked = true;
    Vec::new()
}

/// A check is done: boots, if this is what a boot waits for.
pub fn checked(state: &mut State) -> Vec<Effect> {
    if !state.boots_when_checked || state.is_being_checked() {
        return Vec::new();
    }
    state.boots_when_checked = false;
    let Some(plan) = state.review.plan.clone() else {
        refuse(state);
        return Vec::new();
    };
    state.view = View::Trace;
    state.problems_focused = false;
    state.trace.boots(&state.design);
    vec![Effect::Boot {
        plan,
        folder: state.document.folder(),
        template: state.document.embedded_template(),
    }]
}

fn refuse(state: &mut State) {
    let errors = state.review.diagnostics.iter().filter(|it| it.is_error());
    let count = match errors.count() {
        1 => "1 error".to_owned(),
        count => format!("{count} errors"),
    };
    let first = state.first_error().map_or_else(String::new, |finding| {
        format!("; ! leads to {}: {}", finding.code, finding.message)
    });
    state.complain(format!("Cannot boot, {count}{first}"));
}
