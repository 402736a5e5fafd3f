//! The one table of actions. It drives the keys, the hints, the help and the palette.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::actions;
use super::effect::Effect;
use super::key::Key;
use super::overlay::Overlay;
use super::state::{State, View};
use super::trace;

/// Why an action cannot be taken now.
pub type Reason = Cow<'static, str>;

/// Where the keys of an action work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Context {
    /// Everywhere, whatever is open.
    Always,
    /// In every view, as long as nothing is open over it.
    Views,
    /// On the canvas.
    Graph,
    /// In the schedule.
    Schedule,
    /// In the preview of the file.
    Dhall,
    /// In a list of findings.
    Problems,
    /// In the trace.
    Trace,
    /// In a form, between two edits.
    Form,
    /// Where text is typed.
    Text,
    /// In a question.
    Confirm,
    /// In the help.
    Help,
}

impl Context {
    /// What the help calls it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Always => "Everywhere",
            Self::Views => "In every view",
            Self::Graph => "Graph",
            Self::Schedule => "Schedule",
            Self::Dhall => "Dhall",
            Self::Problems => "Problems",
            Self::Trace => "Trace",
            Self::Form => "Form",
            Self::Text => "Typing text",
            Self::Confirm => "Question",
            Self::Help => "Help",
        }
    }

    /// The contexts whose keys work now, the nearest first.
    #[must_use]
    pub fn chain(state: &State) -> Vec<Self> {
        match state.overlays.last() {
            Some(Overlay::Help { .. }) => vec![Self::Help, Self::Always],
            Some(Overlay::Ask(_)) => vec![Self::Text, Self::Always],
            Some(Overlay::Form(_)) => vec![Self::Form, Self::Always],
            Some(Overlay::Confirm(_)) => vec![Self::Confirm, Self::Always],
            None => vec![Self::of_view(state), Self::Views, Self::Always],
        }
    }

    /// The context of the view or of the list that has the keys.
    #[must_use]
    pub fn of_view(state: &State) -> Self {
        match state.view {
            _ if state.problems_focused => Self::Problems,
            View::Graph => Self::Graph,
            View::Schedule => Self::Schedule,
            View::Dhall => Self::Dhall,
            View::Problems => Self::Problems,
            View::Trace => Self::Trace,
        }
    }
}

/// One action: what it is called, what it is good for, which keys give it, and what it does.
pub struct Row {
    /// Stable name, for configuration and tests.
    pub id: &'static str,
    /// What the palette and the help call it.
    pub name: &'static str,
    /// Its keys; a sequence is written with a space between its keys.
    pub keys: &'static [&'static str],
    /// Where its keys work.
    pub context: Context,
    /// One sentence more than the name.
    pub help: &'static str,
    /// The word in the hints row, for the actions that belong there.
    pub hint: Option<&'static str>,
    /// Whether it can be taken now, and if not, why.
    pub enabled: fn(&State) -> Result<(), Reason>,
    /// What it does.
    pub run: fn(&mut State) -> Vec<Effect>,
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

/// Defines `row`, the constructor of a module's rows: id, name, keys, help, what it does; in
/// one context, with one condition and no word in the hints unless the row says otherwise.
macro_rules! rows_in {
    ($context:ident, $enabled:path) => {
        const fn row(
            id: &'static str,
            name: &'static str,
            keys: &'static [&'static str],
            help: &'static str,
            run: fn(&mut State) -> Vec<Effect>,
        ) -> Row {
            Row {
                id,
                name,
                keys,
                context: $crate::ui::action::Context::$context,
                help,
                hint: None,
                enabled: $enabled,
                run,
            }
        }
    };
}
pub(super) use rows_in;

/// For actions that can always be taken.
///
/// # Errors
/// Never.
pub fn always(_: &State) -> Result<(), Reason> {
    Ok(())
}

const SECTIONS: &[&[Row]] = &[
    actions::edit::ROWS,
    actions::graph::ROWS,
    actions::schedule::ROWS,
    actions::dhall::ROWS,
    actions::problems::ROWS,
    trace::ROWS,
    actions::views::ROWS,
    actions::file::ROWS,
    actions::form::ROWS,
    actions::text::ROWS,
    actions::confirm::ROWS,
    actions::help::ROWS,
];

/// Every action, in the order in which lists show them.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    SECTIONS.iter().flat_map(|section| section.iter())
}

/// The action with this stable name.
#[must_use]
pub fn row(id: &str) -> Option<&'static Row> {
    rows().find(|row| row.id == id)
}

