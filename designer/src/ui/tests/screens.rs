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
    desk.keys("/ \"driver.irq\" enter r ctrl-u \"line\" enter");
    desk.keys("/ \"logger\" enter r ctrl-u \"9logger\" enter esc");
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
        ("help-trace", "5 ?"),
        (
            "help-signs",
            "F5 ? pagedown pagedown pagedown pagedown pagedown down down down down",
        ),
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
fn a_run_of_each_starter_system() {
    let runs = [
        ("ping-pong", "F5 s s s"),
        ("sensor-pipeline", "F5 o o"),
        ("crash-course", "F5 c \"fault\" enter"),
    ];
    for (template, keys) in runs {
        for (name, size) in [("80x24", SMALL), ("120x40", MIDDLE), ("200x60", LARGE)] {
            let mut desk = Desk::sized(template, size);
            insta::assert_snapshot!(format!("trace-{template}-{name}"), desk.keys(keys).screen());
        }
    }
}

#[test]
fn an_interrupt_on_its_way_through_the_trace() {
    let mut desk = Desk::sized("sensor-pipeline", MIDDLE);
    desk.keys("F5 c \"interrupt_delivered\" enter + +");
    insta::assert_snapshot!("trace-interrupt", desk.styled());
}

#[test]
fn far_out_the_plan_is_even_and_labels_are_whole() {
    let mut desk = Desk::new("sensor-pipeline");
    desk.keys("F5 t ctrl-u \"60ms\" enter F");
    insta::assert_snapshot!("trace-far-out", desk.screen());
    desk.keys("- - - - - -");
    insta::assert_snapshot!("trace-farther-out", desk.screen());
}

#[test]
fn the_graph_shows_the_channel_of_the_selected_event() {
    let mut desk = Desk::new("sensor-pipeline");
    desk.keys("F5 1");
    insta::assert_snapshot!("traced-channel", desk.styled());
}

#[test]
fn the_last_row_of_every_view_ends_with_the_way_to_everything_else() {
    let smallest = Size {
        width: 60,
        height: 16,
    };
    for size in [smallest, SMALL, MIDDLE, LARGE] {
        let mut desk = Desk::sized("sensor-pipeline", size);
        for keys in ["1", "l", "2 j", "3", "4", "5", "F5", "s", "1"] {
            let screen = desk.keys(keys).screen();
            let last = screen.lines().last().unwrap();
            assert!(last.ends_with("? help  : commands"), "{keys}: {last}");
        }
    }
}

#[test]
fn no_hint_names_a_key_that_means_something_else_here() {
    let mut desk = Desk::sized("sensor-pipeline", LARGE);
    let screen = desk.keys("F5").screen();
    let last = screen.lines().last().unwrap();
    assert!(
        last.contains("/ search") && !last.contains("/ find"),
        "{last}"
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
fn a_trace_in_ascii_is_ascii_and_without_colour_has_none() {
    let mut desk = Desk::sized("sensor-pipeline", LARGE);
    desk.state.look = Look {
        unicode: false,
        colour: false,
    };
    desk.keys("F5 c \"receive\" enter 0");
    assert!(desk.screen().is_ascii(), "{}", desk.screen());
    let buffer = desk.buffer();
    let mut cells = buffer.content.iter();
    assert!(cells.all(|cell| cell.fg == ratatui::style::Color::Reset));
    insta::assert_snapshot!("trace-ascii", desk.screen());
    assert!(desk.keys("?").screen().is_ascii());
}

#[test]
fn without_colour_nothing_is_coloured() {
    let mut desk = Desk::new("sensor-pipeline");
    desk.state.look.colour = false;
    desk.keys("/ \"logger\" enter r ctrl-u \"9logger\" enter");
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

/// What leads to a safe mode in which one partition does not run, and to a memory that two
/// share.
const SAFE: &str = "2 A esc j j j j j d 1 \
    a m enter ctrl-u \"frames\" enter esc \
    / \"ping\" enter a s \"frames write\" enter / \"pong\" enter a s \"frames read\" enter \
    / \"ping\" enter enter j j j j j j j j j space j j space esc";

#[test]
fn a_safe_mode_and_a_shared_memory_in_every_view() {
    let views = [
        ("schedule", "2"),
        ("graph", "1"),
        ("form", "1 enter j j j j j j j j j j"),
        ("memory", "1 / \"frames\" enter enter"),
        ("dhall", "3 esc enter"),
        ("problems", "4"),
    ];
    for (size_name, size) in [("80x24", SMALL), ("120x40", MIDDLE)] {
        for (view, keys) in views {
            let mut desk = Desk::sized("ping-pong", size);
            let screen = desk.keys(SAFE).keys(keys).screen();
            insta::assert_snapshot!(format!("safe-{view}-{size_name}"), screen);
        }
    }
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
