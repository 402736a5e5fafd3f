//! The trace view: the status, the timeline, the list and the panels, as the room allows.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};

use crate::session::command::Goal;
use crate::session::report::Ending;
use crate::trace::describe::{duration, milliseconds};
use crate::ui::look::Look;

use super::paint::{self, Role};
use super::{Panel, Phase, Trace, console, list, message, registers, timeline};

/// From this width on, all panels are shown beside the list.
const WIDE: u16 = 104;
/// From this width on, the console has a column of its own.
const WIDEST: u16 = 160;

/// The pieces of a line with their roles.
pub(super) type Line = Vec<(String, Role)>;

/// Rows that the event has beside the registers, with its title: a message of one line.
const EVENT_ROWS: u16 = 7;

/// Draws the whole view. `outdated`: the design has changed since it was booted.
pub fn draw(trace: &Trace, outdated: bool, look: Look, area: Rect, buffer: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let [status, rest] = rows(area, Constraint::Length(1), Constraint::Min(0));
    draw_status(trace, outdated, look, status, buffer);
    if !trace.has_run() {
        return draw_welcome(trace, look, rest, buffer);
    }
    let most = rest.height / 2 + 1;
    let height = timeline::full_height(trace).min(most);
    let [lanes, panels] = rows(rest, Constraint::Length(height), Constraint::Min(0));
    timeline::draw(trace, look, lanes, buffer);
    draw_panels(trace, look, panels, buffer);
}

fn rows(area: Rect, first: Constraint, second: Constraint) -> [Rect; 2] {
    Layout::vertical([first, second]).areas(area)
}

fn draw_status(trace: &Trace, outdated: bool, look: Look, area: Rect, buffer: &mut Buffer) {
    let mut x = area.x;
    for (text, role) in status(trace, outdated) {
        let room = usize::from(area.right().saturating_sub(x));
        // Half a number says something else; half a sentence is still one.
        if matches!(role, Role::Text | Role::Faint) && text.chars().count() > room {
            return;
        }
        (x, _) = buffer.set_stringn(x, area.y, text, room, paint::style(role, look));
    }
}

/// How the run stands, what is in sight, and how far the scenario has come.
fn status(trace: &Trace, outdated: bool) -> Vec<(String, Role)> {
    let mut parts = vec![phase(trace)];
    if !trace.has_run() {
        return parts;
    }
    let cursor = milliseconds(trace.cursor_ns);
    parts.push((format!("   cursor {cursor}"), Role::Text));
    if outdated {
        let text = "   of an older design; F5 boots this one";
        parts.push((text.to_owned(), Role::Bad));
        return parts;
    }
    let end = milliseconds(trace.recording.time_ns());
    let length = duration(trace.span.length_ns);
    parts.push((format!("   of {end}"), Role::Text));
    parts.push((format!("   in sight {length}"), Role::Text));
    parts.extend(scenario(trace).map(|text| (text, Role::Faint)));
    parts
}

/// How far the scenario has come, where there is one.
fn scenario(trace: &Trace) -> Option<String> {
    let (sent, total) = (trace.script.sent, trace.script.total);
    (total > 0).then(|| format!("   scenario.dhall: {sent} of {total} sent"))
}

/// What the run goes on to, and how to stop it.
fn running(trace: &Trace) -> String {
    match &trace.goal {
        Some(Goal::Event { wanted, .. }) => {
            format!("running to the next {}; r pauses", wanted.noun())
        }
        Some(Goal::Call) => "running to the next system call; r pauses".to_owned(),
        Some(Goal::Time(time_ns)) => format!("running to {}; r pauses", milliseconds(*time_ns)),
        Some(Goal::Count(count)) => format!("running to instruction {count}; r pauses"),
        Some(Goal::Instruction | Goal::Forever) | None => "running; r pauses".to_owned(),
    }
}

fn phase(trace: &Trace) -> (String, Role) {
    let loss = trace.recording.loss().map(str::to_owned);
    let trouble = trace.recording.lack_of_room().or(loss);
    if let (Phase::Paused, Some(trouble)) = (&trace.phase, trouble) {
        return (format!("paused: {trouble}"), Role::Bad);
    }
    match &trace.phase {
        Phase::Empty => ("nothing has run yet".to_owned(), Role::Faint),
        Phase::Booting => ("booting".to_owned(), Role::Heading),
        Phase::Refused(reason) => (reason.clone(), Role::Bad),
        Phase::Paused => ("paused".to_owned(), Role::Heading),
        Phase::Running => (running(trace), Role::Heading),
        Phase::Ended(Ending::Stopped { code: 0 }) => ("powered off".to_owned(), Role::Heading),
        Phase::Ended(Ending::Stopped { code }) => (format!("stopped, code {code}"), Role::Bad),
        Phase::Ended(Ending::Idle) => ("nothing can happen any more".to_owned(), Role::Heading),
        Phase::Ended(Ending::Broken(reason)) => (reason.clone(), Role::Bad),
    }
}

