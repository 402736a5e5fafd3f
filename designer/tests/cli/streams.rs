//! Exit codes and streams of every subcommand, and readers that go away.

use std::fs::OpenOptions;
use std::path::Path;
use std::process::Stdio;

use crate::septum::{Desk, contents, ended, file};

/// A good design in `good`, one with an error in `bad`.
fn desk() -> Desk {
    let desk = Desk::with("ping-pong", "good");
    desk.run(["new", "bad"]).good();
    desk.change("bad/system.dhall", "[ \"ping\" ]", "[ \"pang\" ]");
    desk
}

/// Every subcommand with good, bad and impossible input: arguments and exit code.
const TABLE: &[(&str, i32)] = &[
    ("--help", 0),
    ("--version", 0),
    ("help run", 0),
    ("run --help", 0),
    ("new made", 0),
    ("new good", 2),
    ("new", 2),
    ("new made --template nothing", 2),
    ("check good/system.dhall", 0),
    ("check good/system.dhall --format json", 0),
    ("check bad/system.dhall", 1),
    ("check bad/system.dhall --format json", 1),
    ("check good/system.dhall bad/system.dhall", 1),
    ("check bad/system.dhall nowhere.dhall", 2),
    ("check nowhere.dhall --format json", 2),
    ("check", 2),
    ("check good/system.dhall --format yaml", 2),
    ("build good/system.dhall -o image", 0),
    ("build good/system.dhall --output image --format json", 0),
    ("build bad/system.dhall -o image", 1),
    ("build nowhere.dhall -o image", 2),
    ("build good/system.dhall -o nowhere/image", 2),
    ("build good/system.dhall", 2),
    ("run good/system.dhall --for 1ms", 0),
    ("run good/system.dhall --for 1ms --format json", 0),
    ("run bad/system.dhall", 1),
    ("run bad/system.dhall --format json", 1),
    ("run nowhere.dhall", 2),
    ("run good/system.dhall --scenario nowhere.dhall", 2),
    ("run good/system.dhall --for ever", 2),
    ("run", 2),
    ("export good/system.dhall --graph svg", 0),
    ("export good/system.dhall --graph dot -o image", 0),
    ("export good/system.dhall --trace csv --for 1ms", 0),
    (
        "export good/system.dhall --trace vcd -o image --format json",
        0,
    ),
    ("export good/system.dhall --schedule svg", 0),
    ("export bad/system.dhall --schedule svg", 1),
    ("export bad/system.dhall --trace perfetto --format json", 1),
    ("export nowhere.dhall --graph svg", 2),
    (
        "export good/system.dhall --trace csv --scenario nowhere.dhall",
        2,
    ),
    (
        "export good/system.dhall --schedule svg -o nowhere/image",
        2,
    ),
    ("export good/system.dhall --graph svg --only send", 2),
    ("export good/system.dhall", 2),
    ("emulate nowhere.elf", 125),
    ("emulate good/system.dhall", 125),
    ("emulate good/system.dhall --machine nowhere.dhall", 125),
    ("emulate", 2),
    ("", 2),
    ("good/system.dhall", 2),
    ("--nonsense", 2),
    ("evaluate-dhall nonsense good/system.dhall", 2),
];

fn words(arguments: &str) -> impl Iterator<Item = &str> {
    arguments.split(' ').filter(|word| !word.is_empty())
}

#[test]
fn exit_codes_say_good_findings_or_could_not_run() {
    for (arguments, code) in TABLE {
        let ended = desk().run(words(arguments));
        assert_eq!(ended.code, Some(*code), "septum {arguments}: {ended:?}");
    }
}

#[test]
fn results_go_to_the_output_and_everything_else_to_the_error() {
    for (arguments, code) in TABLE {
        let ended = desk().run(words(arguments));
        // Findings are what `check` was asked for.
        let is_result = *code == 0 || arguments.starts_with("check ") && !ended.stdout.is_empty();
        let (said, silent) = match is_result {
            true => (&ended.stdout, &ended.stderr),
            false => (&ended.stderr, &ended.stdout),
        };
        assert_eq!(silent, "", "septum {arguments}");
        let may_be_silent = *code == 0 && arguments.starts_with("check ");
        assert!(may_be_silent || !said.is_empty(), "septum {arguments}");
    }
}

#[test]
fn nothing_is_written_that_was_not_asked_for() {
    for (arguments, _) in TABLE {
        let desk = desk();
        desk.run(words(arguments));
        let unasked = desk.names("").into_iter();
        let asked = ["bad", "good", "image", "made"];
        let unasked: Vec<String> = unasked.filter(|name| !asked.contains(&&**name)).collect();
        assert!(unasked.is_empty(), "septum {arguments}: {unasked:?}");
        // The evaluator of Dhall makes an empty folder for its cache.
        let mut home = desk.names_at_home();
        home.retain(|name| name != ".cache");
        assert!(home.is_empty(), "septum {arguments}: {home:?}");
    }
}

#[test]
fn without_a_terminal_the_designer_says_what_to_do_instead() {
    for arguments in ["", "good/system.dhall"] {
        let error = desk().run(words(arguments)).impossible();
        assert_eq!(
            error,
            "septum: the designer needs a terminal; without one, use a subcommand: `septum new`, \
             `septum check`, `septum build`, `septum run`; `septum --help` lists all of them\n"
        );
    }
}

#[test]
fn a_reader_that_goes_away_changes_no_exit_code() {
    for (arguments, code) in TABLE {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let errors = file();
        let desk = desk();
        let mut command = desk.command(words(arguments));
        command.stdout(writer);
        command.stderr(errors.try_clone().expect("a handle"));
        let status = ended(command.spawn().expect("the binary starts"));
        drop(command);
        let errors = contents(errors);
        assert_eq!(status.code(), Some(*code), "septum {arguments}: {errors}");
        assert!(!errors.contains("panicked"), "septum {arguments}: {errors}");
    }
}

#[test]
fn nobody_who_reads_the_errors_changes_no_exit_code() {
    for (arguments, code) in TABLE {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let desk = desk();
        let mut command = desk.command(words(arguments));
        command.stdout(Stdio::null()).stderr(writer);
        let status = ended(command.spawn().expect("the binary starts"));
        assert_eq!(status.code(), Some(*code), "septum {arguments}");
    }
}

#[test]
fn a_run_ends_when_its_reader_goes_away() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let desk = desk();
    let mut command = desk.command(words("run good/system.dhall --for 100000000s"));
    command.stdout(writer).stderr(Stdio::null());
    let status = ended(command.spawn().expect("the binary starts"));
    assert_eq!(status.code(), Some(0));
}

#[test]
fn an_output_that_is_full_is_an_error() {
    let full = Path::new("/dev/full");
    if !full.exists() {
        return;
    }
    for arguments in [
        "check bad/system.dhall",
        "new made",
        "run good/system.dhall",
        "export good/system.dhall --graph svg",
    ] {
        let full = OpenOptions::new().write(true).open(full).expect("a device");
        let errors = file();
        let desk = desk();
        let mut command = desk.command(words(arguments));
        command.stdout(full);
        command.stderr(errors.try_clone().expect("a handle"));
        let status = ended(command.spawn().expect("the binary starts"));
        drop(command);
        let errors = contents(errors);
        assert_eq!(status.code(), Some(2), "septum {arguments}: {errors}");
        assert!(
            errors.starts_with("septum: cannot print: "),
            "septum {arguments}: {errors}"
        );
    }
}
