//! Names of what lies in memory, as debuggers see them.

use std::collections::BTreeSet;

use object::{Object, ObjectSymbol};
use proptest::prelude::*;

use super::arbitrary::system;
use crate::image;
use crate::plan::plan;
use crate::system::{Program, System};

/// Names that would meet those of the kernel or each other's parts, were there no rule.
const NAMES: [&str; 8] = [
    "kernel",
    "log",
    "p.port",
    "p",
    "p.port.c0",
    "kernel.log",
    "entry",
    "rodata.1",
];

/// A program with two segments of constants, and no declared ports.
fn program() -> Program {
    let mut bytes = include_bytes!("../../../../../assets/uart-driver.elf").to_vec();
    let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
    // `e_shoff`, then `e_phnum` to `e_shstrndx`.
    put(16, &[2]);
    put(40, &[0; 8]);
    put(56, &[3, 0, 0, 0, 0, 0, 0, 0]);
    // The third program header: to load, to read.
    let third = 64 + 2 * 56;
    let address = septum_abi::address::PROGRAM_BASE + 0x2000;
    put(third, &[1, 0, 0, 0, 4, 0, 0, 0]);
    for (number, value) in [0x2000, address, address, 8, 8, 0x1000].iter().enumerate() {
        put(third + 8 * (number + 1), &u64::to_le_bytes(*value));
    }
    Program::Elf {
        path: "constants.elf".to_owned(),
        bytes,
    }
}

/// The names that more than one symbol of the image has.
fn twice(system: &System) -> Vec<String> {
    let image = image::build(&plan(system).expect("it fits"));
    let elf = object::File::parse(image.elf.as_slice()).expect("an ELF");
    let names = elf
        .symbols()
        .map(|symbol| symbol.name().unwrap().to_owned());
    let mut known = BTreeSet::new();
    let named = names.filter(|name| !name.is_empty());
    named.filter(|name| !known.insert(name.clone())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_two_symbols_have_one_name(system in system()) {
        let mut system = system;
        for (partition, name) in system.partitions.iter_mut().zip(NAMES) {
            partition.name = name.to_owned();
        }
        system.partitions[0].program = program();
        prop_assert_eq!(twice(&system), Vec::<String>::new());
    }
}
