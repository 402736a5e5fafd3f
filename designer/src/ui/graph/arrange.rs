//! Automatic placement: layers along the flow, from left to right, folded to fit a width.

use std::collections::BTreeMap;

use super::geometry::{Point, Rectangle};
use super::link::{self, Link};
use super::node::cells;
use super::placement::Placement;
use super::scene::rectangles;
use super::settle::homeless;
use crate::ui::design::Design;
use crate::ui::object::Object;

/// Free rows between boxes of a layer.
const ROW_GAP: i32 = 2;
/// Free rows between two folds.
const FOLD_GAP: i32 = 3;
/// Least free columns between two layers.
const COLUMN_GAP: i32 = 8;
/// Free columns beside a label between two layers.
const AROUND_LABEL: i32 = 6;
/// The same where every column counts.
const TIGHTLY_AROUND_LABEL: i32 = 3;
/// How often the layers are put in order.
const SWEEPS: usize = 4;

/// Places every box of the canvas anew, no wider than `width` columns where that is possible.
#[must_use]
pub fn arrange(design: &Design, width: i32) -> Placement {
    let mut placed = design.clone();
    let nodes = on_canvas(design);
    for node in &nodes {
        placed.placement.set(*node, Point { x: 0, y: 0 });
    }
    let mut graph = Graph::new(design, nodes);
    // Sizes depend on the sides of the ports, and these on the places: twice is enough.
    for _ in 0..2 {
        let sizes: BTreeMap<Object, Rectangle> = rectangles(&placed).collect();
        graph.choose_spacing(&sizes, width);
        for (node, point) in graph.places(&sizes, width) {
            placed.placement.set(node, point);
        }
    }
    placed.placement
}

fn on_canvas(design: &Design) -> Vec<Object> {
    let has_place = |object: &Object| design.placement.get(*object).is_some();
    let mut nodes: Vec<Object> = Object::on_graph(&design.system)
        .into_iter()
        .filter(has_place)
        .collect();
    nodes.extend(homeless(design));
    nodes.sort_unstable();
    nodes
}

struct Edge {
    from: usize,
    to: usize,
    label: i32,
}

/// The boxes with their flow: which is left of which.
struct Graph {
    nodes: Vec<Object>,
    edges: Vec<Edge>,
    /// Boxes from left to right, and from top to bottom inside.
    layers: Vec<Vec<usize>>,
    /// Boxes without any wire.
    alone: Vec<usize>,
    /// Free columns beside a label between two layers.
    around_label: i32,
}

impl Graph {
    fn new(design: &Design, nodes: Vec<Object>) -> Self {
        let links = link::links(&design.system);
        let edges = edges(&nodes, &links);
        let connected = |node: &usize| {
            edges
                .iter()
                .any(|edge| edge.from == *node || edge.to == *node)
        };
        let (members, alone): (Vec<usize>, Vec<usize>) = (0..nodes.len()).partition(connected);
        let mut graph = Self {
            nodes,
            edges,
            layers: Vec::new(),
            alone,
            around_label: AROUND_LABEL,
        };
        graph.layers = graph.layered(&members);
        for _ in 0..SWEEPS {
            graph.sweep();
        }
        graph
    }

    /// Layer numbers along the flow. Where the flow goes in circles, the first box of the
    /// spec that still waits begins.
    fn layered(&self, members: &[usize]) -> Vec<Vec<usize>> {
        let mut layer: BTreeMap<usize, usize> = BTreeMap::new();
        while let Some(next) = self.next_member(members, &layer) {
            let before = self.edges.iter().filter(|edge| edge.to == next);
            let level = before.filter_map(|edge| layer.get(&edge.from)).max();
            layer.insert(next, level.map_or(0, |level| level + 1));
        }
        self.pull_sources(members, &mut layer);
        let count = layer.values().max().map_or(0, |last| last + 1);
        let mut layers = vec![Vec::new(); count];
        for (node, level) in layer {
            layers[level].push(node);
        }
        layers.retain(|layer| !layer.is_empty());
        layers
    }

