//! Texts that are hostile, damaged or not there: a sentence and exit code 2, never a panic and
//! never a hang, whichever command reads them.

use std::ffi::{OsStr, OsString};
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::Path;

use rustix::fs::{CWD, FileType, Mode, mknodat};

use crate::septum::{Desk, Ended};

/// What every command that reads a design says about this file: `check` on its standard
/// output, the others on the standard error.
#[track_caller]
fn said(desk: &Desk, path: impl AsRef<OsStr>) -> String {
    let words = |words: &[&str]| -> Vec<OsString> { words.iter().map(OsString::from).collect() };
    let path = vec![path.as_ref().to_owned()];
    let checked = desk.run([words(&["check"]), path.clone()].concat());
    assert_eq!(
        (checked.code, checked.stderr.as_str()),
        (Some(2), ""),
        "{checked:?}"
    );
    let silent = Ended {
        code: Some(2),
        stdout: String::new(),
        stderr: checked.stdout.clone(),
    };
    let built = desk.run([words(&["build"]), path.clone(), words(&["-o", "image"])].concat());
    assert_eq!(built, silent);
    let ran = desk.run([words(&["run"]), path].concat());
    assert_eq!(ran, silent);
    assert!(!desk.path("image").exists());
    checked.stdout
}

/// Code, sentence and place of the only finding in a text.
#[track_caller]
fn only_finding(said: &str) -> [&str; 3] {
    let lines: Vec<&str> = said.lines().collect();
    let [first, second, .., last] = lines[..] else {
        panic!("{said}");
    };
    let (code, sentence) = first.split_once("]: ").expect(said);
    let place = second.strip_prefix("  --> ").expect(said);
    let file = place.split(':').next().expect(said);
    assert_eq!(last, format!("{file}: 1 error"), "{said}");
    let rest = &lines[2..lines.len() - 1];
    let helps = rest.len() == 2 && rest[0].starts_with("  help: ");
    assert!(
        rest[rest.len() - 1].is_empty() && (rest.len() == 1 || helps),
        "{said}"
    );
    [code.strip_prefix("error[").expect(said), sentence, place]
}

/// Writes the text into `x.dhall` and compares what is said about it.
#[track_caller]
fn text_is(text: impl AsRef<[u8]>, code: &str, sentence: &str, place: &str) {
    let desk = Desk::new();
    desk.write("x.dhall", text);
    let said = said(&desk, "x.dhall");
    assert_eq!(only_finding(&said), [code, sentence, place]);
}

/// Bytes without any order, but always the same (SplitMix64).
fn noise() -> impl Iterator<Item = u8> {
    let mut state = 0_u64;
    std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31).to_le_bytes()
    })
    .flatten()
}

#[test]
fn a_megabyte_of_random_bytes() {
    let bytes: Vec<u8> = noise().take(1_000_000).collect();
    let at = std::str::from_utf8(&bytes).unwrap_err().valid_up_to();
    let sentence = format!("the file is not text: byte {at} is not UTF-8");
    text_is(bytes, "S0003", &sentence, "x.dhall");
}

#[test]
fn a_megabyte_of_random_letters() {
    let letters = noise().map(|byte| 32 + byte % 95);
    let desk = Desk::new();
    desk.write("x.dhall", letters.take(1_000_000).collect::<Vec<u8>>());
    let said = said(&desk, "x.dhall");
    assert!(
        said.starts_with("error[S0005]: this is not Dhall: "),
        "{said}"
    );
    assert!(said.ends_with("\nx.dhall: 1 error\n"), "{said}");
    assert!(said.len() < 300, "one sentence: {said}");
}

#[test]
fn a_file_of_more_than_a_mebibyte() {
    let spaces = vec![b' '; (1 << 20) + 1];
    text_is(spaces, "S0002", "the file is larger than 1 MiB", "x.dhall");
}

#[test]
fn an_empty_file() {
    for text in ["", "  \n\n"] {
        text_is(text, "S0004", "the file is empty", "x.dhall");
    }
}

