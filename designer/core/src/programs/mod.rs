//! The program files that a design names: loading them, reading them, and comparing the ports
//! that they declare with those that the design gives them.
//!
//! A program is a static RISC-V ELF, at fixed addresses or position-independent. Nothing in it is trusted: whatever a file holds, the
//! answer is a value or a [`ProgramError`] that says in one sentence what is wrong.

mod binding;
mod elf;
mod kept;
mod pin;
mod placed;
mod places;
mod relocation;

pub use binding::{BindingProblem, DesignPort, compare};
pub(crate) use elf::SV39_USER_END;
pub use elf::{ProgramError, ProgramFile, Segment, parse};
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
    let paths = raw.partitions.iter().filter_map(|p| match &p.program {
        RawProgram::Elf(path) => Some(path),
        RawProgram::Model(_) => None,
    });
    paths
        .map(|path| {
            let bytes = read(directory, Path::new(path));
            (path.clone(), bytes.map_err(|refusal| refusal.to_string()))
        })
        .collect()
}

fn read(directory: &Path, path: &Path) -> Result<Vec<u8>, Refusal> {
    let file = Folder::at(directory)?.find(path)?;
    folder::read(&file, MAX_PROGRAM_BYTES)
}

#[cfg(test)]
mod tests;
