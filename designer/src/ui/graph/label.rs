//! Where the words of a wire stand: on its longest straight part, else beside it.

use super::geometry::{Point, Rectangle};
use super::node::cells;
use super::route::Path;
use unicode_width::UnicodeWidthStr;

/// Words on the canvas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The cell of the first letter.
    pub at: Point,
    /// The words.
    pub text: String,
    /// Letters shown; fewer than the text has where there is not enough room.
    pub shown: usize,
}

impl Label {
    /// The cells that it covers.
    #[must_use]
    pub fn rectangle(&self) -> Rectangle {
        Rectangle {
            x: self.at.x,
            y: self.at.y,
            width: cells(self.shown),
            height: 1,
        }
    }
}

/// Fewer letters than this say nothing.
const SHORTEST: usize = 4;

/// A box covers the cell.
const BOX: u8 = 1;
/// A wire runs there.
const WIRE: u8 = 2;
/// Two wires cross there.
const CROSSING: u8 = 4;
/// A label covers the cell.
const LABEL: u8 = 8;

/// What labels have to stay clear of: the cells around the wires, one bit for each thing
/// there. Beyond them is no place for words.
#[derive(Debug)]
pub struct Taken {
    bounds: Rectangle,
    cells: Vec<u8>,
}

impl Taken {
    /// Everything that boxes and wires cover. Words may stand as far beyond the wires as the
    /// longest of them is wide, or as all wires are.
    #[must_use]
    pub fn new<'a>(
        boxes: &[Rectangle],
        paths: impl Iterator<Item = &'a Path> + Clone,
        widest: usize,
    ) -> Self {
        let wires = extent(paths.clone().flatten());
        let bounds = wires.grown(cells(widest).min(wires.width) + 1, 2);
        let count = usize::try_from(bounds.width * bounds.height).unwrap_or(0);
        let mut taken = Self {
            bounds,
            cells: vec![0; count],
        };
        for rectangle in boxes {
            taken.cover(*rectangle, BOX);
        }
        for point in paths.flatten() {
            if let Some(cell) = taken.cell_mut(*point) {
                *cell |= if *cell & WIRE == 0 { WIRE } else { CROSSING };
            }
        }
        taken
    }

    fn position(&self, point: Point) -> Option<usize> {
        let row = (point.y - self.bounds.y) * self.bounds.width;
        let inside = self.bounds.contains(point);
        inside
            .then(|| usize::try_from(row + point.x - self.bounds.x).ok())
            .flatten()
    }

    fn cell_mut(&mut self, point: Point) -> Option<&mut u8> {
        let position = self.position(point)?;
        self.cells.get_mut(position)
    }

    /// Puts something on every cell of a rectangle that may matter.
    fn cover(&mut self, rectangle: Rectangle, what: u8) {
        let clipped = rectangle.clipped(self.bounds);
        for y in clipped.y..clipped.bottom() {
            for x in clipped.x..clipped.right() {
                if let Some(cell) = self.cell_mut(Point { x, y }) {
                    *cell |= what;
                }
            }
        }
    }

    /// Whether any of these things is on any cell of a row, or the row leaves the bounds.
    fn has(&self, row: Rectangle, what: u8) -> bool {
        let last = Point {
            x: row.right() - 1,
            y: row.y,
        };
        let first = Point { x: row.x, y: row.y };
        let ends = self.position(first).zip(self.position(last));
        let part = ends.and_then(|(first, last)| self.cells.get(first..=last));
        part.is_none_or(|cells| cells.iter().any(|cell| cell & what != 0))
    }

    fn is_empty(&self, row: Rectangle) -> bool {
        !self.has(row, BOX | WIRE | LABEL) && !self.has(row.grown(1, 0), LABEL)
    }

    /// Finds the place for the words of a wire and takes it; `None` where there is no room.
    pub fn place(&mut self, path: &Path, text: &str) -> Option<Label> {
        let runs = runs(path);
        let wide = text.width();
        let on_wire = |length| runs.iter().find_map(|run| self.on_run(*run, text, length));
        let label = on_wire(wide)
            .or_else(|| runs.iter().find_map(|run| self.beside_run(*run, text)))
            .or_else(|| (SHORTEST..wide).rev().find_map(on_wire))?;
        self.cover(label.rectangle(), LABEL);
        Some(label)
    }

    /// A place on the run itself, as near to its middle as possible.
    fn on_run(&self, run: Rectangle, text: &str, shown: usize) -> Option<Label> {
        let room = run.width - cells(shown);
        let at = |shift| Point {
            x: run.x + shift,
            y: run.y,
        };
        let shifts = from_middle(room);
        let label = |shift| Label {
            at: at(shift),
            text: text.to_owned(),
            shown,
        };
        shifts.map(label).find(|label| {
            let row = label.rectangle();
            !self.has(row, CROSSING) && !self.has(row.grown(1, 0), LABEL)
        })
    }

    /// A free place above or below the run.
    fn beside_run(&self, run: Rectangle, text: &str) -> Option<Label> {
        let shown = text.width();
        let room = (run.width - cells(shown)).max(0);
        let candidates = from_middle(room).flat_map(|shift| {
            [-1, 1].map(|row| Point {
                x: run.x + shift,
                y: run.y + row,
            })
        });
        let label = |at| Label {
            at,
            text: text.to_owned(),
            shown,
        };
        candidates
            .map(label)
            .find(|label| self.is_empty(label.rectangle()))
    }
}

