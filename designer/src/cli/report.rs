//! Findings as text for people and as JSON for programs.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use septum_core::diagnostic::{Diagnostic, Place, Severity};

use super::Format;
use super::output::Output;

/// Prints the findings in one design.
pub fn print(
    path: &Path,
    diagnostics: &[Diagnostic],
    format: Format,
    out: &mut Output<impl Write>,
) -> anyhow::Result<()> {
    match format {
        Format::Text => out.write_all(text(path, diagnostics).as_bytes())?,
        Format::Json => {
            for diagnostic in diagnostics {
                writeln!(out, "{}", serde_json::to_string(diagnostic)?)?;
            }
        }
    }
    Ok(())
}

/// Prints the findings in one design, if there are any, beside the output of a command that is
/// about something else.
pub fn print_aside(path: &Path, diagnostics: &[Diagnostic], format: Format) -> anyhow::Result<()> {
    if diagnostics.is_empty() {
        return Ok(());
    }
    print(path, diagnostics, format, &mut Output::new(io::stderr()))
}

/// All findings and a line that sums them up.
#[must_use]
pub fn text(path: &Path, diagnostics: &[Diagnostic]) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&paragraph(diagnostic));
        text.push('\n');
    }
    let _ = writeln!(text, "{}: {}", path.display(), summary(diagnostics));
    text
}

/// How many findings there are: `2 errors, 1 warning`.
fn summary(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|d| d.is_error()).count();
    let counts = [(errors, "error"), (diagnostics.len() - errors, "warning")];
    let counts = counts.into_iter().filter(|(number, _)| *number > 0);
    let told: Vec<String> = counts.map(|(number, what)| count(number, what)).collect();
    if told.is_empty() {
        return "no problems".to_owned();
    }
    told.join(", ")
}

/// One finding, as compilers print it.
#[must_use]
pub fn paragraph(diagnostic: &Diagnostic) -> String {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut text = format!("{severity}[{}]: {}\n", diagnostic.code, diagnostic.message);
    for (number, found) in diagnostic.places.iter().enumerate() {
        let arrow = if number == 0 { "-->" } else { "and" };
        let _ = writeln!(text, "  {arrow} {}", place(found));
    }
    if !diagnostic.help.is_empty() {
        let _ = writeln!(text, "  help: {}", diagnostic.help);
    }
    text
}

/// `file:line:column (path)`, as far as it is known.
fn place(place: &Place) -> String {
    let file = place.file.as_deref().unwrap_or("the design");
    let position = match place.position {
        Some(position) => format!(":{}:{}", position.line, position.column),
        None => String::new(),
    };
    let path = match place.path.0.as_str() {
        "" => String::new(),
        path => format!(" ({path})"),
    };
    format!("{file}{position}{path}")
}

fn count(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}
