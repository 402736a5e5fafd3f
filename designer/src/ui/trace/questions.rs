//! What the trace view asks the user, and what it does with the answers.

use crate::session::command::Goal;
use crate::trace::describe::milliseconds;
use crate::trace::duration::VirtualTime;
use crate::trace::words;
use crate::ui::ask::{Ask, Candidate, Completion, Purpose};
use crate::ui::effect::Effect;
use crate::ui::overlay::Overlay;
use crate::ui::state::State;

use super::Phase;
use super::actions::{advance, search};
use super::navigate::Way;

const KIND: &str = "kind";
const TIME: &str = "time";
const FILTER: &str = "filter";
const SEARCH: &str = "search";

fn candidates() -> Vec<Candidate> {
    words::all()
        .map(|(word, meaning)| Candidate::new(word, meaning))
        .collect()
}

fn open(state: &mut State, ask: Ask) -> Vec<Effect> {
    state.overlays.push(Overlay::Ask(ask));
    Vec::new()
}

/// Asks for a kind of event to run to; the one of last time comes first.
pub(super) fn ask_kind(state: &mut State) -> Vec<Effect> {
    let mut candidates = candidates();
    let last = words::text(state.trace.until);
    candidates.sort_by_key(|candidate| candidate.value != last);
    open(
        state,
        Ask::choice("Run to the next", candidates, Purpose::Trace(KIND)),
    )
}

/// Asks for a time to go to.
pub(super) fn ask_time(state: &mut State) -> Vec<Effect> {
    let title = "Go to (such as 10ms, or +1ms for so much more)";
    open(state, Ask::text(title, "+1ms", Purpose::Trace(TIME)))
}

/// Asks which kinds of event the list shows.
pub(super) fn ask_filter(state: &mut State) -> Vec<Effect> {
    let now = words::text(state.trace.filter.kinds());
    let ask = Ask::text(
        "Show only (nothing shows all; -word hides)",
        now,
        Purpose::Trace(FILTER),
    );
    open(state, ask.completing(Completion::Word, candidates()))
}

/// Asks for a text to search for.
pub(super) fn ask_search(state: &mut State) -> Vec<Effect> {
    let last = state.trace.search.clone();
    open(
        state,
        Ask::text("Search events for", last, Purpose::Trace(SEARCH)),
    )
}

/// Does what an answer asks for.
pub fn answered(state: &mut State, question: &'static str, text: &str) -> Vec<Effect> {
    match question {
        KIND => match words::kinds_of(text) {
            Ok(kinds) => {
                state.trace.until = kinds;
                advance(state, kinds)
            }
            Err(error) => refuse(state, &error),
        },
        FILTER => match words::parse(text) {
            Ok(kinds) => {
                state.trace.show_kinds(kinds);
                Vec::new()
            }
            Err(error) => refuse(state, &error),
        },
        TIME => match time(state, text) {
            Ok(time_ns) => go_to_time(state, time_ns),
            Err(error) => refuse(state, &error),
        },
        SEARCH => {
            state.trace.search = text.to_owned();
            state.say("n goes to the next match, N to the previous one.");
            search(state, Way::Forwards)
        }
        _ => Vec::new(),
    }
}

/// Goes to a time that was recorded, or runs on to it.
fn go_to_time(state: &mut State, time_ns: u64) -> Vec<Effect> {
    if time_ns <= state.trace.recording.time_ns() {
        state.trace.go_to_recorded(time_ns);
        return Vec::new();
    }
    if matches!(state.trace.phase, Phase::Ended(_)) {
        let end = milliseconds(state.trace.recording.time_ns());
        state.complain(format!("The run has ended at {end}."));
        return Vec::new();
    }
    let command = state.trace.run(Goal::Time(time_ns));
    vec![Effect::Trace(command)]
}

fn refuse(state: &mut State, error: &dyn std::fmt::Display) -> Vec<Effect> {
    state.complain(format!("{error}."));
    Vec::new()
}

fn time(state: &State, text: &str) -> Result<u64, crate::trace::duration::NoTime> {
    let text = text.trim();
    match text.strip_prefix('+') {
        Some(more) => {
            let more: VirtualTime = more.parse()?;
            Ok(state.trace.recording.time_ns().saturating_add(more.ns))
        }
        None => Ok(text.parse::<VirtualTime>()?.ns),
    }
}
