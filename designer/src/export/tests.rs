//! Pictures, read back: what they show is what the designer shows, whatever things are called.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use proptest::prelude::*;
use roxmltree::{Document, Node};
use septum_core::arbitrary;
use septum_core::spec::{RawGrant, RawMemory, RawSchedule, RawSystem, RawWindow};

use super::sample::{design, plan, plan_of, raw, run, starters};
use super::{csv, dot, flowchart, graph, perfetto, relation, schedule, sequence, svg, vcd};
use crate::ui::defaults;
use crate::ui::design::Design;
use crate::ui::document::Document as File;
use crate::ui::graph::geometry::{Point, Rectangle};
use crate::ui::graph::scene::{Scene, Wire};
use crate::ui::look::Look;
use crate::ui::object::Object;
use crate::ui::state::{Size, State};

/// What the designer shows of a design.
fn screen(design: Design) -> State {
    let look = Look {
        unicode: true,
        colour: true,
    };
    let size = Size {
        width: 120,
        height: 40,
    };
    State::new(design, File::unsaved(None), size, look)
}

/// A design with wires of every kind.
fn every_kind() -> Design {
    let mut system = raw("sensor-pipeline");
    let kind = defaults::sampling_of(8);
    let (from, to) = (
        system.channels[0].from.clone(),
        system.channels[0].to.clone(),
    );
    let mut channel = defaults::channel("state".to_owned(), kind, from, to);
    channel.from.port = "state".to_owned();
    channel.to.port = "state".to_owned();
    system.channels.push(channel);
    let grant = |partition: &str, write| RawGrant {
        partition: partition.to_owned(),
        write,
    };
    system.memories.push(RawMemory {
        name: "samples".to_owned(),
        size_bytes: 4096,
        grants: vec![grant("filter", true), grant("logger", false)],
    });
    design(system)
}

fn number(node: Node<'_, '_>, name: &str) -> i32 {
    node.attribute(name).unwrap().parse().unwrap()
}

/// The groups of a picture by their titles.
fn groups<'a>(document: &'a Document<'_>) -> BTreeMap<String, Node<'a, 'a>> {
    let groups = document.descendants().filter(|it| it.has_tag_name("g"));
    let titled = groups.map(|group| {
        let title = group.children().find(|it| it.has_tag_name("title"));
        (title.unwrap().text().unwrap().to_owned(), group)
    });
    titled.collect()
}

/// The first element of a group that has one of these classes.
fn classed<'a>(group: Node<'a, 'a>, classes: &[&str]) -> Node<'a, 'a> {
    let mut elements = group.children();
    let is_one = |it: &Node<'_, '_>| {
        it.attribute("class")
            .is_some_and(|it| classes.contains(&it))
    };
    elements.find(is_one).unwrap()
}

/// The cell around a place of the picture.
fn cell(bounds: Rectangle, (x, y): (i32, i32)) -> Point {
    let (x, y) = (x - 32 - 4, y - 32 - 9);
    assert!(x % 8 == 0 && y % 18 == 0, "the middle of a cell");
    Point {
        x: x / 8 + bounds.x,
        y: y / 18 + bounds.y,
    }
}

/// The corners of a line of `M`, `H` and `V`.
fn corners(line: &str) -> Vec<(i32, i32)> {
    let mut corners: Vec<(i32, i32)> = Vec::new();
    let starts = line.match_indices(['M', 'H', 'V']).map(|(at, _)| at);
    let ends = starts.clone().skip(1).chain([line.len()]);
    for part in starts.zip(ends).map(|(start, end)| &line[start..end]) {
        let (sign, numbers) = part.split_at(1);
        let numbers: Vec<i32> = numbers.split(' ').map(|it| it.parse().unwrap()).collect();
        let last = corners.last().copied();
        corners.push(match (sign, last) {
            ("M", _) => (numbers[0], numbers[1]),
            ("H", Some((_, y))) => (numbers[0], y),
            (_, Some((x, _))) => (x, numbers[0]),
            (_, None) => panic!("{line} begins nowhere"),
        });
    }
    corners
}

