//! What the checker and the writer said about the design.

use std::collections::BTreeMap;
use std::sync::Arc;

use septum_core::dhall::Written;
use septum_core::diagnostic::Diagnostic;
use septum_core::plan::Plan;
use septum_core::programs::Pin;

/// The result of checking one generation of the design.
#[derive(Debug, Clone, Default)]
pub struct Review {
    /// The generation that was checked; 0 before the first check.
    pub generation: u64,
    /// The plan of the checked system; `None` where anything is an error.
    pub plan: Option<Arc<Plan>>,
    /// All findings.
    pub diagnostics: Vec<Diagnostic>,
    /// The ports that the programs declare, by the path of the program in the design; a file
    /// that is no program has no entry.
    pub pins: BTreeMap<String, Vec<Pin>>,
    /// What a save would write.
    pub written: Option<Arc<Written>>,
}
