//! Selecting, moving and looking around on the canvas.

use std::sync::Arc;

use super::camera::Camera;
use super::effect::Effect;
use super::graph::arrange;
use super::graph::geometry::{Direction, Point, Rectangle};
use super::graph::scene::Scene;
use super::object::Object;
use super::state::{Size, State};
use super::view::screen;

/// Columns of a step when a box is moved; rows are about twice as high as columns are wide.
const COLUMN_STEP: i32 = 2;

/// Columns and rows of the canvas on the screen.
#[must_use]
pub fn view_size(state: &State) -> (i32, i32) {
    let area = screen::regions(state).canvas;
    (i32::from(area.width), i32::from(area.height))
}

/// Columns of the canvas in the graph view of a terminal of this size.
#[must_use]
pub fn graph_width(size: Size) -> i32 {
    i32::from(screen::canvas_width(size))
}

/// Selects the nearest box in a direction; from a wire, the box at that end.
pub fn select(state: &mut State, direction: Direction) -> Vec<Effect> {
    let next = match state.selection {
        Some(object) if state.scene.wire(object).is_some() => {
            end_of_wire(&state.scene, object, direction)
        }
        Some(object) => state
            .scene
            .place(object)
            .and_then(|from| nearest(&state.scene, from, object, direction)),
        None => first_in_sight(state),
    };
    let first =
        || first_in_sight(state).filter(|_| state.scene.place_of(state.selection).is_none());
    if let Some(object) = next.or_else(first) {
        state.selection = Some(object);
        show_selection(state);
    }
    Vec::new()
}

fn end_of_wire(scene: &Scene, object: Object, direction: Direction) -> Option<Object> {
    let wire = scene.wire(object)?;
    let [first, last] = [wire.ends[0].0, wire.ends[1].0];
    let last_is_there = match direction {
        Direction::Right => last.x >= first.x,
        Direction::Left => last.x < first.x,
        Direction::Down => last.y >= first.y,
        Direction::Up => last.y < first.y,
    };
    boxes_of_wire(scene, object)?[usize::from(last_is_there)]
}

/// The boxes at which a wire begins and ends.
fn boxes_of_wire(scene: &Scene, object: Object) -> Option<[Option<Object>; 2]> {
    let wire = scene.wire(object)?;
    Some(wire.ends.map(|(point, side)| {
        let inside = point.step(side.outwards().opposite());
        let mut nodes = scene.nodes.iter();
        nodes
            .find(|node| node.rectangle.contains(inside))
            .map(|node| node.object)
    }))
}

/// The box whose centre is nearest in a direction; sideways counts three times.
fn nearest(scene: &Scene, from: Rectangle, own: Object, direction: Direction) -> Option<Object> {
    let (dx, dy) = direction.delta();
    let here = from.centre();
    let distance = |node: &super::graph::node::Node| {
        let there = node.rectangle.centre();
        let (across, down) = (there.x - here.x, 2 * (there.y - here.y));
        let along = across * dx + down * dy;
        let aside = (across * dy).abs() + (down * dx).abs();
        (along > 0 && aside <= 3 * along).then_some(along + 3 * aside)
    };
    let others = scene.nodes.iter().filter(|node| node.object != own);
    others
        .filter_map(|node| distance(node).map(|it| (it, node.object)))
        .min()
        .map(|it| it.1)
}

fn first_in_sight(state: &State) -> Option<Object> {
    let (width, height) = view_size(state);
    let window = state.camera.window(width, height);
    let in_sight = state
        .scene
        .nodes
        .iter()
        .find(|node| node.rectangle.overlaps(window));
    in_sight
        .or(state.scene.nodes.first())
        .map(|node| node.object)
}

/// Selects the next or the previous object of the drawing.
pub fn select_next(state: &mut State, forward: bool) -> Vec<Effect> {
    let all: Vec<Object> = state
        .scene
        .nodes
        .iter()
        .map(|node| node.object)
        .chain(state.scene.wires.iter().map(|wire| wire.object))
        .collect();
    if all.is_empty() {
        return Vec::new();
    }
    let position = all
        .iter()
        .position(|object| Some(*object) == state.selection);
    let next = match (position, forward) {
        (None, true) => 0,
        (None, false) => all.len() - 1,
        (Some(at), true) => (at + 1) % all.len(),
        (Some(at), false) => (at + all.len() - 1) % all.len(),
    };
    state.selection = Some(all[next]);
    show_selection(state);
    Vec::new()
}

