//! From an address to the file and line that it was compiled from, as far as a program has
//! debug information (DWARF versions 2 to 5, section 6.2: line numbers).
//!
//! All of it is read once, to limits, so that no file takes long, whatever is in it.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ops::{Range, RangeInclusive};

use gimli::{
    AttributeValue, DebugLineOffset, Dwarf, EndianSlice, LineProgramHeader, LittleEndian,
    Section as _, SectionId,
};
use object::Endianness;
use object::read::elf::ElfFile64;
use object::read::{Object, ObjectSection};

use super::elf::parse;
use super::inlined;

/// Rows that are kept at most: a program of so many instructions at least.
const MOST_ROWS: usize = 1 << 20;

/// Bytes of file names that are kept at most.
const MOST_NAME_BYTES: usize = 1 << 20;

/// An address in a 64-bit program.
const ADDRESS_BYTES: u8 = 8;

/// Where a program keeps what it was given of this system's libraries.
const LIBRARIES: &str = "septum/";

pub(super) type Bytes<'data> = EndianSlice<'data, LittleEndian>;

/// Where an instruction comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct SourceLine<'a> {
    /// The file, as the compiler was given it: relative to the folder that it ran in, or
    /// absolute.
    pub file: &'a str,
    /// The line, from 1.
    pub line: u64,
}

impl SourceLine<'_> {
    /// Whether it is the program's own and not a library's.
    fn is_own(&self) -> bool {
        !self.file.starts_with('/') && !self.file.starts_with(LIBRARIES)
    }
}

/// From this address on, until the next row's.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    address: u64,
    /// The file's position in the list and the line; `None`: nobody knows.
    source: Option<(usize, u64)>,
}

/// A call whose function stands in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Call {
    range: Range<u64>,
    /// The larger, the further inside of other calls.
    depth: isize,
    /// The file's position in the list and the line.
    source: (usize, u64),
}

/// The files of one line table that were asked for, by their numbers.
type Names = BTreeMap<u64, Option<usize>>;

/// The lines of a program, by the addresses that it was linked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines {
    entry: u64,
    rows: Vec<Row>,
    /// Innermost first.
    calls: Vec<Call>,
    files: Vec<String>,
    name_bytes: usize,
}

