//! Main memory: the ranges of the machine description, in one piece of host memory.

mod reservation;

use std::ops::Range;

use septum_core::spec::RawRange;

use crate::bits::to_u64;
use reservation::Reservations;

/// Bytes of a page, the unit in which stores are noticed.
pub const PAGE_BYTES: usize = 4096;
/// Bytes of a line, the unit in which decoded code is noticed.
const LINE_BYTES: usize = 64;
/// Lines of a page.
const LINES: usize = PAGE_BYTES / LINE_BYTES;

/// Main memory.
///
/// An *offset* is a position in the host's copy; only [`Ram::offset`] makes one from a
/// physical address, so an offset is always inside.
#[derive(Debug, Clone)]
pub struct Ram {
    ranges: Vec<Placed>,
    bytes: Vec<u8>,
    /// Lines of each page from which code was decoded, a bit each.
    code: Vec<u64>,
    /// Whether a page was stored to since [`Ram::take_dirty`].
    dirty: Vec<bool>,
    /// The pages of which that is true.
    dirtied: Vec<usize>,
    /// Whether decoded code was overwritten.
    code_written: bool,
    /// How often all decoded code was forgotten.
    code_generation: u64,
    /// Lines from which code was decoded, and of which not every hart may know it.
    new_code: Vec<Range<usize>>,
    reservations: Reservations,
}

#[derive(Debug, Clone, Copy)]
struct Placed {
    base: u64,
    size: u64,
    offset: usize,
}

impl Ram {
    /// Memory of zeroes; `None` when the ranges cannot be had on this host.
    #[must_use]
    pub fn new(ranges: &[RawRange]) -> Option<Self> {
        let mut offset = 0_usize;
        let mut placed = Vec::with_capacity(ranges.len());
        for range in ranges {
            range.base.checked_add(range.size_bytes)?;
            placed.push(Placed {
                base: range.base,
                size: range.size_bytes,
                offset,
            });
            offset = offset.checked_add(usize::try_from(range.size_bytes).ok()?)?;
        }
        let pages = offset.div_ceil(PAGE_BYTES);
        Some(Self {
            ranges: placed,
            bytes: zeroes(offset)?,
            code: zeroes(pages)?,
            dirty: zeroes(pages)?,
            dirtied: Vec::new(),
            code_written: false,
            code_generation: 0,
            new_code: Vec::new(),
            reservations: Reservations::default(),
        })
    }

    /// Position of `length` bytes at a physical address, where all of them are in one range.
    #[must_use]
    pub fn offset(&self, address: u64, length: u64) -> Option<usize> {
        self.ranges.iter().find_map(|range| {
            let inside = address.checked_sub(range.base)?;
            let end = inside.checked_add(length)?;
            let inside = usize::try_from(inside).ok()?;
            (end <= range.size).then_some(range.offset + inside)
        })
    }

    /// The two bytes at an offset.
    #[must_use]
    #[inline]
    pub fn halfword(&self, offset: usize) -> u16 {
        u16::from_le_bytes(self.array(offset))
    }

    /// The four bytes at an offset.
    #[must_use]
    #[inline]
    pub fn word(&self, offset: usize) -> u32 {
        u32::from_le_bytes(self.array(offset))
    }

    /// The eight bytes at an offset.
    #[must_use]
    #[inline]
    pub fn doubleword(&self, offset: usize) -> u64 {
        u64::from_le_bytes(self.array(offset))
    }

    /// Loads 1, 2, 4 or 8 bytes, zero-extended.
    #[must_use]
    #[inline]
    pub fn load(&self, offset: usize, width: usize) -> u64 {
        match width {
            1 => u64::from(self.bytes[offset]),
            2 => u64::from(self.halfword(offset)),
            4 => u64::from(self.word(offset)),
            _ => self.doubleword(offset),
        }
    }

    /// Stores the low 1, 2, 4 or 8 bytes.
    pub fn store(&mut self, offset: usize, value: u64, width: usize) {
        self.touch(offset, width);
        self.store_quietly(offset, value, width);
    }

    /// Stores where [`Ram::quiet`] has said that nobody needs to know.
    #[inline]
    pub(crate) fn store_quietly(&mut self, offset: usize, value: u64, width: usize) {
        let bytes = value.to_le_bytes();
        match width {
            1 => self.bytes[offset] = bytes[0],
            2 => self.bytes[offset..offset + 2].copy_from_slice(&bytes[..2]),
            4 => self.bytes[offset..offset + 4].copy_from_slice(&bytes[..4]),
            _ => self.bytes[offset..offset + 8].copy_from_slice(&bytes),
        }
    }

