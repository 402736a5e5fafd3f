//! The registers of the hart.

use crate::trace::describe::milliseconds;

use super::Trace;
use super::paint::Role;

/// The names of `x0` to `x31` in the calling convention.
const NAMES: [&str; 32] = [
    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4",
    "a5", "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4",
    "t5", "t6",
];

/// Columns that a register needs: name, space, 16 digits, space.
const CELL: u16 = 22;

/// The lines of the panel with their roles.
#[must_use]
pub(super) fn lines(trace: &Trace, width: u16) -> Vec<(String, Role)> {
    let Some(registers) = trace.registers() else {
        return vec![("no registers were read yet".to_owned(), Role::Faint)];
    };
    let partition = registers.partition.and_then(|lane| {
        trace
            .recording
            .layout()
            .partitions
            .get(lane)
            .map(String::as_str)
    });
    let who = partition.unwrap_or("kernel");
    let heading = format!("{who} at {}", milliseconds(trace.cursor_ns));
    let mut lines = vec![(heading, Role::Heading)];
    let named = NAMES.iter().copied().zip(registers.x).skip(1);
    let all: Vec<(&str, u64)> = [("pc", registers.pc)].into_iter().chain(named).collect();
    let columns = usize::from(width / CELL).max(1);
    let rows = all.len().div_ceil(columns);
    for row in 0..rows {
        let cells = all.iter().skip(row).step_by(rows);
        let text: String = cells
            .map(|(name, value)| format!("{name:<4} {value:016x} "))
            .collect();
        lines.push((text.trim_end().to_owned(), Role::Text));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::sample::recording;

    #[test]
    fn every_register_is_there_once_in_columns() {
        let mut trace = Trace {
            recording: recording(1),
            ..Trace::default()
        };
        trace.select(8);
        let lines: Vec<String> = lines(&trace, 50).into_iter().map(|line| line.0).collect();
        assert_eq!(lines[0], "pong at 0.610000 ms");
        assert_eq!(lines[1], "pc   0000000000001020 a6   0000000000000000");
        assert_eq!(lines.len(), 17);
        for name in &NAMES[1..] {
            let cell = format!("{name:<4} ");
            assert_eq!(
                lines.iter().filter(|line| line.contains(&cell)).count(),
                1,
                "{name}"
            );
        }
        assert_eq!(super::lines(&trace, 10).len(), 33);
    }
}
