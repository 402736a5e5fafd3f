//! What is known about the addresses of a context, and the contexts that are remembered.

use std::ops::Range;

use super::{Access, Context};
use crate::bits::to_usize;

/// Windows of each kind that a context keeps, a power of two.
const WINDOWS: usize = 64;
/// Entries to decoded code that a context keeps, a power of two.
const ENTRIES: usize = 256;

/// Addresses that one kind of access may touch without further checks, and where they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// The first address, a multiple of 8.
    pub(super) first: u64,
    /// Length in bytes, a multiple of 8.
    pub(super) size: u64,
    /// Where the first byte is in RAM.
    pub(super) offset: usize,
}

impl Window {
    const EMPTY: Self = Self {
        first: 0,
        size: 0,
        offset: 0,
    };

    /// Where an aligned access of `1 << log_width` bytes is in RAM.
    #[inline]
    fn find(&self, address: u64, log_width: u32) -> Option<usize> {
        let inside = address.wrapping_sub(self.first);
        // The bits that must be zero for alignment become the highest.
        let hit = inside.rotate_right(log_width) < self.size >> log_width;
        hit.then(|| self.offset.wrapping_add(to_usize(inside)))
    }

    fn overlaps(&self, bytes: &Range<usize>) -> bool {
        self.offset < bytes.end && bytes.start < self.offset + to_usize(self.size)
    }
}

/// Where loads and stores may go.
#[derive(Debug, Clone)]
pub(super) struct DataBank {
    load: [Window; WINDOWS],
    store: [Window; WINDOWS],
}

impl Default for DataBank {
    fn default() -> Self {
        Self {
            load: [Window::EMPTY; WINDOWS],
            store: [Window::EMPTY; WINDOWS],
        }
    }
}

#[inline]
fn slot(address: u64) -> usize {
    to_usize(address >> 12) % WINDOWS
}

impl DataBank {
    #[inline]
    pub(super) fn load(&self, address: u64, log_width: u32) -> Option<usize> {
        self.load[slot(address)].find(address, log_width)
    }

    #[inline]
    pub(super) fn store(&self, address: u64, log_width: u32) -> Option<usize> {
        self.store[slot(address)].find(address, log_width)
    }

    /// Keeps a window within the page of an address.
    pub(super) fn remember(&mut self, address: u64, access: Access, window: Window) {
        match access {
            Access::Load | Access::LoadReserved => self.load[slot(address)] = window,
            Access::Store | Access::Modify => self.store[slot(address)] = window,
            Access::Fetch => {}
        }
    }

    /// Forgets the window of stores to an address.
    pub(super) fn forget_store(&mut self, address: u64) {
        self.store[slot(address)] = Window::EMPTY;
    }

    /// Forgets which of these bytes of RAM may be stored to.
    pub(super) fn forget_stores(&mut self, bytes: &Range<usize>) {
        for window in &mut self.store {
            if window.overlaps(bytes) {
                *window = Window::EMPTY;
            }
        }
    }
}

/// A pc, and the block of decoded code that begins there.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// Odd where there is none.
    pc: u64,
    block: u32,
}

const NO_ENTRY: Entry = Entry { pc: 1, block: 0 };

/// Where decoded code is.
#[derive(Debug, Clone)]
pub(super) struct FetchBank {
    entries: [Entry; ENTRIES],
}

impl Default for FetchBank {
    fn default() -> Self {
        Self {
            entries: [NO_ENTRY; ENTRIES],
        }
    }
}

#[inline]
fn entry_slot(pc: u64) -> usize {
    to_usize(pc >> 1) % ENTRIES
}

impl FetchBank {
    #[inline]
    pub(super) fn block(&self, pc: u64) -> Option<u32> {
        let entry = &self.entries[entry_slot(pc)];
        (entry.pc == pc).then_some(entry.block)
    }

    pub(super) fn remember(&mut self, pc: u64, block: u32) {
        self.entries[entry_slot(pc)] = Entry { pc, block };
    }
}

