//! The actions of the trace view.

use crate::session::command::Command;
use crate::trace::wanted::Wanted;
use crate::ui::action::{Reason, Row, rows_in};
use crate::ui::effect::Effect;
use crate::ui::state::State;

use super::navigate::{Found, Way};
use super::span::Span;
use super::{Phase, Trace, questions};

rows_in!(Trace, has_events);

const fn hinted(hint: &'static str, row: Row) -> Row {
    Row {
        hint: Some(hint),
        ..row
    }
}

const fn running(row: Row) -> Row {
    Row {
        enabled: can_run,
        ..row
    }
}

/// The actions of the trace view.
pub const ROWS: &[Row] = &[
    hinted(
        "event",
        running(row(
            "step.event",
            "Step to the next event",
            &["s"],
            "Goes to the next event of the list; at its end, runs until there is one.",
            |state| advance(state, state.trace.filter.wanted().clone()),
        )),
    ),
    hinted(
        "call",
        Row {
            enabled: can_step_call,
            ..row(
                "step.call",
                "Step to the next system call",
                &["o"],
                "Goes to the next system call, also one that made no event; at the end, runs until \
                 there is one.",
                |state| {
                    let command = state.trace.advance_call();
                    command.map(Effect::Trace).into_iter().collect()
                },
            )
        },
    ),
    hinted(
        "instr",
        running(row(
            "step.instruction",
            "Step one instruction",
            &["i"],
            "Goes on from the cursor by one instruction, which is executed if that was not yet; the \
             registers that it changed stand out.",
            |state| vec![Effect::Trace(state.trace.advance_instruction())],
        )),
    ),
    Row {
        enabled: can_look,
        ..row(
            "step.instruction-back",
            "Step back one instruction",
            &["I"],
            "Goes back from the cursor by one instruction, or to the begin of a sleep; the registers \
             that it changed stand out.",
            |state| vec![Effect::Trace(state.trace.go_back_by_instruction())],
        )
    },
    Row {
        enabled: can_look,
        ..row(
            "run.back-to-write",
            "Go back to the last write",
            &["x"],
            "Asks for a register, an address or a region, such as a0 or ping/stack; goes back from \
             the cursor to the last instruction that wrote it.",
            questions::ask_write,
        )
    },
    hinted(
        "run to",
        running(row(
            "run.to-kind",
            "Run to the next event of a kind",
            &["c"],
            "Asks for a kind of event; goes to the next one, or runs until there is one.",
            questions::ask_kind,
        )),
    ),
    running(row(
        "run.to-expression",
        "Run to an expression",
        &["C"],
        "Asks for an expression, such as send && channel == \"request\"; goes to the next event \
         that it means, or runs until there is one.",
        questions::ask_expression,
    )),
    running(row(
        "run.to-kind-again",
        "Run to the same again",
        &["."],
        "Goes on to the next event of the kind or expression that was asked for last.",
        |state| advance(state, state.trace.until.clone()),
    )),
    Row {
        enabled: can_go_to_time,
        ..row(
            "run.to-time",
            "Go to a time or an instruction",
            &["t"],
            "Asks for a time, with a plus for how long to run on, or with # for a count of \
             instructions; runs to what was not recorded yet.",
            questions::ask_time,
        )
    },
    hinted(
        "run/pause",
        Row {
            enabled: can_run_or_pause,
            ..row(
                "run.on",
                "Run on or pause",
                &["r", "space"],
                "Runs without an end, or pauses.",
                |state| {
                    let command = state.trace.run_or_pause();
                    vec![Effect::Trace(command)]
                },
            )
        },
    ),
    hinted(
        "panel",
        row(
            "trace.panel",
            "Next panel",
            &["p"],
            "Shows the event, the registers or the console where there is room for one.",
            |state| {
                go(state, |trace| {
                    trace.panel = trace.panel.next();
                    trace.panel_top = 0;
                })
            },
        ),
    ),
    row(
        "trace.down",
        "Next event",
        &["j", "down"],
        "Goes one row down the list.",
        |state| rows(state, 1),
    ),
    row(
        "trace.up",
        "Previous event",
        &["k", "up"],
        "Goes one row up the list.",
        |state| rows(state, -1),
    ),
    row(
        "trace.page-down",
        "Ten events on",
        &["pagedown"],
        "Goes ten rows down the list.",
        |state| rows(state, 10),
    ),
    row(
        "trace.page-up",
        "Ten events back",
        &["pageup"],
        "Goes ten rows up the list.",
        |state| rows(state, -10),
    ),
    row(
        "trace.first",
        "First event",
        &["g g", "home"],
        "Goes to the first row of the list.",
        |state| go(state, |trace| trace.go_to_end(Way::Backwards)),
    ),
    row(
        "trace.last",
        "Last event",
        &["G", "end"],
        "Goes to the last row of the list.",
        |state| go(state, |trace| trace.go_to_end(Way::Forwards)),
    ),
    hinted(
        "in lane",
        row(
            "trace.lane-next",
            "Next event in the lane",
            &["w"],
            "Goes to the next event of the same partition.",
            |state| {
                find(state, "in this lane", |trace| {
                    trace.go_in_lane(Way::Forwards)
                })
            },
        ),
    ),
    row(
        "trace.lane-previous",
        "Previous event in the lane",
        &["b"],
        "Goes to the previous event of the same partition.",
        |state| {
            find(state, "in this lane", |trace| {
                trace.go_in_lane(Way::Backwards)
            })
        },
    ),
    row(
        "trace.kind-next",
        "Next event of the kind",
        &["W"],
        "Goes to the next event of the same kind, in any lane.",
        |state| {
            find(state, "of this kind", |trace| {
                trace.go_of_kind(Way::Forwards)
            })
        },
    ),
    row(
        "trace.kind-previous",
        "Previous event of the kind",
        &["B"],
        "Goes to the previous event of the same kind, in any lane.",
        |state| {
            find(state, "of this kind", |trace| {
                trace.go_of_kind(Way::Backwards)
            })
        },
    ),
    row(
        "trace.lane-down",
        "Lane below",
        &["J"],
        "Goes to the nearest event of the lane below.",
        |state| {
            find(state, "in a lane below", |trace| {
                trace.go_to_lane(Way::Forwards)
            })
        },
    ),
    row(
        "trace.lane-up",
        "Lane above",
        &["K"],
        "Goes to the nearest event of the lane above.",
        |state| {
            find(state, "in a lane above", |trace| {
                trace.go_to_lane(Way::Backwards)
            })
        },
    ),
    hinted(
        "other end",
        row(
            "trace.other-end",
            "Other end of the message",
            &["%", "enter"],
            "Goes from a send to its receive, and back.",
            other_end,
        ),
    ),
    hinted(
        "zoom",
        row(
            "trace.zoom-in",
            "Zoom in",
            &["+", "="],
            "Shows half the time around the cursor.",
            |state| look(state, |trace| trace.span.zoomed_in(trace.cursor_ns)),
        ),
    ),
    row(
        "trace.zoom-out",
        "Zoom out",
        &["-"],
        "Shows twice the time around the cursor.",
        |state| look(state, |trace| trace.span.zoomed_out(trace.cursor_ns)),
    ),
    row(
        "trace.zoom-frame",
        "One major frame",
        &["0"],
        "Shows the major frame of the cursor.",
        |state| go(state, Trace::fit_frame),
    ),
    row(
        "trace.zoom-all",
        "The whole run",
        &["F"],
        "Shows everything that was recorded.",
        |state| go(state, Trace::fit),
    ),
    row(
        "trace.left",
        "Look earlier",
        &["h", "left"],
        "Moves what is in sight by an eighth; the cursor stays.",
        |state| look(state, |trace| trace.span.panned(-1)),
    ),
    row(
        "trace.right",
        "Look later",
        &["l", "right"],
        "Moves what is in sight by an eighth; the cursor stays.",
        |state| look(state, |trace| trace.span.panned(1)),
    ),
    row(
        "trace.page-left",
        "Look much earlier",
        &["H"],
        "Moves what is in sight by its length; the cursor stays.",
        |state| look(state, |trace| trace.span.panned(-8)),
    ),
    row(
        "trace.page-right",
        "Look much later",
        &["L"],
        "Moves what is in sight by its length; the cursor stays.",
        |state| look(state, |trace| trace.span.panned(8)),
    ),
    hinted(
        "filter",
        row(
            "trace.filter",
            "Filter",
            &["f"],
            "Asks which events the list shows: words for kinds add, words after a minus take away; or \
             an expression, such as send && len > 4.",
            questions::ask_filter,
        ),
    ),
    hinted(
        "search",
        row(
            "trace.search",
            "Search",
            &["/"],
            "Asks for text; goes to the next event whose partition, kind or detail has it. n goes \
             on, N goes back.",
            questions::ask_search,
        ),
    ),
    row(
        "trace.match-next",
        "Next match",
        &["n"],
        "Goes to the next event that has the text; after the last one to the first.",
        |state| search(state, Way::Forwards),
    ),
    row(
        "trace.match-previous",
        "Previous match",
        &["N"],
        "Goes to the previous event that has the text; before the first one to the last.",
        |state| search(state, Way::Backwards),
    ),
    row(
        "trace.panel-down",
        "Scroll the panel down",
        &["ctrl-d"],
        "Shows what is below in the panel.",
        |state| go(state, |trace| trace.panel_top += 4),
    ),
    row(
        "trace.panel-up",
        "Scroll the panel up",
        &["ctrl-u"],
        "Shows what is above in the panel.",
        |state| {
            go(state, |trace| {
                trace.panel_top = trace.panel_top.saturating_sub(4)
            })
        },
    ),
];