#[test]
fn a_folder() {
    let desk = Desk::with("ping-pong", "a");
    let expected = ["S0001", "the file is a folder", "a"];
    assert_eq!(only_finding(&said(&desk, "a")), expected);
}

#[test]
fn a_file_that_does_not_exist() {
    let desk = Desk::new();
    let expected = ["S0001", "the file does not exist", "no/such.dhall"];
    assert_eq!(only_finding(&said(&desk, "no/such.dhall")), expected);
}

#[test]
fn a_file_without_the_right_to_read() {
    if rustix::process::geteuid().is_root() {
        return;
    }
    let desk = Desk::new();
    desk.write("x.dhall", "{=}");
    fs::set_permissions(desk.path("x.dhall"), Permissions::from_mode(0o000)).unwrap();
    let expected = ["S0001", "the file may not be read", "x.dhall"];
    assert_eq!(only_finding(&said(&desk, "x.dhall")), expected);
}

#[test]
fn a_pipe_that_nobody_writes_to() {
    let desk = Desk::new();
    let mode = Mode::from_raw_mode(0o600);
    mknodat(CWD, desk.path("pipe"), FileType::Fifo, mode, 0).unwrap();
    let expected = ["S0001", "the file is not a regular file", "pipe"];
    assert_eq!(only_finding(&said(&desk, "pipe")), expected);
}

#[test]
fn a_socket_and_a_device() {
    let desk = Desk::new();
    let _socket = UnixListener::bind(desk.path("socket")).unwrap();
    for path in ["socket", "/dev/zero"] {
        let expected = ["S0001", "the file is not a regular file", path];
        assert_eq!(only_finding(&said(&desk, path)), expected);
    }
}

#[test]
fn a_link_to_itself() {
    let desk = Desk::new();
    std::os::unix::fs::symlink("x.dhall", desk.path("x.dhall")).unwrap();
    let said = said(&desk, "x.dhall");
    assert!(
        said.starts_with("error[S0001]: the file cannot be read ("),
        "{said}"
    );
}

#[test]
fn a_name_that_is_not_text() {
    let desk = Desk::with("ping-pong", "a");
    let name = |bytes| Path::new("a").join(OsStr::from_bytes(bytes));
    desk.write(name(b"caf\xe9.dhall"), "");
    let expected = ["S0004", "the file is empty", "a/caf\u{fffd}.dhall"];
    assert_eq!(only_finding(&said(&desk, name(b"caf\xe9.dhall"))), expected);

    let design = fs::read(desk.path("a/system.dhall")).unwrap();
    desk.write(name(b"th\xe9.dhall"), design);
    let design = name(b"th\xe9.dhall");
    desk.run([OsStr::new("check"), design.as_os_str()]).good();
    let image = OsStr::from_bytes(b"\xff");
    desk.run([
        OsStr::new("build"),
        design.as_os_str(),
        OsStr::new("-o"),
        image,
    ])
    .good();
    assert!(desk.path(image).is_file());
    desk.run([OsStr::new("run"), design.as_os_str()]).good();
}

#[test]
fn a_type_error() {
    let desk = Desk::with("ping-pong", "a");
    desk.change("a/system.dhall", "name = \"ping\"", "name = 7");
    let expected = [
        "S0011",
        "`name` is a Natural, but must be a Text",
        "a/system.dhall:5:16",
    ];
    assert_eq!(only_finding(&said(&desk, "a/system.dhall")), expected);
}

#[test]
fn something_else_than_a_system() {
    let sentence = "this is a Natural, but must be a record";
    text_is("1 + 1", "S0012", sentence, "x.dhall:1:1");
}

#[test]
fn twenty_nested_parentheses() {
    let text = format!("{}1{}", "(".repeat(20), ")".repeat(20));
    let sentence = "the text is nested too deeply: more than 16 brackets in each other";
    text_is(text, "S0006", sentence, "x.dhall:1:17");
}

