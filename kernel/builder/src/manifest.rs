//! `assets/manifest.json`: from what and by what the assets were made.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What the manifest says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`crate::source::hash`] of the sources.
    pub sources: String,
    /// First line of `rustc --version`.
    pub compiler: String,
    /// SHA-256 of each file in `assets/`.
    pub files: BTreeMap<String, String>,
}

impl Manifest {
    /// Reads `assets/manifest.json` below `root`.
    ///
    /// # Errors
    /// When it is missing or not a manifest.
    pub fn read(root: &Path) -> Result<Self> {
        let path = root.join("assets/manifest.json");
        let text = fs::read_to_string(&path)
            .with_context(|| format!("{}: run `cargo kernel`", path.display()))?;
        serde_json::from_str(&text).with_context(|| path.display().to_string())
    }

    /// Writes `assets/manifest.json` below `root`.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn write(&self, root: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        Ok(fs::write(root.join("assets/manifest.json"), text)?)
    }
}

/// SHA-256 in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Lower-case hexadecimal digits.
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
