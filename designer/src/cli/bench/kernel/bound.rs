//! The longest path that the kernel's code has, beside the longest one that was seen.

use septum_core::bound::{Unbounded, longest_path_of};
use septum_core::scenario::Scenario;
use septum_simulator::cpu::Cpu;
use septum_simulator::simulation::Simulation;
use septum_simulator::visit::Entry;

use super::super::table::Row;
use super::draft::Built;
use super::{LIMIT_NS, designs};

/// Visits to the kernel, each at another moment of its window.
const VISITS: usize = 16_000;
/// The bound is at most so many times the longest path that was seen, and never less.
const BAR: f64 = 1.25;
const MTVEC: u16 = 0x305;

/// The bound in relation to the longest path that was seen.
pub(super) fn row() -> anyhow::Result<Row> {
    let built = designs::everything().build()?;
    let (bound, seen) = bound_and_seen(&built)?;
    let ratio = bound
        .ok()
        .and_then(|bound| u32::try_from(bound).ok())
        .map(|bound| f64::from(bound) / f64::from(seen));
    let bound = bound.map_or_else(|why| format!("no bound: {why}"), |it| format!("bound {it}"));
    Ok(Row {
        name: "longest_path".to_owned(),
        value: ratio,
        unit: "x",
        bar: Some(BAR),
        met: Some(ratio.is_some_and(|ratio| (1.0..=BAR).contains(&ratio))),
        against: format!("{bound}; seen {seen}"),
    })
}

/// The bound of an image, and the longest path of many.
fn bound_and_seen(built: &Built) -> anyhow::Result<(Result<u64, Unbounded>, u32)> {
    let mut simulation = Simulation::boot(&built.plan, &built.image, &Scenario::default())?;
    let mut seen = 1;
    for _ in 0..VISITS {
        let Some(visit) = simulation.run_visit(LIMIT_NS)? else {
            break;
        };
        simulation.drain_events();
        if visit.entry != Entry::Reset {
            seen = seen.max(visit.longest);
        }
    }
    let vector = simulation.machine().cpu().csr(MTVEC).unwrap_or(0);
    let bound = longest_path_of(&built.plan, &entries(vector));
    Ok((bound, u32::try_from(seen)?))
}

/// Where the hart goes at an exception and at a software, timer and external interrupt
/// (privileged specification, "mtvec").
fn entries(vector: u64) -> Vec<u64> {
    let base = vector & !3;
    let causes: &[u64] = if vector & 1 == 1 {
        &[0, 3, 7, 11]
    } else {
        &[0]
    };
    causes.iter().map(|cause| base + 4 * cause).collect()
}
