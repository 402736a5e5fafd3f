//! Booting: the design is checked with the programs as they are on the disk now, then it boots.

use septum_core::diagnostic::Severity;

use super::effect::Effect;
use super::overlay::Overlay;
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
    let is_form = |overlay: &Overlay| matches!(overlay, Overlay::Form(_));
    state.overlays.retain(|overlay| !is_form(overlay));
    state.view = View::Trace;
    state.problems_focused = false;
    state.trace.boots(&state.design);
    vec![Effect::Boot {
        plan,
        folder: state.document.folder(),
        template: state.document.embedded_template(),
    }]
}

/// Says how many errors there are, and which of them the key for the next problem goes to.
fn refuse(state: &mut State) {
    let Some(first) = state.first_error() else {
        return;
    };
    let next = state.diagnostics().get(state.problem);
    let next = next.filter(|finding| finding.is_error());
    let said = next.unwrap_or(first);
    let (code, sentence) = (&said.code, &said.message);
    let why = match (state.count(Severity::Error), next) {
        (1, Some(_)) => format!("1 error; ! goes there: {code} {sentence}"),
        (1, None) => format!("1 error: {code} {sentence}"),
        (count, Some(next)) if next == first => {
            format!("{count} errors; ! goes to the first: {code} {sentence}")
        }
        (count, Some(_)) => format!("{count} errors; ! goes to the next: {code} {sentence}"),
        (count, None) => format!("{count} errors; the first: {code} {sentence}"),
    };
    state.complain(format!("Cannot boot, {why}"));
}