fn has_events(state: &State) -> Result<(), Reason> {
    if state.trace.recording.is_empty() {
        return Err("nothing was recorded yet; F5 boots this design".into());
    }
    Ok(())
}

fn can_run(state: &State) -> Result<(), Reason> {
    match &state.trace.phase {
        Phase::Paused => Ok(()),
        // What was recorded can still be stepped through.
        Phase::Ended(_) if !state.trace.at_end() => Ok(()),
        Phase::Ended(_) => Err("the run has ended; F5 begins again".into()),
        Phase::Running => Err("it is running; r pauses".into()),
        Phase::Booting => Err("it is booting".into()),
        Phase::Empty | Phase::Refused(_) => Err("nothing runs yet; F5 boots this design".into()),
    }
}

fn can_go_to_time(state: &State) -> Result<(), Reason> {
    match &state.trace.phase {
        Phase::Ended(_) => Ok(()),
        _ => can_run(state),
    }
}

fn can_look(state: &State) -> Result<(), Reason> {
    match &state.trace.phase {
        Phase::Ended(_) => has_events(state),
        _ => can_run(state),
    }
}

fn can_step_call(state: &State) -> Result<(), Reason> {
    let trace = &state.trace;
    match &trace.phase {
        Phase::Ended(_) if trace.recording.call_after(trace.cursor_ns).is_some() => Ok(()),
        Phase::Ended(_) => Err("the run has ended; F5 begins again".into()),
        _ => can_run(state),
    }
}

