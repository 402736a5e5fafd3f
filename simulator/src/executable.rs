//! Reading a bare-metal program: what has to be in memory before the first instruction.
//!
//! Nothing in the file is trusted: whatever it holds, the answer is a value or an
//! [`ExecutableError`], and no more memory is taken than the file has bytes.

use object::LittleEndian;
use object::elf::{self, FileHeader64};
use object::read::elf::{Dyn, FileHeader, ProgramHeader, Sym};
use thiserror::Error;

use crate::symbols::SymbolTable;

const ENDIAN: LittleEndian = LittleEndian;

/// Bytes of the name of a place that are kept.
const LONGEST_NAME: usize = 200;

/// Length of relative relocations in their short form (ELF gABI, DT_RELRSZ).
const DT_RELRSZ: u32 = 35;

/// Entries of a dynamic section that say how many bytes of relocations there are.
const RELOCATIONS: [u32; 4] = [elf::DT_RELASZ, elf::DT_RELSZ, elf::DT_PLTRELSZ, DT_RELRSZ];

/// Why a file is no program that can be run. Each is a sentence that continues the file's name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExecutableError {
    /// Something else than an ELF file.
    #[error("is not an ELF file: give it as the linker wrote it, not as raw binary or hex")]
    NotElf,
    /// The file ends too early, or contradicts itself.
    #[error("is cut off or damaged: {0}; build it again")]
    Damaged(String),
    /// For RV32.
    #[error("is a 32-bit ELF file, the machine is RV64: compile it with -march=rv64imac")]
    Narrow,
    /// For a big-endian machine.
    #[error("is a big-endian ELF file, the machine is little-endian: compile it for that")]
    BigEndian,
    /// For another instruction set.
    #[error(
        "is for architecture {0} (e_machine), the machine is RISC-V (243): compile it for that"
    )]
    Architecture(u16),
    /// An object file, a core dump, or worse.
    #[error("is not an executable (e_type {0}): link it with -static")]
    NotExecutable(u16),
    /// It wants a dynamic linker.
    #[error("is linked dynamically, and nobody is there to finish it: link it with -static")]
    Dynamic,
    /// It is to be moved.
    #[error("needs relocations, and nobody is there to do them: link it with -static -no-pie")]
    Relocations,
    /// Nothing to load.
    #[error("has no segment to load: link it with code in a section that is allocated")]
    Empty,
    /// More bytes in the file than in memory.
    #[error("has a segment at {0:#x} that is longer in the file than in memory; build it again")]
    Longer(u64),
    /// The end wraps around.
    #[error(
        "has a segment of {size_bytes} bytes at {address:#x}, past the last address: correct the linker script"
    )]
    Wraps {
        /// Physical address.
        address: u64,
        /// Length in bytes.
        size_bytes: u64,
    },
    /// Two segments in one place.
    #[error("has a segment at {high:#x} over the one at {low:#x}: correct the linker script")]
    Overlap {
        /// Physical address of the lower one.
        low: u64,
        /// Physical address of the higher one.
        high: u64,
    },
    /// The first instruction is nowhere.
    #[error(
        "begins at {0:#x}, where it has no code at that physical address: set the entry (-e, ENTRY)"
    )]
    Entry(u64),
}

/// A program at fixed physical addresses.
#[derive(Debug, Clone)]
pub struct Executable<'data> {
    /// Physical address of the first instruction, inside a segment.
    pub entry: u64,
    /// What to load, by ascending physical address, disjoint, never empty.
    pub segments: Vec<Segment<'data>>,
    symbols: Symbols<'data>,
}

type Symbols<'data> = object::read::elf::SymbolTable<'data, FileHeader64<LittleEndian>>;

/// Some bytes of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment<'data> {
    /// Physical address.
    pub address: u64,
    /// The address that its symbols have.
    pub virtual_address: u64,
    /// Length in memory in bytes, at least one; what `data` does not cover is zero.
    pub size_bytes: u64,
    /// The bytes in the file; not longer than `size_bytes`.
    pub data: &'data [u8],
}

impl Segment<'_> {
    /// First physical address after it.
    #[must_use]
    pub const fn end(&self) -> u64 {
        // `segment` has checked it.
        self.address + self.size_bytes
    }
}

impl<'data> Executable<'data> {
    /// Reads a file.
    ///
    /// # Errors
    /// When it is no static RV64 program at fixed addresses.
    pub fn read(bytes: &'data [u8]) -> Result<Self, ExecutableError> {
        let header = header(bytes)?;
        let segments = segments(header, bytes)?;
        let entry = header.e_entry(ENDIAN);
        let has_entry = |it: &Segment<'_>| (it.address..it.end()).contains(&entry);
        if entry % 2 != 0 || !segments.iter().any(has_entry) {
            return Err(ExecutableError::Entry(entry));
        }
        let sections = header.sections(ENDIAN, bytes).map_err(damaged)?;
        let symbols = sections.symbols(ENDIAN, bytes, elf::SHT_SYMTAB);
        Ok(Self {
            entry,
            segments,
            symbols: symbols.map_err(damaged)?,
        })
    }

    /// The value of a symbol, as it was linked.
    #[must_use]
    pub fn symbol(&self, name: &str) -> Option<u64> {
        let strings = self.symbols.strings();
        let mut symbols = self.symbols.iter();
        let found = symbols.find(|symbol| {
            symbol.st_shndx(ENDIAN) != elf::SHN_UNDEF
                && symbol.name(ENDIAN, strings) == Ok(name.as_bytes())
        });
        found.map(|symbol| symbol.st_value(ENDIAN))
    }

