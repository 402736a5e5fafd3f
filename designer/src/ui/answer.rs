//! What an answer does: to each purpose its function.

use super::ask::{Answered, Ask, Purpose};
use super::effect::Effect;
use super::overlay::Overlay;
use super::state::State;
use super::{connect, create, form, goto, open, palette, rename, save, share, trace};

/// Accepts the text or the highlighted entry, unless it is wrong: then says so there.
pub fn accept(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Ask(ask)) = state.overlays.last() else {
        return Vec::new();
    };
    let checked = match ask.answer() {
        Some(answered) => check(state, ask, &answered).map(|()| answered),
        None => Err("there is no such entry".to_owned()),
    };
    match checked {
        Ok(answered) => {
            let Some(Overlay::Ask(ask)) = state.overlays.pop() else {
                return Vec::new();
            };
            give(state, ask.purpose, &answered)
        }
        Err(why) => {
            if let Some(Overlay::Ask(ask)) = state.overlays.last_mut() {
                ask.error = Some(why);
            }
            Vec::new()
        }
    }
}

fn check(state: &State, ask: &Ask, answered: &Answered) -> Result<(), String> {
    if let Some(reason) = answered
        .index
        .and_then(|index| ask.candidates[index].disabled.clone())
    {
        return Err(reason);
    }
    match &ask.purpose {
        Purpose::Rename(object) => rename::check(&state.design.system, *object, &answered.text),
        Purpose::AddPartition => create::check_partition(&state.design.system, &answered.text),
        Purpose::ConnectFrom | Purpose::ConnectTo { .. } => {
            connect::end(&answered.text).map(|_| ())
        }
        Purpose::Field => form::check(state, &answered.text),
        Purpose::SaveAs { .. } => save::check(&answered.text),
        Purpose::OpenFile if answered.text.trim().is_empty() => Err("a name is needed".to_owned()),
        _ => Ok(()),
    }
}

fn give(state: &mut State, purpose: Purpose, answered: &Answered) -> Vec<Effect> {
    match purpose {
        Purpose::Command => palette::answered(state, answered),
        Purpose::Jump => goto::answered(state, answered),
        Purpose::Rename(object) => rename::answered(state, object, answered),
        Purpose::AddPartition => create::partition_answered(state, answered),
        Purpose::AddDevice => create::device_answered(state, answered),
        Purpose::GrantDevice { partition } => create::grant_answered(state, partition, answered),
        Purpose::AddInterrupt { partition } => {
            create::interrupt_answered(state, partition, answered)
        }
        Purpose::ShareMemory { partition } => share::answered(state, partition, answered),
        Purpose::PickPartition(what) => create::partition_picked(state, what, answered),
        Purpose::ConnectFrom => connect::from_answered(state, answered),
        Purpose::ConnectTo { from } => connect::to_answered(state, &from, answered),
        Purpose::Field => form::answered(state, answered),
        Purpose::OpenFile => open::file_answered(state, answered),
        Purpose::SaveAs { quits } => save::answered(state, answered, quits),
        Purpose::Template => open::template_answered(state, answered),
        Purpose::Trace(purpose) => trace::answered(state, purpose, &answered.text),
    }
}
