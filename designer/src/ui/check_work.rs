//! Checking a design and writing its preview.

use std::collections::BTreeMap;
use std::sync::Arc;

use septum_core::diagnostic::{Diagnostic, Severity};
use septum_core::programs::{Pin, Programs};
use septum_core::{check, dhall, programs, templates};

use super::design::Design;
use super::document::Document;
use super::review::Review;
use super::shelf::Shelf;

/// Checks a design with the programs that it names, and writes what a save would write.
#[must_use]
pub fn review(generation: u64, design: &Design, document: &Document, shelf: &Shelf) -> Review {
    let written = dhall::write(&design.system);
    let programs = programs(design, document, shelf);
    let mut checked = check::check(&design.system, &programs, &written.places);
    // What keeps the design from being built comes first; the rest stays in the text's order.
    let is_warning = |finding: &Diagnostic| finding.severity == Severity::Warning;
    checked.diagnostics.sort_by_key(is_warning);
    Review {
        generation,
        plan: checked.plan.map(Arc::new),
        diagnostics: checked.diagnostics,
        pins: pins(&programs),
        written: Some(Arc::new(written)),
    }
}

/// The ports that the programs declare, of those that can be read.
fn pins(programs: &Programs) -> BTreeMap<String, Vec<Pin>> {
    let declared = |(path, bytes): (&String, &Result<Vec<u8>, String>)| {
        let pins = programs::pins(bytes.as_ref().ok()?).ok()?;
        Some((path.clone(), pins))
    };
    programs.iter().filter_map(declared).collect()
}

/// The programs that the design names: from its folder, or from the starter system as long
/// as there is no folder.
fn programs(design: &Design, document: &Document, shelf: &Shelf) -> Programs {
    let mut programs = shelf.programs(&design.system, &document.folder());
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
