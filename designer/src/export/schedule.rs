//! The windows of the major frame as a drawing to scale, for each schedule.

use septum_core::plan::Plan;
use septum_core::system::{Partition, Schedule, Window};

use super::svg::{COLUMN, ROW, Svg, width};
use crate::ui::graph::node::cells;
use crate::ui::unit;
use crate::ui::view::text::fit;

/// Pixels around the drawing.
const MARGIN: i32 = 24;
/// Pixels of a major frame.
const FRAME: i32 = 960;
/// Height of a window, in pixels: two rows of words and what is around them.
const BAR: i32 = 3 * ROW;
/// Pixels between the words of a window and its borders.
const INSIDE: i32 = 4;
/// Least pixels between two times below the windows.
const GAP: i32 = 8;
/// Rows above and between the parts of a schedule: its title, a free one above the windows, the
/// times, a free one, the heading of the shares, and a free one at the end.
const ROWS: i32 = 6;

/// The drawing of all schedules.
#[must_use]
pub fn svg(plan: &Plan) -> String {
    let system = &plan.system;
    let title = format!("The schedule of {}", system.name);
    let pictures: Vec<Picture<'_>> = system
        .schedules
        .iter()
        .enumerate()
        .map(|(number, schedule)| Picture {
            plan,
            schedule,
            number,
        })
        .collect();
    let heights = pictures.iter().map(Picture::height);
    let lines = pictures.iter().flat_map(Picture::lines);
    let widest = lines.map(|line| width(&line)).chain([FRAME]).max();
    let size = (
        widest.unwrap_or(FRAME) + 2 * MARGIN,
        heights.clone().sum::<i32>() + 2 * MARGIN,
    );
    Svg::document(size.0, size.1, &title, |svg| {
        let mut top = MARGIN;
        for (picture, height) in pictures.iter().zip(heights) {
            picture.draw(svg, top);
            top += height;
        }
    })
}

/// A schedule.
struct Picture<'a> {
    plan: &'a Plan,
    schedule: &'a Schedule,
    /// Its position in the system.
    number: usize,
}

