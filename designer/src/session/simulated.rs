//! The machine of a session: the simulator with the image of a design.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use septum_core::dhall::{self, Evaluator, LoadedScenario};
use septum_core::diagnostic::Diagnostic;
use septum_core::plan::Plan;
use septum_core::scenario::Scenario;
use septum_core::{image, templates};
use septum_simulator::console::ConsoleByte;
use septum_simulator::cpu::{MachineError, Registers};
use septum_simulator::recorder::Trace;
use septum_simulator::script::ScriptProgress;
use septum_simulator::simulation::{Outcome, Simulation};
use septum_simulator::travel::{Place, Travel};

use crate::experiment::Experiment;
use crate::trace::layout::Layout;

use super::machine::{Boot, Machine};
use super::report::Ending;

/// A checked design to build and boot.
#[derive(Debug, Clone)]
pub struct Design {
    /// Its plan.
    pub plan: Arc<Plan>,
    /// What happens outside.
    pub outside: Outside,
}

/// What happens outside of a machine.
#[derive(Debug, Clone)]
pub enum Outside {
    /// What the scenario of this starter system says.
    Starter(String),
    /// What this file says; nothing, if there is no such file.
    File {
        /// The file.
        path: PathBuf,
        /// Who reads it.
        evaluator: Evaluator,
    },
}

impl Outside {
    /// What happens outside of a design in this folder, or of a starter system that was never
    /// saved.
    #[must_use]
    pub fn of(folder: &Path, template: Option<String>, evaluator: &Evaluator) -> Self {
        match template {
            Some(name) => Self::Starter(name),
            None => Self::File {
                path: folder.join(Scenario::FILE),
                evaluator: evaluator.clone(),
            },
        }
    }

    fn scenario(self) -> Result<Scenario, String> {
        match self {
            Self::Starter(name) => starter(&name).map_or(Ok(Scenario::default()), scenario),
            Self::File { path, .. } if !path.is_file() => Ok(Scenario::default()),
            Self::File { path, evaluator } => scenario(dhall::load_scenario(&path, &evaluator)),
        }
    }
}

/// The scenario of a starter system, if it has one.
fn starter(name: &str) -> Option<LoadedScenario> {
    let files = templates::find(name)?.files;
    let file = files.iter().find(|file| file.path == Scenario::FILE)?;
    let text = std::str::from_utf8(file.bytes).ok()?;
    Some(dhall::load_scenario_text(text))
}

fn scenario(loaded: LoadedScenario) -> Result<Scenario, String> {
    loaded
        .scenario
        .ok_or_else(|| sentences(&loaded.diagnostics))
}

fn sentences(diagnostics: &[Diagnostic]) -> String {
    let all: Vec<&str> = diagnostics
        .iter()
        .map(|found| found.message.as_str())
        .collect();
    all.join("; ")
}

impl Boot for Design {
    type Machine = Travel;

    fn boot(self) -> Result<(Layout, Travel), String> {
        let plan = &self.plan;
        let image = image::build(plan);
        let scenario = self.outside.scenario()?;
        let mut simulation =
            Simulation::boot(plan, &image, &scenario).map_err(|it| it.to_string())?;
        let experiment = Experiment::of(&scenario, plan).map_err(|it| it.to_string())?;
        let injected = experiment.inject(&mut simulation);
        injected.map_err(|it| it.to_string())?;
        Ok((Layout::of(plan), Travel::new(simulation)))
    }
}

impl Machine for Travel {
    fn step(&mut self) -> Option<Ending> {
        ending(Self::step(self))
    }

    fn run(&mut self, events: usize, until_ns: u64) -> Option<Ending> {
        ending(Self::run(self, events, until_ns))
    }

    fn run_call(&mut self, until_ns: u64) -> Option<Ending> {
        ending(Self::run_call(self, until_ns))
    }

    fn go_to(&mut self, time_ns: u64) -> Option<Ending> {
        ending(Self::go_to(self, time_ns))
    }

    fn go_to_count(&mut self, instructions: u64) -> Option<Ending> {
        ending(Self::go_to_count(self, instructions))
    }

    fn instructions(&self) -> u64 {
        self.instant().instructions
    }

    fn step_back(&mut self) -> Option<Ending> {
        ending(Self::step_back(self))
    }

    fn go_back_to_write(&mut self, place: &Place) -> Result<bool, Ending> {
        let found = Self::go_back_to_write(self, place);
        found.map_err(|error| Ending::Broken(error.to_string()))
    }

    fn events(&self) -> usize {
        Self::events(self)
    }

    fn take_trace(&mut self) -> Trace {
        Self::take_trace(self)
    }

    fn printed(&self) -> &[ConsoleByte] {
        self.simulation().console()
    }

    fn script(&self) -> ScriptProgress {
        self.simulation().script_progress()
    }

    fn time_ns(&self) -> u64 {
        Self::time_ns(self)
    }

    fn registers(&self) -> Registers {
        self.simulation().registers()
    }
}

fn ending(outcome: Result<Outcome, MachineError>) -> Option<Ending> {
    match outcome {
        Ok(Outcome::Reached) => None,
        Ok(Outcome::Stopped { code }) => Some(Ending::Stopped { code }),
        Ok(Outcome::Idle) => Some(Ending::Idle),
        Err(error) => Some(Ending::Broken(error.to_string())),
    }
}
