//! The boxes of a design: what they say and how large they are.

use septum_core::spec::{
    RawDevice, RawDeviceKind, RawPartition, RawProgram, RawSchedule, RawSystem,
};
use unicode_width::UnicodeWidthStr;

use super::geometry::Rectangle;
use super::side::Side;
use crate::ui::object::Object;
use crate::ui::unit;

/// A port at the side of a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// The side.
    pub side: Side,
    /// The row inside the box, from 0 for the border.
    pub row: i32,
    /// Its name.
    pub name: String,
    /// The object that the wire at this port stands for.
    pub object: Object,
}

/// A box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it stands for.
    pub object: Object,
    /// The cells that it covers, border included.
    pub rectangle: Rectangle,
    /// Its name.
    pub title: String,
    /// What it is, line by line.
    pub lines: Vec<String>,
    /// The ends of its wires.
    pub ports: Vec<Port>,
}

/// Narrowest box, border included.
const MIN_WIDTH: usize = 14;
/// Widest text in a box; more is cut off.
const MAX_TEXT: usize = 30;

/// Rows above the first port: the border and the lines.
#[must_use]
pub fn first_port_row(lines: usize) -> i32 {
    cells(lines + 1)
}

/// A number of cells; canvases are far smaller than the largest number.
#[must_use]
pub fn cells(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 4)
}

/// Columns and rows of a box that says this and has these port names at its sides.
#[must_use]
pub fn size(title: &str, lines: &[String], left: &[&str], right: &[&str]) -> (i32, i32) {
    let rows = left.len().max(right.len());
    let port_row = |row: usize| {
        let name = |side: &[&str]| side.get(row).map_or(0, |name| width(name) + 1);
        name(left) + name(right) + 2
    };
    let widest = (0..rows).map(port_row).max().unwrap_or(0);
    let widest = lines
        .iter()
        .map(|line| width(line) + 2)
        .fold(widest, usize::max);
    let columns = (widest + 2).max(width(title) + 6).max(MIN_WIDTH);
    (cells(columns), cells(2 + lines.len() + rows))
}

/// Columns of a text in a box, no more than a box shows.
#[must_use]
pub fn width(text: &str) -> usize {
    text.width().min(MAX_TEXT)
}

/// What a box says: its title and its lines.
#[must_use]
pub fn words(system: &RawSystem, object: Object) -> (String, Vec<String>) {
    let lines = match object {
        Object::Partition(index) => system.partitions.get(index).map(|it| partition(system, it)),
        Object::Device(index) => system.machine.devices.get(index).map(device),
        Object::Memory(index) => system
            .memories
            .get(index)
            .map(|it| vec!["shared memory".to_owned(), unit::bytes(it.size_bytes)]),
        _ => None,
    };
    (object.name(system), lines.unwrap_or_default())
}

fn partition(system: &RawSystem, partition: &RawPartition) -> Vec<String> {
    let name = &partition.name;
    let mut lines = vec![
        program(&partition.program),
        windows(system.schedules.first(), name),
    ];
    let safe = system.schedules.get(1);
    lines.extend(safe.map(|it| format!("safe mode: {}", windows(Some(it), name))));
    lines
}

fn program(program: &RawProgram) -> String {
    match program {
        RawProgram::Elf(path) => path.rsplit('/').next().unwrap_or(path).to_owned(),
        RawProgram::Model(steps) => match steps.len() {
            1 => "model, 1 step".to_owned(),
            count => format!("model, {count} steps"),
        },
    }
}

/// The windows of a schedule in which the partition runs, each with its rank where it shares
/// the window: `W0 W2 2nd`.
fn windows(schedule: Option<&RawSchedule>, name: &str) -> String {
    let Some(schedule) = schedule else {
        return "no window".to_owned();
    };
    let mut words = Vec::new();
    for (index, window) in schedule.windows.iter().enumerate() {
        let Some(rank) = window.partitions.iter().position(|it| it == name) else {
            continue;
        };
        words.push(match window.partitions.len() {
            1 => format!("W{index}"),
            _ => format!("W{index} {}", ordinal(rank + 1)),
        });
    }
    if words.is_empty() {
        "no window".to_owned()
    } else {
        words.join(" ")
    }
}

fn ordinal(number: usize) -> String {
    let suffix = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{suffix}")
}

fn device(device: &RawDevice) -> Vec<String> {
    vec![kind(device.kind).to_owned(), unit::address(device.base)]
}

/// What the user calls a kind of device.
#[must_use]
pub fn kind(kind: RawDeviceKind) -> &'static str {
    match kind {
        RawDeviceKind::Clint => "CLINT",
        RawDeviceKind::Plic => "PLIC",
        RawDeviceKind::Uart16550 => "16550 UART",
        RawDeviceKind::TestFinisher => "test finisher",
        RawDeviceKind::Rtc => "clock",
        RawDeviceKind::VirtioMmio => "virtio-mmio",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_read_aloud() {
        let said: Vec<String> = [1, 2, 3, 4, 11, 21, 112].map(ordinal).to_vec();
        assert_eq!(said, ["1st", "2nd", "3rd", "4th", "11th", "21st", "112th"]);
    }

    #[test]
    fn a_box_has_room_for_both_sides() {
        let (columns, rows) = size("x", &["line".into()], &["left", "l"], &["right"]);
        assert_eq!((columns, rows), (15, 5));
    }
}
