//! Wires that take longer to route than anybody waits for a key: what is shown meanwhile,
//! and which answers count.

use std::sync::Arc;

use super::design::{arranged, connected};
use super::desk::{Desk, LARGE};
use crate::ui::design::Design;
use crate::ui::document::Document;
use crate::ui::effect::{Effect, Outcome, perform};
use crate::ui::file_work;
use crate::ui::graph::route::Way;
use crate::ui::graph::route::effort::Effort;
use crate::ui::graph::scene::{AT_ONCE, Scene};
use crate::ui::input::Input;
use crate::ui::key::Key;
use crate::ui::look::Look;
use crate::ui::object::Object;
use crate::ui::state::State;
use crate::ui::update::{begin, update};

/// A box with so many wires that moving it takes more than is done at once.
fn hub() -> Design {
    let pairs: Vec<(usize, usize)> = (1..64).map(|other| (0, other)).collect();
    arranged(connected(64, &pairs), 120)
}

/// The designer with a design whose drawing is finished, and its hub selected.
fn designer(design: Design) -> State {
    let look = Look {
        unicode: true,
        colour: true,
    };
    let mut state = State::new(design, Document::unsaved(None), LARGE, look);
    let order = drawing_ordered(begin(&state)).unwrap();
    answer(&mut state, order);
    assert!(state.scene.is_finished);
    state.selection = Some(Object::Partition(0));
    state
}

/// Types keys; gives the orders to finish a drawing.
fn keys(state: &mut State, keys: &str) -> Vec<Effect> {
    let keys = keys.split(' ').map(|key| key.parse::<Key>().unwrap());
    keys.filter_map(|key| drawing_ordered(update(state, Input::Key(key))))
        .collect()
}

fn drawing_ordered(effects: Vec<Effect>) -> Option<Effect> {
    let mut orders = effects
        .into_iter()
        .filter(|effect| matches!(effect, Effect::Route { .. }));
    let order = orders.next();
    assert!(orders.next().is_none(), "one drawing, one order");
    order
}

/// Does what was ordered and brings the answer.
fn answer(state: &mut State, order: Effect) {
    let world = Desk::new("ping-pong").world;
    let outcome = perform(order, &world).unwrap();
    assert!(matches!(outcome, Outcome::Routed(_)));
    assert!(update(state, Input::Outcome(outcome)).is_empty());
}

fn one(orders: Vec<Effect>) -> Effect {
    let [order] = <[Effect; 1]>::try_from(orders).unwrap();
    order
}

#[test]
fn starter_systems_are_drawn_at_once() {
    for (name, _) in file_work::starters() {
        let opened = file_work::open_template(name, 80).unwrap();
        let mut effort = Effort::unlimited();
        let whole = Scene::within(&mut effort, &opened.design, None);
        assert_eq!(Scene::at_once(&opened.design, None), whole, "{name}");
        assert!(effort.spent() < AT_ONCE / 10, "{name}: {}", effort.spent());
    }
}

#[test]
fn going_from_box_to_box_routes_nothing() {
    let mut state = designer(hub());
    let drawn = Arc::clone(&state.scene);
    assert!(keys(&mut state, "] ] l j h k w w [ z z z h z f 2 1").is_empty());
    assert!(Arc::ptr_eq(&state.scene, &drawn));
}

#[test]
fn a_change_that_moves_nothing_routes_nothing() {
    let design = hub();
    let before = Scene::new(&design, None);
    let labelled = before.wires.iter().position(|wire| wire.label.is_some());
    let labelled = labelled.unwrap();
    let mut renamed = design.clone();
    renamed.system.channels[labelled].name = "x".to_owned();
    let mut none = Effort::of(0);
    let after = Scene::within(&mut none, &renamed, Some(&before));
    assert!(after.is_finished);
    assert!(
        before
            .wires
            .iter()
            .zip(&after.wires)
            .all(|(a, b)| a.way == b.way)
    );
    assert_ne!(before.wires[labelled].label, after.wires[labelled].label);
}

