//! What is found in a design, and how it is written down.

use std::fmt::Write as _;
use std::path::Path;

use septum_core::check::check;
use septum_core::dhall::{Evaluator, load};
use septum_core::diagnostic::{Diagnostic, Place, Severity};
use septum_core::programs::{self, Programs};
use septum_core::spec::RawSystem;

use crate::fixture::Fixture;

/// The evaluator is recursive; the designer gives it as much, too.
const STACK_BYTES: usize = 1 << 28;

/// What is found in a design.
pub(crate) struct Verdict {
    /// The design, where the text evaluates to one.
    pub(crate) raw: Option<RawSystem>,
    /// Its programs.
    pub(crate) programs: Programs,
    /// All findings.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// For each place of each finding the text that stands there.
    quotes: Vec<Vec<String>>,
    /// What every file is called that lies in the design's folder.
    prefix: String,
}

impl Verdict {
    /// What is found in a fixture.
    pub(crate) fn of(fixture: &Fixture) -> Self {
        let folder = fixture.lay_out();
        Self::read(folder.path())
    }

    /// What is found in the design of a folder, read as `septum check` reads it.
    pub(crate) fn read(folder: &Path) -> Self {
        let path = folder.join("system.dhall");
        let reader = std::thread::Builder::new().stack_size(STACK_BYTES);
        let loading = reader.spawn(move || load(&path, &Evaluator::InProcess));
        let loaded = loading.expect("there are threads");
        let loaded = loaded.join().expect("the evaluator ends");
        let (mut programs, mut diagnostics) = (Programs::default(), loaded.diagnostics);
        if let Some(raw) = &loaded.raw {
            programs = programs::load(raw, folder);
            diagnostics.extend(check(raw, &programs, &loaded.places).diagnostics);
        }
        let quotes = diagnostics
            .iter()
            .map(|d| d.places.iter().map(quote).collect());
        Self {
            raw: loaded.raw,
            programs,
            quotes: quotes.collect(),
            diagnostics,
            prefix: format!("{}/", folder.display()),
        }
    }
}

/// The text at a place, to the end of its line.
pub(crate) fn quote(place: &Place) -> String {
    let (Some(file), Some(position)) = (&place.file, place.position) else {
        return String::new();
    };
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().nth(position.line - 1).unwrap_or_default();
    line.chars().skip(position.column - 1).collect()
}

/// All findings, as fixtures have them:
///
/// ```text
/// error S0101 system.dhall:6:9 partitions[1].name: the sentence
///   here: "the text that stands there"
///   also: system.dhall:5:9 partitions[0].name
///   help: what to do
/// ```
pub(crate) fn render(verdict: &Verdict) -> String {
    let mut text = String::new();
    for (d, quotes) in verdict.diagnostics.iter().zip(&verdict.quotes) {
        let severity = match d.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let place = |place| self::place(place, &verdict.prefix);
        let (first, related) = d.places.split_first().expect("every finding has a place");
        let _ = writeln!(
            text,
            "{severity} {} {}: {}",
            d.code,
            place(first),
            d.message
        );
        if let Some(quote) = quotes.first().filter(|quote| !quote.is_empty()) {
            let _ = writeln!(text, "  here: {}", shortened(quote));
        }
        for (found, quote) in related.iter().zip(quotes.iter().skip(1)) {
            let _ = writeln!(text, "  also: {} {}", place(found), shortened(quote));
        }
        let _ = writeln!(text, "  help: {}", d.help);
    }
    text
}

fn shortened(text: &str) -> String {
    text.chars()
        .take(48)
        .collect::<String>()
        .trim_end()
        .to_owned()
}

/// `file:line:column path`, as far as it is known.
fn place(place: &Place, prefix: &str) -> String {
    let file = place.file.as_deref().unwrap_or("nowhere");
    let mut text = file.strip_prefix(prefix).unwrap_or(file).to_owned();
    if let Some(position) = place.position {
        let _ = write!(text, ":{}:{}", position.line, position.column);
    }
    if !place.path.0.is_empty() {
        let _ = write!(text, " {}", place.path);
    }
    text
}
