//! The ports that a program declares in its section `.septum.ports`.

use object::LittleEndian;
use object::read::elf::{FileHeader, SectionHeader};

use septum_abi::pin::{self as abi, NAME_BYTES, SECTION};
use septum_abi::{ABI_VERSION, limits};

use super::elf::{ProgramError, header, parse};

/// A port that a program declares.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pin {
    /// The port's name.
    pub name: String,
    /// What the program takes it for.
    pub kind: PinKind,
    /// Which way.
    pub direction: PinDirection,
    /// Largest message or value in bytes that the program sends or can take; 0 for a signal or
    /// an interrupt.
    pub message_bytes: u32,
    /// Virtual address of the entry in the program, where the image writer fills in the
    /// port's number and buffer.
    pub entry_address: u64,
}

/// What a port is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PinKind {
    /// An end of a queuing channel.
    Queuing,
    /// An end of a sampling channel.
    Sampling,
    /// An end of a signal channel.
    Signal,
    /// A device interrupt.
    Interrupt,
    /// A shared memory.
    Memory,
}

impl std::fmt::Display for PinKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Queuing => "queuing",
            Self::Sampling => "sampling",
            Self::Signal => "signal",
            Self::Interrupt => "interrupt",
            Self::Memory => "memory",
        })
    }
}

/// Which way a port goes, seen from the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PinDirection {
    /// The program receives, or reads a memory.
    In,
    /// The program sends, or writes a memory.
    Out,
}

impl std::fmt::Display for PinDirection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::In => "incoming",
            Self::Out => "outgoing",
        })
    }
}

impl PinKind {
    /// What a program or a design has there: `incoming queuing port`.
    #[must_use]
    pub fn described(self, direction: PinDirection) -> String {
        match (self, direction) {
            (Self::Memory, PinDirection::In) => "memory to read".to_owned(),
            (Self::Memory, PinDirection::Out) => "memory to write".to_owned(),
            _ => format!("{direction} {self} port"),
        }
    }

    /// What the design does with it.
    #[must_use]
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Memory => "grant",
            _ => "connect",
        }
    }
}

/// The ports that a program declares, in the order of its section; none without one.
///
/// # Errors
/// A [`ProgramError`] for a file that is not a program that can be placed, or whose section
/// cannot be understood.
pub fn pins(bytes: &[u8]) -> Result<Vec<Pin>, ProgramError> {
    let program = parse(bytes)?;
    // An empty section may stand where no segment is.
    let Some((address, size)) = section(bytes, SECTION)?.filter(|(_, size)| *size > 0) else {
        return Ok(Vec::new());
    };
    let segment = program
        .segments
        .iter()
        .find(|segment| segment.contains(address))
        .ok_or_else(|| bad("it is not part of any loaded segment"))?;
    let section = segment
        .bytes(address, size)
        .ok_or_else(|| bad("it is longer than the segment that it is in"))?;
    entries(section, address)
}

fn bad(reason: impl Into<String>) -> ProgramError {
    ProgramError::BadPorts(reason.into())
}

/// Virtual address and size of a section, if the program has one.
pub(super) fn section(bytes: &[u8], name: &str) -> Result<Option<(u64, u64)>, ProgramError> {
    let sections = header(bytes)?
        .sections(LittleEndian, bytes)
        .map_err(|error| ProgramError::Damaged(error.to_string()))?;
    let found = sections.section_by_name(LittleEndian, name.as_bytes());
    Ok(found.map(|(_, section)| (section.sh_addr(LittleEndian), section.sh_size(LittleEndian))))
}

/// The entries of the section at this address.
fn entries(section: &[u8], address: u64) -> Result<Vec<Pin>, ProgramError> {
    let chunks = section.chunks_exact(abi::Pin::SIZE_BYTES);
    if !chunks.remainder().is_empty() {
        return Err(bad(format!(
            "its size is no multiple of {} bytes",
            abi::Pin::SIZE_BYTES
        )));
    }
    if chunks.len() > limits::PORTS {
        return Err(bad(format!(
            "it declares more than {} ports",
            limits::PORTS
        )));
    }
    let addresses = (address..).step_by(abi::Pin::SIZE_BYTES);
    let pins: Vec<Pin> = chunks
        .zip(addresses)
        .map(|(chunk, at)| entry(chunk, at))
        .collect::<Result<_, _>>()?;
    for (position, pin) in pins.iter().enumerate() {
        if pins
            .iter()
            .take(position)
            .any(|other| other.name == pin.name)
        {
            return Err(bad(format!("it declares `{}` twice", pin.name)));
        }
    }
    Ok(pins)
}

/// One entry of the section.
fn entry(bytes: &[u8], entry_address: u64) -> Result<Pin, ProgramError> {
    let raw = abi::Pin::from_bytes(bytes).ok_or_else(|| bad("it is cut off"))?;
    let name = name(&raw.name)?;
    if raw.abi_version != ABI_VERSION {
        return Err(bad(format!(
            "`{name}` was compiled for version {} of the interface, this is version {ABI_VERSION}",
            raw.abi_version
        )));
    }
    let kind =
        kind(raw.kind).ok_or_else(|| bad(format!("`{name}` has the unknown kind {}", raw.kind)))?;
    let direction = direction(raw.direction).ok_or_else(|| {
        bad(format!(
            "`{name}` has the unknown direction {}",
            raw.direction
        ))
    })?;
    Ok(Pin {
        name,
        kind,
        direction,
        message_bytes: raw.message_bytes,
        entry_address,
    })
}

/// The name without the zero bytes behind it.
fn name(bytes: &[u8; NAME_BYTES]) -> Result<String, ProgramError> {
    let end = bytes
        .iter()
        .position(|&byte| byte == 0)
        .unwrap_or(NAME_BYTES);
    let (name, padding) = bytes.split_at(end);
    let printable = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    if !printable || padding.iter().any(|&byte| byte != 0) {
        return Err(bad("a port's name is not printable ASCII"));
    }
    Ok(String::from_utf8_lossy(name).into_owned())
}

fn kind(number: u8) -> Option<PinKind> {
    match number {
        abi::KIND_QUEUING => Some(PinKind::Queuing),
        abi::KIND_SAMPLING => Some(PinKind::Sampling),
        abi::KIND_SIGNAL => Some(PinKind::Signal),
        abi::KIND_INTERRUPT => Some(PinKind::Interrupt),
        abi::KIND_MEMORY => Some(PinKind::Memory),
        _ => None,
    }
}

fn direction(number: u8) -> Option<PinDirection> {
    match number {
        abi::DIRECTION_IN => Some(PinDirection::In),
        abi::DIRECTION_OUT => Some(PinDirection::Out),
        _ => None,
    }
}
