//! The events that the list shows.

use crate::trace::recording::Recording;
use crate::trace::wanted::Wanted;

/// Which events the list shows, and their positions.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    wanted: Wanted,
    /// Positions of the shown events; unused while everything is shown.
    shown: Vec<usize>,
    /// How much of the recording `shown` knows.
    seen: usize,
}

impl Filter {
    /// The events that are shown.
    #[must_use]
    pub fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// Shows these events from now on.
    pub fn set(&mut self, wanted: Wanted, recording: &Recording) {
        *self = Self {
            wanted,
            ..Self::default()
        };
        self.follow(recording);
    }

    /// Takes in what was recorded since.
    pub fn follow(&mut self, recording: &Recording) {
        if self.wanted.is_everything() {
            return;
        }
        let new = self.seen..recording.len();
        self.seen = recording.len();
        self.shown.extend(recording.all(&self.wanted, new));
    }

    /// How many events the list has.
    #[must_use]
    pub fn len(&self, recording: &Recording) -> usize {
        if self.wanted.is_everything() {
            recording.len()
        } else {
            self.shown.len()
        }
    }

    /// The event in this row of the list.
    #[must_use]
    pub fn event(&self, row: usize) -> Option<usize> {
        if self.wanted.is_everything() {
            Some(row)
        } else {
            self.shown.get(row).copied()
        }
    }

    /// The first row whose event is at or after this one.
    #[must_use]
    pub fn row(&self, event: usize) -> usize {
        if self.wanted.is_everything() {
            event
        } else {
            self.shown.partition_point(|shown| *shown < event)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::kind::{Kind, KindSet};
    use crate::trace::query::tests::names;
    use crate::trace::sample::recording;

    fn wanted(text: &str) -> Wanted {
        Wanted::read(text, &names()).unwrap()
    }

    #[test]
    fn a_filtered_list_has_only_the_chosen_kinds() {
        let recording = recording(2);
        let mut filter = Filter::default();
        assert_eq!(
            (filter.len(&recording), filter.event(5), filter.row(5)),
            (24, Some(5), 5)
        );
        filter.set(KindSet::NONE.toggled(Kind::Send).into(), &recording);
        assert_eq!(filter.len(&recording), 4);
        assert_eq!((filter.event(1), filter.event(4)), (Some(9), None));
        assert_eq!((filter.row(9), filter.row(10)), (1, 2));
    }

    #[test]
    fn an_expression_hides_what_it_does_not_mean() {
        let recording = recording(2);
        let text = "receive && channel == \"request\" && time > 1ms";
        let mut filter = Filter::default();
        filter.set(wanted(text), &recording);
        assert_eq!(filter.shown, [20]);
    }

    #[test]
    fn following_a_run_finds_what_a_fresh_look_finds() {
        let whole = recording(3);
        let wanted = wanted("receive || wake");
        let mut growing = Recording::new(whole.layout().clone());
        let mut followed = Filter::default();
        followed.set(wanted.clone(), &growing);
        for position in 0..whole.len() {
            let event = whole.event(position).unwrap();
            growing.push(&event, &whole.registers(position).unwrap());
            followed.follow(&growing);
        }
        let mut fresh = Filter::default();
        fresh.set(wanted, &whole);
        assert_eq!(followed.shown, fresh.shown);
        assert_eq!(fresh.len(&whole), 6);
    }
}
