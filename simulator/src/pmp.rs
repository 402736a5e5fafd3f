//! Physical memory protection (privileged ISA 3.7).

use crate::bits::{field, low_u8, merge};
use crate::mmu::Access;

/// Most entries that any machine here has: `pmpcfg0` to `pmpcfg14`.
const MOST: usize = 64;
/// A PMP address is 54 bits wide, in units of four bytes.
const ADDRESS_MASK: u64 = (1 << 54) - 1;

const READ: u8 = 1;
const WRITE: u8 = 2;
const EXECUTE: u8 = 4;
const LOCKED: u8 = 0x80;

/// How an entry's address is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Matching {
    Off,
    TopOfRange,
    FourBytes,
    PowerOfTwo,
}

impl Matching {
    fn of(configuration: u8) -> Self {
        match configuration >> 3 & 3 {
            0 => Self::Off,
            1 => Self::TopOfRange,
            2 => Self::FourBytes,
            _ => Self::PowerOfTwo,
        }
    }
}

/// A range of an entry that is on: bytes `first..end`.
#[derive(Debug, Clone, Copy)]
struct Region {
    first: u64,
    end: u64,
    configuration: u8,
}

impl Region {
    const EMPTY: Self = Self {
        first: 0,
        end: 0,
        configuration: 0,
    };

    /// Whether it begins or ends inside a doubleword.
    const fn splits(&self) -> bool {
        !self.first.is_multiple_of(8) || !self.end.is_multiple_of(8)
    }

    fn permits(&self, access: Access) -> bool {
        let bit = match access {
            Access::Fetch => EXECUTE,
            Access::Load | Access::LoadReserved => READ,
            Access::Store | Access::Modify => WRITE,
        };
        let both = access != Access::Modify || self.configuration & READ != 0;
        self.configuration & bit != 0 && both
    }
}

/// What the entries say about a range of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The same for every byte: allowed or not.
    Uniform(bool),
    /// An entry covers a part of it.
    Mixed,
}

/// Bytes around an address about which the entries say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    /// The first of them.
    pub(crate) first: u64,
    /// The last of them.
    pub(crate) last: u64,
    /// Whether the access is allowed.
    pub(crate) allowed: bool,
}

/// What the registers hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Contents {
    configuration: [u8; MOST],
    address: [u64; MOST],
}

/// The PMP entries of a hart.
#[derive(Debug, Clone)]
pub struct Pmp {
    entries: usize,
    grain_bits: u32,
    contents: Contents,
    /// Whether an entry is locked; it stays so until the next reset.
    locked: bool,
    /// How many regions begin or end inside a doubleword.
    splits: usize,
    /// What each entry matches; nothing where it is off.
    regions: [Region; MOST],
    /// Sum over all entries; equal contents have equal sums.
    digest: u64,
    /// Contents that were asked for, with their digests; the position is the identity.
    known: Vec<(u64, Contents)>,
    /// The identity of what is there now, once somebody has asked.
    identity: Option<usize>,
}

impl Pmp {
    /// All entries off. Entries beyond `entries` read as zero; the grain is in bytes.
    #[must_use]
    pub fn new(entries: u64, grain_bytes: u64) -> Self {
        Self {
            entries: usize::try_from(entries).map_or(MOST, |entries| entries.min(MOST)),
            grain_bits: grain_bytes.max(4).ilog2() - 2,
            contents: Contents {
                configuration: [0; MOST],
                address: [0; MOST],
            },
            locked: false,
            splits: 0,
            regions: [Region::EMPTY; MOST],
            digest: 0,
            known: Vec::new(),
            identity: None,
        }
    }

    /// Whether the hart has PMP registers.
    #[must_use]
    pub fn is_implemented(&self) -> bool {
        self.entries > 0
    }

