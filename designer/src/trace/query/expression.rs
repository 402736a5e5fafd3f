//! What an expression says, as a tree.

use std::fmt;

use crate::trace::kind::{Kind, KindSet};

use super::field::{Field, Seen};
use super::literal::Literal;
use super::operator::Operator;

/// A condition on an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// The event is of one of the kinds that a word stands for.
    Kinds {
        /// The word.
        word: &'static str,
        /// Its kinds.
        kinds: KindSet,
    },
    /// The event has this field, and it compares like this.
    Compare {
        /// The field.
        field: Field,
        /// How it is compared.
        operator: Operator,
        /// With what.
        literal: Literal,
    },
    /// The other condition does not hold.
    Not(Box<Self>),
    /// All of at least two conditions hold.
    All(Vec<Self>),
    /// One of at least two conditions holds.
    Any(Vec<Self>),
}

impl Expression {
    /// Whether it holds of an event.
    #[must_use]
    pub fn matches(&self, seen: Seen<'_>) -> bool {
        match self {
            Self::Kinds { kinds, .. } => kinds.contains(Kind::of(&seen.event.kind)),
            Self::Compare {
                field,
                operator,
                literal,
            } => compare(*field, *operator, literal, seen),
            Self::Not(inner) => !inner.matches(seen),
            Self::All(parts) => parts.iter().all(|part| part.matches(seen)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(seen)),
        }
    }

    /// The kinds that an event can be of; perhaps some more.
    #[must_use]
    pub fn kinds(&self) -> KindSet {
        let all = |parts: &[Self], join: fn(KindSet, KindSet) -> KindSet| {
            let kinds = parts.iter().map(Self::kinds);
            kinds.reduce(join).unwrap_or(KindSet::ALL)
        };
        match self {
            Self::Kinds { kinds, .. } => *kinds,
            Self::Not(inner) => match **inner {
                Self::Kinds { kinds, .. } => KindSet::ALL.without(kinds),
                _ => KindSet::ALL,
            },
            Self::All(parts) => all(parts, KindSet::and),
            Self::Any(parts) => all(parts, KindSet::with),
            Self::Compare { .. } => KindSet::ALL,
        }
    }

    /// A part of a longer expression: in parentheses unless it binds more tightly anyway.
    fn part(&self, whole: &Self) -> String {
        let is_bare = match self {
            Self::All(_) => matches!(whole, Self::Any(_)),
            Self::Any(_) => false,
            Self::Compare { .. } => !matches!(whole, Self::Not(_)),
            Self::Kinds { .. } | Self::Not(_) => true,
        };
        if is_bare {
            self.to_string()
        } else {
            format!("({self})")
        }
    }
}

fn compare(field: Field, operator: Operator, literal: &Literal, seen: Seen<'_>) -> bool {
    match literal {
        Literal::Number(other) | Literal::Time(other) => field
            .number(seen)
            .is_some_and(|number| operator.holds(number.cmp(other))),
        Literal::Text(other) => field.any_text(seen, |text| operator.holds_of_texts(text, other)),
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |parts: &[Self], symbol| {
            let parts: Vec<String> = parts.iter().map(|part| part.part(self)).collect();
            parts.join(symbol)
        };
        match self {
            Self::Kinds { word, .. } => f.write_str(word),
            Self::Compare {
                field,
                operator,
                literal,
            } => write!(f, "{field} {} {literal}", operator.symbol()),
            Self::Not(inner) => write!(f, "!{}", inner.part(self)),
            Self::All(parts) => f.write_str(&joined(parts, " && ")),
            Self::Any(parts) => f.write_str(&joined(parts, " || ")),
        }
    }
}