    /// The bytes around an offset, in its page, to which more stores tell nothing new: the
    /// page is known to have been stored to, no code was decoded from them, and no hart has
    /// reserved them.
    pub(crate) fn quiet(&self, offset: usize) -> Range<usize> {
        let page = offset / PAGE_BYTES;
        let line = offset / LINE_BYTES;
        if !self.dirty[page] || self.is_code(line) || self.reservations.guards(line) {
            return offset..offset;
        }
        let guarded = self.reservations.in_page(page);
        let (loud, above) = (self.code[page] | guarded, u64::MAX << (line % LINES));
        let first = LINES - count((loud & !above).leading_zeros());
        let end = count((loud & above).trailing_zeros());
        let begin = page * PAGE_BYTES;
        begin + first * LINE_BYTES..begin + end * LINE_BYTES
    }

    /// Code was decoded from these bytes, which lie in one page: a store to them is noticed.
    pub(crate) fn mark_code(&mut self, bytes: &Range<usize>) {
        let lines = bytes.start / LINE_BYTES..bytes.end.div_ceil(LINE_BYTES);
        if self.reservations.has_several_harts() && lines.clone().any(|line| !self.is_code(line)) {
            self.new_code
                .push(lines.start * LINE_BYTES..lines.end * LINE_BYTES);
        }
        for line in lines {
            self.code[line / LINES] |= 1 << (line % LINES);
        }
    }

    /// Where code was decoded for the first time since the last call, on a machine with several
    /// harts.
    pub(crate) fn take_new_code(&mut self) -> Vec<Range<usize>> {
        std::mem::take(&mut self.new_code)
    }

    /// Whether decoded code was overwritten.
    #[inline]
    pub(crate) fn is_code_written(&self) -> bool {
        self.code_written
    }

    /// No code is decoded any more.
    pub(crate) fn forget_code(&mut self) {
        self.code.fill(0);
        self.code_written = false;
        self.code_generation += 1;
    }

    /// How often all decoded code was forgotten: what a hart has decoded before the last time is
    /// not noticed when it is overwritten.
    pub(crate) fn code_generation(&self) -> u64 {
        self.code_generation
    }

    /// `length` bytes at a physical address; `None` unless all are in one range.
    #[must_use]
    pub fn slice(&self, address: u64, length: usize) -> Option<&[u8]> {
        let offset = self.offset(address, u64::try_from(length).ok()?)?;
        self.bytes.get(offset..offset + length)
    }

    /// Writes bytes at a physical address; `None` unless all are in one range.
    pub fn fill(&mut self, address: u64, bytes: &[u8]) -> Option<()> {
        let offset = self.offset(address, u64::try_from(bytes.len()).ok()?)?;
        self.touch(offset, bytes.len());
        self.bytes[offset..offset + bytes.len()].copy_from_slice(bytes);
        Some(())
    }

    /// Notices a store.
    fn touch(&mut self, offset: usize, length: usize) {
        for line in offset / LINE_BYTES..(offset + length).div_ceil(LINE_BYTES) {
            self.code_written |= self.is_code(line);
            self.reservations.break_line(line);
        }
        for page in offset / PAGE_BYTES..(offset + length).div_ceil(PAGE_BYTES) {
            if !std::mem::replace(&mut self.dirty[page], true) {
                self.dirtied.push(page);
            }
        }
    }

    /// The pages that were stored to since the last call. What was said to be quiet is not any
    /// more.
    pub(crate) fn take_dirty(&mut self) -> Vec<usize> {
        for page in &self.dirtied {
            self.dirty[*page] = false;
        }
        std::mem::take(&mut self.dirtied)
    }

    /// The physical address of an offset.
    pub(crate) fn address(&self, offset: usize) -> u64 {
        let range = self.ranges.iter().rfind(|range| range.offset <= offset);
        range.map_or(0, |range| range.base + to_u64(offset - range.offset))
    }

    /// How many pages there are.
    pub(crate) fn pages(&self) -> usize {
        self.dirty.len()
    }

    /// The bytes of a page.
    pub(crate) fn page(&self, page: usize) -> &[u8] {
        &self.bytes[page * PAGE_BYTES..(page + 1) * PAGE_BYTES]
    }

    /// Replaces the bytes of a page; with zeroes, where there are none.
    pub(crate) fn set_page(&mut self, page: usize, bytes: Option<&[u8]>) {
        let offset = page * PAGE_BYTES;
        self.touch(offset, PAGE_BYTES);
        let place = &mut self.bytes[offset..offset + PAGE_BYTES];
        match bytes {
            Some(bytes) => place.copy_from_slice(bytes),
            None => place.fill(0),
        }
    }

