//! Paths as people type them.

use std::path::PathBuf;

/// The path that a text means; `~/` is the user's home folder, from the environment.
#[must_use]
pub fn read(text: &str) -> PathBuf {
    let text = text.trim();
    match (text.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(text),
    }
}
