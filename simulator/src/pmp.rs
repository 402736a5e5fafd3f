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

/// The PMP entries of a hart.
#[derive(Debug, Clone)]
pub struct Pmp {
    entries: usize,
    grain_bits: u32,
    configuration: [u8; MOST],
    address: [u64; MOST],
    regions: Vec<Region>,
}

impl Pmp {
    /// All entries off. Entries beyond `entries` read as zero; the grain is in bytes.
    #[must_use]
    pub fn new(entries: u64, grain_bytes: u64) -> Self {
        Self {
            entries: usize::try_from(entries).map_or(MOST, |entries| entries.min(MOST)),
            grain_bits: grain_bytes.max(4).ilog2() - 2,
            configuration: [0; MOST],
            address: [0; MOST],
            regions: Vec::new(),
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
        bytes.copy_from_slice(&self.configuration[first..first + 8]);
        u64::from_le_bytes(bytes)
    }

    /// Stores a `pmpcfg` register, as far as its entries are not locked and exist.
    pub fn write_configuration(&mut self, register: usize, value: u64) {
        let first = 4 * register;
        for (entry, byte) in (first..).zip(value.to_le_bytes()) {
            if entry < self.entries && self.configuration[entry] & LOCKED == 0 {
                self.configuration[entry] = self.legal_configuration(entry, byte);
            }
        }
        self.rebuild();
    }

    /// `pmpaddr` register, as the grain makes it read (3.7.1).
    #[must_use]
    pub fn read_address(&self, entry: usize) -> u64 {
        let address = self.address[entry];
        let low = |bits: u32| (1_u64 << bits) - 1;
        match (Matching::of(self.configuration[entry]), self.grain_bits) {
            (_, 0) => address,
            (Matching::PowerOfTwo, grain) => address | low(grain - 1),
            (_, grain) => address & !low(grain),
        }
    }

    /// Stores a `pmpaddr` register, unless it or a locked range that ends in the next one
    /// uses it.
    pub fn write_address(&mut self, entry: usize, value: u64) {
        let locked =
            |entry: usize| self.configuration.get(entry).copied().unwrap_or(0) & LOCKED != 0;
        let next_is_top =
            entry + 1 < MOST && Matching::of(self.configuration[entry + 1]) == Matching::TopOfRange;
        if entry >= self.entries || locked(entry) || (next_is_top && locked(entry + 1)) {
            return;
        }
        self.address[entry] = merge(0, value, ADDRESS_MASK);
        self.rebuild();
    }

    /// Whether M-mode is checked at all.
    #[must_use]
    pub fn binds_machine_mode(&self) -> bool {
        self.regions
            .iter()
            .any(|region| region.configuration & LOCKED != 0)
    }

    /// What the entries say about `length` bytes from `address`. The lowest-numbered entry
    /// that matches any byte decides (3.7.1, priority and matching logic).
    #[must_use]
    pub fn verdict(&self, address: u64, length: u64, access: Access, machine: bool) -> Verdict {
        let end = address.saturating_add(length);
        for region in &self.regions {
            if region.end <= address || end <= region.first {
                continue;
            }
            if address < region.first || region.end < end {
                return Verdict::Mixed;
            }
            let exempt = machine && region.configuration & LOCKED == 0;
            return Verdict::Uniform(exempt || region.permits(access));
        }
        Verdict::Uniform(machine || !self.is_implemented())
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
            byte & !0x18 | self.configuration[entry] & 0x18
        } else {
            byte
        }
    }

    fn rebuild(&mut self) {
        self.regions = (0..self.entries)
            .filter_map(|entry| self.region(entry))
            .collect();
    }

    fn region(&self, entry: usize) -> Option<Region> {
        let configuration = self.configuration[entry];
        let address = self.read_address(entry);
        let (first, end) = match Matching::of(configuration) {
            Matching::Off => return None,
            Matching::TopOfRange => {
                let below = entry.checked_sub(1).map_or(0, |below| self.address[below]);
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
        assert!(pmp.binds_machine_mode());
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
}
