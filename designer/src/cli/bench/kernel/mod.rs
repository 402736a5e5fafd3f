//! What the kernel costs: counted instructions of the kernel that ships, in the simulator and,
//! where it is installed, on QEMU.

mod bound;
mod designs;
mod draft;
mod paths;
mod qemu;
#[cfg(test)]
mod tests;
mod text;

use septum_core::scenario::Scenario;
use septum_simulator::simulation::Simulation;
use septum_simulator::visit::Visit;

use super::table::{Row, Table};
pub(super) use designs::ping_pong;
pub(super) use draft::Built;
use paths::{FEW, PATHS, Path};
pub(super) use qemu::is_installed as is_qemu_installed;

/// No run of the simulator takes longer, whatever the kernel does.
const LIMIT_NS: u64 = 500_000_000;

/// Visits that QEMU is asked for, at most: each instruction is a line of text.
const WITNESSED: usize = 64;

/// Measures everything.
///
/// # Errors
/// When the emulator failed, or QEMU cannot be asked.
pub(super) fn measure() -> anyhow::Result<Table> {
    measure_with(qemu::is_installed())
}

fn measure_with(has_witness: bool) -> anyhow::Result<Table> {
    let paths = PATHS.iter().map(|path| measured(path, has_witness));
    let mut rows: Vec<Row> = paths.collect::<anyhow::Result<_>>()?;
    rows.extend(text::rows());
    rows.push(bound::row()?);
    Ok(Table { rows })
}

/// A path's row.
fn measured(path: &Path, has_witness: bool) -> anyhow::Result<Row> {
    let mut numbers = Vec::new();
    let mut witness = Witness::default();
    for design in path.designs {
        let built = design().build()?;
        let visits = simulated(&built, path.visits)?;
        let number = (path.value)(&visits);
        numbers.push(number);
        if has_witness && number.is_some() {
            witness.ask(path, &built, &visits)?;
        }
    }
    let value = numbers.into_iter().collect::<Option<Vec<u64>>>();
    let value = value.and_then(|numbers| numbers.into_iter().max());
    let qemu = match value {
        None => "not seen".to_owned(),
        Some(_) if !has_witness => "QEMU not installed".to_owned(),
        Some(value) => witness.text(value, path.visits),
    };
    let against = format!("{qemu}; {}", path.peers);
    Ok(row(path.name, value, "instructions", path.bar, against))
}

/// A number with its bar, which it may reach.
fn row(name: &str, value: Option<u64>, unit: &'static str, bar: u64, against: String) -> Row {
    let number = |count: u64| u32::try_from(count).map_or(f64::INFINITY, f64::from);
    Row {
        name: name.to_owned(),
        value: value.map(number),
        unit,
        bar: Some(number(bar)),
        met: Some(value.is_some_and(|value| value <= bar)),
        against,
    }
}

/// The first visits in the simulator; fewer when there are not so many.
fn simulated(built: &Built, count: usize) -> anyhow::Result<Vec<Visit>> {
    let mut simulation = Simulation::boot(&built.plan, &built.image, &Scenario::default())?;
    let mut visits = Vec::with_capacity(count);
    while visits.len() < count
        && let Some(visit) = simulation.run_visit(LIMIT_NS)?
    {
        visits.push(visit);
        simulation.drain_events();
    }
    Ok(visits)
}

/// What QEMU says.
#[derive(Default)]
struct Witness {
    /// The largest number.
    number: Option<u64>,
    /// What the simulator says of the same visits of a design, where that is not the same.
    differs: Option<(Option<u64>, Option<u64>)>,
}

impl Witness {
    fn ask(&mut self, path: &Path, built: &Built, visits: &[Visit]) -> anyhow::Result<()> {
        let count = visits.len().min(WITNESSED);
        let found = (path.value)(&qemu::visits(built, count)?);
        let expected = (path.value)(&visits[..count]);
        self.number = self.number.max(found);
        if found != expected {
            self.differs = Some((found, expected));
        }
        Ok(())
    }

    fn text(&self, value: u64, visits: usize) -> String {
        let shown = |number: Option<u64>| number.map_or("-".to_owned(), |it| it.to_string());
        match self.differs {
            Some((found, expected)) => {
                format!("QEMU differs: {} and not {}", shown(found), shown(expected))
            }
            // A number that visits have in common is that of each.
            None if self.number == Some(value) && visits <= FEW => format!("QEMU {value}"),
            None => {
                let number = shown(self.number);
                format!("QEMU {number} in the first {WITNESSED} visits, as here")
            }
        }
    }
}
