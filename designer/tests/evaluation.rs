//! Texts that no evaluator gets to the end of: the child process of the built binary is ended,
//! and the finding says why.

use std::path::Path;

use septum_core::dhall::{Evaluator, load};
use septum_core::diagnostic::Diagnostic;

/// What to do about evaluations that exceed a limit.
const GROWTH: &str = "write it more plainly: brackets in brackets, folds in folds and `let`s that double grow exponentially";

/// What is found in a text that a child process evaluates.
fn findings(text: &str) -> Vec<Diagnostic> {
    let folder = tempfile::tempdir().expect("a file in a temporary folder");
    let path = folder.path().join("system.dhall");
    std::fs::write(&path, text).expect("a file in a temporary folder");
    let evaluator = Evaluator::Process(Path::new(env!("CARGO_BIN_EXE_septum")).to_owned());
    let mut found = load(&path, &evaluator).diagnostics;
    for diagnostic in &mut found {
        let file = diagnostic.places[0]
            .file
            .take()
            .expect("a file in a temporary folder");
        assert_eq!(Path::new(&file), path);
    }
    found
}

/// Code, sentence and help of the one finding in a text.
fn finding(text: &str) -> (String, String, String) {
    let mut found = findings(text);
    assert_eq!(found.len(), 1, "{found:?}");
    let finding = found.remove(0);
    (finding.code, finding.message, finding.help)
}

#[test]
fn an_evaluation_without_end_is_ended() {
    let text = r"
let often =
      \(step : Natural -> Natural) ->
      \(n : Natural) ->
        Natural/fold 1000 Natural step n

let next = \(n : Natural) -> n + 1

let quintillion = often (often (often (often (often (often next))))) 0

in  assert : quintillion === 0
";
    let (code, message, help) = finding(text);
    assert_eq!(code, "S0013");
    assert_eq!(message, "evaluating this takes longer than 4 seconds");
    assert_eq!(help, GROWTH);
}

#[test]
fn a_text_that_doubles_with_each_line_is_refused() {
    let lines = (0..40).map(|n| format!("let x{} = x{n} ++ x{n}\n", n + 1));
    let lines: String = lines.collect();
    let text = format!("let x0 = \"0123456789\"\n{lines}in  assert : x40 === \"\"\n");
    let (code, message, help) = finding(&text);
    let too_large =
        "evaluating this takes too much memory: it is nested too deeply or grows too large";
    // On a slow machine the other limit comes first.
    let expected = match code.as_str() {
        "S0013" => "evaluating this takes longer than 4 seconds",
        _ => too_large,
    };
    assert!(["S0013", "S0014"].contains(&code.as_str()), "{code}");
    assert_eq!((message.as_str(), help.as_str()), (expected, GROWTH));
}

#[test]
fn a_sum_that_outgrows_64_bits_is_refused() {
    let (code, message, help) = finding("assert : 18446744073709551615 + 1 === 0\n");
    assert_eq!(code, "S0016");
    assert_eq!(
        message,
        "the evaluator cannot handle this text; perhaps a number outgrows 64 bits"
    );
    assert_eq!(
        help,
        "keep sums and products below 2^64, and write the rest more plainly"
    );
}