impl Picture<'_> {
    /// Everything that is written from the left margin on.
    fn lines(&self) -> Vec<String> {
        let windows = self.schedule.windows.iter().enumerate();
        let rows = windows.map(|(number, window)| self.row(number, window));
        [self.title()]
            .into_iter()
            .chain(rows)
            .chain(self.shares())
            .collect()
    }

    fn height(&self) -> i32 {
        let lines = self.schedule.windows.len() + 1 + self.shares().len();
        BAR + (ROWS + cells(lines)) * ROW
    }

    /// So many ticks as a time.
    fn time(&self, ticks: u64) -> String {
        unit::time(ticks.saturating_mul(self.plan.system.machine.ns_per_tick()))
    }

    fn draw(&self, svg: &mut Svg, top: i32) {
        svg.label("strong", (MARGIN, top + ROW / 2), &self.title());
        let bar = top + 2 * ROW;
        for (number, window) in self.schedule.windows.iter().enumerate() {
            self.window(svg, number, window, bar);
        }
        self.borders(svg, bar + BAR + ROW / 2);
        let mut row = bar + BAR + 2 * ROW + ROW / 2;
        let mut line = |class, text: &str| {
            svg.label(class, (MARGIN, row), text);
            row += ROW;
        };
        line("faint", &head());
        for (number, window) in self.schedule.windows.iter().enumerate() {
            line("ink", &self.row(number, window));
        }
        line("ink", "");
        for (index, share) in self.shares().iter().enumerate() {
            line(if index == 0 { "faint" } else { "ink" }, share);
        }
    }

    fn title(&self) -> String {
        let role = match self.number {
            0 => "the system boots with it",
            _ => "the safe mode",
        };
        let frame = self.time(self.schedule.major_frame_ticks);
        format!(
            "schedule {}, major frame {frame}; {role}",
            self.schedule.name
        )
    }

    /// Where a time of the frame is on the picture.
    fn at(&self, ticks: u64) -> i32 {
        MARGIN + scaled(ticks, self.schedule.major_frame_ticks)
    }

    /// A window with its pad, its number and length, and who runs in it.
    fn window(&self, svg: &mut Svg, number: usize, window: &Window, top: i32) {
        let (left, right) = (self.at(window.start_ticks), self.at(end(window)));
        let pad = window.duration_ticks.min(self.plan.pad_ticks());
        let paid = self.at(window.start_ticks.saturating_add(pad));
        let names = self.names(window);
        svg.element("g", &[], |svg| {
            svg.words("title", &[], &self.row(number, window));
            for (class, x, end) in [
                ("band", left, right),
                ("pad", left, paid),
                ("box", left, right),
            ] {
                svg.empty(
                    "rect",
                    &[
                        ("class", &class),
                        ("x", &x),
                        ("y", &top),
                        ("width", &(end - x)),
                        ("height", &BAR),
                    ],
                );
            }
            let length = format!("W{number} {}", self.time(window.duration_ticks));
            let room = usize::try_from((right - paid - 2 * INSIDE) / COLUMN).unwrap_or(0);
            for (row, (class, text)) in [("strong", length), ("ink", names)].iter().enumerate() {
                let y = top + (1 + cells(row)) * ROW;
                svg.label(class, (paid + INSIDE, y), &fit(text, room, true));
            }
        });
    }

    fn names(&self, window: &Window) -> String {
        let partitions = &self.plan.system.partitions;
        let names = window.partitions.iter();
        let names = names.filter_map(|it| partitions.get(it.get()));
        let names: Vec<&str> = names.map(|it| it.name.as_str()).collect();
        names.join(", ")
    }

    /// The times at the borders of windows, as far as there is room beside that of the end.
    fn borders(&self, svg: &mut Svg, y: i32) {
        let frame = self.schedule.major_frame_ticks;
        let last = self.time(frame);
        let end = self.at(frame) - width(&last);
        svg.label("faint", (end, y), &last);
        let mut free = 0;
        for window in &self.schedule.windows {
            let (text, left) = (self.time(window.start_ticks), self.at(window.start_ticks));
            let right = left + width(&text) + GAP;
            if left >= free && right <= end {
                svg.label("faint", (left, y), &text);
                free = right;
            }
        }
    }

    fn row(&self, number: usize, window: &Window) -> String {
        row([
            &format!("W{number}"),
            &self.time(window.start_ticks),
            &self.time(end(window)),
            &self.time(window.duration_ticks),
            &share(window.duration_ticks, self.schedule.major_frame_ticks),
            &self.names(window),
        ])
    }

    /// Which part of the frame each partition has, and what the pads take.
    fn shares(&self) -> Vec<String> {
        let head = self.cells(["partition", "windows", "per frame", "share", ""]);
        let partitions = self.plan.system.partitions.iter().enumerate();
        let shares = partitions.map(|(number, partition)| self.share(number, partition));
        let windows = cells(self.schedule.windows.len());
        let windows = u64::try_from(windows).unwrap_or(0);
        let pads = self.plan.pad_ticks().saturating_mul(windows);
        let pads = self.line(
            "(pads)",
            windows,
            pads,
            "before the first instruction of each window",
        );
        [head].into_iter().chain(shares).chain([pads]).collect()
    }

    fn share(&self, number: usize, partition: &Partition) -> String {
        let windows = self.schedule.windows.iter();
        let own = windows.filter(|it| it.partitions.iter().any(|it| it.get() == number));
        let (mut count, mut ticks, mut is_shared) = (0, 0_u64, false);
        for window in own {
            count += 1;
            ticks = ticks.saturating_add(window.duration_ticks);
            is_shared |= window.partitions.len() > 1;
        }
        let note = match (count, is_shared) {
            (0, _) => "not in this schedule",
            (_, true) => "at most: it shares windows",
            (_, false) => "",
        };
        self.line(&partition.name, count, ticks, note)
    }

    fn line(&self, name: &str, windows: u64, ticks: u64, note: &str) -> String {
        let share = share(ticks, self.schedule.major_frame_ticks);
        self.cells([name, &windows.to_string(), &self.time(ticks), &share, note])
    }

    /// A line of the table of shares, whose first column is as wide as the longest name.
    fn cells(&self, [name, windows, time, share, note]: [&str; 5]) -> String {
        let names = self.plan.system.partitions.iter().map(|it| it.name.len());
        let wide = names.fold("partition".len(), usize::max);
        let line = format!("{name:<wide$} {windows:>8} {time:>10} {share:>7}  {note}");
        line.trim_end().to_owned()
    }
}

fn end(window: &Window) -> u64 {
    window.start_ticks.saturating_add(window.duration_ticks)
}

fn head() -> String {
    row([
        "window",
        "begin",
        "end",
        "length",
        "share",
        "partitions, most important first",
    ])
}

fn row([number, begin, end, length, share, names]: [&str; 6]) -> String {
    format!("{number:<6} {begin:>9} {end:>9} {length:>9} {share:>7}  {names}")
}

/// `ticks` of `frame` as pixels of a frame, rounded.
fn scaled(ticks: u64, frame: u64) -> i32 {
    let frame = u128::from(frame.max(1));
    let pixels = u128::try_from(FRAME).unwrap_or(0);
    let scaled = (u128::from(ticks) * pixels + frame / 2) / frame;
    i32::try_from(scaled).unwrap_or(FRAME)
}

/// A part of the frame in per cent, to a tenth, rounded.
fn share(ticks: u64, frame: u64) -> String {
    let frame = u128::from(frame.max(1));
    let tenths = (u128::from(ticks) * 1_000 + frame / 2) / frame;
    format!("{}.{}%", tenths / 10, tenths % 10)
}