fn can_run_or_pause(state: &State) -> Result<(), Reason> {
    if state.trace.phase == Phase::Running {
        Ok(())
    } else {
        can_run(state)
    }
}

fn go(state: &mut State, change: impl FnOnce(&mut Trace)) -> Vec<Effect> {
    change(&mut state.trace);
    Vec::new()
}

fn rows(state: &mut State, by: isize) -> Vec<Effect> {
    go(state, |trace| trace.go_rows(by))
}

fn look(state: &mut State, span: impl FnOnce(&Trace) -> Span) -> Vec<Effect> {
    state.trace.span = span(&state.trace);
    Vec::new()
}

fn find(state: &mut State, what: &str, go: impl FnOnce(&mut Trace) -> bool) -> Vec<Effect> {
    if !go(&mut state.trace) {
        state.complain(format!("There is no further event {what}."));
    }
    Vec::new()
}

fn other_end(state: &mut State) -> Vec<Effect> {
    if !state.trace.go_to_other_end() {
        state.complain("This event has no other end: it is no message, or nobody has received it.");
    }
    Vec::new()
}

pub(super) fn search(state: &mut State, way: Way) -> Vec<Effect> {
    let text = state.trace.search.clone();
    let (found, around) = state.trace.go_to_match(way);
    let went_on = match (around, way) {
        (false, _) => "",
        (true, Way::Forwards) => "The search went on at the top. ",
        (true, Way::Backwards) => "The search went on at the bottom. ",
    };
    match found {
        Found::Event(_) if around => state.say(went_on.trim_end()),
        Found::Event(_) => {}
        Found::Nothing => state.complain(format!("No event has `{text}`.")),
        Found::NotYet(_) => state.say(format!(
            "{went_on}`{text}` was not found up to here; once more goes on."
        )),
    }
    Vec::new()
}

pub(super) fn advance(state: &mut State, wanted: Wanted) -> Vec<Effect> {
    let ended = matches!(state.trace.phase, Phase::Ended(_));
    if ended && state.trace.next_of(&wanted, Way::Forwards).is_none() {
        state.complain("There is no further event of this kind, and the run has ended.");
        return Vec::new();
    }
    let command: Option<Command> = state.trace.advance(wanted);
    command.map(Effect::Trace).into_iter().collect()
}
