//! The drawing of a design: boxes, wires and words with their cells.

use std::collections::BTreeMap;

use super::geometry::{Point, Rectangle};
use super::label::{Label, Taken};
use super::link::{self, Link, Style};
use super::node::{self, Node, Port, cells};
use super::route::effort::Effort;
use super::route::{self, Path, Request, Routes, Way};
use super::side::Side;
use crate::ui::design::Design;
use crate::ui::object::Object;
use unicode_width::UnicodeWidthStr;

/// The cells in front of a wire's two ports and the ways out of the boxes.
pub type Ends = [(Point, Side); 2];

/// A wire with its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wire {
    /// What it stands for.
    pub object: Object,
    /// How it looks.
    pub style: Style,
    /// Its way from port to port.
    pub way: Way,
    /// The cells in front of its two ports and the ways out of the boxes.
    pub ends: Ends,
    /// Its words.
    pub label: Option<Label>,
}

impl Wire {
    /// Its cells from port to port, where it has a way.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.way.path()
    }
}

/// Cells that searches may leave while somebody waits for the drawing.
pub const AT_ONCE: u64 = 10_000;

/// The drawing of a design.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scene {
    /// The boxes.
    pub nodes: Vec<Node>,
    /// The wires.
    pub wires: Vec<Wire>,
    /// The smallest rectangle around all boxes and wires.
    pub bounds: Rectangle,
    /// Whether the ways of all wires were looked for to the end.
    pub is_finished: bool,
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
    /// Draws a design to the end. Wires that can stay as they were before do.
    #[must_use]
    pub fn new(design: &Design, before: Option<&Self>) -> Self {
        Self::within(&mut Effort::unlimited(), design, before)
    }

    /// Draws a design as far as that takes no noticeable time: if it is not finished then,
    /// [`Self::new`] with this drawing before it finishes it.
    #[must_use]
    pub fn at_once(design: &Design, before: Option<&Self>) -> Self {
        Self::within(&mut Effort::of(AT_ONCE), design, before)
    }

    /// Draws a design with so much effort.
    #[must_use]
    pub fn within(effort: &mut Effort, design: &Design, before: Option<&Self>) -> Self {
        let links = whole_links(design);
        let sides = sides(design, &links);
        let nodes: Vec<Node> = placed(design)
            .map(|(object, corner)| build(design, object, corner, &links, &sides))
            .collect();
        let ends = ends(&nodes, &sides, links.len());
        let routes = routes(&nodes, &links, &ends, before, effort);
        let is_finished = routes.is_finished;
        let wires = wires(&nodes, links, ends, routes.ways);
        let bounds = bounds(&nodes, &wires);
        Self {
            nodes,
            wires,
            bounds,
            is_finished,
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
        let ends = wire.ends.map(|(point, _)| point);
        let points = wire.path().map_or(&ends[..], Vec::as_slice);
        points
            .iter()
            .map(|point| Rectangle::cell(*point))
            .reduce(Rectangle::union)
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
fn core(design: &Design, object: Object, corner: Point) -> Rectangle {
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
    let cores: BTreeMap<Object, Rectangle> = placed(design)
        .map(|(object, corner)| (object, core(design, object, corner)))
        .collect();
    let core = |object| cores.get(&object).copied().unwrap_or_default();
    for (index, link) in links.iter().enumerate() {
        let (Some(from), Some(to)) = (&link.from, &link.to) else {
            continue;
        };
        let (a, b) = (core(from.node), core(to.node));
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

/// The ways of all wires. Where boxes and ends stand as they stood, nothing is looked for.
fn routes(
    nodes: &[Node],
    links: &[Link],
    ends: &[Ends],
    before: Option<&Scene>,
    effort: &mut Effort,
) -> Routes {
    let boxes: Vec<Rectangle> = nodes.iter().map(|node| node.rectangle).collect();
    if let Some(before) = before.filter(|scene| scene.stands_like(&boxes, links, ends)) {
        return Routes {
            ways: before.wires.iter().map(|wire| wire.way.clone()).collect(),
            is_finished: true,
        };
    }
    let known: BTreeMap<Object, &Wire> = before
        .iter()
        .flat_map(|scene| &scene.wires)
        .map(|wire| (wire.object, wire))
        .collect();
    let before: Vec<Way> = links
        .iter()
        .zip(ends)
        .map(|(link, ends)| what_it_was(known.get(&link.object).copied(), ends))
        .collect();
    let requests: Vec<Request> = ends.iter().map(request).collect();
    route::route(&boxes, &requests, &before, effort)
}

impl Scene {
    /// Whether it is finished with all boxes and ends of wires at these places.
    fn stands_like(&self, boxes: &[Rectangle], links: &[Link], ends: &[Ends]) -> bool {
        let own_boxes = self.nodes.iter().map(|node| &node.rectangle);
        let own_wires = self.wires.iter().map(|wire| (wire.object, &wire.ends));
        let wires = links.iter().map(|link| link.object).zip(ends);
        self.is_finished && own_boxes.eq(boxes) && own_wires.eq(wires)
    }
}

fn wires(nodes: &[Node], links: Vec<Link>, ends: Vec<Ends>, ways: Vec<Way>) -> Vec<Wire> {
    let boxes: Vec<Rectangle> = nodes.iter().map(|node| node.rectangle).collect();
    let widest = links.iter().map(|link| link.label.width()).max();
    let paths = ways.iter().filter_map(Way::path);
    let mut taken = Taken::new(&boxes, paths, widest.unwrap_or(0));
    let parts = links.into_iter().zip(ends).zip(ways);
    parts
        .map(|((link, ends), way)| Wire {
            object: link.object,
            style: link.style,
            label: way.path().and_then(|path| taken.place(path, &link.label)),
            way,
            ends,
        })
        .collect()
}

/// What is known of the way of a wire from the drawing before.
fn what_it_was(before: Option<&Wire>, ends: &Ends) -> Way {
    match before {
        Some(wire) if wire.ends == *ends || wire.path().is_some() => wire.way.clone(),
        _ => Way::Open,
    }
}

/// The cells in front of the ports of all links, and the sides.
fn ends(nodes: &[Node], sides: &Sides, links: usize) -> Vec<Ends> {
    let mut all = vec![[(Point { x: 0, y: 0 }, Side::Left); 2]; links];
    let nodes: BTreeMap<Object, &Node> = nodes.iter().map(|node| (node.object, node)).collect();
    for ((object, side), ends) in sides {
        let Some(node) = nodes.get(object) else {
            continue;
        };
        for (row, (link, end)) in ends.iter().enumerate() {
            all[*link][*end] = (in_front(node, *side, row), *side);
        }
    }
    all
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

fn request(ends: &Ends) -> Request {
    let [(from, leaves), (to, enters)] = *ends;
    Request {
        from,
        leaves: leaves.outwards(),
        to,
        enters: enters.outwards().opposite(),
    }
}

fn bounds(nodes: &[Node], wires: &[Wire]) -> Rectangle {
    let paths = wires.iter().filter_map(Wire::path).flatten();
    let labels = wires.iter().filter_map(|wire| wire.label.as_ref());
    let boxes = nodes.iter().map(|node| node.rectangle);
    boxes
        .chain(paths.map(|point| Rectangle::cell(*point)))
        .chain(labels.map(Label::rectangle))
        .reduce(Rectangle::union)
        .unwrap_or_default()
}
