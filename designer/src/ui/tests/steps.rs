//! Typing the lines of a form: steps of a model, and where mistakes in it are marked.

use super::desk::{Desk, LARGE, MIDDLE, SMALL};
use crate::ui::form::step;

#[test]
fn steps_complete_to_kinds_first_and_to_fitting_ports_then() {
    let mut desk = Desk::new("ping-pong");
    desk.keys("l enter G a \"se\"");
    assert_eq!(desk.offered()[0], "send");
    desk.keys("tab \" \"");
    assert_eq!(desk.offered(), ["out"]);
    desk.keys("tab \" \"");
    assert!(desk.offered().is_empty(), "the text is free");
    desk.keys("ctrl-u \"receive \"");
    assert_eq!(desk.offered(), ["in"]);
    desk.keys("ctrl-u \"wait other,\"");
    assert_eq!(desk.offered(), ["in"]);
    desk.keys("ctrl-u \"sleep \"");
    assert!(desk.offered().is_empty());
}

#[test]
fn a_new_step_has_a_line_of_its_own() {
    for size in [SMALL, MIDDLE] {
        let mut desk = Desk::sized("ping-pong", size);
        desk.keys("l enter G k k a \"send\"");
        let screen = desk.screen();
        assert!(!screen.contains("endsend") && !screen.contains("sendend"));
        let line = |word: &str| {
            let found = screen.lines().position(|line| line.contains(word));
            found.unwrap_or_else(|| panic!("{word} in\n{screen}"))
        };
        let typed = screen.lines().nth(line("receive in") + 1).unwrap();
        assert!(typed.contains("send") && !typed.contains("log"), "{screen}");
        if size == MIDDLE {
            let next = screen.lines().nth(line("receive in") + 2).unwrap();
            assert!(next.contains("log received"), "{screen}");
        }
        desk.keys("esc j");
        let screen = desk.screen();
        let mut next = screen.lines().skip_while(|it| !it.contains("receive in"));
        assert!(next.nth(1).unwrap().contains("log"), "{screen}");
    }
}

#[test]
fn a_word_that_begins_no_step_is_answered_with_all_that_do() {
    for size in [SMALL, MIDDLE, LARGE] {
        let mut desk = Desk::sized("ping-pong", size);
        desk.keys("l enter G a \"sned\" enter");
        let screen = desk.screen();
        assert!(screen.contains("`sned` is no step"), "{screen}");
        for word in ["compute,", "acknowledge,", "touch,", "exit"] {
            assert!(screen.contains(word), "{word} in\n{screen}");
        }
    }
}

#[test]
fn a_bad_step_is_marked_on_its_own_line() {
    let mut desk = Desk::new("ping-pong");
    desk.keys("l enter G a \"send nowhere x\" enter");
    let screen = desk.screen();
    let marked: Vec<&str> = screen.lines().filter(|it| it.contains("┃ ! ")).collect();
    assert_eq!(marked.len(), 1, "{screen}");
    assert!(marked[0].contains("send nowhere"), "{screen}");
}

#[test]
fn a_bad_alternative_is_marked_on_the_line_that_says_it() {
    let marked = |keys: &str| {
        let mut desk = Desk::new("ping-pong");
        let screen = desk.keys(keys).screen();
        let marked = screen.lines().filter(|it| it.contains("┃ ! "));
        marked.map(str::to_owned).collect::<Vec<_>>()
    };
    let size = marked("/ \"there\" enter enter j j enter ctrl-u \"0\" enter");
    assert!(
        matches!(size.as_slice(), [line] if line.contains("message")),
        "{size:?}"
    );
    let rule = marked("a r j enter ctrl-u \"nobody\" enter");
    assert!(
        matches!(rule.as_slice(), [line] if line.contains("from")),
        "{rule:?}"
    );
}

#[test]
fn every_kind_of_step_is_explained_to_its_end() {
    for size in [SMALL, MIDDLE, LARGE] {
        for (name, usage, help) in step::KINDS {
            let mut desk = Desk::sized("ping-pong", size);
            let begun = &name[..name.len() - 1];
            desk.keys(&format!("l enter G a \"{begun}\""));
            let explained = format!("{usage}: {help} ");
            assert!(desk.screen().contains(&explained), "{}", desk.screen());
        }
    }
}
