//! The checker: `RawSystem` to `System`, with every problem named.
//!
//! A file for each group of rules; each adds its findings and none stops another. Only a
//! design without errors is lowered, and only a lowered one is planned.

mod devices;
mod findings;
mod health;
mod lower;
mod machine;
mod memories;
mod models;
mod names;
mod partitions;
mod ports;
mod program_files;
mod reach;
mod schedule;
mod unbuilt;

pub use crate::codes::CODES;

use crate::diagnostic::Diagnostic;
use crate::places::Places;
use crate::plan::{Plan, plan};
use crate::programs::Programs;
use crate::spec::{FORMAT, RawMachine, RawSystem};
use crate::system::{Machine, System};
use findings::Findings;
use ports::Ports;

/// What the checker says about a design.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The system; `None` where any finding is an error.
    pub system: Option<System>,
    /// Its plan; there is one exactly when there is a system.
    pub plan: Option<Plan>,
    /// Everything that was found, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// What the checker says about a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedMachine {
    /// The machine; `None` where any finding is an error.
    pub machine: Option<Machine>,
    /// Everything that was found, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks a machine by itself: all findings at once.
#[must_use]
pub fn check_machine(raw: &RawMachine, places: &Places) -> CheckedMachine {
    // Nothing but the machine, said here: to ask the package takes longer than a boot.
    let system = RawSystem {
        format: FORMAT,
        name: String::new(),
        seed: 0,
        machine: raw.clone(),
        partitions: Vec::new(),
        channels: Vec::new(),
        memories: Vec::new(),
        schedules: Vec::new(),
        rules: Vec::new(),
    };
    let mut findings = Findings::default();
    machine::check(&system, &mut findings);
    devices::check(&system, &mut findings);
    CheckedMachine {
        machine: findings.is_buildable().then(|| lower::machine(raw)),
        diagnostics: findings.into_located(places),
    }
}

/// Checks a design: all findings at once.
#[must_use]
pub fn check(raw: &RawSystem, programs: &Programs, places: &Places) -> Checked {
    let mut findings = Findings::default();
    let ports = Ports::new(raw);
    names::check(raw, &mut findings);
    ports::check(raw, &ports, &mut findings);
    partitions::check(raw, &mut findings);
    machine::check(raw, &mut findings);
    devices::check(raw, &mut findings);
    memories::check(raw, &ports, &mut findings);
    schedule::check(raw, &mut findings);
    health::check(raw, &mut findings);
    models::check(raw, &ports, &mut findings);
    program_files::check(raw, &ports, programs, &mut findings);
    reach::check(raw, &ports, &mut findings);
    unbuilt::check(raw, &mut findings);
    let lowered = findings
        .is_buildable()
        .then(|| lower::lower(raw, &ports, programs))
        .flatten();
    let (system, plan) = match lowered.map(|system| (plan(&system), system)) {
        Some((Ok(plan), system)) => (Some(system), Some(plan)),
        Some((Err(problems), _)) => {
            findings.extend(problems);
            (None, None)
        }
        None => (None, None),
    };
    Checked {
        system,
        plan,
        diagnostics: findings.into_located(places),
    }
}
