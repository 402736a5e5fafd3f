//! Random instructions, addresses and page tables, of kinds that are of interest.

use super::asm::{EBREAK, ECALL, MRET, SFENCE, SRET, WFI};
use super::random::Random;
use super::{CLINT, FINISHER, PLIC, RAM, UART};

/// RAM of machines that run random code: code, and page tables in the last half.
pub(crate) const RAM_BYTES: u64 = 0x1_0000;

/// Registers with addresses in them are x8 to x15.
fn pointer(random: &mut Random) -> u32 {
    8 + random.word() % 8
}

/// An instruction of a kind that is of interest, or any 32 bits. Where it is not wild, it is no
/// `wfi`, and accesses these CSRs alone.
pub(crate) fn instruction(random: &mut Random, csrs: &[u32], is_wild: bool) -> u32 {
    let any = random.word();
    let (rd, rs2) = (any >> 7 & 31, any >> 20 & 31);
    let funct3 = any >> 12 & 7;
    let base = pointer(random);
    match random.below(16) {
        0 if is_wild || any & 0x7f != 0x73 => any,
        1..=5 => any & 0x0050_0000 | base << 15 | funct3 << 12 | rd << 7 | 0x03,
        6..=8 => any & 0x01f0_0000 | base << 15 | (funct3 & 3) << 12 | (rd & 5) << 7 | 0x23,
        9 => any & 0xf800_0000 | rs2 << 20 | base << 15 | (2 + funct3 % 2) << 12 | rd << 7 | 0x2f,
        11 if is_wild => any << 20 | base << 15 | funct3 << 12 | rd << 7 | 0x73,
        10 | 11 => random.pick(csrs) << 20 | base << 15 | (funct3 | 1) << 12 | rd << 7 | 0x73,
        12 if is_wild && funct3 == 0 => WFI,
        12 => random.pick(&[MRET, SRET, SFENCE, ECALL, EBREAK, 0x0000_100f]),
        // Jumps and branches, short; arithmetic; two compressed ones.
        13 => any & 0x01f0_0f80 | base << 15 | funct3 << 12 | 0x63,
        14 => arithmetic(random),
        _ => any & !(1 << 16) | 1,
    }
}

/// An instruction of two registers: the base, its subtractions and right shifts, or M.
fn arithmetic(random: &mut Random) -> u32 {
    let kind = random.pick(&[0, 1, 1, 0x20]);
    let opcode = random.pick(&[0x33, 0x33, 0x3b]);
    kind << 25 | random.word() & 0x01ff_ff80 | opcode
}

/// An address that means something, or any.
pub(crate) fn address(random: &mut Random) -> u64 {
    let base = random.pick(&[
        RAM,
        RAM,
        RAM,
        RAM + RAM_BYTES - 64,
        CLINT,
        CLINT + 0x4000,
        CLINT + 0xbff8,
        PLIC,
        PLIC + 0x1000,
        PLIC + 0x2000,
        PLIC + 0x20_0000,
        UART,
        FINISHER + 16,
        0x0010_1000,
        0x1000_1000,
        0,
        u64::MAX - 63,
        1 << 38,
    ]);
    let any = random.bits();
    let near = base.wrapping_add(random.below(64));
    let far = base.wrapping_add(random.below(RAM_BYTES));
    random.pick(&[base, base, near, far, far & !7, any])
}

/// An entry of a page table: RAM where it lies, or anything. Where it is not wild, nothing that is
/// reserved.
fn page_table_entry(random: &mut Random, is_wild: bool) -> u64 {
    let flags = random.below(256);
    let any = random.bits();
    let page = RAM >> 12 << 10;
    let next = page + (random.below(RAM_BYTES / 4096) << 10);
    let entry = random.pick(&[
        page | 0xcf,
        page | 0xdf,
        page | flags,
        next | 1,
        next | flags,
        any,
        0,
    ]);
    if is_wild {
        entry
    } else {
        without_reserved(entry)
    }
}

/// The bits above the page, and A, D and U of what is no leaf (privileged ISA 4.4.1).
fn without_reserved(entry: u64) -> u64 {
    let is_leaf = entry & 0xa != 0;
    entry & ((1 << 54) - 1) & if is_leaf { !0 } else { !0xd0 }
}

/// `satp` with one of the page tables, off, or anything.
pub(crate) fn translation(random: &mut Random) -> u64 {
    let table = RAM + RAM_BYTES / 2 + (random.below(8) << 12);
    let any = random.bits();
    let sv39 = 8 << 60 | table >> 12;
    random.pick(&[0, sv39, sv39, any])
}

/// RAM full of code and page tables.
pub(crate) fn memory(random: &mut Random, csrs: &[u32], is_wild: bool) -> Vec<u8> {
    let words = RAM_BYTES / 8;
    let code = (0..words).flat_map(|_| instruction(random, csrs, is_wild).to_le_bytes());
    let mut bytes: Vec<u8> = code.collect();
    let tables = (0..words / 2).flat_map(|_| page_table_entry(random, is_wild).to_le_bytes());
    bytes.extend(tables);
    bytes
}
