//! The kernel's own failure: an exception in M-mode, or a machine that is not the one of the
//! tables, stops the machine in order, with cause and place.

use object::{Object, ObjectSymbol};
use septum_abi::state::{EXIT_FAILED, EXIT_REFUSED, refusal};
use septum_core::console::Transcript;
use septum_core::image::build;
use septum_core::plan::Plan;

use crate::machine::Qemu;
use crate::memory::Memory;
use crate::systems::{ping_pong, planned};

/// Load access fault, store access fault (privileged specification, `mcause`).
const LOAD_ACCESS: u64 = 5;
const STORE_ACCESS: u64 = 7;

/// Nothing answers here.
const NOWHERE: u64 = 0x20_0000;

/// Boots ping-pong with a change in its tables; the exit code and the numbers in the kernel's
/// line.
fn stopped(change: impl FnOnce(&mut Plan)) -> (u16, [u64; 3]) {
    let mut plan = planned(&ping_pong());
    change(&mut plan);
    let (code, said) = Qemu::boot(&plan).exit_code();
    assert_eq!(said.kernel.len(), 1, "{said:?}");
    let line = String::from_utf8(said.kernel[0].clone()).expect("text");
    let numbers = line
        .strip_prefix("!|")
        .expect("the kernel's line")
        .split_whitespace();
    let numbers: Vec<u64> = numbers
        .map(|number| u64::from_str_radix(number, 16).expect("hexadecimal"))
        .collect();
    (
        u16::try_from(code).expect("8 bits"),
        numbers.try_into().expect("three numbers"),
    )
}

/// The exception's pc is in the kernel's code.
fn in_the_kernel(pc: u64) -> bool {
    let plan = planned(&ping_pong());
    plan.regions[0].range.contains(pc)
}

/// Address of one of the kernel's symbols in the image.
fn symbol(plan: &Plan, name: &str) -> u64 {
    let image = build(plan);
    let file = object::File::parse(&*image.elf).expect("an ELF file");
    file.symbols()
        .find(|symbol| symbol.name() == Ok(name))
        .expect("a symbol")
        .address()
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn exception_at_boot() {
    let (code, [cause, pc, value]) = stopped(|plan| plan.tables.header.mtime = NOWHERE);
    assert_eq!((code, cause, value), (EXIT_FAILED, LOAD_ACCESS, NOWHERE));
    assert!(in_the_kernel(pc));
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn exception_in_a_system_call() {
    // Whether the receiver is waiting for the message or not.
    let (code, [cause, pc, value]) = stopped(|plan| {
        plan.tables.queues[0].slots = NOWHERE;
        plan.tables.queues[0].receiver_buffer = NOWHERE;
    });
    assert_eq!((code, cause), (EXIT_FAILED, STORE_ACCESS));
    assert!((NOWHERE..NOWHERE + 0x1000).contains(&value));
    assert!(in_the_kernel(pc));
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn tables_of_another_version() {
    // They could not be trusted to name a UART: the kernel waits in silence, and has not even
    // begun to wait for the first window.
    let mut plan = planned(&ping_pong());
    plan.tables.header.abi_version = 99;
    let mut qemu = Qemu::boot(&plan);
    let park = symbol(&plan, "park");
    qemu.until_pc(park..park + 16);
    qemu.freeze();
    assert_eq!(qemu.hart(&plan).window_end, 0);
    assert_eq!(qemu.until(|_| true), Transcript::default());
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn machine_without_an_extension() {
    let vector = 1 << (b'V' - b'A');
    let (code, [cause, found, expected]) = stopped(|plan| {
        plan.tables.header.misa_mask |= vector;
        plan.tables.header.misa_value |= vector;
    });
    assert_eq!((code, cause), (EXIT_REFUSED, refusal::FLAG | refusal::MISA));
    assert_eq!(found ^ expected, vector);
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn other_width_of_address_space_identifiers() {
    let (code, [cause, found, expected]) = stopped(|plan| plan.tables.header.asid_mask = 0x1ff);
    assert_eq!((code, cause), (EXIT_REFUSED, refusal::FLAG | refusal::ASID));
    assert_eq!((found, expected), (0xffff, 0x1ff));
}
