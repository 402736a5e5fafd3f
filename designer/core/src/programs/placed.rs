//! A program where it will lie, and the bytes that it will have there.

use septum_abi::pin as abi;
use septum_abi::places::Places;

use super::elf::{ProgramError, ProgramFile, Segment, parse};
use super::pin::{Pin, pins};
use super::places::places;
use super::relocation::holder;

/// A program with everything that the designer fills in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placed<'data> {
    /// Segments, entry and relocations.
    pub(crate) file: ProgramFile<'data>,
    /// The ports that it declares.
    pub(crate) pins: Vec<Pin>,
    /// Address of its record of places.
    pub(crate) places: Option<u64>,
}

impl<'data> Placed<'data> {
    /// Reads a program, at the addresses that it was linked for.
    pub(crate) fn read(bytes: &'data [u8]) -> Result<Self, ProgramError> {
        Ok(Self {
            file: parse(bytes)?,
            pins: pins(bytes)?,
            places: places(bytes)?,
        })
    }

    /// The program with its first page at `base`, a page.
    pub(crate) fn moved(mut self, base: u64) -> Self {
        let by = base.wrapping_sub(self.file.span().0);
        let shift = |address: &mut u64| *address = address.wrapping_add(by);
        shift(&mut self.file.entry);
        let segments = self.file.segments.iter_mut();
        segments.for_each(|segment| shift(&mut segment.address));
        for relocation in &mut self.file.relocations {
            shift(&mut relocation.address);
            shift(&mut relocation.value);
        }
        let pins = self.pins.iter_mut();
        pins.for_each(|pin| shift(&mut pin.entry_address));
        self.places.iter_mut().for_each(shift);
        self
    }

    /// The segments' bytes, with relocations, pins and places filled in. `binding` gives
    /// number and buffer of what a pin stands for; without it stays unbound.
    pub(crate) fn bytes(
        &self,
        binding: impl Fn(&Pin) -> Option<(u32, u64)>,
        places: &Places,
    ) -> Vec<Vec<u8>> {
        let segments = &self.file.segments;
        let mut memory = Memory {
            segments,
            bytes: segments.iter().map(|s| s.data.to_vec()).collect(),
        };
        for relocation in &self.file.relocations {
            memory.fill(relocation.address, &relocation.value.to_le_bytes());
        }
        for pin in &self.pins {
            if let Some((index, buffer)) = binding(pin) {
                memory.fill(pin.entry_address + INDEX, &index.to_le_bytes());
                memory.fill(pin.entry_address + BUFFER, &buffer.to_le_bytes());
            }
        }
        if let Some(address) = self.places {
            memory.fill(address, &places.to_bytes());
        }
        memory.bytes
    }
}

/// Offsets of what is filled in.
const INDEX: u64 = 40;
const BUFFER: u64 = 48;
const _: () = assert!(
    core::mem::offset_of!(abi::Pin, index) == 40 && core::mem::offset_of!(abi::Pin, buffer) == 48
);

/// What the segments hold.
struct Memory<'a, 'data> {
    segments: &'a [Segment<'data>],
    bytes: Vec<Vec<u8>>,
}

impl Memory<'_, '_> {
    /// Writes at an address. The bytes of a segment grow into its zeros where they must.
    fn fill(&mut self, address: u64, value: &[u8]) {
        let Some(number) = holder(self.segments, address) else {
            return;
        };
        let (segment, bytes) = (self.segments[number], &mut self.bytes[number]);
        let start = usize::try_from(address - segment.address).unwrap_or(usize::MAX);
        let end = start.saturating_add(value.len());
        if usize::try_from(segment.size_bytes).is_ok_and(|size| end <= size) {
            bytes.resize(bytes.len().max(end), 0);
            bytes[start..end].copy_from_slice(value);
        }
    }
}
