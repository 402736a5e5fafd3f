//! From a virtual address to RAM or a device: Sv39 (privileged ISA 4.4), PMP, and what is there.
//!
//! Where an access may go is looked up here once, and kept per context in a bank.

mod bank;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::bits::{field, to_u64, to_usize};
use crate::bus::{Bus, PAGE_BYTES};
use crate::cpu::{Cause, Exception, Privilege};
use crate::monitor::{Remark, Subject};
use crate::pmp::{Pmp, Verdict};
use bank::{Banks, DataBank, FetchBank, Window};

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
    /// Only RAM can be executed and supports reservations and atomics.
    const fn needs_ram(self) -> bool {
        !matches!(self, Self::Load | Self::Store)
    }

    /// A number for each.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Fetch => 0,
            Self::Load => 1,
            Self::LoadReserved => 2,
            Self::Store => 3,
            Self::Modify => 4,
        }
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

    /// What an access that protection does not allow raises, or one of what is not there.
    pub(crate) const fn fault(self, address: u64) -> Exception {
        Exception {
            cause: self.access_fault(),
            value: address,
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
    /// `satp` where addresses are translated, 0 elsewhere.
    satp: u64,
    privilege: Privilege,
    sum: bool,
    mxr: bool,
}

impl Space {
    /// The space of a privilege under `satp` (4.1.11) and the `SUM` and `MXR` bits.
    #[must_use]
    pub fn new(privilege: Privilege, satp: u64, sum: bool, mxr: bool) -> Self {
        let translated = privilege != Privilege::Machine && satp >> 60 == 8;
        Self {
            satp: if translated { satp } else { 0 },
            privilege,
            sum: sum && translated,
            mxr: mxr && translated,
        }
    }

    /// Physical address of the root table; `None` without translation.
    fn root(&self) -> Option<u64> {
        self.is_translated()
            .then(|| field(self.satp, 0, 44) * PAGE_BYTES)
    }

    /// What tells translations apart in hardware: the ASID, and what the mode may do.
    fn without_root(&self) -> u64 {
        let user = u64::from(self.privilege == Privilege::User);
        let mode = user | u64::from(self.sum) << 1 | u64::from(self.mxr) << 2;
        field(self.satp, 44, 16) << 3 | mode
    }

    fn is_translated(&self) -> bool {
        self.satp != 0
    }
}

/// A space under what the PMP registers hold, for somebody who is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Context {
    space: Space,
    /// Identity of what the PMP registers hold; 0 where they do not matter.
    pmp: usize,
    subject: Subject,
}

/// Contexts that are remembered.
const CONTEXTS: usize = 64;

/// The translation unit of a hart.
///
/// What was found about an address is kept in a bank per context (privilege, `satp`, `SUM`,
/// `MXR` and what the PMP registers hold), so a return to a context finds what was known there.
/// `sfence.vma` empties all banks with translation; an address space whose tables never change
/// needs no fence.
///
/// A clone knows nothing, for what is known follows from everything else.
#[derive(Debug)]
pub struct Mmu {
    /// The hart's PMP entries.
    pmp: Pmp,
    fetch: Banks<FetchBank>,
    data: Banks<DataBank>,
    /// Fences so far.
    fences: u64,
    /// The spaces of fetches and of loads and stores.
    spaces: [Space; 2],
    /// Translations of pages, kept as long as the specification allows: until the next fence,
    /// whatever happens to `satp` and to the tables. `None`: nobody wants to be so strict.
    stale: Option<BTreeMap<(u64, u64, u8), u64>>,
    /// Addresses of stores to places of messages, whose windows are for one visit.
    messages: Vec<u64>,
    /// What there is to say of the last access.
    remark: Option<Remark>,
}

impl Clone for Mmu {
    fn clone(&self) -> Self {
        let mut pmp = self.pmp.clone();
        pmp.forget_identities();
        Self {
            stale: self.stale.clone(),
            ..Self::new(pmp)
        }
    }
}

impl Mmu {
    /// M-mode, with nothing known.
    #[must_use]
    pub fn new(pmp: Pmp) -> Self {
        let space = Space::new(Privilege::Machine, 0, false, false);
        let context = Context {
            space,
            pmp: 0,
            subject: Subject::Anybody,
        };
        Self {
            pmp,
            fetch: Banks::new(context),
            data: Banks::new(context),
            fences: 0,
            spaces: [space; 2],
            stale: None,
            messages: Vec::new(),
            remark: None,
        }
    }

    /// The PMP entries.
    #[must_use]
    pub fn pmp(&self) -> &Pmp {
        &self.pmp
    }

