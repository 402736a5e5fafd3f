//! The record in which a program learns where the partition's memory lies.

use septum_abi::ABI_VERSION;
use septum_abi::places::{Places, SECTION};

use super::elf::{ProgramError, parse};
use super::pin::section;

/// Virtual address of the program's record, if it keeps one in `.septum.places`.
///
/// # Errors
/// A [`ProgramError`] for a file that is not a program that can be placed, or whose section
/// cannot be understood.
pub fn places(bytes: &[u8]) -> Result<Option<u64>, ProgramError> {
    let program = parse(bytes)?;
    // An empty section may stand where no segment is.
    let Some((address, size)) = section(bytes, SECTION)?.filter(|(_, size)| *size > 0) else {
        return Ok(None);
    };
    let record = program
        .segments
        .iter()
        .find_map(|segment| segment.bytes(address, size))
        .ok_or_else(|| bad("it is not part of any loaded segment"))?;
    let found = Places::from_bytes(record).filter(|_| record.len() == Places::SIZE_BYTES);
    let version = found
        .ok_or_else(|| {
            bad(format!(
                "it is not one record of {} bytes",
                Places::SIZE_BYTES
            ))
        })?
        .abi_version;
    if version != ABI_VERSION {
        return Err(bad(format!(
            "it was compiled for version {version} of the interface, this is version {ABI_VERSION}"
        )));
    }
    Ok(Some(address))
}

fn bad(reason: impl Into<String>) -> ProgramError {
    ProgramError::BadPlaces(reason.into())
}
