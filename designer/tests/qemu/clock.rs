//! Virtual time as a program sees it.

use septum_core::console::Transcript;
use septum_core::image::build;
use septum_core::scenario::Scenario;
use septum_core::spec::RawStep;

use crate::agreement::{MS, simulated, ticks_late};
use crate::c::{compile, program, source};
use crate::machine::Qemu;
use crate::systems::{forever, numbered, partition, planned_with, system};

/// The two windows of a frame in ticks of `mtime`.
const FRAME_TICKS: u64 = 4_000;

/// Two hundred frames.
const DURATION_NS: u64 = 80 * MS;

/// Numbers that a partition has logged in hexadecimal.
fn numbers(said: &Transcript, partition: usize) -> Vec<u64> {
    let texts = said.texts(partition).iter();
    let texts = texts.map(|text| String::from_utf8_lossy(text));
    texts
        .map(|text| u64::from_str_radix(&text, 16).expect("hexadecimal"))
        .collect()
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc and qemu-system-riscv64"]
fn windows_begin_at_the_same_time() {
    let elf = compile(&source("clock.c"));
    let busy = vec![RawStep::Compute { ns: 30_000 }, numbered("n ")];
    let raw = system(
        vec![
            program("clock", "clock.elf"),
            partition("busy", forever(busy)),
        ],
        Vec::new(),
        &[&["clock"], &["busy"]],
    );
    let plan = planned_with(&raw, &[("clock.elf", &elf)]);
    let simulation = simulated(&plan, &build(&plan), &Scenario::default(), DURATION_NS);
    let expected = numbers(&Transcript::read(simulation.uart_output()), 0);
    assert!(expected.len() > 190);
    for pair in expected.windows(2) {
        assert_eq!(pair[1] - pair[0], FRAME_TICKS, "whatever `busy` did");
    }
    let mut qemu = Qemu::boot(&plan);
    let said = qemu.until(|said| said.texts(0).len() > expected.len());
    for (expected, found) in expected.iter().zip(numbers(&said, 0)) {
        assert!(ticks_late(*expected, found) <= 1, "{expected} {found}");
    }
}
