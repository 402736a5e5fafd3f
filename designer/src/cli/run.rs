//! `septum run`: boots a design in the simulator and prints what happens.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use anyhow::anyhow;

use septum_core::dhall::Evaluator;
use septum_core::image;
use septum_core::plan::Plan;
use septum_simulator::event::Event;
use septum_simulator::simulation::{Outcome, Simulation};

use crate::trace::describe::{bare_milliseconds, detail};
use crate::trace::duration::VirtualTime;
use crate::trace::kind::Kind;

use super::{Format, GOOD, design, report};

/// Events that are taken from the machine at once.
const BATCH: usize = 1024;

/// What to run.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Design to boot.
    #[arg(value_name = "SYSTEM")]
    system: PathBuf,
    /// How long, in virtual time: `10ms`, `250us`, `1s`.
    #[arg(long = "for", value_name = "TIME", default_value = "10ms")]
    duration: VirtualTime,
    /// What happens outside; without it, `scenario.dhall` beside the design.
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// How to print the events: a table and the console, or an object on each line.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Boots the design and prints its events. A reader that goes away is no error.
pub fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let evaluator = Evaluator::Process(std::env::current_exe()?);
    let read = design::read(&arguments.system, &evaluator);
    let Some(plan) = read.plan else {
        report::print(&arguments.system, &read.diagnostics, arguments.format)?;
        return Ok(read.code);
    };
    let scenario = design::scenario(&arguments.system, arguments.scenario.as_deref(), &evaluator)?;
    let mut simulation = Simulation::boot(&plan, &image::build(&plan), &scenario)?;
    let mut out = BufWriter::new(io::stdout().lock());
    match print(&plan, &mut simulation, arguments, &mut out) {
        Err(error) if is_broken_pipe(&error) => Ok(GOOD),
        result => result.map(|()| GOOD),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io_error = error.downcast_ref::<io::Error>();
    io_error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn print(
    plan: &Plan,
    simulation: &mut Simulation,
    arguments: &Arguments,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let outcome = loop {
        let outcome = simulation
            .run_events(BATCH, arguments.duration.ns)
            .map_err(|error| anyhow!("the emulator failed: {error}"))?;
        let events = simulation.drain_events();
        for event in &events {
            line(event, arguments.format, out)?;
        }
        if outcome != Outcome::Reached || simulation.time_ns() >= arguments.duration.ns {
            break outcome;
        }
    };
    if arguments.format == Format::Text {
        console(plan, simulation, out)?;
        summary(simulation.time_ns(), outcome, out)?;
    }
    Ok(out.flush()?)
}

fn line(event: &Event, format: Format, out: &mut impl Write) -> anyhow::Result<()> {
    match format {
        Format::Json => writeln!(out, "{}", serde_json::to_string(event)?)?,
        Format::Text => writeln!(
            out,
            "{:>14} ms {:>10} {:<16} {:<22} {}",
            bare_milliseconds(event.time_ns),
            event.instructions,
            event.partition.as_deref().unwrap_or("-"),
            Kind::of(&event.kind).row().name,
            detail(&event.kind)
        )?,
    }
    Ok(())
}

/// What each partition printed, under its name.
fn console(plan: &Plan, simulation: &Simulation, out: &mut impl Write) -> io::Result<()> {
    for (index, partition) in plan.partitions.iter().enumerate() {
        let own = simulation.console().iter();
        let bytes = own.filter(|byte| byte.partition == Some(index));
        let text: Vec<u8> = bytes.map(|byte| byte.byte).collect();
        if !text.is_empty() {
            writeln!(out, "\nconsole of {}:", partition.name)?;
            for line in text.split(|&byte| byte == b'\n') {
                writeln!(out, "  {}", line.escape_ascii())?;
            }
        }
    }
    Ok(())
}

fn summary(time_ns: u64, outcome: Outcome, out: &mut impl Write) -> io::Result<()> {
    let how = match outcome {
        Outcome::Reached => "the time was over".to_owned(),
        Outcome::Stopped { code } => format!("the machine was powered off with exit code {code}"),
        Outcome::Idle => "nothing can ever happen again".to_owned(),
    };
    writeln!(out, "\nended at {} ms: {how}", bare_milliseconds(time_ns))
}

#[cfg(test)]
mod tests {
    use super::VirtualTime;

    fn duration_ns(text: &str) -> Result<u64, impl std::fmt::Debug> {
        text.parse().map(|time: VirtualTime| time.ns)
    }

    #[test]
    fn times_have_units() {
        assert_eq!(duration_ns("10ms").unwrap(), 10_000_000);
        assert_eq!(duration_ns("3ns").unwrap(), 3);
        assert!(duration_ns("10").is_err());
        assert!(duration_ns("ms").is_err());
        assert!(duration_ns("99999999999999s").is_err());
    }
}
