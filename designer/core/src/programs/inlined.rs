//! Calls whose function was put in the place of the call (DWARF 5, section 3.3.8).

use std::ops::Range;

use gimli::{
    AttributeValue, DW_AT_call_file, DW_AT_call_line, DW_TAG_inlined_subroutine,
    DebuggingInformationEntry, Dwarf, LineProgramHeader, Section as _, Unit,
};

use super::lines::Bytes;

/// Bytes of abbreviations and line tables that are read at most, all units together: a file
/// can have many units that share long ones.
const MOST_BYTES: usize = 1 << 28;

/// Entries and ranges that are read at most.
const MOST_ENTRIES: usize = 1 << 21;

/// A call, by the code that stands in its place.
pub(super) struct Call {
    /// Addresses of that code.
    pub(super) range: Range<u64>,
    /// The larger, the further inside of other calls.
    pub(super) depth: isize,
    /// The file of the call, by its number in the unit's line table.
    pub(super) file: u64,
    /// Its line.
    pub(super) line: u64,
}

/// Shows every call with the line table of its unit, until something cannot be understood.
pub(super) fn each<'data>(
    dwarf: &Dwarf<Bytes<'data>>,
    mut show: impl FnMut(&LineProgramHeader<Bytes<'data>>, Call),
) -> gimli::Result<()> {
    let unit_bytes = dwarf.debug_abbrev.reader().len() + dwarf.debug_line.reader().len();
    let mut entries_left = MOST_ENTRIES;
    let mut headers = dwarf.units();
    for _ in 0..MOST_BYTES / (unit_bytes + 1) {
        let Some(header) = headers.next()? else {
            break;
        };
        let unit = dwarf.unit(header)?;
        if let Some(program) = &unit.line_program {
            let mut show = |call| show(program.header(), call);
            of_unit(dwarf, &unit, &mut entries_left, &mut show)?;
        }
    }
    Ok(())
}

/// The calls of one unit.
fn of_unit(
    dwarf: &Dwarf<Bytes<'_>>,
    unit: &Unit<Bytes<'_>>,
    entries_left: &mut usize,
    show: &mut impl FnMut(Call),
) -> gimli::Result<()> {
    let mut depth = 0;
    let mut entries = unit.entries();
    while let Some((deeper, entry)) = entries.next_dfs()? {
        depth += deeper;
        *entries_left = entries_left.saturating_sub(1);
        if *entries_left == 0 {
            return Ok(());
        }
        let Some((file, line)) = place(entry)? else {
            continue;
        };
        let mut ranges = dwarf.die_ranges(unit, entry)?;
        while let Some(range) = ranges.next()?
            && *entries_left > 0
        {
            *entries_left -= 1;
            show(Call {
                range: range.begin..range.end,
                depth,
                file,
                line,
            });
        }
    }
    Ok(())
}

/// File and line of the call, where the entry is one.
fn place(
    entry: &DebuggingInformationEntry<'_, '_, Bytes<'_>>,
) -> gimli::Result<Option<(u64, u64)>> {
    if entry.tag() != DW_TAG_inlined_subroutine {
        return Ok(None);
    }
    let file = match entry.attr_value(DW_AT_call_file)? {
        Some(AttributeValue::FileIndex(file)) => Some(file),
        Some(other) => other.udata_value(),
        None => None,
    };
    let line = entry.attr_value(DW_AT_call_line)?;
    let line = line.and_then(|line| line.udata_value());
    Ok(file.zip(line))
}
