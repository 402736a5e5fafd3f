//! Where each part of the spec stands in the text that it was read from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Place, Position, SpecPath};

/// The places of a design: spec paths to positions in files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// Names of the files, as they were opened; the design's own file is the first.
    files: Vec<String>,
    /// Where the parts stand that do not stand where the part around them stands.
    positions: BTreeMap<SpecPath, FilePosition>,
}

/// A position in one of several files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FilePosition {
    /// Index of the file.
    pub file: usize,
    /// Where in it.
    pub position: Position,
}

impl Places {
    /// Places in files, named as they were opened; the design's own file is the first.
    #[must_use]
    pub fn new(files: Vec<String>, positions: BTreeMap<SpecPath, FilePosition>) -> Self {
        Self { files, positions }
    }

    /// The same places in a text that has become a file of this name.
    #[must_use]
    pub fn named(mut self, file: &str) -> Self {
        self.files = vec![file.to_owned()];
        self
    }

    /// The same places of what is a field of something larger.
    #[must_use]
    pub fn inside(self, field: &str) -> Self {
        let outer = SpecPath::default().field(field);
        let path = |path: SpecPath| match path.0.as_str() {
            "" => outer.clone(),
            inner => outer.field(inner),
        };
        let positions = self.positions.into_iter();
        Self {
            files: self.files,
            positions: positions.map(|(at, spot)| (path(at), spot)).collect(),
        }
    }

    /// Every part with a position of its own.
    #[must_use]
    pub fn positions(&self) -> &BTreeMap<SpecPath, FilePosition> {
        &self.positions
    }

    /// The place of a part of the spec: its own position, else that of the nearest part
    /// around it that is written in the text.
    #[must_use]
    pub fn place(&self, path: &SpecPath) -> Place {
        let mut around = std::iter::successors(Some(path.clone()), SpecPath::parent);
        let found = around.find_map(|path| self.positions.get(&path));
        Place {
            path: path.clone(),
            file: self.files.get(found.map_or(0, |at| at.file)).cloned(),
            position: found.map(|at| at.position),
        }
    }

    /// The number of the file that a place is in: 0 for the design's own.
    #[must_use]
    pub fn file_number(&self, place: &Place) -> usize {
        let name = place.file.as_ref();
        let number = name.and_then(|name| self.files.iter().position(|file| file == name));
        number.unwrap_or(0)
    }

    /// Fills in file and position of every place of a finding that has only a path.
    pub fn locate(&self, diagnostic: &mut Diagnostic) {
        for place in &mut diagnostic.places {
            if place.position.is_none() {
                *place = self.place(&place.path);
            }
        }
    }

    /// The innermost part of the spec whose text begins at or before a position of the
    /// design's own file.
    #[must_use]
    pub fn path_at(&self, position: Position) -> Option<&SpecPath> {
        let before = self
            .positions
            .iter()
            .filter(|(_, at)| at.file == 0 && at.position <= position);
        before
            .max_by_key(|(path, at)| (at.position, path.0.len()))
            .map(|(path, _)| path)
    }
}

/// Finds lines and columns in a text.
#[derive(Debug, Clone)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// The lines of a text.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            starts: std::iter::once(0).chain(ends).collect(),
        }
    }

    /// Line and column of a byte offset, both from 1.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts[line.saturating_sub(1)];
        let before = self.text.get(start..offset).unwrap_or_default();
        Position {
            line,
            column: before.chars().count() + 1,
        }
    }
}
