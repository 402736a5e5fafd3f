//! Builds the RISC-V programs into `assets/`: a user needs Rust for the host and nothing else.
//!
//! The result does not depend on where the checkout lies; `manifest.json` beside it says from
//! which sources and by which compiler it was made.

pub mod manifest;
pub mod program;
pub mod source;
pub mod toolchain;

use std::path::{Path, PathBuf};

/// The root of the checkout that this builder was compiled in.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .map_or_else(PathBuf::new, Path::to_path_buf)
}
