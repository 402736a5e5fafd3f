//! The findings: a few below every view, all of them in a view of their own.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;
use septum_core::diagnostic::{Diagnostic, Severity};

use super::text::{fit, line, wrap};
use super::{pane, status, theme};
use crate::ui::place;
use crate::ui::state::State;

/// Draws the findings below a view.
pub fn panel(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let (verdict, style) = status::verdict(state);
    let title = [
        (" Problems: ".to_owned(), theme::strong()),
        (format!("{verdict} "), style),
    ];
    pane::rule(
        frame.buffer_mut(),
        area,
        &title,
        state.problems_focused,
        state.look,
    );
    let inner = Rect {
        y: area.y + 1,
        height: area.height.saturating_sub(1),
        ..area
    };
    let rows = usize::from(inner.height);
    let findings = state.diagnostics();
    let chosen = findings.get(state.problem);
    let chosen = chosen.map_or_else(Vec::new, |it| two_lines(it, state, inner.width));
    // The selected one is in sight as a whole.
    let top = (state.problem + chosen.len().min(rows)).saturating_sub(rows);
    let one = |finding| vec![one_line(finding, state, inner.width)];
    let before = findings
        .iter()
        .skip(top)
        .take(state.problem - top)
        .flat_map(one);
    let after = findings.iter().skip(state.problem + 1).flat_map(one);
    let lines = before.chain(chosen).chain(after).take(rows);
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), inner);
}

fn sign(finding: &Diagnostic, state: &State) -> (String, Style) {
    match finding.severity {
        Severity::Error => (" ! error   ".to_owned(), theme::error(state.look)),
        Severity::Warning => (" ? warning ".to_owned(), theme::warning(state.look)),
    }
}

/// Columns before a finding's sentence: its severity and its code.
const HEAD: usize = 17;

fn one_line(finding: &Diagnostic, state: &State, columns: u16) -> Line<'static> {
    let room = usize::from(columns).saturating_sub(HEAD + 1);
    let text = fit(&finding.message, room, state.look.unicode);
    headed(finding, state, (text, Style::new()))
}

/// The selected finding: its sentence has two lines where it needs them.
fn two_lines(finding: &Diagnostic, state: &State, columns: u16) -> Vec<Line<'static>> {
    let room = usize::from(columns).saturating_sub(HEAD + 1);
    let style = if state.problems_focused {
        theme::selected()
    } else {
        Style::new()
    };
    let mut texts = wrap(&finding.message, room).into_iter();
    let first = fit(&texts.next().unwrap_or_default(), room, state.look.unicode);
    let mut lines = vec![headed(finding, state, (first, style))];
    let rest = texts.collect::<Vec<_>>().join(" ");
    if !rest.is_empty() {
        let rest = fit(&rest, room, state.look.unicode);
        lines.push(line(vec![(" ".repeat(HEAD), Style::new()), (rest, style)]));
    }
    lines
}

fn headed(finding: &Diagnostic, state: &State, text: (String, Style)) -> Line<'static> {
    let code = (format!("{} ", finding.code), theme::dim());
    line(vec![sign(finding, state), code, text])
}

/// Draws all findings with their places and their help.
pub fn full(frame: &mut Frame<'_>, area: Rect, state: &State) {
    if state.diagnostics().is_empty() {
        let (verdict, style) = status::verdict(state);
        frame.render_widget(
            Paragraph::new(line(vec![(format!(" {verdict}"), style)])),
            area,
        );
        return;
    }
    let mut lines = Vec::new();
    let mut chosen = (0, 0);
    for (index, finding) in state.diagnostics().iter().enumerate() {
        let first = lines.len();
        lines.extend(block(finding, state, area.width, index == state.problem));
        if index == state.problem {
            chosen = (first, lines.len());
        }
    }
    let rows = usize::from(area.height);
    let top = chosen.1.saturating_sub(rows).min(chosen.0);
    let lines: Vec<Line<'_>> = lines.into_iter().skip(top).take(rows).collect();
    frame.render_widget(Paragraph::new(lines), area);
}

fn block(finding: &Diagnostic, state: &State, columns: u16, chosen: bool) -> Vec<Line<'static>> {
    let room = usize::from(columns).saturating_sub(19).max(10);
    let style = if chosen {
        theme::selected()
    } else {
        theme::strong()
    };
    let mut lines = Vec::new();
    for (index, text) in wrap(&finding.message, room).into_iter().enumerate() {
        let head = if index == 0 {
            vec![
                sign(finding, state),
                (format!("{} ", finding.code), theme::dim()),
            ]
        } else {
            vec![(" ".repeat(HEAD), Style::new())]
        };
        lines.push(line([head, vec![(text, style)]].concat()));
    }
    let indented =
        |text: String, style| line(vec![(" ".repeat(HEAD), Style::new()), (text, style)]);
    for at in &finding.places {
        let place = format!("at {}", words(state, at));
        let place = wrap(&place, room.saturating_add(2)).into_iter();
        lines.extend(place.map(|text| indented(text, theme::accent(state.look))));
    }
    let help = wrap(&finding.help, room)
        .into_iter()
        .filter(|text| !text.is_empty());
    lines.extend(help.map(|text| indented(text, Style::new())));
    lines.push(Line::default());
    lines
}

fn words(state: &State, at: &septum_core::diagnostic::Place) -> String {
    let object = place::object(&state.design.system, &at.path);
    let name = format!("{} {}", object.noun(), object.name(&state.design.system));
    let path = if at.path.0.is_empty() {
        String::new()
    } else {
        format!(", {}", at.path)
    };
    match at.position {
        Some(position) => format!("{name}{path}, line {} of the Dhall", position.line),
        None => format!("{name}{path}"),
    }
}