/// Goes through the wires of the selected box, and stays with that box from wire to wire. A wire
/// that was reached in another way stands for the box at which it begins.
pub fn select_wire(state: &mut State) -> Vec<Effect> {
    state.wires_of = box_of_wires(state);
    let wires = wires_around(state);
    let position = wires.iter().position(|wire| Some(*wire) == state.selection);
    let next = position.map_or(0, |at| (at + 1) % wires.len());
    match wires.get(next) {
        Some(wire) => {
            state.selection = Some(*wire);
            show_selection(state);
        }
        None => state.complain("It has no wires"),
    }
    Vec::new()
}

/// The box whose wires are next: the selected one, else the one of last time where the selected
/// wire is one of its own.
fn box_of_wires(state: &State) -> Option<Object> {
    let selected = state.selection?;
    if state.scene.node(selected).is_some() {
        return Some(selected);
    }
    let ends = boxes_of_wire(&state.scene, selected)?;
    let last = state.wires_of.filter(|own| ends.contains(&Some(*own)));
    last.or(ends[0])
}

/// The wires of the box, each once, in the order of its ports.
fn wires_around(state: &State) -> Vec<Object> {
    let node = state.wires_of.and_then(|object| state.scene.node(object));
    let mut wires = Vec::new();
    for port in node.map_or(&[][..], |node| &node.ports) {
        if !wires.contains(&port.object) {
            wires.push(port.object);
        }
    }
    wires
}

/// Moves the selected box by a step; steps in a row are undone as one.
pub fn move_box(state: &mut State, direction: Direction) -> Vec<Effect> {
    let Some(object) = state.selection else {
        return Vec::new();
    };
    let Some(place) = state.design.placement.get(object) else {
        return Vec::new();
    };
    let (dx, dy) = direction.delta();
    let target = Point {
        x: place.x + COLUMN_STEP * dx,
        y: place.y + dy,
    };
    let name = format!("move {}", object.name(&state.design.system));
    state.edit_merging(name, Some(format!("move {object:?}")), |design| {
        design.placement.set(object, target);
    });
    show_selection(state);
    Vec::new()
}

/// Shows what is in a direction.
pub fn pan(state: &mut State, direction: Direction) -> Vec<Effect> {
    let (width, height) = view_size(state);
    let (dx, dy) = direction.delta();
    state.camera.x += dx * (width / 4).max(1);
    state.camera.y += dy * (height / 3).max(1);
    Vec::new()
}

/// Puts the selected object in the middle of the view.
pub fn centre(state: &mut State) -> Vec<Effect> {
    let (width, height) = view_size(state);
    if let Some(place) = state.scene.place_of(state.selection) {
        state.camera = Camera::centred(place, width, height);
    }
    Vec::new()
}

/// Puts the whole drawing in the middle of the view.
pub fn home(state: &mut State) -> Vec<Effect> {
    let (width, height) = view_size(state);
    state.camera = Camera::centred(state.scene.bounds, width, height);
    Vec::new()
}

/// Places all boxes anew.
pub fn arrange(state: &mut State) -> Vec<Effect> {
    let (width, _) = view_size(state);
    let placement = arrange::arrange(&state.design, width);
    state.edit("arrange", |design| design.placement = placement);
    state.scene = Arc::new(Scene::at_once(&state.design, None));
    home(state);
    show_selection(state);
    Vec::new()
}

/// Draws all wires anew.
pub fn route_again(state: &mut State) -> Vec<Effect> {
    state.scene = Arc::new(Scene::at_once(&state.design, None));
    Vec::new()
}

/// Moves the view as little as needed to show what is selected.
pub fn show_selection(state: &mut State) {
    let (width, height) = view_size(state);
    if let Some(place) = state.scene.place_of(state.selection) {
        state.camera = state.camera.showing(place, width, height);
    }
}
