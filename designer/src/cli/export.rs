//! `septum export`: pictures and tables of a design and of its runs, for other programs.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{ArgGroup, ValueEnum};
use serde::Serialize;

use septum_core::dhall::Evaluator;
use septum_core::plan::Plan;
use septum_core::scenario::Scenario;
use septum_core::spec::RawSystem;
use septum_simulator::event::EventKind;
use septum_simulator::simulation::Outcome;

use crate::atomic;
use crate::export::run::Run;
use crate::export::{csv, dot, flowchart, graph, perfetto, schedule, sequence, vcd};
use crate::trace::describe::{detail, milliseconds};
use crate::trace::duration::VirtualTime;
use crate::trace::kind::Kind;
use crate::trace::query::{Names, Query};
use crate::ui::canvas;
use crate::ui::file_work;
use crate::ui::sidecar::{self, Sidecar};
use crate::ui::state::Size;

use super::design::{self, Design, NoScenario};
use super::output::Output;
use super::{COULD_NOT_RUN, FINDINGS, Format, GOOD, report};

/// The terminal for which boxes are arranged where no places are stored.
const TERMINAL: Size = Size {
    width: 120,
    height: 40,
};

/// What the help ends with.
const AFTER_HELP: &str = "\
A graph is drawn from every design that can be read, also from one with errors. A trace is that of
`septum run`, whose help says what expressions are: with one, a trace has only the events that are
meant, beside what the partitions were doing and how full the queues were all the time.";

/// What to export.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
#[command(group = ArgGroup::new("what").required(true).args(["graph", "trace", "schedule"]))]
pub struct Arguments {
    /// Design to export.
    #[arg(value_name = "FILE")]
    system: PathBuf,
    /// Export the graph as the designer draws it, or for Graphviz or Mermaid.
    #[arg(long, value_enum, value_name = "AS")]
    graph: Option<GraphForm>,
    /// Boot the design and export what happens.
    #[arg(long, value_enum, value_name = "AS")]
    trace: Option<TraceForm>,
    /// Export the windows of the major frame, to scale.
    #[arg(long, value_enum, value_name = "AS")]
    schedule: Option<ScheduleForm>,
    /// Where to write it; without it, to the standard output.
    #[arg(short, long, value_name = "OUTPUT")]
    output: Option<PathBuf>,
    /// How long the trace is, in virtual time: `10ms`, `250us`, `1s`.
    #[arg(long = "for", value_name = "TIME", default_value = "10ms")]
    #[arg(allow_hyphen_values = true, conflicts_with_all = ["graph", "schedule"])]
    duration: VirtualTime,
    /// What happens outside; without it, `scenario.dhall` beside the design.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["graph", "schedule"])]
    scenario: Option<PathBuf>,
    /// Export only the events that are meant, such as `send && channel == "request"`.
    #[arg(long, value_name = "EXPRESSION", conflicts_with_all = ["graph", "schedule"])]
    only: Option<String>,
    /// How to print findings and what was written: as text, or an object on each line.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How a graph is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum GraphForm {
    /// A drawing with the boxes and wires of the designer.
    Svg,
    /// The language of Graphviz.
    Dot,
    /// A flowchart of Mermaid.
    Mermaid,
}

/// How a trace is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TraceForm {
    /// JSON for Perfetto and Chrome.
    Perfetto,
    /// A value change dump for GTKWave and Surfer.
    Vcd,
    /// A row for each event.
    Csv,
    /// A sequence diagram of Mermaid, with the first messages and faults.
    Mermaid,
}

/// How a schedule is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ScheduleForm {
    /// A drawing.
    Svg,
}

/// Exports what is asked for.
pub fn run(arguments: &Arguments, out: &mut Output<impl Write>) -> anyhow::Result<u8> {
    let evaluator = Evaluator::Process(std::env::current_exe()?);
    let design = design::read(&arguments.system, &evaluator);
    report::print_aside(&arguments.system, &design.diagnostics, arguments.format)?;
    match exported(arguments, design, &evaluator) {
        Ok((code, Some(text))) => write(arguments, &text, out).map(|()| code),
        Ok((code, None)) => Ok(code),
        Err(error) => {
            let missing: NoScenario = error.downcast()?;
            report::print_aside(&missing.path, &missing.diagnostics, arguments.format)?;
            Ok(COULD_NOT_RUN)
        }
    }
}

