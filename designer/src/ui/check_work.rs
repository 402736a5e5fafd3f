//! Checking a design and writing its preview.

use std::sync::Arc;

use septum_core::programs::Programs;
use septum_core::{check, dhall, programs, templates};

use super::design::Design;
use super::document::Document;
use super::review::Review;

/// Checks a design with the programs that it names, and writes what a save would write.
#[must_use]
pub fn review(generation: u64, design: &Design, document: &Document) -> Review {
    let written = dhall::write(&design.system);
    let checked = check::check(&design.system, &programs(design, document), &written.places);
    Review {
        generation,
        plan: checked.plan.map(Arc::new),
        diagnostics: checked.diagnostics,
        written: Some(Arc::new(written)),
    }
}

/// The programs that the design names: from its folder, or from the starter system as long
/// as there is no folder.
fn programs(design: &Design, document: &Document) -> Programs {
    let mut programs = programs::load(&design.system, &document.folder());
    let template = document
        .embedded_template()
        .and_then(|name| templates::find(&name));
    for file in template.map_or(&[][..], |template| template.files) {
        if let Some(program) = programs.get_mut(file.path) {
            *program = Ok(file.bytes.to_vec());
        }
    }
    programs
}