    /// The first member all of whose predecessors have a layer; else one that follows a box
    /// that has one; else the first that waits.
    fn next_member(&self, members: &[usize], layer: &BTreeMap<usize, usize>) -> Option<usize> {
        let waits = |node: &usize| !layer.contains_key(node);
        let blocked = |node: usize| {
            self.edges
                .iter()
                .any(|edge| edge.to == node && edge.from != node && waits(&edge.from))
        };
        let follows = |node: usize| {
            self.edges
                .iter()
                .any(|edge| edge.to == node && !waits(&edge.from))
        };
        let waiting: Vec<usize> = members.iter().copied().filter(waits).collect();
        let pick =
            |wanted: &dyn Fn(usize) -> bool| waiting.iter().copied().find(|node| wanted(*node));
        pick(&|node| !blocked(node))
            .or_else(|| pick(&follows))
            .or_else(|| pick(&|_| true))
    }

    /// Moves boxes that nothing flows into next to what they flow into.
    fn pull_sources(&self, members: &[usize], layer: &mut BTreeMap<usize, usize>) {
        for node in members {
            if self.edges.iter().any(|edge| edge.to == *node) {
                continue;
            }
            let after = self.edges.iter().filter(|edge| edge.from == *node);
            if let Some(level) = after.filter_map(|edge| layer.get(&edge.to)).min() {
                layer.insert(*node, level.saturating_sub(1));
            }
        }
    }

    /// Orders each layer by where its neighbours stand.
    fn sweep(&mut self) {
        for index in 0..self.layers.len() {
            let mut layer = self.layers[index].clone();
            layer.sort_by_key(|node| self.neighbour_position(*node));
            self.layers[index] = layer;
        }
    }

    /// The mean position of a box's neighbours, in thousandths of a layer; its own where it
    /// has none.
    fn neighbour_position(&self, node: usize) -> (usize, usize) {
        let position = |other: usize| {
            let layer = self.layers.iter().find(|layer| layer.contains(&other))?;
            let at = layer.iter().position(|it| *it == other)?;
            Some((2 * at + 1) * 1000 / (2 * layer.len()))
        };
        let others: Vec<usize> = self
            .neighbours(node)
            .into_iter()
            .filter_map(position)
            .collect();
        let own = position(node).unwrap_or(0);
        let sum: usize = others.iter().sum();
        (sum.checked_div(others.len()).unwrap_or(own), node)
    }

    fn neighbours(&self, node: usize) -> Vec<usize> {
        let other = |edge: &Edge| match (edge.from == node, edge.to == node) {
            (true, false) => Some(edge.to),
            (false, true) => Some(edge.from),
            _ => None,
        };
        self.edges.iter().filter_map(other).collect()
    }

    /// Leaves less room around labels where that saves a fold.
    fn choose_spacing(&mut self, sizes: &BTreeMap<Object, Rectangle>, width: i32) {
        let nodes = self.nodes.clone();
        let size = |node: usize| sizes.get(&nodes[node]).copied().unwrap_or_default();
        self.around_label = AROUND_LABEL;
        let generous = self.folds(&size, width).len();
        self.around_label = TIGHTLY_AROUND_LABEL;
        if self.folds(&size, width).len() == generous {
            self.around_label = AROUND_LABEL;
        }
    }

    fn places(&self, sizes: &BTreeMap<Object, Rectangle>, width: i32) -> Vec<(Object, Point)> {
        let size = |node: usize| sizes.get(&self.nodes[node]).copied().unwrap_or_default();
        let mut places: BTreeMap<usize, Point> = BTreeMap::new();
        let mut top = 0;
        for fold in self.folds(&size, width) {
            top = self.place_fold(fold, top, &size, &mut places) + FOLD_GAP;
        }
        self.place_alone(top, width, &size, &mut places);
        places
            .into_iter()
            .map(|(node, point)| (self.nodes[node], point))
            .collect()
    }

    /// The layers in groups that fit the width; a layer that does not fit stands alone.
    fn folds(&self, size: &impl Fn(usize) -> Rectangle, width: i32) -> Vec<&[Vec<usize>]> {
        let mut folds = Vec::new();
        let (mut start, mut used) = (0, 0);
        for index in 0..self.layers.len() {
            let own = self.layer_width(index, size);
            let gap = if index > start { self.gap(index) } else { 0 };
            if index > start && used + gap + own > width {
                folds.push(&self.layers[start..index]);
                (start, used) = (index, own);
            } else {
                used += gap + own;
            }
        }
        folds.push(&self.layers[start..]);
        folds
    }

