//! Files that are not the designer's alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use septum::ui::file_work;
use septum::ui::shelf::Shelf;
use septum::ui::stamp::Stamp;
use septum::ui::world::World;
use septum_core::dhall::Evaluator;

use crate::home::{Home, SMALL};

#[test]
fn a_text_with_a_form_of_its_own_is_left_alone() {
    let home = Home::new();
    let spec = home.starter("ping-pong");
    let text = fs::read_to_string(&spec).expect("a file");
    let own = format!(
        "-- Mine.\n{}",
        text.replace("\"ping\"", "(let it = \"ping\" in it)")
    );
    fs::write(&spec, &own).expect("a file");
    let mut designer = home.designer(&[&spec], SMALL);
    designer.see(&["Saves go to system.septum.dhall: system.dhall has comments"]);
    designer
        .keys("l r ctrl-u \"alpha\" enter")
        .see(&["(changed)"]);
    designer.keys("F2").see(&[
        "Saved as system.septum.dhall; system.dhall has comments",
        "(saved)",
    ]);
    designer.keys("q").end_well();
    assert_eq!(fs::read_to_string(&spec).expect("a file"), own);
    let beside = spec.with_file_name("system.septum.dhall");
    assert!(
        fs::read_to_string(&beside)
            .expect("a file")
            .contains("\"alpha\"")
    );
    let (code, printed) = home.septum(&["check", "ping-pong/system.septum.dhall"]);
    assert_eq!(code, Some(0), "{printed}");
}

#[test]
fn a_file_that_somebody_else_changed_is_not_overwritten_unasked() {
    let home = Home::new();
    let spec = home.starter("ping-pong");
    let mut designer = home.designer(&[&spec], SMALL);
    designer
        .see(&["no problems"])
        .keys("l r ctrl-u \"alpha\" enter")
        .see(&["(changed)"]);
    let theirs = fs::read_to_string(&spec)
        .expect("a file")
        .replace("\"there\"", "\"thither\"");
    fs::write(&spec, &theirs).expect("a file");
    designer.keys("F2").see(&["was changed by"]);
    assert_eq!(fs::read_to_string(&spec).expect("a file"), theirs);
    designer
        .keys("l")
        .see(&["Loaded the file", "┌ ping", "thither"]);
    designer.keys("u").see(&["┌ alpha", "there"]);
    designer.keys("F2").see(&["(saved)"]).keys("q").end_well();
    assert!(
        fs::read_to_string(&spec)
            .expect("a file")
            .contains("\"alpha\"")
    );
}

#[test]
fn pasted_text_is_text_and_not_commands() {
    let home = Home::new();
    let mut designer = home.designer(&[], SMALL);
    designer.see(&["no problems"]);
    // Where no text is asked for, it does nothing: `q` does not quit, `d` deletes nothing.
    designer
        .bytes("\x1b[200~qd q\x1b[201~")
        .keys("a p ctrl-u")
        .see(&["Name"]);
    designer.bytes("\x1b[200~radio\x1b[201~").see(&["radio"]);
    designer
        .keys("enter")
        .see(&["┌ radio", "`radio` is unreachable"]);
}

#[test]
fn a_file_without_a_design_says_where_and_takes_no_screen() {
    let home = Home::new();
    fs::write(home.path("bad.dhall"), "{ name = 1 }").expect("a file");
    let mut designer = home.designer(&[&home.path("bad.dhall")], SMALL);
    let (code, left) = designer.end();
    assert_eq!((code, left), (2, septum_terminal::Left::RESTORED));
    let screen = designer.screen();
    assert!(screen.starts_with("error[S0012]: "), "{screen}");
    assert!(screen.contains("bad.dhall:1:"), "{screen}");
}

/// An evaluator that reads the file, and ends when somebody has changed it.
fn slow_evaluator(home: &Home, spec: &Path) -> PathBuf {
    let script = home.path("evaluator");
    let text = format!(
        "#!/bin/sh\n'{}' \"$@\"\necho 'somebody else' > '{}'\n",
        env!("CARGO_BIN_EXE_septum"),
        spec.display()
    );
    // The shell writes it: a program that this process has open for writing cannot start.
    let written = Command::new("sh")
        .args(["-c", r#"printf %s "$1" > "$0" && chmod +x "$0""#])
        .args([script.as_os_str(), text.as_ref()])
        .status();
    assert!(written.expect("a shell").success());
    script
}

#[test]
fn a_change_while_the_file_is_being_opened_is_noticed() {
    let home = Home::new();
    let spec = home.starter("ping-pong");
    let text = fs::read(&spec).expect("a file");
    let world = World {
        evaluator: Evaluator::Process(slow_evaluator(&home, &spec)),
        journals: None,
        run: String::new(),
        shelf: Shelf::default(),
    };
    let opened = file_work::open(&spec, &world, 80).expect("the text before");
    assert_eq!(fs::read(&spec).expect("a file"), b"somebody else\n");
    assert_eq!(opened.document.stamp, Some(Stamp::of(&text)));
}
