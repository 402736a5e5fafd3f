//! The simulator and QEMU boot the same image.

use septum_core::image::Image;
use septum_core::plan::Plan;
use septum_core::scenario::Scenario;
use septum_simulator::simulation::{Outcome, Simulation};

use crate::machine::Qemu;

/// A millisecond in nanoseconds.
pub(crate) const MS: u64 = 1_000_000;

/// A run in the simulator up to a virtual time.
pub(crate) fn simulated(
    plan: &Plan,
    image: &Image,
    scenario: &Scenario,
    time_ns: u64,
) -> Simulation {
    let mut simulation = Simulation::boot(plan, image, scenario).expect("it boots");
    let outcome = simulation.run_until(time_ns).expect("the engine holds");
    assert_eq!(outcome, Outcome::Reached);
    simulation
}

/// Runs an image without input, in the simulator up to a virtual time and on QEMU until as
/// much was on the UART: the same bytes in the same order, whoever they are from.
pub(crate) fn same_console(plan: &Plan, image: &Image, time_ns: u64) -> (Simulation, Qemu) {
    let simulation = simulated(plan, image, &Scenario::default(), time_ns);
    let mut qemu = Qemu::boot_image(&image.elf);
    let expected = simulation.uart_output();
    let found = qemu.console(expected.len());
    for (number, (expected, found)) in lines(expected).zip(lines(&found)).enumerate() {
        assert_eq!(expected, found, "line {number}");
    }
    assert_eq!(expected, found);
    (simulation, qemu)
}

/// How many ticks later QEMU's clock was read than the simulator's.
///
/// QEMU 7.2 arms the timer for a whole number of ticks from the *nanosecond* of the store to
/// `mtimecmp` (`riscv_aclint_mtimer_write_timecmp`), where the simulator fires at the begin of
/// the tick. What follows an interrupt of the timer is therefore late by the store's place in
/// its tick, less than one tick, and this does not add up: the next one is late by its own.
pub(crate) fn ticks_late(simulated: u64, on_qemu: u64) -> u64 {
    let late = on_qemu.checked_sub(simulated);
    late.unwrap_or_else(|| panic!("QEMU at {on_qemu}, the simulator at {simulated}"))
}

fn lines(console: &[u8]) -> impl Iterator<Item = String> {
    let lines = console.split(|&byte| byte == b'\n');
    lines.map(|line| String::from_utf8_lossy(line).into_owned())
}
