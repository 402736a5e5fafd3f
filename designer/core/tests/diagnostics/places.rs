//! Places of findings are where the thing stands that they are about.

use serde_json::Value;

use septum_core::check::check;
use septum_core::dhall::{load_text, write};
use septum_core::diagnostic::{Diagnostic, Position, SpecPath};
use septum_core::spec::RawSystem;

use crate::{none, verdicts};

/// A part of a design. Alternatives of unions are no step of a path.
fn part<'v>(design: &'v Value, path: &SpecPath) -> Option<&'v Value> {
    path.steps()
        .iter()
        .try_fold(design, |value, (field, number)| match number {
            Some(number) => payload(value).get(usize::try_from(*number).ok()?),
            None => value.get(field).or_else(|| payload(value).get(field)),
        })
}

/// What an alternative carries; the value itself where it is none.
fn payload(value: &Value) -> &Value {
    match value.as_object() {
        Some(fields) if fields.len() == 1 => {
            fields.values().next().expect("the design has this part")
        }
        _ => value,
    }
}

#[test]
fn places_are_parts_of_the_design() {
    let mut complaints = Vec::new();
    for (name, (_, verdict)) in verdicts() {
        let Some(raw) = &verdict.raw else { continue };
        let design = serde_json::to_value(raw).expect("the design has this part");
        for d in &verdict.diagnostics {
            let unknown = d
                .places
                .iter()
                .filter(|place| part(&design, &place.path).is_none());
            complaints.extend(unknown.map(|place| format!("{name}: {} {}", d.code, place.path)));
        }
    }
    none(&complaints);
}

/// What a finding says, without its position.
fn said(d: &Diagnostic) -> (String, String, String, Vec<SpecPath>) {
    let paths = d.places.iter().map(|place| place.path.clone()).collect();
    (d.code.clone(), d.message.clone(), d.help.clone(), paths)
}

/// The text from a position on.
fn rest(text: &str, position: Position) -> String {
    let line = text
        .lines()
        .nth(position.line - 1)
        .expect("the design has this part");
    line.chars().skip(position.column - 1).collect()
}

/// Whether a text can be how the writer writes a number, a name or a right.
fn begins_with(text: &str, value: &Value) -> bool {
    let text = text.strip_prefix("Some ").unwrap_or(text);
    match value {
        Value::Number(number) => {
            // Numbers of times and sizes may have a unit, those of addresses are hexadecimal.
            let text = text.trim_start_matches('(');
            let number = number.as_u64().expect("the design has this part");
            let forms = [
                number.to_string(),
                format!("{number:#x}"),
                "Septum.".to_owned(),
            ];
            forms.iter().any(|form| text.starts_with(form))
        }
        Value::String(name) => {
            // Other characters may be escaped.
            let plain = name
                .split(|c: char| !c.is_ascii_graphic())
                .next()
                .expect("the design has this part");
            let is_alternative = text.starts_with("Septum.") && text.contains(plain);
            is_alternative || text.starts_with(&format!("\"{plain}"))
        }
        Value::Bool(true) => text.starts_with("True"),
        Value::Bool(false) => text.starts_with("False"),
        _ => true,
    }
}

/// What is wrong with the places of findings in a design that the designer has written.
fn wrong_places(raw: &RawSystem, found: &[Diagnostic], text: &str) -> Vec<String> {
    let design = serde_json::to_value(raw).expect("the design has this part");
    let positions = load_text(text).places;
    let mut wrong = Vec::new();
    for place in found.iter().flat_map(|d| &d.places) {
        let own = positions.positions().get(&place.path);
        let Some(position) = place.position else {
            wrong.push(format!("{} stands nowhere", place.path));
            continue;
        };
        let (rest, value) = (
            rest(text, position),
            part(&design, &place.path).expect("the design has this part"),
        );
        if own.is_some() && !begins_with(&rest, value) {
            wrong.push(format!("{} stands at {rest}", place.path));
        }
    }
    wrong
}

#[test]
fn in_the_writers_form_the_findings_are_the_same() {
    let mut complaints = Vec::new();
    for (name, (_, verdict)) in verdicts() {
        let Some(raw) = &verdict.raw else { continue };
        let text = write(raw).text;
        let loaded = load_text(&text);
        let found = check(raw, &verdict.programs, &loaded.places).diagnostics;
        let mut expected: Vec<_> = verdict.diagnostics.iter().map(said).collect();
        let mut actual: Vec<_> = found.iter().map(said).collect();
        expected.sort();
        actual.sort();
        if expected != actual {
            complaints.push(format!("{name}: {actual:?}"));
        }
        let wrong = wrong_places(raw, &found, &text).into_iter();
        complaints.extend(wrong.map(|wrong| format!("{name}: {wrong}")));
    }
    none(&complaints);
}
