//! `septum run`: boots a design in the simulator and prints what happens.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{anyhow, bail};

use septum_core::dhall::Evaluator;
use septum_core::image;
use septum_core::plan::Plan;
use septum_core::programs::SourceLine;
use septum_core::qemu::Qemu;
use septum_simulator::cpu::MachineError;
use septum_simulator::device::Layout;
use septum_simulator::event::{Event, EventKind};
use septum_simulator::simulation::{Outcome, Simulation};

use crate::experiment::{Experiment, Judge, Verdict};
use crate::trace::describe::{bare_milliseconds, detail};
use crate::trace::duration::VirtualTime;
use crate::trace::kind::{KINDS, Kind};
use crate::trace::query::Seen;

use super::design::NoScenario;
use super::instructions::{Instructions, PIECE_NS};
use super::located::Located;
use super::output::Output;
use super::selection::{self, Selection};
use super::virtio::Wanted;
use super::{
    COULD_NOT_RUN, FINDINGS, Format, GOOD, design, gdb, lockstep, perturb, report, summary,
};

/// Events that are taken from the machine at once.
const BATCH: usize = 1024;

/// What the help ends with.
const AFTER_HELP: &str = "\
Times are virtual: they follow from the number of executed instructions, so that every run of
the same design is the same. In each event, `instructions` counts those that its partition has
executed so far. `-` stands for the kernel and the devices.";

/// What to run.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{AFTER_HELP}\n\n{}", selection::help()))]
pub struct Arguments {
    /// Design to boot.
    #[arg(value_name = "FILE")]
    system: PathBuf,
    /// How long, in virtual time: `10ms`, `250us`, `1s`.
    #[arg(long = "for", value_name = "TIME", default_value = "10ms")]
    #[arg(allow_hyphen_values = true)]
    duration: VirtualTime,
    /// What happens outside; without it, `scenario.dhall` beside the design.
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    #[command(flatten)]
    selection: selection::Arguments,
    /// Print whether `rv64emu` agrees on every instruction, instead of the events.
    #[arg(long, conflicts_with = "perturb_all_but")]
    lockstep: bool,
    /// Print whether anybody who has no flow to this partition can change its events.
    #[arg(long, value_name = "PARTITION")]
    perturb_all_but: Option<String>,
    /// How many disturbed runs are compared with the quiet one.
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 3,
        requires = "perturb_all_but"
    )]
    seeds: u64,
    /// Wait for GDB on this port of the loopback address; it goes both ways in time.
    #[arg(long, value_name = "PORT", conflicts_with_all = ["perturb_all_but", "lockstep"])]
    gdb: Option<u16>,
    /// Keep translations as long as the specification allows: missing fences show.
    #[arg(long)]
    stale_translations: bool,
    /// Put a `console`, `entropy` or `block:FILE` behind a transport, such as `virtio0=entropy`.
    #[arg(long, value_name = "NAME=DEVICE")]
    #[arg(conflicts_with_all = ["perturb_all_but", "lockstep"])]
    virtio: Vec<Wanted>,
    /// Give all virtio-mmio transports the registers of version 2, not of version 1.
    #[arg(long, conflicts_with = "perturb_all_but")]
    virtio_modern: bool,
    /// Where to write every instruction: time in ns, hart, who, pc, word, text, symbol.
    #[arg(long, value_name = "FILE")]
    #[arg(conflicts_with_all = ["perturb_all_but", "lockstep", "gdb"])]
    instructions: Option<PathBuf>,
    /// How to print the events: a table and the console, or an object on each line.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Boots the design and prints its events.
pub fn run(arguments: &Arguments, out: &mut Output<impl Write>) -> anyhow::Result<u8> {
    let evaluator = Evaluator::Process(std::env::current_exe()?);
    let (system, format) = (&arguments.system, arguments.format);
    let read = design::read(system, &evaluator);
    report::print_aside(system, &read.diagnostics, format)?;
    let Some(plan) = read.plan else {
        return Ok(read.code);
    };
    match simulate(arguments, &plan, &evaluator, out) {
        Ok(code) => Ok(code),
        Err(error) => {
            let missing: NoScenario = error.downcast()?;
            report::print_aside(&missing.path, &missing.diagnostics, format)?;
            Ok(COULD_NOT_RUN)
        }
    }
}

