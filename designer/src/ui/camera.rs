//! Which part of the canvas is in sight.

use super::graph::geometry::{Point, Rectangle};

/// The canvas cell at the upper left corner of the view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Camera {
    /// Column.
    pub x: i32,
    /// Row.
    pub y: i32,
}

/// Free cells kept between a followed box and the edge of the view.
const MARGIN: i32 = 1;

impl Camera {
    /// The part of the canvas that a view of this size shows.
    #[must_use]
    pub fn window(self, width: i32, height: i32) -> Rectangle {
        Rectangle {
            x: self.x,
            y: self.y,
            width,
            height,
        }
    }

    /// Moves as little as needed to show the rectangle; its upper left corner where it
    /// does not fit.
    #[must_use]
    pub fn showing(self, target: Rectangle, width: i32, height: i32) -> Self {
        Self {
            x: shifted(self.x, width, target.x, target.width),
            y: shifted(self.y, height, target.y, target.height),
        }
    }

    /// Puts the middle of the rectangle in the middle of the view; when it is larger than
    /// the view, shows its upper left corner.
    #[must_use]
    pub fn centred(target: Rectangle, width: i32, height: i32) -> Self {
        let along = |start: i32, length: i32, view: i32| {
            if length > view {
                start
            } else {
                start - (view - length) / 2
            }
        };
        Self {
            x: along(target.x, target.width, width),
            y: along(target.y, target.height, height),
        }
    }

    /// Where a canvas cell is in the view, relative to its upper left corner.
    #[must_use]
    pub fn to_view(self, point: Point) -> (i32, i32) {
        (point.x - self.x, point.y - self.y)
    }
}

fn shifted(camera: i32, view: i32, start: i32, length: i32) -> i32 {
    let (low, high) = (start - MARGIN, start + length + MARGIN);
    if high - low > view || camera > low {
        low
    } else if camera + view < high {
        high - view
    } else {
        camera
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_moves_only_as_far_as_needed() {
        let target = Rectangle {
            x: 10,
            y: 3,
            width: 5,
            height: 2,
        };
        let camera = Camera { x: 0, y: 0 };
        assert_eq!(camera.showing(target, 80, 20), camera);
        assert_eq!(camera.showing(target, 12, 20), Camera { x: 4, y: 0 });
        assert_eq!(
            Camera { x: 30, y: 9 }.showing(target, 12, 20),
            Camera { x: 9, y: 2 }
        );
    }

    #[test]
    fn what_does_not_fit_shows_its_corner() {
        let target = Rectangle {
            x: 10,
            y: 3,
            width: 50,
            height: 2,
        };
        assert_eq!(
            Camera::default().showing(target, 12, 20),
            Camera { x: 9, y: 0 }
        );
        assert_eq!(Camera::centred(target, 12, 20), Camera { x: 10, y: -6 });
    }
}
