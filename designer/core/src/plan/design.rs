//! The fingerprint of a design.

use sha2::{Digest, Sha256};

use crate::system::System;

/// SHA-256 of the design in a canonical form, program files included.
pub(super) fn hash(system: &System) -> [u8; 32] {
    let canonical = serde_json::to_vec(system).expect("plain data with string keys only");
    Sha256::digest(canonical).into()
}
