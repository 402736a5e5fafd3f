//! Booting while the design is still being checked.

use super::desk::Desk;
use crate::ui::effect::{Effect, perform};
use crate::ui::input::Input;
use crate::ui::key::Key;
use crate::ui::state::View;
use crate::ui::update::update;

/// Types keys and holds back what they ask for.
fn type_quickly(desk: &mut Desk, keys: &[&str]) -> Vec<Effect> {
    let keys = keys
        .iter()
        .map(|name| Input::Key(name.parse::<Key>().unwrap()));
    keys.flat_map(|key| update(&mut desk.state, key)).collect()
}

/// Does the checks, and gives what is asked for then.
fn check(desk: &mut Desk, effects: Vec<Effect>) -> Vec<Effect> {
    let checks = effects
        .into_iter()
        .filter(|it| matches!(it, Effect::Check { .. }));
    let outcomes: Vec<_> = checks.filter_map(|it| perform(it, &desk.world)).collect();
    let inputs = outcomes.into_iter().map(Input::Outcome);
    inputs.flat_map(|it| update(&mut desk.state, it)).collect()
}

#[test]
fn who_boots_before_the_check_is_done_does_not_press_twice() {
    let mut desk = Desk::new("ping-pong");
    let asked = type_quickly(&mut desk, &["l", "r", "x", "enter", "F5"]);
    assert!(!asked.iter().any(|it| matches!(it, Effect::Boot { .. })));
    let asked = check(&mut desk, asked);
    let [Effect::Boot { plan, .. }] = asked.as_slice() else {
        panic!("{asked:?}");
    };
    assert_eq!(
        plan.system.partitions[0].name, "pingx",
        "what is booted is the edited design"
    );
    let asked = type_quickly(&mut desk, &["1", "r", "y", "enter"]);
    assert!(check(&mut desk, asked).is_empty(), "once is enough");
}

#[test]
fn what_boots_is_the_program_that_is_on_the_disk_now() {
    let mut desk = Desk::saved("sensor-pipeline");
    desk.keys("F5 1");
    let program = desk.path("sensor-pipeline/programs/uart-driver.elf");
    let bytes = std::fs::read(&program).unwrap();
    std::fs::write(&program, "no program").unwrap();
    desk.keys("F5");
    let screen = desk.screen();
    assert!(
        screen.contains("Cannot boot, 1 error; ! goes there: S0171"),
        "{screen}"
    );
    assert_eq!(desk.state.view, View::Graph);
    std::fs::write(&program, bytes).unwrap();
    desk.keys("F5");
    assert_eq!(desk.state.view, View::Trace);
}

#[test]
fn a_check_that_finds_errors_says_why_nothing_boots() {
    let mut desk = Desk::new("ping-pong");
    let asked = type_quickly(&mut desk, &["l", "r", "ctrl-u", "9", "enter", "F5"]);
    assert!(check(&mut desk, asked).is_empty());
    assert!(
        desk.screen()
            .contains("Cannot boot, 1 error; ! goes there: S0102"),
        "{}",
        desk.screen()
    );
}
