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
        let all: Vec<Direction> = std::iter::once(request.leaves)
            .chain(steps.iter().copied())
            .chain(std::iter::once(request.enters))
            .collect();
        let turns = all.windows(2).filter(|pair| pair[0] != pair[1]).count();
        let least = turns::least(request.from, request.leaves, request.to, request.enters);
        assert!(turns >= usize::try_from(least).unwrap(), "{path:?}");
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
fn an_end_that_is_walled_in_is_noticed_from_there() {
    let [from, to] = [0, 200].map(|x| Rectangle {
        x,
        y: 0,
        width: 10,
        height: 5,
    });
    let wall = Rectangle {
        x: 195,
        y: -1,
        width: 5,
        height: 10,
    };
    let mut effort = Effort::unlimited();
    let requests = [across(from, to, 2)];
    let routes = route(&[from, to, wall], &requests, &[], &mut effort);
    assert_eq!(routes.ways, [Way::Stuck]);
    assert_eq!(effort.spent(), 0);
    let hollow = [
        Rectangle {
            x: 170,
            y: -2,
            width: 30,
            height: 1,
        },
        Rectangle {
            x: 170,
            y: 8,
            width: 30,
            height: 1,
        },
        Rectangle {
            x: 190,
            y: -1,
            width: 1,
            height: 9,
        },
        Rectangle {
            x: 200,
            y: 5,
            width: 1,
            height: 3,
        },
        Rectangle {
            x: 200,
            y: -1,
            width: 1,
            height: 1,
        },
    ];
    let boxes: Vec<Rectangle> = [from, to].into_iter().chain(hollow).collect();
    let routes = route(&boxes, &requests, &[], &mut effort);
    assert_eq!(routes.ways, [Way::Stuck]);
    assert!((10..400).contains(&effort.spent()), "{}", effort.spent());
}

#[test]
fn a_turn_is_counted_where_it_cannot_be_saved() {
    use Direction::{Down, Left, Right, Up};
    let least = |direction, x, y, enters| {
        turns::least(Point { x: 0, y: 0 }, direction, Point { x, y }, enters)
    };
    assert_eq!(least(Right, 5, 0, Right), 0);
    assert_eq!(least(Right, 5, 2, Right), 2);
    assert_eq!(least(Right, 0, 2, Right), 4);
    assert_eq!(least(Right, 5, 2, Down), 1);
    assert_eq!(least(Right, 5, 2, Up), 3);
    assert_eq!(least(Right, 5, 2, Left), 2);
    assert_eq!(least(Right, -5, 0, Left), 4);
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
    assert_eq!(
        (&routes.ways[..], routes.is_finished),
        (&[Way::Stuck][..], true)
    );
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

    #[test]
    fn a_search_that_was_cut_short_goes_on_to_the_same_end(
        boxes in rectangles(),
        pairs in proptest::collection::vec((0..12usize, 0..12usize, 1..3i32), 1..30),
        limits in proptest::collection::vec(0..2000u64, 1..4),
    ) {
        let requests = |boxes: &[Rectangle]| -> Vec<Request> {
            let pick = |index: usize| boxes[index % boxes.len()];
            pairs.iter().map(|(from, to, row)| across(pick(*from), pick(*to), *row)).collect()
        };
        let mut ways = routed(&boxes, &requests(&boxes), &[]);
        let mut moved = boxes.clone();
        moved[0].x += 11;
        moved[0].y += 4;
        let requests = requests(&moved);
        let at_once = routed(&moved, &requests, &ways);
        for limit in limits {
            let mut effort = Effort::of(limit);
            let routes = route(&moved, &requests, &ways, &mut effort);
            prop_assert!(effort.spent() <= limit);
            ways = routes.ways;
            if routes.is_finished {
                prop_assert_eq!(&ways, &at_once);
                return Ok(());
            }
        }
        prop_assert_eq!(routed(&moved, &requests, &ways), at_once);
    }
}