    /// Whether code was decoded from a line.
    fn is_code(&self, line: usize) -> bool {
        self.code[line / LINES] >> (line % LINES) & 1 == 1
    }

    #[inline]
    fn array<const N: usize>(&self, offset: usize) -> [u8; N] {
        let mut array = [0; N];
        array.copy_from_slice(&self.bytes[offset..offset + N]);
        array
    }
}

/// A number of bits of a word.
fn count(bits: u32) -> usize {
    usize::try_from(bits).unwrap_or(LINES)
}

/// Zeroed memory, or `None` when there is not so much: a machine description may ask for
/// any amount.
fn zeroes<T: Clone + Default>(length: usize) -> Option<Vec<T>> {
    // Asked for first, because a failed `vec!` ends the process.
    Vec::<T>::new().try_reserve_exact(length).ok()?;
    Some(vec![T::default(); length])
}
#[cfg(test)]
mod tests {
    use super::*;

    fn two_ranges() -> Ram {
        let range = |base, size_bytes| RawRange { base, size_bytes };
        Ram::new(&[range(0x8000_0000, 0x1000), range(0x1000, 0x2000)]).unwrap()
    }

    #[test]
    fn both_ends_of_every_range() {
        let ram = two_ranges();
        assert_eq!(ram.offset(0x8000_0000, 8), Some(0));
        assert_eq!(ram.offset(0x8000_0ff8, 8), Some(0xff8));
        assert_eq!(ram.offset(0x8000_0ff9, 8), None);
        assert_eq!(ram.offset(0x7fff_ffff, 1), None);
        assert_eq!(ram.offset(0x1000, 1), Some(0x1000));
        assert_eq!(ram.offset(0x2fff, 1), Some(0x2fff));
        assert_eq!(ram.offset(0x3000, 1), None);
        assert_eq!(ram.offset(u64::MAX, 8), None);
    }

    #[test]
    fn loads_return_what_was_stored_at_every_width() {
        let mut ram = two_ranges();
        for width in [1, 2, 4, 8] {
            ram.store(16, u64::MAX, 8);
            ram.store(16, 0x0102_0304_0506_0708, width);
            let kept = u64::MAX
                .checked_shl(8 * u32::try_from(width).unwrap())
                .unwrap_or(0);
            let low = 0x0102_0304_0506_0708 & !kept;
            assert_eq!(ram.load(16, width), low);
            assert_eq!(ram.load(16, 8), low | kept);
        }
    }

    #[test]
    fn a_machine_too_large_for_the_host_is_refused() {
        let huge = RawRange {
            base: 0,
            size_bytes: u64::MAX / 2,
        };
        assert!(Ram::new(&[huge]).is_none());
        let wraps = RawRange {
            base: u64::MAX,
            size_bytes: 2,
        };
        assert!(Ram::new(&[wraps]).is_none());
    }

    #[test]
    fn the_first_store_to_a_page_and_stores_to_code_are_noticed() {
        let mut ram = two_ranges();
        assert_eq!(ram.quiet(16), 16..16);
        ram.store(16, 1, 8);
        assert_eq!(ram.quiet(16), 0..PAGE_BYTES);
        ram.mark_code(&(128..132));
        assert_eq!(ram.quiet(16), 0..128);
        assert_eq!(ram.quiet(200), 192..PAGE_BYTES);
        assert!(ram.quiet(130).is_empty());
        ram.store(64, 1, 8);
        assert!(!ram.is_code_written());
        ram.store(184, 1, 8);
        assert!(ram.is_code_written());
        ram.forget_code();
        assert_eq!(
            (ram.is_code_written(), ram.quiet(130)),
            (false, 0..PAGE_BYTES)
        );
        assert_eq!(ram.take_dirty(), [0]);
        assert!(ram.quiet(16).is_empty());
        assert!(ram.take_dirty().is_empty());
    }

    #[test]
    fn a_store_across_pages_is_noticed_in_both() {
        let mut ram = two_ranges();
        ram.fill(0x1ffc, &[1; 8]).unwrap();
        assert_eq!(ram.take_dirty(), [1, 2]);
        let (page, zeroes) = (ram.page(1).to_vec(), [0; PAGE_BYTES]);
        ram.set_page(1, None);
        assert_eq!(ram.page(1), zeroes);
        ram.set_page(1, Some(&page));
        assert_eq!(ram.slice(0x1ffc, 8), Some(&[1; 8][..]));
        assert_eq!(
            (ram.address(0), ram.address(PAGE_BYTES + 4)),
            (0x8000_0000, 0x1004)
        );
    }
}
