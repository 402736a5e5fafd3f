//! The harness itself, with a shell.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use septum_terminal::{Left, Program, Size, Terminal, TerminalError};

const LIMIT: Duration = Duration::from_secs(20);

fn shell(script: &str) -> Terminal {
    let program = Program {
        path: PathBuf::from("/bin/sh"),
        arguments: vec!["-c".into(), script.into()],
        folder: PathBuf::from("/"),
        environment: BTreeMap::from([("PATH".into(), "/usr/bin:/bin".into())]),
    };
    Terminal::start(
        &program,
        Size {
            columns: 40,
            rows: 10,
        },
    )
    .expect("a shell in a terminal")
}

#[test]
fn keys_go_in_and_the_screen_comes_out() {
    let mut terminal = shell("read line; echo \"got $line\"; exit 3");
    terminal.press("hello\n").unwrap();
    terminal
        .wait_for("the answer", LIMIT, |screen| screen.contains("got hello"))
        .unwrap();
    assert_eq!(terminal.wait_for_end(LIMIT).unwrap().exit_code(), 3);
    assert_eq!(terminal.left(), Left::RESTORED);
}

#[test]
fn what_does_not_come_is_said_with_the_screen() {
    let terminal = shell("echo here; sleep 20");
    let error = terminal.wait_for("more", Duration::from_millis(300), |it| {
        it.contains("there")
    });
    match error {
        Err(TerminalError::Timeout { screen, .. }) => assert_eq!(screen.trim(), "here"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_terminal_that_was_not_restored_is_seen() {
    let mut terminal = shell("stty raw; printf '\\033[?1049h\\033[?25l\\033[?2004h\\033[?1000h'");
    terminal.wait_for_end(LIMIT).unwrap();
    let all = Left {
        alternate_screen: true,
        hidden_cursor: true,
        bracketed_paste: true,
        mouse: true,
        raw: true,
    };
    assert_eq!(terminal.left(), all);
}

#[test]
fn a_resize_reaches_the_program() {
    let terminal = shell("trap 'stty size' WINCH; echo ready; while :; do sleep 0.05; done");
    terminal
        .wait_for("the start", LIMIT, |screen| screen.contains("ready"))
        .unwrap();
    terminal
        .resize(Size {
            columns: 50,
            rows: 12,
        })
        .unwrap();
    terminal
        .wait_for("the new size", LIMIT, |screen| screen.contains("12 50"))
        .unwrap();
}

#[test]
fn a_frame_is_looked_at_when_it_is_whole() {
    let mut terminal = shell(
        "printf '\\033[?2026h'; echo half; read line; printf '\\033[H\\033[Jwhole\\033[?2026l'; read line",
    );
    let early = terminal.wait_for("half", Duration::from_millis(300), |it| it.contains("half"));
    assert!(early.is_err(), "{}", terminal.screen());
    terminal.type_keys("enter").unwrap();
    terminal
        .wait_for("the frame", LIMIT, |screen| screen.contains("whole"))
        .unwrap();
    assert!(terminal.cells().contents().contains("whole"));
}
