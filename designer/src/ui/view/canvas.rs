//! The graph: boxes, wires and words, as far as they are in sight.

use std::collections::{BTreeMap, BTreeSet};

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::Paragraph;
use septum_core::diagnostic::Severity;
use unicode_width::UnicodeWidthStr;

use super::text::fit;
use super::{glyph, theme};
use crate::ui::camera::Camera;
use crate::ui::graph::geometry::{Direction, Point};
use crate::ui::graph::link;
use crate::ui::graph::node::{self, Node, Port, cells};
use crate::ui::graph::route::Way;
use crate::ui::graph::scene::Wire;
use crate::ui::graph::side::Side;
use crate::ui::object::Object;
use crate::ui::place;
use crate::ui::state::State;

/// Cells of the stub that stands for a wire without a way.
const STUB: usize = 3;

/// Draws the part of the drawing that the camera shows.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    if state.scene.nodes.is_empty() {
        let words = " Nothing here yet: a p adds a partition, F4 begins from a starter system.";
        frame.render_widget(Paragraph::new(words), area);
        return;
    }
    let findings = findings(state);
    let mut canvas = Canvas {
        buffer: frame.buffer_mut(),
        area,
        camera: state.camera,
        state,
    };
    let mut crossed = BTreeSet::new();
    for wire in &state.scene.wires {
        canvas.wire(wire, &mut crossed);
    }
    for wire in &state.scene.wires {
        canvas.label(wire, findings.get(&wire.object).copied());
    }
    for node in &state.scene.nodes {
        canvas.node(node, findings.get(&node.object).copied());
    }
    canvas.beyond();
}

/// The worst finding of each object.
fn findings(state: &State) -> BTreeMap<Object, Severity> {
    let mut worst = BTreeMap::new();
    for finding in state.diagnostics() {
        let Some(at) = finding.places.first() else {
            continue;
        };
        let object = place::object(&state.design.system, &at.path);
        let known = worst.entry(object).or_insert(finding.severity);
        *known = (*known).min(finding.severity);
    }
    worst
}

struct Canvas<'a> {
    buffer: &'a mut Buffer,
    area: Rect,
    camera: Camera,
    state: &'a State,
}