impl Lines {
    /// The lines of a program file; none without debug information, and only those in front
    /// of anything that cannot be understood.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        let (Ok(program), Ok(file)) = (parse(bytes), ElfFile64::<Endianness>::parse(bytes)) else {
            return Self::default();
        };
        let code = program.segments.iter().filter(|it| it.executable);
        let code: Vec<_> = code.map(|it| it.address..=it.end()).collect();
        Self {
            entry: program.entry,
            ..Self::of(&Sections::of(&file), &code)
        }
    }

    /// The lines of code in these ranges, each with the address behind it, where the end of its
    /// last function is.
    fn of(sections: &Sections<'_>, code: &[RangeInclusive<u64>]) -> Self {
        let mut lines = Self::default();
        // An error ends the reading.
        let _ = lines.read_programs(sections);
        let _ = lines.read_calls(sections);
        // The linker leaves the rows of functions that it left out, at other addresses.
        let is_code = |row: &Row| code.iter().any(|range| range.contains(&row.address));
        lines.rows.retain(is_code);
        // Of two rows of one address the later one counts, but not the end of another function.
        lines
            .rows
            .sort_by_key(|row| (row.address, row.source.is_some()));
        lines.calls.sort_by_key(|call| Reverse(call.depth));
        lines
    }

    /// Whether nothing is known about any address.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The address of the program's first instruction, as it was linked.
    #[must_use]
    pub const fn entry(&self) -> u64 {
        self.entry
    }

    /// The line of the program that the instruction at an address comes from. For code of a
    /// library that the compiler put in the place of a call, the line of the call.
    #[must_use]
    pub fn find(&self, address: u64) -> Option<SourceLine<'_>> {
        let behind = self.rows.partition_point(|row| row.address <= address);
        let innermost = self.rows.get(behind.checked_sub(1)?)?.source?;
        let calls = self.calls.iter().filter(|it| it.range.contains(&address));
        let all = std::iter::once(innermost).chain(calls.map(|it| it.source));
        let mut all = all.filter_map(|(file, line)| {
            let file = self.files.get(file)?;
            Some(SourceLine { file, line })
        });
        let first = all.next()?;
        let mut own = std::iter::once(first).chain(all).filter(SourceLine::is_own);
        Some(own.next().unwrap_or(first))
    }

    fn read_programs(&mut self, sections: &Sections<'_>) -> gimli::Result<()> {
        let mut offset = 0;
        while offset < sections.dwarf.debug_line.reader().len() {
            let at = DebugLineOffset(offset);
            let program = sections
                .dwarf
                .debug_line
                .program(at, ADDRESS_BYTES, None, None)?;
            let header = program.header();
            let length_bytes = usize::from(header.format().initial_length_size());
            // The header was read from the section, so its length is inside.
            offset += length_bytes + header.unit_length();
            let mut names = Names::new();
            let mut rows = program.rows();
            while let Some((header, row)) = rows.next_row()? {
                if self.rows.len() == MOST_ROWS {
                    return Ok(());
                }
                let line = row.line().filter(|_| !row.end_sequence());
                let file = self.file(header, row.file_index(), &mut names, sections);
                let address = row.address();
                let source = file.zip(line.map(u64::from));
                self.rows.push(Row { address, source });
            }
        }
        Ok(())
    }

    fn read_calls(&mut self, sections: &Sections<'_>) -> gimli::Result<()> {
        let mut names = Names::new();
        let mut table = None;
        inlined::each(&sections.dwarf, |header, call| {
            if table.replace(header.offset()) != Some(header.offset()) {
                names.clear();
            }
            if let Some(file) = self.file(header, call.file, &mut names, sections) {
                self.calls.push(Call {
                    range: call.range,
                    depth: call.depth,
                    source: (file, call.line),
                });
            }
        })
    }

    /// The position of a line table's file in the list of all files.
    fn file(
        &mut self,
        header: &LineProgramHeader<Bytes<'_>>,
        number: u64,
        names: &mut Names,
        sections: &Sections<'_>,
    ) -> Option<usize> {
        if let Some(known) = names.get(&number) {
            return *known;
        }
        let name = sections.file_name(header, number);
        let file = name.and_then(|name| self.keep_name(name));
        names.insert(number, file);
        file
    }

    /// The position of a file's name; `None` when there are too many.
    fn keep_name(&mut self, name: String) -> Option<usize> {
        self.name_bytes = self.name_bytes.saturating_add(name.len());
        if self.name_bytes > MOST_NAME_BYTES {
            return None;
        }
        self.files.push(name);
        Some(self.files.len() - 1)
    }
}

/// The sections of debug information.
struct Sections<'data> {
    dwarf: Dwarf<Bytes<'data>>,
}

impl<'data> Sections<'data> {
    fn of(file: &ElfFile64<'data, Endianness>) -> Self {
        Self::from(|id| {
            let section = file.section_by_name(id.name());
            section.and_then(|it| it.data().ok()).unwrap_or_default()
        })
    }

    fn from(data: impl Fn(SectionId) -> &'data [u8]) -> Self {
        let load = |id| Ok::<_, Infallible>(EndianSlice::new(data(id), LittleEndian));
        let dwarf = match Dwarf::load(load) {
            Ok(dwarf) => dwarf,
            Err(never) => match never {},
        };
        Self { dwarf }
    }

    /// The name of a line table's file: relative to where the compiler ran, or absolute.
    fn file_name(&self, header: &LineProgramHeader<Bytes<'_>>, number: u64) -> Option<String> {
        let file = header.file(number)?;
        let name = self.text(file.path_name())?;
        // The first directory is where the compiler ran.
        if file.directory_index() == 0 || name.starts_with('/') {
            return Some(name);
        }
        let directory = self.text(file.directory(header)?)?;
        let here = header.directory(0).and_then(|here| self.text(here));
        let inside = here.and_then(|here| directory.strip_prefix(&here).map(str::to_owned));
        let directory = match &inside {
            Some(inside) => inside.trim_start_matches('/'),
            None => &directory,
        };
        match directory {
            "" => Some(name),
            _ => Some(format!("{directory}/{name}")),
        }
    }