    /// The names of places in its segments.
    #[must_use]
    pub fn symbols(&self) -> SymbolTable {
        let strings = self.symbols.strings();
        let places = self.symbols.iter().filter_map(|symbol| {
            let kind = symbol.st_type();
            let is_place = matches!(kind, elf::STT_NOTYPE | elf::STT_FUNC | elf::STT_OBJECT);
            let name = symbol.name(ENDIAN, strings).ok()?;
            let address = self.physical(symbol.st_value(ENDIAN));
            let segment = self
                .segments
                .iter()
                .find(|it| (it.address..it.end()).contains(&address))?;
            let is_named = symbol.st_shndx(ENDIAN) != elf::SHN_UNDEF && !name.is_empty();
            // A hostile file has a million names that are one long text.
            let name = name.get(..LONGEST_NAME).unwrap_or(name);
            let name = String::from_utf8_lossy(name).into_owned();
            (is_place && is_named).then(|| (address..segment.end(), name))
        });
        SymbolTable::new(places.collect())
    }

    /// Where in memory the value of a symbol is; outside of the segments it is its own place.
    #[must_use]
    pub fn physical(&self, value: u64) -> u64 {
        let inside = |segment: &Segment<'_>| {
            let offset = value.checked_sub(segment.virtual_address)?;
            (offset < segment.size_bytes).then(|| segment.address + offset)
        };
        self.segments.iter().find_map(inside).unwrap_or(value)
    }
}

fn damaged(error: object::read::Error) -> ExecutableError {
    ExecutableError::Damaged(error.to_string())
}

/// The file header of an executable for RV64.
fn header(bytes: &[u8]) -> Result<&FileHeader64<LittleEndian>, ExecutableError> {
    if !bytes.starts_with(&elf::ELFMAG) {
        return Err(ExecutableError::NotElf);
    }
    match bytes.get(4..6) {
        Some(&[elf::ELFCLASS32, _]) => return Err(ExecutableError::Narrow),
        Some(&[_, elf::ELFDATA2MSB]) => return Err(ExecutableError::BigEndian),
        _ => {}
    }
    let header = FileHeader64::<LittleEndian>::parse(bytes).map_err(damaged)?;
    match (header.e_machine(ENDIAN), header.e_type(ENDIAN)) {
        (elf::EM_RISCV, elf::ET_EXEC | elf::ET_DYN) => Ok(header),
        (elf::EM_RISCV, kind) => Err(ExecutableError::NotExecutable(kind)),
        (machine, _) => Err(ExecutableError::Architecture(machine)),
    }
}

/// All loadable segments, sorted and checked against each other.
fn segments<'data>(
    header: &FileHeader64<LittleEndian>,
    bytes: &'data [u8],
) -> Result<Vec<Segment<'data>>, ExecutableError> {
    let mut segments = Vec::new();
    for program in header.program_headers(ENDIAN, bytes).map_err(damaged)? {
        match program.p_type(ENDIAN) {
            elf::PT_LOAD => segments.push(segment(program, bytes)?),
            elf::PT_INTERP => return Err(ExecutableError::Dynamic),
            elf::PT_DYNAMIC => check_dynamic(program, bytes)?,
            _ => {}
        }
    }
    segments.retain(|segment| segment.size_bytes > 0);
    segments.sort_by_key(|segment| segment.address);
    if segments.is_empty() {
        return Err(ExecutableError::Empty);
    }
    let mut pairs = segments.windows(2);
    match pairs.find(|pair| pair[1].address < pair[0].end()) {
        Some(pair) => Err(ExecutableError::Overlap {
            low: pair[0].address,
            high: pair[1].address,
        }),
        None => Ok(segments),
    }
}

/// One segment, checked by itself.
fn segment<'data>(
    program: &elf::ProgramHeader64<LittleEndian>,
    bytes: &'data [u8],
) -> Result<Segment<'data>, ExecutableError> {
    let (address, size_bytes) = (program.p_paddr(ENDIAN), program.p_memsz(ENDIAN));
    let data = program.data(ENDIAN, bytes).map_err(|()| {
        ExecutableError::Damaged(format!("the segment at {address:#x} ends after the file"))
    })?;
    if program.p_filesz(ENDIAN) > size_bytes {
        return Err(ExecutableError::Longer(address));
    }
    if address.checked_add(size_bytes).is_none() {
        return Err(ExecutableError::Wraps {
            address,
            size_bytes,
        });
    }
    Ok(Segment {
        address,
        virtual_address: program.p_vaddr(ENDIAN),
        size_bytes,
        data,
    })
}

/// Refuses what somebody would have to link before it runs.
fn check_dynamic(
    program: &elf::ProgramHeader64<LittleEndian>,
    bytes: &[u8],
) -> Result<(), ExecutableError> {
    let entries = program.dynamic(ENDIAN, bytes).map_err(damaged)?;
    for entry in entries.unwrap_or_default() {
        let (tag, value) = (entry.d_tag(ENDIAN), entry.d_val(ENDIAN));
        match u32::try_from(tag) {
            Ok(elf::DT_NULL) => break,
            Ok(elf::DT_NEEDED) => return Err(ExecutableError::Dynamic),
            Ok(tag) if value > 0 && RELOCATIONS.contains(&tag) => {
                return Err(ExecutableError::Relocations);
            }
            _ => {}
        }
    }
    Ok(())
}
