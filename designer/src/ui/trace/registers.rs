//! The registers of the hart.

use septum_simulator::cpu::Registers;

use crate::trace::source;
use crate::ui::look::Look;

use septum_isa::REGISTERS;

use super::Trace;
use super::paint::Role;
use super::view::Line;

/// How many registers there are: `pc`, and all but `zero`.
pub(super) const COUNT: u16 = 32;
/// Columns that a register needs: name, space, 16 digits, a space or the sign of a change.
pub(super) const CELL: u16 = 22;

/// What the panel's border says: whose registers, and the line that the `pc` is in.
#[must_use]
pub(super) fn title(trace: &Trace) -> String {
    let Some(registers) = trace.registers() else {
        return "Registers".to_owned();
    };
    let partitions = &trace.recording.layout().partitions;
    let partition = registers.partition.and_then(|lane| partitions.get(lane));
    let who = partition.map_or("the kernel", String::as_str);
    let sources = &trace.recording.layout().sources;
    let line = match sources.find(registers.partition, registers.pc) {
        Ok(line) => format!(", {}", source::words(line)),
        Err(_) if partition.is_none() => String::new(),
        Err(why) => format!(" ({why})"),
    };
    format!("Registers: {who}{line}")
}

/// The lines of the panel: what has changed since the last stop stands out.
#[must_use]
pub(super) fn lines(trace: &Trace, width: u16, look: Look) -> Vec<Line> {
    let Some(registers) = trace.registers() else {
        let text = "known at events, at calls, and at the end".to_owned();
        return vec![vec![(text, Role::Faint)]];
    };
    let values = values(&registers);
    let before = trace
        .registers_before()
        .map_or(values, |it| self::values(&it));
    let names = std::iter::once("pc").chain(REGISTERS.into_iter().skip(1));
    let cells: Vec<(String, Role)> = names
        .zip(values.into_iter().zip(before))
        .map(|(name, (value, before))| cell(name, value, value != before, look))
        .collect();
    let columns = usize::from(width / CELL).max(1);
    let rows = cells.len().div_ceil(columns);
    (0..rows)
        .map(|row| cells.iter().skip(row).step_by(rows).cloned().collect())
        .collect()
}

/// `pc`, and all registers but `zero`.
fn values(registers: &Registers) -> [u64; 32] {
    let mut values = registers.x;
    values[0] = registers.pc;
    values
}

fn cell(name: &str, value: u64, changed: bool, look: Look) -> (String, Role) {
    let sign = if changed && !look.colour { '*' } else { ' ' };
    let role = if changed { Role::Heading } else { Role::Text };
    (format!("{name:<4} {value:016x}{sign}"), role)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::sample::recording;

    const COLOUR: Look = Look {
        unicode: true,
        colour: true,
    };

    fn text(lines: &[Line]) -> Vec<String> {
        let text = |line: &Line| line.iter().map(|it| it.0.as_str()).collect::<String>();
        lines.iter().map(text).collect()
    }

    #[test]
    fn every_register_is_there_once_in_columns() {
        let mut trace = Trace {
            recording: recording(1),
            ..Trace::default()
        };
        trace.select(8);
        let lines = text(&lines(&trace, 50, COLOUR));
        assert_eq!(title(&trace), "Registers: pong (the kernel)");
        assert_eq!(lines[0], "pc   0000000000001020 a6   0000000000000000 ");
        assert_eq!(lines.len(), 16);
        for name in &REGISTERS[1..] {
            let cell = format!("{name:<4} ");
            assert_eq!(
                lines.iter().filter(|line| line.contains(&cell)).count(),
                1,
                "{name}"
            );
        }
        assert_eq!(super::lines(&trace, 10, COLOUR).len(), 32);
    }

    #[test]
    fn what_has_changed_since_the_last_stop_stands_out() {
        let mut trace = Trace {
            recording: recording(1),
            ..Trace::default()
        };
        let changed = |trace: &Trace| -> Vec<String> {
            let lines = lines(trace, 10, COLOUR).into_iter().flatten();
            let bold = lines.filter(|it| it.1 == Role::Heading);
            bold.map(|it| it.0[..4].trim_end().to_owned()).collect()
        };
        trace.select(8);
        trace.note_stop();
        assert!(changed(&trace).is_empty(), "there was no stop before");
        trace.select(9);
        trace.note_stop();
        assert_eq!(changed(&trace), ["pc", "a0"]);
        let plain = Look {
            colour: false,
            ..COLOUR
        };
        let lines = text(&lines(&trace, 10, plain));
        assert_eq!(lines[0], "pc   0000000000001024*");
        assert_eq!(lines[1], "ra   0000000000000000 ");
    }
}
