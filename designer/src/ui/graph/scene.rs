//! The drawing of a design: boxes, wires and words with their cells.

use std::collections::BTreeMap;

use super::geometry::{Point, Rectangle};
use super::label::{Label, Taken};
use super::link::{self, Link, Style};
use super::node::{self, Node, Port, cells};
use super::route::{self, Before, Path, Request};
use super::side::Side;
use crate::ui::design::Design;
use crate::ui::object::Object;

/// A wire with its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wire {
    /// What it stands for.
    pub object: Object,
    /// How it looks.
    pub style: Style,
    /// Its cells from port to port; `None` where it could not be routed.
    pub path: Option<Path>,
    /// The cells in front of its two ports and the ways out of the boxes.
    pub ends: [(Point, Side); 2],
    /// Its words.
    pub label: Option<Label>,
}

/// The drawing of a design.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scene {
    /// The boxes.
    pub nodes: Vec<Node>,
    /// The wires.
    pub wires: Vec<Wire>,
    /// The smallest rectangle around all boxes and wires.
    pub bounds: Rectangle,
}

/// One end of a link, for the order of the ports at a side.
struct EndAt {
    /// The row of the other box, so that wires cross less.
    other: (i32, i32),
    link: usize,
    /// 0 where the link begins, 1 where it ends.
    end: usize,
}

/// The ends of links by box and side, in the order from top to bottom.
type Sides = BTreeMap<(Object, Side), Vec<(usize, usize)>>;

impl Scene {
    /// Draws a design. Wires that can stay as they were before do.
    #[must_use]
    pub fn new(design: &Design, before: Option<&Self>) -> Self {
        let links = whole_links(design);
        let sides = sides(design, &links);
        let nodes: Vec<Node> = placed(design)
            .map(|(object, corner)| build(design, object, corner, &links, &sides))
            .collect();
        let wires = wires(&nodes, &links, &sides, before);
        let bounds = bounds(&nodes, &wires);
        Self {
            nodes,
            wires,
            bounds,
        }
    }

    /// The box of an object.
    #[must_use]
    pub fn node(&self, object: Object) -> Option<&Node> {
        self.nodes.iter().find(|node| node.object == object)
    }

    /// The wire of an object.
    #[must_use]
    pub fn wire(&self, object: Object) -> Option<&Wire> {
        self.wires.iter().find(|wire| wire.object == object)
    }

    /// The cells of an object's box or around its wire.
    #[must_use]
    pub fn place(&self, object: Object) -> Option<Rectangle> {
        if let Some(node) = self.node(object) {
            return Some(node.rectangle);
        }
        let wire = self.wire(object)?;
        let cell = |point: &Point| Rectangle {
            x: point.x,
            y: point.y,
            width: 1,
            height: 1,
        };
        let ends = wire.ends.map(|(point, _)| point);
        let points = wire.path.as_deref().unwrap_or(&ends);
        points.iter().map(cell).reduce(Rectangle::union)
    }
}

impl Scene {
    /// The cells of what is selected, if it is on the canvas.
    #[must_use]
    pub fn place_of(&self, selection: Option<Object>) -> Option<Rectangle> {
        self.place(selection?)
    }
}

/// The boxes of a design that have a place, with their cells.
pub fn rectangles(design: &Design) -> impl Iterator<Item = (Object, Rectangle)> {
    let links = whole_links(design);
    let sides = sides(design, &links);
    let rectangle = |(object, corner)| {
        (
            object,
            build(design, object, corner, &links, &sides).rectangle,
        )
    };
    placed(design)
        .map(rectangle)
        .collect::<Vec<_>>()
        .into_iter()
}

/// The links of a design between boxes that have a place.
fn whole_links(design: &Design) -> Vec<Link> {
    let is_placed = |end: &Option<link::End>| {
        end.as_ref()
            .is_some_and(|end| design.placement.get(end.node).is_some())
    };
    let mut links = link::links(&design.system);
    links.retain(|link| is_placed(&link.from) && is_placed(&link.to));
    links
}

fn placed(design: &Design) -> impl Iterator<Item = (Object, Point)> {
    let on_graph = Object::on_graph(&design.system).into_iter();
    on_graph.filter_map(|object| design.placement.get(object).map(|point| (object, point)))
}

/// The cells of a box without its ports: what decides at which side wires leave.
fn core(design: &Design, object: Object) -> Rectangle {
    let corner = design.placement.get(object).unwrap_or(Point { x: 0, y: 0 });
    let (title, lines) = node::words(&design.system, object);
    let (width, height) = node::size(&title, &lines, &[], &[]);
    Rectangle {
        x: corner.x,
        y: corner.y,
        width,
        height,
    }
}

fn sides(design: &Design, links: &[Link]) -> Sides {
    let mut ends: BTreeMap<(Object, Side), Vec<EndAt>> = BTreeMap::new();
    for (index, link) in links.iter().enumerate() {
        let (Some(from), Some(to)) = (&link.from, &link.to) else {
            continue;
        };
        let (a, b) = (core(design, from.node), core(design, to.node));
        let (leaves, enters) = Side::between(a, b);
        let at = |other: Rectangle, end| EndAt {
            other: (other.y, other.x),
            link: index,
            end,
        };
        ends.entry((from.node, leaves)).or_default().push(at(b, 0));
        ends.entry((to.node, enters)).or_default().push(at(a, 1));
    }
    let sorted = ends.into_iter().map(|(key, mut ends)| {
        ends.sort_by_key(|end| (end.other, end.link, end.end));
        (
            key,
            ends.into_iter().map(|end| (end.link, end.end)).collect(),
        )
    });
    sorted.collect()
}

