//! Free places for boxes that have none. Boxes that stand somewhere stay there.

use super::geometry::{Point, Rectangle};
use super::link::{self, Link};
use super::node;
use super::scene::rectangles;
use crate::ui::design::Design;
use crate::ui::object::Object;

/// Ports for which a new box has room.
const LEAST_PORTS: usize = 2;
/// Free columns and rows kept around a new box.
const GAP: (i32, i32) = (8, 2);

/// Boxes that are on the canvas and have no place: every partition and memory, and the
/// devices that some partition uses.
pub fn homeless(design: &Design) -> impl Iterator<Item = Object> + use<> {
    let system = &design.system;
    let mut all: Vec<Object> = (0..system.partitions.len())
        .map(Object::Partition)
        .collect();
    all.extend((0..system.machine.devices.len()).map(Object::Device));
    all.extend((0..system.memories.len()).map(Object::Memory));
    let used = used_devices(&link::links(system));
    let on_canvas = |object: &Object| !matches!(object, Object::Device(_)) || used.contains(object);
    all.retain(|object| design.placement.get(*object).is_none() && on_canvas(object));
    all.into_iter()
}

fn used_devices(links: &[Link]) -> Vec<Object> {
    let ends = links.iter().filter_map(|link| link.from.as_ref());
    ends.map(|end| end.node)
        .filter(|node| matches!(node, Object::Device(_)))
        .collect()
}

/// Gives every homeless box a free place near the boxes that it is connected with.
pub fn settle(design: &mut Design) {
    let homeless: Vec<Object> = homeless(design).collect();
    for object in homeless {
        let place = place_for(design, object, &node::words(&design.system, object));
        design.placement.set(object, place);
    }
}

/// A free place for a box with these words, in the design already or not yet.
#[must_use]
pub fn place_for(design: &Design, object: Object, (title, lines): &(String, Vec<String>)) -> Point {
    let links = link::links(&design.system);
    let largest = |object: Object, title: &str, lines: &[String]| {
        let ports = port_names(&links, object);
        let ports: Vec<&str> = ports.iter().map(String::as_str).collect();
        node::size(title, lines, &ports, &ports)
    };
    let grown = |(object, rectangle): (Object, Rectangle)| {
        let (title, lines) = node::words(&design.system, object);
        let (width, height) = largest(object, &title, &lines);
        Rectangle {
            width,
            height,
            ..rectangle
        }
    };
    let taken: Vec<Rectangle> = rectangles(design).map(grown).collect();
    free_place(
        &taken,
        largest(object, title, lines),
        wanted(design, object),
    )
}

/// The ports of a box when everything that it is linked with is there, so that a box with a
/// free place does not grow into another one when its wires come. At least two.
fn port_names(links: &[Link], object: Object) -> Vec<String> {
    let ends = links
        .iter()
        .flat_map(|link| [&link.from, &link.to])
        .flatten();
    let mut names: Vec<String> = ends
        .filter(|end| end.node == object)
        .map(|end| end.port.clone())
        .collect();
    let missing = LEAST_PORTS.saturating_sub(names.len());
    names.extend(std::iter::repeat_n(String::new(), missing));
    names
}

/// The corner at which the search begins: right of a neighbour, else below everything.
fn wanted(design: &Design, object: Object) -> Point {
    let placed: Vec<(Object, Rectangle)> = rectangles(design).collect();
    let neighbour = link::links(&design.system).into_iter().find_map(|link| {
        let (from, to) = (link.from?.node, link.to?.node);
        let other = if from == object { to } else { from };
        let joins = from == object || to == object;
        placed
            .iter()
            .find(|(it, _)| joins && *it == other)
            .map(|(_, rectangle)| *rectangle)
    });
    let below = placed.iter().map(|(_, it)| it.bottom()).max();
    match (neighbour, below) {
        (Some(near), _) => Point {
            x: near.right() + GAP.0,
            y: near.y,
        },
        (None, Some(below)) => {
            let left = placed.iter().map(|(_, it)| it.x).min().unwrap_or(0);
            Point {
                x: left,
                y: below + GAP.1,
            }
        }
        (None, None) => Point { x: 0, y: 0 },
    }
}

/// The free corner nearest to the wanted one: to the right or below, ring by ring. Ends,
/// because beyond all taken rectangles everything is free.
fn free_place(taken: &[Rectangle], (width, height): (i32, i32), wanted: Point) -> Point {
    let is_free = |corner: &Point| {
        let room = Rectangle {
            x: corner.x,
            y: corner.y,
            width,
            height,
        }
        .grown(GAP.0 / 2, 1);
        !taken.iter().any(|rectangle| rectangle.overlaps(room))
    };
    let ring = |distance: i32| {
        (0..=distance).map(move |column| Point {
            x: wanted.x + 4 * column,
            y: wanted.y + 2 * (distance - column),
        })
    };
    (0..).flat_map(ring).find(is_free).unwrap_or(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_place_is_free_and_near() {
        let taken = [Rectangle {
            x: 0,
            y: 0,
            width: 20,
            height: 5,
        }];
        let place = free_place(&taken, (10, 4), Point { x: 0, y: 0 });
        assert_eq!(place, Point { x: 0, y: 6 });
        let far = Point { x: 40, y: 0 };
        assert_eq!(free_place(&taken, (10, 4), far), far);
    }
}
