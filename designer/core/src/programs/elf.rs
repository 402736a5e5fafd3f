//! Reading a program's ELF file: what has to be placed in memory, and with which rights.

use object::LittleEndian;
use object::elf::{self, FileHeader64};
use object::read::elf::{FileHeader, ProgramHeader};

use super::kept;
use super::relocation::{self, Relocation};
use super::{MAX_PROGRAM_BYTES, PROGRAM_PAGE_BYTES as PAGE};

/// First address above what a user program can use under Sv39 (privileged spec, Sv39).
pub(crate) const SV39_USER_END: u64 = 1 << 38;

/// What is wrong with a program file. Each is one sentence that continues
/// "the program `x` ...".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProgramError {
    /// Not an ELF file, or one that ends too early.
    #[error("is not an ELF file or is damaged: {0}")]
    Damaged(String),
    /// An ELF file for something else.
    #[error("is not a program for 64-bit little-endian RISC-V")]
    NotRiscV,
    /// A shared object, an object file or a dynamic executable.
    #[error("is not a statically linked executable (link it with -static, or as static-pie)")]
    NotStatic,
    /// A position-independent executable that somebody would have to link at run time.
    #[error("needs {0}, which nobody does at run time (link it with --no-dynamic-linker)")]
    RunTimeLinking(&'static str),
    /// A relocation that is more than adding the place of the program.
    #[error("has a relocation of kind {kind} at {address:#x}; only R_RISCV_RELATIVE (3) is done")]
    Relocation {
        /// The number in the psABI.
        kind: u32,
        /// Where.
        address: u64,
    },
    /// Compiled for registers that partitions do not have.
    #[error("is compiled for the {0}, which partitions do not have (use rv64imac and lp64)")]
    WrongAbi(&'static str),
    /// Thread-local storage needs a run-time that is not there.
    #[error("uses thread-local storage, which partitions do not have")]
    ThreadLocal,
    /// Nothing to run.
    #[error("has no segment to load")]
    Empty,
    /// A segment that is writable and executable.
    #[error("has a segment at {0:#x} that is writable and executable at once")]
    WritableCode(u64),
    /// A segment that nobody may touch.
    #[error("has a segment at {0:#x} that is not readable")]
    Unreadable(u64),
    /// A segment outside of what a user program can address.
    #[error(
        "has a segment of {size} bytes at {address:#x}, outside of the addresses 0x1000 to 0x3fffffffff"
    )]
    OutOfRange {
        /// First virtual address.
        address: u64,
        /// Length in bytes.
        size: u64,
    },
    /// Two segments that share a page; rights are given by the page.
    #[error("has two segments in one page of 4096 bytes at {0:#x} (link it with -z separate-code)")]
    SharedPage(u64),
    /// More memory than any design can give it.
    #[error("needs more than {MAX_PROGRAM_BYTES} bytes of memory")]
    TooLarge,
    /// The entry is not in an executable segment.
    #[error("has its entry at {0:#x}, which is not in an executable segment")]
    BadEntry(u64),
    /// The declared ports are not to be understood.
    #[error("has a section .septum.ports that cannot be read: {0}")]
    BadPorts(String),
    /// The record of places is not to be understood.
    #[error("has a section .septum.places that cannot be read: {0}")]
    BadPlaces(String),
}

/// A program that can be placed: its segments, in the order of their addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramFile<'data> {
    /// Virtual address of the first instruction; inside an executable segment.
    pub entry: u64,
    /// What to load, by ascending address, no page in two of them, never empty.
    pub segments: Vec<Segment<'data>>,
    /// Whether it may be moved as a whole, by whole pages.
    pub movable: bool,
    /// Words that hold addresses of a movable program.
    pub relocations: Vec<Relocation>,
}

impl ProgramFile<'_> {
    /// The pages from the first segment to the last: base and length in bytes.
    #[must_use]
    pub fn span(&self) -> (u64, u64) {
        let base = self.segments.first().map_or(0, |first| first.address);
        let end = self.segments.last().map_or(base, Segment::end);
        let base = base - base % PAGE;
        (base, end.next_multiple_of(PAGE) - base)
    }
}

/// A loadable segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment<'data> {
    /// First virtual address.
    pub address: u64,
    /// Length in memory in bytes; what `data` does not cover is zero.
    pub size_bytes: u64,
    /// The bytes in the file; not longer than `size_bytes`.
    pub data: &'data [u8],
    /// Stores are allowed (loads always are).
    pub writable: bool,
    /// Instruction fetches are allowed; never together with `writable`.
    pub executable: bool,
}

impl<'data> Segment<'data> {
    /// The bytes in the file from an address on, at most `length`.
    pub(super) fn bytes(&self, address: u64, length: u64) -> Option<&'data [u8]> {
        let start = usize::try_from(address.checked_sub(self.address)?).ok()?;
        self.data.get(start..)?.get(..usize::try_from(length).ok()?)
    }

    /// First address after the segment.
    #[must_use]
    pub const fn end(&self) -> u64 {
        // Both were checked against SV39_USER_END by `parse`.
        self.address + self.size_bytes
    }

    /// Whether the address is inside.
    #[must_use]
    pub const fn contains(&self, address: u64) -> bool {
        self.address <= address && address < self.end()
    }
}

