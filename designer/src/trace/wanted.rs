//! Which events a user asks for: words for kinds, or an expression.

use std::sync::Arc;

use super::kind::{Kind, KindSet};
use super::query::{Names, Query, QueryError, Seen};
use super::words;

/// Events that are shown, or that a run goes on to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    kinds: KindSet,
    /// What they have to satisfy beside that.
    query: Option<Arc<Query>>,
}

impl Default for Wanted {
    /// All of them.
    fn default() -> Self {
        KindSet::ALL.into()
    }
}

impl From<KindSet> for Wanted {
    fn from(kinds: KindSet) -> Self {
        Self { kinds, query: None }
    }
}

impl Wanted {
    /// Reads words, as [`words::parse`] does, or else an expression.
    ///
    /// # Errors
    /// When it is neither.
    pub fn read(text: &str, names: &Names) -> Result<Self, QueryError> {
        if let Ok(kinds) = words::parse(text) {
            return Ok(kinds.into());
        }
        let query = Query::parse(text, names)?;
        Ok(Self {
            kinds: query.expression().kinds(),
            query: Some(Arc::new(query)),
        })
    }

    /// What a user would write for it.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.query {
            Some(query) => query.to_string(),
            None => words::text(self.kinds),
        }
    }

    /// One of these events, in words.
    #[must_use]
    pub fn noun(&self) -> String {
        match &self.query {
            Some(query) => format!("event of {query}"),
            None => words::noun(self.kinds).to_owned(),
        }
    }

    /// Whether all events are wanted.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// The kinds that a wanted event can be of.
    #[must_use]
    pub fn kinds(&self) -> KindSet {
        self.kinds
    }

    /// What they have to satisfy beside being of these kinds.
    #[must_use]
    pub fn query(&self) -> Option<&Query> {
        self.query.as_deref()
    }

    /// Whether an event is wanted.
    #[must_use]
    pub fn matches(&self, seen: Seen<'_>) -> bool {
        self.kinds.contains(Kind::of(&seen.event.kind))
            && self.query.as_ref().is_none_or(|query| query.matches(seen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::query::tests::names;

    #[test]
    fn words_and_expressions_are_told_apart() {
        let read = |text| Wanted::read(text, &names());
        let messages = read("send, receive").unwrap();
        assert_eq!(
            (messages.text().as_str(), messages.query.as_ref()),
            ("send receive", None)
        );
        assert!(read(" ").unwrap().is_everything());
        let late = read("send&&time>1ms").unwrap();
        assert_eq!(late.text(), "send && time > 1ms");
        assert_eq!(late.noun(), "event of send && time > 1ms");
        assert_eq!(late.kinds(), KindSet::NONE.toggled(Kind::Send));
        assert!(!read("time > 1ms").unwrap().is_everything());
        let error = read("channel == \"reqest\"").unwrap_err();
        let line = "there is no channel `reqest`; did you mean `request`?";
        assert_eq!(error.in_a_line(), line);
    }
}
