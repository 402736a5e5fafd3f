//! Nothing is lost: questions before work goes, undo, the recovery journal.

use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::home::{Home, SMALL};

/// Waits until a journal in the folder has this text; one that is still being written is none.
fn wait_for_journal(folder: &Path, text: &str) {
    let begin = Instant::now();
    let has_text = || {
        let files = fs::read_dir(folder).into_iter().flatten().flatten();
        let whole = files.filter(|it| it.path().extension().is_some_and(|it| it == "json"));
        let mut texts = whole.filter_map(|file| fs::read_to_string(file.path()).ok());
        texts.any(|journal| journal.contains(text))
    };
    while !has_text() {
        assert!(
            begin.elapsed() < Duration::from_secs(60),
            "no journal has {text}"
        );
        sleep(Duration::from_millis(5));
    }
}

#[test]
fn quitting_with_unsaved_work_asks() {
    let home = Home::new();
    let spec = home.starter("ping-pong");
    let before = fs::read_to_string(&spec).expect("a file");
    let mut designer = home.designer(&[&spec], SMALL);
    designer.see(&["(saved)", "no problems"]);
    designer
        .keys("l r ctrl-u \"alpha\" enter")
        .see(&["(changed)"]);
    designer.keys("q").see(&["has changes that are not saved"]);
    designer.keys("esc").see_none(&["that are not saved"]);
    designer
        .keys("ctrl-c")
        .see(&["has changes that are not saved"]);
    designer.keys("d").end_well();
    assert_eq!(fs::read_to_string(&spec).expect("a file"), before);
    home.designer(&[&spec], SMALL)
        .see(&["(saved)", "no problems"])
        .keys("q")
        .end_well();
}

#[test]
fn save_and_quit_saves() {
    let home = Home::new();
    let mut designer = home.designer(&[], SMALL);
    designer.see(&["no problems"]);
    designer
        .keys("/ \"filter\" enter r ctrl-u \"sieve\" enter q")
        .see(&["not saved"]);
    designer.keys("s").see(&["Save in which folder"]);
    designer.keys("ctrl-u \"robot\" enter").end_well();
    let text = fs::read_to_string(home.path("robot/system.dhall")).expect("a file");
    assert!(text.contains("\"sieve\""), "{text}");
}

#[test]
fn escape_closes_one_thing_and_never_the_program() {
    let home = Home::new();
    let mut designer = home.designer(&[], SMALL);
    designer.see(&["no problems"]);
    for (keys, seen) in [
        ("?", "Help: every command"),
        (":", "━ Command ━"),
        ("/", "Find"),
        ("a p", "Name"),
    ] {
        designer
            .keys(keys)
            .see(&[seen])
            .keys("esc")
            .see_none(&[seen]);
    }
    designer.keys("F5").see(&["paused"]);
    // With nothing left to close, it takes away what was said.
    for view in ["1", "2", "3", "4", "5", "5", "5"] {
        designer.keys(view).keys("U").see(&["Redo: "]);
        designer.keys("esc").see_none(&["Redo: "]);
    }
    designer.keys("q").end_well();
}

#[test]
fn every_step_can_be_undone_and_redone() {
    let home = Home::new();
    let mut designer = home.designer(&[], SMALL);
    designer.see(&["no problems"]);
    let first = designer.screen();
    designer
        .keys("a p ctrl-u \"radio\" enter")
        .see(&["┌ radio", "1 warning"]);
    designer
        .keys("/ \"filter\" enter d")
        .see(&["error"])
        .see_none(&["┌ filter"]);
    designer.keys("u").see(&["Undone", "┌ filter", "1 warning"]);
    designer
        .keys("u")
        .see(&["Undone", "no problems"])
        .see_none(&["┌ radio"]);
    designer
        .keys("esc")
        .wait("the first screen", |screen| screen == first);
    designer
        .keys("U U")
        .see(&["Done again", "S0105"])
        .see_none(&["┌ filter"]);
}

#[test]
fn a_killed_designer_loses_nothing_of_a_file() {
    let home = Home::new();
    let spec = home.starter("ping-pong");
    let mut designer = home.designer(&[&spec], SMALL);
    designer
        .see(&["no problems"])
        .keys("l r ctrl-u \"alpha\" enter")
        .see(&["┌ alpha"]);
    wait_for_journal(&home.journals(), "\"alpha\"");
    designer.signal(Signal::KILL).end();
    assert!(!fs::read_to_string(&spec).expect("a file").contains("alpha"));

    let mut designer = home.designer(&[&spec], SMALL);
    designer.see(&["Unsaved changes of", "survived the end"]);
    designer
        .keys("r")
        .see(&["Recovered", "┌ alpha", "(changed)"]);
    designer
        .keys("u")
        .see(&["┌ ping"])
        .keys("U")
        .see(&["┌ alpha"]);
    designer.keys("F2").see(&["(saved)"]).keys("q").end_well();
    assert!(
        fs::read_to_string(&spec)
            .expect("a file")
            .contains("\"alpha\"")
    );
    home.designer(&[&spec], SMALL)
        .see(&["┌ alpha", "no problems"])
        .see_none(&["survived"]);
}

#[test]
fn a_killed_designer_loses_nothing_that_never_had_a_file() {
    let home = Home::new();
    let mut designer = home.designer(&[], SMALL);
    designer
        .see(&["no problems"])
        .keys("a p ctrl-u \"radio\" enter")
        .see(&["┌ radio"]);
    wait_for_journal(&home.journals(), "\"radio\"");
    designer.signal(Signal::KILL).end();

    let mut designer = home.designer(&[], SMALL);
    designer.see(&["An unsaved design, sensor-pipeline,", "survived"]);
    designer
        .keys("r")
        .see(&["Recovered", "`radio` is unreachable"]);
    designer.keys("q").see(&["not saved"]).keys("d").end_well();
    home.designer(&[], SMALL)
        .see(&["no problems"])
        .see_none(&["survived"]);
}
