//! `septum new`: a starter system in a new folder.

use std::path::PathBuf;

/// What to write where.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Folder to make; files that are already there are never overwritten.
    directory: PathBuf,
    /// Starter system.
    #[arg(long, default_value = "ping-pong")]
    template: String,
}

/// Writes the starter system.
pub fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    anyhow::bail!(
        "there is no template {} for {}",
        arguments.template,
        arguments.directory.display()
    )
}
