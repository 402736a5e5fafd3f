//! Experiments: what a scenario injects into a run, and what it expects of it.

mod expectation;
mod injection;

use septum_core::plan::Plan;
use septum_core::scenario::Scenario;
use septum_simulator::injection::{Fault, FaultError, Occasion};
use septum_simulator::simulation::Simulation;
use thiserror::Error;

use crate::trace::query::Names;

pub use expectation::{Judge, Verdict};

/// A scenario that is none for its design.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what} {number} of the scenario: {why}")]
pub struct ExperimentError {
    /// `injection` or `expectation`.
    what: &'static str,
    /// Which one, from 1.
    number: usize,
    /// A sentence.
    why: String,
}

/// What a scenario injects and expects, with the names of its design.
#[derive(Debug, Default)]
pub struct Experiment {
    injections: Vec<(Occasion, Fault)>,
    judge: Judge,
}

impl Experiment {
    /// Looks all names up in a plan.
    ///
    /// # Errors
    /// At the first injection or expectation that says something that the design does not have.
    pub fn of(scenario: &Scenario, plan: &Plan) -> Result<Self, ExperimentError> {
        let names = Names::of(plan);
        let injections = scenario.injections.iter().enumerate().map(|(index, it)| {
            let resolved = injection::resolve(it, plan, &names);
            resolved.map_err(|why| ExperimentError::new("injection", index, why))
        });
        let expectations = scenario.expectations.iter().enumerate().map(|(index, it)| {
            let resolved = expectation::resolve(it, plan, &names);
            resolved.map_err(|why| ExperimentError::new("expectation", index, why))
        });
        Ok(Self {
            injections: injections.collect::<Result<_, _>>()?,
            judge: Judge::new(expectations.collect::<Result<_, _>>()?),
        })
    }

    /// Injects everything into a run that has just been booted, with its devices plugged.
    ///
    /// # Errors
    /// At the first fault that the machine has no place for.
    pub fn inject(&self, simulation: &mut Simulation) -> Result<(), ExperimentError> {
        for (index, (occasion, fault)) in self.injections.iter().enumerate() {
            let injected = simulation.inject(occasion.clone(), fault.clone());
            injected.map_err(|why: FaultError| {
                ExperimentError::new("injection", index, why.to_string())
            })?;
        }
        Ok(())
    }

    /// Who says whether the expectations were kept.
    #[must_use]
    pub fn into_judge(self) -> Judge {
        self.judge
    }
}

impl ExperimentError {
    fn new(what: &'static str, index: usize, why: String) -> Self {
        Self {
            what,
            number: index + 1,
            why,
        }
    }
}

/// The position of a thing with a name among all that there are.
fn find<'a>(
    kind: &str,
    name: &str,
    mut all: impl Iterator<Item = &'a str> + Clone,
) -> Result<usize, String> {
    let known = all.clone().collect::<Vec<_>>().join(", ");
    all.position(|it| it == name)
        .ok_or_else(|| format!("there is no {kind} `{name}`; there are {known}"))
}

fn partition(plan: &Plan, name: &str) -> Result<usize, String> {
    let names = plan.partitions.iter().map(|it| it.name.as_str());
    find("partition", name, names)
}

#[cfg(test)]
mod tests;
