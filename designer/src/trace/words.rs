//! Kinds of event as words to type: `send receive`, `messages`, `-schedule`.

use crate::trace::kind::{KINDS, Kind, KindSet};

/// Words that stand for several kinds: each, one of its events, its kinds, what it means.
const GROUPS: [(&str, &str, &[Kind], &str); 6] = [
    (
        "messages",
        "message",
        &[
            Kind::Send,
            Kind::Receive,
            Kind::SampleWrite,
            Kind::SampleRead,
            Kind::Signal,
        ],
        "what goes through channels",
    ),
    (
        "interrupts",
        "interrupt",
        &[
            Kind::InterruptRaised,
            Kind::InterruptDelivered,
            Kind::InterruptAcknowledged,
        ],
        "from the device to the acknowledgement",
    ),
    (
        "schedule",
        "event of the schedule",
        &[
            Kind::Window,
            Kind::ScheduleChange,
            Kind::Dispatch,
            Kind::Preempt,
            Kind::Block,
            Kind::Wake,
        ],
        "who runs when",
    ),
    (
        "faults",
        "fault",
        &[Kind::Fault, Kind::DeniedCall, Kind::Violation, Kind::Stop],
        "what went wrong",
    ),
    (
        "health",
        "event of the health monitor",
        &[
            Kind::ScheduleChange,
            Kind::DeniedCall,
            Kind::Fault,
            Kind::RestartBegin,
            Kind::RestartEnd,
            Kind::Halt,
            Kind::SafeMode,
            Kind::Violation,
            Kind::Stop,
        ],
        "what went wrong and what was done about it",
    ),
    (
        "calls",
        "call with an event",
        &[],
        "what partitions asked the kernel for",
    ),
];

/// A word that stands for no kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no kind of event")]
pub struct UnknownKind(String);

/// Every word with what it means.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    let groups = GROUPS.iter().map(|(word, .., meaning)| (*word, *meaning));
    groups.chain(KINDS.iter().map(|row| (row.name, row.meaning)))
}

/// The word that is written like this, with its kinds.
#[must_use]
pub fn find(text: &str) -> Option<(&'static str, KindSet)> {
    let (word, _) = all().find(|(word, _)| *word == text)?;
    Some((word, kinds_of(word).ok()?))
}

/// The kinds that a word stands for.
///
/// # Errors
/// When it stands for none.
pub fn kinds_of(word: &str) -> Result<KindSet, UnknownKind> {
    if let Some(row) = KINDS.iter().find(|row| row.name == word) {
        return Ok(KindSet::NONE.toggled(row.kind));
    }
    match GROUPS.iter().find(|(name, ..)| *name == word) {
        Some(("calls", ..)) => Ok(KindSet::select(|row| row.call)),
        Some((_, _, kinds, _)) => Ok(KindSet::select(|row| kinds.contains(&row.kind))),
        None => Err(UnknownKind(word.to_owned())),
    }
}

/// One event of these kinds: the word for the kind or for the group, or what the list shows
/// where it is neither.
#[must_use]
pub fn noun(kinds: KindSet) -> &'static str {
    let groups = GROUPS.iter().map(|(word, one, ..)| (*word, *one));
    let mut words = groups.chain(KINDS.iter().map(|row| (row.name, row.name)));
    let found = words.find(|(word, _)| kinds_of(word).is_ok_and(|it| it == kinds));
    match found {
        Some((_, one)) => one,
        None if kinds == KindSet::ALL => "event",
        None => "event that the list shows",
    }
}

/// The kinds that a text asks for: words add, words after a minus take away. Nothing, or only
/// words that take away, begins with every kind.
///
/// # Errors
/// The first word that stands for no kind.
pub fn parse(text: &str) -> Result<KindSet, UnknownKind> {
    let words: Vec<&str> = text
        .split([' ', ','])
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .collect();
    let adds = words.iter().any(|word| !word.starts_with('-'));
    let start = if adds { KindSet::NONE } else { KindSet::ALL };
    words
        .iter()
        .try_fold(start, |set, word| match word.strip_prefix('-') {
            Some(word) => Ok(set.without(kinds_of(word)?)),
            None => Ok(set.with(kinds_of(word)?)),
        })
}

/// The text that asks for these kinds.
#[must_use]
pub fn text(kinds: KindSet) -> String {
    if kinds == KindSet::ALL {
        return String::new();
    }
    let names = KINDS
        .iter()
        .filter(|row| kinds.contains(row.kind))
        .map(|row| row.name);
    names.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_add_and_take_away() {
        let sends = KindSet::NONE.toggled(Kind::Send);
        assert_eq!(parse("send"), Ok(sends));
        assert_eq!(
            parse("messages, -receive -sample_write -sample_read -signal"),
            Ok(sends)
        );
        assert_eq!(parse(" "), Ok(KindSet::ALL));
        assert_eq!(parse("-log"), Ok(KindSet::ALL.toggled(Kind::Log)));
        assert_eq!(
            parse("send bogus").unwrap_err().to_string(),
            "`bogus` is no kind of event"
        );
        assert!(parse("calls").unwrap().contains(Kind::Log));
    }

    #[test]
    fn one_event_has_a_word() {
        let word = |text| noun(parse(text).unwrap());
        assert_eq!((word("faults"), word("log")), ("fault", "log"));
        assert_eq!(word(""), "event");
        assert_eq!(word("-log"), "event that the list shows");
    }

    #[test]
    fn every_word_is_one_and_the_text_reads_back() {
        for (word, meaning) in all() {
            assert_ne!(kinds_of(word).unwrap(), KindSet::NONE, "{word}");
            assert!(!meaning.is_empty());
        }
        let kinds = parse("messages fault").unwrap();
        assert_eq!(parse(&text(kinds)), Ok(kinds));
        assert_eq!(parse(&text(KindSet::ALL)), Ok(KindSet::ALL));
    }
}