/// Runs the design in the way that is asked for; the exit code.
fn simulate(
    arguments: &Arguments,
    plan: &Plan,
    evaluator: &Evaluator,
    out: &mut Output<impl Write>,
) -> anyhow::Result<u8> {
    let (system, format) = (&arguments.system, arguments.format);
    let selection = Selection::read(&arguments.selection, plan)?;
    let scenario = design::scenario(system, arguments.scenario.as_deref(), evaluator)?;
    let alone = arguments.perturb_all_but.is_some() || arguments.lockstep;
    if alone && !(scenario.injections.is_empty() && scenario.expectations.is_empty()) {
        bail!(
            "--lockstep and --perturb-all-but know nothing of injections and expectations; give a \
             scenario without them with --scenario"
        );
    }
    if let Some(partition) = &arguments.perturb_all_but {
        let experiment = perturb::Experiment {
            plan,
            scenario: &scenario,
            partition,
            seeds: arguments.seeds,
            until_ns: arguments.duration.ns,
        };
        return perturb::run(&experiment, format, out);
    }
    let image = image::build(plan);
    let mut simulation = Simulation::boot(plan, &image, &scenario)?;
    plug(arguments, plan, evaluator, &mut simulation)?;
    let experiment = Experiment::of(&scenario, plan)?;
    experiment.inject(&mut simulation)?;
    if arguments.stale_translations {
        simulation.machine_mut().cpu_mut().keep_stale_translations();
    }
    if let Some(port) = arguments.gdb {
        return gdb::serve(simulation, port, out);
    }
    if arguments.lockstep {
        return lockstep::run(plan, simulation, arguments.duration, format, out);
    }
    let instructions = arguments.instructions.as_deref();
    let instructions = instructions
        .map(|file| Instructions::of_design(file, system, plan, &image.elf))
        .transpose()?;
    let shown = Shown {
        duration: arguments.duration,
        selection,
        format,
    };
    let judge = experiment.into_judge();
    print(plan, &mut simulation, &shown, judge, instructions, out)
}

/// Puts what is asked for behind the transports.
fn plug(
    arguments: &Arguments,
    plan: &Plan,
    evaluator: &Evaluator,
    simulation: &mut Simulation,
) -> anyhow::Result<()> {
    if arguments.virtio_modern {
        simulation.set_virtio_layout(Layout::Modern);
    }
    for wanted in &arguments.virtio {
        simulation.plug(plan, wanted.plug(&arguments.system, evaluator)?)?;
    }
    Ok(())
}

/// What is printed of a run.
struct Shown {
    /// How long it goes on at most.
    duration: VirtualTime,
    /// Which events are printed, and which one is the last.
    selection: Selection,
    /// How they are printed.
    format: Format,
}

/// How a run came to its end.
pub(super) struct Ended {
    /// Why the machine does not go on.
    pub(super) outcome: Outcome,
    /// When the event came that was to be the last, in nanoseconds.
    pub(super) found_ns: Option<u64>,
}

/// Runs the machine and prints what happens; the exit code.
fn print(
    plan: &Plan,
    simulation: &mut Simulation,
    shown: &Shown,
    mut judge: Judge,
    mut instructions: Option<Instructions>,
    out: &mut Output<impl Write>,
) -> anyhow::Result<u8> {
    if instructions.is_some() {
        simulation.machine_mut().keep_instructions();
    }
    let located = Located::of(plan);
    let table = (shown.format == Format::Text).then(|| Table::of(plan));
    if let Some(table) = &table {
        table.header(out)?;
    }
    let mut kept = Vec::new();
    let mut show = |event: &Event, out: &mut Output<_>| match &table {
        Some(table) => table.row(event, located.line(event), out),
        None => located.json(event, out),
    };
    let mut on = |simulation: &mut Simulation, batch| match &mut instructions {
        None => simulation
            .run_events(batch, shown.duration.ns)
            .map_err(failed),
        Some(file) => written(simulation, batch, shown.duration.ns, file),
    };
    let mut heard = Heard {
        judge: &mut judge,
        kept: &mut kept,
    };
    let ended = events(simulation, shown, &mut on, &mut show, &mut heard, out)?;
    instructions.map_or(Ok(()), Instructions::finish)?;
    let until = shown.selection.until();
    let mut verdicts = judge.verdicts(simulation.time_ns(), simulation.console());
    verdicts.extend(Verdict::on_injections(simulation.injections_left()));
    if table.is_none() {
        for verdict in &verdicts {
            writeln!(out, "{}", serde_json::to_string(verdict)?)?;
        }
    } else {
        consoles(plan, simulation, out)?;
        elsewhere(plan, out)?;
        let run = summary::Run {
            plan,
            simulation,
            ended: &ended,
            until,
            sources: &located.sources,
            kept: &kept,
            verdicts: &verdicts,
        };
        summary::print(&run, out)?;
    }
    let breached = kept.iter().any(|it| Kind::of(&it.kind) == Kind::Violation);
    let missed = until.is_some() && ended.found_ns.is_none();
    let broken = verdicts.iter().any(|verdict| !verdict.kept);
    Ok(match ended.outcome {
        Outcome::Stopped { code: 1.. } => FINDINGS,
        _ if breached || missed || broken => FINDINGS,
        _ => GOOD,
    })
}