    /// `pmpcfg` register: eight entries from `8 * register / 2`; odd registers do not exist
    /// on RV64 (3.7.1).
    #[must_use]
    pub fn read_configuration(&self, register: usize) -> u64 {
        let first = 4 * register;
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&self.contents.configuration[first..first + 8]);
        u64::from_le_bytes(bytes)
    }

    /// Stores a `pmpcfg` register, as far as its entries are not locked and exist.
    pub fn write_configuration(&mut self, register: usize, value: u64) {
        let first = 4 * register;
        for (entry, byte) in (first..).zip(value.to_le_bytes()) {
            if entry < self.entries && self.contents.configuration[entry] & LOCKED == 0 {
                let byte = self.legal_configuration(entry, byte);
                self.set(entry, byte, self.contents.address[entry]);
            }
        }
    }

    /// `pmpaddr` register, as the grain makes it read (3.7.1).
    #[must_use]
    pub fn read_address(&self, entry: usize) -> u64 {
        let address = self.contents.address[entry];
        let low = |bits: u32| (1_u64 << bits) - 1;
        match (
            Matching::of(self.contents.configuration[entry]),
            self.grain_bits,
        ) {
            (_, 0) => address,
            (Matching::PowerOfTwo, grain) => address | low(grain - 1),
            (_, grain) => address & !low(grain),
        }
    }

    /// Stores a `pmpaddr` register, unless it or a locked range that ends in the next one
    /// uses it.
    pub fn write_address(&mut self, entry: usize, value: u64) {
        let locked = |entry: usize| {
            self.contents.configuration.get(entry).copied().unwrap_or(0) & LOCKED != 0
        };
        let next_is_top = entry + 1 < MOST
            && Matching::of(self.contents.configuration[entry + 1]) == Matching::TopOfRange;
        if entry >= self.entries || locked(entry) || (next_is_top && locked(entry + 1)) {
            return;
        }
        let address = merge(0, value, ADDRESS_MASK);
        self.set(entry, self.contents.configuration[entry], address);
    }

    fn set(&mut self, entry: usize, configuration: u8, address: u64) {
        self.identity = None;
        self.digest = self.digest.wrapping_sub(self.share(entry));
        self.contents.configuration[entry] = configuration;
        self.contents.address[entry] = address;
        self.locked |= configuration & LOCKED != 0;
        self.digest = self.digest.wrapping_add(self.share(entry));
        // The next entry may be a range that begins here.
        for entry in entry..self.entries.min(entry + 2) {
            self.splits -= usize::from(self.regions[entry].splits());
            self.regions[entry] = self.region(entry).unwrap_or(Region::EMPTY);
            self.splits += usize::from(self.regions[entry].splits());
        }
    }

    /// An entry's part of the digest.
    fn share(&self, entry: usize) -> u64 {
        const ODD: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xd6e8_feb8_6659_fd93];
        let position = u64::try_from(entry).unwrap_or(u64::MAX);
        let configuration = u64::from(self.contents.configuration[entry]);
        let first = (self.contents.address[entry] ^ position << 56).wrapping_mul(ODD[0]);
        (first.rotate_left(29) ^ configuration).wrapping_mul(ODD[1])
    }

    /// A number for what the registers hold: the same number for the same contents.
    pub(crate) fn identity(&mut self) -> usize {
        if let Some(identity) = self.identity {
            return identity;
        }
        let known = |(digest, contents): &(u64, Contents)| {
            *digest == self.digest && *contents == self.contents
        };
        let identity = self.known.iter().position(known).unwrap_or_else(|| {
            self.known.push((self.digest, self.contents));
            self.known.len() - 1
        });
        self.identity = Some(identity);
        identity
    }

    /// Forgets the identities that were given.
    pub(crate) fn forget_identities(&mut self) {
        self.known.clear();
        self.identity = None;
    }

    /// Whether M-mode is checked: an entry is locked, or a region begins or ends inside a
    /// doubleword, for an access that lies in it only in part fails in every mode.
    #[must_use]
    pub fn binds_machine(&self) -> bool {
        self.locked || self.splits > 0
    }

    /// What the entries say about `length` bytes from `address`. The lowest-numbered entry
    /// that matches any byte decides (3.7.1, priority and matching logic).
    #[must_use]
    pub fn verdict(&self, address: u64, length: u64, access: Access, machine: bool) -> Verdict {
        let extent = self.extent(address, access, machine);
        match length.saturating_sub(1) <= extent.last - address {
            true => Verdict::Uniform(extent.allowed),
            false => Verdict::Mixed,
        }
    }

    /// The bytes around an address about which the entries say the same.
    pub(crate) fn extent(&self, address: u64, access: Access, machine: bool) -> Extent {
        let (mut first, mut last) = (0, u64::MAX);
        if machine && !self.binds_machine() {
            return Extent {
                first,
                last,
                allowed: true,
            };
        }
        for region in &self.regions[..self.entries] {
            if region.first <= address && address < region.end {
                let exempt = machine && region.configuration & LOCKED == 0;
                return Extent {
                    first: region.first.max(first),
                    last: last.min(region.end - 1),
                    allowed: exempt || region.permits(access),
                };
            }
            if region.end <= address {
                first = region.end.max(first);
            } else {
                last = last.min(region.first - 1);
            }
        }
        Extent {
            first,
            last,
            allowed: machine || !self.is_implemented(),
        }
    }

    /// R=0 with W=1 is reserved; four-byte regions exist only with the smallest grain.
    fn legal_configuration(&self, entry: usize, byte: u8) -> u8 {
        let byte = byte & 0x9f;
        let byte = if byte & READ == 0 {
            byte & !WRITE
        } else {
            byte
        };
        if Matching::of(byte) == Matching::FourBytes && self.grain_bits > 0 {
            byte & !0x18 | self.contents.configuration[entry] & 0x18
        } else {
            byte
        }
    }

    fn region(&self, entry: usize) -> Option<Region> {
        let configuration = self.contents.configuration[entry];
        let address = self.read_address(entry);
        let (first, end) = match Matching::of(configuration) {
            Matching::Off => return None,
            Matching::TopOfRange => {
                let below = entry
                    .checked_sub(1)
                    .map_or(0, |below| self.contents.address[below]);
                (below >> self.grain_bits << self.grain_bits, address)
            }
            Matching::FourBytes => (address, address + 1),
            Matching::PowerOfTwo => {
                let size = 2_u64 << address.trailing_ones().min(54);
                let first = address & !(size - 1);
                (first, first + size)
            }
        };
        (first < end).then_some(Region {
            first: first << 2,
            end: end << 2,
            configuration,
        })
    }
}

