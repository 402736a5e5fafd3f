//! What is known before the run: names, connections, the planned schedule.

use std::ops::Range;
use std::sync::Arc;

use septum_core::plan::Plan;
use septum_core::system::System;

use super::memory::Memory;
use super::query::Names;
use super::source::Sources;

/// The lanes of a trace and what was planned on them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// Names of the partitions; a partition's lane is its position.
    pub partitions: Vec<String>,
    /// The channels.
    pub channels: Vec<Connection>,
    /// The windows of one major frame, in order, without gaps.
    pub windows: Vec<PlannedWindow>,
    /// Length of the major frame in nanoseconds; 0 when nothing is planned.
    pub major_frame_ns: u64,
    /// When the first major frame begins, in nanoseconds.
    pub first_frame_ns: u64,
    /// What lies where.
    pub memory: Memory,
    /// Which lines the programs were compiled from.
    pub sources: Sources,
    /// The names that expressions may compare with.
    pub names: Arc<Names>,
}

/// A channel between two lanes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Name of the channel.
    pub name: String,
    /// Lane of the sender.
    pub from: usize,
    /// Lane of the receiver.
    pub to: usize,
}

/// A window as planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedWindow {
    /// When, in nanoseconds from the beginning of the frame.
    pub span_ns: Range<u64>,
    /// Lanes of its partitions, most important first.
    pub partitions: Vec<usize>,
}

impl Layout {
    /// What a plan says about every run of its image.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let system = &plan.system;
        let ns_per_tick = system.machine.ns_per_tick();
        let channels = system.channels.iter().map(|channel| Connection {
            name: channel.name.clone(),
            from: channel.from.partition.get(),
            to: channel.to.partition.get(),
        });
        Self {
            partitions: system.partitions.iter().map(|it| it.name.clone()).collect(),
            channels: channels.collect(),
            windows: windows(system, ns_per_tick),
            major_frame_ns: system.major_frame_ticks() * ns_per_tick,
            first_frame_ns: plan.start_ticks() * ns_per_tick,
            memory: Memory::of(plan),
            sources: Sources::of(plan),
            names: Arc::new(Names::of(plan)),
        }
    }

    /// The lane of the partition with this name.
    #[must_use]
    pub fn lane(&self, partition: &str) -> Option<usize> {
        self.partitions.iter().position(|name| name == partition)
    }

    /// The channel with this name.
    #[must_use]
    pub fn connection(&self, channel: &str) -> Option<&Connection> {
        self.channels
            .iter()
            .find(|connection| connection.name == channel)
    }

    /// Number of the window that is planned at this time.
    #[must_use]
    pub fn window_at(&self, time_ns: u64) -> Option<usize> {
        let since_ns = time_ns.checked_sub(self.first_frame_ns)?;
        let in_frame = since_ns.checked_rem(self.major_frame_ns)?;
        let after = self
            .windows
            .partition_point(|window| window.span_ns.start <= in_frame);
        after
            .checked_sub(1)
            .filter(|index| self.windows[*index].span_ns.contains(&in_frame))
    }

    /// Whether the lane's partition may run at this time.
    #[must_use]
    pub fn is_planned(&self, lane: usize, time_ns: u64) -> bool {
        let window = self
            .window_at(time_ns)
            .and_then(|index| self.windows.get(index));
        window.is_some_and(|window| window.partitions.contains(&lane))
    }

    /// Whether the lane's partition may run at some time of this span.
    #[must_use]
    pub fn is_planned_within(&self, lane: usize, span_ns: &Range<u64>) -> bool {
        let start = span_ns.start.max(self.first_frame_ns) - self.first_frame_ns;
        let length = span_ns.end.saturating_sub(self.first_frame_ns + start);
        let Some(start) = start.checked_rem(self.major_frame_ns) else {
            return false;
        };
        // The span as this frame sees it, and as the next one does.
        let overlaps = |window: &PlannedWindow, later: u64| {
            let span = &window.span_ns;
            span.start + later < start + length && span.end + later > start
        };
        let mut own = self
            .windows
            .iter()
            .filter(|it| it.partitions.contains(&lane));
        length > 0 && own.any(|it| overlaps(it, 0) || overlaps(it, self.major_frame_ns))
    }

    /// The length of the shortest window; `None` when nothing is planned.
    #[must_use]
    pub fn shortest_window_ns(&self) -> Option<u64> {
        let windows = self.windows.iter();
        windows.map(|it| it.span_ns.end - it.span_ns.start).min()
    }
}

fn windows(system: &System, ns_per_tick: u64) -> Vec<PlannedWindow> {
    let window = |window: &septum_core::system::Window| {
        let end_ticks = window.start_ticks + window.duration_ticks;
        PlannedWindow {
            span_ns: window.start_ticks * ns_per_tick..end_ticks * ns_per_tick,
            partitions: window.partitions.iter().map(|index| index.get()).collect(),
        }
    };
    system.windows().iter().map(window).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Three partitions in two windows of 600 and 400 us; a channel from the first to the last.
    pub(crate) fn sample() -> Layout {
        let window = |span_ns, partitions: &[usize]| PlannedWindow {
            span_ns,
            partitions: partitions.to_vec(),
        };
        let connection = |name: &str, from, to| Connection {
            name: name.to_owned(),
            from,
            to,
        };
        Layout {
            partitions: ["ping", "idle", "pong"].map(str::to_owned).to_vec(),
            channels: vec![connection("request", 0, 2), connection("reply", 2, 0)],
            windows: vec![
                window(0..600_000, &[0, 1]),
                window(600_000..1_000_000, &[2]),
            ],
            major_frame_ns: 1_000_000,
            first_frame_ns: 0,
            memory: crate::trace::memory::tests::sample(),
            sources: Sources::default(),
            names: Arc::new(crate::trace::query::tests::names()),
        }
    }

    #[test]
    fn the_plan_repeats_every_major_frame() {
        let layout = sample();
        assert_eq!(layout.window_at(0), Some(0));
        assert_eq!(layout.window_at(599_999), Some(0));
        assert_eq!(layout.window_at(7_600_000), Some(1));
        assert!(layout.is_planned(2, 999_999));
        assert!(!layout.is_planned(2, 1_000_000));
    }

    #[test]
    fn a_span_is_planned_where_it_touches_a_window() {
        let layout = Layout {
            first_frame_ns: 50_000,
            ..sample()
        };
        let planned = |lane, span| layout.is_planned_within(lane, &span);
        assert!(!planned(0, 0..50_000));
        assert!(planned(0, 0..50_001));
        assert!(!planned(2, 0..650_000));
        assert!(planned(2, 649_000..651_000));
        assert!(planned(0, 1_000_000..1_051_000), "the next frame");
        assert!(!planned(0, 4_660_000..5_050_000));
        assert!(planned(0, 4_660_000..9_000_000) && planned(2, 4_660_000..9_000_000));
        assert!(!planned(0, 7_000..7_000) && !planned(9, 0..9_000_000));
        assert!(!Layout::default().is_planned_within(0, &(0..9)));
    }

    #[test]
    fn nothing_is_planned_before_the_first_frame() {
        let layout = Layout {
            first_frame_ns: 50_000,
            ..sample()
        };
        assert_eq!(layout.window_at(49_999), None);
        assert_eq!(layout.window_at(50_000), Some(0));
        assert_eq!(layout.window_at(649_999), Some(0));
        assert_eq!(layout.window_at(650_000), Some(1));
    }

    #[test]
    fn nothing_is_planned_without_a_frame() {
        assert_eq!(Layout::default().window_at(5), None);
    }
}
