//! Relocations that a linker kept in an executable at fixed addresses (`--emit-relocs`), so
//! that it can be moved after all: Debian's linker for bare metal makes no static-pie.

use object::LittleEndian;
use object::elf::{self, FileHeader64, Rela64, Sym64};
use object::read::elf::{FileHeader, Rela, SectionHeader, SectionTable, Sym, SymbolTable};

use super::elf::Segment;
use super::relocation::{Relocation, holder};

/// What a kind of relocation asks of a program that is moved as a whole (RISC-V ELF psABI).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A word of eight bytes that holds an address.
    Word,
    /// A distance, from the instruction or between two symbols: right as it is, as long as
    /// both ends move.
    Distance,
    /// A part of an address in an instruction or in a short word.
    Part,
    /// Nothing.
    Nothing,
    /// Unknown here.
    Other,
}

impl Kind {
    const fn of(number: u32) -> Self {
        match number {
            elf::R_RISCV_64 => Self::Word,
            elf::R_RISCV_BRANCH
            | elf::R_RISCV_JAL
            | elf::R_RISCV_CALL
            | elf::R_RISCV_CALL_PLT
            | elf::R_RISCV_PCREL_HI20
            | elf::R_RISCV_PCREL_LO12_I
            | elf::R_RISCV_PCREL_LO12_S
            | elf::R_RISCV_RVC_BRANCH
            | elf::R_RISCV_RVC_JUMP
            | elf::R_RISCV_32_PCREL => Self::Distance,
            elf::R_RISCV_32
            | elf::R_RISCV_HI20
            | elf::R_RISCV_LO12_I
            | elf::R_RISCV_LO12_S
            | elf::R_RISCV_RVC_LUI => Self::Part,
            elf::R_RISCV_NONE
            | elf::R_RISCV_ALIGN
            | elf::R_RISCV_RELAX
            | elf::R_RISCV_GPREL_I
            | elf::R_RISCV_GPREL_S
            | elf::R_RISCV_ADD8..=elf::R_RISCV_SUB64
            | elf::R_RISCV_SUB6..=elf::R_RISCV_SET32 => Self::Nothing,
            _ => Self::Other,
        }
    }
}

/// The symbol that linker scripts set in the middle of the data; it moves with them although
/// it is a number to the linker.
const GLOBAL_POINTER: &[u8] = b"__global_pointer$";

/// The words that hold addresses; `None` where relocations were not kept, or some of them
/// cannot be done again.
pub(super) fn read(
    header: &FileHeader64<LittleEndian>,
    bytes: &[u8],
    segments: &[Segment<'_>],
) -> Option<Vec<Relocation>> {
    let sections = header.sections(LittleEndian, bytes).ok()?;
    let symbols = sections
        .symbols(LittleEndian, bytes, elf::SHT_SYMTAB)
        .ok()?;
    let mut relocations = Vec::new();
    let mut kept = false;
    // Sections that overlap could name the same rows again and again.
    let mut most = bytes.len() / size_of::<Rela64<LittleEndian>>();
    for section in sections.iter() {
        let Ok(Some((rows, _))) = section.rela(LittleEndian, bytes) else {
            continue;
        };
        if !is_loaded(&sections, section) {
            continue;
        }
        kept = true;
        most = most.checked_sub(rows.len())?;
        for row in rows {
            relocations.extend(relocation(row, &symbols, segments)?);
        }
    }
    kept.then_some(relocations)
}

/// Whether a section of relocations is about something that is loaded.
fn is_loaded(
    sections: &SectionTable<'_, FileHeader64<LittleEndian>>,
    section: &elf::SectionHeader64<LittleEndian>,
) -> bool {
    let about = section.info_link(LittleEndian);
    let about = sections.section(about);
    about.is_ok_and(|about| about.sh_flags(LittleEndian) & u64::from(elf::SHF_ALLOC) != 0)
}

/// What one row asks for: a word to be moved or nothing; `None` for what cannot be done.
fn relocation(
    row: &Rela64<LittleEndian>,
    symbols: &SymbolTable<'_, FileHeader64<LittleEndian>>,
    segments: &[Segment<'_>],
) -> Option<Option<Relocation>> {
    let moves = match row.symbol(LittleEndian, false) {
        Some(index) => moves(symbols.symbol(index).ok()?, symbols),
        None => false,
    };
    match (Kind::of(row.r_type(LittleEndian, false)), moves) {
        (Kind::Word, true) => word(row.r_offset(LittleEndian), segments).map(Some),
        (Kind::Distance, true) | (Kind::Word | Kind::Part, false) | (Kind::Nothing, _) => {
            Some(None)
        }
        (Kind::Distance, false) | (Kind::Part, true) | (Kind::Other, _) => None,
    }
}

/// Whether a symbol moves with the program.
fn moves(
    symbol: &Sym64<LittleEndian>,
    symbols: &SymbolTable<'_, FileHeader64<LittleEndian>>,
) -> bool {
    let section = symbol.st_shndx(LittleEndian);
    let is_gp = || symbol.name(LittleEndian, symbols.strings()) == Ok(GLOBAL_POINTER);
    match section {
        elf::SHN_UNDEF => false,
        elf::SHN_ABS => is_gp(),
        _ => true,
    }
}

/// The word at an address, which the linker has filled in.
fn word(address: u64, segments: &[Segment<'_>]) -> Option<Relocation> {
    let segment = segments[holder(segments, address)?];
    let bytes = segment.bytes(address, 8)?;
    let value = u64::from_le_bytes(bytes.try_into().ok()?);
    Some(Relocation { address, value })
}