    /// The PMP entries, to change: [`Mmu::enter`] must follow before the next access that they
    /// may decide.
    pub fn pmp_mut(&mut self) -> &mut Pmp {
        &mut self.pmp
    }

    /// Forgets all translations (`sfence.vma`): [`Mmu::enter`] must follow.
    pub fn fence(&mut self) {
        self.fences += 1;
        if let Some(stale) = &mut self.stale {
            stale.clear();
        }
    }

    /// From now on translations are kept as long as the specification allows (4.2.1): a fence
    /// that is missing makes a difference. Address spaces are told apart by ASID alone.
    pub fn keep_stale(&mut self) {
        self.stale = Some(BTreeMap::new());
    }

    /// Chooses the spaces of fetches and of loads and stores, each with who makes them.
    pub fn enter(&mut self, fetch: (Space, Subject), data: (Space, Subject)) {
        if self.fetch.len().max(self.data.len()) >= CONTEXTS {
            self.fetch.clear();
            self.data.clear();
            self.pmp.forget_identities();
        }
        self.spaces = [fetch.0, data.0];
        let context = self.context(fetch);
        self.fetch.enter(&context, self.fences);
        let context = if data == fetch {
            context
        } else {
            self.context(data)
        };
        self.data.enter(&context, self.fences);
    }

    fn context(&mut self, (space, subject): (Space, Subject)) -> Context {
        let checked = space.privilege != Privilege::Machine || self.pmp.binds_machine();
        let pmp = if checked { self.pmp.identity() + 1 } else { 0 };
        Context {
            space,
            pmp,
            subject,
        }
    }

    /// What there is to say of the last access, with who made it; told once.
    pub(crate) fn take_remark(&mut self) -> Option<(Subject, Remark)> {
        let remark = self.remark.take()?;
        let context = match remark {
            Remark::Denied {
                access: Access::Fetch,
                ..
            } => self.fetch.context(),
            _ => self.data.context(),
        };
        Some((context.subject, remark))
    }

    /// The next store to a place of a message is to be told again. To be called in the context
    /// that made the last ones.
    pub(crate) fn forget_messages(&mut self) {
        for address in self.messages.drain(..) {
            self.data.current.forget_store(address);
        }
    }

    /// Where a load of `1 << log_width` bytes goes, where that is known.
    #[inline]
    pub(crate) fn find_load(&self, address: u64, log_width: u32) -> Option<usize> {
        self.data.current.load(address, log_width)
    }

    /// Where a store of `1 << log_width` bytes goes, where that is known.
    #[inline]
    pub(crate) fn find_store(&self, address: u64, log_width: u32) -> Option<usize> {
        self.data.current.store(address, log_width)
    }

    /// The block of decoded code at a pc, where that is known.
    #[inline]
    pub(crate) fn find_block(&self, pc: u64) -> Option<u32> {
        self.fetch.current.block(pc)
    }

    /// Keeps where the decoded code at a pc is.
    pub(crate) fn remember_block(&mut self, pc: u64, block: u32) {
        self.fetch.current.remember(pc, block);
    }

    /// Forgets which of these bytes of RAM may be stored to.
    pub(crate) fn forget_stores(&mut self, bytes: &Range<usize>) {
        for bank in self.data.all() {
            bank.forget_stores(bytes);
        }
    }

    /// Forgets all decoded code.
    pub(crate) fn forget_blocks(&mut self) {
        for bank in self.fetch.all() {
            *bank = FetchBank::default();
        }
    }

    /// Where an access of 1, 2, 4 or 8 bytes goes.
    ///
    /// # Errors
    /// The exception that the access raises.
    pub fn translate(
        &mut self,
        bus: &Bus,
        address: u64,
        width: u64,
        access: Access,
    ) -> Result<Target, Exception> {
        let cause = if address & (width - 1) == 0 {
            match self.look_up(bus, address, width, access) {
                Ok(target) => return Ok(target),
                Err(cause) => cause,
            }
        } else {
            access.misaligned()
        };
        Err(Exception {
            cause,
            value: address,
        })
    }

    fn look_up(
        &mut self,
        bus: &Bus,
        address: u64,
        width: u64,
        access: Access,
    ) -> Result<Target, Cause> {
        let (physical, reach) = self.allowed(bus, address, width, access)?;
        let window = self.granted(bus, physical, reach, access);
        if let Some(offset) = bus.ram().offset(physical, width) {
            let window = match access {
                Access::Store | Access::Modify => {
                    window.map(|window| within(window, offset, bus.ram().quiet(offset)))
                }
                _ => window,
            };
            if let Some(window) = window.and_then(|window| aligned(&window, address, offset)) {
                self.data.current.remember(address, access, window);
            }
            return Ok(Target::Ram(offset));
        }
        let width = usize::try_from(width).unwrap_or(usize::MAX);
        if access.needs_ram() || !bus.device_accepts(physical, width) {
            return Err(access.access_fault());
        }
        Ok(Target::Device(physical))
    }

