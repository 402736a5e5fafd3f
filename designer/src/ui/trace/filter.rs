//! The events that the list shows.

use crate::trace::kind::{Kind, KindSet};
use crate::trace::recording::Recording;

/// Which events the list shows, and their positions.
#[derive(Debug, Clone)]
pub struct Filter {
    kinds: KindSet,
    /// Positions of the shown events; unused while everything is shown.
    shown: Vec<usize>,
    /// How much of the recording `shown` knows.
    seen: usize,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            kinds: KindSet::ALL,
            shown: Vec::new(),
            seen: 0,
        }
    }
}

impl Filter {
    /// The kinds that are shown.
    #[must_use]
    pub fn kinds(&self) -> KindSet {
        self.kinds
    }

    /// Shows these kinds from now on.
    pub fn set(&mut self, kinds: KindSet, recording: &Recording) {
        *self = Self {
            kinds,
            shown: Vec::new(),
            seen: 0,
        };
        self.follow(recording);
    }

    /// Takes in what was recorded since.
    pub fn follow(&mut self, recording: &Recording) {
        if self.kinds == KindSet::ALL {
            return;
        }
        let new = recording.events().iter().enumerate().skip(self.seen);
        let shown = new.filter(|(_, event)| self.kinds.contains(Kind::of(&event.kind)));
        self.shown.extend(shown.map(|(position, _)| position));
        self.seen = recording.events().len();
    }

    /// How many events the list has.
    #[must_use]
    pub fn len(&self, recording: &Recording) -> usize {
        if self.kinds == KindSet::ALL {
            recording.events().len()
        } else {
            self.shown.len()
        }
    }

    /// The event in this row of the list.
    #[must_use]
    pub fn event(&self, row: usize) -> Option<usize> {
        if self.kinds == KindSet::ALL {
            Some(row)
        } else {
            self.shown.get(row).copied()
        }
    }

    /// The first row whose event is at or after this one.
    #[must_use]
    pub fn row(&self, event: usize) -> usize {
        if self.kinds == KindSet::ALL {
            event
        } else {
            self.shown.partition_point(|shown| *shown < event)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::sample::recording;

    #[test]
    fn a_filtered_list_has_only_the_chosen_kinds() {
        let recording = recording(2);
        let mut filter = Filter::default();
        assert_eq!(
            (filter.len(&recording), filter.event(5), filter.row(5)),
            (24, Some(5), 5)
        );
        filter.set(KindSet::NONE.toggled(Kind::Send), &recording);
        assert_eq!(filter.len(&recording), 4);
        assert_eq!((filter.event(1), filter.event(4)), (Some(9), None));
        assert_eq!((filter.row(9), filter.row(10)), (1, 2));
    }

    #[test]
    fn following_a_run_finds_what_a_fresh_look_finds() {
        let whole = recording(3);
        let kinds = KindSet::NONE.toggled(Kind::Receive).toggled(Kind::Wake);
        let mut growing = Recording::new(whole.layout().clone());
        let mut followed = Filter::default();
        followed.set(kinds, &growing);
        for (position, event) in whole.events().iter().enumerate() {
            growing.push(event.clone(), &whole.registers(position).unwrap());
            followed.follow(&growing);
        }
        let mut fresh = Filter::default();
        fresh.set(kinds, &whole);
        assert_eq!(followed.shown, fresh.shown);
        assert_eq!(fresh.len(&whole), 6);
    }
}
