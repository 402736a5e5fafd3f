//! The program files that a design names.

use std::collections::BTreeMap;
use std::path::Path;

use crate::spec::{RawProgram, RawSystem};

/// The files that a design names, by the path that it names them with: their bytes, or a
/// sentence that says why they cannot be read.
pub type Programs = BTreeMap<String, Result<Vec<u8>, String>>;

/// Larger files are not read: RAM of the machine is smaller than any program that big.
const MAX_PROGRAM_BYTES: u64 = 64 << 20;

/// Reads every program file that a design names, relative to `directory`.
#[must_use]
pub fn load(raw: &RawSystem, directory: &Path) -> Programs {
    let paths = raw.partitions.iter().filter_map(|p| match &p.program {
        RawProgram::Elf(path) => Some(path),
        RawProgram::Model(_) => None,
    });
    paths
        .map(|path| (path.clone(), read(&directory.join(path))))
        .collect()
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let metadata = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        return Err("it is not a file".to_owned());
    }
    if metadata.len() > MAX_PROGRAM_BYTES {
        return Err(format!("it is larger than {} MiB", MAX_PROGRAM_BYTES >> 20));
    }
    std::fs::read(path).map_err(|error| error.to_string())
}
