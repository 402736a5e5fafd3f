//! What the simulator reaches: times of the same work here and elsewhere, as ratios of one run.

mod boot;
mod kernel;
mod qemu;
mod rv64emu;
mod travel;
mod workloads;

use std::time::Instant;

use anyhow::{Context, ensure};
use septum_core::spec::{RawDevice, RawDeviceKind, RawIsolation, RawMmu, RawRange};
use septum_core::system;
use septum_guest::bare::RAM;
use septum_simulator::machine::{Boundary, Machine};

use super::table::{Row, Table};

/// Each time is the least of so many runs, taken in turn with those that it is compared with.
const RUNS: usize = 3;
/// Bytes of RAM of the machine.
const RAM_BYTES: u64 = 64 << 20;
/// No program takes longer, in virtual time.
const LIMIT_NS: u64 = 60_000_000_000;

/// Measures everything that can be measured here.
///
/// # Errors
/// When a simulator failed, or QEMU cannot be asked.
pub(super) fn measure() -> anyhow::Result<Table> {
    let mut rows = straight()?;
    rows.extend(switches()?);
    rows.push(harts()?);
    rows.extend(boot::rows()?);
    rows.extend(kernel::rows()?);
    rows.extend(kernel::traced()?);
    rows.extend(travel::rows()?);
    Ok(Table { rows })
}

/// Seconds of the fastest of some runs of several ways to do the same, one after another.
fn fastest(ways: &mut [&mut dyn FnMut() -> anyhow::Result<f64>]) -> anyhow::Result<Vec<f64>> {
    let mut best = vec![f64::INFINITY; ways.len()];
    for _ in 0..RUNS {
        for (way, best) in ways.iter_mut().zip(&mut best) {
            *best = best.min(way()?);
        }
    }
    Ok(best)
}