/// The smallest rectangle around cells.
fn extent<'a>(points: impl Iterator<Item = &'a Point>) -> Rectangle {
    points
        .map(|point| Rectangle::cell(*point))
        .reduce(Rectangle::union)
        .unwrap_or_default()
}

/// Shifts from 0 to the room, the middle first.
fn from_middle(room: i32) -> impl Iterator<Item = i32> {
    let middle = room / 2;
    let outwards = (0..=room).map(move |n| {
        if n % 2 == 0 {
            middle + n / 2
        } else {
            middle - (n + 1) / 2
        }
    });
    outwards.filter(move |shift| (0..=room).contains(shift))
}

/// The straight parts of a path along rows, without their ends, the longest first.
fn runs(path: &Path) -> Vec<Rectangle> {
    let mut runs: Vec<Rectangle> = Vec::new();
    for row in path.chunk_by(|a, b| a.y == b.y) {
        let low = row.iter().map(|point| point.x).min().unwrap_or(0);
        let high = row.iter().map(|point| point.x).max().unwrap_or(0);
        let width = high - low - 1;
        if width > 0 {
            runs.push(Rectangle {
                x: low + 1,
                y: row[0].y,
                width,
                height: 1,
            });
        }
    }
    runs.sort_by_key(|run| -run.width);
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(y: i32, columns: std::ops::Range<i32>) -> Path {
        columns.map(|x| Point { x, y }).collect()
    }

    #[test]
    fn a_label_stands_in_the_middle_of_its_wire() {
        let path = row(3, 0..20);
        let mut taken = Taken::new(&[], [&path].into_iter(), 8);
        let label = taken.place(&path, "readings").unwrap();
        assert_eq!((label.at, label.shown), (Point { x: 6, y: 3 }, 8));
    }

    #[test]
    fn a_label_stays_clear_of_crossings() {
        let path = row(3, 0..20);
        let across: Path = (0..8).map(|y| Point { x: 9, y }).collect();
        let mut taken = Taken::new(&[], [&path, &across].into_iter(), 8);
        let label = taken.place(&path, "readings").unwrap();
        let columns = label.at.x..label.at.x + 8;
        assert!(label.at.y == 3 && !columns.contains(&9), "{label:?}");
    }

    #[test]
    fn without_room_a_label_is_cut_or_left_out() {
        let path = row(3, 0..8);
        let walls = [
            Rectangle {
                x: 0,
                y: 0,
                width: 40,
                height: 3,
            },
            Rectangle {
                x: 0,
                y: 4,
                width: 40,
                height: 3,
            },
        ];
        let mut taken = Taken::new(&walls, [&path].into_iter(), 8);
        assert_eq!(taken.place(&path, "readings").unwrap().shown, 6);
        let short = row(3, 0..4);
        assert_eq!(
            Taken::new(&walls, [&short].into_iter(), 8).place(&short, "readings"),
            None
        );
    }
}