#[test]
fn a_moved_box_is_drawn_at_once_and_its_wires_when_the_answer_comes() {
    let mut state = designer(hub());
    let before = Arc::clone(&state.scene);
    let order = one(keys(&mut state, "L"));
    let shown = Arc::clone(&state.scene);
    let at = |scene: &Scene| scene.place(Object::Partition(0)).unwrap().x;
    assert_eq!(at(&shown), at(&before) + 2);
    assert!(shown.wires.iter().any(|wire| wire.way == Way::Open));
    answer(&mut state, order);
    assert!(state.scene.wires.iter().all(|wire| wire.way != Way::Open));
    assert_eq!(
        *state.scene,
        Scene::new(&state.design, Some(&before)),
        "as all at once"
    );
}

#[test]
fn an_answer_about_an_older_drawing_is_dropped() {
    let mut state = designer(hub());
    let [first, second] = <[Effect; 2]>::try_from(keys(&mut state, "L L")).unwrap();
    let shown = Arc::clone(&state.scene);
    answer(&mut state, first);
    assert!(Arc::ptr_eq(&state.scene, &shown));
    answer(&mut state, second);
    assert!(state.scene.is_finished);
}

#[test]
fn undo_drops_the_answer_and_redo_asks_again() {
    let mut state = designer(hub());
    let before = Arc::clone(&state.scene);
    let order = one(keys(&mut state, "L"));
    assert!(
        keys(&mut state, "u").is_empty(),
        "the old drawing is finished"
    );
    answer(&mut state, order);
    assert!(Arc::ptr_eq(&state.scene, &before));
    let again = one(keys(&mut state, "U"));
    answer(&mut state, again);
    assert_eq!(*state.scene, Scene::new(&state.design, Some(&before)));
}

#[test]
fn an_answer_that_comes_after_undo_and_redo_counts_once() {
    let mut state = designer(hub());
    let first = one(keys(&mut state, "L"));
    let again = one(keys(&mut state, "u U"));
    answer(&mut state, first);
    let finished = Arc::clone(&state.scene);
    assert!(finished.is_finished);
    answer(&mut state, again);
    assert!(Arc::ptr_eq(&state.scene, &finished));
}

#[test]
fn an_answer_about_a_design_that_was_closed_is_dropped() {
    let mut state = designer(hub());
    let order = one(keys(&mut state, "L"));
    let open = "F4 d enter"
        .split(' ')
        .map(|key| key.parse::<Key>().unwrap());
    let effects: Vec<Effect> = open
        .flat_map(|key| update(&mut state, Input::Key(key)))
        .collect();
    let starter = effects
        .into_iter()
        .find(|effect| matches!(effect, Effect::OpenTemplate { .. }));
    let outcome = perform(starter.unwrap(), &Desk::new("ping-pong").world).unwrap();
    assert!(drawing_ordered(update(&mut state, Input::Outcome(outcome))).is_none());
    assert!(state.scene.nodes.len() < 64, "another design is shown");
    let shown = Arc::clone(&state.scene);
    answer(&mut state, order);
    assert!(Arc::ptr_eq(&state.scene, &shown));
    assert_eq!(*shown, Scene::new(&state.design, None));
}

#[test]
fn an_open_wire_is_a_dashed_stub_and_a_stuck_one_has_a_question_mark() {
    let mut desk = Desk::new("ping-pong");
    let mut scene = Scene::within(&mut Effort::of(0), &desk.state.design, None);
    assert!(scene.wires.iter().all(|wire| wire.way == Way::Open));
    desk.state.scene = Arc::new(scene.clone());
    let shown = desk.screen();
    assert!(shown.contains("╌╌╌") && !shown.contains("╌?"), "{shown}");
    scene
        .wires
        .iter_mut()
        .for_each(|wire| wire.way = Way::Stuck);
    desk.state.scene = Arc::new(scene);
    let shown = desk.screen();
    assert!(shown.contains("╌╌?"), "{shown}");
}
