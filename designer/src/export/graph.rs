//! The graph of a design as a drawing: the boxes and wires of the screen, cell by cell.

use septum_core::spec::RawSystem;

use super::relation::{self, KINDS};
use super::svg::{COLUMN, ROW, Svg, width};
use crate::ui::design::Design;
use crate::ui::graph::geometry::{Point, Rectangle};
use crate::ui::graph::link::Style;
use crate::ui::graph::node::{self, Node, Port, cells};
use crate::ui::graph::route::{Path, Way};
use crate::ui::graph::scene::{Scene, Wire};
use crate::ui::graph::side::Side;
use crate::ui::object::Object;
use crate::ui::view::text::fit;

/// Pixels around the drawing.
const MARGIN: i32 = 32;
/// Length of the head of an arrow, in pixels.
const HEAD: i32 = 9;
/// Half of its width, in pixels.
const HALF_HEAD: i32 = 4;
/// Length of a line of the legend, in pixels.
const SAMPLE: i32 = 40;
/// From its begin to what it means, in pixels.
const BEHIND_SAMPLE: i32 = SAMPLE + 2 * COLUMN;
/// Pixels between the words of a wire and the wire.
const APART: i32 = 2;
/// Cells of the stub that stands for a wire without a way.
const STUB: i32 = 3;
/// What the sign at the end of a stub means.
const STUCK: &str = "no way was found between the boxes";
/// What stands in the place of a graph without boxes.
const NOTHING: &str = "There is nothing on the graph.";

/// The drawing of a design.
#[must_use]
pub fn svg(design: &Design) -> String {
    let scene = Scene::new(design, None);
    let picture = Picture {
        system: &design.system,
        scene: &scene,
    };
    picture.document()
}

/// A drawing, and where its cells are on the picture.
struct Picture<'a> {
    system: &'a RawSystem,
    scene: &'a Scene,
}

