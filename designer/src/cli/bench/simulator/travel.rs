//! Time travel: what a step back costs after ten virtual seconds, and what the marks cost.

use std::time::Instant;

use anyhow::Context;
use septum_core::check::check;
use septum_core::image::Image;
use septum_core::places::Places;
use septum_core::plan::Plan;
use septum_core::programs::Programs;
use septum_core::scenario::Scenario;
use septum_core::{dhall, image, templates};
use septum_simulator::simulation::Simulation;
use septum_simulator::travel::Travel;

use super::super::table::Row;
use super::{fastest, timed};

/// Ten seconds.
const FAR_NS: u64 = 10_000_000_000;
/// A piece of a run, after which its events are dropped.
const PIECE_NS: u64 = 50_000_000;
/// Pieces of a run for the cost of marks.
const PIECES: u64 = 20;
const STEPS: u32 = 200;

/// A system that goes on for ever.
struct Built {
    plan: Plan,
    image: Image,
}

pub(super) fn rows() -> anyhow::Result<Vec<Row>> {
    let built = starter("ping-pong")?;
    let mut marked = || {
        let mut travel = Travel::new(boot(&built)?);
        timed(|| forward(&mut travel, PIECES * PIECE_NS))
    };
    let mut plain = || {
        let mut simulation = boot(&built)?;
        timed(|| {
            for piece in 1..=PIECES {
                simulation.run_until(piece * PIECE_NS)?;
                drop(simulation.drain_trace());
            }
            Ok(())
        })
    };
    let seconds = fastest(&mut [&mut marked, &mut plain])?;
    let cost = 100.0 * (seconds[0] / seconds[1] - 1.0);
    let (mean, worst, bytes) = steps(&built)?;
    let after = "after 10 virtual seconds in 64 MiB of RAM";
    Ok(vec![
        Row::at_most("mark_cost", cost, "%", 5.0, "the same run without marks"),
        Row::at_most("step_back_mean", mean, "ms", 2.0, after),
        Row::at_most("step_back_worst", worst, "ms", 10.0, after),
        Row::at_most("past", bytes, "MiB", 512.0, "pages of all marks"),
    ])
}

/// Runs on, and drops the events.
fn forward(travel: &mut Travel, until_ns: u64) -> anyhow::Result<()> {
    while travel.time_ns() < until_ns {
        travel.go_to((travel.time_ns() + PIECE_NS).min(until_ns))?;
        drop(travel.take_trace());
    }
    Ok(())
}

/// A starter system without programs of its own.
fn starter(name: &str) -> anyhow::Result<Built> {
    let template = templates::find(name).context("there is no such starter system")?;
    let text = std::str::from_utf8(template.files[0].bytes)?;
    let raw = dhall::load_text(text).raw.context("it does not evaluate")?;
    let checked = check(&raw, &Programs::new(), &Places::default());
    let plan = checked.plan.context("it cannot be planned")?;
    let image = image::build(&plan);
    Ok(Built { plan, image })
}

fn boot(built: &Built) -> anyhow::Result<Simulation> {
    let scenario = Scenario::default();
    Ok(Simulation::boot(&built.plan, &built.image, &scenario)?)
}

/// Mean and worst milliseconds of a step back, and mebibytes of the past.
fn steps(built: &Built) -> anyhow::Result<(f64, f64, f64)> {
    let mut travel = Travel::new(boot(built)?);
    forward(&mut travel, FAR_NS)?;
    let (mut sum, mut worst) = (0.0, 0.0_f64);
    for _ in 0..STEPS {
        let start = Instant::now();
        travel.step_back()?;
        let milliseconds = 1e3 * start.elapsed().as_secs_f64();
        sum += milliseconds;
        worst = worst.max(milliseconds);
    }
    let (_, bytes) = travel.size();
    let mebibytes = u32::try_from(bytes >> 10).map_or(f64::INFINITY, |kib| f64::from(kib) / 1024.0);
    Ok((sum / f64::from(STEPS), worst, mebibytes))
}
