//! Ending the program, without losing work.

use super::confirm::{Answer, Confirm};
use super::effect::Effect;
use super::journal;
use super::overlay::Overlay;
use super::save;
use super::state::State;

/// Ends the program; asks first when there is work that is not saved.
pub fn ask(state: &mut State) -> Vec<Effect> {
    if !state.has_work() {
        return now(state);
    }
    if matches!(state.overlays.last(), Some(Overlay::Confirm(_))) {
        return Vec::new();
    }
    let question = format!(
        "{} has changes that are not saved.",
        state.design.system.name
    );
    let answers = vec![
        Answer {
            letter: 's',
            label: "save and quit",
            run: save::save_and_quit,
        },
        Answer {
            letter: 'd',
            label: "discard them and quit",
            run: now,
        },
    ];
    state
        .overlays
        .push(Overlay::Confirm(Confirm::new(question, answers)));
    Vec::new()
}

/// Ends the program: nothing is left to recover.
fn now(state: &mut State) -> Vec<Effect> {
    state.quitting = true;
    journal::given_up(state)
}
