//! The sources that the assets are made from, and their hash.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::manifest::hexadecimal;

/// Folders of the RISC-V programs and of what they link.
const FOLDERS: &[&str] = &[
    "kernel/src",
    "kernel/abi/src",
    "kernel/logic/src",
    "kernel/user/src",
    "kernel/model/src",
    "kernel/programs",
];

/// Single files: linker scripts and manifests.
const FILES: &[&str] = &[
    "kernel/Cargo.toml",
    "kernel/kernel.ld",
    "kernel/abi/Cargo.toml",
    "kernel/logic/Cargo.toml",
    "kernel/user/Cargo.toml",
    "kernel/user/partition.ld",
    "kernel/model/Cargo.toml",
];

/// SHA-256 over the names and contents of all sources and the compiler profile.
///
/// # Errors
/// When a source can't be read.
pub fn hash(root: &Path) -> Result<String> {
    let mut paths: Vec<PathBuf> = FILES.iter().map(|file| root.join(file)).collect();
    for folder in FOLDERS {
        collect(&root.join(folder), &mut paths)?;
    }
    paths.sort();
    let mut hash = Sha256::new();
    for path in &paths {
        let name = path.strip_prefix(root)?.to_string_lossy().into_owned();
        let bytes = fs::read(path).with_context(|| path.display().to_string())?;
        hash.update(format!("{name}\0{}\0", bytes.len()));
        hash.update(bytes);
    }
    hash.update(profile(root)?);
    Ok(hexadecimal(&hash.finalize()))
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

/// The section `[profile.kernel]` of the workspace's manifest.
fn profile(root: &Path) -> Result<String> {
    let manifest = fs::read_to_string(root.join("Cargo.toml"))?;
    let lines = manifest
        .lines()
        .skip_while(|line| *line != "[profile.kernel]")
        .take_while(|line| !line.is_empty());
    Ok(lines.collect::<Vec<_>>().join("\n"))
}
