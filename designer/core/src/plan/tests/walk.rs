//! The page tables of an image map exactly what the design grants.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::arbitrary::system;
use super::expected::virtual_pages;
use super::memory::{Leaf, Memory};
use crate::plan::{Plan, RegionKind, plan};

/// Valid, user, accessed: on every page. Not global, not for software.
const ALWAYS: u64 = 0b0101_0001;
const DIRTY: u64 = 0b1000_0000;
const WRITE: u64 = 0b0000_0100;
const EXECUTE: u64 = 0b0000_1000;

fn check_rights(leaves: &[Leaf], plan: &Plan, index: usize) {
    let expected = virtual_pages(&plan.system, index);
    let found: BTreeMap<u64, Leaf> = leaves
        .iter()
        .map(|leaf| (leaf.virtual_page, *leaf))
        .collect();
    assert_eq!(found.len(), leaves.len(), "no page twice");
    assert!(
        found.keys().eq(expected.keys()),
        "{:x?}\n{:x?}",
        found.keys(),
        expected.keys()
    );
    for (page, leaf) in &found {
        let (rights, physical) = expected[page];
        let dirty = if rights & WRITE != 0 { DIRTY } else { 0 };
        assert_eq!(leaf.flags, ALWAYS | rights | dirty, "{page:#x}");
        assert_ne!(leaf.flags & (WRITE | EXECUTE), WRITE | EXECUTE, "W^X");
        assert!(physical.is_none_or(|physical| physical == leaf.physical_page));
    }
}

/// Kernel memory is mapped by nobody, partition memory by its owner alone, the log by nobody
/// but its drainer.
fn check_owner(leaves: &[Leaf], plan: &Plan, index: usize) {
    for leaf in leaves
        .iter()
        .filter(|leaf| leaf.physical_page >= 0x8000_0000)
    {
        let region = plan
            .region(leaf.physical_page)
            .expect("mapped RAM is in a region");
        match region.kind {
            RegionKind::LogWriters | RegionKind::LogReaders | RegionKind::LogRings => {
                assert_eq!(plan.log_drainer.map(|drainer| drainer.get()), Some(index));
            }
            RegionKind::PageTables => panic!("page tables are mapped by nobody"),
            RegionKind::Memory => {
                let memories = &plan.system.memories;
                let memory = memories
                    .iter()
                    .find(|it| region.name == format!("memory.{}", it.name))
                    .expect("a memory of the design");
                assert!(memory.grants.iter().any(|it| it.partition.get() == index));
            }
            _ => assert_eq!(
                region.owner.map(|owner| owner.get()),
                Some(index),
                "{}",
                region.name
            ),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn page_tables_map_exactly_what_the_design_grants(system in system()) {
        let plan = plan(&system).expect("random systems fit");
        let memory = Memory::load(&plan);
        let mut tables = BTreeSet::new();
        let mut physical = BTreeSet::new();
        let mut identifiers = BTreeSet::new();
        for (index, partition) in memory.partitions().iter().enumerate() {
            let (leaves, walked) = memory.walk(partition.satp);
            check_rights(&leaves, &plan, index);
            check_owner(&leaves, &plan, index);
            for leaf in leaves {
                let kind = plan.region(leaf.physical_page).map(|region| region.kind);
                let once = physical.insert(leaf.physical_page);
                prop_assert!(once || kind == Some(RegionKind::Memory), "a page in two spaces");
            }
            for table in walked {
                prop_assert!(tables.insert(table), "a table in two trees");
                prop_assert_eq!(plan.region(table).unwrap().kind, RegionKind::PageTables);
            }
            let asid = partition.satp >> 44 & 0xffff;
            prop_assert!(asid > 0 && identifiers.insert(asid));
        }
    }

    #[test]
    fn the_same_system_gives_the_same_bytes(system in system()) {
        let first = plan(&system).expect("random systems fit");
        let second = plan(&system.clone()).expect("planned before");
        prop_assert_eq!(crate::image::build(&first), crate::image::build(&second));
    }

    #[test]
    fn another_design_gives_another_hash(system in system()) {
        let first = plan(&system).expect("random systems fit");
        let mut other = system;
        other.partitions[0].permissions.clock ^= true;
        let second = plan(&other).expect("takes no more room");
        prop_assert_ne!(first.tables.header.design, second.tables.header.design);
        prop_assert_ne!(crate::image::build(&first).sha256, crate::image::build(&second).sha256);
    }
}
