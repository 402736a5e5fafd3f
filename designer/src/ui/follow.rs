//! What the state does after something happened elsewhere: a file was saved or opened, the
//! selection went out of sight.

use std::sync::Arc;

use septum_core::dhall::Form;

use super::canvas;
use super::effect::Effect;
use super::file_work::{OpenError, Opened, SaveError, Saved};
use super::history::History;
use super::journal;
use super::open;
use super::review::Review;
use super::save;
use super::state::{State, View};

/// Keeps the selection in sight.
pub fn selection(state: &mut State) {
    if state.view == View::Graph {
        canvas::show_selection(state);
    }
}

/// Takes note of a save.
pub fn saved(state: &mut State, result: Result<Saved, SaveError>) -> Vec<Effect> {
    match result {
        Ok(saved) => return done(state, &saved),
        Err(SaveError::Changed(order)) if order.serial == state.serial => {
            save::refused(state, *order);
        }
        Err(SaveError::Changed(order)) => {
            let why = save::refusal(&order);
            state.complain(format!("{why} Its journal keeps what was not saved"));
        }
        Err(SaveError::Unplaced(saved, why)) => {
            take_file(state, &saved);
            state.complain(why);
        }
        Err(SaveError::Failed(why)) => state.complain(why),
    }
    Vec::new()
}

fn done(state: &mut State, saved: &Saved) -> Vec<Effect> {
    state.say(save::sentence(saved));
    let needless = if take_file(state, saved) {
        state.refused_save = None;
        state.document.saved = Some(Arc::clone(&saved.order.design));
        state.recovered.take().map(Effect::RemoveJournal)
    } else {
        Some(Effect::ForgetJournal(saved.order.serial))
    };
    state.quitting = saved.order.quits && !state.has_work();
    needless.into_iter().collect()
}

/// Puts the file that was written behind the design; not behind another design.
fn take_file(state: &mut State, saved: &Saved) -> bool {
    if saved.order.serial != state.serial {
        return false;
    }
    if saved.stamp.is_some() {
        state.document.path = Some(saved.order.path.clone());
        state.document.form = Form::Writer;
        state.document.stamp = saved.stamp;
    }
    // Programs are found beside the file now.
    state.generation += 1;
    true
}

/// Takes over the design that was asked for last, unless the one before it was changed since.
pub fn opened(state: &mut State, serial: u64, result: Result<Opened, OpenError>) -> Vec<Effect> {
    let asked = state.opening.take_if(|opening| opening.serial == serial);
    match (result, asked) {
        (Err(why), _) => state.complain(why.to_string()),
        (Ok(_), None) => (),
        (Ok(_), Some(opening)) if opening.before != state.design => {
            state.complain("Nothing was opened, because this design was changed in the meantime");
        }
        (Ok(_), Some(_)) if state.is_asking() => {
            state.complain("Nothing was opened, because something else was begun meanwhile");
        }
        (Ok(opened), Some(_)) => {
            let effects = give_up(state);
            state.serial = serial;
            take_over(state, opened);
            return effects;
        }
    }
    Vec::new()
}

/// Gives up the open design's unsaved work. While it is being saved, its journal stays: the
/// save may fail.
fn give_up(state: &mut State) -> Vec<Effect> {
    if state.saves_under_way > 0 {
        return Vec::new();
    }
    journal::given_up(state)
}

/// Takes over a file that somebody else changed, as one step.
pub fn loaded(state: &mut State, serial: u64, result: Result<Opened, OpenError>) -> Vec<Effect> {
    match result {
        Ok(_) if serial != state.serial => {
            state.complain("Nothing was loaded, because another design was opened meanwhile");
        }
        Ok(opened) => {
            let design = Arc::clone(&opened.design);
            state.edit("load the changed file", |own| *own = (*design).clone());
            state.document = opened.document;
            state.say("Loaded the file; undo brings your design back");
        }
        Err(why) => state.complain(why.to_string()),
    }
    Vec::new()
}

/// Asks for a check with the programs as they are now.
pub fn programs_changed(state: &mut State, names: &[String]) {
    state.generation += 1;
    let what = match names {
        [name] => format!("{name} is another file now"),
        names => format!("{} programs are other files now", names.len()),
    };
    state.say(format!("{what}: the design is checked with it"));
}

/// Puts an opened design in the place of the one that is open.
pub fn take_over(state: &mut State, opened: Opened) {
    state.history = History::default();
    state.overlays.clear();
    state.pending.clear();
    state.refused_save = None;
    state.recovery = None;
    state.recovered = None;
    state.boots_when_checked = false;
    state.view = View::Graph;
    state.problems_focused = false;
    state.document = opened.document;
    state.design = Arc::clone(&opened.design);
    state.review = Review::default();
    state.selection = None;
    state.problem = 0;
    state.dhall_top = 0;
    state.changed();
    canvas::home(state);
    if !opened.notice.is_empty() {
        state.say(opened.notice);
    }
    if let Some(found) = opened.recovery {
        open::ask_recovery(state, found);
    }
}