#[test]
fn tens_of_thousands_of_nested_parts() {
    for part in [
        "(",
        "[",
        "{ a = ",
        "-- \n(",
        "\\(x : Natural) -> ",
        "Natural -> ",
    ] {
        let desk = Desk::new();
        desk.write("x.dhall", part.repeat(50_000));
        let said = said(&desk, "x.dhall");
        assert!(
            said.starts_with("error[S0006]: the text is nested too deeply: "),
            "{part}: {said}"
        );
        assert!(said.ends_with("\nx.dhall: 1 error\n"), "{said}");
    }
}

/// An expression that doubles with each of its sixty steps.
fn doubling(first: &str, next: &str) -> String {
    let mut text = format!("let a0 = {first}\n");
    for step in 1..=60 {
        let before = format!("a{}", step - 1);
        text += &format!("let a{step} = {}\n", next.replace('_', &before));
    }
    text + "in a60"
}

/// Puts an expression into a design, in the place of another, and expects that it is too much
/// to evaluate. Which limit is met first depends on the machine.
#[track_caller]
fn grows_too_large(from: &str, to: &str) {
    let desk = Desk::with("ping-pong", "a");
    desk.change("a/system.dhall", from, to);
    let too_long = "evaluating this takes longer than 4 seconds";
    let too_much =
        "evaluating this takes too much memory: it is nested too deeply or grows too large";
    let is_expected = |said: &str| {
        let [code, sentence, place] = only_finding(said);
        let limits = [("S0013", too_long), ("S0014", too_much)];
        assert!(limits.contains(&(code, sentence)), "{said}");
        assert_eq!(place, "a/system.dhall");
    };
    let ended = desk.run(["check", "a/system.dhall"]);
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (Some(2), ""),
        "{ended:?}"
    );
    is_expected(&ended.stdout);
    let build = ["build", "a/system.dhall", "-o", "image"];
    for command in [&build[..], &["run", "a/system.dhall"]] {
        is_expected(&desk.run(command).impossible());
    }
}

#[test]
fn a_text_that_doubles() {
    let text = doubling("\"0123456789\"", "_ ++ _");
    grows_too_large("\"ping-pong\"", &text);
}

#[test]
fn a_list_that_doubles() {
    let list = doubling("[ ping, pong ]", "_ # _");
    grows_too_large("[ ping, pong ]", &list);
}

#[test]
fn a_record_that_doubles() {
    let record = doubling("{ x = 1 }", "{ x = _, y = _ }");
    grows_too_large("\"ping-pong\"", &record);
}

#[test]
fn a_number_that_grows_without_bound() {
    let desk = Desk::with("ping-pong", "a");
    let fold = "Natural/fold 100 Natural (\\(n : Natural) -> n * 10) 1";
    desk.change("a/system.dhall", "Septum.us 50", fold);
    let said = said(&desk, "a/system.dhall");
    assert!(
        said.starts_with("error[S0016]: the evaluator cannot handle this text"),
        "{said}"
    );
    assert!(said.ends_with("\na/system.dhall: 1 error\n"), "{said}");
}

#[test]
fn an_import_that_does_not_exist() {
    let sentence = "the imported file septum/package.dhall does not exist";
    let text = "let Septum = ./septum/package.dhall in Septum.System::{=}";
    text_is(text, "S0009", sentence, "x.dhall:1:14");
}

#[test]
fn imports_that_are_not_allowed() {
    for (import, what) in [
        ("env:HOME", "of the environment variable HOME"),
        ("env:HOME as Text", "of the environment variable HOME"),
        ("/etc/passwd", "by an absolute path"),
        ("/etc/passwd as Text", "by an absolute path"),
        ("~/.profile as Text", "from the home folder"),
        (
            "https://example.com/x.dhall",
            "from the network (example.com/x.dhall)",
        ),
        (
            "http://127.0.0.1:1/x.dhall",
            "from the network (127.0.0.1:1/x.dhall)",
        ),
        ("missing", "that is `missing`"),
    ] {
        let sentence = format!("an import {what} is not allowed");
        let text = format!("[ {import} ]");
        text_is(text, "S0007", &sentence, "x.dhall:1:3");
    }
}

