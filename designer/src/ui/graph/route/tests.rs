use proptest::prelude::*;

use super::*;

/// A wire between the right side of one box and the left side of another.
fn across(from: Rectangle, to: Rectangle, row: i32) -> Request {
    Request {
        from: Point {
            x: from.right(),
            y: from.y + row,
        },
        leaves: Direction::Right,
        to: Point {
            x: to.x - 1,
            y: to.y + row,
        },
        enters: Direction::Right,
    }
}

fn routed(boxes: &[Rectangle], requests: &[Request], before: &[Way]) -> Vec<Way> {
    let routes = route(boxes, requests, before, &mut Effort::unlimited());
    assert!(routes.is_finished);
    routes.ways
}

fn check(boxes: &[Rectangle], requests: &[Request], paths: &[Way]) {
    let mut used: std::collections::BTreeMap<Point, Vec<bool>> = std::collections::BTreeMap::new();
    for (request, path) in requests.iter().zip(paths) {
        let Some(path) = path.path() else { continue };
        assert_eq!(path.first(), Some(&request.from), "begins at its port");
        assert_eq!(path.last(), Some(&request.to), "ends at its port");
        let steps: Vec<Direction> = path
            .windows(2)
            .map(|pair| Direction::between(pair[0], pair[1]).unwrap())
            .collect();
        assert!(
            !boxes
                .iter()
                .any(|it| path.iter().any(|point| it.contains(*point)))
        );
        let enters = std::iter::once(request.leaves).chain(steps.iter().copied());
        let leaves = steps.iter().copied().chain(std::iter::once(request.enters));
        for ((point, enters), leaves) in path.iter().zip(enters).zip(leaves) {
            let both = if enters == leaves {
                vec![enters.is_horizontal()]
            } else {
                vec![true, false]
            };
            for orientation in both {
                let there = used.entry(*point).or_default();
                assert!(
                    !there.contains(&orientation),
                    "on another wire at {point:?}"
                );
                there.push(orientation);
            }
        }
    }
}

#[test]
fn a_wire_between_neighbours_is_straight() {
    let boxes = [
        Rectangle {
            x: 0,
            y: 0,
            width: 10,
            height: 5,
        },
        Rectangle {
            x: 20,
            y: 0,
            width: 10,
            height: 5,
        },
    ];
    let requests = [across(boxes[0], boxes[1], 2)];
    let paths = routed(&boxes, &requests, &[]);
    let path = paths[0].path().unwrap();
    assert_eq!(path.len(), 10);
    assert!(path.iter().all(|point| point.y == 2));
}

#[test]
fn a_wire_goes_around_what_is_in_the_way() {
    let boxes = [
        Rectangle {
            x: 0,
            y: 0,
            width: 10,
            height: 5,
        },
        Rectangle {
            x: 20,
            y: -20,
            width: 10,
            height: 40,
        },
        Rectangle {
            x: 40,
            y: 0,
            width: 10,
            height: 5,
        },
    ];
    let requests = [across(boxes[0], boxes[2], 2)];
    let paths = routed(&boxes, &requests, &[]);
    check(&boxes, &requests, &paths);
    assert!(paths[0].path().is_some());
}

#[test]
fn a_walled_in_port_gets_no_path() {
    let boxes = [
        Rectangle {
            x: 0,
            y: 0,
            width: 10,
            height: 5,
        },
        Rectangle {
            x: 10,
            y: -1,
            width: 5,
            height: 10,
        },
        Rectangle {
            x: 40,
            y: 0,
            width: 10,
            height: 5,
        },
    ];
    let requests = [across(boxes[0], boxes[2], 2)];
    assert_eq!(routed(&boxes, &requests, &[]), [Way::Stuck]);
}

#[test]
fn boxes_too_far_apart_get_no_wire_and_take_no_time() {
    let boxes = [
        Rectangle {
            x: 0,
            y: 0,
            width: 10,
            height: 5,
        },
        Rectangle {
            x: 1_000_000,
            y: 1_000_000,
            width: 10,
            height: 5,
        },
    ];
    let requests = [across(boxes[0], boxes[1], 2)];
    let mut none = Effort::of(0);
    let routes = route(&boxes, &requests, &[], &mut none);
    assert_eq!((&routes.ways[..], routes.is_finished), (&[Way::Stuck][..], true));
}

#[test]
fn a_kept_path_stays() {
    let boxes = [
        Rectangle {
            x: 0,
            y: 0,
            width: 10,
            height: 5,
        },
        Rectangle {
            x: 30,
            y: 9,
            width: 10,
            height: 5,
        },
    ];
    let requests = [across(boxes[0], boxes[1], 2)];
    let first = routed(&boxes, &requests, &[]);
    let more = [
        boxes[0],
        boxes[1],
        Rectangle {
            x: 60,
            y: 0,
            width: 10,
            height: 5,
        },
    ];
    assert!(first[0].path().is_some());
    assert_eq!(routed(&more, &requests, &first), first);
}

fn rectangles() -> impl Strategy<Value = Vec<Rectangle>> {
    let one = (0..6i32, 0..6i32, 8..14i32, 4..7i32).prop_map(|(x, y, width, height)| Rectangle {
        x: 22 * x,
        y: 9 * y,
        width,
        height,
    });
    proptest::collection::vec(one, 2..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn wires_are_orthogonal_avoid_boxes_and_end_at_their_ports(
        boxes in rectangles(),
        pairs in proptest::collection::vec((0..12usize, 0..12usize, 1..3i32), 1..20),
    ) {
        let pick = |index: usize| boxes[index % boxes.len()];
        let requests: Vec<Request> =
            pairs.iter().map(|(from, to, row)| across(pick(*from), pick(*to), *row)).collect();
        let paths = routed(&boxes, &requests, &[]);
        check(&boxes, &requests, &paths);
        prop_assert_eq!(&paths, &routed(&boxes, &requests, &[]));
    }
}
