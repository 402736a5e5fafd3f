//! An expectation, and whether a run keeps it.

use std::collections::VecDeque;
use std::fmt;

use septum_core::plan::Plan;
use septum_core::scenario;
use septum_simulator::console::ConsoleByte;
use serde::Serialize;

use super::partition;
use crate::trace::describe::{duration, milliseconds, output};
use crate::trace::query::{Names, Query, Seen};

/// What must be true of a run, as far as it is known.
#[derive(Debug)]
pub(super) enum Expectation {
    Must {
        event: Query,
        first_ns: Option<u64>,
    },
    MustNot {
        event: Query,
        first_ns: Option<u64>,
    },
    Before {
        event: Query,
        ns: u64,
        first_ns: Option<u64>,
    },
    Within {
        event: Query,
        after: Query,
        ns: u64,
        /// When events came after which nothing has come yet.
        open: VecDeque<u64>,
        /// The first that nothing came after in time.
        broken_ns: Option<u64>,
    },
    AtMost {
        event: Query,
        times: u64,
        count: u64,
        /// When the first came that was one too many.
        broken_ns: Option<u64>,
    },
    Console {
        partition: usize,
        name: String,
        contains: String,
    },
}

/// Whether an expectation was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The expectation.
    pub expectation: String,
    /// Whether it was kept.
    pub kept: bool,
    /// How it was kept, or broken.
    pub why: String,
}

/// Hears of a run, and says whether its expectations were kept.
#[derive(Debug, Default)]
pub struct Judge(Vec<Expectation>);

/// The expectation with the names of a design.
pub(super) fn resolve(
    expectation: &scenario::Expectation,
    plan: &Plan,
    names: &Names,
) -> Result<Expectation, String> {
    use scenario::Expectation as E;
    let query = |text: &str| Query::parse(text, names).map_err(|it| it.in_a_line());
    Ok(match expectation {
        E::Must { event } => Expectation::Must {
            event: query(event)?,
            first_ns: None,
        },
        E::MustNot { event } => Expectation::MustNot {
            event: query(event)?,
            first_ns: None,
        },
        E::Before { event, ns } => Expectation::Before {
            event: query(event)?,
            ns: *ns,
            first_ns: None,
        },
        E::Within { event, after, ns } => Expectation::Within {
            event: query(event)?,
            after: query(after)?,
            ns: *ns,
            open: VecDeque::new(),
            broken_ns: None,
        },
        E::AtMost { event, times } => Expectation::AtMost {
            event: query(event)?,
            times: *times,
            count: 0,
            broken_ns: None,
        },
        E::Console {
            partition: name,
            contains,
        } => Expectation::Console {
            partition: partition(plan, name)?,
            name: name.clone(),
            contains: contains.clone(),
        },
    })
}

impl Verdict {
    /// On a run in which so many injections did not come, if that is what happened.
    #[must_use]
    pub fn on_injections(left: usize) -> Option<Self> {
        (left > 0).then(|| Self {
            expectation: "every injection comes".to_owned(),
            kept: false,
            why: format!("the time or event of {left} did not come"),
        })
    }
}

impl Judge {
    pub(super) fn new(expectations: Vec<Expectation>) -> Self {
        Self(expectations)
    }

    /// Hears of an event; they come by ascending time.
    pub fn hear(&mut self, seen: Seen<'_>) {
        for expectation in &mut self.0 {
            expectation.hear(seen);
        }
    }

    /// What is to be said at the end of a run.
    #[must_use]
    pub fn verdicts(&self, end_ns: u64, console: &[ConsoleByte]) -> Vec<Verdict> {
        let verdict = |expectation: &Expectation| {
            let judged = expectation.judge(end_ns, console);
            let (kept, why) = match judged {
                Ok(why) => (true, why),
                Err(why) => (false, why),
            };
            Verdict {
                expectation: expectation.to_string(),
                kept,
                why,
            }
        };
        self.0.iter().map(verdict).collect()
    }
}

impl Expectation {
    fn hear(&mut self, seen: Seen<'_>) {
        let now_ns = seen.event.time_ns;
        match self {
            Self::Must { event, first_ns }
            | Self::MustNot { event, first_ns }
            | Self::Before {
                event, first_ns, ..
            } => {
                if first_ns.is_none() && event.matches(seen) {
                    *first_ns = Some(now_ns);
                }
            }
            Self::Within {
                event,
                after,
                ns,
                open,
                broken_ns,
            } => {
                if event.matches(seen) {
                    let late = open.iter().find(|since| now_ns - **since > *ns);
                    *broken_ns = broken_ns.or(late.copied());
                    open.clear();
                }
                if after.matches(seen) {
                    open.push_back(now_ns);
                }
            }
            Self::AtMost {
                event,
                times,
                count,
                broken_ns,
            } => {
                *count += u64::from(event.matches(seen));
                if *count > *times && broken_ns.is_none() {
                    *broken_ns = Some(now_ns);
                }
            }
            Self::Console { .. } => {}
        }
    }

    /// How it was kept; how it was broken, for an error.
    fn judge(&self, end_ns: u64, console: &[ConsoleByte]) -> Result<String, String> {
        let came = |ns: u64| format!("it came at {}", milliseconds(ns));
        match self {
            Self::Must { first_ns, .. } => first_ns.map(came).ok_or_else(none),
            Self::MustNot { first_ns, .. } => {
                first_ns.map_or_else(|| Ok(none()), |ns| Err(came(ns)))
            }
            Self::Before { ns, first_ns, .. } => match first_ns {
                Some(first_ns) if first_ns < ns => Ok(came(*first_ns)),
                Some(first_ns) => Err(came(*first_ns)),
                None => Err(none()),
            },
            Self::Within {
                ns,
                open,
                broken_ns,
                ..
            } => {
                // Where the run ended before, nobody knows.
                let is_over = |since: &&u64| end_ns.saturating_sub(**since) > *ns;
                match broken_ns.or(open.front().filter(is_over).copied()) {
                    Some(since) => Err(format!("not after the one at {}", milliseconds(since))),
                    None => Ok("it always came in time".to_owned()),
                }
            }
            Self::AtMost {
                count, broken_ns, ..
            } => match broken_ns {
                Some(ns) => {
                    let first = milliseconds(*ns);
                    Err(format!("there were {count}, too many from {first} on"))
                }
                None => Ok(format!("there were {count}")),
            },
            Self::Console {
                partition,
                contains,
                ..
            } => {
                let own = console.iter().filter(|it| it.partition == Some(*partition));
                let printed: Vec<u8> = own.map(|it| it.byte).collect();
                let length = contains.len().max(1);
                let has = printed.windows(length).any(|it| it == contains.as_bytes());
                match has || contains.is_empty() {
                    true => Ok("it was there".to_owned()),
                    false => Err("it was not there".to_owned()),
                }
            }
        }
    }
}

fn none() -> String {
    "there was none".to_owned()
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Must { event, .. } => write!(f, "must `{event}`"),
            Self::MustNot { event, .. } => write!(f, "must not `{event}`"),
            Self::Before { event, ns, .. } => {
                write!(f, "`{event}` before {}", duration(*ns))
            }
            Self::Within {
                event, after, ns, ..
            } => write!(f, "`{event}` within {} after `{after}`", duration(*ns)),
            Self::AtMost { event, times, .. } => write!(f, "`{event}` at most {times} times"),
            Self::Console { name, contains, .. } => {
                write!(f, "console of {name} contains {}", output(contains))
            }
        }
    }
}
