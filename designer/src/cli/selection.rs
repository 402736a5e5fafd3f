//! `septum run --only` and `--until`: which events are printed, and which one is the last.

use anyhow::Context;
use septum_core::plan::Plan;

use crate::trace::query::field::FIELDS;
use crate::trace::query::{Names, Query, Seen};
use crate::trace::words;

/// Characters of a line of the help at most.
const WIDTH: usize = 100;

/// What the help says of expressions.
const EXPRESSIONS: &str = "\
Expressions say which events are meant, with kinds of event, comparisons, `&&`, `||` and `!`:
  send && channel == \"request\" && bytes[0] == 3
  faults || partition == \"logger\" && (time >= 5ms || text contains \"late\")
Texts are compared with `==`, `!=` and `contains`, numbers also with `<`, `<=`, `>` and `>=`. A
comparison with what an event does not have is false.";

/// Expressions on the command line.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Arguments {
    /// Print only the events that are meant, such as `send && channel == "request"`.
    #[arg(long, value_name = "EXPRESSION")]
    #[arg(conflicts_with_all = ["perturb_all_but", "lockstep", "gdb"])]
    only: Option<String>,
    /// Stop after the first event that is meant; exit code 1 where none comes in time.
    #[arg(long, value_name = "EXPRESSION")]
    #[arg(conflicts_with_all = ["perturb_all_but", "lockstep", "gdb"])]
    until: Option<String>,
}

/// The expressions of a run.
#[derive(Debug, Default)]
pub(super) struct Selection {
    only: Option<Query>,
    until: Option<Query>,
}

impl Selection {
    /// Reads the expressions with the names of a plan.
    ///
    /// # Errors
    /// When one is none, with the place of the mistake.
    pub(super) fn read(arguments: &Arguments, plan: &Plan) -> anyhow::Result<Self> {
        let names = Names::of(plan);
        let read = |text: &Option<String>, option| {
            let query = text.as_deref().map(|text| Query::parse(text, &names));
            query.transpose().context(option)
        };
        Ok(Self {
            only: read(&arguments.only, "--only")?,
            until: read(&arguments.until, "--until")?,
        })
    }

    /// Whether an event is printed.
    pub(super) fn shows(&self, seen: Seen<'_>) -> bool {
        self.only.as_ref().is_none_or(|query| query.matches(seen))
    }

    /// Whether an event is the last one.
    pub(super) fn ends_with(&self, seen: Seen<'_>) -> bool {
        self.until.as_ref().is_some_and(|query| query.matches(seen))
    }

    /// What the last event has to satisfy, if there is such a thing.
    pub(super) fn until(&self) -> Option<&Query> {
        self.until.as_ref()
    }
}

/// What the help says of expressions, with every word and field.
pub(super) fn help() -> String {
    let words = listed(
        "Kinds of event, and groups of them:",
        words::all().map(|(word, _)| word),
    );
    let names = FIELDS.iter().map(|row| match row.names[0] {
        "bytes" => "bytes[0]",
        name => name,
    });
    format!("{EXPRESSIONS}\n\n{words}\n\n{}", listed("Fields:", names))
}

/// A title and names behind it, in lines that are not too long.
fn listed<'a>(title: &str, names: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    let mut line = title.to_owned();
    for name in names {
        if line.len() + 1 + name.len() > WIDTH {
            text += &line;
            text.push('\n');
            line = " ".to_owned();
        }
        line += " ";
        line += name;
    }
    text + &line
}
