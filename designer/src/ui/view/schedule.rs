//! The windows of every schedule: a bar to scale, and a line for each.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;
use septum_core::spec::{RawSchedule, RawWindow};

use super::text::{fit, line, pad};
use super::{glyph, theme};
use crate::ui::object::Object;
use crate::ui::state::State;
use crate::ui::unit;

/// Draws the schedules.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let mut lines = Vec::new();
    let mut chosen = 0;
    for (index, schedule) in state.design.system.schedules.iter().enumerate() {
        for (object, text) in block(index, schedule, state, usize::from(area.width)) {
            if object.is_some() && object == state.selection {
                chosen = lines.len();
            }
            lines.push(text);
        }
    }
    if lines.is_empty() {
        let words = " There is no schedule: A adds one, a adds one with a window.";
        frame.render_widget(Paragraph::new(words), area);
        return;
    }
    let rows = usize::from(area.height);
    let top = (chosen + 1).saturating_sub(rows);
    let lines: Vec<Line<'_>> = lines.into_iter().skip(top).take(rows).collect();
    frame.render_widget(Paragraph::new(lines), area);
}

type Block = Vec<(Option<Object>, Line<'static>)>;

fn block(index: usize, schedule: &RawSchedule, state: &State, columns: usize) -> Block {
    let mut block = vec![(Some(Object::Schedule(index)), title(index, schedule, state))];
    let mut harts: Vec<u64> = schedule.windows.iter().map(|window| window.hart).collect();
    harts.sort_unstable();
    harts.dedup();
    block.extend(absent(schedule, state).map(|line| (None, line)));
    for hart in &harts {
        block.push((None, Line::default()));
        block.extend(bar(index, schedule, *hart, state, columns).map(|line| (None, line)));
    }
    block.push((None, Line::default()));
    block.push((None, head()));
    let mut starts = std::collections::BTreeMap::new();
    for (at, window) in schedule.windows.iter().enumerate() {
        let start = starts.entry(window.hart).or_insert(0u64);
        let object = Object::Window {
            schedule: index,
            index: at,
        };
        block.push((
            Some(object),
            row(object, at, window, *start, state, columns),
        ));
        *start = start.saturating_add(window.duration_ns);
    }
    block.push((None, Line::default()));
    block
}

/// Who runs in another schedule, but not in this one.
fn absent(schedule: &RawSchedule, state: &State) -> Option<Line<'static>> {
    let runs = |it: &RawSchedule, name: &String| {
        let mut windows = it.windows.iter();
        windows.any(|window| window.partitions.contains(name))
    };
    let system = &state.design.system;
    let names = system.partitions.iter().map(|it| &it.name);
    let absent = names
        .filter(|name| !runs(schedule, name) && system.schedules.iter().any(|it| runs(it, name)));
    let absent: Vec<&str> = absent.map(String::as_str).collect();
    let words = format!(" not in it: {}", absent.join(", "));
    (!absent.is_empty()).then(|| line(vec![(words, Style::new())]))
}

fn title(index: usize, schedule: &RawSchedule, state: &State) -> Line<'static> {
    let selected = state.selection == Some(Object::Schedule(index));
    let style = if selected {
        theme::selected()
    } else {
        theme::strong()
    };
    let role = match index {
        0 => "; the system boots with it",
        1 => "; the safe mode",
        _ => "; nothing runs it",
    };
    line(vec![
        (format!(" schedule {} ", schedule.name), style),
        (
            format!(" major frame {}{role}", unit::time(schedule.major_frame_ns)),
            Style::new(),
        ),
    ])
}

/// The windows of a hart to scale: numbers above, names below. A frame that is not filled
/// ends early; one that is too full is scaled to what it holds.
fn bar(
    index: usize,
    schedule: &RawSchedule,
    hart: u64,
    state: &State,
    columns: usize,
) -> [Line<'static>; 2] {
    let windows: Vec<(usize, &RawWindow)> = schedule
        .windows
        .iter()
        .enumerate()
        .filter(|(_, window)| window.hart == hart)
        .collect();
    let total = windows
        .iter()
        .fold(0u64, |sum, (_, it)| sum.saturating_add(it.duration_ns));
    let scale = total.max(schedule.major_frame_ns).max(1);
    let width = columns.saturating_sub(2);
    let (_, vertical, _) = glyph::frame(glyph::Frame::Plain, state.look.unicode);
    let (mut numbers, mut names) = (vec![space()], vec![space()]);
    let (mut time, mut column) = (0u64, 0);
    for (at, window) in windows {
        time = time.saturating_add(window.duration_ns);
        let end = scaled(time, scale, width);
        let room = end.saturating_sub(column);
        column = end;
        let selected = state.selection
            == Some(Object::Window {
                schedule: index,
                index: at,
            });
        let style = if selected {
            theme::selected()
        } else {
            Style::new()
        };
        let cell = |text: &str| {
            let text = pad(text, room.saturating_sub(1), state.look.unicode);
            if room == 0 {
                String::new()
            } else {
                format!("{vertical}{text}")
            }
        };
        numbers.push((
            cell(&format!("W{at} {}", unit::time(window.duration_ns))),
            style,
        ));
        names.push((cell(&window.partitions.join(", ")), style));
    }
    for parts in [&mut numbers, &mut names] {
        parts.push((vertical.to_owned(), Style::new()));
    }
    [line(numbers), line(names)]
}

fn space() -> (String, Style) {
    (" ".to_owned(), Style::new())
}

/// `time` of `scale` as columns of `width`, rounded.
fn scaled(time: u64, scale: u64, width: usize) -> usize {
    let width = u128::try_from(width).unwrap_or(0);
    let columns = (u128::from(time) * width + u128::from(scale) / 2) / u128::from(scale);
    usize::try_from(columns).unwrap_or(0)
}

fn head() -> Line<'static> {
    let words = format!(
        " {:<8}{:<6}{:>12}{:>12}  partitions, most important first",
        "window", "hart", "start", "duration"
    );
    line(vec![(words, theme::dim())])
}

fn row(
    object: Object,
    at: usize,
    window: &RawWindow,
    start: u64,
    state: &State,
    columns: usize,
) -> Line<'static> {
    let style = if state.selection == Some(object) {
        theme::selected()
    } else {
        Style::new()
    };
    let partitions = if window.partitions.is_empty() {
        "nobody".to_owned()
    } else {
        window.partitions.join(", ")
    };
    let words = format!(
        " {:<8}{:<6}{:>12}{:>12}  {partitions}",
        format!("W{at}"),
        window.hart,
        unit::time(start),
        unit::time(window.duration_ns),
    );
    line(vec![(fit(&words, columns, state.look.unicode), style)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_is_the_whole_width() {
        assert_eq!(scaled(1_000_000, 1_000_000, 78), 78);
        assert_eq!(scaled(u64::MAX, u64::MAX, 78), 78);
        assert_eq!(scaled(0, 1, 78), 0);
    }
}