#[test]
fn an_import_that_leaves_the_folder() {
    let desk = Desk::new();
    desk.write("secret.dhall", "1");
    desk.write("a/x.dhall", "../secret.dhall");
    let sentence = "this import leaves the project folder";
    let expected = ["S0008", sentence, "a/x.dhall:1:1"];
    assert_eq!(only_finding(&said(&desk, "a/x.dhall")), expected);

    std::os::unix::fs::symlink("../secret.dhall", desk.path("a/link.dhall")).unwrap();
    desk.write("a/x.dhall", "./link.dhall");
    let sentence = "the imported file link.dhall lies outside of the project folder";
    let expected = ["S0008", sentence, "a/x.dhall:1:1"];
    assert_eq!(only_finding(&said(&desk, "a/x.dhall")), expected);
}

#[test]
fn a_file_that_imports_itself() {
    let desk = Desk::new();
    desk.write("x.dhall", "./x.dhall");
    desk.write("y.dhall", "./z.dhall");
    desk.write("z.dhall", "[ ./y.dhall ]");
    for (path, at) in [("x.dhall", "x.dhall:1:1"), ("y.dhall", "z.dhall:1:3")] {
        let said = said(&desk, path);
        assert!(said.starts_with("error[S0010]: "), "{said}");
        assert!(said.contains(&format!("\n  --> {at}\n")), "{said}");
        assert!(said.ends_with(&format!("\n{path}: 1 error\n")), "{said}");
    }
}

#[test]
fn a_file_whose_name_begins_like_an_option() {
    let desk = Desk::with("ping-pong", "a");
    fs::rename(desk.path("a/system.dhall"), desk.path("-x.dhall")).unwrap();
    fs::rename(desk.path("a/septum"), desk.path("septum")).unwrap();
    let ended = desk.run(["check", "--", "-x.dhall"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn more_bad_imports_than_anybody_reads() {
    let desk = Desk::new();
    let list = format!("[ {} ]", vec!["env:A"; 60_000].join(", "));
    desk.write("x.dhall", list);
    let said = said(&desk, "x.dhall");
    assert_eq!(said.matches("error[S0007]: ").count(), 20);
    let last = "error[S0007]: an import of the environment variable A is not allowed; \
                and 59980 more in this file\n  --> x.dhall:1:136\n";
    assert!(said.contains(last), "{said}");
    assert!(said.ends_with("\nx.dhall: 20 errors\n"), "{said}");
}

#[test]
fn an_imported_pipe() {
    let desk = Desk::new();
    let mode = Mode::from_raw_mode(0o600);
    mknodat(CWD, desk.path("pipe"), FileType::Fifo, mode, 0).unwrap();
    desk.write("x.dhall", "./pipe as Text");
    let sentence = "the imported file pipe is not a regular file";
    let expected = ["S0009", sentence, "x.dhall:1:1"];
    assert_eq!(only_finding(&said(&desk, "x.dhall")), expected);
}

#[test]
fn a_program_that_is_a_pipe() {
    let desk = Desk::with("sensor-pipeline", "a");
    let mode = Mode::from_raw_mode(0o600);
    mknodat(CWD, desk.path("a/pipe"), FileType::Fifo, mode, 0).unwrap();
    desk.change("a/system.dhall", "programs/uart-driver.elf", "pipe");
    let ended = desk.run(["check", "a/system.dhall"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended
            .stdout
            .starts_with("error[S0170]: the program `pipe` is not a regular file\n"),
        "{ended:?}"
    );
}

#[test]
fn programs_that_lie_outside_of_the_project() {
    for path in ["/proc/kmsg", "../secret.elf", "link.elf"] {
        let desk = Desk::with("sensor-pipeline", "a");
        desk.write("secret.elf", "secret");
        std::os::unix::fs::symlink("../secret.elf", desk.path("a/link.elf")).unwrap();
        desk.change("a/system.dhall", "programs/uart-driver.elf", path);
        let ended = desk.run(["check", "a/system.dhall"]);
        assert_eq!(ended.code, Some(1), "{ended:?}");
        let sentence =
            format!("error[S0170]: the program `{path}` lies outside of the project folder\n");
        assert!(ended.stdout.starts_with(&sentence), "{ended:?}");
    }
}