/// A bank for each context that is remembered, one of them in use.
#[derive(Debug, Clone)]
pub(super) struct Banks<T> {
    /// The bank in use; what is in its place in `kept` means nothing.
    pub(super) current: Box<T>,
    position: usize,
    kept: Vec<Kept<T>>,
}

#[derive(Debug, Clone)]
struct Kept<T> {
    context: Context,
    /// Fences when it was filled.
    fences: u64,
    bank: Box<T>,
}

impl<T: Default> Banks<T> {
    /// In use for one context, with nothing known.
    pub(super) fn new(context: Context) -> Self {
        let first = Kept {
            context,
            fences: 0,
            bank: Box::default(),
        };
        Self {
            current: Box::default(),
            position: 0,
            kept: vec![first],
        }
    }

    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }

    /// The context in use.
    pub(super) fn context(&self) -> &Context {
        &self.kept[self.position].context
    }

    /// Goes over to a context. What was known of it before the last fence is forgotten, if it
    /// has translations.
    pub(super) fn enter(&mut self, context: &Context, fences: u64) {
        if self.context() != context {
            let found = self.kept.iter().position(|kept| kept.context == *context);
            std::mem::swap(&mut self.current, &mut self.kept[self.position].bank);
            self.position = found.unwrap_or(self.kept.len());
            if found.is_none() {
                self.kept.push(Kept {
                    context: *context,
                    fences,
                    bank: Box::default(),
                });
            }
            std::mem::swap(&mut self.current, &mut self.kept[self.position].bank);
        }
        let kept = &mut self.kept[self.position];
        if kept.fences != fences && context.space.is_translated() {
            *self.current = T::default();
        }
        kept.fences = fences;
    }

    /// Every bank.
    pub(super) fn all(&mut self) -> impl Iterator<Item = &mut T> {
        let kept = self.kept.iter_mut().map(|kept| &mut *kept.bank);
        kept.chain(std::iter::once(&mut *self.current))
    }

    /// Forgets everything, of all contexts.
    pub(super) fn clear(&mut self) {
        *self = Self::new(*self.context());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_only_aligned_accesses_that_are_wholly_inside() {
        let window = Window {
            first: 0x1008,
            size: 16,
            offset: 100,
        };
        assert_eq!(window.find(0x1008, 3), Some(100));
        assert_eq!(window.find(0x1010, 3), Some(108));
        assert_eq!(window.find(0x1017, 0), Some(115));
        for (address, log_width) in [
            (0x1018, 0),
            (0x1007, 0),
            (0x100c, 3),
            (0x1009, 1),
            (0x1016, 2),
            (0x1018, 3),
            (0x1000, 3),
            (u64::MAX, 0),
        ] {
            assert_eq!(window.find(address, log_width), None, "{address:#x}");
        }
        assert_eq!(Window::EMPTY.find(0, 0), None);
    }

    #[test]
    fn a_bank_knows_its_own_context_alone_and_forgets_at_a_fence() {
        use crate::cpu::Privilege;
        use crate::mmu::Space;
        use crate::monitor::Subject;
        let context = |asid: u64| Context {
            space: Space::new(Privilege::User, 8 << 60 | asid << 44, false, false),
            pmp: 1,
            subject: Subject::Anybody,
        };
        let window = Window {
            first: 0x1000,
            size: 8,
            offset: 0,
        };
        let mut banks = Banks::<DataBank>::new(context(1));
        banks.current.remember(0x1000, Access::Load, window);
        banks.enter(&context(2), 0);
        assert_eq!(banks.current.load(0x1000, 3), None);
        banks.enter(&context(1), 0);
        assert_eq!(banks.current.load(0x1000, 3), Some(0));
        assert_eq!(banks.current.store(0x1000, 3), None);
        banks.enter(&context(2), 1);
        banks.enter(&context(1), 1);
        assert_eq!(banks.current.load(0x1000, 3), None);
    }
}
