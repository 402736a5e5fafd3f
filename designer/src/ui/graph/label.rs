//! Where the words of a wire stand: on its longest straight part, else beside it.

use std::collections::BTreeSet;

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

/// What labels have to stay clear of.
#[derive(Debug, Default)]
pub struct Taken {
    boxes: Vec<Rectangle>,
    /// Cells of wires, with how many wires are there.
    wires: BTreeSet<Point>,
    crossings: BTreeSet<Point>,
    labels: Vec<Rectangle>,
}

impl Taken {
    /// Everything that boxes and wires cover.
    #[must_use]
    pub fn new(boxes: Vec<Rectangle>, paths: &[Option<Path>]) -> Self {
        let mut taken = Self {
            boxes,
            ..Self::default()
        };
        for point in paths.iter().flatten().flatten() {
            if !taken.wires.insert(*point) {
                taken.crossings.insert(*point);
            }
        }
        taken
    }

    fn has_label(&self, rectangle: Rectangle) -> bool {
        self.labels.iter().any(|label| label.overlaps(rectangle))
    }

    fn is_empty(&self, rectangle: Rectangle) -> bool {
        let free = |x| !self.wires.contains(&Point { x, y: rectangle.y });
        !self.boxes.iter().any(|it| it.overlaps(rectangle))
            && !self.has_label(rectangle.grown(1, 0))
            && (rectangle.x..rectangle.right()).all(free)
    }

    /// Finds the place for the words of a wire and takes it; `None` where there is no room.
    pub fn place(&mut self, path: &Path, text: &str) -> Option<Label> {
        let runs = runs(path);
        let wide = text.width();
        let on_wire = |length| runs.iter().find_map(|run| self.on_run(*run, text, length));
        let label = on_wire(wide)
            .or_else(|| runs.iter().find_map(|run| self.beside_run(*run, text)))
            .or_else(|| (SHORTEST..wide).rev().find_map(on_wire))?;
        self.labels.push(label.rectangle());
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
            let rectangle = label.rectangle();
            let crossed = |x| self.crossings.contains(&Point { x, y: rectangle.y });
            !(rectangle.x..rectangle.right()).any(crossed) && !self.has_label(rectangle.grown(1, 0))
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
        let mut taken = Taken::new(Vec::new(), &[Some(path.clone())]);
        let label = taken.place(&path, "readings").unwrap();
        assert_eq!((label.at, label.shown), (Point { x: 6, y: 3 }, 8));
    }

    #[test]
    fn a_label_stays_clear_of_crossings() {
        let path = row(3, 0..20);
        let across: Path = (0..8).map(|y| Point { x: 9, y }).collect();
        let mut taken = Taken::new(Vec::new(), &[Some(path.clone()), Some(across)]);
        let label = taken.place(&path, "readings").unwrap();
        let columns = label.at.x..label.at.x + 8;
        assert!(label.at.y == 3 && !columns.contains(&9), "{label:?}");
    }

    #[test]
    fn without_room_a_label_is_cut_or_left_out() {
        let path = row(3, 0..8);
        let walls = vec![
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
        let mut taken = Taken::new(walls.clone(), &[Some(path.clone())]);
        assert_eq!(taken.place(&path, "readings").unwrap().shown, 6);
        let short = row(3, 0..4);
        assert_eq!(
            Taken::new(walls, &[Some(short.clone())]).place(&short, "readings"),
            None
        );
    }
}
