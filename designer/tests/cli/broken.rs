//! Systems in the middle of work, each with several mistakes: all of them are told at once.
//!
//! A system is a file of `tests/broken`, or a folder of several files. Beside it lies what
//! `septum check` must print, as somebody read and judged it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use insta::{Settings, assert_snapshot};
use septum::cli::report;
use septum_core::diagnostic::Diagnostic;

use crate::septum::Desk;

/// A test for each system, and the names of all of them.
macro_rules! broken {
    ($($test:ident = $name:literal,)+) => {
        const NAMES: &[&str] = &[$($name),+];

        $(
            #[test]
            fn $test() {
                is_told($name);
            }
        )+
    };
}

broken! {
    blank = "blank",
    board = "board",
    camera = "camera",
    copy_paste = "copy-paste",
    crowded_bus = "crowded-bus",
    exotic = "exotic",
    firmware = "firmware",
    flight_control = "flight-control",
    gateway = "gateway",
    hub = "hub",
    islands = "islands",
    motor = "motor",
    pump = "pump",
    radio = "radio",
    satellite = "satellite",
    small_machine = "small-machine",
    split = "split",
    thermostat = "thermostat",
    two_drivers = "two-drivers",
    watchdog = "watchdog",
    writer_form = "writer-form",
}

/// Checks a system, as text and as JSON.
#[track_caller]
fn is_told(name: &str) {
    let desk = Desk::with("sensor-pipeline", name);
    lay_out(name, &desk);
    let path = format!("{name}/system.dhall");

    let text = desk.run(["check", &path]);
    assert_eq!((text.code, text.stderr.as_str()), (Some(1), ""), "{text:?}");
    settings().bind(|| assert_snapshot!(name, text.stdout));

    let json = desk.run(["check", &path, "--format", "json"]);
    assert_eq!((json.code, json.stderr.as_str()), (Some(1), ""), "{json:?}");
    let findings: Vec<Diagnostic> = json
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("a finding on each line"))
        .collect();
    assert_eq!(report::text(Path::new(&path), &findings), text.stdout);

    let codes: BTreeSet<&str> = findings.iter().map(|d| d.code.as_str()).collect();
    assert!(codes.len() > 1, "several different mistakes: {codes:?}");
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken")
}

fn settings() -> Settings {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path("../broken");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

/// Puts the files of a system in the place of a starter system's.
fn lay_out(name: &str, desk: &Desk) {
    let single = folder().join(name).with_extension("dhall");
    if single.is_file() {
        let text = fs::read(single).expect("the system");
        desk.write(format!("{name}/system.dhall"), text);
    } else {
        copy(&folder().join(name), Path::new(name), desk);
    }
}

fn copy(from: &Path, to: &Path, desk: &Desk) {
    for entry in fs::read_dir(from).expect("the system's folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to, desk);
        } else {
            desk.write(&to, fs::read(entry.path()).expect("a file"));
        }
    }
}

#[test]
fn every_broken_system_is_checked() {
    let entries = fs::read_dir(folder()).expect("the folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let systems = paths.filter(|path| path.extension().is_none_or(|it| it == "dhall"));
    let found: BTreeSet<String> = systems
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    let checked: BTreeSet<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(found, checked);
}

#[test]
fn several_systems_are_checked_at_once_and_the_worst_decides() {
    let desk = Desk::with("ping-pong", "good");
    desk.write("bad/system.dhall", "{=}");
    let good = "good/system.dhall: no problems\n";
    for (arguments, code) in [
        (["check", "good/system.dhall", "good/system.dhall"], 0),
        (["check", "bad/system.dhall", "good/system.dhall"], 2),
        (["check", "good/system.dhall", "nowhere.dhall"], 2),
    ] {
        let ended = desk.run(arguments);
        assert_eq!(ended.code, Some(code), "{ended:?}");
        assert!(ended.stdout.contains(good), "{ended:?}");
    }
}