/// Number of the `pmpcfg` or `pmpaddr` register behind a CSR number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PmpRegister {
    /// `pmpcfg` with this number, even.
    Configuration(usize),
    /// `pmpaddr` with this number.
    Address(usize),
}

impl PmpRegister {
    /// `None` for CSRs that are no PMP registers on RV64.
    #[must_use]
    pub fn from_csr(number: u16) -> Option<Self> {
        match number {
            0x3a0..=0x3af if number.is_multiple_of(2) => Some(Self::Configuration(usize::from(
                low_u8(field(u64::from(number), 0, 4)),
            ))),
            0x3b0..=0x3ef => Some(Self::Address(usize::from(number - 0x3b0))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOR_RW: u64 = 0x0b;
    const NAPOT_RX: u64 = 0x1d;

    fn allows(pmp: &Pmp, address: u64, length: u64, access: Access) -> bool {
        pmp.verdict(address, length, access, false) == Verdict::Uniform(true)
    }

    #[test]
    fn ranges_end_where_they_say() {
        let mut pmp = Pmp::new(16, 4);
        pmp.write_address(0, 0x8000_1000 >> 2);
        pmp.write_address(1, 0x8000_2000 >> 2);
        pmp.write_configuration(0, TOR_RW << 8);
        for width in [1, 2, 4, 8] {
            assert!(allows(&pmp, 0x8000_1000, width, Access::Load));
            assert!(allows(&pmp, 0x8000_2000 - width, width, Access::Store));
            assert!(!allows(&pmp, 0x8000_1000 - width, width, Access::Load));
            assert!(!allows(&pmp, 0x8000_2000, width, Access::Load));
        }
        assert!(!allows(&pmp, 0x8000_1000, 4, Access::Fetch));
        assert_eq!(
            pmp.verdict(0x8000_0ffc, 8, Access::Load, false),
            Verdict::Mixed
        );
    }

    #[test]
    fn the_lowest_entry_decides() {
        let mut pmp = Pmp::new(16, 4);
        pmp.write_address(0, (0x8000_0000 >> 2) | 0x1ff);
        pmp.write_address(1, ADDRESS_MASK);
        pmp.write_configuration(0, 0x18 | NAPOT_RX << 8);
        assert!(!allows(&pmp, 0x8000_0000, 4, Access::Fetch));
        assert!(!allows(&pmp, 0x8000_0ff8, 8, Access::Load));
        assert!(allows(&pmp, 0x8000_1000, 8, Access::Load));
        assert!(allows(&pmp, 0x7fff_fff8, 8, Access::Load));
        assert!(!allows(&pmp, 0x8000_1000, 8, Access::Store));
    }

    #[test]
    fn without_a_match_only_machine_mode_passes() {
        let pmp = Pmp::new(16, 4);
        assert!(!allows(&pmp, 0x8000_0000, 4, Access::Load));
        assert_eq!(
            pmp.verdict(0, 4, Access::Load, true),
            Verdict::Uniform(true)
        );
        assert!(allows(&Pmp::new(0, 4), 0x8000_0000, 4, Access::Load));
    }

    #[test]
    fn locked_entries_stay_and_bind_machine_mode() {
        let mut pmp = Pmp::new(16, 4);
        pmp.write_address(0, ADDRESS_MASK);
        pmp.write_configuration(0, 0x99);
        pmp.write_configuration(0, 0x1f);
        pmp.write_address(0, 0);
        assert_eq!(pmp.read_configuration(0), 0x99);
        assert_eq!(pmp.read_address(0), ADDRESS_MASK);
        assert!(pmp.binds_machine());
        assert_eq!(
            pmp.verdict(64, 4, Access::Store, true),
            Verdict::Uniform(false)
        );
        assert_eq!(
            pmp.verdict(64, 4, Access::Load, true),
            Verdict::Uniform(true)
        );
    }

    #[test]
    fn a_locked_range_locks_the_address_below_it() {
        let mut pmp = Pmp::new(16, 4);
        pmp.write_address(0, 16);
        pmp.write_address(1, 32);
        pmp.write_configuration(0, 0x8b << 8);
        pmp.write_address(0, 0);
        assert_eq!(pmp.read_address(0), 16);
    }

    #[test]
    fn what_does_not_exist_reads_zero() {
        let mut pmp = Pmp::new(8, 4);
        pmp.write_address(8, 1);
        pmp.write_configuration(2, u64::MAX);
        assert_eq!(pmp.read_address(8), 0);
        assert_eq!(pmp.read_configuration(2), 0);
    }

    #[test]
    fn reserved_encodings_are_not_stored() {
        let mut pmp = Pmp::new(16, 4096);
        pmp.write_configuration(0, 0x02 | 0x60 << 8 | 0x11 << 16);
        assert_eq!(pmp.read_configuration(0), 0x01 << 16);
    }

    #[test]
    fn the_grain_shows_in_the_address() {
        let mut pmp = Pmp::new(16, 4096);
        pmp.write_address(0, 0x1234_5678);
        assert_eq!(pmp.read_address(0), 0x1234_5400);
        pmp.write_configuration(0, 0x19);
        assert_eq!(pmp.read_address(0), 0x1234_57ff);
    }

    #[test]
    fn numbers_of_the_registers() {
        assert_eq!(
            PmpRegister::from_csr(0x3a2),
            Some(PmpRegister::Configuration(2))
        );
        assert_eq!(PmpRegister::from_csr(0x3a1), None);
        assert_eq!(PmpRegister::from_csr(0x3b0), Some(PmpRegister::Address(0)));
        assert_eq!(PmpRegister::from_csr(0x3ef), Some(PmpRegister::Address(63)));
        assert_eq!(PmpRegister::from_csr(0x3f0), None);
    }

    #[test]
    fn an_extent_ends_at_the_next_range_that_says_something_else() {
        let mut pmp = Pmp::new(16, 4);
        pmp.write_address(0, 0x8000_1000 >> 2);
        pmp.write_address(1, 0x8000_2000 >> 2);
        pmp.write_configuration(0, TOR_RW << 8);
        let extent = |address| pmp.extent(address, Access::Load, false);
        let of = |first, last, allowed| Extent {
            first,
            last,
            allowed,
        };
        assert_eq!(extent(0x8000_1800), of(0x8000_1000, 0x8000_1fff, true));
        assert_eq!(extent(0x8000_0000), of(0, 0x8000_0fff, false));
        assert_eq!(extent(u64::MAX), of(0x8000_2000, u64::MAX, false));
    }

    #[test]
    fn the_same_contents_have_the_same_identity() {
        let mut pmp = Pmp::new(16, 4);
        let nothing = pmp.identity();
        pmp.write_address(3, 7);
        let something = pmp.identity();
        assert_ne!(nothing, something);
        pmp.write_address(3, 0);
        assert_eq!(pmp.identity(), nothing);
        pmp.write_address(3, 7);
        assert_eq!(pmp.identity(), something);
        // The sum of the shares is the same for equal contents only as far as it goes: the
        // contents themselves are compared.
        pmp.write_address(4, 7);
        assert_ne!(pmp.identity(), something);
    }
}
