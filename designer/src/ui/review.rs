//! What the checker and the writer said about the design.

use std::sync::Arc;

use septum_core::dhall::Written;
use septum_core::diagnostic::Diagnostic;
use septum_core::plan::Plan;

/// The result of checking one generation of the design.
#[derive(Debug, Clone, Default)]
pub struct Review {
    /// The generation that was checked; 0 before the first check.
    pub generation: u64,
    /// The plan of the checked system; `None` where anything is an error.
    pub plan: Option<Arc<Plan>>,
    /// All findings.
    pub diagnostics: Vec<Diagnostic>,
    /// What a save would write.
    pub written: Option<Arc<Written>>,
}
