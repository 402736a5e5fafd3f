//! The drawing of whole systems: boxes apart, wires around them, words readable.

use proptest::prelude::*;

use super::design::{arranged, connected, systems, unplaced};
use crate::ui::graph::arrange::arrange;
use crate::ui::graph::geometry::Point;
use crate::ui::graph::route::effort::Effort;
use crate::ui::graph::scene::Scene;
use crate::ui::object::Object;

fn assert_apart(scene: &Scene) {
    for (index, node) in scene.nodes.iter().enumerate() {
        for other in &scene.nodes[index + 1..] {
            let apart = !node.rectangle.overlaps(other.rectangle.grown(1, 0));
            assert!(apart, "{} on {}", node.title, other.title);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn arranged_boxes_stand_apart(system in systems(), width in 40..200i32) {
        let design = arranged(system, width);
        prop_assert!(!design.has_homeless_boxes());
        assert_apart(&Scene::new(&design, None));
        prop_assert_eq!(&design.placement, &arrange(&design, width), "twice is the same");
    }

    #[test]
    fn settled_boxes_stand_apart_and_move_nobody(system in systems()) {
        let mut design = unplaced(system);
        design.settle();
        let before = design.placement.clone();
        assert_apart(&Scene::new(&design, None));
        let name = "newcomer".to_owned();
        design.system.partitions.push(crate::ui::defaults::partition(name));
        design.placement.partitions.push(None);
        design.settle();
        assert_apart(&Scene::new(&design, None));
        prop_assert_eq!(&design.placement.partitions[..before.partitions.len()], &before.partitions[..]);
    }

    #[test]
    fn labels_stand_on_nothing_else(system in systems()) {
        let scene = Scene::new(&arranged(system, 120), None);
        let labels: Vec<_> = scene.wires.iter().filter_map(|wire| wire.label.as_ref()).collect();
        for (index, label) in labels.iter().enumerate() {
            let own = label.rectangle();
            prop_assert!(!scene.nodes.iter().any(|node| node.rectangle.overlaps(own)));
            prop_assert!(!labels[index + 1..].iter().any(|other| other.rectangle().overlaps(own)));
        }
    }

    #[test]
    fn a_drawing_that_was_cut_short_is_finished_as_if_drawn_at_once(
        system in systems(),
        limits in proptest::collection::vec(0..3000u64, 1..4),
        (x, y) in (-30..60i32, -10..30i32),
    ) {
        let mut design = arranged(system, 80);
        let before = Scene::new(&design, None);
        design.placement.set(Object::Partition(0), Point { x, y });
        let at_once = Scene::new(&design, Some(&before));
        let mut drawn = before;
        for limit in limits {
            let mut effort = Effort::of(limit);
            drawn = Scene::within(&mut effort, &design, Some(&drawn));
            prop_assert!(effort.spent() <= limit);
        }
        prop_assert_eq!(Scene::new(&design, Some(&drawn)), at_once);
    }
}

#[test]
fn every_wire_of_an_arranged_chain_is_routed_and_labelled() {
    let pairs: Vec<(usize, usize)> = (0..7).map(|index| (index, index + 1)).collect();
    let scene = Scene::new(&arranged(connected(8, &pairs), 80), None);
    for wire in &scene.wires {
        assert!(
            wire.path().is_some() && wire.label.is_some(),
            "{:?}",
            wire.object
        );
    }
    assert!(scene.bounds.width <= 80 + 20, "folded: {:?}", scene.bounds);
}

#[test]
fn an_unrelated_edit_moves_no_wire() {
    let mut design = arranged(connected(6, &[(0, 1), (1, 2), (3, 4)]), 120);
    let before = Scene::new(&design, None);
    let place = design.placement.get(Object::Partition(5)).unwrap();
    let below = Point {
        x: place.x,
        y: place.y + 4,
    };
    design.placement.set(Object::Partition(5), below);
    let after = Scene::new(&design, Some(&before));
    assert_eq!(before.wires, after.wires);
}

#[test]
fn a_channel_to_itself_and_a_channel_to_nobody_are_drawn_or_left_out() {
    let mut system = connected(2, &[(0, 0), (0, 1)]);
    system.channels[1].to.partition = "nobody".to_owned();
    let scene = Scene::new(&arranged(system, 80), None);
    assert_eq!(scene.wires.len(), 1);
    assert!(scene.wires[0].path().is_some());
}

#[test]
fn a_large_system_is_routed_with_bounded_effort() {
    let pairs: Vec<(usize, usize)> = (0..127)
        .map(|index| (index % 40, (index * 7 + 3) % 40))
        .collect();
    let design = arranged(connected(40, &pairs), 200);
    let mut effort = Effort::unlimited();
    let scene = Scene::within(&mut effort, &design, None);
    let routed = scene
        .wires
        .iter()
        .filter(|wire| wire.path().is_some())
        .count();
    assert!(routed >= 120, "{routed} of 127 routed");
    assert!(effort.spent() < 500_000, "{} cells left", effort.spent());
}
