//! Finishing a drawing whose wires take longer to route than anybody waits for a key.

use std::sync::Arc;

use super::design::Design;
use super::graph::scene::Scene;

/// A drawing that was finished.
#[derive(Debug)]
pub struct Routed {
    /// What it was before: whoever shows another drawing by now has no use for this one.
    pub unfinished: Arc<Scene>,
    /// The finished drawing.
    pub scene: Arc<Scene>,
}

/// Finishes the drawing of a design.
#[must_use]
pub fn finish(design: &Design, unfinished: Arc<Scene>) -> Routed {
    let scene = Arc::new(Scene::new(design, Some(&unfinished)));
    Routed { unfinished, scene }
}
