//! Bare-metal programs of a few instructions, as the ELF files that linkers write.

use object::elf;
use object::endian::Endianness;
use object::write::StringId;
use object::write::elf::{FileHeader, ProgramHeader, Sym, Writer};

/// Where QEMU `virt` has its RAM, and where these programs begin.
pub const RAM: u64 = 0x8000_0000;

/// A bare-metal program.
#[derive(Debug, Clone)]
pub struct BareProgram {
    /// Kind of file: `ET_EXEC`.
    pub kind: u16,
    /// Virtual address of the first instruction.
    pub entry: u64,
    /// What lies in memory.
    pub segments: Vec<BareSegment>,
    /// Names and values.
    pub symbols: Vec<(&'static str, u64)>,
}

/// Some bytes of memory.
#[derive(Debug, Clone)]
pub struct BareSegment {
    /// Kind of segment: `PT_LOAD`.
    pub kind: u32,
    /// Physical address.
    pub address: u64,
    /// Virtual address.
    pub virtual_address: u64,
    /// Length in memory.
    pub size_bytes: u64,
    /// The first bytes; the others are zero.
    pub data: Vec<u8>,
}

impl BareSegment {
    /// A segment at this physical address, which is its virtual one.
    #[must_use]
    pub fn new(address: u64, data: &[u8]) -> Self {
        Self {
            kind: elf::PT_LOAD,
            address,
            virtual_address: address,
            size_bytes: wide(data.len()),
            data: data.to_vec(),
        }
    }
}

impl BareProgram {
    /// These instructions at the start of RAM.
    #[must_use]
    pub fn new(code: &[u32]) -> Self {
        let bytes: Vec<u8> = code.iter().flat_map(|word| word.to_le_bytes()).collect();
        Self {
            kind: elf::ET_EXEC,
            entry: RAM,
            segments: vec![BareSegment::new(RAM, &bytes)],
            symbols: Vec::new(),
        }
    }

    /// The same program with a symbol.
    #[must_use]
    pub fn with_symbol(mut self, name: &'static str, value: u64) -> Self {
        self.symbols.push((name, value));
        self
    }

    /// The same program with one more segment.
    #[must_use]
    pub fn with_segment(mut self, segment: BareSegment) -> Self {
        self.segments.push(segment);
        self
    }

    /// The ELF file: headers, the bytes of the segments, symbols.
    ///
    /// # Panics
    /// For more segments than a header counts.
    #[must_use]
    pub fn file(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut writer = Writer::new(Endianness::Little, true, &mut out);
        writer.reserve_file_header();
        writer.reserve_program_headers(u32::try_from(self.segments.len()).expect("few"));
        let segments = self.segments.iter();
        let offsets = segments
            .map(|it| writer.reserve(it.data.len(), 8))
            .collect();
        writer.reserve_null_section_index();
        writer.reserve_null_symbol_index();
        let mut names = Vec::new();
        for (name, _) in &self.symbols {
            writer.reserve_symbol_index(None);
            names.push(writer.add_string(name.as_bytes()));
        }
        writer.reserve_symtab_section_index();
        writer.reserve_strtab_section_index();
        writer.reserve_shstrtab_section_index();
        writer.reserve_symtab();
        writer.reserve_strtab();
        writer.reserve_shstrtab();
        writer.reserve_section_headers();
        self.write_segments(&mut writer, offsets);
        self.write_symbols(&mut writer, &names);
        out
    }

    /// The headers, and the segments at these offsets of the file.
    fn write_segments(&self, writer: &mut Writer<'_>, offsets: Vec<usize>) {
        let header = FileHeader {
            os_abi: elf::ELFOSABI_NONE,
            abi_version: 0,
            e_type: self.kind,
            e_machine: elf::EM_RISCV,
            e_entry: self.entry,
            e_flags: 0,
        };
        writer.write_file_header(&header).expect("it fits");
        writer.write_align_program_headers();
        for (segment, offset) in self.segments.iter().zip(&offsets) {
            writer.write_program_header(&ProgramHeader {
                p_type: segment.kind,
                p_flags: elf::PF_R | elf::PF_W | elf::PF_X,
                p_offset: wide(*offset),
                p_vaddr: segment.virtual_address,
                p_paddr: segment.address,
                p_filesz: wide(segment.data.len()),
                p_memsz: segment.size_bytes,
                p_align: 8,
            });
        }
        for (segment, offset) in self.segments.iter().zip(offsets) {
            writer.pad_until(offset);
            writer.write(&segment.data);
        }
    }

    /// The symbols under these names, and the tables that they are found by.
    fn write_symbols(&self, writer: &mut Writer<'_>, names: &[StringId]) {
        writer.write_null_symbol();
        for ((_, value), name) in self.symbols.iter().zip(names) {
            writer.write_symbol(&Sym {
                name: Some(*name),
                section: None,
                st_info: elf::STB_GLOBAL << 4,
                st_other: 0,
                st_shndx: elf::SHN_ABS,
                st_value: *value,
                st_size: 0,
            });
        }
        writer.write_strtab();
        writer.write_shstrtab();
        writer.write_null_section_header();
        writer.write_symtab_section_header(1);
        writer.write_strtab_section_header();
        writer.write_shstrtab_section_header();
    }
}

fn wide(length: usize) -> u64 {
    u64::try_from(length).expect("64 bits")
}
