//! A parser for Dhall in linear time, with places.
//!
//! The parser beneath `serde_dhall` tries each nested expression three times, so that its
//! time grows by a factor of three with each bracket. This one reads the same language
//! (grammar of the Dhall standard, `dhall.abnf`) without going back, refuses what is nested
//! deeper than [`MAX_BRACKETS`], and keeps the place of every expression. Type checking and
//! evaluation remain with the `dhall` crate; a test holds both parsers against each other.

mod cursor;
mod expression;
mod import;
mod number;
mod operand;
mod record;
mod text;
mod tree;

pub(crate) use cursor::{Cursor, SyntaxError};
pub(crate) use tree::{Node, Span};

/// Parses a whole file.
pub(crate) fn parse(text: &str) -> Result<Node, SyntaxError> {
    let mut cursor = Cursor::new(text);
    cursor.skip_shebang();
    cursor.space()?;
    let node = cursor.expression()?;
    cursor.space()?;
    if cursor.is_at_end() {
        Ok(node)
    } else {
        cursor.expected("the end of the file or an operator")
    }
}

/// Parses a type out of a message of the type checker, which may be nested more deeply than
/// a file.
pub(crate) fn parse_message(text: &str) -> Result<Node, SyntaxError> {
    Cursor::without_limit(text).expression()
}

/// Whether a text is the name of a variable as it stands, without quotes.
pub(crate) fn is_plain_label(text: &str) -> bool {
    let mut cursor = Cursor::new(text);
    cursor.peek() != Some('`') && cursor.bound_label().is_ok() && cursor.is_at_end()
}

#[cfg(test)]
mod tests;
