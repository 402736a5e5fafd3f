//! What is wrong with an expression, and where.

use std::fmt;
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

/// A mistake at a place of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    /// In bytes from the beginning of the text.
    pub(super) place: Range<usize>,
    /// What is wrong.
    pub(super) message: String,
    /// What would be possible.
    pub(super) help: String,
}

impl Mistake {
    pub(super) fn new(
        place: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            place,
            message: message.into(),
            help: help.into(),
        }
    }

    /// The same mistake in a text with so many bytes before this one.
    pub(super) fn behind(mut self, bytes: usize) -> Self {
        self.place.start += bytes;
        self.place.end += bytes;
        self
    }
}

/// An expression that is none: a sentence, then the expression with the place underlined, then
/// what is possible there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    text: String,
    mistake: Mistake,
}

impl QueryError {
    pub(super) fn new(text: &str, mistake: Mistake) -> Self {
        let text = text.to_owned();
        Self { text, mistake }
    }

    /// What is wrong, in one line.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.mistake.message
    }

    /// What is wrong and what is possible, in one line.
    #[must_use]
    pub fn in_a_line(&self) -> String {
        format!("{}; {}", self.mistake.message, self.mistake.help)
    }

    /// Where, in bytes of the text; empty at its end.
    #[must_use]
    pub fn place(&self) -> Range<usize> {
        self.mistake.place.clone()
    }
}

impl std::error::Error for QueryError {}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mistake {
            place,
            message,
            help,
        } = &self.mistake;
        let line = printable(&self.text);
        let before = width(&self.text[..place.start]);
        let marked = width(&self.text[place.clone()]).max(1);
        let (spaces, carets) = (" ".repeat(before), "^".repeat(marked));
        write!(f, "{message}\n  {line}\n  {spaces}{carets} {help}")
    }
}

/// The text on one line, without what could steer a terminal.
fn printable(text: &str) -> String {
    let shown = |it: char| if it.is_control() { ' ' } else { it };
    text.chars().map(shown).collect()
}

/// Cells of the text as [`printable`] shows it.
fn width(text: &str) -> usize {
    let cells = |it: char| {
        if it.is_control() {
            1
        } else {
            it.width().unwrap_or(0)
        }
    };
    text.chars().map(cells).sum()
}
