//! `septum run --perturb-all-but`: whether those who have no flow to a partition can change what
//! happens to it.

use std::io::Write;

use anyhow::Context;
use septum_core::image;
use septum_core::plan::Plan;
use septum_core::scenario::Scenario;
use septum_simulator::event::Event;
use septum_simulator::perturb::{Outcomes, perturb_all_but};
use serde_json::json;

use crate::trace::describe::{detail, milliseconds};
use crate::trace::kind::Kind;

use super::output::Output;
use super::{FINDINGS, Format, GOOD};

/// What is tried.
pub(super) struct Experiment<'a> {
    pub(super) plan: &'a Plan,
    pub(super) scenario: &'a Scenario,
    /// Name of the partition that nobody may change.
    pub(super) partition: &'a str,
    pub(super) seeds: u64,
    pub(super) until_ns: u64,
}

/// Makes the experiment and prints what it shows; the exit code.
pub(super) fn run(
    experiment: &Experiment<'_>,
    format: Format,
    out: &mut Output<impl Write>,
) -> anyhow::Result<u8> {
    let plan = experiment.plan;
    let index = plan.system.partition(experiment.partition);
    let index = index.with_context(|| unknown(experiment))?;
    let image = image::build(plan);
    let outcomes = perturb_all_but(
        plan,
        &image,
        experiment.scenario,
        index,
        experiment.seeds,
        experiment.until_ns,
    )?;
    match format {
        Format::Text => write!(out, "{}", text(experiment, &outcomes))?,
        Format::Json => writeln!(out, "{}", object(experiment, &outcomes))?,
    }
    Ok(if outcomes.interference.is_some() {
        FINDINGS
    } else {
        GOOD
    })
}

fn unknown(experiment: &Experiment<'_>) -> String {
    let names = experiment.plan.partitions.iter().map(|it| it.name.as_str());
    let names = names.collect::<Vec<_>>().join(", ");
    let name = experiment.partition;
    format!("there is no partition `{name}` to leave alone: name one of {names}")
}

fn text(experiment: &Experiment<'_>, outcomes: &Outcomes) -> String {
    let Experiment {
        partition, seeds, ..
    } = experiment;
    if outcomes.disturbed.is_empty() {
        return format!("everybody has a flow to {partition}: there is nobody to disturb\n");
    }
    let disturbed = outcomes.disturbed.join(", ");
    let head = format!("disturbed: {disturbed}\n");
    match &outcomes.interference {
        None => format!(
            "{head}{} events of {partition} are the same in {seeds} disturbed runs, to the \
             instruction; {} of the others' are not\n",
            outcomes.events, outcomes.differences
        ),
        Some(found) => format!(
            "{head}{partition} differs with seed {}:\n  quiet      {}\n  disturbed  {}\n",
            found.seed,
            line(found.quiet.as_ref()),
            line(found.disturbed.as_ref())
        ),
    }
}

fn line(event: Option<&Event>) -> String {
    let Some(event) = event else {
        return "nothing more".to_owned();
    };
    let (time, instructions) = (milliseconds(event.time_ns), event.instructions);
    let kind = Kind::of(&event.kind).row().name;
    let what = detail(&event.kind, None);
    format!("{time}, after {instructions} instructions: {kind} {what}")
}

fn object(experiment: &Experiment<'_>, outcomes: &Outcomes) -> serde_json::Value {
    let interference = outcomes.interference.as_ref().map(
        |found| json!({ "seed": found.seed, "quiet": found.quiet, "disturbed": found.disturbed }),
    );
    json!({
        "perturb_all_but": {
            "partition": experiment.partition,
            "disturbed": outcomes.disturbed,
            "seeds": experiment.seeds,
            "events": outcomes.events,
            "differences": outcomes.differences,
            "interference": interference,
        }
    })
}
