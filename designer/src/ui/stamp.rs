//! What a file looked like, to notice when somebody else changes it.

use std::path::Path;

use sha2::{Digest, Sha256};

/// The SHA-256 of a file's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Stamp([u8; 32]);

impl Stamp {
    /// The stamp of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The stamp of a file as it is now; `None` where it cannot be read.
    #[must_use]
    pub fn of_file(path: &Path) -> Option<Self> {
        std::fs::read(path).ok().map(|bytes| Self::of(&bytes))
    }
}
