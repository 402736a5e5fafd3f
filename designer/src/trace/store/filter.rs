//! Which events are wanted, as far as the index knows them.

use std::ops::Range;

use crate::trace::kind::KindSet;
use crate::trace::query::{Expression, Field, Literal, Operator};

use super::row::Row;
use super::symbols::{NOBODY, Symbols};

/// Whose events are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Lane {
    /// Everybody's.
    #[default]
    Any,
    /// Those of no partition.
    Hart,
    /// Those of the partition with this name.
    Partition(String),
}

/// Conditions that all hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// When, in nanoseconds; nothing happens in the last one of 64 bits.
    pub span_ns: Range<u64>,
    /// What kinds.
    pub kinds: KindSet,
    /// Whose.
    pub lane: Lane,
    /// Name of the channel, if only one is wanted.
    pub channel: Option<String>,
}

impl Default for Filter {
    /// Everything.
    fn default() -> Self {
        Self {
            span_ns: 0..u64::MAX,
            kinds: KindSet::ALL,
            lane: Lane::Any,
            channel: None,
        }
    }
}

/// A filter with the numbers of its names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbers {
    pub(super) kinds: KindSet,
    pub(super) partition: Option<u32>,
    pub(super) channel: Option<u32>,
}

impl Filter {
    /// Only these kinds.
    #[must_use]
    pub fn kinds(kinds: KindSet) -> Self {
        Self {
            kinds,
            ..Self::default()
        }
    }

    /// A filter that lets through all that an expression means, and perhaps more.
    #[must_use]
    pub fn of(expression: &Expression) -> Self {
        let mut filter = Self::default();
        filter.narrow(expression);
        filter
    }

    /// Takes away some of what the expression does not mean.
    fn narrow(&mut self, expression: &Expression) {
        match expression {
            Expression::All(parts) => parts.iter().for_each(|part| self.narrow(part)),
            Expression::Compare {
                field,
                operator,
                literal,
            } => self.compare(*field, *operator, literal),
            other => self.kinds = self.kinds.and(other.kinds()),
        }
    }

    fn compare(&mut self, field: Field, operator: Operator, literal: &Literal) {
        match (field, operator, literal) {
            (Field::Time, operator, Literal::Time(ns)) => {
                let Range { start, end } = span(operator, *ns);
                self.span_ns = self.span_ns.start.max(start)..self.span_ns.end.min(end);
            }
            (Field::Partition, Operator::Equal, Literal::Text(name)) => {
                self.lane = Lane::Partition(String::from_utf8_lossy(name).into_owned());
            }
            (Field::Channel, Operator::Equal, Literal::Text(name)) => {
                self.channel = Some(String::from_utf8_lossy(name).into_owned());
            }
            _ => {}
        }
    }

    /// The same with numbers; `None` where a name never came.
    pub(super) fn numbers(&self, symbols: &Symbols) -> Option<Numbers> {
        let partition = match &self.lane {
            Lane::Any => None,
            Lane::Hart => Some(NOBODY),
            Lane::Partition(name) => Some(symbols.find(name)?),
        };
        let channel = match &self.channel {
            Some(name) => Some(symbols.find(name)?),
            None => None,
        };
        Some(Numbers {
            kinds: self.kinds,
            partition,
            channel,
        })
    }
}

/// All times that compare like this.
fn span(operator: Operator, ns: u64) -> Range<u64> {
    let behind = ns.saturating_add(1);
    match operator {
        Operator::Less => 0..ns,
        Operator::AtMost => 0..behind,
        Operator::Equal => ns..behind,
        Operator::AtLeast => ns..u64::MAX,
        Operator::More => behind..u64::MAX,
        Operator::Different | Operator::Contains => 0..u64::MAX,
    }
}

impl Numbers {
    /// Whether an event is wanted.
    pub(super) fn has(&self, row: &Row) -> bool {
        self.kinds.contains(row.kind)
            && self.partition.is_none_or(|number| number == row.partition)
            && self.channel.is_none_or(|number| number == row.channel)
    }
}
