//! The memory of a machine into which an image was loaded, read without help of the plan.

use std::collections::BTreeMap;

use object::{Object, ObjectSegment};
use septum_abi::tables::{Header, MAGIC, PartitionTable};

use crate::plan::Plan;

/// Loaded bytes by page.
pub(super) struct Memory {
    pages: BTreeMap<u64, Vec<u8>>,
    header_at: u64,
}

/// A page that a walk found: virtual page, physical page, bits 0 to 9 of the entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Leaf {
    pub(super) virtual_page: u64,
    pub(super) physical_page: u64,
    pub(super) flags: u64,
}

impl Memory {
    /// Loads the image of a plan as a boot loader does.
    pub(super) fn load(plan: &Plan) -> Self {
        let image = crate::image::build(plan);
        let file = object::File::parse(&*image.elf).expect("an ELF file");
        let mut pages = BTreeMap::new();
        for segment in file.segments() {
            let (base, data) = (segment.address(), segment.data().expect("bytes"));
            assert_eq!(base % 4096, 0);
            for offset in (0..segment.size()).step_by(4096) {
                let start = usize::try_from(offset).unwrap().min(data.len());
                let mut page = data[start..data.len().min(start + 4096)].to_vec();
                page.resize(4096, 0);
                assert!(pages.insert(base + offset, page).is_none(), "loaded twice");
            }
        }
        let magic = MAGIC.to_le_bytes();
        let header = pages.iter().find(|(_, page)| page.starts_with(&magic));
        let header_at = *header.expect("tables").0;
        Self { pages, header_at }
    }

    pub(super) fn bytes(&self, address: u64, length: usize) -> Vec<u8> {
        (address..).take(length).map(|at| self.byte(at)).collect()
    }

    fn byte(&self, address: u64) -> u8 {
        let page = &self.pages[&(address & !4095)];
        page[usize::try_from(address % 4096).unwrap()]
    }

    pub(super) fn header(&self) -> Header {
        let bytes = self.bytes(self.header_at, Header::SIZE_BYTES);
        Header::from_bytes(&bytes).expect("long enough")
    }

    pub(super) fn partitions(&self) -> Vec<PartitionTable> {
        let header = self.header();
        let tables = header.partitions.into_iter().take_while(|at| *at != 0);
        tables
            .map(|at| self.bytes(at, PartitionTable::SIZE_BYTES))
            .map(|bytes| PartitionTable::from_bytes(&bytes).expect("long enough"))
            .collect()
    }

    fn word(&self, address: u64) -> u64 {
        u64::from_le_bytes(self.bytes(address, 8).try_into().unwrap())
    }

    /// Every page that a `satp` makes reachable, and the physical pages of the tables that
    /// lead there.
    pub(super) fn walk(&self, satp: u64) -> (Vec<Leaf>, Vec<u64>) {
        assert_eq!(satp >> 60, 8, "Sv39");
        let root = (satp & 0xfff_ffff_ffff) << 12;
        let mut found = (Vec::new(), vec![root]);
        self.walk_table(root, 2, 0, &mut found);
        found
    }

    fn walk_table(&self, table: u64, level: u32, prefix: u64, found: &mut (Vec<Leaf>, Vec<u64>)) {
        for index in 0..512 {
            let entry = self.word(table + index * 8);
            if entry & 1 == 0 {
                assert_eq!(entry, 0, "an entry that is not valid says nothing");
                continue;
            }
            assert_eq!(entry >> 54, 0, "reserved bits");
            let physical_page = entry >> 10 << 12;
            let virtual_page = prefix | index << (12 + 9 * level);
            if entry & 0b1110 != 0 {
                assert_eq!(level, 0, "only pages of 4 KiB");
                let flags = entry & 0x3ff;
                found.0.push(Leaf {
                    virtual_page,
                    physical_page,
                    flags,
                });
            } else {
                assert_eq!(entry & 0x3ff, 1, "a pointer to a table has no other bits");
                found.1.push(physical_page);
                self.walk_table(physical_page, level - 1, virtual_page, found);
            }
        }
    }
}
