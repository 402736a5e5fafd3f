//! The prebuilt RISC-V programs that every image contains.

use std::sync::LazyLock;

use object::read::elf::{FileHeader, Sym};
use object::{LittleEndian, elf};

use crate::programs::{ProgramError, parse};

/// The kernel and the player of models, as the kernel's builder left them in `assets/`.
#[derive(Debug)]
pub(crate) struct Assets {
    /// The kernel.
    pub(crate) kernel: Kernel,
    /// The ELF of the program that plays models.
    pub(crate) player: &'static [u8],
}

/// The kernel: position-independent code that the tables follow.
#[derive(Debug)]
pub(crate) struct Kernel {
    /// Code and constants up to the tables: whole pages.
    pub(crate) code: Vec<u8>,
    /// Functions and objects by address, relative to the kernel's begin.
    pub(crate) symbols: Vec<KernelSymbol>,
}

impl Kernel {
    /// The offset of a function that every kernel has.
    pub(crate) fn offset(&self, function: &str) -> u64 {
        let found = self.symbols.iter().find(|symbol| symbol.name == function);
        found
            .map(|symbol| symbol.offset)
            .expect("a kernel of this version")
    }
}

/// A symbol of the kernel.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KernelSymbol {
    /// Address relative to the kernel's begin.
    pub(crate) offset: u64,
    /// Length in bytes; 0 where the assembler did not say.
    pub(crate) size_bytes: u64,
    /// Its name.
    pub(crate) name: String,
    /// Whether it is code.
    pub(crate) function: bool,
}

/// The assets that are part of this binary.
pub(crate) fn embedded() -> &'static Assets {
    static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
        kernel: kernel(include_bytes!("../../../../assets/kernel.elf"))
            .expect("a test reads the kernel of this binary"),
        player: include_bytes!("../../../../assets/model.elf"),
    });
    &ASSETS
}

/// Name of the kernel's symbol for the address behind it.
const TABLES: &[u8] = b"__tables";

/// Reads a kernel's ELF.
///
/// # Errors
/// For a file that is not an executable with the symbol `__tables` behind its last segment.
fn kernel(bytes: &[u8]) -> Result<Kernel, ProgramError> {
    let program = parse(bytes)?;
    let base = program
        .segments
        .first()
        .map_or(0, |segment| segment.address);
    let end = program.segments.last().map_or(0, |segment| segment.end());
    let symbols = symbols(bytes).map_err(|error| ProgramError::Damaged(error.to_string()))?;
    let tables = symbols
        .iter()
        .find(|symbol| symbol.name.as_bytes() == TABLES);
    let tables = tables
        .map(|symbol| symbol.offset)
        .filter(|&tables| tables >= end);
    let length = tables.and_then(|tables| usize::try_from(tables - base).ok());
    let mut code = vec![0; length.ok_or_else(|| ProgramError::Damaged("no __tables".to_owned()))?];
    for segment in &program.segments {
        let start = usize::try_from(segment.address - base).expect("below __tables");
        code[start..start + segment.data.len()].copy_from_slice(segment.data);
    }
    let symbols = symbols.into_iter().filter(|symbol| symbol.offset >= base);
    let relative = |symbol: KernelSymbol| KernelSymbol {
        offset: symbol.offset - base,
        ..symbol
    };
    Ok(Kernel {
        code,
        symbols: symbols.map(relative).collect(),
    })
}

/// A function's name without its crate and what it is generic over.
fn short(name: &str) -> String {
    let name = format!("{:#}", rustc_demangle::demangle(name));
    let name = name.split("::<").next().unwrap_or(&name);
    let of_impl = name
        .strip_prefix('<')
        .and_then(|name| name.rsplit_once(">::"));
    let own = CRATES.iter().find_map(|own| name.strip_prefix(own));
    of_impl
        .map(|(_, name)| name)
        .or(own)
        .unwrap_or(name)
        .to_owned()
}

/// What the names of the kernel's own functions begin with.
const CRATES: [&str; 2] = ["septum_kernel_logic::", "septum_kernel::"];

/// The named symbols of an ELF at their absolute addresses, by address.
fn symbols(bytes: &[u8]) -> object::read::Result<Vec<KernelSymbol>> {
    let header = elf::FileHeader64::<LittleEndian>::parse(bytes)?;
    let table =
        header
            .sections(LittleEndian, bytes)?
            .symbols(LittleEndian, bytes, elf::SHT_SYMTAB)?;
    let mut symbols = Vec::new();
    for symbol in table.iter() {
        let name = String::from_utf8_lossy(symbol.name(LittleEndian, table.strings())?);
        let placed = symbol.st_shndx(LittleEndian) != elf::SHN_UNDEF;
        let kind = symbol.st_type();
        // Names with `$` or `.L` mark code and data for disassemblers.
        let local = name.is_empty() || name.starts_with('$') || name.starts_with(".L");
        if placed && !local && matches!(kind, elf::STT_FUNC | elf::STT_OBJECT | elf::STT_NOTYPE) {
            symbols.push(KernelSymbol {
                offset: symbol.st_value(LittleEndian),
                size_bytes: symbol.st_size(LittleEndian),
                name: short(&name),
                function: kind == elf::STT_FUNC,
            });
        }
    }
    symbols.sort_unstable();
    Ok(symbols)
}