impl Picture<'_> {
    fn document(&self) -> String {
        let title = format!("The graph of {}", self.system.name);
        let (legend, bounds) = (self.legend(), self.scene.bounds);
        let nouns = legend.iter().map(|(_, noun)| *noun);
        let nouns = nouns.chain(self.is_stuck().then_some(STUCK));
        let widths = nouns.clone().map(|noun| BEHIND_SAMPLE + width(noun));
        let widest = widths.chain([width(NOTHING), bounds.width * COLUMN]).max();
        let rows = bounds.height + 1 + cells(nouns.count());
        let size = (widest.unwrap_or(0) + 2 * MARGIN, rows * ROW + 2 * MARGIN);
        Svg::document(size.0, size.1, &title, |svg| {
            let Scene { nodes, wires, .. } = self.scene;
            if nodes.is_empty() {
                svg.label("faint", (MARGIN, MARGIN), NOTHING);
            }
            wires.iter().for_each(|wire| self.wire(svg, wire));
            wires.iter().for_each(|wire| self.words(svg, wire));
            nodes.iter().for_each(|node| self.node(svg, node));
            self.explain(svg, &legend, (bounds.height + 1) * ROW + MARGIN);
        })
    }

    /// Whether there is a wire of which it is known that it has no way.
    fn is_stuck(&self) -> bool {
        self.scene.wires.iter().any(|wire| wire.way == Way::Stuck)
    }

    /// What the kinds of line mean, a row for each, and the sign at the end of a stub.
    fn explain(&self, svg: &mut Svg, legend: &[(Style, &str)], top: i32) {
        let mut y = top + ROW / 2;
        for (style, noun) in legend {
            stroke(svg, *style, &format!("M{MARGIN} {y}h{SAMPLE}"));
            svg.label(ink(*style), (MARGIN + BEHIND_SAMPLE, y), noun);
            y += ROW;
        }
        if self.is_stuck() {
            svg.label("wrong", (MARGIN, y), "?");
            svg.label("ink", (MARGIN + BEHIND_SAMPLE, y), STUCK);
        }
    }

    /// The kinds of wire that the drawing has.
    fn legend(&self) -> Vec<(Style, &'static str)> {
        let is_there = |style| self.scene.wires.iter().any(|wire| wire.style == style);
        KINDS
            .into_iter()
            .filter(|(style, _)| is_there(*style))
            .collect()
    }

    /// The middle of a cell.
    fn middle(&self, cell: Point) -> (i32, i32) {
        let bounds = self.scene.bounds;
        (
            MARGIN + (cell.x - bounds.x) * COLUMN + COLUMN / 2,
            MARGIN + (cell.y - bounds.y) * ROW + ROW / 2,
        )
    }

    /// The left edge of a cell, halfway down: where a text that stands in it begins.
    fn before(&self, cell: Point) -> (i32, i32) {
        let (x, y) = self.middle(cell);
        (x - COLUMN / 2, y)
    }

    /// The ground under a row of cells.
    fn clear(&self, svg: &mut Svg, cells: Rectangle) {
        let corner = Point {
            x: cells.x,
            y: cells.y,
        };
        let (x, y) = self.before(corner);
        svg.empty(
            "rect",
            &[
                ("class", &"ground"),
                ("x", &(x - APART)),
                ("y", &(y - ROW / 2)),
                ("width", &(cells.width * COLUMN + 2 * APART)),
                ("height", &(cells.height * ROW)),
            ],
        );
    }

    fn wire(&self, svg: &mut Svg, wire: &Wire) {
        svg.element("g", &[], |svg| {
            let sentence = relation::sentence(self.system, wire.object);
            svg.words("title", &[], &sentence);
            match wire.path() {
                Some(path) => self.way(svg, wire, path),
                None => self.stubs(svg, wire),
            }
        });
    }

    /// A wire from border to border.
    fn way(&self, svg: &mut Svg, wire: &Wire, path: &Path) {
        let [begin, end] = wire.ends.map(|(point, side)| border(point, side));
        let points = [begin].into_iter().chain(path.iter().copied()).chain([end]);
        let points: Vec<(i32, i32)> = points.map(|point| self.middle(point)).collect();
        stroke(svg, wire.style, &polyline(&points));
        if wire.style != Style::Access {
            head(svg, wire.style, self.middle(end), wire.ends[1].1);
        }
    }

    /// What stands for a wire without a way: a stub at each of its ports, with a question mark
    /// where it is known that there is none.
    fn stubs(&self, svg: &mut Svg, wire: &Wire) {
        for (point, side) in wire.ends {
            let (dx, _) = side.outwards().delta();
            let far = Point {
                x: point.x + dx * (STUB - 1),
                y: point.y,
            };
            let ends = [border(point, side), far].map(|cell| self.middle(cell));
            stroke(svg, Style::Access, &polyline(&ends));
            if wire.way == Way::Stuck {
                svg.label("wrong", self.before(far), "?");
            }
        }
    }

    /// What stands on a wire.
    fn words(&self, svg: &mut Svg, wire: &Wire) {
        let Some(label) = &wire.label else { return };
        self.clear(svg, label.rectangle());
        let text = fit(&label.text, label.shown, true);
        svg.label(ink(wire.style), self.before(label.at), &text);
    }

    fn node(&self, svg: &mut Svg, node: &Node) {
        let (frame, ink, radius) = match node.object {
            Object::Device(_) => ("device", "device-ink", 8),
            Object::Memory(_) => ("memory", "strong", 0),
            _ => ("box", "strong", 0),
        };
        svg.element("g", &[], |svg| {
            let noun = format!("{}: {}", node.title, node.object.noun());
            svg.words("title", &[], &noun);
            self.frame(svg, node.rectangle, frame, radius);
            self.texts(svg, node, ink);
            node.ports
                .iter()
                .for_each(|port| self.port(svg, node, port));
        });
    }

    /// The border of a box, through the middle of its cells.
    fn frame(&self, svg: &mut Svg, area: Rectangle, class: &str, radius: i32) {
        let (left, top) = self.middle(Point {
            x: area.x,
            y: area.y,
        });
        svg.empty(
            "rect",
            &[
                ("class", &class),
                ("x", &left),
                ("y", &top),
                ("width", &((area.width - 1) * COLUMN)),
                ("height", &((area.height - 1) * ROW)),
                ("rx", &radius),
            ],
        );
    }

    /// The title of a box, on its border, and its lines.
    fn texts(&self, svg: &mut Svg, node: &Node, ink: &str) {
        let area = node.rectangle;
        let room = usize::try_from(area.width - 4).unwrap_or(0);
        let title = fit(&node.title, room.saturating_sub(2), true);
        let at = |row: i32| Point {
            x: area.x + 2,
            y: area.y + row,
        };
        let ground = Rectangle {
            x: area.x + 1,
            y: area.y,
            width: width(&title) / COLUMN + 2,
            height: 1,
        };
        self.clear(svg, ground);
        svg.label(ink, self.before(at(0)), &title);
        for (index, line) in node.lines.iter().enumerate() {
            let line = fit(line, room, true);
            svg.label("faint", self.before(at(1 + cells(index))), &line);
        }
    }

    fn port(&self, svg: &mut Svg, node: &Node, port: &Port) {
        let area = node.rectangle;
        let name = fit(&port.name, node::width(&port.name), true);
        let x = match port.side {
            Side::Left => area.x + 2,
            Side::Right => area.right() - 2 - width(&name) / COLUMN,
        };
        let y = area.y + port.row;
        let style = self.scene.wire(port.object).map(|wire| wire.style);
        let ink = style.map_or("ink", ink);
        svg.label(ink, self.before(Point { x, y }), &name);
    }
}

