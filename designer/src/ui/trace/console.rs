//! What the partitions printed up to the cursor.

use super::Trace;
use super::paint::Role;

/// The lines of the panel with their roles, at most so many: what every partition printed
/// last, most of it of the selected lane.
#[must_use]
pub(super) fn lines(trace: &Trace, height: u16) -> Vec<(String, Role)> {
    let printed: Vec<(usize, Vec<String>)> = trace
        .recording
        .consoles()
        .iter()
        .enumerate()
        .map(|(lane, console)| {
            (
                lane,
                console.last_lines(trace.cursor_ns, usize::from(height)),
            )
        })
        .filter(|(_, lines)| !lines.is_empty())
        .collect();
    if printed.is_empty() {
        return vec![("nothing was printed yet".to_owned(), Role::Faint)];
    }
    let shares = shares(&printed, trace.lane(), usize::from(height));
    let blocks = printed.into_iter().zip(shares);
    let block = |((lane, lines), share): ((usize, Vec<String>), usize)| {
        let name = trace
            .recording
            .layout()
            .partitions
            .get(lane)
            .cloned()
            .unwrap_or_default();
        let last = lines.len().saturating_sub(share);
        let lines = lines.into_iter().skip(last).map(|line| (line, Role::Text));
        std::iter::once((name, Role::Lane(lane)))
            .chain(lines)
            .collect::<Vec<_>>()
    };
    blocks.flat_map(block).collect()
}

/// How many lines each partition shows: one each, and the rest to the selected lane first.
fn shares(printed: &[(usize, Vec<String>)], first: Option<usize>, height: usize) -> Vec<usize> {
    let mut shares: Vec<usize> = vec![1; printed.len()];
    let mut left = height.saturating_sub(printed.len() * 2);
    let mut order: Vec<usize> = (0..printed.len()).collect();
    order.sort_by_key(|position| Some(printed[*position].0) != first);
    if let Some(position) = order
        .first()
        .filter(|position| Some(printed[**position].0) == first)
    {
        let more = left.min(printed[*position].1.len() - 1);
        shares[*position] += more;
        left -= more;
    }
    while left > 0 {
        let Some(position) = order.iter().find(|at| shares[**at] < printed[**at].1.len()) else {
            break;
        };
        let position = *position;
        shares[position] += 1;
        left -= 1;
        order.sort_by_key(|at| shares[*at]);
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::sample::recording;

    fn trace() -> Trace {
        let mut recording = recording(1);
        for (lane, text) in [(0, "a1\na2\na3\n"), (2, "c1\nc2\nc3\nc4\n")] {
            text.bytes()
                .for_each(|byte| recording.print(lane, 10, byte));
        }
        Trace {
            recording,
            cursor_ns: 10,
            ..Trace::default()
        }
    }

    fn shown(trace: &Trace, height: u16) -> Vec<String> {
        lines(trace, height)
            .into_iter()
            .map(|line| line.0)
            .collect()
    }

    #[test]
    fn every_partition_has_its_last_line_and_the_room_is_shared() {
        assert_eq!(shown(&trace(), 4), ["ping", "a3", "pong", "c4"]);
        assert_eq!(shown(&trace(), 6), ["ping", "a2", "a3", "pong", "c3", "c4"]);
        assert_eq!(shown(&trace(), 40).len(), 9);
    }

    #[test]
    fn the_selected_lane_has_the_room_and_the_cursor_is_the_end() {
        let mut trace = trace();
        trace.selected = Some(8);
        assert_eq!(shown(&trace, 6), ["ping", "a3", "pong", "c2", "c3", "c4"]);
        trace.cursor_ns = 9;
        assert_eq!(shown(&trace, 6), ["nothing was printed yet"]);
    }
}
