//! Address spaces: what a partition can address, with which rights.

use septum_abi::address;

use super::region::Range;

/// What a mapping allows. Loads are always allowed; a combination of stores and instruction
/// fetches cannot be expressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rights {
    /// Loads.
    Read,
    /// Loads and stores.
    ReadWrite,
    /// Loads and instruction fetches.
    ReadExecute,
}

impl Rights {
    /// Whether stores are allowed.
    #[must_use]
    pub const fn writable(self) -> bool {
        matches!(self, Self::ReadWrite)
    }

    /// Whether instruction fetches are allowed.
    #[must_use]
    pub const fn executable(self) -> bool {
        matches!(self, Self::ReadExecute)
    }
}

impl std::fmt::Display for Rights {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Read => "r--",
            Self::ReadWrite => "rw-",
            Self::ReadExecute => "r-x",
        })
    }
}

/// A range of a partition's virtual addresses: whole pages, or where there is no MMU any range
/// of physical addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// Name of the region or device behind it.
    pub name: String,
    /// First virtual address.
    pub virtual_base: u64,
    /// The physical range.
    pub physical: Range,
    /// What is allowed.
    pub rights: Rights,
}

impl Mapping {
    /// The virtual range.
    #[must_use]
    pub const fn virtual_range(&self) -> Range {
        Range {
            base: self.virtual_base,
            size_bytes: self.physical.size_bytes,
        }
    }

    /// The physical address behind a virtual one, if it is mapped here.
    #[must_use]
    pub const fn translate(&self, virtual_address: u64) -> Option<u64> {
        if self.virtual_range().contains(virtual_address) {
            Some(self.physical.base + (virtual_address - self.virtual_base))
        } else {
            None
        }
    }
}

/// The ranges of virtual addresses with a fixed meaning, which no program may use.
pub(super) fn reserved() -> impl Iterator<Item = Range> {
    address::RESERVED
        .into_iter()
        .map(|(base, size_bytes)| Range { base, size_bytes })
}
