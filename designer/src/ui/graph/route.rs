//! Wires between boxes: along rows and columns, around every box, never on another wire.
//!
//! A search over cells for each wire (A*), the short wires first. Where a wire cannot get
//! through, it gets no path. The search always ends: it leaves at most [`PER_WIRE`] cells for
//! a wire, and no more for all of them than its caller allows.

pub mod effort;
mod grid;
mod search;
mod turns;

use super::geometry::{Direction, Point, Rectangle};
use effort::{Effort, Exhausted};
use grid::Grid;
use search::Search;

/// Larger canvases are not searched: boxes that far apart get no wires.
const MAX_CELLS: i32 = 400_000;
/// Cells around the ends of a wire that are searched first.
const NEAR: (i32, i32) = (24, 8);
/// Free cells around all boxes in which wires may run.
const AROUND: (i32, i32) = (12, 6);

/// Cells around an end that are looked at for a way out of it.
const PROBE: u64 = 400;
/// Cells that the search for one wire may leave: what is harder to find is no way.
const PER_WIRE: u64 = 60_000;

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

    /// The same wire from its other end.
    fn reversed(&self) -> Self {
        Self {
            from: self.to,
            leaves: self.enters.opposite(),
            to: self.from,
            enters: self.leaves.opposite(),
        }
    }
}

/// The cells of a wire, from port to port, each next to the one before.
pub type Path = Vec<Point>;

/// What is known about the way of a wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// It was not looked for yet, or not to the end.
    Open,
    /// It runs like this.
    Routed(Path),
    /// None was found between these ends.
    Stuck,
}

impl Way {
    /// The cells of the wire, where it has a way.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Routed(path) => Some(path),
            Self::Open | Self::Stuck => None,
        }
    }
}

/// The ways of all wires, in the order of their requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routes {
    /// One for each request.
    pub ways: Vec<Way>,
    /// Whether the effort was enough. If not, the same search may go on from these ways, and
    /// comes to what a search with more effort would have come to at once.
    pub is_finished: bool,
}

/// Routes all wires. Those that had a way before keep it where it is still possible.
#[must_use]
pub fn route(
    boxes: &[Rectangle],
    requests: &[Request],
    before: &[Way],
    effort: &mut Effort,
) -> Routes {
    let (first, end) = attempt(boxes, requests, before, &[], effort);
    if end.is_err() {
        return unfinished(first, before);
    }
    let failed: Vec<usize> = (0..first.len())
        .filter(|index| first[*index].is_none())
        .collect();
    let was_stuck = |index: &usize| before.get(*index) == Some(&Way::Stuck);
    if failed.len() == requests.len() || failed.iter().all(was_stuck) {
        return finished(first);
    }
    // Once more, without what was kept and with the failed ones first.
    let (second, end) = attempt(boxes, requests, &[], &failed, effort);
    if end.is_err() {
        return unfinished(first, before);
    }
    let failures = |paths: &[Option<Path>]| paths.iter().filter(|path| path.is_none()).count();
    if failures(&second) < failures(&first) {
        finished(second)
    } else {
        finished(first)
    }
}

fn finished(paths: Vec<Option<Path>>) -> Routes {
    let way = |path: Option<Path>| path.map_or(Way::Stuck, Way::Routed);
    Routes {
        ways: paths.into_iter().map(way).collect(),
        is_finished: true,
    }
}

fn unfinished(paths: Vec<Option<Path>>, before: &[Way]) -> Routes {
    let way = |(index, path): (usize, Option<Path>)| match (path, before.get(index)) {
        (Some(path), _) => Way::Routed(path),
        (None, Some(Way::Stuck)) => Way::Stuck,
        (None, _) => Way::Open,
    };
    Routes {
        ways: paths.into_iter().enumerate().map(way).collect(),
        is_finished: false,
    }
}

/// Looks for the ways that are not kept, one after the other, as long as the effort allows.
fn attempt(
    boxes: &[Rectangle],
    requests: &[Request],
    before: &[Way],
    early: &[usize],
    effort: &mut Effort,
) -> (Vec<Option<Path>>, Result<(), Exhausted>) {
    let mut paths = vec![None; requests.len()];
    let Some(mut grid) = Grid::new(bounds(boxes, requests), boxes, requests) else {
        return (paths, Ok(()));
    };
    keep(&mut grid, requests, before, &mut paths);
    let missing: Vec<usize> = order(requests, before, early)
        .into_iter()
        .filter(|index| paths[*index].is_none())
        .collect();
    if missing.is_empty() {
        return (paths, Ok(()));
    }
    let mut search = Search::new(&grid);
    for index in missing {
        match one(&mut grid, &mut search, index, &requests[index], effort) {
            Ok(path) => paths[index] = path,
            Err(exhausted) => return (paths, Err(exhausted)),
        }
    }
    (paths, Ok(()))
}

/// Lays the wires that can run as they did before.
fn keep(grid: &mut Grid, requests: &[Request], before: &[Way], paths: &mut [Option<Path>]) {
    for (index, (request, before)) in requests.iter().zip(before).enumerate() {
        if let Way::Routed(path) = before
            && grid.allows(index, path, request)
        {
            grid.occupy(path, request);
            paths[index] = Some(path.clone());
        }
    }
}

/// The short wires first; before them those that must not be shut out, after them those
/// that found no way before.
fn order(requests: &[Request], before: &[Way], early: &[usize]) -> Vec<usize> {
    let was_stuck = |index| before.get(index) == Some(&Way::Stuck);
    let mut turn: Vec<u8> = (0..requests.len())
        .map(|index| 1 + u8::from(was_stuck(index)))
        .collect();
    early.iter().for_each(|index| turn[*index] = 0);
    let mut order: Vec<usize> = (0..requests.len()).collect();
    order.sort_by_key(|index| (turn[*index], requests[*index].length(), *index));
    order
}

/// The way of one wire. Its end is looked at first: if that is walled in, a search from the
/// beginning would go everywhere before it knew.
fn one(
    grid: &mut Grid,
    search: &mut Search,
    index: usize,
    request: &Request,
    effort: &mut Effort,
) -> Result<Option<Path>, Exhausted> {
    let (near, all) = (span(request).grown(NEAR.0, NEAR.1), grid.bounds());
    let back = request.reversed();
    let probe = effort.part(PROBE, |part| search.run(grid, index, &back, all, part))?;
    if probe == Some(None) {
        return Ok(None);
    }
    let found = effort.part(PER_WIRE, |part| {
        let path = search.run(grid, index, request, near, part)?;
        match path {
            Some(path) => Ok(Some(path)),
            None => search.run(grid, index, request, all, part),
        }
    })?;
    let path = found.flatten();
    if let Some(path) = &path {
        grid.occupy(path, request);
    }
    Ok(path)
}

fn span(request: &Request) -> Rectangle {
    Rectangle::cell(request.from).union(Rectangle::cell(request.to))
}

fn bounds(boxes: &[Rectangle], requests: &[Request]) -> Rectangle {
    let all = boxes.iter().copied().chain(requests.iter().map(span));
    let union = all.reduce(Rectangle::union).unwrap_or_default();
    union.grown(AROUND.0, AROUND.1)
}

#[cfg(test)]
mod tests;
