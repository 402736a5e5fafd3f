//! A screen as SVG: a layer for each style, words at the places of their cells.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use septum_terminal::vt100::{Cell, Color, Screen};

use super::glyph::{Drawing, HEIGHT, WIDTH, drawing};
use crate::designer::rows;

/// Pixels around the screen.
const MARGIN: usize = 12;
/// From the upper edge of a cell to the line that letters stand on.
const BASELINE: usize = 12;
const GROUND: &str = "#0d1117";
const INK: &str = "#d0d7de";

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Style {
    colour: &'static str,
    bold: bool,
    dim: bool,
    reversed: bool,
}

impl Style {
    fn of(cell: &Cell) -> Self {
        assert_eq!(
            cell.bgcolor(),
            Color::Default,
            "the designer colours no ground"
        );
        Self {
            colour: colour(cell.fgcolor()),
            bold: cell.bold(),
            dim: cell.dim(),
            reversed: cell.inverse(),
        }
    }
}

fn colour(colour: Color) -> &'static str {
    match colour {
        Color::Default => INK,
        Color::Idx(1) => "#ff7b72",
        Color::Idx(2) => "#7ee787",
        Color::Idx(3) => "#e3b341",
        Color::Idx(4) => "#79c0ff",
        Color::Idx(5) => "#d2a8ff",
        Color::Idx(6) => "#56d4dd",
        Color::Idx(8) => "#7d8590",
        other => panic!("{other:?} is none of the designer's colours"),
    }
}

/// All that has the same style.
#[derive(Debug, Default)]
struct Layer {
    ground: String,
    light: String,
    heavy: String,
    area: String,
    shade: String,
    words: String,
}

/// Letters in a row of the same style; blanks inside stand alone.
struct Word {
    style: Style,
    text: String,
    column: usize,
    cells: usize,
}

/// The screen as an SVG document.
pub(super) fn draw(screen: &Screen) -> String {
    let mut layers: BTreeMap<Style, Layer> = BTreeMap::new();
    for (row, cells) in rows(screen).enumerate() {
        draw_row(row, &cells, &mut layers);
    }
    let (rows, columns) = screen.size();
    let width = usize::from(columns) * WIDTH + 2 * MARGIN;
    let height = usize::from(rows) * HEIGHT + 2 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\">\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{GROUND}\"/>\n\
         <g font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',\
         'Liberation Mono',monospace\" font-size=\"13.3\">\n"
    );
    for (style, layer) in &layers {
        write_layer(*style, layer, &mut svg);
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

fn write_layer(style: Style, layer: &Layer, svg: &mut String) {
    if !layer.ground.is_empty() {
        let _ = writeln!(
            svg,
            "<path fill=\"{}\" d=\"{}\"/>",
            style.colour, layer.ground
        );
    }
    let ink = if style.reversed { GROUND } else { style.colour };
    let bold = if style.bold {
        " font-weight=\"bold\""
    } else {
        ""
    };
    let dim = if style.dim { " opacity=\".6\"" } else { "" };
    let _ = writeln!(svg, "<g fill=\"{ink}\"{bold}{dim}>");
    for (attributes, path) in [
        (
            format!("fill=\"none\" stroke=\"{ink}\" stroke-width=\"1.2\""),
            &layer.light,
        ),
        (
            format!("fill=\"none\" stroke=\"{ink}\" stroke-width=\"2.6\""),
            &layer.heavy,
        ),
        (String::new(), &layer.area),
        ("fill-opacity=\".3\"".to_owned(), &layer.shade),
    ] {
        if !path.is_empty() {
            let _ = writeln!(svg, "<path {attributes} d=\"{path}\"/>");
        }
    }
    svg.push_str(&layer.words);
    svg.push_str("</g>\n");
}

fn draw_row(row: usize, cells: &[&Cell], layers: &mut BTreeMap<Style, Layer>) {
    let y = MARGIN + row * HEIGHT;
    let mut word: Option<Word> = None;
    for (column, cell) in cells.iter().enumerate() {
        let (style, x) = (Style::of(cell), MARGIN + column * WIDTH);
        if style.reversed {
            let ground = &mut layers.entry(style).or_default().ground;
            let _ = write!(ground, "M{x} {y}h{WIDTH}v{HEIGHT}h-{WIDTH}z");
        }
        let glyph = cell.contents().chars().next().unwrap_or(' ');
        if let Some(drawing) = drawing(glyph, x, y) {
            finish(word.take(), y, layers);
            layers.entry(style).or_default().add(drawing);
            continue;
        }
        word = match word.take() {
            Some(word) if word.goes_on_with(style, glyph) => Some(word.and(glyph)),
            other => {
                finish(other, y, layers);
                (glyph != ' ').then(|| Word::new(style, glyph, column))
            }
        };
    }
    finish(word, y, layers);
}

impl Layer {
    fn add(&mut self, drawing: Drawing) {
        match drawing {
            Drawing::Light(path) => self.light += &path,
            Drawing::Heavy(path) => self.heavy += &path,
            Drawing::Area(path) => self.area += &path,
            Drawing::Shade(path) => self.shade += &path,
        }
    }
}

impl Word {
    fn new(style: Style, glyph: char, column: usize) -> Self {
        let text = glyph.to_string();
        Self {
            style,
            text,
            column,
            cells: 1,
        }
    }

    fn goes_on_with(&self, style: Style, glyph: char) -> bool {
        self.style == style && !(glyph == ' ' && self.text.ends_with(' '))
    }

    fn and(mut self, glyph: char) -> Self {
        self.text.push(glyph);
        self.cells += 1;
        self
    }
}

fn finish(word: Option<Word>, y: usize, layers: &mut BTreeMap<Style, Layer>) {
    let Some(word) = word else { return };
    let text = word.text.trim_end();
    let cells = word.cells - (word.text.len() - text.len());
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let (x, y) = (MARGIN + word.column * WIDTH, y + BASELINE);
    let words = &mut layers.entry(word.style).or_default().words;
    let length = cells * WIDTH;
    let _ = writeln!(
        words,
        "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\">{text}</text>"
    );
}
