//! Where each part of the spec stands in the text that it was read from.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Place, Position, SpecPath};

/// The places of a design: spec paths to positions in files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    file: Option<String>,
    positions: BTreeMap<SpecPath, Position>,
}

impl Places {
    /// Places in one file, named as it was opened.
    #[must_use]
    pub fn new(file: Option<String>, positions: BTreeMap<SpecPath, Position>) -> Self {
        Self { file, positions }
    }

    /// The place of a part of the spec: its own position, else that of the nearest part
    /// around it that is written in the text.
    #[must_use]
    pub fn place(&self, path: &SpecPath) -> Place {
        let nearest = std::iter::successors(Some(path.clone()), SpecPath::parent);
        let position = nearest
            .into_iter()
            .find_map(|path| self.positions.get(&path).copied());
        Place {
            path: path.clone(),
            file: self.file.clone(),
            position,
        }
    }

    /// Fills in file and position of every place of a finding that has only a path.
    pub fn locate(&self, diagnostic: &mut Diagnostic) {
        for place in &mut diagnostic.places {
            if place.position.is_none() {
                *place = self.place(&place.path);
            }
        }
    }
}
