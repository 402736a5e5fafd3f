//! The design under edit: the spec, which may be wrong, and where its boxes stand.

use septum_core::spec::RawSystem;

use super::graph::placement::Placement;
use super::graph::settle;

/// Everything that an edit can change and that undo brings back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Design {
    /// The spec.
    pub system: RawSystem,
    /// Where the boxes stand on the canvas.
    pub placement: Placement,
}

impl Design {
    /// Whether a box that is on the canvas has no place yet.
    #[must_use]
    pub fn has_homeless_boxes(&self) -> bool {
        settle::homeless(self).next().is_some()
    }

    /// Gives every box that is on the canvas and has no place a free one. Nothing else moves.
    pub fn settle(&mut self) {
        settle::settle(self);
    }
}
