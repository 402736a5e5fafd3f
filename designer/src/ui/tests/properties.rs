//! Whatever is typed: nothing panics, undo brings everything back, what is saved is what is
//! opened.

use proptest::prelude::*;

use super::desk::Desk;
use crate::ui::input::Input;
use crate::ui::key::Key;
use crate::ui::state::{Size, State};

/// Keys that mean something somewhere, and a few that do not.
const KEYS: &[&str] = &[
    "h",
    "j",
    "k",
    "l",
    "H",
    "J",
    "K",
    "L",
    "a",
    "c",
    "d",
    "e",
    "f",
    "g",
    "i",
    "m",
    "n",
    "o",
    "p",
    "r",
    "s",
    "u",
    "U",
    "w",
    "z",
    "1",
    "2",
    "3",
    "4",
    "=",
    "[",
    "]",
    "!",
    "/",
    ":",
    "?",
    "A",
    "G",
    "x",
    ".",
    ",",
    "tab",
    "shift-tab",
    "enter",
    "enter",
    "enter",
    "esc",
    "space",
    "backspace",
    "delete",
    "left",
    "right",
    "up",
    "down",
    "home",
    "end",
    "pageup",
    "pagedown",
    "ctrl-u",
    "ctrl-w",
    "ctrl-right",
    "F1",
    "F5",
    "5",
    "%",
    "+",
    "-",
    "t",
];

#[derive(Debug, Clone)]
enum Move {
    Key(&'static str),
    Paste(String),
    Resize(u16, u16),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        30 => proptest::sample::select(KEYS).prop_map(Move::Key),
        1 => ".{0,12}".prop_map(Move::Paste),
        1 => (0..220u16, 0..70u16).prop_map(|(width, height)| Move::Resize(width, height)),
    ];
    proptest::collection::vec(one, 0..60)
}

fn play(desk: &mut Desk, moves: &[Move]) {
    for one in moves {
        match one {
            Move::Key(name) => desk.press(name.parse::<Key>().unwrap()),
            Move::Paste(text) => desk.input(Input::Paste(text.clone())),
            Move::Resize(width, height) => {
                desk.input(Input::Resize(Size {
                    width: *width,
                    height: *height,
                }));
            }
        }
        // Answers that end the program end nothing here.
        desk.state.quitting = false;
        desk.buffer();
    }
}

fn close_everything(desk: &mut Desk) {
    for _ in 0..=desk.state.overlays.len() + desk.state.pending.len() {
        desk.keys("esc");
    }
}

fn template() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&["ping-pong", "sensor-pipeline", "crash-course"][..])
}

fn undo_all(state: &mut State) {
    while let Some((_, moment)) = {
        let now = state.moment();
        state.history.undo(now)
    } {
        state.restore(moment);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn nothing_panics_and_undo_brings_everything_back(template in template(), moves in moves()) {
        let mut desk = Desk::new(template);
        let first = desk.state.design.clone();
        // Opening another starter system begins another history.
        let name = first.system.machine.name.clone();
        play(&mut desk, &moves);
        prop_assume!(desk.state.document.template.as_deref() == Some(template));
        undo_all(&mut desk.state);
        prop_assert_eq!(&desk.state.design, &first, "{}", name);
    }

    #[test]
    fn what_is_saved_is_what_is_opened(template in template(), moves in moves()) {
        let mut desk = Desk::new(template);
        play(&mut desk, &moves);
        desk.input(Input::Resize(Size { width: 80, height: 24 }));
        close_everything(&mut desk);
        let folder = desk.path("saved");
        desk.keys(&format!("F6 ctrl-u \"{}\" enter", folder.display()));
        let before = desk.state.design.clone();
        let desk = desk.reopen(&folder);
        prop_assert_eq!(&desk.state.design.system, &before.system);
    }
}
