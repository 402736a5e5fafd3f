//! One partition through time: what it was doing, and its events.

use std::ops::Range;

use septum_abi::health::HealthAction;
use septum_simulator::event::EventKind;

/// What a partition is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// It could run but does not.
    Ready,
    /// It runs.
    Running,
    /// It waits.
    Blocked,
    /// It has ended or was halted, and never runs again by itself.
    Halted,
    /// It is being restored to its first state.
    Restarting,
}

/// From when on a partition is doing something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Segment {
    start_ns: u64,
    activity: Activity,
    /// How long it ran before this segment, in nanoseconds.
    ran_before_ns: u64,
}

/// One partition through time.
#[derive(Debug, Clone)]
pub struct Lane {
    events: Vec<usize>,
    segments: Vec<Segment>,
}

impl Default for Lane {
    /// A partition at reset: ready.
    fn default() -> Self {
        let first = Segment {
            start_ns: 0,
            activity: Activity::Ready,
            ran_before_ns: 0,
        };
        Self {
            events: Vec::new(),
            segments: vec![first],
        }
    }
}

impl Lane {
    /// Takes in the next event of this partition.
    pub(super) fn push(&mut self, position: usize, time_ns: u64, event: &EventKind) {
        self.events.push(position);
        if let Some(activity) = activity_after(event) {
            self.change(time_ns, activity);
        }
    }

    fn change(&mut self, start_ns: u64, activity: Activity) {
        let ran_before_ns = self.ran_until(start_ns);
        if self
            .segments
            .last()
            .is_some_and(|last| last.activity == activity)
        {
            return;
        }
        self.segments.push(Segment {
            start_ns,
            activity,
            ran_before_ns,
        });
    }

    /// Bytes in memory.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(self.events.as_slice()) + size_of_val(self.segments.as_slice())
    }

    /// Positions of its events in the recording, in order.
    #[must_use]
    pub fn events(&self) -> &[usize] {
        &self.events
    }

    /// What it was doing at this time (after the events of that very nanosecond).
    #[must_use]
    pub fn activity_at(&self, time_ns: u64) -> Activity {
        self.segment_at(time_ns).activity
    }

    /// What it was doing, each with when that began in nanoseconds, in order; the first at 0.
    pub fn activities(&self) -> impl Iterator<Item = (u64, Activity)> + Clone {
        let segments = self.segments.iter();
        segments.map(|segment| (segment.start_ns, segment.activity))
    }

    /// How long it ran within the span, in nanoseconds, as far as the recording goes.
    #[must_use]
    pub fn ran_ns(&self, span_ns: Range<u64>, recorded_ns: u64) -> u64 {
        let end = span_ns.end.min(recorded_ns);
        self.ran_until(end)
            .saturating_sub(self.ran_until(span_ns.start.min(end)))
    }

    fn ran_until(&self, time_ns: u64) -> u64 {
        let segment = self.segment_at(time_ns);
        let here = match segment.activity {
            Activity::Running => time_ns.saturating_sub(segment.start_ns),
            _ => 0,
        };
        segment.ran_before_ns + here
    }

    fn segment_at(&self, time_ns: u64) -> Segment {
        let after = self
            .segments
            .partition_point(|segment| segment.start_ns <= time_ns);
        // The first segment starts at 0, so there is always one before `after`.
        self.segments[after.saturating_sub(1)]
    }
}

fn activity_after(event: &EventKind) -> Option<Activity> {
    match event {
        EventKind::Dispatch => Some(Activity::Running),
        EventKind::Preempt | EventKind::Wake { .. } | EventKind::RestartEnd => {
            Some(Activity::Ready)
        }
        EventKind::RestartBegin { .. } => Some(Activity::Restarting),
        EventKind::Block { .. } => Some(Activity::Blocked),
        EventKind::Fault { action, .. } if action == HealthAction::Ignore.name() => None,
        EventKind::Exit | EventKind::Halt { .. } | EventKind::Fault { .. } => {
            Some(Activity::Halted)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane() -> Lane {
        let mut lane = Lane::default();
        lane.push(0, 100, &EventKind::Dispatch);
        lane.push(1, 150, &EventKind::Preempt);
        lane.push(2, 200, &EventKind::Dispatch);
        lane.push(
            3,
            260,
            &EventKind::Block {
                ports: vec![],
                deadline_ns: None,
            },
        );
        lane.push(4, 300, &EventKind::Wake { timeout: false });
        lane.push(5, 300, &EventKind::Dispatch);
        lane
    }

    #[test]
    fn activity_follows_the_events() {
        let lane = lane();
        let expected = [
            (0, Activity::Ready),
            (100, Activity::Running),
            (199, Activity::Ready),
            (260, Activity::Blocked),
            (300, Activity::Running),
            (u64::MAX, Activity::Running),
        ];
        for (time_ns, activity) in expected {
            assert_eq!(lane.activity_at(time_ns), activity, "at {time_ns}");
        }
    }

    #[test]
    fn running_time_is_summed_over_segments_and_ends_with_the_recording() {
        let lane = lane();
        assert_eq!(lane.ran_ns(0..300, 400), 110);
        assert_eq!(lane.ran_ns(120..230, 400), 60);
        assert_eq!(lane.ran_ns(0..1_000, 320), 130);
        assert_eq!(lane.ran_ns(500..600, 320), 0);
    }

    #[test]
    fn what_is_done_about_a_fault_decides() {
        let fault = |action: &str| EventKind::Fault {
            cause: "application error".into(),
            code: None,
            pc: 0,
            value: 1,
            health: "application_error".into(),
            action: action.into(),
            restarts_used_up: None,
        };
        let begin = EventKind::RestartBegin {
            by: "health monitor".into(),
            backoff_ns: 0,
        };
        let mut lane = lane();
        lane.push(6, 310, &fault("ignore"));
        assert_eq!(lane.activity_at(310), Activity::Running);
        lane.push(7, 320, &fault("restart"));
        lane.push(8, 320, &begin);
        assert_eq!(lane.activity_at(320), Activity::Restarting);
        lane.push(9, 350, &EventKind::RestartEnd);
        assert_eq!(lane.activity_at(350), Activity::Ready);
        lane.push(10, 360, &EventKind::Dispatch);
        lane.push(11, 370, &fault("safe_mode"));
        assert_eq!(lane.activity_at(370), Activity::Halted);
        assert_eq!(lane.ran_ns(300..1_000, 900), 20 + 10);
    }

    #[test]
    fn a_fault_halts() {
        let mut lane = lane();
        lane.push(6, 310, &EventKind::Exit);
        assert_eq!(lane.activity_at(311), Activity::Halted);
        assert_eq!(lane.ran_ns(300..1_000, 900), 10);
    }
}