fn build(design: &Design, object: Object, corner: Point, links: &[Link], sides: &Sides) -> Node {
    let (title, lines) = node::words(&design.system, object);
    let first = node::first_port_row(lines.len());
    let ports = |side: Side| -> Vec<Port> {
        let ends = sides.get(&(object, side)).map_or(&[][..], Vec::as_slice);
        let port = |(row, (link, end)): (usize, &(usize, usize))| Port {
            side,
            row: first + cells(row),
            name: port_name(&links[*link], *end),
            object: links[*link].object,
        };
        ends.iter().enumerate().map(port).collect()
    };
    let (left, right) = (ports(Side::Left), ports(Side::Right));
    let names = |ports: &[Port]| {
        ports
            .iter()
            .map(|port| port.name.clone())
            .collect::<Vec<_>>()
    };
    let (left_names, right_names) = (names(&left), names(&right));
    let (width, height) = node::size(
        &title,
        &lines,
        &borrowed(&left_names),
        &borrowed(&right_names),
    );
    Node {
        object,
        rectangle: Rectangle {
            x: corner.x,
            y: corner.y,
            width,
            height,
        },
        title,
        lines,
        ports: left.into_iter().chain(right).collect(),
    }
}

fn borrowed(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

fn port_name(link: &Link, end: usize) -> String {
    let end = if end == 0 { &link.from } else { &link.to };
    end.as_ref().map(|end| end.port.clone()).unwrap_or_default()
}

fn wires(nodes: &[Node], links: &[Link], sides: &Sides, before: Option<&Scene>) -> Vec<Wire> {
    let ends: Vec<[(Point, Side); 2]> = (0..links.len())
        .map(|link| {
            [
                pin(nodes, links, sides, link, 0),
                pin(nodes, links, sides, link, 1),
            ]
        })
        .collect();
    let requests: Vec<Request> = ends.iter().map(request).collect();
    let boxes: Vec<Rectangle> = nodes.iter().map(|node| node.rectangle).collect();
    let before: Vec<Before> = links
        .iter()
        .zip(&ends)
        .map(|(link, ends)| what_it_was(before, link, ends))
        .collect();
    let paths = route::route(&boxes, &requests, &before);
    let mut taken = Taken::new(boxes, &paths);
    let parts = links.iter().zip(ends).zip(paths);
    parts
        .map(|((link, ends), path)| Wire {
            object: link.object,
            style: link.style,
            label: path
                .as_ref()
                .and_then(|path| taken.place(path, &link.label)),
            path,
            ends,
        })
        .collect()
}

/// What the wire of a link was in the drawing before.
fn what_it_was(before: Option<&Scene>, link: &Link, ends: &[(Point, Side); 2]) -> Before {
    match before.and_then(|scene| scene.wire(link.object)) {
        Some(Wire {
            path: Some(path), ..
        }) => Before::Routed(path.clone()),
        Some(wire) if wire.ends == *ends => Before::Stuck,
        _ => Before::New,
    }
}

/// The cell in front of a link's port, and the side.
fn pin(nodes: &[Node], links: &[Link], sides: &Sides, link: usize, end: usize) -> (Point, Side) {
    let wanted = if end == 0 {
        &links[link].from
    } else {
        &links[link].to
    };
    let found = wanted.as_ref().and_then(|wanted| {
        let node = nodes.iter().find(|node| node.object == wanted.node)?;
        [Side::Left, Side::Right].into_iter().find_map(|side| {
            let ends = sides.get(&(wanted.node, side))?;
            let row = ends.iter().position(|it| *it == (link, end))?;
            Some((in_front(node, side, row), side))
        })
    });
    found.unwrap_or((Point { x: 0, y: 0 }, Side::Left))
}

fn in_front(node: &Node, side: Side, row: usize) -> Point {
    let rectangle = node.rectangle;
    let x = match side {
        Side::Left => rectangle.x - 1,
        Side::Right => rectangle.right(),
    };
    Point {
        x,
        y: rectangle.y + node::first_port_row(node.lines.len()) + cells(row),
    }
}

fn request(ends: &[(Point, Side); 2]) -> Request {
    let [(from, leaves), (to, enters)] = *ends;
    Request {
        from,
        leaves: leaves.outwards(),
        to,
        enters: enters.outwards().opposite(),
    }
}

fn bounds(nodes: &[Node], wires: &[Wire]) -> Rectangle {
    let cell = |point: &Point| Rectangle {
        x: point.x,
        y: point.y,
        width: 1,
        height: 1,
    };
    let paths = wires
        .iter()
        .filter_map(|wire| wire.path.as_deref())
        .flatten()
        .map(cell);
    let boxes = nodes.iter().map(|node| node.rectangle);
    let labels = wires
        .iter()
        .filter_map(|wire| wire.label.as_ref())
        .map(Label::rectangle);
    boxes
        .chain(paths)
        .chain(labels)
        .reduce(Rectangle::union)
        .unwrap_or_default()
}