/// The cells of a line from corner to corner.
fn cells(corners: &[Point]) -> Vec<Point> {
    let mut cells = vec![corners[0]];
    for corner in &corners[1..] {
        while cells[cells.len() - 1] != *corner {
            let last = cells[cells.len() - 1];
            cells.push(Point {
                x: last.x + (corner.x - last.x).signum(),
                y: last.y + (corner.y - last.y).signum(),
            });
        }
    }
    cells
}

/// The cells of a wire, those of the borders included.
fn with_borders(wire: &Wire) -> Vec<Point> {
    let [begin, end] = wire
        .ends
        .map(|(point, side)| point.step(side.outwards().opposite()));
    let path = wire.path().unwrap().iter().copied();
    [begin].into_iter().chain(path).chain([end]).collect()
}

/// Compares a picture with what the designer shows.
#[track_caller]
fn is_what_the_screen_shows(picture: &str, system: &RawSystem, scene: &Scene) {
    let document = Document::parse(picture).unwrap();
    let groups = groups(&document);
    assert_eq!(groups.len(), scene.nodes.len() + scene.wires.len());
    for node in &scene.nodes {
        let title = format!("{}: {}", node.title, node.object.noun());
        let frame = classed(groups[&title], &["box", "device", "memory"]);
        let corner = cell(scene.bounds, (number(frame, "x"), number(frame, "y")));
        let shown = Rectangle {
            x: corner.x,
            y: corner.y,
            width: number(frame, "width") / 8 + 1,
            height: number(frame, "height") / 18 + 1,
        };
        assert_eq!(shown, node.rectangle, "{title}");
    }
    for wire in &scene.wires {
        let group = groups[&relation::sentence(system, wire.object)];
        let kinds = ["queuing", "sampling", "signal", "interrupt", "access"];
        let corners = corners(classed(group, &kinds).attribute("d").unwrap()).into_iter();
        let corners: Vec<Point> = corners.map(|corner| cell(scene.bounds, corner)).collect();
        assert_eq!(cells(&corners), with_borders(wire));
    }
}

#[test]
fn boxes_and_wires_are_those_of_the_screen() {
    let starters = starters().map(|name| design(raw(name)));
    for mut design in starters.chain([every_kind()]) {
        for _ in 0..2 {
            let begun = screen(design.clone()).scene;
            let scene = Scene::new(&design, Some(&begun));
            is_what_the_screen_shows(&graph::svg(&design), &design.system, &scene);
            design
                .placement
                .set(Object::Partition(0), Point { x: -40, y: 33 });
        }
    }
}

