//! The registers of the hart.

use super::Trace;
use super::paint::Role;

/// The names of `x0` to `x31` in the calling convention.
const NAMES: [&str; 32] = [
    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4",
    "a5", "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4",
    "t5", "t6",
];

/// How many registers there are: `pc`, and all but `zero`.
pub(super) const COUNT: u16 = 32;
/// Columns that a register needs: name, space, 16 digits, space.
pub(super) const CELL: u16 = 22;

/// What the panel's border says: whose registers.
#[must_use]
pub(super) fn title(trace: &Trace) -> String {
    let Some(registers) = trace.registers() else {
        return "Registers".to_owned();
    };
    let partitions = &trace.recording.layout().partitions;
    let partition = registers.partition.and_then(|lane| partitions.get(lane));
    let who = partition.map_or("kernel", String::as_str);
    format!("Registers: {who}")
}

/// The lines of the panel with their roles.
#[must_use]
pub(super) fn lines(trace: &Trace, width: u16) -> Vec<(String, Role)> {
    let Some(registers) = trace.registers() else {
        return vec![(
            "known at events, at calls, and at the end".to_owned(),
            Role::Faint,
        )];
    };
    let mut lines = Vec::new();
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
        assert_eq!(title(&trace), "Registers: pong");
        assert_eq!(lines[0], "pc   0000000000001020 a6   0000000000000000");
        assert_eq!(lines.len(), 16);
        for name in &NAMES[1..] {
            let cell = format!("{name:<4} ");
            assert_eq!(
                lines.iter().filter(|line| line.contains(&cell)).count(),
                1,
                "{name}"
            );
        }
        assert_eq!(super::lines(&trace, 10).len(), 32);
    }
}
