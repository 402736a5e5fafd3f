//! `septum export`.

use std::fs;

use serde_json::Value;

use crate::septum::{Desk, Ended};

/// Every form in which something can be exported.
const FORMS: &[[&str; 2]] = &[
    ["--graph", "svg"],
    ["--graph", "dot"],
    ["--graph", "mermaid"],
    ["--trace", "perfetto"],
    ["--trace", "vcd"],
    ["--trace", "csv"],
    ["--trace", "mermaid"],
    ["--schedule", "svg"],
];

const SYSTEM: &str = "a/system.dhall";

/// Exports the design of a desk.
fn export(desk: &Desk, arguments: &[&str]) -> Ended {
    desk.run(["export", SYSTEM].iter().chain(arguments))
}

#[test]
fn every_form_is_the_same_again_and_in_a_file() {
    let desk = Desk::with("sensor-pipeline", "a");
    for form in FORMS {
        let text = export(&desk, form).good();
        assert!(!text.is_empty());
        assert_eq!(export(&desk, form).good(), text, "{form:?}");
        let said = export(&desk, &[form[0], form[1], "-o", "made"]).good();
        assert_eq!(said, format!("made: {} bytes\n", text.len()));
        let file = fs::read_to_string(desk.path("made")).unwrap();
        assert!(file == text, "{form:?}");
    }
    let json = export(&desk, &["--graph", "dot", "-o", "made", "--format", "json"]).good();
    let json: Value = serde_json::from_str(&json).unwrap();
    let length = fs::metadata(desk.path("made")).unwrap().len();
    assert_eq!(
        (&json["output"], &json["bytes"]),
        (&"made".into(), &length.into())
    );
}

#[test]
fn boxes_stand_where_the_designer_has_put_them() {
    let desk = Desk::with("ping-pong", "a");
    let graph = ["--graph", "svg"];
    let corner = |text: &str| {
        let (_, group) = text.split_once("<title>pong: partition</title>").unwrap();
        let number = |name: &str| -> i32 {
            let (_, rest) = group.split_once(&format!(" {name}=\"")).unwrap();
            rest.split_once('"').unwrap().0.parse().unwrap()
        };
        (number("x"), number("y"))
    };
    let layout = |x: i32, y: i32| {
        let partitions = format!("{{\"ping\": [0, 0], \"pong\": [{x}, {y}]}}");
        desk.write(
            "a/system.layout.json",
            format!("{{\"format\": 1, \"partitions\": {partitions}}}"),
        );
        corner(&export(&desk, &graph).good())
    };
    let (here, there) = (layout(60, 2), layout(63, 12));
    assert_eq!((there.0 - here.0, there.1 - here.1), (3 * 8, 10 * 18));
}

#[test]
fn a_trace_is_that_of_a_run() {
    let desk = Desk::with("sensor-pipeline", "a");
    for extra in [&[][..], &["--for", "3ms"], &["--only", "send || faults"]] {
        let json = ["run", SYSTEM, "--format", "json"];
        let json = desk.run(json.iter().chain(extra)).good();
        let csv = export(&desk, &[&["--trace", "csv"], extra].concat()).good();
        assert_eq!(csv.lines().count(), json.lines().count() + 1);
        for (row, object) in csv.lines().skip(1).zip(json.lines()) {
            let object: Value = serde_json::from_str(object).unwrap();
            let cells: Vec<&str> = row.split(',').collect();
            assert_eq!(cells[0], object["time_ns"].to_string());
            assert_eq!(cells[4], object["event"].as_str().unwrap());
        }
    }
    let csv = export(&desk, &["--trace", "csv"]).good();
    assert!(
        csv.contains(",interrupt_raised,"),
        "the scenario beside the design"
    );
}

#[test]
fn a_design_with_errors_has_a_graph_and_no_run() {
    let desk = Desk::with("ping-pong", "a");
    desk.change(SYSTEM, "[ \"ping\" ]", "[ \"pang\" ]");
    let findings = desk.run(["check", SYSTEM]).stdout;
    for form in FORMS {
        let ended = export(&desk, form);
        assert_eq!(
            (ended.code, &ended.stderr),
            (Some(1), &findings),
            "{form:?}"
        );
        assert_eq!(ended.stdout.is_empty(), form[0] != "--graph", "{form:?}");
    }
    desk.write(SYSTEM, "{ name = ");
    for form in FORMS {
        let error = export(&desk, form).impossible();
        assert!(error.contains("S00"), "{form:?}: {error}");
    }
}

#[test]
fn a_machine_that_is_powered_off_with_a_failure_is_told() {
    let desk = Desk::with("crash-course", "a");
    let health = "name = \"culprit\"\n      , health = Septum.Health::{ memory_violation = \
                  Septum.HealthAction.PowerOff }";
    desk.change(SYSTEM, "name = \"culprit\"\n", &format!("{health}\n"));
    let ended = export(&desk, &["--trace", "mermaid"]);
    let said = "0.806981 ms: the kernel stopped the machine, exit code 72: powered off by the \
                health monitor\n";
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(ended.stderr, said);
    assert!(ended.stdout.ends_with("powered off\n"), "{ended:?}");
}

#[test]
fn what_cannot_be_asked_for_is_a_sentence() {
    let desk = Desk::with("ping-pong", "a");
    let cases: &[(&[&str], &str)] = &[
        (&[], "the following required arguments were not provided"),
        (
            &["--graph", "svg", "--schedule", "svg"],
            "cannot be used with",
        ),
        (
            &["--graph", "pdf"],
            "invalid value 'pdf' for '--graph <AS>'",
        ),
        (&["--graph", "svg", "--for", "1ms"], "cannot be used with"),
        (
            &["--schedule", "svg", "--only", "send"],
            "cannot be used with",
        ),
        (
            &["--trace", "csv", "--for", "ever"],
            "`ever` is no length of time",
        ),
        (
            &["--trace", "csv", "--only", "sned"],
            "^^^^ did you mean `send`?",
        ),
    ];
    for (arguments, why) in cases {
        let error = export(&desk, arguments).impossible();
        assert!(error.contains(why), "{arguments:?}: {error}");
    }
}

#[test]
fn what_cannot_be_written_is_a_sentence() {
    let desk = Desk::with("sensor-pipeline", "a");
    desk.write("a/system.layout.json", "{}");
    let own = "which belongs to the design: write to another file";
    let cases = [
        (
            "nowhere/made",
            "cannot write nowhere/made: No such file or directory".to_owned(),
        ),
        ("a", "cannot write a: ".to_owned()),
        (
            SYSTEM,
            format!("the output would overwrite a/system.dhall, {own}"),
        ),
        (
            "a/scenario.dhall",
            format!("the output would overwrite a/scenario.dhall, {own}"),
        ),
        (
            "a/../a/system.layout.json",
            format!("the output would overwrite a/system.layout.json, {own}"),
        ),
    ];
    let before = desk.names("a");
    for (output, why) in cases {
        let error = export(&desk, &["--graph", "svg", "-o", output]).impossible();
        assert!(
            error.starts_with(&format!("septum: {why}")),
            "{output}: {error}"
        );
    }
    assert_eq!(desk.names("a"), before);
}
