//! What partitions did from when to when.

use std::ops::Range;

use crate::export::run::Run;
use crate::trace::lane::{Activity, Lane};

/// What a partition did from when to when, in nanoseconds, in order.
pub(super) type Spans = Vec<(Activity, Range<u64>)>;

/// What each partition did, but for what took no time.
pub(super) fn spans(run: &Run) -> Vec<Spans> {
    let end_ns = run.time_ns();
    let of_lane = |lane: &Lane| {
        let next = lane.activities().skip(1).map(|(ns, _)| ns).chain([end_ns]);
        let spans = lane.activities().zip(next);
        let spans = spans.map(|((start, activity), end)| (activity, start..end));
        spans.filter(|(_, span)| !span.is_empty()).collect()
    };
    run.lanes().iter().map(of_lane).collect()
}

/// The times at which a partition ran.
pub(super) fn running(spans: &Spans) -> Vec<Range<u64>> {
    let spans = spans.iter();
    let ran = spans.filter(|(activity, _)| *activity == Activity::Running);
    ran.map(|(_, span)| span.clone()).collect()
}

/// The span of time around an instant.
pub(super) fn around(spans: &[Range<u64>], ns: u64) -> Option<&Range<u64>> {
    let after = spans.partition_point(|span| span.start <= ns);
    let span = spans.get(after.checked_sub(1)?)?;
    span.contains(&ns).then_some(span)
}