    /// Where the code at a pc is in RAM, with the bytes from there on that may be executed.
    ///
    /// # Errors
    /// The exception that the fetch of two bytes raises.
    pub(crate) fn code(&mut self, bus: &Bus, pc: u64) -> Result<Range<usize>, Exception> {
        let fault = |cause| Exception { cause, value: pc };
        let (physical, reach) = self.allowed(bus, pc, 2, Access::Fetch).map_err(fault)?;
        let offset = bus.ram().offset(physical, 2);
        let offset = offset.ok_or(fault(Access::Fetch.access_fault()))?;
        // What is not granted is looked at one halfword at a time.
        let granted = self.granted(bus, physical, reach, Access::Fetch);
        Ok(offset..offset + to_usize(granted.map_or(2, |reach| reach.after)))
    }

    /// The part of a reach that the design grants as well; `None` where the access itself is
    /// not granted.
    fn granted(&mut self, bus: &Bus, physical: u64, reach: Reach, access: Access) -> Option<Reach> {
        let Some(monitor) = bus.monitor() else {
            return Some(reach);
        };
        let subject = match access {
            Access::Fetch => self.fetch.context().subject,
            _ => self.data.context().subject,
        };
        let (extent, place) = monitor.extent(subject, physical, access);
        if !extent.allowed {
            let address = physical;
            self.remark = Some(Remark::Denied { address, access });
            return None;
        }
        if let Some(place) = place {
            self.remark = Some(Remark::Writes(place, physical));
            self.messages.push(physical);
        }
        Some(Reach {
            before: reach.before.min(physical - extent.first),
            after: reach.after.min((extent.last - physical).saturating_add(1)),
        })
    }

    /// The physical address of an access that is allowed, and how far around it, in its page,
    /// all others of its kind are.
    fn allowed(
        &mut self,
        bus: &Bus,
        address: u64,
        width: u64,
        access: Access,
    ) -> Result<(u64, Reach), Cause> {
        let space = match access {
            Access::Fetch => self.spaces[0],
            _ => self.spaces[1],
        };
        let physical = self.physical(bus, &space, address, access)?;
        let machine = space.privilege == Privilege::Machine;
        let extent = self.pmp.extent(physical, access, machine);
        let page = physical - physical % PAGE_BYTES;
        let reach = Reach {
            before: physical - page.max(extent.first),
            after: (page | (PAGE_BYTES - 1)).min(extent.last) - physical + 1,
        };
        match extent.allowed && width <= reach.after {
            true => Ok((physical, reach)),
            false => Err(access.access_fault()),
        }
    }

    fn physical(
        &mut self,
        bus: &Bus,
        space: &Space,
        address: u64,
        access: Access,
    ) -> Result<u64, Cause> {
        let Some(root) = space.root() else {
            return Ok(address);
        };
        let key = (space.without_root(), address / PAGE_BYTES, access.number());
        let known = self.stale.as_ref().and_then(|stale| stale.get(&key));
        if let Some(page) = known {
            return Ok(page | (address % PAGE_BYTES));
        }
        let physical = self.walk(bus, space, root, address, access)?;
        if let Some(stale) = &mut self.stale {
            stale.insert(key, physical - physical % PAGE_BYTES);
        }
        Ok(physical)
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

/// Bytes before an address, and from it on, that are alike.
#[derive(Debug, Clone, Copy)]
struct Reach {
    before: u64,
    after: u64,
}

/// A reach around an offset, as far as it lies in these bytes of RAM.
fn within(reach: Reach, offset: usize, bytes: Range<usize>) -> Reach {
    Reach {
        before: reach.before.min(to_u64(offset - bytes.start)),
        after: reach.after.min(to_u64(bytes.end - offset)),
    }
}

/// The window of a reach: whole doublewords.
fn aligned(reach: &Reach, address: u64, offset: usize) -> Option<Window> {
    let begin = address - reach.before;
    let first = begin.checked_next_multiple_of(8)?;
    let end = address.checked_add(reach.after)? / 8 * 8;
    let skipped = to_usize(first - begin);
    (first < end).then(|| Window {
        first,
        size: end - first,
        offset: offset - to_usize(reach.before) + skipped,
    })
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