impl Canvas<'_> {
    fn unicode(&self) -> bool {
        self.state.look.unicode
    }

    /// Where a canvas cell is on the screen, if it is.
    fn screen(&self, point: Point) -> Option<(u16, u16)> {
        let (x, y) = self.camera.to_view(point);
        let (x, y) = (u16::try_from(x).ok()?, u16::try_from(y).ok()?);
        let visible = x < self.area.width && y < self.area.height;
        visible.then(|| (self.area.x + x, self.area.y + y))
    }

    fn put(&mut self, point: Point, symbol: &str, style: Style) {
        if let Some(place) = self.screen(point) {
            self.buffer[place]
                .set_symbol(symbol)
                .set_style(Style::reset().patch(style));
        }
    }

    fn text(&mut self, at: Point, text: &str, style: Style) {
        let mut x = at.x;
        for character in text.chars() {
            let mut bytes = [0; 4];
            let symbol: &str = character.encode_utf8(&mut bytes);
            let width = symbol.width();
            // A wide letter needs both of its cells in sight.
            let whole = width < 2 || self.screen(Point { x: x + 1, y: at.y }).is_some();
            self.put(
                Point { x, y: at.y },
                if whole { symbol } else { " " },
                style,
            );
            if width == 2 && whole {
                self.put(Point { x: x + 1, y: at.y }, "", style);
            }
            x += cells(width);
        }
    }

    fn is_selected(&self, object: Object) -> bool {
        self.state.selection == Some(object)
    }

    fn is_traced(&self, object: Object) -> bool {
        let Object::Channel(index) = object else {
            return false;
        };
        let name = self
            .state
            .design
            .system
            .channels
            .get(index)
            .map(|it| it.name.as_str());
        name.is_some() && self.state.trace.channel().as_deref() == name
    }

    fn wire_style(&self, wire: &Wire) -> Style {
        let look = self.state.look;
        if self.is_selected(wire.object) {
            return theme::accent(look).add_modifier(Modifier::BOLD);
        }
        if self.is_traced(wire.object) {
            return theme::traced(look);
        }
        match wire.style {
            link::Style::Interrupt => theme::device(look),
            link::Style::Access => theme::dim(),
            _ => Style::new(),
        }
    }

    fn wire(&mut self, wire: &Wire, crossed: &mut BTreeSet<Point>) {
        let style = self.wire_style(wire);
        let Some(path) = wire.path() else {
            self.stub(wire);
            return;
        };
        let [leaves, enters] = [
            wire.ends[0].1.outwards(),
            wire.ends[1].1.outwards().opposite(),
        ];
        let mut before = leaves;
        for (index, point) in path.iter().enumerate() {
            let next = path
                .get(index + 1)
                .and_then(|next| Direction::between(*point, *next));
            let after = next.unwrap_or(enters);
            let came = std::mem::replace(&mut before, after);
            if self.screen(*point).is_none() {
                continue;
            }
            let symbol = if !crossed.insert(*point) {
                glyph::crossing(wire.style, self.unicode())
            } else if next.is_none() && wire.style != link::Style::Access {
                glyph::arrow(self.unicode(), enters)
            } else {
                glyph::bend(wire.style, self.unicode(), came, after)
            };
            self.put(*point, symbol, style);
        }
    }

    /// What stands for a wire without a way: a dashed stub at each of its ports, with a
    /// question mark where it is known that there is none.
    fn stub(&mut self, wire: &Wire) {
        let is_stuck = wire.way == Way::Stuck;
        let style = if is_stuck {
            theme::error(self.state.look)
        } else {
            self.wire_style(wire)
        };
        for (point, side) in wire.ends {
            let mut at = point;
            for index in 0..STUB {
                let symbol = match (is_stuck && index + 1 == STUB, self.unicode()) {
                    (true, _) => "?",
                    (false, true) => "╌",
                    (false, false) => "-",
                };
                self.put(at, symbol, style);
                at = at.step(side.outwards());
            }
        }
    }

    fn label(&mut self, wire: &Wire, finding: Option<Severity>) {
        let Some(label) = &wire.label else { return };
        let unicode = self.unicode();
        let mut style = self.wire_style(wire);
        if self.is_selected(wire.object) || self.is_traced(wire.object) {
            style = style.patch(theme::selected());
        }
        self.text(label.at, &fit(&label.text, label.shown, unicode), style);
        if let Some(severity) = finding {
            let (sign, style) = self.sign(severity);
            self.put(
                Point {
                    x: label.at.x - 1,
                    y: label.at.y,
                },
                sign,
                style,
            );
        }
    }

    fn sign(&self, severity: Severity) -> (&'static str, Style) {
        match severity {
            Severity::Error => ("!", theme::error(self.state.look)),
            Severity::Warning => ("?", theme::warning(self.state.look)),
        }
    }

    fn node(&mut self, node: &Node, finding: Option<Severity>) {
        let style = match (self.is_selected(node.object), node.object) {
            (true, _) => theme::selected(),
            (false, Object::Device(_)) => theme::device(self.state.look),
            (false, _) => Style::new(),
        };
        self.frame(node, style);
        let inside = node::cells(1);
        let corner = Point {
            x: node.rectangle.x,
            y: node.rectangle.y,
        };
        let room = usize::try_from(node.rectangle.width - 4).unwrap_or(0);
        let title = format!(
            " {} ",
            fit(&node.title, room.saturating_sub(2), self.unicode())
        );
        self.text(
            Point {
                x: corner.x + 1,
                y: corner.y,
            },
            &title,
            style.patch(theme::strong()),
        );
        for (index, line) in node.lines.iter().enumerate() {
            let at = Point {
                x: corner.x + 2,
                y: corner.y + inside + cells(index),
            };
            self.text(at, &fit(line, room, self.unicode()), theme::dim());
        }
        for port in &node.ports {
            self.port(node, port);
        }
        if let Some(severity) = finding {
            let (sign, style) = self.sign(severity);
            let at = Point {
                x: node.rectangle.right() - 3,
                y: corner.y,
            };
            self.text(at, &format!("{sign} "), style.patch(theme::selected()));
        }
    }

    fn frame(&mut self, node: &Node, style: Style) {
        let kind = match node.object {
            Object::Device(_) => glyph::Frame::Round,
            Object::Memory(_) => glyph::Frame::Dotted,
            _ => glyph::Frame::Plain,
        };
        let (horizontal, vertical, corners) = glyph::frame(kind, self.unicode());
        let area = node.rectangle;
        let (right, bottom) = (area.right() - 1, area.bottom() - 1);
        for y in area.y..=bottom {
            for x in area.x..=right {
                let symbol = match (x == area.x || x == right, y == area.y || y == bottom) {
                    (_, true) => horizontal,
                    (true, false) => vertical,
                    (false, false) => " ",
                };
                let inner = symbol == " ";
                self.put(
                    Point { x, y },
                    symbol,
                    if inner { Style::new() } else { style },
                );
            }
        }
        let places = [
            (area.x, area.y),
            (right, area.y),
            (right, bottom),
            (area.x, bottom),
        ];
        for ((x, y), corner) in places.into_iter().zip(corners) {
            self.put(Point { x, y }, corner, style);
        }
    }

    fn port(&mut self, node: &Node, port: &Port) {
        let area = node.rectangle;
        let y = area.y + port.row;
        let wire = self.state.scene.wire(port.object);
        let style = wire.map_or_else(Style::new, |wire| self.wire_style(wire));
        let kind = wire.map_or(link::Style::Queuing, |wire| wire.style);
        let border = match port.side {
            Side::Left => area.x,
            Side::Right => area.right() - 1,
        };
        let joint = glyph::joint(kind, self.unicode(), port.side);
        let border_style = if self.is_selected(node.object) {
            theme::selected()
        } else {
            style
        };
        self.put(Point { x: border, y }, joint, border_style);
        let name = fit(&port.name, node::width(&port.name), self.unicode());
        let x = match port.side {
            Side::Left => area.x + 2,
            Side::Right => area.right() - 2 - cells(name.width()),
        };
        self.text(Point { x, y }, &name, style);
    }

    /// Signs at the edges behind which there is more.
    fn beyond(&mut self) {
        let (width, height) = (i32::from(self.area.width), i32::from(self.area.height));
        let bounds = self.state.scene.bounds;
        let (left, top) = (self.camera.x, self.camera.y);
        let (right, bottom) = (left + width - 1, top + height - 1);
        let (middle_x, middle_y) = (left + width / 2, top + height / 2);
        let edges = [
            (
                bounds.x < left,
                Point {
                    x: left,
                    y: middle_y,
                },
                Direction::Left,
            ),
            (
                bounds.right() - 1 > right,
                Point {
                    x: right,
                    y: middle_y,
                },
                Direction::Right,
            ),
            (
                bounds.y < top,
                Point {
                    x: middle_x,
                    y: top,
                },
                Direction::Up,
            ),
            (
                bounds.bottom() - 1 > bottom,
                Point {
                    x: middle_x,
                    y: bottom,
                },
                Direction::Down,
            ),
        ];
        for (is_more, point, direction) in edges {
            if is_more {
                let style = theme::accent(self.state.look).patch(theme::selected());
                self.put(point, glyph::arrow(self.unicode(), direction), style);
            }
        }
    }
}
