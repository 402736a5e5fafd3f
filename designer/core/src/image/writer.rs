//! Writing the ELF file: one segment and one section for each region, and symbols.

use object::write::StringId;
use object::write::elf::{FileHeader, ProgramHeader, SectionHeader, SectionIndex, Sym, Writer};
use object::{Endianness, elf};

use super::contents;
use super::symbols::{Symbol, symbols};
use crate::plan::{PAGE_BYTES, Plan, Region, RegionKind};

/// A region on its way into the file.
struct Part<'a> {
    region: &'a Region,
    section_name: String,
    bytes: Vec<u8>,
}

/// Writes the file.
pub(super) fn write(plan: &Plan) -> Vec<u8> {
    let parts: Vec<Part<'_>> = plan
        .regions
        .iter()
        .map(|region| Part {
            region,
            section_name: format!(".{}", region.name),
            bytes: contents(plan, region),
        })
        .collect();
    let symbols = symbols(plan);
    let mut out = Vec::new();
    let file = File::reserve(&mut out, &parts, &symbols);
    file.write(plan.entry());
    out
}

/// The file's writer after everything has its place in the file.
struct File<'a> {
    writer: Writer<'a>,
    parts: &'a [Part<'a>],
    symbols: &'a [Symbol],
    offsets: Vec<usize>,
    sections: Vec<(StringId, SectionIndex)>,
    names: Vec<StringId>,
}

impl<'a> File<'a> {
    /// Gives everything its place in the file.
    fn reserve(out: &'a mut Vec<u8>, parts: &'a [Part<'a>], symbols: &'a [Symbol]) -> Self {
        let mut writer = Writer::new(Endianness::Little, true, out);
        writer.reserve_file_header();
        writer.reserve_program_headers(u32::try_from(parts.len()).expect("far fewer regions"));
        let offsets = parts
            .iter()
            .map(|part| reserve_part(&mut writer, part))
            .collect();
        writer.reserve_null_section_index();
        let sections: Vec<_> = parts
            .iter()
            .map(|part| {
                let name = writer.add_section_name(part.section_name.as_bytes());
                (name, writer.reserve_section_index())
            })
            .collect();
        writer.reserve_null_symbol_index();
        let names = symbols
            .iter()
            .map(|symbol| {
                writer.reserve_symbol_index(sections.get(symbol.region).map(|section| section.1));
                writer.add_string(symbol.name.as_bytes())
            })
            .collect();
        writer.reserve_symtab_section_index();
        writer.reserve_strtab_section_index();
        writer.reserve_shstrtab_section_index();
        writer.reserve_symtab();
        writer.reserve_strtab();
        writer.reserve_shstrtab();
        writer.reserve_section_headers();
        Self {
            writer,
            parts,
            symbols,
            offsets,
            sections,
            names,
        }
    }

    /// Writes everything in the order in which it was reserved.
    fn write(mut self, entry: u64) {
        self.writer
            .write_file_header(&file_header(entry))
            .expect("no limit of ELF is exceeded");
        self.program_headers();
        for (part, &offset) in self.parts.iter().zip(&self.offsets) {
            if !part.bytes.is_empty() {
                self.writer.pad_until(offset);
                self.writer.write(&part.bytes);
            }
        }
        self.symbols();
        self.writer.write_strtab();
        self.writer.write_shstrtab();
        self.section_headers();
    }

    fn program_headers(&mut self) {
        self.writer.write_align_program_headers();
        for (part, &offset) in self.parts.iter().zip(&self.offsets) {
            self.writer.write_program_header(&ProgramHeader {
                p_type: elf::PT_LOAD,
                p_flags: access(part.region).0,
                p_offset: wide(offset),
                p_vaddr: part.region.range.base,
                p_paddr: part.region.range.base,
                p_filesz: wide(part.bytes.len()),
                p_memsz: part.region.range.size_bytes,
                p_align: alignment(part.region),
            });
        }
    }

    fn symbols(&mut self) {
        self.writer.write_null_symbol();
        for (symbol, &name) in self.symbols.iter().zip(&self.names) {
            self.writer.write_symbol(&Sym {
                name: Some(name),
                section: self.sections.get(symbol.region).map(|section| section.1),
                st_info: elf::STB_GLOBAL << 4 | symbol.kind,
                st_other: elf::STV_DEFAULT,
                st_shndx: 0,
                st_value: symbol.address,
                st_size: symbol.size_bytes,
            });
        }
    }

    fn section_headers(&mut self) {
        self.writer.write_null_section_header();
        let rows = self.parts.iter().zip(&self.offsets).zip(&self.sections);
        for ((part, &offset), &(name, _)) in rows {
            let range = part.region.range;
            let empty = part.bytes.is_empty();
            self.writer.write_section_header(&SectionHeader {
                name: Some(name),
                sh_type: if empty {
                    elf::SHT_NOBITS
                } else {
                    elf::SHT_PROGBITS
                },
                sh_flags: u64::from(access(part.region).1),
                sh_addr: range.base,
                sh_offset: wide(offset),
                sh_size: if empty {
                    range.size_bytes
                } else {
                    wide(part.bytes.len())
                },
                sh_link: 0,
                sh_info: 0,
                sh_addralign: alignment(part.region),
                sh_entsize: 0,
            });
        }
        // One local symbol: the null symbol.
        self.writer.write_symtab_section_header(1);
        self.writer.write_strtab_section_header();
        self.writer.write_shstrtab_section_header();
    }
}

/// What a region's address is a multiple of: a page, or what is left of one.
fn alignment(region: &Region) -> u64 {
    let bits = region.range.base.trailing_zeros().min(PAGE_BYTES.ilog2());
    1 << bits
}

/// The offset of a region's bytes in the file, congruent to its address modulo its alignment.
fn reserve_part(writer: &mut Writer<'_>, part: &Part<'_>) -> usize {
    match part.bytes.len() {
        0 => writer.reserved_len(),
        length => writer.reserve(length, septum_abi::limits::PAGE_BYTES),
    }
}

fn file_header(e_entry: u64) -> FileHeader {
    FileHeader {
        os_abi: elf::ELFOSABI_NONE,
        abi_version: 0,
        e_type: elf::ET_EXEC,
        e_machine: elf::EM_RISCV,
        e_entry,
        e_flags: elf::EF_RISCV_RVC,
    }
}

/// What a region is to its owner: flags of the segment and of the section.
fn access(region: &Region) -> (u32, u32) {
    let (writable, executable) = match region.kind {
        RegionKind::KernelCode => (false, true),
        RegionKind::KernelTables
        | RegionKind::PageTables
        | RegionKind::Pristine
        | RegionKind::Model => (false, false),
        RegionKind::Segment {
            writable,
            executable,
        } => (writable, executable),
        RegionKind::KernelState
        | RegionKind::Faults
        | RegionKind::Memory
        | RegionKind::Queues
        | RegionKind::LogWriters
        | RegionKind::LogReaders
        | RegionKind::LogRings
        | RegionKind::LogBuffer
        | RegionKind::PortBuffer(_)
        | RegionKind::Stack => (true, false),
    };
    let when = |condition: bool, flag: u32| if condition { flag } else { 0 };
    (
        elf::PF_R | when(writable, elf::PF_W) | when(executable, elf::PF_X),
        elf::SHF_ALLOC | when(writable, elf::SHF_WRITE) | when(executable, elf::SHF_EXECINSTR),
    )
}

/// An offset or length as ELF holds it.
fn wide(length: usize) -> u64 {
    u64::try_from(length).expect("no file has 2^64 bytes")
}
