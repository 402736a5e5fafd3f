//! What the checker and the writer said about the design.

use std::sync::Arc;

use septum_core::dhall::Written;
use septum_core::diagnostic::Diagnostic;
use septum_core::system::System;

/// The result of checking one generation of the design.
#[derive(Debug, Clone, Default)]
pub struct Review {
    /// The generation that was checked; 0 before the first check.
    pub generation: u64,
    /// The checked system; `None` where anything is an error.
    pub system: Option<Arc<System>>,
    /// All findings.
    pub diagnostics: Vec<Diagnostic>,
    /// What a save would write.
    pub written: Option<Arc<Written>>,
}