/// Keys of the table, read once: each sequence with its action.
fn bindings() -> &'static [(Vec<Key>, &'static Row)] {
    static BINDINGS: OnceLock<Vec<(Vec<Key>, &'static Row)>> = OnceLock::new();
    BINDINGS.get_or_init(|| {
        let sequences = rows().flat_map(|row| row.keys.iter().map(move |keys| (*keys, row)));
        sequences.map(|(keys, row)| (sequence(keys), row)).collect()
    })
}

/// The keys of a sequence; names of no key are left out (a test finds them).
fn sequence(text: &str) -> Vec<Key> {
    text.split(' ')
        .filter_map(|name| name.parse().ok())
        .collect()
}

/// What a sequence of keys means.
#[derive(Debug, Clone, Copy)]
pub enum Meaning {
    /// This action.
    Action(&'static Row),
    /// The beginning of longer sequences.
    Prefix,
    /// Nothing.
    Nothing,
}

/// What the keys pressed so far mean in these contexts, the nearest first.
#[must_use]
pub fn meaning(contexts: &[Context], keys: &[Key]) -> Meaning {
    for context in contexts {
        let mut prefix = false;
        for (sequence, row) in bindings().iter().filter(|(_, row)| row.context == *context) {
            if sequence == keys {
                return Meaning::Action(row);
            }
            prefix |= sequence.starts_with(keys);
        }
        if prefix {
            return Meaning::Prefix;
        }
    }
    Meaning::Nothing
}

/// The actions that begin with these keys, each with the rest of its keys.
#[must_use]
pub fn continuations(contexts: &[Context], keys: &[Key]) -> Vec<(Vec<Key>, &'static Row)> {
    let begins = |sequence: &[Key]| sequence.len() > keys.len() && sequence.starts_with(keys);
    bindings()
        .iter()
        .filter(|(sequence, row)| contexts.contains(&row.context) && begins(sequence))
        .map(|(sequence, row)| (sequence[keys.len()..].to_vec(), *row))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_action_has_a_name_of_its_own_and_words() {
        let mut ids = BTreeSet::new();
        for row in rows() {
            assert!(ids.insert(row.id), "{} twice", row.id);
            assert!(
                !row.name.is_empty() && row.help.ends_with('.'),
                "{}: words",
                row.id
            );
        }
    }

    #[test]
    fn every_key_is_one_and_means_one_thing() {
        let mut seen = Vec::new();
        for row in rows() {
            for keys in row.keys {
                let parsed: Vec<Key> = keys.split(' ').map(|key| key.parse().unwrap()).collect();
                let pair = (row.context, parsed);
                assert!(!seen.contains(&pair), "{}: {keys} is taken", row.id);
                seen.push(pair);
            }
        }
        for (context, keys) in &seen {
            let shadowed = (1..keys.len()).any(|n| seen.contains(&(*context, keys[..n].to_vec())));
            assert!(!shadowed, "a shorter sequence hides {keys:?}");
        }
    }

    #[test]
    fn what_works_in_every_view_has_a_key_in_each() {
        // Search and the list of problems have taken these on purpose.
        let taken = [
            (Context::Trace, "view.find"),
            (Context::Problems, "view.close"),
        ];
        let views = [
            Context::Graph,
            Context::Schedule,
            Context::Dhall,
            Context::Problems,
            Context::Trace,
        ];
        for view in views {
            for row in rows().filter(|row| row.context == Context::Views) {
                let leads_here = |keys: &&str| {
                    let contexts = [view, Context::Views, Context::Always];
                    let found = meaning(&contexts, &sequence(keys));
                    matches!(found, Meaning::Action(found) if found.id == row.id)
                };
                let reached = row.keys.iter().any(leads_here);
                let expected = !taken.contains(&(view, row.id));
                assert_eq!(reached, expected, "{} in {view:?}", row.id);
            }
        }
    }

    #[test]
    fn no_default_needs_what_terminals_eat() {
        let eaten = "abghijmnopqstz[";
        for (keys, row) in bindings() {
            for key in keys {
                assert!(!key.alt, "{} needs alt", row.id);
                let code = key.to_string();
                let letter = code.strip_prefix("ctrl-").filter(|rest| rest.len() == 1);
                let taken = letter.is_some_and(|letter| eaten.contains(letter));
                assert!(
                    !taken || row.id == "program.suspend",
                    "{} needs {code}",
                    row.id
                );
            }
        }
    }
}
