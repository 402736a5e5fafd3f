//! Messages under our kernel, with trace and monitor, and what those cost.

use anyhow::{Context, ensure};
use septum_core::scenario::Scenario;
use septum_simulator::machine::Machine;
use septum_simulator::simulation::{BootError, Outcome, Simulation};

use super::super::kernel::{Built, ping_pong};
use super::super::table::Row;
use super::{at_least, fastest, millions, qemu, timed};
use crate::cli::instructions::PIECE_NS;

/// Round trips of two messages of 64 bytes.
const TIMES: u64 = 20_000;
/// As many as QEMU writes down in a time and a file that are bearable.
const FEW_TIMES: u64 = 2000;
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

/// The same with every instruction told, which QEMU writes into a file, and we give away.
pub(super) fn traced() -> anyhow::Result<Vec<Row>> {
    let built = ping_pong(TIMES).build()?;
    let mut here = || timed(|| instructions(&built).map(drop));
    let mut ways: Vec<&mut dyn FnMut() -> anyhow::Result<f64>> = vec![&mut here];
    let mut there = seconds_there;
    if qemu::is_installed() {
        ways.push(&mut there);
    }
    let seconds = fastest(&mut ways)?;
    let own = seconds[0] / count(TIMES);
    let other = seconds.get(1).map(|it| it / count(FEW_TIMES));
    let microseconds = |seconds: f64| 1e6 * seconds;
    let against = match other {
        Some(other) => format!(
            "QEMU -d exec,int -D FILE: {:.0}, here {:.1} us a round trip",
            microseconds(other),
            microseconds(own)
        ),
        None => "QEMU not installed".to_owned(),
    };
    let ratio = other.map(|other| other / own);
    Ok(vec![at_least("ping_pong_traced", ratio, 20.0, against)])
}

fn count(times: u64) -> f64 {
    1e6 * millions(times)
}

/// Seconds that QEMU takes to write down some round trips, without those to begin and to end.
fn seconds_there() -> anyhow::Result<f64> {
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("log");
    let log = log.to_str().context("a name that is text")?;
    let more = ["-d", "exec,int", "-D", log];
    let whole = qemu::seconds(&ping_pong(FEW_TIMES).build()?.image.elf, &more)?;
    let few = qemu::seconds(&ping_pong(1).build()?.image.elf, &more)?;
    Ok((whole - few).max(1e-3))
}

/// Runs to the end with trace and monitor; how many instructions there were.
fn instructions(built: &Built) -> anyhow::Result<u64> {
    let mut simulation = boot(built)?;
    simulation.machine_mut().keep_instructions();
    let mut count = 0;
    to_the_end(&mut simulation, PIECE_NS, |machine| {
        machine.drain_instructions(|executed| count += executed.stretch.count());
    })?;
    Ok(count)
}

/// Runs to the end, as `septum run` does.
fn simulated(built: &Built, monitor: bool) -> anyhow::Result<()> {
    let mut simulation = boot(built)?;
    if !monitor {
        simulation.machine_mut().stop_watching();
    }
    to_the_end(&mut simulation, LIMIT_NS, |_| {})
}

fn boot(built: &Built) -> Result<Simulation, BootError> {
    Simulation::boot(&built.plan, &built.image, &Scenario::default())
}

/// Runs to the end in pieces, with a look at the machine after each.
fn to_the_end(
    simulation: &mut Simulation,
    piece_ns: u64,
    mut look: impl FnMut(&mut Machine),
) -> anyhow::Result<()> {
    loop {
        let outcome = simulation.run_events(1024, simulation.time_ns() + piece_ns)?;
        drop(simulation.drain_trace());
        look(simulation.machine_mut());
        if outcome != Outcome::Reached {
            return Ok(());
        }
        ensure!(simulation.time_ns() < LIMIT_NS, "it has no end");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instruction_is_counted() {
        let built = ping_pong(10).build().unwrap();
        let mut simulation = boot(&built).unwrap();
        simulation.run_until(LIMIT_NS).unwrap();
        let expected = simulation.machine().instructions();
        assert_eq!(instructions(&built).unwrap(), expected);
    }
}
