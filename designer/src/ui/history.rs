//! Undo and redo, without limit, each step with a name.

use std::sync::Arc;

use super::camera::Camera;
use super::design::Design;
use super::graph::scene::Scene;
use super::object::Object;

/// What undo brings back: the design, and where the user was looking.
#[derive(Debug, Clone)]
pub struct Moment {
    /// The design.
    pub design: Arc<Design>,
    /// The drawing, so that wires come back as they were.
    pub scene: Arc<Scene>,
    /// What was selected.
    pub selection: Option<Object>,
    /// Where the canvas stood.
    pub camera: Camera,
}

#[derive(Debug, Clone)]
struct Step {
    name: String,
    /// The moment before the step when it is on the undo side, after it on the redo side.
    moment: Moment,
}

/// The steps that can be undone and redone.
#[derive(Debug, Clone, Default)]
pub struct History {
    done: Vec<Step>,
    undone: Vec<Step>,
    /// Consecutive steps with this key are one step (moving a box cell by cell).
    merge: Option<String>,
}

impl History {
    /// Remembers the moment before a step. Steps in a row with the same `merge` key count
    /// as one; what was undone before is gone.
    pub fn record(&mut self, name: String, merge: Option<String>, before: Moment) {
        self.undone.clear();
        let merges = merge.is_some() && merge == self.merge;
        self.merge = merge;
        if !merges {
            self.done.push(Step {
                name,
                moment: before,
            });
        }
    }

    /// Ends a run of merged steps: the next one counts for itself.
    pub fn seal(&mut self) {
        self.merge = None;
    }

    /// Takes back the last step: gives its name and the moment before it.
    pub fn undo(&mut self, now: Moment) -> Option<(String, Moment)> {
        self.merge = None;
        let step = self.done.pop()?;
        self.undone.push(Step {
            name: step.name.clone(),
            moment: now,
        });
        Some((step.name, step.moment))
    }

    /// Does the last undone step again: gives its name and the moment after it.
    pub fn redo(&mut self, now: Moment) -> Option<(String, Moment)> {
        self.merge = None;
        let step = self.undone.pop()?;
        self.done.push(Step {
            name: step.name.clone(),
            moment: now,
        });
        Some((step.name, step.moment))
    }

    /// Name of the step that [`Self::undo`] would take back.
    #[must_use]
    pub fn next_undo(&self) -> Option<&str> {
        self.done.last().map(|step| step.name.as_str())
    }

    /// Name of the step that [`Self::redo`] would do again.
    #[must_use]
    pub fn next_redo(&self) -> Option<&str> {
        self.undone.last().map(|step| step.name.as_str())
    }
}
