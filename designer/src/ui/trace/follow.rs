//! What the trace does when the session reports something.

use std::sync::Arc;

use septum_simulator::recorder::Trace as Recorded;

use crate::session::command::{Command, Goal};
use crate::session::report::{Pace, Progress, Report};
use crate::trace::describe::{duration, output};
use crate::trace::kind::{Kind, KindSet};
use crate::trace::layout::Layout;
use crate::trace::recording::Recording;
use crate::trace::store::Way;
use crate::trace::wanted::Wanted;
use crate::ui::design::Design;

use super::{Phase, Trace};

/// How long a system is run at first, at most, to see its first message: so many frames.
const FIRST_FRAMES: u64 = 10;

impl Trace {
    /// The session was asked to boot this design.
    pub fn boots(&mut self, design: &Arc<Design>) {
        self.phase = Phase::Booting;
        self.design = Some(Arc::clone(design));
    }

    /// Takes in what the session reports, and says what to ask it for next.
    pub fn take(&mut self, report: Report) -> Option<Command> {
        match report {
            Report::Booted(layout) => Some(self.begin(layout)),
            Report::Refused(reason) => {
                self.phase = Phase::Refused(reason);
                None
            }
            Report::Progress(progress) => {
                self.proceed(*progress);
                let is_full = self.recording.lack_of_room().is_some();
                (is_full && self.phase == Phase::Running).then_some(Command::Pause)
            }
            Report::Unwritten => None,
            Report::Looked(looked) => {
                self.go_to_recorded(looked.time_ns);
                self.looked = Some(*looked);
                self.following = false;
                None
            }
        }
    }

    /// A new run: from reset to its first message.
    fn begin(&mut self, layout: Layout) -> Command {
        let again = |wanted: &Wanted| Wanted::read(&wanted.text(), &layout.names).ok();
        // An expression may name what this design does not have.
        let shown = again(self.filter.wanted()).unwrap_or_default();
        let until = again(&self.until).unwrap_or(Self::default().until);
        let frames_ns = layout.major_frame_ns.saturating_mul(FIRST_FRAMES);
        let until_ns = layout.first_frame_ns.saturating_add(frames_ns);
        *self = Self {
            recording: Recording::new(layout),
            search: std::mem::take(&mut self.search),
            panel: self.panel,
            until,
            design: self.design.take(),
            ..Self::default()
        };
        self.show(shown);
        self.fit_frame();
        let messages = KindSet::NONE.toggled(Kind::Send);
        self.run(Goal::Event {
            wanted: messages.into(),
            until_ns: Some(until_ns),
        })
    }

    /// That the first message was waited for in vain, and what the scenario waits for.
    #[must_use]
    pub fn lack_of_a_message(&self) -> Option<String> {
        let Some(Goal::Event {
            wanted,
            until_ns: Some(until_ns),
        }) = &self.goal
        else {
            return None;
        };
        let time_ns = self.recording.time_ns().min(*until_ns);
        let is_over = time_ns == *until_ns || matches!(self.phase, Phase::Ended(_));
        if self.phase == Phase::Running || !is_over || self.recording.count(wanted.kinds()) > 0 {
            return None;
        }
        let ran_ns = time_ns.saturating_sub(self.recording.layout().first_frame_ns);
        let waits = self.script.waits_for.as_deref().map(output);
        let scenario = waits.map(|text| format!("; the scenario waits for the output {text}"));
        let scenario = scenario.unwrap_or_default();
        Some(format!("no message within {}{scenario}", duration(ran_ns)))
    }

    /// Notes that the session is asked to run.
    pub fn run(&mut self, goal: Goal) -> Command {
        self.phase = Phase::Running;
        self.goal = Some(goal.clone());
        self.recording.make_room();
        self.following = true;
        Command::Run(goal)
    }