    fn layer_width(&self, layer: usize, size: &impl Fn(usize) -> Rectangle) -> i32 {
        self.layers[layer]
            .iter()
            .map(|node| size(*node).width)
            .max()
            .unwrap_or(0)
    }

    /// Columns between a layer and the one before it: room for the labels that run there.
    fn gap(&self, layer: usize) -> i32 {
        let Some(before) = layer.checked_sub(1) else {
            return COLUMN_GAP;
        };
        let (left, right) = (&self.layers[before], &self.layers[layer]);
        let runs = |edge: &&Edge| {
            left.contains(&edge.from) && right.contains(&edge.to)
                || left.contains(&edge.to) && right.contains(&edge.from)
        };
        let label = self
            .edges
            .iter()
            .filter(runs)
            .map(|edge| edge.label + self.around_label)
            .max();
        label.unwrap_or(0).max(COLUMN_GAP)
    }

    /// Places the layers of a fold beside each other; gives the first row below them.
    fn place_fold(
        &self,
        fold: &[Vec<usize>],
        top: i32,
        size: &impl Fn(usize) -> Rectangle,
        places: &mut BTreeMap<usize, Point>,
    ) -> i32 {
        let first = self
            .layers
            .iter()
            .position(|layer| Some(layer) == fold.first())
            .unwrap_or(0);
        let (mut x, mut members) = (0, Vec::new());
        for (offset, layer) in fold.iter().enumerate() {
            if offset > 0 {
                x += self.gap(first + offset);
            }
            self.place_layer(layer, x, top, size, places);
            members.extend(layer.iter().copied());
            x += self.layer_width(first + offset, size);
        }
        let highest = members
            .iter()
            .filter_map(|node| places.get(node))
            .map(|it| it.y)
            .min();
        let lift = top - highest.unwrap_or(top);
        for node in &members {
            if let Some(place) = places.get_mut(node) {
                place.y += lift;
            }
        }
        let bottom = |node: &usize| places.get(node).map(|it| it.y + size(*node).height);
        members.iter().filter_map(bottom).max().unwrap_or(top)
    }

    /// Places a layer, each box beside its neighbours to the left where there is room.
    fn place_layer(
        &self,
        layer: &[usize],
        x: i32,
        top: i32,
        size: &impl Fn(usize) -> Rectangle,
        places: &mut BTreeMap<usize, Point>,
    ) {
        let wanted: Vec<i32> = layer
            .iter()
            .map(|node| self.wanted_row(*node, top, places))
            .collect();
        let mut row = i32::MIN;
        for (node, wanted) in layer.iter().zip(wanted) {
            let y = wanted.max(row);
            places.insert(*node, Point { x, y });
            row = y + size(*node).height + ROW_GAP;
        }
    }

    fn wanted_row(&self, node: usize, top: i32, places: &BTreeMap<usize, Point>) -> i32 {
        let neighbours = self.neighbours(node);
        let rows: Vec<i32> = neighbours
            .iter()
            .filter_map(|it| places.get(it))
            .map(|it| it.y)
            .filter(|y| *y >= top)
            .collect();
        let sum: i32 = rows.iter().sum();
        sum.checked_div(cells(rows.len())).unwrap_or(top)
    }

    /// Places boxes without wires below everything, row by row.
    fn place_alone(
        &self,
        top: i32,
        width: i32,
        size: &impl Fn(usize) -> Rectangle,
        places: &mut BTreeMap<usize, Point>,
    ) {
        let (mut x, mut y, mut tallest) = (0, top, 0);
        for node in &self.alone {
            let own = size(*node);
            if x > 0 && x + own.width > width {
                (x, y, tallest) = (0, y + tallest + ROW_GAP, 0);
            }
            places.insert(*node, Point { x, y });
            x += own.width + COLUMN_GAP;
            tallest = tallest.max(own.height);
        }
    }
}

fn edges(nodes: &[Object], links: &[Link]) -> Vec<Edge> {
    let position = |object: Object| nodes.iter().position(|node| *node == object);
    let edge = |link: &Link| {
        let from = position(link.from.as_ref()?.node)?;
        let to = position(link.to.as_ref()?.node)?;
        let label = cells(unicode_width::UnicodeWidthStr::width(link.label.as_str()));
        (from != to).then_some(Edge { from, to, label })
    };
    links.iter().filter_map(edge).collect()
}
