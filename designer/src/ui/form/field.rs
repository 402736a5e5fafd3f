//! One line of a form: a property, with how it is written and how it is set.

use septum_core::diagnostic::SpecPath;
use septum_core::spec::RawSystem;

use crate::ui::ask::{Candidate, Completion};
use crate::ui::object::Object;
use crate::ui::unit::Unit;

/// What a field belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The object of the form.
    pub object: Object,
    /// The position in the list, for an element of one.
    pub index: usize,
}

/// Sets a property from text; the error is a sentence for the user.
pub type Set = fn(&mut RawSystem, Target, &str) -> Result<(), String>;

/// The lists that a form edits line by line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// The steps of a partition's model.
    Steps,
    /// The RAM ranges of the machine.
    Ram,
    /// The rights to a shared memory.
    Grants,
}

/// What pressing Enter on a field does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Edits text.
    Text {
        /// How completion works.
        completion: Completion,
        /// What completion offers.
        candidates: Vec<Candidate>,
    },
    /// Chooses one of these.
    Choice(Vec<Candidate>),
    /// Opens the form of another object.
    Link(Object),
    /// Heads a list; elements are inserted behind it.
    Head,
}

/// One line of a form.
#[derive(Debug, Clone)]
pub struct Field {
    /// The place in the spec.
    pub path: SpecPath,
    /// What it is called.
    pub label: String,
    /// What it says.
    pub value: String,
    /// What can be done with it.
    pub kind: Kind,
    /// One sentence more than the label.
    pub help: &'static str,
    /// Position in its list, for an element.
    pub index: usize,
    /// The list that it is an element or the head of.
    pub list: Option<List>,
    /// How it is set.
    pub set: Set,
}

/// For fields that are not set: links and heads of lists.
///
/// # Errors
/// Always.
fn unset(_: &mut RawSystem, _: Target, _: &str) -> Result<(), String> {
    Err("this is not edited here".to_owned())
}

impl Field {
    /// A property that is text.
    #[must_use]
    pub fn text(path: SpecPath, label: &str, value: impl Into<String>, set: Set) -> Self {
        Self {
            path,
            label: label.to_owned(),
            value: value.into(),
            kind: Kind::Text {
                completion: Completion::Whole,
                candidates: Vec::new(),
            },
            help: "",
            index: 0,
            list: None,
            set,
        }
    }

    /// A property that is a number.
    #[must_use]
    pub fn number(path: SpecPath, label: &str, unit: Unit, value: u64, set: Set) -> Self {
        Self::text(path, label, unit.write(value), set)
    }

    /// A property that is one of a few words.
    #[must_use]
    pub fn choice(path: SpecPath, label: &str, value: &str, words: &[&str], set: Set) -> Self {
        let candidates = words.iter().map(|word| Candidate::new(*word, "")).collect();
        Self {
            kind: Kind::Choice(candidates),
            ..Self::text(path, label, value, set)
        }
    }

    /// A property that is yes or no.
    #[must_use]
    pub fn switch(path: SpecPath, label: &str, value: bool, set: Set) -> Self {
        Self::choice(
            path,
            label,
            if value { "yes" } else { "no" },
            &["yes", "no"],
            set,
        )
    }

    /// A line that opens another form.
    #[must_use]
    pub fn link(path: SpecPath, label: &str, value: impl Into<String>, object: Object) -> Self {
        Self {
            kind: Kind::Link(object),
            ..Self::text(path, label, value, unset)
        }
    }

    /// The head of a list.
    #[must_use]
    pub fn head(path: SpecPath, label: &str, count: usize, list: List) -> Self {
        let value = if count == 0 {
            "none; a adds one".to_owned()
        } else {
            String::new()
        };
        Self {
            kind: Kind::Head,
            list: Some(list),
            ..Self::text(path, label, value, unset)
        }
    }

    /// The same field with what completion offers for the whole text.
    #[must_use]
    pub fn completing(self, names: &[&str]) -> Self {
        self.with_completion(Completion::Whole, names)
    }

    /// The same field with what completion offers for each word.
    #[must_use]
    pub fn completing_words(self, names: &[&str]) -> Self {
        self.with_completion(Completion::Word, names)
    }

    fn with_completion(mut self, completion: Completion, names: &[&str]) -> Self {
        let candidates = names.iter().map(|name| Candidate::new(*name, "")).collect();
        self.kind = Kind::Text {
            completion,
            candidates,
        };
        self
    }

    /// The same field with a sentence of help.
    #[must_use]
    pub fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }

    /// The same field as an element of a list.
    #[must_use]
    pub fn element(mut self, list: List, index: usize) -> Self {
        self.list = Some(list);
        self.index = index;
        self
    }

    /// Whether it is an element of a list, which can be deleted and moved.
    #[must_use]
    pub fn is_element(&self) -> bool {
        self.list.is_some() && self.kind != Kind::Head
    }
}

/// Reads `yes` or `no`.
///
/// # Errors
/// When it is neither.
pub fn yes(text: &str) -> Result<bool, String> {
    match text.trim() {
        "yes" => Ok(true),
        "no" => Ok(false),
        other => Err(format!("`{other}` is neither yes nor no")),
    }
}

/// The position of a text among words.
///
/// # Errors
/// When it is none of them.
pub fn one_of<T: Copy>(text: &str, words: &[(&str, T)]) -> Result<T, String> {
    let found = words.iter().find(|(word, _)| *word == text.trim());
    found
        .map(|(_, value)| *value)
        .ok_or_else(|| format!("`{}` is not in the list", text.trim()))
}

/// Names separated by commas.
#[must_use]
pub fn names(text: &str) -> Vec<String> {
    text.split(',')
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}
