//! The machine that a program is run on: one of the package, or that of a file.

use std::path::Path;

use anyhow::bail;
use septum_core::check::check_machine;
use septum_core::dhall::{self, Evaluator, LoadedMachine};
use septum_core::places::Places;
use septum_core::qemu;
use septum_core::spec::RawMachine;
use septum_core::system::Machine;
use septum_core::templates;

use crate::cli::{Format, report};

/// The machine of whoever names none.
pub(super) const DEFAULT: &str = "qemu-virt";

/// The machine of this name, or in this file; `None` where it has errors, which are printed.
pub(super) fn read(name: &Path, format: Format) -> anyhow::Result<Option<Machine>> {
    let loaded = load(name)?;
    let mut diagnostics = loaded.diagnostics;
    let machine = loaded.machine.and_then(|raw| {
        let checked = check_machine(&raw, &loaded.places);
        diagnostics.extend(checked.diagnostics);
        checked.machine
    });
    report::print_aside(name, &diagnostics, format)?;
    Ok(machine)
}

fn built_in(name: &str) -> Option<RawMachine> {
    qemu::machine(name).or_else(|| dhall::built_in_machine(name))
}

fn load(name: &Path) -> anyhow::Result<LoadedMachine> {
    if let Some(raw) = name.to_str().and_then(built_in) {
        return Ok(LoadedMachine {
            machine: Some(raw),
            places: Places::default(),
            diagnostics: Vec::new(),
        });
    }
    if !name.exists() {
        let known: Vec<&str> = templates::machines().map(|(name, _)| name).collect();
        let (name, known) = (name.display(), known.join(" and "));
        bail!("there is no machine `{name}`: there are {known}, and files of Dhall");
    }
    let evaluator = Evaluator::Process(std::env::current_exe()?);
    Ok(dhall::load_machine(name, &evaluator))
}
