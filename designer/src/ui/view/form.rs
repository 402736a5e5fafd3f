//! Forms, and the properties of the selection beside the canvas.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;
use septum_core::diagnostic::{Diagnostic, Severity, SpecPath};

use super::screen::Regions;
use super::text::{fit, line, pad, wrap};
use super::{pane, theme};
use crate::ui::ask::Purpose;
use crate::ui::form::field::{Field, Kind};
use crate::ui::form::{self, Form};
use crate::ui::object::Object;
use crate::ui::overlay::Overlay;
use crate::ui::place;
use crate::ui::state::State;

/// Columns of a form that stands over the view.
const WIDTH: u16 = 68;
/// Columns of the labels.
const LABEL: usize = 20;

/// What a form looks like inside its border: where its lines are.
#[derive(Debug, Clone, Copy)]
pub struct Frames {
    /// The lines.
    pub lines: Rect,
    /// The sentence of help below them.
    pub help: Rect,
    /// The first line in sight.
    pub top: usize,
}

/// Where a form stands: beside the canvas where there is room, else over the view.
#[must_use]
pub fn area(regions: &Regions, count: usize) -> Rect {
    if let Some(inspector) = regions.inspector {
        return inspector;
    }
    let height = u16::try_from(count).unwrap_or(u16::MAX).saturating_add(5);
    let room = regions
        .canvas
        .union(regions.problems.unwrap_or(regions.canvas));
    pane::centred(room, WIDTH, height)
}

/// Where the lines of a form are.
#[must_use]
pub fn frames(regions: &Regions, state: &State, form: &Form) -> Frames {
    let fields = form::fields(&state.design.system, form.object);
    let added = usize::from(form.inserting.is_some());
    let outer = area(regions, fields.len() + added);
    let inner = Rect {
        x: outer.x + 2,
        y: outer.y + 1,
        width: outer.width.saturating_sub(4),
        height: outer.height.saturating_sub(2),
    };
    let (words, _) = words_below(state, &fields, form);
    let needed = wrap(&words, usize::from(inner.width)).len() + 1;
    let needed = u16::try_from(needed).unwrap_or(u16::MAX);
    let help = needed.min(inner.height / 2).max(3).min(inner.height);
    let lines = Rect {
        height: inner.height - help,
        ..inner
    };
    let rows = usize::from(lines.height).max(1);
    Frames {
        lines,
        help: Rect {
            y: inner.y + lines.height,
            height: help,
            ..inner
        },
        top: (form.cursor + 1 + added).saturating_sub(rows),
    }
}

/// Draws a form.
pub fn draw(frame: &mut Frame<'_>, regions: &Regions, state: &State, form: &Form) {
    let fields = form::fields(&state.design.system, form.object);
    let is_top = form::current(state) == Some(form);
    if !is_top && regions.inspector.is_some() {
        return;
    }
    let title = title(state, form.object);
    let added = usize::from(form.inserting.is_some());
    let area = area(regions, fields.len() + added);
    pane::window(frame, area, &title, state.look);
    let frames = frames(regions, state, form);
    let rows = usize::from(frames.lines.height);
    let shown = fields.iter().enumerate().skip(frames.top).take(rows);
    let mut lines: Vec<Line<'_>> = shown
        .map(|(index, field)| {
            let chosen = index == form.cursor;
            row(&fields, field, state, frames.lines.width, chosen)
        })
        .collect();
    if form.inserting.is_some() {
        // The new element is typed behind the selected line.
        lines.insert(form.cursor + 1 - frames.top, Line::default());
    }
    frame.render_widget(Paragraph::new(lines), frames.lines);
    footer(frame, frames.help, words_below(state, &fields, form));
}

fn title(state: &State, object: Object) -> String {
    format!("{} {}", object.noun(), object.name(&state.design.system))
}

/// The finding about a line, if any: the line is the innermost around its place, and a head of a
/// list is no line around the list.
fn finding<'a>(state: &'a State, fields: &[Field], field: &Field) -> Option<&'a Diagnostic> {
    let is_around = |path: &SpecPath, field: &Field| match field.kind {
        Kind::Head => *path == field.path,
        _ => place::is_inside(path, &field.path),
    };
    let depth = |field: &Field| field.path.0.len();
    state.diagnostics().iter().find(|finding| {
        finding.places.first().is_some_and(|at| {
            let mut others = fields.iter().filter(|it| depth(it) > depth(field));
            is_around(&at.path, field) && !others.any(|it| is_around(&at.path, it))
        })
    })
}

