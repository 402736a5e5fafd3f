//! The starter systems as a user gets them: what `septum new` writes and `septum build` makes
//! of it boots on QEMU and says what `septum run` says.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use septum::cli::design;
use septum_abi::health::{Cause, HealthAction};
use septum_abi::state::FaultRecord;
use septum_core::console::Transcript;
use septum_core::dhall::Evaluator;
use septum_core::image::{Image, build};
use septum_core::plan::Plan;
use septum_core::scenario::Scenario;
use septum_simulator::simulation::Simulation;
use serde_json::Value;

use crate::agreement::{MS, same_console, simulated};
use crate::machine::Qemu;
use crate::memory::Memory;
use crate::timer::{TICK_NS, ticks_late};

/// The binary.
const SEPTUM: &str = env!("CARGO_BIN_EXE_septum");

/// How long the starter systems run, as the command line says it and in nanoseconds.
const DURATION: &str = "200ms";
const DURATION_NS: u64 = 200 * MS;

/// A starter system, read and run.
struct Starter {
    plan: Plan,
    /// The file that `septum build` wrote.
    image: Image,
    scenario: Scenario,
    /// What `septum run` printed.
    events: Vec<Value>,
}

/// The standard output of the binary.
fn septum(arguments: &[&OsStr]) -> Vec<u8> {
    let output = Command::new(SEPTUM).args(arguments).output();
    let output = output.expect("it runs");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {complaint}");
    output.stdout
}

impl Starter {
    fn new(template: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let directory = folder.path().join(template);
        let [system, file] = ["system.dhall", "image"].map(|name| directory.join(name));
        let word = OsStr::new;
        septum(&[
            word("new"),
            directory.as_ref(),
            word("--template"),
            word(template),
        ]);
        septum(&[word("build"), system.as_ref(), word("-o"), file.as_ref()]);
        let run = ["--for", DURATION, "--format", "json"].map(word);
        let printed = septum(&[&[word("run"), system.as_ref()][..], &run].concat());
        let events = printed.split(|&byte| byte == b'\n');
        let events = events.filter(|line| !line.is_empty());
        Self {
            events: events
                .map(|line| serde_json::from_slice(line).expect("an object on each line"))
                .collect(),
            ..Self::read(&system, &std::fs::read(&file).expect("it was written"))
        }
    }

    /// The design in a file, whose image is this.
    fn read(system: &Path, image: &[u8]) -> Self {
        let evaluator = Evaluator::Process(SEPTUM.into());
        let design = design::read(system, &evaluator);
        let plan = design.plan.expect("a starter system has no errors");
        let built = build(&plan);
        assert_eq!(built.elf, image, "the simulator runs the same image");
        Self {
            plan,
            image: built,
            scenario: design::scenario(system, None, &evaluator).expect("it can be read"),
            events: Vec::new(),
        }
    }

    /// The events of this kind.
    fn events(&self, kind: &str) -> Vec<&Value> {
        let events = self.events.iter();
        events.filter(|event| event["event"] == kind).collect()
    }

    /// The console of each partition as the events tell it: the texts that it logged.
    fn logged(&self) -> Transcript {
        let mut transcript = Transcript::default();
        for event in self.events("log") {
            assert_eq!(event["status"], "ok");
            let partition = index(&self.plan, &event["partition"]);
            let bytes = serde_json::from_value(event["bytes"].clone()).expect("bytes");
            transcript.texts.entry(partition).or_default().push(bytes);
        }
        transcript
    }
}

/// The partition of this name.
fn index(plan: &Plan, name: &Value) -> usize {
    let mut partitions = plan.partitions.iter();
    let found = partitions.position(|partition| *name == *partition.name);
    found.expect("a partition of the design")
}

/// Whether the console holds all these texts, and nothing else before them.
fn begins_with(console: &Transcript, texts: &Transcript) -> bool {
    texts
        .texts
        .iter()
        .all(|(partition, texts)| console.texts(*partition).starts_with(texts))
}

/// A starter system that says the same in the same order on both machines, without input: so
/// many texts at least.
fn in_agreement(template: &str, least: usize) -> (Starter, Simulation, Qemu) {
    let starter = Starter::new(template);
    let (simulation, mut qemu) = same_console(&starter.plan, &starter.image, DURATION_NS);
    let said = Transcript::read(simulation.uart_output());
    assert!(said.texts.values().map(Vec::len).sum::<usize>() >= least);
    assert!(said.kernel.is_empty() && said.other.is_empty());
    if starter.scenario.uart.is_empty() {
        qemu.until(|said| begins_with(said, &starter.logged()));
    }
    qemu.freeze();
    assert_eq!(qemu.hart(&starter.plan).failed, 0);
    (starter, simulation, qemu)
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn ping_pong_says_the_same_in_the_same_order() {
    in_agreement("ping-pong", 200);
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn sensor_pipeline_without_input_says_the_same_in_the_same_order() {
    in_agreement("sensor-pipeline", 10);
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn crash_course_says_the_same_and_records_the_same_fault() {
    let (starter, mut simulation, mut qemu) = in_agreement("crash-course", 150);
    let plan = &starter.plan;
    let [event] = starter.events("fault")[..] else {
        panic!("one fault in the trace")
    };
    let [simulated] = simulation.faults(plan)[..] else {
        panic!("one fault in the simulator")
    };
    let [found] = qemu.faults(plan)[..] else {
        panic!("one fault on QEMU")
    };
    let number = |field: &str| event[field].as_u64().expect("a number");
    let expected = FaultRecord {
        partition: 2,
        cause: number("code"),
        pc: number("pc"),
        value: number("value"),
        time: simulated.time,
        health: Cause::MemoryViolation.number(),
        action: HealthAction::Halt.number(),
    };
    assert_eq!(index(plan, &event["partition"]), 2);
    assert_eq!(simulated, expected);
    assert_eq!(
        FaultRecord {
            time: expected.time,
            ..found
        },
        expected
    );
    assert!(ticks_late(expected.time, found.time) <= 1);
    // The kernel reads the clock a little after the instruction.
    let ticks = expected.time - number("time_ns") / TICK_NS;
    assert!(ticks <= 2, "{ticks} ticks");
}

/// When a byte arrives is up to QEMU's own loop, on the host's time, while virtual time goes
/// on. So each partition says the same, but how often `background`, which wakes by itself
/// after 20 ms without a byte, speaks between two replies is another matter.
#[test]
#[ignore = "needs qemu-system-riscv64"]
fn sensor_pipeline_replies_to_the_scenario_as_in_the_simulator() {
    let starter = Starter::new("sensor-pipeline");
    let (plan, scenario) = (&starter.plan, &starter.scenario);
    let logged = starter.logged();
    let sent = scenario.uart.iter().map(|exchange| exchange.send.as_str());
    let replies: Vec<&[u8]> = std::iter::once("ready")
        .chain(sent)
        .map(str::as_bytes)
        .collect();
    assert_eq!(logged.texts(2), replies);
    assert!(replies.len() > 4 && logged.texts(3).len() > 10);
    let simulation = simulated(plan, &starter.image, scenario, DURATION_NS);
    let console = Transcript::read(simulation.uart_output());
    assert!(begins_with(&logged, &console));

    let mut qemu = Qemu::boot_image(&starter.image.elf);
    let said = qemu.play(scenario, |said| begins_with(said, &logged));
    assert_eq!(said.texts(2), replies, "each byte arrived once");
    assert!(said.kernel.is_empty() && said.other.is_empty());
    qemu.freeze();
    assert!(qemu.faults(plan).is_empty());
}
