//! Steering the run: steps that go through what was recorded first, and then run on.

use septum_simulator::travel::Place;

use crate::session::command::{Command, Goal, When};
use crate::trace::wanted::Wanted;

use super::navigate::Way;
use super::{Phase, Trace};

impl Trace {
    /// The next recorded event of these after the selection.
    #[must_use]
    pub fn next_of(&self, wanted: &Wanted, way: Way) -> Option<usize> {
        let range = match (way, self.selected) {
            (Way::Forwards, from) => from.map_or(0, |from| from + 1)..self.recording.len(),
            (Way::Backwards, from) => 0..from.unwrap_or_default(),
        };
        self.recording.find(wanted, range, way)
    }

    /// Goes to the next of these events: to a recorded one, or else runs until there is one.
    pub fn advance(&mut self, wanted: Wanted) -> Option<Command> {
        match self.next_of(&wanted, Way::Forwards) {
            Some(event) => {
                self.select(event);
                None
            }
            None => Some(self.run(Goal::Event {
                wanted,
                until_ns: None,
            })),
        }
    }

    /// Goes to the next system call: to a recorded one, or else runs until there is one.
    pub fn advance_call(&mut self) -> Option<Command> {
        match self.recording.call_after(self.cursor_ns) {
            Some(call) => {
                self.go_to_call(&call);
                None
            }
            None => Some(self.run(Goal::Call)),
        }
    }

    /// Goes on by one instruction: from the past by one that was executed, from the last event or
    /// from behind it by one more.
    pub fn advance_instruction(&mut self) -> Command {
        let is_past = !self.at_end() || self.looked.is_some();
        match is_past && self.cursor_ns < self.recording.time_ns() {
            true => Command::Look(When::After(self.cursor_ns)),
            false => self.run(Goal::Instruction),
        }
    }

    /// Goes back by one instruction.
    pub fn go_back_by_instruction(&self) -> Command {
        Command::Look(When::Before(self.cursor_ns))
    }

    /// Goes back to who wrote something last.
    pub fn go_back_to_write(&self, place: Place) -> Command {
        Command::FindWrite {
            before_ns: self.cursor_ns,
            place,
        }
    }

    /// Runs on without an end, or pauses.
    pub fn run_or_pause(&mut self) -> Command {
        if self.phase == Phase::Running {
            Command::Pause
        } else {
            self.run(Goal::Forever)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::kind::{Kind, KindSet};
    use crate::trace::query::tests::names;
    use crate::trace::sample::{call, recording};

    fn trace() -> Trace {
        Trace {
            recording: recording(1),
            phase: Phase::Paused,
            ..Trace::default()
        }
    }

    #[test]
    fn what_is_recorded_is_stepped_through_before_anything_runs() {
        let mut trace = trace();
        let messages = KindSet::NONE.toggled(Kind::Send).toggled(Kind::Receive);
        for event in [2, 8, 9] {
            assert_eq!(trace.advance(messages.into()), None);
            assert_eq!(
                (trace.selected, &trace.phase),
                (Some(event), &Phase::Paused)
            );
        }
        let goal = Goal::Event {
            wanted: messages.into(),
            until_ns: None,
        };
        assert_eq!(trace.advance(messages.into()), Some(Command::Run(goal)));
        assert_eq!(trace.phase, Phase::Running);
    }

    #[test]
    fn calls_are_stepped_through_whether_or_not_they_made_an_event() {
        let mut trace = trace();
        for call in [call(40_000, "ping", 6), call(50_000, "ping", 1)] {
            trace.recording.push_call(&call);
        }
        assert_eq!(trace.advance_call(), None);
        assert_eq!((trace.selected, trace.cursor_ns), (Some(1), 40_000));
        assert_eq!(trace.registers().unwrap().x[17], 6);
        assert_eq!(trace.advance_call(), None);
        assert_eq!((trace.selected, trace.cursor_ns), (Some(2), 50_000));
        assert_eq!(trace.advance_call(), Some(Command::Run(Goal::Call)));
    }

    #[test]
    fn backwards_finds_the_nearest_before() {
        let mut trace = trace();
        trace.select(9);
        let kinds = KindSet::NONE.toggled(Kind::Send).toggled(Kind::Dispatch);
        assert_eq!(trace.next_of(&kinds.into(), Way::Backwards), Some(7));
        assert_eq!(trace.next_of(&KindSet::NONE.into(), Way::Backwards), None);
    }

    #[test]
    fn an_expression_is_gone_to_and_then_run_to() {
        let mut trace = trace();
        let text = "partition == \"pong\" && (send || receive && len > 9)";
        let wanted = Wanted::read(text, &names()).unwrap();
        assert_eq!(trace.advance(wanted.clone()), None);
        assert_eq!(trace.selected, Some(9));
        assert_eq!(trace.next_of(&wanted, Way::Backwards), None);
        let goal = Goal::Event {
            wanted: wanted.clone(),
            until_ns: None,
        };
        assert_eq!(trace.advance(wanted), Some(Command::Run(goal)));
    }

    #[test]
    fn instructions_are_stepped_through_both_ways_before_anything_runs() {
        let mut trace = trace();
        trace.select(3);
        let at_ns = trace.cursor_ns;
        let after = Command::Look(When::After(at_ns));
        assert_eq!(trace.advance_instruction(), after);
        let before = Command::Look(When::Before(at_ns));
        assert_eq!(trace.go_back_by_instruction(), before);
        assert_eq!(trace.phase, Phase::Paused);
        trace.select(11);
        assert_eq!(trace.advance_instruction(), Command::Run(Goal::Instruction));
        assert_eq!(trace.phase, Phase::Running);
    }

    #[test]
    fn one_key_runs_and_pauses() {
        let mut trace = trace();
        assert_eq!(trace.run_or_pause(), Command::Run(Goal::Forever));
        assert_eq!(trace.run_or_pause(), Command::Pause);
    }
}