fn draw_welcome(trace: &Trace, look: Look, area: Rect, buffer: &mut Buffer) {
    if trace.phase != Phase::Empty {
        return;
    }
    let text = "F5 builds the image of this design, boots it here and shows its first message.";
    let lines = message::wrap(text, area.width).into_iter();
    let lines: Vec<Line> = lines.map(|line| vec![(line, Role::Text)]).collect();
    draw_lines(&lines, look, area, buffer);
}

fn draw_panels(trace: &Trace, look: Look, area: Rect, buffer: &mut Buffer) {
    if area.width < WIDE {
        let [left, right] = columns(area, share(area.width, 6, 10), look, buffer);
        draw_list(trace, look, left, buffer);
        return draw_panel(trace, trace.panel, false, look, right, buffer);
    }
    let [left, right] = columns(area, share(area.width, 11, 20), look, buffer);
    let (consoles, details) = if area.width < WIDEST {
        let [list, console] = rows(left, Constraint::Fill(2), Constraint::Fill(1));
        draw_list(trace, look, list, buffer);
        (console, right)
    } else {
        draw_list(trace, look, left, buffer);
        let [details, console] = columns(right, right.width / 2, look, buffer);
        (console, details)
    };
    draw_beside(trace, Panel::Console, look, consoles, buffer);
    let columns = (details.width / registers::CELL).max(1);
    let registers =
        (registers::COUNT.div_ceil(columns) + 1).min(details.height.saturating_sub(EVENT_ROWS));
    let [message, registers] = rows(details, Constraint::Fill(1), Constraint::Length(registers));
    draw_beside(trace, Panel::Event, look, message, buffer);
    draw_beside(trace, Panel::Registers, look, registers, buffer);
}

/// So many parts of the whole, of columns.
fn share(columns: u16, parts: u32, whole: u32) -> u16 {
    u16::try_from(u32::from(columns) * parts / whole).unwrap_or(columns)
}

/// Two columns with a line between them.
fn columns(area: Rect, left: u16, look: Look, buffer: &mut Buffer) -> [Rect; 2] {
    let [left, line, right] = Layout::horizontal([
        Constraint::Length(left),
        Constraint::Length(1),
        Constraint::Min(0),
    ])
    .areas(area);
    for y in line.y..line.bottom() {
        let edge = paint::glyphs(look).edge;
        timeline::put(buffer, line.x, y, edge, paint::style(Role::Faint, look));
    }
    [left, right]
}

fn draw_list(trace: &Trace, look: Look, area: Rect, buffer: &mut Buffer) {
    let inside = draw_title(&list::title(trace), false, look, area, buffer);
    list::draw(trace, look, inside, buffer);
}

/// One panel of several: the one that scrolls has the heavier border.
fn draw_beside(trace: &Trace, panel: Panel, look: Look, area: Rect, buffer: &mut Buffer) {
    draw_panel(trace, panel, panel == trace.panel, look, area, buffer);
}

fn draw_panel(
    trace: &Trace,
    panel: Panel,
    heavy: bool,
    look: Look,
    area: Rect,
    buffer: &mut Buffer,
) {
    let title = match panel {
        Panel::Registers => registers::title(trace),
        Panel::Event | Panel::Console => panel.title().to_owned(),
    };
    let inside = draw_title(&title, heavy, look, area, buffer);
    let lines = match panel {
        Panel::Event => whole(message::lines(trace, inside.width, look)),
        Panel::Registers => registers::lines(trace, inside.width, look),
        Panel::Console => whole(console::lines(trace, inside.height)),
    };
    let scrolled = panel == trace.panel;
    let most = lines.len().saturating_sub(usize::from(inside.height));
    let top = if scrolled {
        trace.panel_top.min(most)
    } else {
        0
    };
    draw_lines(&lines[top..], look, inside, buffer);
}

/// Draws a rule with a title and gives what is left below it.
fn draw_title(title: &str, heavy: bool, look: Look, area: Rect, buffer: &mut Buffer) -> Rect {
    let [rule, inside] = rows(area, Constraint::Length(1), Constraint::Min(0));
    if rule.is_empty() {
        return inside;
    }
    let glyphs = paint::glyphs(look);
    let (glyph, role) = if heavy {
        (glyphs.heavy_rule, Role::Text)
    } else {
        (glyphs.rule, Role::Faint)
    };
    for x in rule.x..rule.right() {
        timeline::put(buffer, x, rule.y, glyph, paint::style(role, look));
    }
    let room = usize::from(rule.width.saturating_sub(2));
    if room > 0 {
        let title = timeline::shorten(&format!(" {title} "), room, paint::glyphs(look).cut);
        buffer.set_stringn(
            rule.x + 1,
            rule.y,
            title,
            room,
            paint::style(Role::Heading, look),
        );
    }
    inside
}

/// Lines of one piece each.
fn whole(lines: Vec<(String, Role)>) -> Vec<Line> {
    lines.into_iter().map(|line| vec![line]).collect()
}

