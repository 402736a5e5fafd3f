//! The simulator and QEMU boot the same image.

use septum_core::image::Image;
use septum_core::plan::Plan;
use septum_core::scenario::Scenario;
use septum_simulator::simulation::{Outcome, Simulation};

use crate::machine::{Cpu, Qemu};

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
    let mut qemu = Qemu::boot_image_on(&image.elf, Cpu::of(plan));
    let expected = simulation.uart_output();
    let found = qemu.console(expected.len());
    for (number, (expected, found)) in lines(expected).zip(lines(&found)).enumerate() {
        assert_eq!(expected, found, "line {number}");
    }
    assert_eq!(expected, found);
    (simulation, qemu)
}

fn lines(console: &[u8]) -> impl Iterator<Item = String> {
    let lines = console.split(|&byte| byte == b'\n');
    lines.map(|line| String::from_utf8_lossy(line).into_owned())
}
