//! Program files that are built anew while the design is open.

use std::fs;
use std::path::PathBuf;

use septum_core::system::Program;

use super::desk::Desk;
use crate::ui::effect::Outcome;
use crate::ui::input::Input;

const NAME: &str = "programs/uart-driver.elf";

/// A saved design with a driver, and the driver's file.
fn desk() -> (Desk, PathBuf, Vec<u8>) {
    let desk = Desk::saved("sensor-pipeline");
    let file = desk.path("sensor-pipeline").join(NAME);
    let bytes = fs::read(&file).unwrap();
    assert_eq!(codes(&desk), [""; 0]);
    (desk, file, bytes)
}

/// The driver with another name for its port `bytes`.
fn renamed(driver: &[u8]) -> Vec<u8> {
    let at = driver.windows(6).position(|it| it == b"bytes\0").unwrap();
    let mut renamed = driver.to_vec();
    renamed[at..at + 5].copy_from_slice(b"typed");
    // Files of one length that are written at once look the same.
    renamed.push(0);
    renamed
}

/// The codes of what was found.
fn codes(desk: &Desk) -> Vec<&str> {
    let findings = desk.state.diagnostics().iter();
    findings.map(|it| it.code.as_str()).collect()
}

/// Looks at the files once, as the program does again and again; whether there was anything new.
fn look(desk: &mut Desk) -> bool {
    let names = desk.world.shelf.look();
    let is_new = !names.is_empty();
    if is_new {
        desk.input(Input::Outcome(Outcome::ProgramsChanged(names)));
    }
    is_new
}

#[test]
fn what_is_built_anew_is_checked_anew() {
    let (mut desk, file, driver) = desk();
    assert!(!look(&mut desk) && !look(&mut desk));
    fs::write(&file, renamed(&driver)).unwrap();
    assert!(!look(&mut desk), "somebody may be writing still");
    assert!(look(&mut desk));
    assert_eq!(codes(&desk), ["S0172", "S0172"]);
    let pins = &desk.state.review.pins[NAME];
    assert!(pins.iter().any(|pin| pin.name == "typed"), "{pins:?}");
    let screen = desk.screen();
    let notice = format!("{NAME} is another file now: the design is checked with it");
    assert!(screen.contains(&notice), "{screen}");
    assert!(!look(&mut desk), "it is said once");

    fs::write(&file, &driver).unwrap();
    assert!(!look(&mut desk) && look(&mut desk));
    assert_eq!(codes(&desk), [""; 0]);
    assert!(!desk.state.is_modified(), "the design is the same");
}

#[test]
fn a_file_that_is_being_written_is_the_one_before() {
    let (mut desk, file, driver) = desk();
    let built = renamed(&driver);
    for part in [100, 1000, built.len() / 2] {
        fs::write(&file, &built[..part]).unwrap();
        assert!(!look(&mut desk), "{part} bytes");
        desk.keys("a p enter");
        assert!(!codes(&desk).contains(&"S0171"), "{part} bytes");
        desk.keys("u");
        assert_eq!(codes(&desk), [""; 0], "{part} bytes");
    }
    fs::write(&file, built).unwrap();
    assert!(!look(&mut desk) && look(&mut desk));
    assert_eq!(codes(&desk), ["S0172", "S0172"]);
}

#[test]
fn a_file_that_is_deleted_is_a_finding_until_it_is_there_again() {
    let (mut desk, file, driver) = desk();
    fs::remove_file(&file).unwrap();
    assert!(!look(&mut desk), "a linker removes it before it writes");
    assert!(look(&mut desk));
    assert_eq!(codes(&desk), ["S0170"]);
    fs::write(&file, driver).unwrap();
    assert!(!look(&mut desk) && look(&mut desk));
    assert_eq!(codes(&desk), [""; 0]);
}

#[test]
fn what_boots_is_what_was_built_last() {
    let (mut desk, file, mut driver) = desk();
    driver.push(0);
    fs::write(&file, &driver).unwrap();
    desk.keys("F5");
    let plan = desk.state.review.plan.as_ref().unwrap();
    let Program::Elf { bytes, .. } = &plan.system.partitions[0].program else {
        panic!("the driver is a program");
    };
    assert_eq!(*bytes, driver);
}

#[test]
fn programs_of_another_design_are_not_looked_at() {
    let (mut desk, file, _) = desk();
    let other = desk.path("other");
    desk.keys(&format!("F6 ctrl-u \"{}\" enter", other.display()));
    fs::write(&file, "no program").unwrap();
    assert!(!look(&mut desk) && !look(&mut desk));
    assert_eq!(codes(&desk), [""; 0]);
}
