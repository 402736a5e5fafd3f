//! Expressions about events: one language for what is shown and for where a run stops.
//!
//! `send && channel == "cmd" && bytes[0] == 3`: words stand for kinds of event, as they are
//! printed, and for groups of them; fields are compared with numbers, times and texts. A
//! comparison with what an event does not have is false. `!` binds most tightly, then `&&`.

mod error;
mod expression;
pub mod field;
mod literal;
mod names;
mod operator;
mod parser;
#[cfg(test)]
pub(crate) mod tests;
mod token;

use std::fmt;

pub use error::QueryError;
pub use expression::Expression;
pub use field::{Field, Seen};
pub use literal::Literal;
pub use names::Names;
pub use operator::Operator;

/// An expression whose names are those of a design.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query(Expression);

impl Query {
    /// Reads an expression.
    ///
    /// # Errors
    /// At the first place where it cannot go on as written, with what is possible there.
    pub fn parse(text: &str, names: &Names) -> Result<Self, QueryError> {
        parser::parse(text, names)
            .map(Self)
            .map_err(|mistake| QueryError::new(text, mistake))
    }

    /// Whether an event is meant.
    #[must_use]
    pub fn matches(&self, seen: Seen<'_>) -> bool {
        self.0.matches(seen)
    }

    /// What it says.
    #[must_use]
    pub fn expression(&self) -> &Expression {
        &self.0
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
