//! PMP entries (privileged specification, "Physical Memory Protection"): what U-mode and the
//! page-table walker can reach at all, whatever the page tables say.
//!
//! Everything that no entry grants is denied. The ranges are disjoint, so that the order of
//! the entries, in which the lowest that matches decides, only has to keep each
//! top-of-range entry directly behind the entry whose address is its bottom.

mod arrangement;
mod cover;
mod partition;
mod solver;
#[cfg(test)]
mod tests;

pub(super) use arrangement::{Arrangement, Demand, Part};
pub(super) use cover::entries;
pub(super) use partition::partitions;
pub use partition::{PartitionPmp, Run};
pub(super) use solver::{Input, Shared, TooMany, Unsolvable, solve};

use septum_abi::machine::pmp::{EXECUTE, READ, WRITE};

use super::mapping::Rights;
use super::region::Range;

/// What an entry grants to U-mode and to the walker. Stores without loads cannot be expressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// Loads: page tables, constants.
    Read,
    /// Loads and stores: devices, data.
    ReadWrite,
    /// Loads and instruction fetches: code, where there are no page tables.
    ReadExecute,
    /// Everything: the partitions' memory, inside which page tables separate.
    All,
}

impl Access {
    const fn bits(self) -> u8 {
        match self {
            Self::Read => READ,
            Self::ReadWrite => READ | WRITE,
            Self::ReadExecute => READ | EXECUTE,
            Self::All => READ | WRITE | EXECUTE,
        }
    }
}

impl std::fmt::Display for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Read => "r--",
            Self::ReadWrite => "rw-",
            Self::ReadExecute => "r-x",
            Self::All => "rwx",
        })
    }
}

impl From<Rights> for Access {
    fn from(rights: Rights) -> Self {
        match rights {
            Rights::Read => Self::Read,
            Rights::ReadWrite => Self::ReadWrite,
            Rights::ReadExecute => Self::ReadExecute,
        }
    }
}

/// A range that PMP grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What it is, for people.
    pub name: String,
    /// The physical range.
    pub range: Range,
    /// What is allowed.
    pub access: Access,
}

/// One PMP entry, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PmpEntry {
    /// Name of what it grants; of the range above for the bottom of one.
    pub name: String,
    /// `pmpaddr`: address bits 55..2.
    pub address: u64,
    /// The byte in `pmpcfg`.
    pub config: u8,
}