#[test]
fn words_of_boxes_stay_inside() {
    let design = every_kind();
    let picture = graph::svg(&design);
    let document = Document::parse(&picture).unwrap();
    let titles = groups(&document);
    for (title, group) in titles {
        let Some(frame) = group.children().find(|it| it.has_tag_name("rect")) else {
            continue;
        };
        let (left, right) = (
            number(frame, "x"),
            number(frame, "x") + number(frame, "width"),
        );
        for text in group.children().filter(|it| it.has_tag_name("text")) {
            let (begin, end) = (
                number(text, "x"),
                number(text, "x") + number(text, "textLength"),
            );
            assert!(left < begin && end < right, "{title}: {:?}", text.text());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_design_is_a_picture(system in arbitrary::system()) {
        let design = design(system);
        let picture = graph::svg(&design);
        let document = Document::parse(&picture).unwrap();
        let scene = Scene::new(&design, None);
        let groups = document.descendants().filter(|it| it.has_tag_name("g")).count();
        prop_assert_eq!(groups, scene.nodes.len() + scene.wires.len());
        prop_assert_eq!(picture, graph::svg(&design));
    }
}

/// The starter system with a second schedule.
fn with_safe_mode() -> RawSystem {
    let mut system = raw("sensor-pipeline");
    let window = |duration_ns, name: &str| RawWindow {
        hart: 0,
        duration_ns,
        partitions: vec![name.to_owned()],
    };
    system.schedules.push(RawSchedule {
        name: "safe".to_owned(),
        major_frame_ns: 1_000_000,
        windows: vec![window(990_000, "logger"), window(10_000, "driver")],
    });
    system
}

#[test]
fn windows_are_to_scale() {
    let plan = plan_of("sensor-pipeline", &with_safe_mode());
    let picture = schedule::svg(&plan);
    let document = Document::parse(&picture).unwrap();
    let bars = document.descendants().filter(|it| it.has_tag_name("g"));
    let part = |group: Node<'_, '_>, class| {
        let rectangle = group
            .children()
            .find(|it| it.attribute("class") == Some(class));
        let rectangle = rectangle.unwrap();
        (number(rectangle, "x") - 24, number(rectangle, "width"))
    };
    let bars: Vec<_> = bars
        .map(|it| (part(it, "box"), part(it, "pad").1))
        .collect();
    // A frame of 1 ms has 960 pixels.
    let spans: Vec<(i32, i32)> = bars.iter().map(|(span, _)| *span).collect();
    assert_eq!(
        spans,
        [(0, 288), (288, 288), (576, 384), (0, 950), (950, 10)]
    );
    let pad_ns = plan.pad_ticks() * 100;
    let pixels = i32::try_from((pad_ns * 960 + 500_000) / 1_000_000).unwrap();
    assert!(bars.iter().all(|(_, pad)| (pad - pixels).abs() <= 1));
    assert_snapshot!("schedule-safe-mode", picture);
}

#[test]
fn shares_are_those_of_the_frame() {
    let plan = plan_of("sensor-pipeline", &with_safe_mode());
    let picture = schedule::svg(&plan);
    let says = |line: &str| picture.contains(&format!(">{line}</text>"));
    assert!(says("driver            1      300us   30.0%"));
    assert!(says(
        "background        2      700us   70.0%  at most: it shares windows"
    ));
    assert!(says(
        "filter            0        0ns    0.0%  not in this schedule"
    ));
    assert!(says("W1         990us       1ms      10us    1.0%  driver"));
}

/// The text of everything that is exported of a starter system.
fn everything(name: &str) -> Vec<(&'static str, String)> {
    let (design, plan, run) = (design(raw(name)), plan(name), run(name, "2ms", None));
    vec![
        ("graph.svg", graph::svg(&design)),
        ("graph.dot", dot::text(&design)),
        ("graph.mermaid", flowchart::text(&design)),
        ("trace.json", perfetto::text(&run, name)),
        ("trace.vcd", vcd::text(&run, &plan)),
        ("trace.csv", csv::text(&run)),
        ("trace.mermaid", sequence::text(&run)),
        ("schedule.svg", schedule::svg(&plan)),
    ]
}

#[test]
fn starter_systems_are_exported() {
    for name in starters() {
        let texts = everything(name);
        assert_eq!(texts, everything(name), "the same bytes again");
        for (kind, text) in texts {
            assert_snapshot!(format!("{name}-{kind}"), text);
        }
    }
}

#[test]
fn a_text_is_as_wide_as_on_a_terminal() {
    assert_eq!((svg::width("abc"), svg::width("漢字")), (24, 32));
}

#[test]
fn a_wire_without_a_way_is_told() {
    let mut stuck = every_kind();
    // Behind its port stands the other box.
    stuck
        .placement
        .set(Object::Partition(0), Point { x: 0, y: 0 });
    stuck
        .placement
        .set(Object::Partition(1), Point { x: 3, y: 0 });
    let picture = graph::svg(&stuck);
    let says = "no way was found between the boxes";
    let document = Document::parse(&picture).unwrap();
    let texts = document.descendants().filter(|it| it.has_tag_name("text"));
    let texts: Vec<&str> = texts.filter_map(|it| it.text()).collect();
    assert!(texts.contains(&says) && texts.contains(&"?"));
    assert!(!graph::svg(&every_kind()).contains(says));
}
