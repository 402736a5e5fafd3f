//! From a virtual address to RAM or a device: Sv39 (privileged ISA 4.4), PMP, and what is there.
//!
//! It stands in front of the engine: an access that would fault never reaches it.

use crate::bits::field;
use crate::bus::{Bus, PAGE_BYTES};
use crate::cpu::{Cause, Exception, Privilege};
use crate::pmp::{Pmp, Verdict};

/// Entries of the translation cache, a power of two.
const CACHED: usize = 512;
const LEVELS: u32 = 3;

/// Why memory is accessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// To execute.
    Fetch,
    /// A load.
    Load,
    /// `lr`.
    LoadReserved,
    /// A store.
    Store,
    /// `sc` or an atomic memory operation.
    Modify,
}

impl Access {
    const fn bit(self) -> u8 {
        match self {
            Self::Fetch => 1,
            Self::Load => 2,
            Self::LoadReserved => 4,
            Self::Store => 8,
            Self::Modify => 16,
        }
    }

    /// Only RAM can be executed and supports reservations and atomics.
    const fn needs_ram(self) -> bool {
        !matches!(self, Self::Load | Self::Store)
    }

    const fn misaligned(self) -> Cause {
        match self {
            Self::Fetch => Cause::InstructionMisaligned,
            Self::Load | Self::LoadReserved => Cause::LoadMisaligned,
            Self::Store | Self::Modify => Cause::StoreMisaligned,
        }
    }

    const fn page_fault(self) -> Cause {
        match self {
            Self::Fetch => Cause::InstructionPage,
            Self::Load | Self::LoadReserved => Cause::LoadPage,
            Self::Store | Self::Modify => Cause::StorePage,
        }
    }

    const fn access_fault(self) -> Cause {
        match self {
            Self::Fetch => Cause::InstructionAccess,
            Self::Load | Self::LoadReserved => Cause::LoadAccess,
            Self::Store | Self::Modify => Cause::StoreAccess,
        }
    }
}

/// What is behind an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// RAM, at this offset of [`crate::ram::Ram`].
    Ram(usize),
    /// A device, at this physical address.
    Device(u64),
}

/// How addresses are understood: fixed between two changes of privilege or `satp`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// Tells translations of different spaces apart in the cache.
    key: u64,
    /// Physical address of the root table; `None` without translation.
    root: Option<u64>,
    privilege: Privilege,
    sum: bool,
    mxr: bool,
}

