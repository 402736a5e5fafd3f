//! One tiny bad design for each mistake that the designer knows, and what it says about it.
//!
//! A fixture is a file `mistake.dhall` that begins with its findings as comments, or a folder
//! `mistake/` with the findings in `expected.txt` and the design in `system.dhall`. Every
//! fixture is laid out in a folder of its own with the package, `good.dhall` and some
//! programs beside it, and is read as `septum check` reads it. Its findings must be exactly
//! those that it says, with places and help; no other may come.

mod fixture;
mod large;
mod places;
mod programs;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use septum_core::codes::CODES;

use fixture::Fixture;
use verdict::{Verdict, render};

/// Codes that no fixture has, and where they are tested: file and test.
const ELSEWHERE: [(&str, &str, &str); 4] = [
    // A file over the limit would be most of this repository.
    (
        "S0002",
        "diagnostics/main.rs",
        "a_file_over_the_limit_is_not_read",
    ),
    // Only the limits of the child process end an evaluation that does not end by itself.
    ("S0013", EVALUATION, "an_evaluation_without_end_is_ended"),
    (
        "S0014",
        EVALUATION,
        "a_text_that_doubles_with_each_line_is_refused",
    ),
    // What the evaluator cannot handle would end this process, too.
    (
        "S0016",
        EVALUATION,
        "a_sum_that_outgrows_64_bits_is_refused",
    ),
];

const EVALUATION: &str = "../../tests/evaluation.rs";

/// What is found in every fixture, by the fixture's name.
fn verdicts() -> &'static BTreeMap<String, (Fixture, Verdict)> {
    static VERDICTS: OnceLock<BTreeMap<String, (Fixture, Verdict)>> = OnceLock::new();
    VERDICTS.get_or_init(|| {
        let fixtures = fixture::all().into_iter();
        fixtures
            .map(|fixture| {
                let verdict = Verdict::of(&fixture);
                (fixture.name.clone(), (fixture, verdict))
            })
            .collect()
    })
}

/// Fails with all complaints at once.
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn every_mistake_gets_its_findings_and_no_other() {
    let complaints: Vec<String> = verdicts()
        .iter()
        .filter(|(_, (fixture, verdict))| fixture.expected != render(verdict))
        .map(|(name, (fixture, verdict))| {
            let (expected, found) = (&fixture.expected, render(verdict));
            format!("=== {name}\n--- expected\n{expected}--- found\n{found}")
        })
        .collect();
    none(&complaints);
}

#[test]
fn every_code_has_a_fixture() {
    let fixtures = verdicts().values();
    let found: BTreeSet<&str> = fixtures
        .flat_map(|(_, verdict)| &verdict.diagnostics)
        .map(|diagnostic| diagnostic.code.as_str())
        .collect();
    let elsewhere: BTreeSet<&str> = ELSEWHERE.iter().map(|(code, ..)| *code).collect();
    let all: BTreeSet<&str> = CODES.iter().map(|code| code.name).collect();
    assert_eq!(found.intersection(&elsewhere).count(), 0, "needs no excuse");
    assert_eq!(
        found.union(&elsewhere).copied().collect::<BTreeSet<_>>(),
        all
    );
}

#[test]
fn codes_without_a_fixture_have_a_test_of_their_own() {
    let tests = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for (code, file, test) in ELSEWHERE {
        let text = std::fs::read_to_string(tests.join(file)).unwrap();
        let parts = text.split_once(&format!("#[test]\nfn {test}()"));
        let (_, from) = parts.expect(test);
        let body = from.split("#[test]").next().unwrap();
        assert!(body.contains(code), "{test} is not about {code}");
    }
}

#[test]
fn a_file_over_the_limit_is_not_read() {
    let folder = fixture::project();
    let path = folder.path().join("system.dhall");
    std::fs::write(&path, " ".repeat((1 << 20) + 1)).unwrap();
    let verdict = Verdict::read(folder.path());
    let expected = "error S0002 system.dhall: the file is larger than 1 MiB\n\
                    \x20 help: split it into files that import each other by relative paths\n";
    assert_eq!(render(&verdict), expected);
}

#[test]
fn the_good_design_has_no_findings() {
    let folder = fixture::project();
    let path = folder.path().join("good.dhall");
    std::fs::copy(path, folder.path().join("system.dhall")).unwrap();
    assert_eq!(render(&Verdict::read(folder.path())), "");
}

#[test]
fn no_finding_is_told_twice() {
    let mut complaints = Vec::new();
    for (name, (_, verdict)) in verdicts() {
        let mut told = BTreeSet::new();
        for d in &verdict.diagnostics {
            if !told.insert((&d.code, &d.places[0], &d.message)) {
                complaints.push(format!("{name}: {} {}", d.code, d.message));
            }
        }
    }
    none(&complaints);
}

#[test]
fn findings_come_in_the_order_of_the_text() {
    for (name, (_, verdict)) in verdicts() {
        let own = |d: &&septum_core::diagnostic::Diagnostic| {
            let file = d.places[0].file.as_deref();
            file.is_some_and(|file| file.ends_with("/system.dhall"))
        };
        let positions = verdict.diagnostics.iter().filter(own);
        let positions: Vec<_> = positions.map(|d| d.places[0].position).collect();
        assert!(positions.is_sorted(), "{name}");
    }
}

#[test]
fn every_finding_says_where_and_what_to_do() {
    let mut complaints = Vec::new();
    for (name, (_, verdict)) in verdicts() {
        for d in &verdict.diagnostics {
            let is_clear = |text: &str| !text.is_empty() && !text.ends_with('.');
            if !is_clear(&d.message) || !is_clear(&d.help) {
                complaints.push(format!("{name}: {}: {} ({})", d.code, d.message, d.help));
            }
            if d.places.iter().any(|place| place.file.is_none()) {
                complaints.push(format!("{name}: {} is in no file", d.code));
            }
            if verdict.raw.is_some() && d.places.iter().any(|place| place.position.is_none()) {
                complaints.push(format!("{name}: {} stands nowhere", d.code));
            }
        }
    }
    none(&complaints);
}

#[test]
fn severities_are_those_of_the_codes() {
    for (name, (_, verdict)) in verdicts() {
        for d in &verdict.diagnostics {
            let code = CODES.iter().find(|code| code.name == d.code).unwrap();
            assert_eq!(code.severity, d.severity, "{name}");
        }
    }
}