/// The cell of the border behind the cell in front of a port.
fn border(in_front: Point, side: Side) -> Point {
    in_front.step(side.outwards().opposite())
}

/// The class of a kind of wire.
fn class(style: Style) -> &'static str {
    match style {
        Style::Queuing => "queuing",
        Style::Sampling => "sampling",
        Style::Signal => "signal",
        Style::Interrupt => "interrupt",
        Style::Access => "access",
    }
}

/// The class of what is written on a kind of wire.
fn ink(style: Style) -> &'static str {
    match style {
        Style::Interrupt => "device-ink",
        Style::Access => "faint",
        _ => "ink",
    }
}

/// A line of this kind; that of a sampling channel is a double one.
fn stroke(svg: &mut Svg, style: Style, line: &str) {
    let core = (style == Style::Sampling).then_some("core");
    for class in [class(style)].into_iter().chain(core) {
        svg.empty("path", &[("class", &class), ("d", &line)]);
    }
}

/// The head of an arrow that enters a box at this side.
fn head(svg: &mut Svg, style: Style, (x, y): (i32, i32), side: Side) {
    let (dx, _) = side.outwards().delta();
    let (back, high, low) = (x + dx * HEAD, y - HALF_HEAD, y + HALF_HEAD);
    let triangle = format!("M{x} {y}L{back} {high}V{low}Z");
    svg.empty("path", &[("class", &ink(style)), ("d", &triangle)]);
}

/// A line along rows and columns, a step for each straight part.
fn polyline(points: &[(i32, i32)]) -> String {
    let Some((first, rest)) = points.split_first() else {
        return String::new();
    };
    let mut line = format!("M{} {}", first.0, first.1);
    let mut before = *first;
    for (index, point) in rest.iter().enumerate() {
        let next = rest.get(index + 1);
        let goes_on = next.is_some_and(|next| {
            (before.0 == point.0) == (point.0 == next.0)
                && (before.1 == point.1) == (point.1 == next.1)
        });
        if goes_on {
            continue;
        }
        let part = match before.1 == point.1 {
            true => format!("H{}", point.0),
            false => format!("V{}", point.1),
        };
        line.push_str(&part);
        before = *point;
    }
    line
}