/// Reads a program file.
///
/// # Errors
/// A [`ProgramError`] for anything that cannot be placed as it stands.
pub fn parse(bytes: &[u8]) -> Result<ProgramFile<'_>, ProgramError> {
    let header = header(bytes)?;
    let segments = segments(header, bytes)?;
    let entry = header.e_entry(LittleEndian);
    let entered = segments.iter().find(|s| s.contains(entry));
    if entry % 2 != 0 || !entered.is_some_and(|s| s.executable) {
        return Err(ProgramError::BadEntry(entry));
    }
    let (movable, relocations) = if header.e_type(LittleEndian) == elf::ET_DYN {
        (true, relocation::read(header, bytes, &segments)?)
    } else {
        let kept = kept::read(header, bytes, &segments);
        (
            kept.is_some() && span(&segments) <= MAX_PROGRAM_BYTES,
            kept.unwrap_or_default(),
        )
    };
    Ok(ProgramFile {
        entry,
        segments,
        movable,
        relocations,
    })
}

/// The file header of a RISC-V executable.
pub(crate) fn header(bytes: &[u8]) -> Result<&FileHeader64<LittleEndian>, ProgramError> {
    if !bytes.starts_with(&elf::ELFMAG) {
        return Err(ProgramError::Damaged(
            "it does not begin with \\x7fELF".to_owned(),
        ));
    }
    if bytes.get(4..6) != Some(&[elf::ELFCLASS64, elf::ELFDATA2LSB]) {
        return Err(ProgramError::NotRiscV);
    }
    let header = FileHeader64::<LittleEndian>::parse(bytes).map_err(damaged)?;
    if header.e_machine(LittleEndian) != elf::EM_RISCV {
        return Err(ProgramError::NotRiscV);
    }
    if ![elf::ET_EXEC, elf::ET_DYN].contains(&header.e_type(LittleEndian)) {
        return Err(ProgramError::NotStatic);
    }
    check_abi(header.e_flags(LittleEndian))?;
    Ok(header)
}

/// Refuses code for registers that are not switched (RISC-V ELF psABI, file header flags).
fn check_abi(flags: u32) -> Result<(), ProgramError> {
    if flags & elf::EF_RISCV_FLOAT_ABI != 0 {
        return Err(ProgramError::WrongAbi("floating-point ABI"));
    }
    if flags & elf::EF_RISCV_RVE != 0 {
        return Err(ProgramError::WrongAbi("RV64E ABI"));
    }
    Ok(())
}

fn damaged(error: object::read::Error) -> ProgramError {
    ProgramError::Damaged(error.to_string())
}

/// All loadable segments, sorted and checked against each other.
fn segments<'data>(
    header: &FileHeader64<LittleEndian>,
    bytes: &'data [u8],
) -> Result<Vec<Segment<'data>>, ProgramError> {
    let movable = header.e_type(LittleEndian) == elf::ET_DYN;
    let mut segments = Vec::new();
    for program in header
        .program_headers(LittleEndian, bytes)
        .map_err(damaged)?
    {
        match program.p_type(LittleEndian) {
            elf::PT_LOAD if program.p_memsz(LittleEndian) > 0 => {
                segments.push(segment(program, bytes, movable)?);
            }
            elf::PT_INTERP => return Err(ProgramError::NotStatic),
            elf::PT_DYNAMIC if program.p_memsz(LittleEndian) > 0 && !movable => {
                return Err(ProgramError::NotStatic);
            }
            elf::PT_TLS if program.p_memsz(LittleEndian) > 0 => {
                return Err(ProgramError::ThreadLocal);
            }
            _ => {}
        }
    }
    segments.sort_by_key(|segment| segment.address);
    check_together(&segments, movable)?;
    Ok(segments)
}

/// One loadable segment, checked by itself. The first page of a movable program may be 0.
fn segment<'data>(
    program: &elf::ProgramHeader64<LittleEndian>,
    bytes: &'data [u8],
    movable: bool,
) -> Result<Segment<'data>, ProgramError> {
    let address = program.p_vaddr(LittleEndian);
    let size_bytes = program.p_memsz(LittleEndian);
    let flags = program.p_flags(LittleEndian);
    let data = program
        .data(LittleEndian, bytes)
        .map_err(|()| ProgramError::Damaged(format!("the segment at {address:#x} is cut off")))?;
    if u64::try_from(data.len()).map_or(true, |length| length > size_bytes) {
        return Err(ProgramError::Damaged(format!(
            "the segment at {address:#x} is longer in the file than in memory"
        )));
    }
    let end = address.checked_add(size_bytes);
    if (address < PAGE && !movable) || end.is_none_or(|end| end > SV39_USER_END) {
        return Err(ProgramError::OutOfRange {
            address,
            size: size_bytes,
        });
    }
    let writable = flags & elf::PF_W != 0;
    let executable = flags & elf::PF_X != 0;
    if writable && executable {
        return Err(ProgramError::WritableCode(address));
    }
    if flags & elf::PF_R == 0 {
        return Err(ProgramError::Unreadable(address));
    }
    Ok(Segment {
        address,
        size_bytes,
        data,
        writable,
        executable,
    })
}

/// From the begin of the first segment to the end of the last in bytes.
fn span(segments: &[Segment<'_>]) -> u64 {
    let ends = segments.first().zip(segments.last());
    ends.map_or(0, |(first, last)| last.end().saturating_sub(first.address))
}

/// At least one segment, none too large, and no page in two of them. What moves as a whole is
/// as large as what lies between its ends.
fn check_together(segments: &[Segment<'_>], movable: bool) -> Result<(), ProgramError> {
    if segments.is_empty() {
        return Err(ProgramError::Empty);
    }
    let total = segments
        .iter()
        .fold(0u64, |sum, s| sum.saturating_add(s.size_bytes));
    if total > MAX_PROGRAM_BYTES || (movable && span(segments) > MAX_PROGRAM_BYTES) {
        return Err(ProgramError::TooLarge);
    }
    for pair in segments.windows(2) {
        let second_page = pair[1].address - pair[1].address % PAGE;
        if pair[0].end() > second_page {
            return Err(ProgramError::SharedPage(second_page));
        }
    }
    Ok(())
}