/// Runs a piece, or until so many events wait, and writes down what was executed.
fn written(
    simulation: &mut Simulation,
    batch: usize,
    until_ns: u64,
    file: &mut Instructions,
) -> anyhow::Result<Outcome> {
    let piece_ns = simulation.time_ns().saturating_add(PIECE_NS);
    let outcome = simulation.run_events(batch, until_ns.min(piece_ns));
    file.take(simulation.machine_mut())?;
    outcome.map_err(failed)
}

fn failed(error: MachineError) -> anyhow::Error {
    anyhow!("the emulator failed: {error}")
}

/// Who hears of the events of a run, printed or not.
struct Heard<'a> {
    judge: &'a mut Judge,
    /// The faults, the violations and the end.
    kept: &'a mut Vec<Event>,
}

/// Prints events until the last one came, the time is over, nothing happens any more, or nobody
/// reads them, and lets others hear of all.
fn events<W: Write>(
    simulation: &mut Simulation,
    shown: &Shown,
    on: &mut impl FnMut(&mut Simulation, usize) -> anyhow::Result<Outcome>,
    show: &mut impl FnMut(&Event, &mut Output<W>) -> io::Result<()>,
    heard: &mut Heard<'_>,
    out: &mut Output<W>,
) -> anyhow::Result<Ended> {
    let Shown {
        duration,
        selection,
        ..
    } = shown;
    // The machine stands still where the last event is found.
    let batch = selection.until().map_or(BATCH, |_| 1);
    loop {
        let outcome = on(simulation, batch);
        let new = simulation.drain_trace();
        for (event, registers) in new.events.into_iter().zip(&new.registers) {
            let pc = registers.pc;
            let seen = Seen { event: &event, pc };
            if selection.shows(seen) {
                show(&event, out)?;
            }
            heard.judge.hear(seen);
            let last = selection.ends_with(seen).then(|| Ended::with(&event));
            if matches!(
                Kind::of(&event.kind),
                Kind::Fault | Kind::Violation | Kind::Stop
            ) {
                heard.kept.push(event);
            }
            if let Some(ended) = last {
                return Ok(ended);
            }
        }
        let outcome = outcome?;
        let is_over = simulation.time_ns() >= duration.ns || out.is_closed();
        if outcome != Outcome::Reached || is_over {
            return Ok(Ended {
                outcome,
                found_ns: None,
            });
        }
    }
}

impl Ended {
    /// The end of a run that goes no further than this event.
    fn with(event: &Event) -> Self {
        let outcome = match event.kind {
            EventKind::Stop { code, .. } => Outcome::Stopped { code },
            _ => Outcome::Reached,
        };
        Self {
            outcome,
            found_ns: Some(event.time_ns),
        }
    }
}

/// The table of events.
struct Table {
    /// Width of the column of partitions, in characters.
    partition: usize,
    /// Width of the column of kinds, in characters.
    kind: usize,
}

impl Table {
    /// As wide as the names in it.
    fn of(plan: &Plan) -> Self {
        let names = plan.partitions.iter().map(|p| p.name.chars().count());
        let kinds = KINDS.iter().map(|row| row.name.chars().count());
        Self {
            partition: names.fold("partition".len(), usize::max),
            kind: kinds.fold(0, usize::max),
        }
    }

    fn header(&self, out: &mut impl Write) -> io::Result<()> {
        let names = [
            "time in ms",
            "instructions",
            "partition",
            "event",
            "details",
        ];
        self.line(names, out)
    }

    fn row(
        &self,
        event: &Event,
        line: Option<SourceLine<'_>>,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let cells = [
            &bare_milliseconds(event.time_ns),
            &event.instructions.to_string(),
            event.partition.as_deref().unwrap_or("-"),
            Kind::of(&event.kind).row().name,
            &detail(&event.kind, line),
        ];
        self.line(cells, out)
    }

    fn line(&self, cells: [&str; 5], out: &mut impl Write) -> io::Result<()> {
        let [time, instructions, partition, kind, details] = cells;
        let (wide, kinds) = (self.partition, self.kind);
        let line = format!(
            "{time:>13}  {instructions:>12}  {partition:<wide$}  {kind:<kinds$}  {details}"
        );
        writeln!(out, "{}", line.trim_end())
    }
}

