//! Wires between boxes: along rows and columns, around every box, never on another wire.
//!
//! A search over cells for each wire (A*), the short wires first. Where a wire cannot get
//! through, it gets no path. The search always ends: each cell is left at most once in each
//! direction, and there are at most [`MAX_CELLS`] of them.

mod grid;
mod search;

use super::geometry::{Direction, Point, Rectangle};
use grid::Grid;

/// Larger canvases are not searched: boxes that far apart get no wires.
const MAX_CELLS: i32 = 400_000;
/// Cells around the ends of a wire that are searched first.
const NEAR: (i32, i32) = (24, 8);
/// Free cells around all boxes in which wires may run.
const AROUND: (i32, i32) = (12, 6);

/// A wire to route: the cells in front of its ports, and the ways out of the boxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// The cell in front of the port where the wire begins.
    pub from: Point,
    /// The way out of the box there.
    pub leaves: Direction,
    /// The cell in front of the port where the wire ends.
    pub to: Point,
    /// The way into the box there.
    pub enters: Direction,
}

impl Request {
    fn length(&self) -> i32 {
        (self.from.x - self.to.x).abs() + 2 * (self.from.y - self.to.y).abs()
    }
}

/// The cells of a wire, from port to port, each next to the one before.
pub type Path = Vec<Point>;

/// What a wire was before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Before {
    /// It was not there.
    #[default]
    New,
    /// It ran like this.
    Routed(Path),
    /// It found no way between the same ends.
    Stuck,
}

/// Routes all wires. Those that had a path keep it where it is still possible.
#[must_use]
pub fn route(boxes: &[Rectangle], requests: &[Request], before: &[Before]) -> Vec<Option<Path>> {
    let first = attempt(boxes, requests, before, &[]);
    let failed: Vec<usize> = (0..first.len())
        .filter(|index| first[*index].is_none())
        .collect();
    let was_stuck = |index: &usize| before.get(*index) == Some(&Before::Stuck);
    if failed.len() == requests.len() || failed.iter().all(was_stuck) {
        return first;
    }
    // Once more, without what was kept and with the failed ones first.
    let second = attempt(boxes, requests, &[], &failed);
    let failures = |paths: &[Option<Path>]| paths.iter().filter(|path| path.is_none()).count();
    if failures(&second) < failures(&first) {
        second
    } else {
        first
    }
}

fn attempt(
    boxes: &[Rectangle],
    requests: &[Request],
    before: &[Before],
    early: &[usize],
) -> Vec<Option<Path>> {
    let mut paths = vec![None; requests.len()];
    let Some(mut grid) = Grid::new(bounds(boxes, requests), boxes, requests) else {
        return paths;
    };
    for (index, before) in before.iter().enumerate().take(requests.len()) {
        if let Before::Routed(path) = before
            && grid.allows(index, path, &requests[index])
        {
            grid.occupy(path, &requests[index]);
            paths[index] = Some(path.clone());
        }
    }
    for index in order(requests, early) {
        if paths[index].is_none() {
            paths[index] = one(&mut grid, index, &requests[index]);
        }
    }
    paths
}

/// The short wires first; before them those that must not be shut out.
fn order(requests: &[Request], early: &[usize]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..requests.len()).collect();
    order.sort_by_key(|index| (!early.contains(index), requests[*index].length(), *index));
    order
}

fn one(grid: &mut Grid, index: usize, request: &Request) -> Option<Path> {
    let near = span(request).grown(NEAR.0, NEAR.1);
    let path = search::search(grid, index, request, near)
        .or_else(|| search::search(grid, index, request, grid.bounds()))?;
    grid.occupy(&path, request);
    Some(path)
}

fn span(request: &Request) -> Rectangle {
    let cell = |point: Point| Rectangle {
        x: point.x,
        y: point.y,
        width: 1,
        height: 1,
    };
    cell(request.from).union(cell(request.to))
}

fn bounds(boxes: &[Rectangle], requests: &[Request]) -> Rectangle {
    let all = boxes.iter().copied().chain(requests.iter().map(span));
    let union = all.reduce(Rectangle::union).unwrap_or_default();
    union.grown(AROUND.0, AROUND.1)
}

#[cfg(test)]
mod tests;
