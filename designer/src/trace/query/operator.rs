//! How a field is compared.

use std::cmp::Ordering;

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// The same.
    Equal,
    /// Not the same.
    Different,
    /// Less.
    Less,
    /// Less or the same.
    AtMost,
    /// More.
    More,
    /// More or the same.
    AtLeast,
    /// The text has the other one in it.
    Contains,
}

/// Every operator as it is written.
pub(super) const OPERATORS: [(Operator, &str); 7] = [
    (Operator::Equal, "=="),
    (Operator::Different, "!="),
    (Operator::Less, "<"),
    (Operator::AtMost, "<="),
    (Operator::More, ">"),
    (Operator::AtLeast, ">="),
    (Operator::Contains, "contains"),
];

impl Operator {
    /// How it is written.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        let mut rows = OPERATORS.iter();
        rows.find(|(operator, _)| *operator == self)
            .map_or("", |(_, symbol)| symbol)
    }

    /// Whether it compares numbers.
    #[must_use]
    pub fn is_for_numbers(self) -> bool {
        self != Self::Contains
    }

    /// Whether it compares texts.
    #[must_use]
    pub fn is_for_texts(self) -> bool {
        matches!(self, Self::Equal | Self::Different | Self::Contains)
    }

    /// Whether numbers that stand like this satisfy it.
    pub(super) fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Different => ordering.is_ne(),
            Self::Less => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::More => ordering.is_gt(),
            Self::AtLeast => ordering.is_ge(),
            Self::Contains => false,
        }
    }

    /// Whether a text satisfies it beside another one.
    pub(super) fn holds_of_texts(self, text: &[u8], other: &[u8]) -> bool {
        match self {
            Self::Contains => {
                other.is_empty() || text.windows(other.len()).any(|part| part == other)
            }
            _ => self.holds(text.cmp(other)),
        }
    }
}
