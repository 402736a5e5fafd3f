//! A whole system, from the first key to the image.

use septum_terminal::Size;
use septum_terminal::vt100::Color;

use crate::designer::{Designer, rows};
use crate::home::{Home, LARGE, MIDDLE, SMALL};

/// The position in the list of events and its length: `Events 3/7`.
fn events(screen: &str) -> Option<(usize, usize)> {
    let (_, rest) = screen.split_once("Events ")?;
    let (position, rest) = rest.split_once('/')?;
    let length: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some((position.parse().ok()?, length.parse().ok()?))
}

/// Types a key and waits until the run has come further by an event.
fn step(designer: &mut Designer, key: &str) {
    let before = events(&designer.screen());
    assert!(before.is_some(), "{}", designer.screen());
    designer.keys(key).wait("a later event", |screen| {
        screen.contains("paused") && events(screen) > before
    });
}

/// Cells that are drawn as what the trace is about now.
fn lit(designer: &Designer) -> String {
    let screen = designer.cells();
    let lit = rows(&screen)
        .flatten()
        .filter(|it| it.bold() && it.fgcolor() == Color::Idx(3));
    lit.map(|cell| cell.contents().to_owned()).collect()
}

fn cursor_ns(screen: &str) -> Option<String> {
    let (_, rest) = screen.split_once("cursor ")?;
    rest.split_once(" ms").map(|(time, _)| time.to_owned())
}

#[test]
fn a_system_is_designed_broken_repaired_booted_stepped_through_and_saved() {
    let home = Home::new();
    let mut designer = home.designer(&[], SMALL);
    designer.see(&["sensor-pipeline (new)", "uart-driver.elf", "no problems"]);
    add_and_connect(&mut designer);
    break_and_repair(&mut designer);
    boot_and_step(&mut designer);
    // The graph shows the channel of the selected event, and no other.
    designer.keys("1").see(&["uart-driver.elf"]);
    assert_eq!(lit(&designer), "bytes├───bytes 8x16──►┤raw");
    save_and_open_again(&mut designer);
    designer.keys("q").end_well();
    the_saved_file_is_good(&home);
}

fn add_and_connect(designer: &mut Designer) {
    designer
        .keys("a p ctrl-u \"radio\" enter")
        .see(&["┌ radio", "S0180 `radio` is unreachable"]);
    designer
        .keys("c enter")
        .see(&["Connect radio.out to which port"])
        .keys("ctrl-u \"logger.news\" enter")
        .see(&["news", "no problems"]);
    designer
        .keys("/ \"filter\" enter r ctrl-u \"sieve\" enter")
        .see(&["┌ sieve", "no problems"]);
    // What a save would write.
    designer
        .keys("3 G")
        .see(&["[ \"logger\", \"background\", \"radio\" ]"]);
}

fn break_and_repair(designer: &mut Designer) {
    designer
        .keys("2 j enter")
        .see(&["━ window 0 ━"])
        .keys("j enter ctrl-u \"250us\" enter")
        .see(&["1 error", "S0150 the windows of `main` add up to 950us"]);
    designer.keys("esc").see_none(&["━ window 0 ━"]);
    designer
        .keys("F5")
        .see(&["Cannot boot, 1 error; ! goes there: S0150"]);
    // From the problem to the field that repairs it.
    designer
        .keys("tab enter")
        .see(&["━ schedule main ━", "! major frame         1ms"])
        .keys("enter ctrl-u \"950us\" enter")
        .see(&["major frame         950us", "no problems"]);
    designer.keys("esc").see_none(&["━ schedule main ━"]);
}

/// To the first message, then on by event, system call and instruction, and to a receive.
fn boot_and_step(designer: &mut Designer) {
    designer
        .keys("F5")
        .see(&["paused", "driver: send", "channel bytes", "0000 32"]);
    step(designer, "s");
    step(designer, "o");
    let before = cursor_ns(&designer.screen());
    designer.keys("i").wait("a later cursor", |screen| {
        screen.contains("paused") && cursor_ns(screen) != before
    });
    designer
        .keys("c")
        .see(&["━ Run to the next ━"])
        .keys("ctrl-u \"receive\" enter")
        .see(&["paused", "sieve: receive", "channel bytes"]);
}

fn save_and_open_again(designer: &mut Designer) {
    designer
        .keys("F2")
        .see(&["Save in which folder"])
        .keys("ctrl-u \"robot\" enter")
        .see(&["Saved robot/system.dhall", "(saved)"]);
    designer
        .keys("F3")
        .see(&["Open which file"])
        .keys("\"robot\" enter")
        .see_none(&["Open which file", "schedule main", "Saved"]);
    // A design that was opened has no steps to take back and nothing selected.
    designer
        .keys("u")
        .see(&["Undo: nothing to undo", "sieve", "(saved)"]);
}

fn the_saved_file_is_good(home: &Home) {
    let (code, printed) = home.septum(&["check", "robot/system.dhall"]);
    assert_eq!(
        (code, printed.contains("no problems")),
        (Some(0), true),
        "{printed}"
    );
    let build = ["build", "robot/system.dhall", "-o", "robot.elf"];
    let (code, printed) = home.septum(&build);
    assert_eq!(code, Some(0), "{printed}");
    let image = std::fs::read(home.path("robot.elf")).expect("an image");
    assert!(image.starts_with(b"\x7fELF"));
    let (code, printed) = home.septum(&["run", "robot/system.dhall", "--for", "5ms"]);
    assert!(code == Some(0) && printed.contains("sieve"), "{printed}");
}

#[test]
fn there_is_room_on_larger_screens() {
    for size in [MIDDLE, LARGE] {
        designed_booted_and_saved(size);
    }
}

fn designed_booted_and_saved(size: Size) {
    let home = Home::new();
    let mut designer = home.designer(&[], size);
    designer.see(&["septum", "system sensor-pipeline", "no problems"]);
    designer
        .keys("a p ctrl-u \"radio\" enter")
        .see(&["partition radio", "S0180 `radio` is unreachable"]);
    designer.keys("F5").see(&[
        "driver: send",
        "━ Event ━",
        "─ Registers: driver (no debug lines) ─",
        "─ Console ─",
    ]);
    step(&mut designer, "s");
    designer
        .keys("F2 ctrl-u \"robot\" enter")
        .see(&["Saved robot/system.dhall"]);
    designer.keys("q").end_well();
    let text = std::fs::read_to_string(home.path("robot/system.dhall")).expect("a file");
    assert!(text.contains("\"radio\""), "{text}");
}
