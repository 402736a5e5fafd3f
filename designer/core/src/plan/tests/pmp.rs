//! A reader of PMP words, written from the specification and not from the plan, and what it
//! says about images.

use septum_abi::tables::Header;

use super::arbitrary::system;
use super::expected;
use super::memory::Memory;
use crate::plan::plan;
use crate::spec::RawRange;
use proptest::prelude::*;

/// What an access does; the value is the permission bit in `pmpcfg`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Read = 1,
    Write = 2,
    Execute = 4,
}

/// Whether U-mode may do it ("Physical Memory Protection", matching and priority).
pub(super) fn allowed(header: &Header, address: u64, length: u64, kind: Kind) -> bool {
    let bit = match kind {
        Kind::Read => 1,
        Kind::Write => 2,
        Kind::Execute => 4,
    };
    for entry in 0..16 {
        let config = [header.pmp.config, header.pmp.config_high][entry / 8] >> (entry % 8 * 8) & 0xff;
        assert_eq!(config & 0b1110_0000, 0, "neither locked nor reserved bits");
        assert_ne!(config & 3, 2, "write without read is reserved");
        let Some((first, end)) = bounds(header, entry, config >> 3 & 3) else {
            continue;
        };
        let covered = (address..address + length)
            .filter(|at| (first..end).contains(at))
            .count();
        if covered > 0 {
            return covered == usize::try_from(length).unwrap() && config & bit != 0;
        }
    }
    false
}

/// First address and end of an entry's range.
fn bounds(header: &Header, entry: usize, mode: u64) -> Option<(u64, u64)> {
    let address = header.pmp.address[entry];
    match mode {
        0 => None,
        1 => {
            let below = entry
                .checked_sub(1)
                .map_or(0, |below| header.pmp.address[below]);
            Some((below << 2, address << 2))
        }
        2 => Some((address << 2, (address << 2) + 4)),
        _ => {
            let ones = address.trailing_ones();
            let size = 8u64 << ones;
            let first = (address & !((1 << ones) - 1)) << 2;
            Some((first, first + size))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// At every end of every region, device and RAM range, a byte to eight bytes around it,
    /// U-mode reaches exactly the partitions' memory, the page tables and the granted devices.
    #[test]
    fn pmp_allows_exactly_partitions_page_tables_and_granted_devices(system in system()) {
        let plan = plan(&system).expect("random systems fit");
        let header = Memory::load(&plan).header();
        let truth = expected::physical(&plan);
        let devices = system.machine.devices.iter().map(|d| RawRange { base: d.base, size_bytes: d.size_bytes });
        let ram = system.machine.ram.iter().copied();
        let regions = plan.regions.iter().map(|r| RawRange { base: r.range.base, size_bytes: r.range.size_bytes });
        for range in devices.chain(ram).chain(regions) {
            for edge in [range.base, range.base + range.size_bytes] {
                for address in edge - 8..edge + 8 {
                    for width in [1, 2, 4, 8] {
                        for kind in [Kind::Read, Kind::Write, Kind::Execute] {
                            let got = allowed(&header, address, width, kind);
                            let right = expected::allowed(&truth, address, width, kind);
                            prop_assert_eq!(got, right, "{:#x} {} {:?}", address, width, kind);
                        }
                    }
                }
            }
        }
    }
}
