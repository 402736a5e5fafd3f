//! Relocations of position-independent executables, which the designer applies.

use object::LittleEndian;
use object::elf::{self, FileHeader64};
use object::read::elf::{Dyn, FileHeader, ProgramHeader, Rela};

use super::elf::{ProgramError, Segment};

/// A word of eight bytes that holds an address inside the program (RISC-V ELF psABI,
/// `R_RISCV_RELATIVE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relocation {
    /// Address of the word.
    pub address: u64,
    /// What it holds, for the program as it was linked or where it was moved to.
    pub value: u64,
}

/// Length of a relocated word in bytes.
const WORD_BYTES: u64 = 8;

/// What only a linker at run time does.
const RUN_TIME: [(u32, &str); 4] = [
    (elf::DT_NEEDED, "a shared library"),
    (elf::DT_JMPREL, "a procedure linkage table"),
    (elf::DT_REL, "relocations without addends"),
    (DT_RELR, "packed relocations"),
];

/// Table of packed relative relocations (System V ABI, dynamic section).
const DT_RELR: u32 = 36;

/// Where the relocations of a program are.
#[derive(Debug, Clone, Copy, Default)]
struct Table {
    address: u64,
    size_bytes: u64,
}

/// The relocations that the dynamic section names; none without one.
pub(super) fn read(
    header: &FileHeader64<LittleEndian>,
    bytes: &[u8],
    segments: &[Segment<'_>],
) -> Result<Vec<Relocation>, ProgramError> {
    let table = table(header, bytes)?;
    if table.size_bytes == 0 {
        return Ok(Vec::new());
    }
    let found = segments
        .iter()
        .find_map(|segment| segment.bytes(table.address, table.size_bytes))
        .ok_or_else(|| damaged("its relocations are not in a loaded segment"))?;
    let rows = object::pod::slice_from_all_bytes::<elf::Rela64<LittleEndian>>(found)
        .map_err(|()| damaged("its relocations are cut off"))?;
    rows.iter().map(|row| relocation(row, segments)).collect()
}

fn damaged(reason: &str) -> ProgramError {
    ProgramError::Damaged(reason.to_owned())
}

/// Where the dynamic section says that relocations are.
fn table(header: &FileHeader64<LittleEndian>, bytes: &[u8]) -> Result<Table, ProgramError> {
    let headers = header
        .program_headers(LittleEndian, bytes)
        .map_err(|error| ProgramError::Damaged(error.to_string()))?;
    let dynamic = headers
        .iter()
        .find(|program| program.p_type(LittleEndian) == elf::PT_DYNAMIC);
    let rows = match dynamic.map(|program| program.dynamic(LittleEndian, bytes)) {
        Some(rows) => rows.map_err(|_| damaged("its dynamic section is cut off"))?,
        None => None,
    };
    let mut table = Table::default();
    for row in rows.unwrap_or_default() {
        let (tag, value) = (row.tag32(LittleEndian), row.d_val(LittleEndian));
        match tag {
            Some(elf::DT_NULL) => break,
            Some(elf::DT_RELA) => table.address = value,
            Some(elf::DT_RELASZ) => table.size_bytes = value,
            _ => {}
        }
        if let Some((_, what)) = RUN_TIME.iter().find(|(known, _)| tag == Some(*known)) {
            return Err(ProgramError::RunTimeLinking(what));
        }
    }
    Ok(table)
}

/// The number of the segment that an address is in; they are sorted and disjoint.
pub(super) fn holder(segments: &[Segment<'_>], address: u64) -> Option<usize> {
    let after = segments.partition_point(|segment| segment.address <= address);
    let number = after.checked_sub(1)?;
    segments[number].contains(address).then_some(number)
}

/// A row of the table: of the one kind that is done here, in a segment's memory.
fn relocation(
    row: &elf::Rela64<LittleEndian>,
    segments: &[Segment<'_>],
) -> Result<Relocation, ProgramError> {
    let address = row.r_offset(LittleEndian);
    let kind = row.r_type(LittleEndian, false);
    if kind != elf::R_RISCV_RELATIVE {
        return Err(ProgramError::Relocation { kind, address });
    }
    let holder = holder(segments, address);
    if holder.is_none_or(|number| segments[number].end() - address < WORD_BYTES) {
        return Err(damaged("it has a relocation outside of its segments"));
    }
    Ok(Relocation {
        address,
        value: row.r_addend(LittleEndian).cast_unsigned(),
    })
}
