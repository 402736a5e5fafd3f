//! What a file looked like, to notice when somebody else changes it.

use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::atomic;

/// The SHA-256 of a file's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Stamp([u8; 32]);

impl Stamp {
    /// The stamp of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The stamp of a file as it is now; `None` where there is none.
    ///
    /// # Errors
    /// When it cannot be read, or is no regular file: reading such a one may never end.
    pub fn of_file(path: &Path) -> io::Result<Option<Self>> {
        if atomic::is_irregular(path) {
            return Err(io::Error::other("it is not a regular file"));
        }
        match std::fs::read(path) {
            Ok(bytes) => Ok(Some(Self::of(&bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}