/// The exit code, and the text where the design gives one.
fn exported(
    arguments: &Arguments,
    design: Design,
    evaluator: &Evaluator,
) -> anyhow::Result<(u8, Option<String>)> {
    let code = design.code;
    if let Some(form) = arguments.graph {
        let text = design.raw.map(|raw| drawn(&arguments.system, raw, form));
        return Ok((code, text));
    }
    match (design.plan, arguments.trace) {
        (None, _) => Ok((code, None)),
        (Some(plan), None) => Ok((code, Some(schedule::svg(&plan)))),
        (Some(plan), Some(form)) => traced(arguments, &plan, form, evaluator),
    }
}

/// The graph of a design with its boxes where the designer shows them.
fn drawn(file: &Path, system: RawSystem, form: GraphForm) -> String {
    let width = canvas::graph_width(TERMINAL);
    let design = file_work::placed(system, Sidecar::read(file), width);
    match form {
        GraphForm::Svg => graph::svg(&design),
        GraphForm::Dot => dot::text(&design),
        GraphForm::Mermaid => flowchart::text(&design),
    }
}

/// What happens in a run; the exit code is that of `septum run`.
fn traced(
    arguments: &Arguments,
    plan: &Plan,
    form: TraceForm,
    evaluator: &Evaluator,
) -> anyhow::Result<(u8, Option<String>)> {
    let names = Names::of(plan);
    let only = arguments.only.as_deref();
    let only = only.map(|text| Query::parse(text, &names)).transpose();
    let only = only.context("--only")?;
    let scenario = arguments.scenario.as_deref();
    let scenario = design::scenario(&arguments.system, scenario, evaluator)?;
    let run = Run::record(plan, &scenario, arguments.duration.ns, only)?;
    let text = match form {
        TraceForm::Perfetto => perfetto::text(&run, &plan.system.name),
        TraceForm::Vcd => vcd::text(&run, plan),
        TraceForm::Csv => csv::text(&run),
        TraceForm::Mermaid => sequence::text(&run),
    };
    Ok((told(&run)?, Some(text)))
}

/// Says beside the output what nobody should overlook: violations, and a machine that was powered
/// off with a failure.
fn told(run: &Run) -> io::Result<u8> {
    let mut aside = Output::new(io::stderr());
    let mut code = GOOD;
    let failed = matches!(run.outcome, Outcome::Stopped { code: 1.. });
    for event in run.events() {
        let is_meant = match event.kind {
            EventKind::Violation { .. } => true,
            EventKind::Stop { .. } => failed,
            _ => false,
        };
        if is_meant {
            let (time, kind) = (milliseconds(event.time_ns), Kind::of(&event.kind).row());
            let what = detail(&event.kind, None);
            writeln!(aside, "{time}: {}, {what}", kind.meaning)?;
            code = FINDINGS;
        }
    }
    Ok(if failed { FINDINGS } else { code })
}

/// A file that was written.
#[derive(Debug, Serialize)]
struct Written<'a> {
    /// Its path, as it was given.
    output: &'a Path,
    /// Its length in bytes.
    bytes: usize,
}

/// Writes what was exported where it is asked for: the file is complete, or it is not there.
fn write(arguments: &Arguments, text: &str, out: &mut Output<impl Write>) -> anyhow::Result<()> {
    let Some(output) = &arguments.output else {
        return Ok(out.write_all(text.as_bytes())?);
    };
    refuse_to_overwrite(arguments, output)?;
    atomic::write(output, text.as_bytes())
        .with_context(|| format!("cannot write {}", output.display()))?;
    let bytes = text.len();
    match arguments.format {
        Format::Text => writeln!(out, "{}: {bytes} bytes", output.display())?,
        Format::Json => {
            let written = Written { output, bytes };
            writeln!(out, "{}", serde_json::to_string(&written)?)?;
        }
    }
    Ok(())
}

/// What was read to make the output is never what it takes the place of.
fn refuse_to_overwrite(arguments: &Arguments, output: &Path) -> anyhow::Result<()> {
    let system = &arguments.system;
    let read = [
        Some(system.clone()),
        Some(sidecar::path(system)),
        Some(system.with_file_name(Scenario::FILE)),
        arguments.scenario.clone(),
    ];
    let Ok(target) = fs::canonicalize(output) else {
        return Ok(());
    };
    let is_target = |path: &PathBuf| fs::canonicalize(path).is_ok_and(|path| path == target);
    match read.into_iter().flatten().find(is_target) {
        Some(path) => bail!(
            "the output would overwrite {}, which belongs to the design: write to another file",
            path.display()
        ),
        None => Ok(()),
    }
}
