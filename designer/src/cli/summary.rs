//! What `septum run` says at its end: how the run ended, and what nobody should overlook.

use std::io::{self, Write};

use septum_core::plan::Plan;
use septum_simulator::event::{Event, EventKind};
use septum_simulator::simulation::{Outcome, Simulation};

use crate::experiment::Verdict;
use crate::trace::describe::{self, detail, milliseconds, output};
use crate::trace::memory::Memory;
use crate::trace::query::Query;
use crate::trace::source::{self, Sources};

use super::run::Ended;

/// A run that is over.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) plan: &'a Plan,
    pub(super) simulation: &'a Simulation,
    pub(super) ended: &'a Ended,
    /// What its last event had to satisfy.
    pub(super) until: Option<&'a Query>,
    pub(super) sources: &'a Sources,
    /// Faults, violations, and why the kernel stopped the machine.
    pub(super) kept: &'a [Event],
    /// Whether what the scenario expects was kept.
    pub(super) verdicts: &'a [Verdict],
}

/// Prints how a run came to its end.
pub(super) fn print(run: &Run<'_>, out: &mut impl Write) -> io::Result<()> {
    let Run {
        plan,
        simulation,
        sources,
        kept,
        ..
    } = *run;
    ending(run, out)?;
    if let Some(text) = simulation.script_progress().waits_for {
        writeln!(out, "scenario: still waits for {}", output(&text))?;
    }
    for verdict in run.verdicts {
        let word = if verdict.kept { "kept" } else { "broken" };
        let Verdict {
            expectation, why, ..
        } = verdict;
        writeln!(out, "{word}: {expectation}: {why}")?;
    }
    let breaches = kept.iter().filter_map(breach);
    let breaches: Vec<String> = breaches.collect();
    if !breaches.is_empty() {
        let said = "the separation monitor saw what the design does not grant";
        writeln!(out, "{said}:\n  {}", breaches.join("\n  "))?;
    }
    let memory = Memory::of(plan);
    let fault = |event| fault(plan, &memory, sources, event);
    let lines: Vec<String> = kept.iter().filter_map(fault).collect();
    match &lines[..] {
        [] => Ok(()),
        [line] => writeln!(out, "1 fault: {line}"),
        lines => writeln!(out, "{} faults:\n  {}", lines.len(), lines.join("\n  ")),
    }
}

/// When and why it ended.
fn ending(run: &Run<'_>, out: &mut impl Write) -> io::Result<()> {
    let end = "\nended at";
    match (run.until, run.ended.found_ns) {
        (Some(query), Some(ns)) => {
            writeln!(
                out,
                "{end} {}: the first event of `{query}`",
                milliseconds(ns)
            )
        }
        (until, _) => {
            let time = milliseconds(run.simulation.time_ns());
            writeln!(out, "{end} {time}: {}", why(run))?;
            match until {
                Some(query) => writeln!(out, "there was no event of `{query}`"),
                None => Ok(()),
            }
        }
    }
}

fn why(run: &Run<'_>) -> String {
    match run.ended.outcome {
        Outcome::Reached => "the time to run is over".to_owned(),
        Outcome::Stopped { code: 0 } => "the machine was powered off".to_owned(),
        Outcome::Stopped { code } => {
            let reason = run.kept.iter().rev().find_map(|event| match &event.kind {
                EventKind::Stop { reason, .. } => Some(reason.as_str()),
                _ => None,
            });
            let why = reason.unwrap_or("a failure");
            format!("the machine was powered off with exit code {code}: {why}")
        }
        Outcome::Idle => "nothing can ever happen again".to_owned(),
    }
}

/// When and what the separation monitor saw.
fn breach(event: &Event) -> Option<String> {
    let EventKind::Violation { .. } = &event.kind else {
        return None;
    };
    let who = event.partition.as_deref().unwrap_or("no partition");
    let (time, what) = (milliseconds(event.time_ns), detail(&event.kind, None));
    Some(format!("{time}, {who}: {what}"))
}

