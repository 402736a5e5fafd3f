//! Collecting findings: every rule adds its own, none stops another.

use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Place, SpecPath};
use crate::places::Places;

/// The findings so far.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<Diagnostic>);

impl Findings {
    /// Adds a finding at one place.
    pub(super) fn report(&mut self, code: &Code, path: SpecPath, message: String, help: &str) {
        self.report_all(code, vec![path], message, help);
    }

    /// Adds a finding; the place of the mistake first, related ones after it.
    pub(super) fn report_all(
        &mut self,
        code: &Code,
        paths: Vec<SpecPath>,
        message: String,
        help: &str,
    ) {
        let place = |path| Place {
            path,
            file: None,
            position: None,
        };
        self.0.push(Diagnostic {
            code: code.name.to_owned(),
            severity: code.severity,
            message: printable(&message),
            places: paths.into_iter().map(place).collect(),
            help: printable(help),
        });
    }

    /// Adds findings of another stage.
    pub(super) fn extend(&mut self, diagnostics: Vec<Diagnostic>) {
        self.0.extend(diagnostics);
    }

    /// Whether nothing was found that prevents an image.
    pub(super) fn is_buildable(&self) -> bool {
        use crate::diagnostic::Severity;
        self.0.iter().all(|d| d.severity != Severity::Error)
    }

    /// All findings with their positions, in the order of the text, then of the codes. What
    /// stands in the design's own file comes before what stands in files that it imports.
    pub(super) fn into_located(self, places: &Places) -> Vec<Diagnostic> {
        let mut diagnostics = self.0;
        for diagnostic in &mut diagnostics {
            places.locate(diagnostic);
        }
        diagnostics.sort_by_cached_key(|d| {
            let place = d.places.first();
            let spot = place.map(|place| (places.file_number(place), place.position));
            let steps = place.map(|place| place.path.steps());
            (spot, steps, d.code.clone(), d.message.clone())
        });
        diagnostics
    }
}

/// A sentence with the names of a hostile design in it, as it can be shown on a terminal.
fn printable(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '\'' | '\\' => result.push(character),
            _ => result.extend(character.escape_debug()),
        }
    }
    result
}
