//! Program files that fixtures name.

use object::{Object, ObjectSection};
use septum_core::templates::find;

/// Offset of the ELF header's field `e_type` (System V ABI, ELF header).
const TYPE: usize = 16;
/// Offset of `e_machine`.
const MACHINE: usize = 18;
/// Offset of `e_entry`.
const ENTRY: usize = 24;
/// Offset of `e_phnum`.
const SEGMENTS: usize = 56;
/// Offset of the first program header, and from one to the next.
const SEGMENT: usize = 64;
const SEGMENT_BYTES: usize = 56;
/// Offset of `p_vaddr` in a program header.
const ADDRESS: usize = 16;

/// Offset of the program header of the dynamic section.
const DYNAMIC: usize = 64 + 3 * 56;

/// Where the linker script places programs.
const LINKED: u64 = septum_abi::address::PROGRAM_BASE;

/// The programs, by name.
pub(crate) fn all() -> Vec<(&'static str, Vec<u8>)> {
    let driver = driver();
    vec![
        ("for-x86.elf", with(driver, MACHINE, &62_u16.to_le_bytes())),
        ("dynamic.elf", with(driver, DYNAMIC, &3_u32.to_le_bytes())),
        ("needs-a-linker.elf", dynamic(driver, (1, 0), 3)),
        ("relocated-otherwise.elf", dynamic(driver, (8, 24), 2)),
        (
            "other-places.elf",
            with(driver, offset(driver, ".septum.places"), &[9]),
        ),
        ("in-ram.elf", moved(driver, 0x8020_0000)),
        ("script.elf", b"#!/bin/sh\nexit 0\n".to_vec()),
        ("cut-off.elf", driver[..40].to_vec()),
        ("at-the-uart.elf", moved(driver, 0x1000_0000)),
        ("at-the-stack.elf", moved(driver, LINKED + 0x2fff_e000)),
        ("driver.elf", driver.to_vec()),
    ]
}

/// The driver of the starter system: it takes the interrupt `irq` and sends on `bytes`.
fn driver() -> &'static [u8] {
    let files = find("sensor-pipeline")
        .expect("the driver is a program")
        .files;
    let driver = files.iter().find(|file| file.path.ends_with(".elf"));
    driver.expect("the driver is a program").bytes
}

fn with(program: &[u8], offset: usize, bytes: &[u8]) -> Vec<u8> {
    let mut program = program.to_vec();
    program[offset..offset + bytes.len()].copy_from_slice(bytes);
    program
}

/// Offset of a section in the file.
fn offset(program: &[u8], section: &str) -> usize {
    let file = object::File::parse(program).expect("the driver is a program");
    let section = file.section_by_name(section).expect("the driver has it");
    let (offset, _) = section.file_range().expect("the driver has it");
    usize::try_from(offset).expect("it is in memory")
}

/// A program with one relocation of this kind and another row in its dynamic section.
fn dynamic(program: &[u8], row: (u64, u64), kind: u64) -> Vec<u8> {
    // `DT_RELA` and `DT_RELASZ`; the relocation is in the place of constants.
    let constants = LINKED + 0x2000;
    let rows = [7, constants, 8, 24, row.0, row.1];
    let relocation = [LINKED + 0x1000, kind, LINKED];
    let bytes =
        |words: &[u64]| -> Vec<u8> { words.iter().flat_map(|it| it.to_le_bytes()).collect() };
    let program = with(program, offset(program, ".dynamic"), &bytes(&rows));
    with(&program, offset(&program, ".rodata"), &bytes(&relocation))
}

/// A program for another fixed address, without the section table, so that it declares no
/// ports and does not ask for its places.
fn moved(program: &[u8], base: u64) -> Vec<u8> {
    let at = |program: &[u8], offset: usize| {
        u64::from_le_bytes(
            program[offset..offset + 8]
                .try_into()
                .expect("the driver is a program"),
        )
    };
    let fixed = with(program, TYPE, &2_u16.to_le_bytes());
    let mut moved = with(&fixed, DYNAMIC, &0_u32.to_le_bytes());
    let headers = (SEGMENT..).step_by(SEGMENT_BYTES);
    let headers = headers.take(usize::from(program[SEGMENTS]));
    for offset in headers.map(|header| header + ADDRESS).chain([ENTRY]) {
        let address = at(program, offset) - LINKED + base;
        moved = with(&moved, offset, &address.to_le_bytes());
    }
    // `e_shoff`, then `e_shnum` and `e_shstrndx`.
    let moved = with(&moved, 40, &[0; 8]);
    with(&moved, 60, &[0; 4])
}
