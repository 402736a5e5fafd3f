//! Going from event to event: every way is a question to the recording's indices.

use crate::trace::kind::Kind;
use crate::trace::recording::Recording;

pub use crate::trace::store::Way;

/// The entry of an ordered list next to a position.
#[must_use]
pub fn neighbour(list: &[usize], from: Option<usize>, way: Way) -> Option<usize> {
    let Some(from) = from else {
        return list.first().copied().filter(|_| way == Way::Forwards);
    };
    let found = match way {
        Way::Forwards => Some(list.partition_point(|event| *event <= from)),
        Way::Backwards => list.partition_point(|event| *event < from).checked_sub(1),
    };
    list.get(found?).copied()
}

/// The next event in the same lane.
#[must_use]
pub fn in_lane(recording: &Recording, from: Option<usize>, way: Way) -> Option<usize> {
    let lane = from.and_then(|event| recording.lane_of(event));
    neighbour(recording.events_of_lane(lane), from, way)
}

/// The next event of the same kind, in any lane.
#[must_use]
pub fn of_kind(recording: &Recording, from: usize, way: Way) -> Option<usize> {
    let kind = recording.index().kind(from)?;
    neighbour(recording.events_of_kind(kind), Some(from), way)
}

/// The other end of the message that this event sent or received.
#[must_use]
pub fn other_end(recording: &Recording, from: usize) -> Option<usize> {
    let message = recording.messages().of(from)?;
    if message.sent == from {
        message.received
    } else {
        Some(message.sent)
    }
}

/// The event of another lane that is nearest in time; `None` is the lane of the hart.
#[must_use]
pub fn nearest_in(recording: &Recording, lane: Option<usize>, time_ns: u64) -> Option<usize> {
    let list = recording.events_of_lane(lane);
    let first = recording.first_at(time_ns);
    let after = list.partition_point(|event| *event < first);
    let candidates = [after.checked_sub(1), Some(after)].into_iter().flatten();
    let events = candidates.filter_map(|position| list.get(position).copied());
    events.min_by_key(|event| {
        let at_ns = recording.index().time_ns(*event);
        at_ns.unwrap_or_default().abs_diff(time_ns)
    })
}

/// How many events one search looks at, so that a key is always answered at once.
pub const SEARCH_LIMIT: usize = 100_000;

/// What a search found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// This event.
    Event(usize),
    /// Nothing up to the end.
    Nothing,
    /// Nothing so far; the search goes on from this event.
    NotYet(usize),
}

/// The next event whose partition, kind or detail contains the text, in any case.
#[must_use]
pub fn search(recording: &Recording, text: &str, from: Option<usize>, way: Way) -> Found {
    let text = text.to_lowercase();
    let count = recording.len();
    let hit = |event: &usize| is_hit(recording, *event, &text);
    let (found, last) = match way {
        Way::Forwards => {
            let start = from.map_or(0, |event| event + 1);
            let end = count.min(start.saturating_add(SEARCH_LIMIT));
            (
                (start..end).find(hit),
                (end < count).then_some(end.saturating_sub(1)),
            )
        }
        Way::Backwards => {
            let end = from.unwrap_or(count).min(count);
            let start = end.saturating_sub(SEARCH_LIMIT);
            ((start..end).rev().find(hit), (start > 0).then_some(start))
        }
    };
    match (found, last) {
        (Some(event), _) => Found::Event(event),
        (None, Some(event)) => Found::NotYet(event),
        (None, None) => Found::Nothing,
    }
}

fn is_hit(recording: &Recording, event: usize, text: &str) -> bool {
    let Some(event) = recording.event(event) else {
        return false;
    };
    let has = |field: &str| field.to_lowercase().contains(text);
    event.partition.as_deref().is_some_and(has)
        || has(Kind::of(&event.kind).row().name)
        || has(&recording.detail(&event))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::sample::recording;

    #[test]
    fn a_neighbour_is_strictly_before_or_after() {
        let list = [2, 5, 9];
        let at = |from, way| neighbour(&list, Some(from), way);
        assert_eq!(at(5, Way::Forwards), Some(9));
        assert_eq!(at(5, Way::Backwards), Some(2));
        assert_eq!(at(6, Way::Backwards), Some(5));
        assert_eq!(at(9, Way::Forwards), None);
        assert_eq!(at(2, Way::Backwards), None);
        assert_eq!(neighbour(&list, None, Way::Forwards), Some(2));
        assert_eq!(neighbour(&list, None, Way::Backwards), None);
    }

    #[test]
    fn lanes_kinds_and_messages_are_followed() {
        let recording = recording(2);
        assert_eq!(in_lane(&recording, Some(2), Way::Forwards), Some(3));
        assert_eq!(in_lane(&recording, Some(3), Way::Forwards), Some(10));
        assert_eq!(in_lane(&recording, Some(0), Way::Forwards), Some(6));
        assert_eq!(of_kind(&recording, 2, Way::Forwards), Some(9));
        assert_eq!(of_kind(&recording, 9, Way::Backwards), Some(2));
        assert_eq!(other_end(&recording, 2), Some(8));
        assert_eq!(other_end(&recording, 8), Some(2));
        assert_eq!(other_end(&recording, 9), None);
        assert_eq!(other_end(&recording, 4), None);
    }

    #[test]
    fn the_nearest_event_of_another_lane() {
        let recording = recording(2);
        assert_eq!(nearest_in(&recording, Some(2), 0), Some(7));
        assert_eq!(nearest_in(&recording, Some(2), 660_000), Some(9));
        assert_eq!(nearest_in(&recording, None, u64::MAX), Some(18));
    }

    #[test]
    fn search_goes_both_ways_and_says_when_there_is_nothing() {
        let recording = recording(2);
        let find = |text, from, way| search(&recording, text, from, way);
        assert_eq!(find("HELLO 1", None, Way::Forwards), Found::Event(14));
        assert_eq!(find("hello 1", Some(14), Way::Forwards), Found::Event(20));
        assert_eq!(find("hello 1", Some(14), Way::Backwards), Found::Nothing);
        assert_eq!(find("pong", Some(14), Way::Backwards), Found::Event(11));
        assert_eq!(find("no such", None, Way::Backwards), Found::Nothing);
    }
}
