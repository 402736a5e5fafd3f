//! The image: the bootable ELF of a plan.

mod symbols;
mod writer;

use sha2::{Digest, Sha256};

use crate::plan::{Contents, Plan, Region, assets};

/// A bootable image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// An ELF file: executable, RISC-V 64, every segment at its physical address.
    pub elf: Vec<u8>,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
}

impl Image {
    /// The SHA-256 in lower-case hexadecimal.
    #[must_use]
    pub fn sha256_hex(&self) -> String {
        self.sha256
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// Writes the image of a plan: always the same bytes for the same plan.
#[must_use]
pub fn build(plan: &Plan) -> Image {
    let elf = writer::write(plan);
    let sha256 = Sha256::digest(&elf).into();
    Image { elf, sha256 }
}

/// The kernel's code as it is linked, with all that any design needs.
#[must_use]
pub fn kernel_code() -> &'static [u8] {
    &assets::embedded().kernel.code
}

/// What is in a region when the machine starts; the rest of the region is zero.
#[must_use]
pub fn contents(plan: &Plan, region: &Region) -> Vec<u8> {
    match &region.contents {
        Contents::Zero => Vec::new(),
        Contents::Kernel => plan.kernel_code(),
        Contents::Tables => plan.tables.to_bytes(),
        Contents::PageTables => page_tables(plan, region),
        Contents::Bytes(bytes) => bytes.clone(),
    }
}

/// The page tables that lie in a region.
fn page_tables(plan: &Plan, region: &Region) -> Vec<u8> {
    plan.page_tables
        .iter()
        .filter(|table| region.range.contains(table.physical))
        .flat_map(|table| table.entries.iter())
        .flat_map(|entry| entry.to_le_bytes())
        .collect()
}