fn draw_lines(lines: &[Line], look: Look, area: Rect, buffer: &mut Buffer) {
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        let mut x = area.x;
        for (text, role) in line {
            let room = usize::from(area.right().saturating_sub(x));
            let text = timeline::shorten(text, room, paint::glyphs(look).cut);
            (x, _) = buffer.set_stringn(x, y, text, room, paint::style(*role, look));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::query::tests::names;
    use crate::trace::recording::Recording;
    use crate::trace::sample::{event, recording, registers};
    use crate::trace::store::Budget;
    use crate::trace::wanted::Wanted;
    use septum_simulator::event::EventKind;

    fn drawn(trace: &Trace, width: u16, height: u16) -> String {
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        draw(
            trace,
            false,
            Look {
                unicode: true,
                colour: true,
            },
            area,
            &mut buffer,
        );
        let line = |y| {
            (0..width)
                .map(|x| buffer[(x, y)].symbol())
                .collect::<String>()
        };
        (0..height)
            .map(|y| line(y).trim_end().to_owned() + "\n")
            .collect()
    }

    #[test]
    fn the_small_screen_has_one_panel() {
        let mut trace = Trace {
            recording: recording(3),
            phase: Phase::Paused,
            ..Trace::default()
        };
        trace.fit();
        trace.select(20);
        insta::assert_snapshot!(drawn(&trace, 80, 20));
        trace.panel = Panel::Console;
        assert!(drawn(&trace, 80, 20).contains("nothing was printed"));
    }

    #[test]
    fn a_run_says_what_it_goes_on_to_and_how_to_stop_it() {
        let mut trace = Trace {
            recording: recording(1),
            phase: Phase::Running,
            ..Trace::default()
        };
        let mut says = |goal| {
            trace.goal = Some(goal);
            drawn(&trace, 120, 20).lines().next().unwrap().to_owned()
        };
        let event = |word| Goal::Event {
            wanted: Wanted::read(word, &names()).unwrap(),
            until_ns: None,
        };
        for (goal, text) in [
            (event("faults"), "running to the next fault; r pauses   "),
            (event("wake"), "running to the next wake; r pauses   "),
            (
                event("len > 4"),
                "running to the next event of length > 4; r pauses   ",
            ),
            (Goal::Call, "running to the next system call; r pauses   "),
            (Goal::Time(5), "running to 0.000005 ms; r pauses   "),
            (Goal::Count(5), "running to instruction 5; r pauses   "),
            (Goal::Forever, "running; r pauses   "),
        ] {
            assert!(says(goal).starts_with(text), "{text}");
        }
    }

    #[test]
    fn the_status_has_no_half_numbers() {
        let mut trace = Trace {
            recording: recording(1),
            phase: Phase::Paused,
            ..Trace::default()
        };
        trace.script.total = 4;
        let whole = "paused   cursor 0.000000 ms   of 1.000000 ms   in sight 1 ms   \
                     scenario.dhall: 0 of 4 sent";
        for width in 30..120 {
            let line = drawn(&trace, width, 20).lines().next().unwrap().to_owned();
            let rest = whole.strip_prefix(&line).unwrap();
            assert!(rest.is_empty() || rest.starts_with("   "), "{line}");
        }
    }

    #[test]
    fn the_scenario_is_told_where_there_is_room() {
        let mut trace = Trace {
            recording: recording(1),
            phase: Phase::Paused,
            ..Trace::default()
        };
        let says = |trace: &Trace, width| drawn(trace, width, 20).contains("scenario.dhall");
        assert!(!says(&trace, 120), "there is none");
        trace.script.total = 4;
        trace.script.sent = 1;
        assert!(drawn(&trace, 120, 20).contains("   scenario.dhall: 1 of 4 sent\n"));
        assert!(!says(&trace, 80), "there is no room");
    }

    #[test]
    fn no_area_is_too_small() {
        let trace = Trace {
            recording: recording(2),
            ..Trace::default()
        };
        for width in (0..220).step_by(7) {
            for height in 0..50 {
                drawn(&trace, width, height);
                drawn(&Trace::default(), width, height);
            }
        }
    }

    #[test]
    fn a_recording_without_room_is_told_while_the_run_stands() {
        let nothing = Budget {
            memory_bytes: 0,
            disk_bytes: 0,
        };
        let layout = recording(1).layout().clone();
        let mut trace = Trace {
            recording: Recording::with_budget(layout, nothing),
            phase: Phase::Paused,
            ..Trace::default()
        };
        assert_eq!(phase(&trace).0, "paused");
        let dispatch = event(1, "ping", EventKind::Dispatch);
        for number in 0..5_000 {
            trace.recording.push(&dispatch, &registers(number, "ping"));
        }
        let told = "paused: the recording cannot grow: its file has 0 MiB already";
        assert_eq!(phase(&trace), (told.to_owned(), Role::Bad));
        assert_eq!(trace.recording.event(0), Some(dispatch));
    }
}
