//! The places of the boxes, in a file beside the spec: `system.layout.json`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use septum_core::spec::RawSystem;
use serde::{Deserialize, Serialize};

use crate::atomic;

use super::graph::geometry::Point;
use super::graph::placement::Placement;

/// The version that this program reads and writes.
const FORMAT: u64 = 1;

/// Places by name, as they stand in the file: column and row of the upper left corner.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sidecar {
    format: u64,
    #[serde(default)]
    partitions: BTreeMap<String, (i32, i32)>,
    #[serde(default)]
    devices: BTreeMap<String, (i32, i32)>,
    #[serde(default)]
    memories: BTreeMap<String, (i32, i32)>,
}

/// Farther away from the origin no box is placed.
const FARTHEST: i32 = 100_000;

impl Sidecar {
    /// What the file says about a placement. Of boxes with the same name, the first counts.
    #[must_use]
    pub fn of(system: &RawSystem, placement: &Placement) -> Self {
        Self {
            format: FORMAT,
            partitions: named(
                system.partitions.iter().map(|it| &it.name),
                &placement.partitions,
            ),
            devices: named(
                system.machine.devices.iter().map(|it| &it.name),
                &placement.devices,
            ),
            memories: named(
                system.memories.iter().map(|it| &it.name),
                &placement.memories,
            ),
        }
    }

    /// The placement of a system's boxes; those that the file does not name have no place.
    #[must_use]
    pub fn placement(&self, system: &RawSystem) -> Placement {
        Placement {
            partitions: places(
                system.partitions.iter().map(|it| &it.name),
                &self.partitions,
            ),
            devices: places(
                system.machine.devices.iter().map(|it| &it.name),
                &self.devices,
            ),
            memories: places(system.memories.iter().map(|it| &it.name), &self.memories),
        }
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> String {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        text + "\n"
    }

    /// Reads the file beside a spec; `None` where there is none or it says nothing useful.
    #[must_use]
    pub fn read(spec: &Path) -> Option<Self> {
        let path = path(spec);
        let is_readable = !atomic::is_irregular(&path);
        let text = is_readable.then(|| std::fs::read_to_string(path).ok())??;
        serde_json::from_str(&text)
            .ok()
            .filter(|sidecar: &Self| sidecar.format == FORMAT)
    }
}

/// The file beside a spec.
#[must_use]
pub fn path(spec: &Path) -> PathBuf {
    spec.with_extension("layout.json")
}

fn named<'a>(
    names: impl Iterator<Item = &'a String>,
    places: &[Option<Point>],
) -> BTreeMap<String, (i32, i32)> {
    let mut map = BTreeMap::new();
    for (name, place) in names.zip(places) {
        if let Some(place) = place {
            map.entry(name.clone()).or_insert((place.x, place.y));
        }
    }
    map
}

fn places<'a>(
    names: impl Iterator<Item = &'a String>,
    map: &BTreeMap<String, (i32, i32)>,
) -> Vec<Option<Point>> {
    let mut left = map.clone();
    let near = |value: i32| value.clamp(-FARTHEST, FARTHEST);
    names
        .map(|name| {
            left.remove(name).map(|(x, y)| Point {
                x: near(x),
                y: near(y),
            })
        })
        .collect()
}
