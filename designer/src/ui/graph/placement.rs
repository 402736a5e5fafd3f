//! Where the boxes stand: one cell for each box, parallel to the spec's lists.

use septum_core::spec::RawSystem;

use super::geometry::Point;
use crate::ui::object::Object;

/// The upper left corners of all boxes, in the order of the spec's lists; `None` for a
/// box that has not been on the canvas yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Placement {
    /// One for each partition.
    pub partitions: Vec<Option<Point>>,
    /// One for each device of the machine.
    pub devices: Vec<Option<Point>>,
    /// One for each shared memory.
    pub memories: Vec<Option<Point>>,
}

impl Placement {
    /// A placement of nothing yet, with room for every box of the system.
    #[must_use]
    pub fn empty(system: &RawSystem) -> Self {
        Self {
            partitions: vec![None; system.partitions.len()],
            devices: vec![None; system.machine.devices.len()],
            memories: vec![None; system.memories.len()],
        }
    }

    /// Where a box stands.
    #[must_use]
    pub fn get(&self, object: Object) -> Option<Point> {
        match object {
            Object::Partition(index) => self.partitions.get(index).copied().flatten(),
            Object::Device(index) => self.devices.get(index).copied().flatten(),
            Object::Memory(index) => self.memories.get(index).copied().flatten(),
            _ => None,
        }
    }

    /// Puts a box somewhere. What has no box stays unchanged.
    pub fn set(&mut self, object: Object, point: Point) {
        let place = match object {
            Object::Partition(index) => self.partitions.get_mut(index),
            Object::Device(index) => self.devices.get_mut(index),
            Object::Memory(index) => self.memories.get_mut(index),
            _ => None,
        };
        if let Some(place) = place {
            *place = Some(point);
        }
    }
}
