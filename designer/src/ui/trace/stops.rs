//! Where the trace stood last, so that what has changed since can be told.

use septum_simulator::cpu::Registers;

use super::{Phase, Trace};

/// A place in the run at which the trace stood.
#[derive(Debug, Clone, Copy)]
struct Stop {
    cursor_ns: u64,
    selected: Option<usize>,
    registers: Option<Registers>,
}

/// The last two places at which the trace stood.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stops {
    now: Option<Stop>,
    before: Option<Stop>,
}

impl Trace {
    /// Notes the place at which the trace stands, if it does and if it is another one.
    pub fn note_stop(&mut self) {
        if matches!(self.phase, Phase::Booting | Phase::Running) {
            return;
        }
        let place = (self.cursor_ns, self.selected);
        let last = self.stops.now;
        if last.is_none_or(|last| (last.cursor_ns, last.selected) != place) {
            let now = Stop {
                cursor_ns: self.cursor_ns,
                selected: self.selected,
                registers: self.registers(),
            };
            self.stops = Stops {
                now: Some(now),
                before: last,
            };
        }
    }

    /// The registers at the last stop, if it was one of the same partition.
    #[must_use]
    pub fn registers_before(&self) -> Option<Registers> {
        let registers = self.stops.before?.registers?;
        let partition = self.registers()?.partition;
        (registers.partition == partition).then_some(registers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::sample::recording;

    fn at(events: &[usize]) -> Trace {
        let mut trace = Trace {
            recording: recording(1),
            phase: Phase::Paused,
            ..Trace::default()
        };
        for event in events {
            trace.select(*event);
            trace.note_stop();
            trace.note_stop();
        }
        trace
    }

    #[test]
    fn the_last_stop_is_the_one_before_this_place() {
        let before = |events| at(events).registers_before().map(|it| it.x[10]);
        assert_eq!(before(&[8]), None);
        assert_eq!(before(&[8, 9]), Some(8));
        assert_eq!(before(&[7, 8, 9]), Some(8));
        assert_eq!(before(&[2, 8]), None, "that was another partition");
    }

    #[test]
    fn a_run_does_not_stop_in_between() {
        let mut trace = at(&[7]);
        trace.phase = Phase::Running;
        trace.select(8);
        trace.note_stop();
        trace.phase = Phase::Paused;
        trace.select(9);
        trace.note_stop();
        assert_eq!(trace.registers_before().map(|it| it.x[10]), Some(7));
    }
}
