//! The program files that a design names: loading them, reading them, and comparing the ports
//! that they declare with those that the design gives them.
//!
//! A program is a static RISC-V ELF, at fixed addresses or position-independent. Nothing in it is trusted: whatever a file holds, the
//! answer is a value or a [`ProgramError`] that says in one sentence what is wrong.

mod binding;
mod elf;
mod inlined;
mod kept;
mod lines;
mod pin;
mod placed;
mod places;
mod relocation;

pub use binding::{BindingProblem, DesignPort, compare};
pub(crate) use elf::SV39_USER_END;
pub use elf::{ProgramError, ProgramFile, Segment, parse};
pub use lines::{Lines, SourceLine};
pub use pin::{Pin, PinDirection, PinKind, pins};
pub(crate) use placed::Placed;
pub use places::places;
pub use relocation::Relocation;

use std::collections::BTreeMap;
use std::path::Path;

use crate::folder::{self, Folder, Refusal};
use crate::spec::{RawProgram, RawSystem};

/// The files that a design names, by the path that it names them with: their bytes, or why they
/// cannot be read, as half a sentence that continues "the program `x` ...".
pub type Programs = BTreeMap<String, Result<Vec<u8>, String>>;

/// Larger files are not read: RAM of the machine is smaller than any program that big.
pub const MAX_PROGRAM_BYTES: u64 = 64 << 20;

/// A page; the first one is never mapped, so that a null pointer faults.
const PROGRAM_PAGE_BYTES: u64 = 4096;
const _: () = assert!(septum_abi::limits::PAGE_BYTES == 4096);

/// Reads every program file that a design names, by its path from `directory` and inside it.
#[must_use]
pub fn load(raw: &RawSystem, directory: &Path) -> Programs {
    let read = |path: &str| (path.to_owned(), read(directory, path));
    names(raw).map(read).collect()
}

/// The paths of the programs that a design names, in the order of its partitions.
pub fn names(raw: &RawSystem) -> impl Iterator<Item = &str> {
    raw.partitions.iter().filter_map(|p| match &p.program {
        RawProgram::Elf(path) => Some(path.as_str()),
        RawProgram::Model(_) => None,
    })
}

/// Reads one program file, by its path from `directory` and inside it.
///
/// # Errors
/// Why it cannot be read, as half a sentence that continues "the program `x` ...".
pub fn read(directory: &Path, path: &str) -> Result<Vec<u8>, String> {
    let bytes = || -> Result<Vec<u8>, Refusal> {
        let file = Folder::at(directory)?.find(Path::new(path))?;
        folder::read(&file, MAX_PROGRAM_BYTES)
    };
    bytes().map_err(|refusal| refusal.to_string())
}

/// Reads one program file, wherever it is.
///
/// # Errors
/// Why it cannot be read, as half a sentence that continues "the program `x` ...".
pub fn read_anywhere(path: &Path) -> Result<Vec<u8>, String> {
    folder::read(path, MAX_PROGRAM_BYTES).map_err(|refusal| refusal.to_string())
}

#[cfg(test)]
mod tests;