fn row(
    fields: &[Field],
    field: &Field,
    state: &State,
    columns: u16,
    chosen: bool,
) -> Line<'static> {
    let look = state.look;
    let sign = match finding(state, fields, field).map(|finding| finding.severity) {
        Some(Severity::Error) => ("! ".to_owned(), theme::error(look)),
        Some(Severity::Warning) => ("? ".to_owned(), theme::warning(look)),
        None => ("  ".to_owned(), Style::new()),
    };
    let is_step = field.is_element();
    let label = if is_step {
        format!("  {}", field.label)
    } else {
        pad(&field.label, LABEL, look.unicode)
    };
    let used = 2 + unicode_width::UnicodeWidthStr::width(label.as_str());
    let room = usize::from(columns).saturating_sub(used);
    let value = pad(&field.value, room, look.unicode);
    let value_style = match (chosen, &field.kind) {
        (true, _) => theme::selected(),
        (false, Kind::Link(_)) => theme::accent(look),
        (false, _) => Style::new(),
    };
    let label_style = if chosen {
        theme::strong()
    } else {
        theme::dim()
    };
    line(vec![sign, (label, label_style), (value, value_style)])
}

/// Below the lines: what is wrong with the text that was typed or with the selected line, else
/// what the line is for.
fn words_below(state: &State, fields: &[Field], form: &Form) -> (String, Style) {
    let field = fields.get(form.cursor);
    let typed = match state.overlays.last() {
        Some(Overlay::Ask(ask)) if ask.purpose == Purpose::Field => ask.error.as_ref(),
        _ => None,
    };
    let found = field.and_then(|field| finding(state, fields, field));
    match (typed, found) {
        (Some(error), _) => (format!("! {error}"), theme::error(state.look)),
        (None, Some(finding)) => (finding.message.clone(), theme::error(state.look)),
        (None, None) => {
            let help = field.map_or("", |field| field.help);
            (help.to_owned(), theme::dim())
        }
    }
}

fn footer(frame: &mut Frame<'_>, area: Rect, (text, style): (String, Style)) {
    let rows = usize::from(area.height.saturating_sub(1));
    let lines = wrap(&text, usize::from(area.width)).into_iter().take(rows);
    let lines: Vec<Line<'_>> = lines.map(|text| line(vec![(text, style)])).collect();
    let area = Rect {
        y: area.y + 1,
        height: area.height.saturating_sub(1),
        ..area
    };
    frame.render_widget(Paragraph::new(lines), area);
}

/// Draws the properties of the selection beside the canvas; of the system when nothing is
/// selected. An open form takes this place.
pub fn inspector(frame: &mut Frame<'_>, area: Rect, state: &State) {
    if state
        .overlays
        .iter()
        .any(|overlay| matches!(overlay, Overlay::Form(_)))
    {
        return;
    }
    let object = match state.selection {
        Some(Object::Grant { partition, .. }) => Object::Partition(partition),
        Some(Object::MemoryGrant { memory, .. }) => Object::Memory(memory),
        Some(object) => object,
        None => Object::System,
    };
    pane::border(
        frame.buffer_mut(),
        area,
        super::glyph::Frame::Plain,
        state.look.unicode,
        theme::dim(),
    );
    let words = fit(
        &title(state, object),
        usize::from(area.width).saturating_sub(6),
        state.look.unicode,
    );
    // Not patched onto the border's style: what bold and dim are together is up to the terminal.
    let style = Style::reset().patch(theme::strong());
    frame
        .buffer_mut()
        .set_string(area.x + 2, area.y, format!(" {words} "), style);
    let inner = Rect {
        x: area.x + 2,
        y: area.y + 1,
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(2),
    };
    let fields = form::fields(&state.design.system, object);
    let lines: Vec<Line<'_>> = fields
        .iter()
        .take(usize::from(inner.height))
        .map(|field| row(&fields, field, state, inner.width, false))
        .collect();
    frame.render_widget(Paragraph::new(lines), inner);
}

/// Columns before the value of the selected line, or of the line that is being added.
#[must_use]
pub fn value_indent(state: &State, form: &Form) -> u16 {
    let fields = form::fields(&state.design.system, form.object);
    let element = fields.get(form.cursor).filter(|field| field.is_element());
    let columns = match (element, form.inserting) {
        (Some(field), _) => 4 + field.label.len(),
        (None, Some(_)) => 4,
        (None, None) => 2 + LABEL,
    };
    u16::try_from(columns).unwrap_or(0)
}
