//! Messages under our kernel, with trace and monitor, and what those cost.

use anyhow::ensure;
use septum_core::scenario::Scenario;
use septum_simulator::simulation::{Outcome, Simulation};

use super::super::kernel::{Built, ping_pong};
use super::super::table::Row;
use super::{at_least, fastest, qemu, timed};

/// Round trips of two messages of 64 bytes.
const TIMES: u64 = 20_000;
const LIMIT_NS: u64 = 60_000_000_000;

pub(super) fn rows() -> anyhow::Result<Vec<Row>> {
    let built = ping_pong(TIMES).build()?;
    let few = ping_pong(1).build()?;
    let mut whole = || timed(|| simulated(&built, true));
    let mut unwatched = || timed(|| simulated(&built, false));
    let mut there =
        || Ok(qemu::seconds(&built.image.elf, &[])? - qemu::seconds(&few.image.elf, &[])?);
    let mut ways: Vec<&mut dyn FnMut() -> anyhow::Result<f64>> = vec![&mut whole, &mut unwatched];
    if qemu::is_installed() {
        ways.push(&mut there);
    }
    let seconds = fastest(&mut ways)?;
    let own = seconds[0];
    let other = seconds.get(2).copied();
    let against = match other {
        Some(other) => format!("QEMU -icount shift=0 without trace: {other:.2} s, here {own:.2} s"),
        None => "QEMU not installed".to_owned(),
    };
    let monitor = 100.0 * (seconds[0] / seconds[1] - 1.0);
    Ok(vec![
        at_least("ping_pong", other.map(|other| other / own), 4.0, against),
        Row::at_most(
            "monitor_cost",
            monitor,
            "%",
            15.0,
            "the same without the monitor",
        ),
    ])
}

/// Runs to the end, as `septum run` does.
fn simulated(built: &Built, monitor: bool) -> anyhow::Result<()> {
    let mut simulation = Simulation::boot(&built.plan, &built.image, &Scenario::default())?;
    if !monitor {
        simulation.machine_mut().stop_watching();
    }
    loop {
        let outcome = simulation.run_events(1024, LIMIT_NS)?;
        drop(simulation.drain_trace());
        if outcome != Outcome::Reached {
            return Ok(());
        }
        ensure!(simulation.time_ns() < LIMIT_NS, "it has no end");
    }
}