fn timed<T>(action: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<f64> {
    let start = Instant::now();
    action()?;
    Ok(start.elapsed().as_secs_f64())
}

/// How many times as fast; more is better.
fn at_least(name: &str, value: Option<f64>, bar: f64, against: String) -> Row {
    Row {
        name: name.to_owned(),
        value,
        unit: "x",
        bar: Some(bar),
        met: value.map(|value| value >= bar),
        against,
    }
}

/// Straight-line code, without trace and monitor.
fn straight() -> anyhow::Result<Vec<Row>> {
    const TIMES: u64 = 2000;
    let words = workloads::straight(TIMES);
    let instructions = ours(&words)?;
    let few = workloads::straight(20);
    let few_instructions = ours(&few)?;
    let mut here = || timed(|| ours(&words));
    let mut witness = || timed(|| rv64emu::run(&few, few_instructions));
    let mut there = || qemu::net_seconds(&words);
    let (mut ways, has_qemu): (Vec<&mut dyn FnMut() -> anyhow::Result<f64>>, bool) =
        match qemu::is_installed() {
            true => (vec![&mut here, &mut witness, &mut there], true),
            false => (vec![&mut here, &mut witness], false),
        };
    let seconds = fastest(&mut ways)?;
    let speed = |count: u64, seconds: f64| millions(count) / seconds;
    let own = speed(instructions, seconds[0]);
    let slow = speed(few_instructions, seconds[1]);
    let fast = has_qemu.then(|| speed(instructions, seconds[2]));
    let against = |name: &str, other: Option<f64>| match other {
        Some(other) => format!("{name}: {other:.0}, here {own:.0} million instructions a second"),
        None => format!("{name} not installed"),
    };
    let rv64emu = against("rv64emu", Some(slow));
    let qemu = against("QEMU -icount shift=0", fast);
    Ok(vec![
        at_least("straight_line_rv64emu", Some(own / slow), 8.0, rv64emu),
        at_least("straight_line_qemu", fast.map(|fast| own / fast), 0.3, qemu),
    ])
}

/// The straight-line code on four harts, each with data of its own, and on one.
fn harts() -> anyhow::Result<Row> {
    const TIMES: u64 = 1000;
    let words = [1, 4].map(|harts| workloads::straight_on(harts, TIMES));
    let [few, many] = [ours_on(1, &words[0])?, ours_on(4, &words[1])?];
    let mut one = || timed(|| ours_on(1, &words[0]));
    let mut four = || timed(|| ours_on(4, &words[1]));
    let seconds = fastest(&mut [&mut one, &mut four])?;
    let nanoseconds = |count: u64, seconds: f64| 1e3 * seconds / millions(count);
    let [alone, together] = [nanoseconds(few, seconds[0]), nanoseconds(many, seconds[1])];
    let against = format!("one hart: {alone:.2}, four {together:.2} ns for an instruction");
    Ok(Row::at_most(
        "harts_4",
        together / alone,
        "x",
        1.3,
        &against,
    ))
}

/// Address spaces and PMP entries, one after another.
fn switches() -> anyhow::Result<Vec<Row>> {
    Ok(vec![
        switch(
            "satp_switch",
            workloads::spaces,
            20_000,
            workloads::CONTEXTS,
        )?,
        switch("pmp_rewrite", workloads::protections, 200_000, 1)?,
    ])
}

fn switch(name: &str, program: fn(u64) -> Vec<u32>, times: u64, each: u64) -> anyhow::Result<Row> {
    let words = program(times);
    let mut here = || timed(|| ours(&words));
    let mut there = || qemu::net_seconds(&words);
    let mut ways: Vec<&mut dyn FnMut() -> anyhow::Result<f64>> = vec![&mut here];
    if qemu::is_installed() {
        ways.push(&mut there);
    }
    let seconds = fastest(&mut ways)?;
    let nanoseconds = |seconds: f64| 1e3 * seconds / millions(times * each);
    let own = nanoseconds(seconds[0]);
    let other = seconds.get(1).map(|seconds| nanoseconds(*seconds));
    let against = match other {
        Some(other) => format!("QEMU -icount shift=0: {other:.0}, here {own:.0} ns each"),
        None => "QEMU not installed".to_owned(),
    };
    Ok(at_least(name, other.map(|other| other / own), 6.0, against))
}

/// Runs a program to its end; how many instructions it took.
fn ours(words: &[u32]) -> anyhow::Result<u64> {
    ours_on(1, words)
}

/// The same on so many harts.
fn ours_on(harts: usize, words: &[u32]) -> anyhow::Result<u64> {
    let mut machine = Machine::new(&description(harts), RAM)?;
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let loaded = machine.with_bus_mut(|bus| bus.ram_mut().fill(RAM, &bytes));
    loaded.context("a program has no room")?;
    loop {
        match machine.run(LIMIT_NS)? {
            Boundary::Off(_) => return Ok(machine.instructions()),
            Boundary::Limit | Boundary::Idle => ensure!(false, "a program has no end"),
            Boundary::Devices => drop(machine.drain_events()),
            _ => {}
        }
    }
}

fn description(harts: usize) -> system::Machine {
    system::Machine {
        name: "bench".to_owned(),
        harts,
        timebase_hz: 10_000_000,
        ns_per_instruction: 1,
        ram: vec![RawRange {
            base: RAM,
            size_bytes: RAM_BYTES,
        }],
        devices: vec![RawDevice {
            name: "finisher".to_owned(),
            kind: RawDeviceKind::TestFinisher,
            base: 0x10_0000,
            size_bytes: 0x1000,
            interrupts: Vec::new(),
            dma: false,
        }],
        isolation: RawIsolation {
            mmu: RawMmu::Sv39,
            asid_bits: 16,
            pmp_entries: 16,
            pmp_grain_bytes: 4,
        },
        sstc: false,
    }
}

/// A count in millions.
fn millions(count: u64) -> f64 {
    u32::try_from(count / 1000).map_or(f64::INFINITY, |thousands| f64::from(thousands) / 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_do_what_they_say() {
        let once = ours(&workloads::straight(1)).unwrap();
        let twice = ours(&workloads::straight(2)).unwrap();
        assert!(
            (200_000..300_000).contains(&(twice - once)),
            "{once} {twice}"
        );
        for program in [workloads::spaces, workloads::protections] {
            let [few, many] = [64, 128].map(|times| ours(&program(times)).unwrap());
            let [more, most] = [192, 256].map(|times| ours(&program(times)).unwrap());
            assert!(many > few + 64 * 4);
            assert_eq!((more - many, most - more), (many - few, many - few));
        }
    }

    #[test]
    fn four_harts_do_four_times_as_much() {
        let [one, four] = [1, 4].map(|harts| workloads::straight_on(harts, 1));
        let [one, four] = [ours_on(1, &one).unwrap(), ours_on(4, &four).unwrap()];
        assert!(
            (4 * one - 100..4 * one + 1000).contains(&four),
            "{one} {four}"
        );
    }

    #[test]
    fn rv64emu_executes_the_same_straight_line() {
        let words = workloads::straight(1);
        let instructions = ours(&words).unwrap();
        assert!(rv64emu::run(&words, instructions - 100).is_ok());
    }
}
