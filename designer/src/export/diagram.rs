//! The graph of a design for programs that lay it out themselves: boxes with numbers for names,
//! and what joins them.

use crate::ui::design::Design;
use crate::ui::graph::link::{self, End, Style};
use crate::ui::graph::node;
use crate::ui::graph::scene::rectangles;
use crate::ui::object::Object;

use super::relation;

/// A box.
pub(super) struct Node {
    /// What it stands for.
    pub(super) object: Object,
    /// What wires call it: letters and digits, whatever it is called in the design.
    pub(super) id: String,
    /// Its name, then what it is, line by line.
    pub(super) lines: Vec<String>,
}

/// What joins two boxes.
pub(super) struct Edge {
    /// The box where it begins, and its port there, which may be empty.
    pub(super) from: [String; 2],
    /// The box where it ends, and its port there, which may be empty.
    pub(super) to: [String; 2],
    /// Its kind.
    pub(super) style: Style,
    /// What stands on it: its name and its kind, where they differ.
    pub(super) lines: Vec<String>,
    /// What it stands for, in a sentence.
    pub(super) sentence: String,
}

/// The boxes that are on the graph.
pub(super) fn nodes(design: &Design) -> Vec<Node> {
    let node = |(object, _)| {
        let (title, lines) = node::words(&design.system, object);
        Node {
            object,
            id: id(object),
            lines: [title].into_iter().chain(lines).collect(),
        }
    };
    rectangles(design).map(node).collect()
}

/// What joins two boxes that are on the graph.
pub(super) fn edges(design: &Design) -> Vec<Edge> {
    let is_there = |end: &End| design.placement.get(end.node).is_some();
    let links = link::links(&design.system).into_iter();
    let edge = |link: link::Link| {
        let (from, to) = (link.from.filter(is_there)?, link.to.filter(is_there)?);
        let mut kinds = relation::KINDS.iter();
        let kind = kinds.find(|(style, _)| *style == link.style);
        let mut lines = vec![link.label, kind.map_or("", |(_, noun)| noun).to_owned()];
        lines.dedup();
        Some(Edge {
            from: [id(from.node), from.port],
            to: [id(to.node), to.port],
            style: link.style,
            lines,
            sentence: relation::sentence(&design.system, link.object),
        })
    };
    links.filter_map(edge).collect()
}

fn id(object: Object) -> String {
    match object {
        Object::Device(index) => format!("d{index}"),
        Object::Memory(index) => format!("m{index}"),
        Object::Partition(index) => format!("p{index}"),
        other => other.noun().replace(' ', "_"),
    }
}