    fn proceed(&mut self, progress: Progress) {
        let before = self.recording.len();
        let Recorded {
            events,
            registers,
            calls,
        } = &progress.trace;
        for (event, registers) in events.iter().zip(registers) {
            self.recording.push(event, registers);
        }
        for call in calls {
            self.recording.push_call(call);
        }
        for byte in progress.printed {
            if let Some(partition) = byte.partition {
                self.recording.print(partition, byte.time_ns, byte.byte);
            }
        }
        self.recording.reach(progress.time_ns);
        self.filter.follow(&self.recording);
        self.phase = match progress.pace {
            Pace::Running => Phase::Running,
            Pace::Paused => Phase::Paused,
            Pace::Ended(ending) => Phase::Ended(ending),
        };
        self.now = progress.registers.or(self.now);
        self.script = progress.script;
        if self.following {
            self.arrive(before, progress.time_ns);
        }
    }

    /// Goes along with the run to what it ran for, or else to its last event.
    fn arrive(&mut self, before: usize, time_ns: u64) {
        let wanted = match &self.goal {
            Some(Goal::Event { wanted, .. }) if self.phase != Phase::Running => wanted,
            _ => &Wanted::default(),
        };
        let count = self.recording.len();
        let found = self.recording.find(wanted, before..count, Way::Backwards);
        let found = found.or(count.checked_sub(1));
        let stays =
            found.is_none() || self.goal == Some(Goal::Instruction) && found == self.selected;
        if let Some(event) = found.filter(|_| !stays) {
            self.select(event);
        }
        match self.goal {
            Some(Goal::Instruction | Goal::Time(_)) => self.go_to_time(time_ns),
            Some(Goal::Call) if self.phase == Phase::Paused => {
                if let Some(call) = self.recording.last_call() {
                    self.go_to_call(&call);
                }
            }
            _ => {}
        }
        self.following = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::report::Ending;
    use crate::trace::layout::tests::sample as layout;
    use crate::trace::sample::recording;
    use crate::ui::file_work;
    use septum_simulator::console::ConsoleByte;
    use septum_simulator::script::ScriptProgress;

    fn design() -> Arc<Design> {
        file_work::open_template("ping-pong", 80).unwrap().design
    }

    fn booted() -> (Trace, Command) {
        let mut trace = Trace::default();
        trace.boots(&design());
        assert_eq!(trace.phase, Phase::Booting);
        let command = trace.take(Report::Booted(layout())).unwrap();
        (trace, command)
    }

    fn progress(events: std::ops::Range<usize>, time_ns: u64, pace: Pace) -> Report {
        let whole = recording(2);
        let registers = events
            .clone()
            .map(|event| whole.registers(event).unwrap())
            .collect();
        let trace = Recorded {
            events: events.map(|event| whole.event(event).unwrap()).collect(),
            registers,
            calls: Vec::new(),
        };
        Report::Progress(Box::new(Progress {
            trace,
            time_ns,
            pace,
            ..Progress::default()
        }))
    }

    #[test]
    fn a_run_begins_by_looking_for_the_first_message() {
        let (mut trace, command) = booted();
        let goal = Goal::Event {
            wanted: KindSet::NONE.toggled(Kind::Send).into(),
            until_ns: Some(10_000_000),
        };
        assert_eq!(
            (command, &trace.phase),
            (Command::Run(goal), &Phase::Running)
        );
        assert_eq!(trace.take(progress(0..4, 60_000, Pace::Paused)), None);
        assert_eq!((trace.selected, trace.cursor_ns), (Some(2), 50_000));
        assert_eq!(trace.channel().as_deref(), Some("request"));
    }

    #[test]
    fn a_first_message_that_does_not_come_is_missed_once_the_time_is_over() {
        let lack = |time_ns, pace, waits_for: Option<&str>| {
            let (mut trace, _) = booted();
            trace.take(Report::Progress(Box::new(Progress {
                time_ns,
                pace,
                script: ScriptProgress {
                    waits_for: waits_for.map(str::to_owned),
                    ..ScriptProgress::default()
                },
                ..Progress::default()
            })));
            trace.lack_of_a_message()
        };
        assert_eq!(
            lack(10_000_000, Pace::Paused, Some("2|ready\n")).unwrap(),
            r"no message within 10 ms; the scenario waits for the output `2|ready\n`"
        );
        assert_eq!(
            lack(10_000_000, Pace::Paused, None).unwrap(),
            "no message within 10 ms"
        );
        assert_eq!(
            lack(3_000_000, Pace::Ended(Ending::Idle), None).unwrap(),
            "no message within 3 ms"
        );
        assert_eq!(lack(3_000_000, Pace::Paused, None), None, "it was paused");
        assert_eq!(lack(10_000_000, Pace::Running, None), None);
        let (mut trace, _) = booted();
        trace.take(progress(0..4, 10_000_000, Pace::Paused));
        assert_eq!(trace.lack_of_a_message(), None);
    }

    #[test]
    fn the_selection_goes_along_until_the_user_goes_elsewhere() {
        let (mut trace, _) = booted();
        trace.run(Goal::Forever);
        trace.take(progress(0..5, 70_000, Pace::Running));
        assert_eq!(trace.selected, Some(4));
        trace.take(progress(5..9, 620_000, Pace::Running));
        assert_eq!(trace.selected, Some(8));
        trace.select(3);
        trace.take(progress(9..12, 720_000, Pace::Running));
        assert_eq!(
            (trace.selected, trace.recording.time_ns()),
            (Some(3), 720_000)
        );
    }

    #[test]
    fn a_call_without_an_event_moves_the_cursor_and_not_the_selection() {
        let (mut trace, _) = booted();
        trace.take(progress(0..3, 50_000, Pace::Paused));
        trace.run(Goal::Call);
        trace.take(Report::Progress(Box::new(Progress {
            trace: Recorded {
                calls: vec![crate::trace::sample::call(51_000, "pong", 6)],
                ..Recorded::default()
            },
            time_ns: 51_100,
            pace: Pace::Paused,
            ..Progress::default()
        })));
        assert_eq!((trace.selected, trace.cursor_ns), (Some(2), 51_000));
        assert_eq!(trace.lane(), Some(2));
    }

    #[test]
    fn instructions_move_the_cursor_and_not_the_selection() {
        let (mut trace, _) = booted();
        trace.take(progress(0..3, 50_000, Pace::Paused));
        trace.run(Goal::Instruction);
        trace.take(progress(0..0, 50_001, Pace::Paused));
        assert_eq!((trace.selected, trace.cursor_ns), (Some(2), 50_001));
    }

    #[test]
    fn printed_bytes_registers_and_endings_are_kept() {
        let (mut trace, _) = booted();
        let registers = crate::trace::sample::registers(7, "pong");
        trace.take(Report::Progress(Box::new(Progress {
            printed: vec![ConsoleByte {
                time_ns: 9,
                partition: Some(2),
                byte: b'x',
            }],
            registers: Some(registers),
            pace: Pace::Ended(Ending::Idle),
            time_ns: 9,
            ..Progress::default()
        })));
        assert_eq!(trace.recording.consoles()[2].bytes(), b"x");
        assert_eq!(trace.registers(), None, "the cursor is not there");
        trace.cursor_ns = 9;
        assert_eq!(trace.registers(), Some(registers));
        assert_eq!(trace.phase, Phase::Ended(Ending::Idle));
        trace.take(Report::Refused("no".to_owned()));
        assert_eq!(trace.phase, Phase::Refused("no".to_owned()));
    }

    #[test]
    fn another_system_makes_a_run_old_and_moved_boxes_do_not() {
        let (trace, _) = booted();
        let mut other = design();
        assert!(!trace.is_outdated(&other));
        Arc::make_mut(&mut other).placement.partitions.clear();
        assert!(!trace.is_outdated(&other));
        Arc::make_mut(&mut other).system.name.push('x');
        assert!(trace.is_outdated(&other));
        assert!(!Trace::default().is_outdated(&other));
    }

    #[test]
    fn a_new_run_keeps_what_the_user_chose() {
        let (mut trace, _) = booted();
        trace.take(progress(0..12, 720_000, Pace::Paused));
        let wanted = Wanted::read("wake && partition == \"ping\"", &layout().names).unwrap();
        trace.show(wanted.clone());
        trace.panel = super::super::Panel::Console;
        trace.take(Report::Booted(layout()));
        assert!(trace.recording.is_empty() && trace.selected.is_none());
        assert_eq!(*trace.filter.wanted(), wanted);
        assert_eq!(trace.panel, super::super::Panel::Console);
        trace.take(Report::Booted(Layout::default()));
        assert!(
            trace.filter.wanted().is_everything(),
            "there is no `ping` any more"
        );
    }
}
