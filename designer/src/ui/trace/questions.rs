//! What the trace view asks the user, and what it does with the answers.

use septum_isa::REGISTERS;

use crate::session::command::Goal;
use crate::trace::describe::milliseconds;
use crate::trace::duration::VirtualTime;
use crate::trace::place;
use crate::trace::query::QueryError;
use crate::trace::wanted::Wanted;
use crate::trace::words;
use crate::ui::ask::{Ask, Candidate, Completion, Purpose};
use crate::ui::effect::Effect;
use crate::ui::overlay::Overlay;
use crate::ui::state::State;

use super::Phase;
use super::actions::{advance, search};
use super::navigate::Way;

const KIND: &str = "kind";
const EXPRESSION: &str = "expression";
const TIME: &str = "time";
const FILTER: &str = "filter";
const WRITE: &str = "write";
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
    let last = state.trace.until.text();
    candidates.sort_by_key(|candidate| candidate.value != last);
    open(
        state,
        Ask::choice("Run to the next", candidates, Purpose::Trace(KIND)),
    )
}

/// Asks for an expression to run to; what was asked for last is proposed.
pub(super) fn ask_expression(state: &mut State) -> Vec<Effect> {
    let last = state.trace.until.text();
    let title = "Run to the next (such as send && len > 4)";
    let ask = Ask::text(title, last, Purpose::Trace(EXPRESSION)).proposing();
    open(state, ask.completing(Completion::Word, candidates()))
}

/// Asks for a time to go to.
pub(super) fn ask_time(state: &mut State) -> Vec<Effect> {
    let title = "Go to (10ms, +1ms for so much more, #5000 for 5000 instructions)";
    open(state, Ask::text(title, "+1ms", Purpose::Trace(TIME)))
}

/// Asks for what was written, to go back to who wrote it.
pub(super) fn ask_write(state: &mut State) -> Vec<Effect> {
    let registers = REGISTERS.iter().skip(1);
    let registers = registers.map(|name| Candidate::new(*name, "register"));
    let regions = state.trace.recording.layout().memory.names();
    let regions = regions.map(|name| Candidate::new(name, "region"));
    let candidates = registers.chain(regions).collect();
    let title = "Back to the last write of (such as a0, 0x80001000+8 or ping/stack)";
    let ask = Ask::text(title, "", Purpose::Trace(WRITE));
    open(state, ask.completing(Completion::Whole, candidates))
}

/// Asks which events the list shows.
pub(super) fn ask_filter(state: &mut State) -> Vec<Effect> {
    let now = state.trace.filter.wanted().text();
    let ask = Ask::text(
        "Show only (nothing shows all; -word hides; or such as len > 4)",
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
            Ok(kinds) => run_to(state, kinds.into()),
            Err(error) => refuse(state, &error),
        },
        EXPRESSION => match wanted(state, text) {
            Ok(wanted) => run_to(state, wanted),
            Err(error) => refuse_expression(state, &error),
        },
        FILTER => match wanted(state, text) {
            Ok(wanted) => {
                state.trace.show(wanted);
                Vec::new()
            }
            Err(error) => refuse_expression(state, &error),
        },
        TIME => match text.trim().strip_prefix('#') {
            Some(count) => go_to_count(state, count),
            None => match time(state, text) {
                Ok(time_ns) => go_to_time(state, time_ns),
                Err(error) => refuse(state, &error),
            },
        },
        WRITE => {
            let trace = &state.trace;
            let partition = trace.registers().and_then(|it| it.partition);
            match place::read(text, trace.recording.layout(), partition) {
                Ok(place) => vec![Effect::Trace(trace.go_back_to_write(place))],
                Err(error) => refuse(state, &error),
            }
        }
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

/// Goes to behind so many instructions, or runs on to there.
fn go_to_count(state: &mut State, count: &str) -> Vec<Effect> {
    match count.replace('_', "").parse() {
        Ok(count) => vec![Effect::Trace(state.trace.run(Goal::Count(count)))],
        Err(_) => {
            state.complain(format!(
                "`{count}` is no number of instructions: write one such as #5000."
            ));
            Vec::new()
        }
    }
}

/// The events that a text asks for.
fn wanted(state: &State, text: &str) -> Result<Wanted, QueryError> {
    Wanted::read(text, &state.trace.recording.layout().names)
}

/// Goes to the next of these events, and remembers them.
fn run_to(state: &mut State, wanted: Wanted) -> Vec<Effect> {
    state.trace.until = wanted.clone();
    advance(state, wanted)
}

/// What is wrong with an expression, as it is: it may end with a question.
fn refuse_expression(state: &mut State, error: &QueryError) -> Vec<Effect> {
    state.complain(error.in_a_line());
    Vec::new()
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
