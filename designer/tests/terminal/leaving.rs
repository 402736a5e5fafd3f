//! However the designer leaves the terminal, a shell can use it.

use rustix::process::Signal;
use septum_terminal::Left;

use crate::designer::Designer;
use crate::home::{Home, SMALL};

/// What the designer needs while it is there.
const TAKEN: Left = Left {
    alternate_screen: true,
    hidden_cursor: true,
    bracketed_paste: true,
    mouse: false,
    raw: true,
};

/// A designer on a starter system with a change that is not saved.
fn at_work(home: &Home) -> Designer {
    let mut designer = home.designer(&[], SMALL);
    designer
        .see(&["no problems"])
        .keys("a p ctrl-u \"radio\" enter")
        .see(&["┌ radio"]);
    assert_eq!(designer.left(), TAKEN);
    designer
}

#[test]
fn after_quitting() {
    let home = Home::new();
    let mut designer = home.designer(&[], SMALL);
    designer.see(&["no problems"]);
    assert_eq!(designer.left(), TAKEN);
    designer.keys("q").end_well();
}

#[test]
fn after_a_signal_which_keeps_the_work() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let home = Home::new();
        assert_eq!(at_work(&home).signal(signal).end(), (code, Left::RESTORED));
        let mut designer = home.designer(&[], SMALL);
        designer.see(&["survived"]);
        designer.keys("r").see(&["`radio` is unreachable"]);
    }
}

#[test]
fn while_it_runs_and_a_signal_comes() {
    let home = Home::new();
    let mut designer = home.designer(&[], SMALL);
    designer
        .see(&["no problems"])
        .keys("F5")
        .see(&["paused"])
        .keys("space")
        .see(&["running"]);
    assert_eq!(designer.signal(Signal::TERM).end(), (143, Left::RESTORED));
}

#[test]
fn while_it_is_suspended_from_the_keyboard_or_from_outside() {
    let home = Home::new();
    let mut designer = at_work(&home);
    for from_keyboard in [true, false, true] {
        if from_keyboard {
            designer.keys("ctrl-z");
        } else {
            designer.signal(Signal::TSTP);
        }
        designer.wait_until_stopped();
        designer.wait_for_left(&Left::RESTORED);
        assert!(
            !designer.screen().contains("radio"),
            "{}",
            designer.screen()
        );
        designer.signal(Signal::CONT).see(&["┌ radio", "1 warning"]);
        assert_eq!(designer.left(), TAKEN);
    }
    designer
        .keys("u")
        .see_none(&["┌ radio"])
        .keys("q")
        .end_well();
}