    fn text(&self, value: AttributeValue<Bytes<'_>>) -> Option<String> {
        let text = match value {
            AttributeValue::String(text) => return Some(text.to_string_lossy().into_owned()),
            AttributeValue::DebugLineStrRef(offset) => self.dwarf.debug_line_str.get_str(offset),
            AttributeValue::DebugStrRef(offset) => self.dwarf.debug_str.get_str(offset),
            _ => return None,
        };
        Some(text.ok()?.to_string_lossy().into_owned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Where the code of these tests lies.
    const CODE: RangeInclusive<u64> = 0x1000..=0x1100;

    /// The header of a line program of version 4 behind its length: one folder, two files.
    const HEADER: &[u8] =
        b"\x01\x01\x01\xfb\x0e\x0d\x00\x01\x01\x01\x01\x00\x00\x00\x01\x00\x00\x01\
        lib\0\0main.c\0\x00\x00\x00put.h\0\x01\x00\x00\0";

    /// A line program of version 4 with these instructions.
    fn program(instructions: &[u8]) -> Vec<u8> {
        let header_bytes = u32::try_from(HEADER.len()).unwrap();
        let mut unit = vec![4, 0];
        unit.extend(header_bytes.to_le_bytes());
        unit.extend(HEADER);
        unit.extend(instructions);
        let length = u32::try_from(unit.len()).unwrap();
        [&length.to_le_bytes()[..], &unit].concat()
    }

    /// A function of 12 bytes: a line of `main.c`, from its middle on one of `lib/put.h`.
    fn function(address: u64, line: u8) -> Vec<u8> {
        let mut code = vec![0, 9, 2];
        code.extend(address.to_le_bytes());
        // Advance the line, a row; the other file, 8 bytes on, a row; 4 bytes on, the end.
        code.extend([3, line - 1, 1, 4, 2, 2, 8, 1, 2, 4, 0, 1, 1]);
        code
    }

    fn lines(section: &[u8]) -> Lines {
        let sections = Sections::from(|id| match id {
            SectionId::DebugLine => section,
            _ => &[],
        });
        Lines::of(&sections, &[CODE])
    }

    fn words(lines: &Lines, address: u64) -> Option<String> {
        let found = lines.find(address)?;
        Some(format!("{}:{}", found.file, found.line))
    }

    #[test]
    fn an_address_has_the_line_of_the_row_in_front_of_it() {
        // The later function stands first.
        let section = program(&[function(0x1010, 20), function(0x1000, 10)].concat());
        let lines = lines(&section);
        let cases = [
            (0xfff, None),
            (0x1000, Some("main.c:10")),
            (0x1007, Some("main.c:10")),
            (0x1008, Some("lib/put.h:10")),
            (0x100b, Some("lib/put.h:10")),
            (0x100c, None),
            (0x1010, Some("main.c:20")),
            (0x101c, None),
            (u64::MAX, None),
        ];
        for (address, expected) in cases {
            let found = words(&lines, address);
            assert_eq!(found.as_deref(), expected, "{address:#x}");
        }
    }

    #[test]
    fn a_function_begins_where_another_ends() {
        let section = program(&[function(0x1000, 10), function(0x100c, 20)].concat());
        assert_eq!(words(&lines(&section), 0x100c).unwrap(), "main.c:20");
    }

    #[test]
    fn every_unit_is_read_but_no_code_that_is_not_there() {
        let left_out = program(&function(0, 30));
        let section = [left_out, program(&function(0x1020, 40))].concat();
        let lines = lines(&section);
        assert_eq!(words(&lines, 0x1020).unwrap(), "main.c:40");
        assert_eq!(lines.find(0), None);
        assert_eq!(lines.find(4), None);
    }

    #[test]
    fn what_stands_before_the_damage_is_known() {
        let section = [program(&function(0x1000, 10)), vec![9, 0, 0, 0, 1]].concat();
        assert_eq!(words(&lines(&section), 0x1000).unwrap(), "main.c:10");
    }

    proptest! {
        #[test]
        fn damage_gives_an_answer(
            damage in proptest::collection::vec((0usize..160, any::<u8>()), 1..8),
        ) {
            let functions = [function(0x1000, 10), function(0x1010, 20)].concat();
            let mut section = [program(&functions), program(&functions)].concat();
            for (offset, byte) in damage {
                if let Some(place) = section.get_mut(offset) {
                    *place = byte;
                }
            }
            let lines = lines(&section);
            for address in 0xff0..0x1110 {
                let _ = lines.find(address);
            }
        }
    }
}
