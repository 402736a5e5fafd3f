//! The UART driver in Rust and the one in C: the same console on both machines.

use std::path::Path;

use septum_core::console::Transcript;
use septum_core::image::build;
use septum_core::plan::Plan;
use septum_core::scenario::{Exchange, Scenario};

use crate::agreement::{MS, same_console, simulated};
use crate::c::compile;
use crate::interrupts::{DRIVER, DRIVER_FILE, driver, received};
use crate::machine::Qemu;
use crate::memory::Memory;
use crate::systems::{
    forever, log, log_received, numbered, partition, planned_with, receive, sleep, system,
};

/// The driver in C.
fn driver_in_c() -> Vec<u8> {
    let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../kernel/programs");
    compile(&programs.join("uart-driver-c/main.c"))
}

/// The driver passes what is typed to somebody who logs it; a third says what needs more than a
/// line, and what no terminal shows.
fn plan(elf: &[u8]) -> Plan {
    let reader = [log("ready")]
        .into_iter()
        .chain(forever(vec![receive("in"), log_received()]));
    let words = "a text of more than one line, with a \\ and a \n and \u{e9} ";
    let talker = forever(vec![numbered(words), sleep(1_000_000)]);
    let system = system(
        vec![
            driver(),
            partition("reader", reader.collect()),
            partition("talker", talker),
        ],
        vec![received(("reader", "in"))],
        &[&["driver", "reader"], &["talker"]],
    );
    planned_with(&system, &[(DRIVER_FILE, elf)])
}

/// Each byte is typed after the reply to the one before.
fn typed(text: &str) -> Scenario {
    let after = std::iter::once("ready".to_owned()).chain(text.chars().map(String::from));
    let exchanges = after.zip(text.chars()).map(|(after, byte)| Exchange {
        after: format!("1|{after}\n"),
        send: byte.to_string(),
    });
    Scenario {
        uart: exchanges.collect(),
        ..Scenario::default()
    }
}

/// The partition's first texts.
fn texts(said: &Transcript, partition: usize, count: usize) -> Vec<Vec<u8>> {
    said.texts(partition)[..count].to_vec()
}

const TEXT: &str = "typed";
/// Texts that the talker has said for certain when the text was typed, and more.
const TALK: usize = 12;

/// What the reader and the talker say while the text is typed, in the simulator and on QEMU.
fn dialogue(elf: &[u8]) -> [[Vec<Vec<u8>>; 2]; 2] {
    let plan = plan(elf);
    let scenario = typed(TEXT);
    let count = 1 + TEXT.len();
    let is_over = |said: &Transcript| said.texts(1).len() >= count && said.texts(2).len() > TALK;
    let said = |said: &Transcript| {
        assert!(said.other.is_empty() && said.kernel.is_empty());
        [texts(said, 1, count), texts(said, 2, TALK)]
    };
    let simulation = simulated(&plan, &build(&plan), &scenario, 40 * MS);
    let simulator = Transcript::read(simulation.uart_output());
    assert!(is_over(&simulator));
    let mut qemu = Qemu::boot(&plan);
    let console = qemu.play(&scenario, is_over);
    qemu.freeze();
    assert!(qemu.faults(&plan).is_empty());
    [said(&simulator), said(&console)]
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc and qemu-system-riscv64"]
fn the_drivers_in_rust_and_c_are_the_same_on_both_machines() {
    let [rust, rust_on_qemu] = dialogue(DRIVER);
    let [c, c_on_qemu] = dialogue(&driver_in_c());
    let replies: Vec<Vec<u8>> = std::iter::once(b"ready".to_vec())
        .chain(TEXT.bytes().map(|byte| vec![byte]))
        .collect();
    assert_eq!(rust[0], replies);
    assert_eq!(rust, rust_on_qemu);
    assert_eq!(rust, c);
    assert_eq!(rust, c_on_qemu);
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc and qemu-system-riscv64"]
fn the_driver_in_c_writes_the_same_lines_in_the_same_order() {
    let in_c = plan(&driver_in_c());
    let (simulation, _) = same_console(&in_c, &build(&in_c), 20 * MS);
    let lines = simulation.uart_output().to_vec();
    let in_rust = plan(DRIVER);
    let scenario = Scenario::default();
    let rust = simulated(&in_rust, &build(&in_rust), &scenario, 20 * MS);
    assert!(lines.len() > 500);
    assert_eq!(lines, rust.uart_output());
}
