//! Symbols of the image, for debuggers and disassemblers.

use object::elf;

use crate::plan::{Plan, Region, RegionKind, assets};

/// A symbol of the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Symbol {
    pub(super) name: String,
    pub(super) address: u64,
    pub(super) size_bytes: u64,
    /// `STT_*` of the ELF specification.
    pub(super) kind: u8,
    /// The number of its region.
    pub(super) region: usize,
}

/// The kernel's own symbols, one for each region, and the entry of each partition's program.
pub(super) fn symbols(plan: &Plan) -> Vec<Symbol> {
    let mut symbols = kernel(plan);
    symbols.extend(plan.regions.iter().enumerate().map(whole));
    symbols.extend(plan.partitions.iter().filter_map(|partition| {
        let address = partition
            .mapping(partition.entry)?
            .translate(partition.entry)?;
        let region = plan
            .regions
            .iter()
            .position(|region| region.range.contains(address))?;
        let name = format!("{}/entry", partition.name);
        Some(Symbol {
            name,
            address,
            size_bytes: 0,
            kind: elf::STT_FUNC,
            region,
        })
    }));
    symbols
}

/// The symbols of the prebuilt kernel where this image has it.
fn kernel(plan: &Plan) -> Vec<Symbol> {
    let Some(region) = plan
        .regions
        .iter()
        .position(|r| r.kind == RegionKind::KernelCode)
    else {
        return Vec::new();
    };
    let range = plan.regions[region].range;
    let kernel = &assets::embedded().kernel;
    kernel
        .symbols
        .iter()
        .filter(|symbol| symbol.offset < range.size_bytes)
        .map(|symbol| Symbol {
            name: symbol.name.clone(),
            address: range.base + symbol.offset,
            size_bytes: symbol.size_bytes,
            kind: if symbol.function {
                elf::STT_FUNC
            } else {
                elf::STT_NOTYPE
            },
            region,
        })
        .collect()
}

/// A symbol for a region as a whole.
fn whole((number, region): (usize, &Region)) -> Symbol {
    Symbol {
        name: region.name.clone(),
        address: region.range.base,
        size_bytes: region.range.size_bytes,
        kind: elf::STT_OBJECT,
        region: number,
    }
}