/// What each partition printed, and the kernel, and what was said on virtio consoles, each under
/// its name.
fn consoles(plan: &Plan, simulation: &Simulation, out: &mut impl Write) -> io::Result<()> {
    let partitions = plan.partitions.iter().enumerate();
    let named = partitions.map(|(index, partition)| (Some(index), partition.name.as_str()));
    for (writer, name) in named.chain([(None, "the kernel")]) {
        let bytes = simulation.console().iter();
        let own = bytes.filter(|byte| byte.partition == writer);
        let text: Vec<u8> = own.map(|byte| byte.byte).collect();
        console(name, &text, out)?;
    }
    for (index, device) in plan.system.machine.devices.iter().enumerate() {
        console(&device.name, simulation.virtio_output(index), out)?;
    }
    Ok(())
}

/// How the image boots on QEMU, or why it does not.
fn elsewhere(plan: &Plan, out: &mut impl Write) -> io::Result<()> {
    match Qemu::of(&plan.system.machine) {
        Ok(qemu) => {
            let command = qemu
                .command("IMAGE")
                .replace(" -icount", " \\\n      -icount");
            writeln!(
                out,
                "\non QEMU, after `septum build FILE -o IMAGE`:\n  {command}"
            )
        }
        Err(why) => writeln!(out, "\nQEMU has no such machine: {why}"),
    }
}

/// The lines of a text under the name of who printed them, if there are any.
fn console(name: &str, text: &[u8], out: &mut impl Write) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nconsole of {name}:")?;
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    for line in text.split(|&byte| byte == b'\n') {
        writeln!(out, "  {}", line.escape_ascii())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use septum_core::check::check;
    use septum_core::dhall::load_text;
    use septum_core::programs::Programs;
    use septum_core::scenario::Scenario;
    use septum_core::templates;

    use super::*;

    /// Nothing answers at this address.
    const NOWHERE: u64 = 0x20_0000;

    /// Runs ping-pong with a change in its plan; exit code and output.
    fn ran(format: Format, change: impl FnOnce(&mut Plan)) -> (u8, String) {
        let template = templates::find("ping-pong").unwrap();
        let text = std::str::from_utf8(template.files[0].bytes).unwrap();
        let loaded = load_text(text);
        let raw = loaded.raw.unwrap();
        let mut plan = check(&raw, &Programs::new(), &loaded.places).plan.unwrap();
        change(&mut plan);
        let image = image::build(&plan);
        let mut simulation = Simulation::boot(&plan, &image, &Scenario::default()).unwrap();
        let mut out = Output::new(Vec::new());
        let shown = Shown {
            duration: "5ms".parse().unwrap(),
            selection: Selection::default(),
            format,
        };
        let judge = Judge::default();
        let code = print(&plan, &mut simulation, &shown, judge, None, &mut out).unwrap();
        (code, String::from_utf8(out.into_inner()).unwrap())
    }

    #[test]
    fn a_run_until_the_time_is_over_is_good() {
        let (code, text) = ran(Format::Text, |_| {});
        assert_eq!(code, GOOD);
        assert!(
            text.ends_with("\nended at 5.000000 ms: the time to run is over\n"),
            "{text}"
        );
        assert!(!text.contains("console of the kernel"), "{text}");
    }

    #[test]
    fn a_kernel_that_stops_the_machine_is_a_finding() {
        let (code, text) = ran(Format::Text, |plan| plan.tables.header.mtime = NOWHERE);
        assert_eq!(code, FINDINGS, "{text}");
        let end = "ms: the machine was powered off with exit code 70: the kernel failed: load access \
                   fault (mcause 0x5) at pc 0x";
        assert!(text.lines().last().unwrap().contains(end), "{text}");
        let said = text.split("\nconsole of the kernel:\n").nth(1).unwrap();
        assert!(said.starts_with("  !|0000000000000005 "), "{text}");
    }

    #[test]
    fn an_access_that_the_design_does_not_grant_is_a_finding() {
        let (code, text) = ran(Format::Text, |plan| {
            // The second partition's stack is told to be the first one's.
            let theirs = plan.partitions[0].root;
            plan.tables.partitions[1].satp &= !0xfff_ffff_ffff;
            plan.tables.partitions[1].satp |= theirs >> 12;
        });
        assert_eq!(code, FINDINGS, "{text}");
        let said = "the separation monitor saw what the design does not grant:";
        assert!(text.contains(said), "{text}");
    }

    #[test]
    fn the_last_object_says_how_the_kernel_stopped_the_machine() {
        let (code, json) = ran(Format::Json, |plan| plan.tables.header.misa_value = 0);
        assert_eq!(code, FINDINGS, "{json}");
        let last: serde_json::Value = serde_json::from_str(json.lines().last().unwrap()).unwrap();
        assert_eq!(last["event"], "stop");
        assert_eq!(last["code"], septum_abi::state::EXIT_REFUSED);
    }
}