impl Space {
    /// The space of a privilege under `satp` (4.1.11) and the `SUM` and `MXR` bits.
    #[must_use]
    pub fn new(privilege: Privilege, satp: u64, sum: bool, mxr: bool) -> Self {
        let translated = privilege != Privilege::Machine && satp >> 60 == 8;
        let user = u64::from(privilege == Privilege::User);
        // In Sv39 mode bits 60..62 of satp are zero and carry what else matters.
        let key = match translated {
            true => satp | user << 60 | u64::from(sum) << 61 | u64::from(mxr) << 62,
            false => u64::from(privilege == Privilege::Machine),
        };
        let root = translated.then(|| field(satp, 0, 44) * PAGE_BYTES);
        Self {
            key,
            root,
            privilege,
            sum,
            mxr,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Cached {
    page: u64,
    key: u64,
    offset: usize,
    /// Bits of the accesses that were found to be allowed.
    allowed: u8,
}

const NOTHING: Cached = Cached {
    page: u64::MAX,
    key: u64::MAX,
    offset: 0,
    allowed: 0,
};

/// The translation unit of a hart.
///
/// Translations are cached until `sfence.vma` or a PMP write. A cached one is found again only
/// under the same `satp`, so an address space whose tables never change needs no fence.
#[derive(Debug, Clone)]
pub struct Mmu {
    /// The hart's PMP entries.
    pmp: Pmp,
    cache: Vec<Cached>,
}

impl Mmu {
    /// With nothing cached.
    #[must_use]
    pub fn new(pmp: Pmp) -> Self {
        Self {
            pmp,
            cache: vec![NOTHING; CACHED],
        }
    }

    /// The PMP entries.
    #[must_use]
    pub fn pmp(&self) -> &Pmp {
        &self.pmp
    }

    /// The PMP entries, to change: forgets all translations.
    pub fn pmp_mut(&mut self) -> &mut Pmp {
        self.fence();
        &mut self.pmp
    }

    /// Forgets all translations (`sfence.vma`).
    pub fn fence(&mut self) {
        self.cache.fill(NOTHING);
    }

    /// Whether all of the page of an address is known to allow an access.
    #[must_use]
    pub fn knows(&self, space: &Space, address: u64, access: Access) -> bool {
        self.find(space, address, access).is_some()
    }

    #[inline]
    fn find(&self, space: &Space, address: u64, access: Access) -> Option<usize> {
        let cached = &self.cache[slot(address, space)];
        let hit = cached.page == address / PAGE_BYTES
            && cached.key == space.key
            && cached.allowed & access.bit() != 0;
        hit.then_some(cached.offset)
    }

    /// Where an access of 1, 2, 4 or 8 bytes goes.
    ///
    /// # Errors
    /// The exception that the access raises.
    #[inline]
    pub fn translate(
        &mut self,
        bus: &Bus,
        space: &Space,
        address: u64,
        width: u64,
        access: Access,
    ) -> Result<Target, Exception> {
        if address & (width - 1) != 0 {
            return Err(Exception {
                cause: access.misaligned(),
                value: address,
            });
        }
        if let Some(offset) = self.find(space, address, access) {
            return Ok(Target::Ram(offset + page_offset(address)));
        }
        self.look_up(bus, space, address, width, access)
            .map_err(|cause| Exception {
                cause,
                value: address,
            })
    }

    fn look_up(
        &mut self,
        bus: &Bus,
        space: &Space,
        address: u64,
        width: u64,
        access: Access,
    ) -> Result<Target, Cause> {
        let physical = self.physical(bus, space, address, access)?;
        let machine = space.privilege == Privilege::Machine;
        if self.pmp.verdict(physical, width, access, machine) != Verdict::Uniform(true) {
            return Err(access.access_fault());
        }
        if let Some(offset) = bus.ram().offset(physical, width) {
            let page = physical / PAGE_BYTES * PAGE_BYTES;
            if self.pmp.verdict(page, PAGE_BYTES, access, machine) == Verdict::Uniform(true) {
                self.remember(space, address, offset - page_offset(address), access);
            }
            return Ok(Target::Ram(offset));
        }
        let width = usize::try_from(width).unwrap_or(usize::MAX);
        if access.needs_ram() || !bus.device_accepts(physical, width) {
            return Err(access.access_fault());
        }
        Ok(Target::Device(physical))
    }

    fn remember(&mut self, space: &Space, address: u64, offset: usize, access: Access) {
        let cached = &mut self.cache[slot(address, space)];
        let page = address / PAGE_BYTES;
        let same = cached.page == page && cached.key == space.key;
        let allowed = if same { cached.allowed } else { 0 } | access.bit();
        *cached = Cached {
            page,
            key: space.key,
            offset,
            allowed,
        };
    }

    fn physical(
        &self,
        bus: &Bus,
        space: &Space,
        address: u64,
        access: Access,
    ) -> Result<u64, Cause> {
        match space.root {
            None => Ok(address),
            Some(root) => self.walk(bus, space, root, address, access),
        }
    }

    /// Virtual address translation (4.3.2).
    fn walk(
        &self,
        bus: &Bus,
        space: &Space,
        root: u64,
        address: u64,
        access: Access,
    ) -> Result<u64, Cause> {
        // Bits 63..39 must equal bit 38 (4.4.1).
        if (address.cast_signed() << 25 >> 25).cast_unsigned() != address {
            return Err(access.page_fault());
        }
        let mut table = root;
        for level in (0..LEVELS).rev() {
            let index = field(address, 12 + 9 * level, 9);
            let entry = self
                .entry(bus, table + 8 * index)
                .ok_or(access.access_fault())?;
            if !entry.is_valid() {
                return Err(access.page_fault());
            }
            if entry.is_leaf() {
                return entry
                    .leaf(space, level, address, access)
                    .ok_or(access.page_fault());
            }
            table = entry.target();
        }
        Err(access.page_fault())
    }

    /// A page table entry; the walker is checked as S-mode (3.7.2) and reads only RAM.
    fn entry(&self, bus: &Bus, address: u64) -> Option<Entry> {
        let allowed = self.pmp.verdict(address, 8, Access::Load, false) == Verdict::Uniform(true);
        let offset = bus.ram().offset(address, 8).filter(|_| allowed)?;
        Some(Entry(bus.ram().doubleword(offset)))
    }
}

/// Position in the cache.
#[inline]
fn slot(address: u64, space: &Space) -> usize {
    let mixed = (address / PAGE_BYTES) ^ (space.key >> 44);
    usize::from(crate::bits::low_u16(crate::bits::low_u32(mixed))) % CACHED
}

/// Offset of an address in its page.
#[inline]
pub(crate) fn page_offset(address: u64) -> usize {
    usize::from(crate::bits::low_u16(crate::bits::low_u32(
        address % PAGE_BYTES,
    )))
}

/// A page table entry (4.4.1, figure 4.21).
#[derive(Debug, Clone, Copy)]
struct Entry(u64);

impl Entry {
    const V: u64 = 1;
    const R: u64 = 2;
    const W: u64 = 4;
    const X: u64 = 8;
    const U: u64 = 16;
    const A: u64 = 64;
    const D: u64 = 128;
    /// Reserved, and the bits of extensions that the machine does not have.
    const RESERVED: u64 = 0x3ff << 54;

    fn has(self, bits: u64) -> bool {
        self.0 & bits == bits
    }

    fn is_leaf(self) -> bool {
        self.0 & (Self::R | Self::X) != 0
    }

    /// Steps 3 and 4 of the walk, and the bits that are reserved in a pointer.
    fn is_valid(self) -> bool {
        let reserved_in_pointer = Self::A | Self::D | Self::U;
        self.has(Self::V)
            && (self.has(Self::R) || !self.has(Self::W))
            && self.0 & Self::RESERVED == 0
            && (self.is_leaf() || self.0 & reserved_in_pointer == 0)
    }

    fn target(self) -> u64 {
        field(self.0, 10, 44) * PAGE_BYTES
    }

    /// Steps 5 to 8: the physical address, if the leaf allows the access.
    fn leaf(self, space: &Space, level: u32, address: u64, access: Access) -> Option<u64> {
        let size = PAGE_BYTES << (9 * level);
        let aligned = self.target().is_multiple_of(size);
        let dirty = matches!(access, Access::Fetch | Access::Load | Access::LoadReserved)
            || self.has(Self::D);
        let allowed = self.mode_allows(space, access) && self.access_allowed(space, access);
        (allowed && aligned && self.has(Self::A) && dirty).then(|| self.target() | (address % size))
    }

    fn mode_allows(self, space: &Space, access: Access) -> bool {
        match (space.privilege, self.has(Self::U)) {
            (Privilege::User, user) => user,
            (_, false) => true,
            (_, true) => space.sum && access != Access::Fetch,
        }
    }

    fn access_allowed(self, space: &Space, access: Access) -> bool {
        let readable = self.has(Self::R) || (space.mxr && self.has(Self::X));
        match access {
            Access::Fetch => self.has(Self::X),
            Access::Load | Access::LoadReserved => readable,
            Access::Store => self.has(Self::W),
            Access::Modify => self.has(Self::W) && readable,
        }
    }
}
