//! The search for one wire's way: A* over cells and directions.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::grid::{Cell, Grid};
use super::{Path, Request};
use crate::ui::graph::geometry::{Direction, Point, Rectangle};

/// Cost of a step along a row; cells are about half as wide as they are high.
const ACROSS: u32 = 10;
/// Cost of a step along a column.
const DOWN: u32 = 20;
/// Cost of a turn.
const TURN: u32 = 35;
/// Cost of crossing a wire.
const CROSS: u32 = 60;
/// Cost of running beside a wire, on each side.
const BESIDE: u32 = 2;
/// Cost of running along a box.
const AT_BOX: u32 = 12;

const UNSEEN: u32 = u32::MAX;

/// The search's memory: for each cell of the window and direction, the least cost so far
/// and the direction of the cell before.
struct Seen {
    window: Rectangle,
    cost: Vec<u32>,
    before: Vec<Option<Direction>>,
}

impl Seen {
    fn new(window: Rectangle) -> Self {
        let count = usize::try_from(window.width * window.height * 4).unwrap_or(0);
        Self {
            window,
            cost: vec![UNSEEN; count],
            before: vec![None; count],
        }
    }

    fn slot(&self, point: Point, direction: Direction) -> Option<usize> {
        if !self.window.contains(point) {
            return None;
        }
        let cell = (point.y - self.window.y) * self.window.width + point.x - self.window.x;
        usize::try_from(cell * 4)
            .ok()
            .map(|cell| cell + direction.number())
    }

    /// Notes a way to a cell; false where one as good is known.
    fn improve(&mut self, step: Step, before: Option<Direction>) -> bool {
        let Some(slot) = self.slot(step.point, step.direction) else {
            return false;
        };
        let better = step.cost < self.cost[slot];
        if better {
            self.cost[slot] = step.cost;
            self.before[slot] = before;
        }
        better
    }
}

/// A cell reached in a direction at a cost.
#[derive(Debug, Clone, Copy)]
struct Step {
    point: Point,
    direction: Direction,
    cost: u32,
}

/// The cheapest way of a wire inside a window; `None` where there is none.
pub(super) fn search(
    grid: &Grid,
    index: usize,
    request: &Request,
    window: Rectangle,
) -> Option<Path> {
    if !grid.admits(index, request.from) || !grid.admits(index, request.to) {
        return None;
    }
    let mut seen = Seen::new(clipped(window, grid.bounds()));
    let mut queue = BinaryHeap::new();
    let start = Step {
        point: request.from,
        direction: request.leaves,
        cost: 0,
    };
    seen.improve(start, None);
    queue.push(entry(start, request.to));
    while let Some(Reverse((_, cost, point, direction))) = queue.pop() {
        if point == request.to && direction == request.enters {
            return Some(trace_back(&seen, request));
        }
        let step = Step {
            point,
            direction,
            cost,
        };
        let slot = seen.slot(point, direction);
        if slot.is_some_and(|slot| seen.cost[slot] < cost) {
            continue;
        }
        for next in neighbours(grid, index, step) {
            if seen.improve(next, Some(direction)) {
                queue.push(entry(next, request.to));
            }
        }
    }
    None
}

type Entry = Reverse<(u32, u32, Point, Direction)>;

fn entry(step: Step, to: Point) -> Entry {
    let across = ACROSS * (step.point.x - to.x).unsigned_abs();
    let down = DOWN * (step.point.y - to.y).unsigned_abs();
    Reverse((
        step.cost + across + down,
        step.cost,
        step.point,
        step.direction,
    ))
}

fn neighbours(grid: &Grid, index: usize, step: Step) -> impl Iterator<Item = Step> + use<'_> {
    let here = grid.cell(step.point).unwrap_or_default();
    let ways = Direction::ALL
        .into_iter()
        .filter(move |way| *way != step.direction.opposite());
    ways.filter_map(move |direction| {
        let straight = direction == step.direction;
        let possible = if straight {
            here.passes(direction)
        } else {
            here.is_free()
        };
        let point = step.point.step(direction);
        if !possible || !grid.admits(index, point) {
            return None;
        }
        let turn = if straight { 0 } else { TURN };
        Some(Step {
            point,
            direction,
            cost: step.cost + turn + price(grid, point, direction),
        })
    })
}

/// What it costs to go onto a cell in a direction.
fn price(grid: &Grid, point: Point, direction: Direction) -> u32 {
    let cell = grid.cell(point).unwrap_or_default();
    let base = if direction.is_horizontal() {
        ACROSS
    } else {
        DOWN
    };
    let cross = if cell.is_free() { 0 } else { CROSS };
    let at_box = if cell.at_box && cell.pin.is_none() {
        AT_BOX
    } else {
        0
    };
    base + cross + at_box + BESIDE * beside(grid, point, direction)
}

/// How many wires run beside the cell in the same direction.
fn beside(grid: &Grid, point: Point, direction: Direction) -> u32 {
    let runs = |cell: Cell| {
        if direction.is_horizontal() {
            cell.horizontal
        } else {
            cell.vertical
        }
    };
    let sides = Direction::ALL
        .iter()
        .filter(|way| way.is_horizontal() != direction.is_horizontal());
    sides
        .map(|way| u32::from(grid.cell(point.step(*way)).is_some_and(runs)))
        .sum()
}

fn trace_back(seen: &Seen, request: &Request) -> Path {
    let mut path = vec![request.to];
    let (mut point, mut direction) = (request.to, request.enters);
    while let Some(before) = seen
        .slot(point, direction)
        .and_then(|slot| seen.before[slot])
    {
        point = point.step(direction.opposite());
        direction = before;
        path.push(point);
    }
    path.reverse();
    path
}

fn clipped(window: Rectangle, bounds: Rectangle) -> Rectangle {
    let (x, y) = (window.x.max(bounds.x), window.y.max(bounds.y));
    Rectangle {
        x,
        y,
        width: window.right().min(bounds.right()) - x,
        height: window.bottom().min(bounds.bottom()) - y,
    }
}
