//! The longest path that the kernel's code has, beside the longest one that was seen.

use septum_core::bound::{longest_path_of, looks};
use septum_core::scenario::Scenario;
use septum_simulator::cpu::{Cpu, Privilege};
use septum_simulator::simulation::{Outcome, Simulation};

use super::super::table::Row;
use super::designs;
use super::draft::{Built, Draft};

/// Name, design, instructions that it executes.
type Forcing = (&'static str, fn() -> Draft, u64);

/// Designs that force the kernel to its longest paths, with the instructions that each executes.
const DESIGNS: [Forcing; 6] = [
    ("4095 bytes", || designs::talks(4095), 3_000_000),
    ("63 bytes", || designs::talks(63), 3_000_000),
    ("faults", designs::faults, 3_000_000),
    ("logs", designs::logs, 3_000_000),
    ("crowd", designs::waits_in_a_crowd, 3_000_000),
    ("mail", designs::receives_in_a_crowd, 3_000_000),
];
/// The bound is at most so many times the longest path that was seen, and never less.
const BAR: f64 = 1.25;

/// The bound in relation to the longest path that was seen, in the design in which this is most.
pub(super) fn row() -> anyhow::Result<Row> {
    let mut found = Vec::new();
    let mut ratios = Vec::new();
    for (name, design, instructions) in DESIGNS {
        let built = design().build()?;
        let seen = longest_seen(&built, instructions)?;
        match longest_path_of(&built.plan) {
            Ok(bound) => {
                found.push(format!("{name}: bound {bound}, seen {seen}"));
                ratios.push(f64::from(u32::try_from(bound)?) / f64::from(seen));
            }
            Err(why) => found.push(format!("{name}: no bound: {why}")),
        }
    }
    let ratio = (ratios.len() == DESIGNS.len()).then(|| ratios.iter().copied().fold(0.0, f64::max));
    let holds = ratios.iter().all(|ratio| (1.0..=BAR).contains(ratio));
    Ok(Row {
        name: "longest_path".to_owned(),
        value: ratio,
        unit: "x",
        bar: Some(BAR),
        met: Some(ratio.is_some() && holds),
        against: found.join("; "),
    })
}

/// The longest path of many.
fn longest_seen(built: &Built, instructions: u64) -> anyhow::Result<u32> {
    let looks = looks(&built.plan);
    let mut simulation = Simulation::boot(&built.plan, &built.image, &Scenario::default())?;
    let (mut seen, mut begun) = (0, None);
    while simulation.machine().instructions() < instructions {
        let before = simulation.machine();
        let (was, executed) = (before.cpu().privilege(), before.instructions());
        if looks.contains(&before.cpu().pc()) {
            seen = seen.max(begun.unwrap_or(0));
            begun = begun.and(Some(0));
        }
        let outcome = simulation.step()?;
        let after = simulation.machine();
        if was == Privilege::Machine
            && let Some(begun) = &mut begun
        {
            *begun += after.instructions() - executed;
        }
        if after.cpu().privilege() != Privilege::Machine || after.is_asleep() {
            seen = seen.max(begun.unwrap_or(0));
            begun = Some(0);
            simulation.drain_events();
        }
        if outcome != Outcome::Reached {
            break;
        }
    }
    Ok(u32::try_from(seen)?)
}

#[cfg(test)]
mod tests {
    use septum_core::bound::opening_path_of;

    use super::*;

    #[test]
    fn a_pad_is_longer_than_the_longest_path_and_the_opening_of_a_window() {
        let crowds = [1, 8, 33, 62].map(|partitions| designs::crowd(partitions).build());
        let designs = DESIGNS.map(|(_, design, _)| design().build());
        for built in designs.into_iter().chain(crowds) {
            let plan = built.expect("a design").plan;
            let longest = longest_path_of(&plan).expect("a bound");
            let opening = opening_path_of(&plan).expect("a bound");
            // An instruction takes a nanosecond.
            let pad = plan.pad_ticks() * plan.system.machine.ns_per_tick();
            assert!(longest + opening <= pad, "{longest} and {opening} of {pad}");
        }
    }
}