/// Who faulted, how and where, and what became of it.
fn fault(plan: &Plan, memory: &Memory, sources: &Sources, event: &Event) -> Option<String> {
    let done = describe::reaction(&event.kind)?;
    let name = event.partition.as_deref()?;
    let partition = plan.partitions.iter().position(|it| it.name == name);
    let what = memory.fault(partition, &event.kind)?;
    let line = match sources.of_fault(partition, &event.kind) {
        Some(Ok(line)) => format!(", at {}", source::words(line)),
        _ => String::new(),
    };
    Some(format!("{name}, {what}{line}: {done}"))
}

#[cfg(test)]
mod tests {
    use septum_abi::health::HealthAction;
    use septum_core::check::check;
    use septum_core::dhall::load_text;
    use septum_core::image;
    use septum_core::programs::Programs;
    use septum_core::scenario::{Exchange, Scenario};
    use septum_core::templates;

    use super::*;

    /// The summary of ping-pong at reset, with this output to wait for and these faults.
    fn summary(after: Option<&str>, faults: &[Event]) -> String {
        let template = templates::find("ping-pong").unwrap();
        let loaded = load_text(std::str::from_utf8(template.files[0].bytes).unwrap());
        let checked = check(&loaded.raw.unwrap(), &Programs::new(), &loaded.places);
        let plan = checked.plan.unwrap();
        let exchange = |after: &str| Exchange {
            after: after.to_owned(),
            send: "x".to_owned(),
        };
        let scenario = Scenario {
            uart: after.map(exchange).into_iter().collect(),
            ..Scenario::default()
        };
        let simulation = Simulation::boot(&plan, &image::build(&plan), &scenario).unwrap();
        let mut out = Vec::new();
        let sources = Sources::of(&plan);
        let ended = Ended {
            outcome: Outcome::Reached,
            found_ns: None,
        };
        let run = Run {
            plan: &plan,
            simulation: &simulation,
            ended: &ended,
            until: None,
            sources: &sources,
            verdicts: &[],
            kept: faults,
        };
        print(&run, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn fault(partition: &str, value: u64) -> Event {
        Event {
            time_ns: 1,
            instructions: 1,
            hart: 0,
            partition: Some(partition.into()),
            kind: EventKind::Fault {
                cause: "store page fault".into(),
                code: Some(15),
                pc: 0,
                value,
                health: "memory_violation".into(),
                action: "halt".into(),
                restarts_used_up: None,
            },
        }
    }

    const ENDED: &str = "\nended at 0.000000 ms: the time to run is over\n";

    #[test]
    fn a_scenario_that_still_waits_is_told() {
        assert_eq!(summary(None, &[]), ENDED);
        let waits = "scenario: still waits for `2|ready\\n`\n";
        assert_eq!(summary(Some("2|ready\n"), &[]), format!("{ENDED}{waits}"));
    }

    #[test]
    fn what_was_done_about_a_fault_is_told() {
        let told = |done: HealthAction| {
            let mut event = fault("ping", 8);
            if let EventKind::Fault { action, .. } = &mut event.kind {
                *action = done.name().into();
            }
            let text = summary(None, &[event]);
            text.trim_end().rsplit(": ").next().unwrap().to_owned()
        };
        let words = HealthAction::ALL.iter().map(|done| told(*done));
        let expected = [
            "halted",
            "ignored",
            "restarted",
            "halted, safe mode asked for",
            "powered off",
        ];
        assert_eq!(words.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn every_fault_is_told_with_what_lies_there() {
        let one = "ping, store page fault at 0x80000000 (kernel.code): halted\n";
        let faults = [fault("ping", 0x8000_0000), fault("pong", 8)];
        assert_eq!(
            summary(None, &faults[..1]),
            format!("{ENDED}1 fault: {one}")
        );
        let other = "pong, store page fault at 0x8: halted\n";
        assert_eq!(
            summary(None, &faults),
            format!("{ENDED}2 faults:\n  {one}  {other}")
        );
    }
}
