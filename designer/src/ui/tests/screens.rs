//! What the screen looks like.

use ratatui::style::Modifier;
use septum_core::spec::RawChannelKind;

use super::desk::{Desk, LARGE, MIDDLE, SMALL};
use crate::ui::input::Input;
use crate::ui::look::Look;
use crate::ui::state::Size;

#[test]
fn the_starter_systems() {
    for template in ["ping-pong", "sensor-pipeline", "crash-course"] {
        for (name, size) in [("80x24", SMALL), ("120x40", MIDDLE), ("200x60", LARGE)] {
            insta::assert_snapshot!(
                format!("{template}-{name}"),
                Desk::sized(template, size).screen()
            );
        }
    }
}

#[test]
fn the_selection_is_reversed() {
    let mut desk = Desk::new("sensor-pipeline");
    insta::assert_snapshot!("selected-box", desk.keys("/ \"driver\" enter").styled());
    insta::assert_snapshot!("selected-wire", desk.keys("/ \"clean\" enter").styled());
}

#[test]
fn problems_are_marked_at_their_places() {
    let mut desk = Desk::new("sensor-pipeline");
    desk.keys("/ \"logger\" enter r ctrl-u \"driver\" enter esc");
    insta::assert_snapshot!("problems-on-the-canvas", desk.styled());
    insta::assert_snapshot!("problems", desk.keys("4").screen());
    insta::assert_snapshot!("problems-in-a-form", desk.keys("1 tab enter").screen());
}

#[test]
fn every_view_and_what_stands_over_them() {
    let shots = [
        ("schedule", "2 j"),
        ("dhall", "l 3 enter"),
        ("help", "?"),
        ("palette", ": \"add\""),
        ("find", "/ \"b\""),
        ("keys-after-a", "l a"),
        ("connect", "l c"),
        ("form", "/ \"logger\" enter e"),
        ("form-edit", "/ \"logger\" enter e G enter"),
        ("form-choice", "/ \"clean\" enter e j enter"),
        ("quit", "l d q"),
    ];
    for (name, keys) in shots {
        insta::assert_snapshot!(name, Desk::new("sensor-pipeline").keys(keys).screen());
    }
    let mut wide = Desk::sized("sensor-pipeline", MIDDLE);
    insta::assert_snapshot!(
        "form-beside-the-canvas",
        wide.keys("/ \"logger\" enter e").screen()
    );
}

#[test]
fn ascii_has_the_same_places() {
    let mut desk = Desk::new("sensor-pipeline");
    desk.keys("/ \"driver\" enter e");
    let unicode = desk.screen();
    desk.state.look = Look {
        unicode: false,
        colour: false,
    };
    let ascii = desk.screen();
    assert!(ascii.is_ascii(), "{ascii}");
    for (one, other) in unicode.lines().zip(ascii.lines()) {
        assert_eq!(one.chars().count(), other.chars().count(), "{one}\n{other}");
    }
    desk.keys("esc esc");
    insta::assert_snapshot!("ascii", desk.screen());
}

#[test]
fn without_colour_nothing_is_coloured() {
    let mut desk = Desk::new("sensor-pipeline");
    desk.state.look.colour = false;
    desk.keys("/ \"logger\" enter r ctrl-u \"driver\" enter");
    let buffer = desk.buffer();
    assert!(
        buffer
            .content
            .iter()
            .all(|cell| cell.fg == ratatui::style::Color::Reset)
    );
}

#[test]
fn nothing_is_bold_and_dim_at_once() {
    for keys in [
        "", "l", "2 j", "3", "4", "?", ":", "a", "l a", "l enter", "l d q",
    ] {
        let mut desk = Desk::sized("sensor-pipeline", MIDDLE);
        let both = Modifier::BOLD | Modifier::DIM;
        let buffer = desk.keys(keys).buffer();
        let both = buffer
            .content
            .iter()
            .filter(|cell| cell.modifier.contains(both));
        let both: String = both.map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(both, "", "after {keys}");
    }
}

#[test]
fn every_kind_of_wire_looks_different() {
    let mut desk = Desk::new("sensor-pipeline");
    desk.keys("/ \"clean\" enter e j space");
    assert!(matches!(
        desk.system().channels[1].kind,
        RawChannelKind::Sampling { .. }
    ));
    insta::assert_snapshot!("kinds-of-wire", desk.keys("esc esc").screen());
}

#[test]
fn a_small_terminal_gets_a_sentence() {
    let mut desk = Desk::new("ping-pong");
    for (width, height) in [(59, 24), (80, 15), (12, 3), (1, 1), (0, 0)] {
        desk.input(Input::Resize(Size { width, height }));
        let screen = desk.screen();
        assert!(!screen.contains("Graph"), "{screen}");
    }
    desk.input(Input::Resize(Size {
        width: 60,
        height: 16,
    }));
    insta::assert_snapshot!("smallest", desk.screen());
}

#[test]
fn a_form_follows_its_cursor_and_fits_the_smallest_terminal() {
    let mut desk = Desk::sized(
        "ping-pong",
        Size {
            width: 60,
            height: 16,
        },
    );
    desk.keys("l e G");
    assert!(desk.screen().contains("end"), "{}", desk.screen());
}
