//! Reading one file in this process: imports, types, value, places.

use std::collections::BTreeMap;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_dhall::SimpleValue;

use super::evaluate::{Expected, evaluate, has_machine};
use super::explain::explain;
use super::files::Files;
use super::locate::{Spot, locate};
use super::project::{Problem, Source, read};
use crate::codes::{Code, S0012};
use crate::diagnostic::{Diagnostic, Place, SpecPath};
use crate::places::{FilePosition, Lines, Places};
use crate::spec::RawMachine;

/// What to do about a value that is neither a machine nor a design.
const MACHINE_HELP: &str =
    "a machine is as in septum/Machine.dhall, a design as in septum/System.dhall";

/// What a file has that describes a machine, alone or in a design.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MachineFile {
    /// The machine.
    pub(crate) machine: RawMachine,
}

/// What reading a file gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answer<T> {
    /// The value.
    pub(crate) value: Option<T>,
    /// The text, where the file could be read.
    pub(crate) text: String,
    /// Where the parts of the value stand.
    pub(crate) places: Places,
    /// Why there is no value.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl<T> Answer<T> {
    /// No value, for one reason.
    pub(crate) fn failed(diagnostic: Diagnostic) -> Self {
        Self {
            value: None,
            text: String::new(),
            places: Places::default(),
            diagnostics: vec![diagnostic],
        }
    }
}

/// Reads a file of a project. `name` is what the file is called in findings.
pub(crate) fn answer<T: DeserializeOwned>(
    files: &dyn Files,
    path: &Path,
    name: &Path,
    expected: Expected,
) -> Answer<T> {
    let sources = match read(files, path) {
        Ok(sources) => sources,
        Err(problems) => return unreadable(files, path, name, &problems),
    };
    let text = sources
        .last()
        .map(|source| source.text.to_string())
        .unwrap_or_default();
    let result = value(&sources, name, expected).and_then(|value| {
        let places = places(&sources, name, &value);
        let (value, places) = whole(expected, value, places);
        let value = serde_dhall::from_simple_value(value);
        let value = value
            .map_err(|error| finding(name, S0012, format!("the value cannot be read: {error}")))?;
        Ok((value, places))
    });
    match result {
        Ok((value, places)) => Answer {
            value: Some(value),
            text,
            places,
            diagnostics: Vec::new(),
        },
        Err(diagnostic) => Answer {
            text,
            ..Answer::failed(diagnostic)
        },
    }
}

/// A finding in a file that is not about a part of the spec.
pub(crate) fn finding(name: &Path, code: Code, message: impl Into<String>) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(code, SpecPath::default(), message);
    diagnostic.places = vec![Place {
        path: SpecPath::default(),
        file: Some(name.display().to_string()),
        position: None,
    }];
    diagnostic.with_help(help(code))
}

/// What to do about a finding of the class S00xx.
fn help(code: Code) -> &'static str {
    match code.name {
        "S0001" => {
            "give the path of a design, such as FOLDER/system.dhall; `septum new` writes one to begin with"
        }
        "S0002" => "split it into files that import each other by relative paths",
        "S0003" => "a design is text in UTF-8",
        "S0004" => "`septum new` writes a design to begin with",
        "S0005" => "correct the text at this place or just before it",
        "S0006" => "give the inner parts names with `let`",
        "S0007" | "S0008" => "import by a relative path inside of the folder of the design",
        "S0009" => "an import names a file of Dhall, from the folder of the file that it stands in",
        "S0010" => "remove the import; what files share can stand in a third one",
        "S0011" => "correct the expression; the types of the package are in septum/",
        "S0012" => "compare with septum/System.dhall, or with what `septum new` writes",
        "S0015" => "correct the hash, or leave it out",
        "S0013" | "S0014" => {
            "write it more plainly: brackets in brackets, folds in folds and `let`s that double grow exponentially"
        }
        "S0016" => "keep sums and products below 2^64, and write the rest more plainly",
        _ => "",
    }
}

/// A machine that stands alone becomes the part of a design that it is elsewhere.
fn whole(expected: Expected, value: SimpleValue, places: Places) -> (SimpleValue, Places) {
    if expected != Expected::Machine || has_machine(&value) {
        return (value, places);
    }
    let fields = BTreeMap::from([("machine".to_owned(), value)]);
    (SimpleValue::Record(fields), places.inside("machine"))
}

fn value(sources: &[Source], name: &Path, expected: Expected) -> Result<SimpleValue, Diagnostic> {
    evaluate(sources, expected).map_err(|failure| {
        let explanation = explain(&failure, sources);
        let mut diagnostic = finding(name, failure.code, explanation.message);
        if expected == Expected::Machine && failure.code == S0012 {
            diagnostic.help = MACHINE_HELP.to_owned();
        }
        if let Some((source, offset)) = explanation.spot {
            let source = &sources[source];
            let place = &mut diagnostic.places[0];
            place.file = Some(file_name(name, sources, &source.path));
            place.position = Some(Lines::new(&source.text).position(offset));
        }
        diagnostic
    })
}

/// What a file of the project is called in findings: the one that was asked for as it was
/// asked for, others by their path from there.
fn file_name(name: &Path, sources: &[Source], path: &Path) -> String {
    let is_main = sources.last().is_some_and(|main| main.path == path);
    name_of(name, is_main, path)
}

fn name_of(name: &Path, is_main: bool, path: &Path) -> String {
    if is_main {
        name.display().to_string()
    } else {
        name.with_file_name("").join(path).display().to_string()
    }
}

fn places(sources: &[Source], name: &Path, value: &SimpleValue) -> Places {
    // The file that was asked for is the first of the places' files, and the last source.
    let last = sources.len() - 1;
    let (others, main) = sources.split_at(last);
    let files = main.iter().chain(others);
    let files = files.map(|source| file_name(name, sources, &source.path));
    let lines: Vec<Lines<'_>> = sources
        .iter()
        .map(|source| Lines::new(&source.text))
        .collect();
    let position = |(source, offset): Spot| FilePosition {
        file: if source == last { 0 } else { source + 1 },
        position: lines[source].position(offset),
    };
    let spots: BTreeMap<SpecPath, Spot> = locate(sources, value);
    let positions = spots.into_iter().map(|(path, spot)| (path, position(spot)));
    Places::new(files.collect(), positions.collect())
}

fn unreadable<T>(files: &dyn Files, path: &Path, name: &Path, problems: &[Problem]) -> Answer<T> {
    let diagnostics = problems.iter().map(|problem| {
        let mut diagnostic = finding(name, problem.code, problem.message.clone());
        let place = &mut diagnostic.places[0];
        place.file = Some(name_of(name, problem.path == path, &problem.path));
        let at = problem.at.as_ref();
        place.position = at.map(|(offset, text)| Lines::new(text).position(*offset));
        diagnostic
    });
    let text = files.read(path).map(|contents| contents.text);
    Answer {
        value: None,
        text: text.unwrap_or_default(),
        places: Places::default(),
        diagnostics: diagnostics.collect(),
    }
}
