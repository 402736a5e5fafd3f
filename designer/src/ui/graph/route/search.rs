//! The search for one wire's way: A* over cells and directions.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::effort::{Effort, Exhausted};
use super::grid::Grid;
use super::turns;
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

/// A position reached in a direction at a cost.
#[derive(Debug, Clone, Copy)]
struct Step {
    point: Point,
    position: usize,
    direction: Direction,
    cost: u32,
}

/// The least cost of the whole way, the cost so far, the cell and the direction there.
type Entry = Reverse<(u32, u32, Point, Direction)>;

/// The memory of searches in one grid; a search leaves it as it found it.
#[derive(Debug)]
pub(super) struct Search {
    /// For each position and direction what [`Known`] says, 0 where nothing is known.
    known: Vec<u32>,
    /// The slots that are not 0.
    touched: Vec<usize>,
    queue: BinaryHeap<Entry>,
}

/// The least cost so far of a position and direction, and the direction before.
#[derive(Debug, Clone, Copy)]
struct Known(u32);

impl Known {
    /// The number of a direction, and one more.
    const BEFORE: u32 = 0b111;
    /// There is no direction before the start.
    const START: u32 = 5;

    fn new(cost: u32, before: Option<Direction>) -> Self {
        let before = before.and_then(|it| u32::try_from(it.number() + 1).ok());
        Self(cost << 3 | before.unwrap_or(Self::START))
    }

    fn cost(self) -> Option<u32> {
        (self.0 != 0).then_some(self.0 >> 3)
    }

    fn before(self) -> Option<Direction> {
        let number = usize::try_from(self.0 & Self::BEFORE)
            .ok()?
            .checked_sub(1)?;
        Direction::ALL.get(number).copied()
    }
}

/// What is looked for, and where.
struct Task<'a> {
    grid: &'a Grid,
    index: usize,
    request: &'a Request,
    window: Rectangle,
}

impl Search {
    /// Memory for searches in a grid.
    pub(super) fn new(grid: &Grid) -> Self {
        Self {
            known: vec![0; 4 * grid.len()],
            touched: Vec::new(),
            queue: BinaryHeap::new(),
        }
    }

    /// The cheapest way of a wire inside a window; `None` where there is none.
    pub(super) fn run(
        &mut self,
        grid: &Grid,
        index: usize,
        request: &Request,
        window: Rectangle,
        effort: &mut Effort,
    ) -> Result<Option<Path>, Exhausted> {
        let window = window.clipped(grid.bounds());
        let task = Task {
            grid,
            index,
            request,
            window,
        };
        let found = self.find(&task, effort);
        for slot in self.touched.drain(..) {
            self.known[slot] = 0;
        }
        self.queue.clear();
        found
    }

    fn find(&mut self, task: &Task<'_>, effort: &mut Effort) -> Result<Option<Path>, Exhausted> {
        let Request { from, to, .. } = *task.request;
        let admitted = |point| task.grid.admits(task.index, task.grid.position(point));
        if !admitted(from) || !admitted(to) {
            return Ok(None);
        }
        let start = Step {
            point: from,
            position: task.grid.position(from),
            direction: task.request.leaves,
            cost: 0,
        };
        self.reach(task, start, None);
        while let Some(Reverse((_, cost, point, direction))) = self.queue.pop() {
            if point == to && direction == task.request.enters {
                return Ok(Some(self.trace_back(task)));
            }
            let position = task.grid.position(point);
            if self.known(position, direction).cost() < Some(cost) {
                continue;
            }
            effort.spend()?;
            let step = Step {
                point,
                position,
                direction,
                cost,
            };
            self.leave(task, step);
        }
        Ok(None)
    }

    /// Goes from a cell to its neighbours.
    fn leave(&mut self, task: &Task<'_>, step: Step) {
        let here = task.grid.cell(step.position);
        for direction in Direction::ALL {
            let point = step.point.step(direction);
            if direction == step.direction.opposite()
                || !here.lets(step.direction, direction)
                || !task.window.contains(point)
            {
                continue;
            }
            let position = task.grid.next(step.position, direction);
            if !task.grid.admits(task.index, position) {
                continue;
            }
            let turn = if direction == step.direction { 0 } else { TURN };
            let next = Step {
                point,
                position,
                direction,
                cost: step.cost + turn + price(task.grid, position, direction),
            };
            self.reach(task, next, Some(step.direction));
        }
    }

    /// Notes a way to a cell, unless one as good is known.
    fn reach(&mut self, task: &Task<'_>, step: Step, before: Option<Direction>) {
        let slot = slot(step.position, step.direction);
        let known = Known(self.known[slot]).cost();
        if known.is_some_and(|known| known <= step.cost) {
            return;
        }
        if known.is_none() {
            self.touched.push(slot);
        }
        self.known[slot] = Known::new(step.cost, before).0;
        let least = step.cost + remaining(step, task.request);
        let entry = (least, step.cost, step.point, step.direction);
        self.queue.push(Reverse(entry));
    }

    fn known(&self, position: usize, direction: Direction) -> Known {
        Known(self.known[slot(position, direction)])
    }

    fn trace_back(&self, task: &Task<'_>) -> Path {
        let mut path = vec![task.request.to];
        let (mut point, mut direction) = (task.request.to, task.request.enters);
        while let Some(before) = self.known(task.grid.position(point), direction).before() {
            point = point.step(direction.opposite());
            direction = before;
            path.push(point);
        }
        path.reverse();
        path
    }
}

fn slot(position: usize, direction: Direction) -> usize {
    4 * position + direction.number()
}

/// What the rest of the way costs at least: its steps and its turns on an empty canvas.
fn remaining(step: Step, request: &Request) -> u32 {
    let across = ACROSS * (step.point.x - request.to.x).unsigned_abs();
    let down = DOWN * (step.point.y - request.to.y).unsigned_abs();
    let turns = turns::least(step.point, step.direction, request.to, request.enters);
    across + down + TURN * turns
}

/// What it costs to go onto a cell in a direction.
fn price(grid: &Grid, position: usize, direction: Direction) -> u32 {
    let cell = grid.cell(position);
    let (base, sides) = if direction.is_horizontal() {
        (ACROSS, [Direction::Up, Direction::Down])
    } else {
        (DOWN, [Direction::Left, Direction::Right])
    };
    let cross = if cell.is_free() { 0 } else { CROSS };
    let at_box = if cell.is_along_box() { AT_BOX } else { 0 };
    let beside = sides.map(|side| grid.cell(grid.next(position, side)).carries(direction));
    base + cross
        + at_box
        + beside
            .map(|it| if it { BESIDE } else { 0 })
            .iter()
            .sum::<u32>()
}
