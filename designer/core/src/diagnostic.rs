//! Findings of the checker: what is wrong, where, and what to do.

use serde::{Deserialize, Serialize};

use crate::codes::Code;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The design cannot be built.
    Error,
    /// The design can be built, but probably does not do what was meant.
    Warning,
}

/// One finding of the checker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Stable code, such as `S0101`; listed in [`crate::codes::CODES`].
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence that names the objects and the numbers.
    pub message: String,
    /// Where: the place of the mistake first, related places after it. Never empty.
    pub places: Vec<Place>,
    /// What to do about it.
    pub help: String,
}

impl Diagnostic {
    /// A finding of a kind at a place; file and position are filled in later, by
    /// [`crate::places::Places::locate`].
    #[must_use]
    pub fn new(code: Code, path: SpecPath, message: impl Into<String>) -> Self {
        Self {
            code: code.name.to_owned(),
            severity: code.severity,
            message: message.into(),
            places: vec![Place::at(path)],
            help: String::new(),
        }
    }

    /// The same finding with advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// The same finding with one more related place.
    #[must_use]
    pub fn and_at(mut self, path: SpecPath) -> Self {
        self.places.push(Place::at(path));
        self
    }

    /// Whether it keeps the design from being built.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// A place in the design and, where the text is at hand, in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The place in the spec; empty for the whole of it.
    pub path: SpecPath,
    /// The file, as it was named when it was opened.
    pub file: Option<String>,
    /// Line and column in the file, both from 1, the column in characters.
    pub position: Option<Position>,
}

impl Place {
    /// A place of which only the path is known.
    #[must_use]
    pub fn at(path: SpecPath) -> Self {
        Self {
            path,
            file: None,
            position: None,
        }
    }
}

/// Line and column, both from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// A path into the spec: `channels[2].to.partition`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SpecPath(pub String);

impl SpecPath {
    /// The path of a field of this place.
    #[must_use]
    pub fn field(&self, name: &str) -> Self {
        if self.0.is_empty() {
            Self(name.to_owned())
        } else {
            Self(format!("{}.{name}", self.0))
        }
    }

    /// The path of an element of this list, from 0.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}[{index}]", self.0))
    }

    /// What leads to this place: fields by name, elements by number, so that element 2 comes
    /// before element 10.
    #[must_use]
    pub fn steps(&self) -> Vec<(String, Option<u64>)> {
        let parts = self.0.split(['.', '[']).filter(|part| !part.is_empty());
        parts
            .map(|part| match part.strip_suffix(']') {
                Some(number) => (String::new(), number.parse().ok()),
                None => (part.to_owned(), None),
            })
            .collect()
    }

    /// The path of what this is a part of; `None` for the whole spec.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        if self.0.is_empty() {
            return None;
        }
        let end = self.0.rfind(['.', '[']).unwrap_or(0);
        Some(Self(self.0[..end].to_owned()))
    }
}

/// A number of things: `1 byte`, `2 bytes`.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

impl std::fmt::Display for SpecPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
