//! The palette: every command by name.

use super::action::{self, Context, Row};
use super::ask::{Answered, Ask, Candidate, Purpose};
use super::effect::Effect;
use super::overlay::Overlay;
use super::state::State;
use super::update::act;

/// Opens the palette.
pub fn ask(state: &mut State) -> Vec<Effect> {
    let candidates = listed(state).map(|row| candidate(state, row)).collect();
    let ask = Ask::choice("Command", candidates, Purpose::Command);
    state.overlays.push(Overlay::Ask(ask));
    Vec::new()
}

/// Takes the chosen command.
pub fn answered(state: &mut State, answered: &Answered) -> Vec<Effect> {
    let row = answered.index.and_then(|index| listed(state).nth(index));
    row.map_or_else(Vec::new, |row| act(state, row))
}

/// The commands that mean something here: those of this view and those of every view.
fn listed(state: &State) -> impl Iterator<Item = &'static Row> + use<> {
    let view = Context::of_view(state);
    let shown = move |row: &&Row| {
        [view, Context::Views].contains(&row.context)
            || row.context == Context::Graph && view != Context::Trace
            || row.context == Context::Always && !row.id.ends_with("-anywhere")
    };
    action::rows().filter(shown)
}

fn candidate(state: &State, row: &Row) -> Candidate {
    let keys = row.keys.join("  ");
    Candidate {
        disabled: (row.enabled)(state).err().map(Into::into),
        ..Candidate::new(row.name, keys)
    }
}
