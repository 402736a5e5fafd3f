//! The file behind the design.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use septum_core::dhall::Form;

use super::design::Design;
use super::stamp::Stamp;

/// Why the writer may not overwrite a file, as the rest of a sentence that begins with its name.
pub const OWN_FORM: &str = "has comments or lets of its own";

/// The last part of a path, as people say it.
#[must_use]
pub fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

/// The file behind the design, and what it held when it was last read or written.
#[derive(Debug, Clone)]
pub struct Document {
    /// The file; `None` for a design that was never saved.
    pub path: Option<PathBuf>,
    /// Whether the writer may overwrite the file.
    pub form: Form,
    /// What the file looked like on disk; `None` where there was none.
    pub stamp: Option<Stamp>,
    /// The design that the file holds; `None` for a design that was never saved.
    pub saved: Option<Arc<Design>>,
    /// The starter system that the design was made from, where it was.
    pub template: Option<String>,
}

impl Document {
    /// A design that has no file yet.
    #[must_use]
    pub fn unsaved(template: Option<String>) -> Self {
        Self {
            path: None,
            form: Form::Writer,
            stamp: None,
            saved: None,
            template,
        }
    }

    /// The folder that paths in the design are relative to; the current one for a design
    /// without a file.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.path
            .as_deref()
            .and_then(Path::parent)
            .map_or_else(PathBuf::new, Path::to_path_buf)
    }

    /// Where a save goes: the file, or one beside it when the file is somebody's own text.
    #[must_use]
    pub fn target(&self) -> Option<PathBuf> {
        let path = self.path.as_ref()?;
        Some(match self.form {
            Form::Writer => path.clone(),
            Form::Other => path.with_extension("septum.dhall"),
        })
    }

    /// Where saves go and why not to the file itself, for a file in a form of its own.
    #[must_use]
    pub fn detour(&self) -> Option<String> {
        let path = self.path.as_deref().filter(|_| self.form == Form::Other)?;
        let target = file_name(&self.target()?);
        Some(format!(
            "Saves go to {target}: {} {OWN_FORM}",
            file_name(path)
        ))
    }

    /// What the title says.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.path {
            Some(path) => path.display().to_string(),
            None => "not saved yet".to_owned(),
        }
    }

    /// The starter system whose embedded files stand in for a folder, as long as the design
    /// was never saved.
    #[must_use]
    pub fn embedded_template(&self) -> Option<String> {
        self.template.clone().filter(|_| self.path.is_none())
    }
}
