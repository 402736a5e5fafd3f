//! The checker: `RawSystem` to `System`, with every problem named.
//!
//! A file for each group of rules; each adds its findings and none stops another. Only a
//! design without errors is lowered, and only a lowered one is planned.

mod devices;
mod findings;
mod lower;
mod machine;
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
use crate::programs::Programs;
use crate::spec::RawSystem;
use crate::system::System;
use findings::Findings;

/// What the checker says about a design.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The system; `None` where any finding is an error.
    pub system: Option<System>,
    /// Everything that was found, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks a design: all findings at once.
#[must_use]
pub fn check(raw: &RawSystem, programs: &Programs, places: &Places) -> Checked {
    let mut findings = Findings::default();
    names::check(raw, &mut findings);
    ports::check(raw, &mut findings);
    partitions::check(raw, &mut findings);
    machine::check(raw, &mut findings);
    devices::check(raw, &mut findings);
    schedule::check(raw, &mut findings);
    models::check(raw, &mut findings);
    program_files::check(raw, programs, &mut findings);
    reach::check(raw, &mut findings);
    unbuilt::check(raw, &mut findings);
    let mut system = None;
    if findings.is_buildable() {
        system = lower::lower(raw, programs);
    }
    if let Some(lowered) = &system
        && let Err(problems) = crate::plan::plan(lowered)
    {
        findings.extend(problems);
        system = None;
    }
    Checked {
        system,
        diagnostics: findings.into_located(places),
    }
}
