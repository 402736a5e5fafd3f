//! What C programs link: the numbers of `septum.h`, and the ports that a program declares, after
//! Debian's compiler has left out all that it may.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use object::{Object, ObjectSection};
use septum_abi::ABI_VERSION;
use septum_abi::call::{Call, Status};
use septum_abi::pin::{
    DIRECTION_IN, DIRECTION_OUT, KIND_INTERRUPT, KIND_MEMORY, KIND_QUEUING, KIND_SAMPLING,
    KIND_SIGNAL, Pin, UNBOUND,
};
use septum_kernel_builder::{root, toolchain::Toolchain};

/// The numbers of the header's enumerations, by their names.
fn header_numbers() -> BTreeMap<String, u64> {
    let header = std::fs::read_to_string(root().join("kernel/user/include/septum.h")).unwrap();
    let number = |line: &str| {
        let (name, rest) = line.trim().strip_prefix("SEPTUM_")?.split_once(" = ")?;
        Some((name.to_owned(), rest.split(',').next()?.parse().ok()?))
    };
    header.lines().filter_map(number).collect()
}

#[test]
fn the_header_has_the_numbers_of_the_interface() {
    let numbers = header_numbers();
    let managing = [Call::Restart, Call::Stop, Call::SafeMode];
    let calls = Call::ALL.iter().filter(|call| !managing.contains(call));
    let calls = calls.map(|call| (call.name(), call.number()));
    let statuses = Status::ALL.iter().map(|it| (it.name(), it.number()));
    for (name, number) in calls.chain(statuses) {
        let found = numbers.get(&name.to_uppercase());
        assert_eq!(found, Some(&number), "{name}");
    }
}

/// Runs a tool that must succeed.
fn run(command: &mut Command) {
    let status = command.status().unwrap();
    assert!(status.success(), "{command:?}");
}

/// The program of all ports, at the highest optimisation, built with these arguments.
fn compile(arguments: &[&str], output: &Path) {
    let include = root().join("kernel/user/include");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs/ports.c");
    run(Command::new("riscv64-unknown-elf-gcc")
        .args(["-march=rv64imac", "-mabi=lp64", "-mcmodel=medany"])
        .args(["-O3", "-flto", "-ffreestanding", "-nostdlib"])
        .args(["-Wall", "-Wextra"])
        .args(["-ffunction-sections", "-fdata-sections"])
        .args(arguments)
        .arg("-I")
        .arg(&include)
        .arg(include.join("start.S"))
        .arg(source)
        .arg("-o")
        .arg(output));
}

/// The program as a static executable.
fn linked_statically() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let elf = folder.path().join("ports.elf");
    let script = root().join("kernel/user/partition.ld");
    let script = format!("-Wl,-T,{}", script.display());
    compile(
        &["-Werror", "-static", "-Wl,--gc-sections", "-s", &script],
        &elf,
    );
    std::fs::read(elf).unwrap()
}

/// The program as a static position-independent executable. GNU's linker makes none for this
/// target; the one that comes with Rust does.
fn linked_for_any_place() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let [object, elf] = ["ports.o", "ports.elf"].map(|name| folder.path().join(name));
    compile(&["-fpie", "-r", "-flinker-output=nolto-rel"], &object);
    run(Command::new(Toolchain::find().unwrap().linker())
        .args(["-flavor", "gnu", "-pie", "--no-dynamic-linker"])
        .args(["-z", "notext", "--gc-sections", "-s", "-T"])
        .arg(root().join("kernel/user/partition.ld"))
        .arg(object)
        .arg("-o")
        .arg(&elf));
    std::fs::read(elf).unwrap()
}

/// The ports that a file declares, by their names, as the designer finds them.
fn declared(elf: &[u8]) -> BTreeMap<String, Pin> {
    let file = object::File::parse(elf).unwrap();
    let section = file.section_by_name(septum_abi::pin::SECTION).unwrap();
    let pins = section.data().unwrap().chunks(Pin::SIZE_BYTES);
    pins.map(|bytes| {
        let pin = Pin::from_bytes(bytes).unwrap();
        let name = std::str::from_utf8(&pin.name).unwrap();
        (name.trim_end_matches('\0').to_owned(), pin)
    })
    .collect()
}

fn has_every_port(elf: &[u8]) {
    let expected = [
        ("commands", KIND_QUEUING, DIRECTION_IN, 64),
        ("replies", KIND_QUEUING, DIRECTION_OUT, 32),
        ("position", KIND_SAMPLING, DIRECTION_IN, 24),
        ("speed", KIND_SAMPLING, DIRECTION_OUT, 8),
        ("go", KIND_SIGNAL, DIRECTION_IN, 0),
        ("done", KIND_SIGNAL, DIRECTION_OUT, 0),
        ("irq", KIND_INTERRUPT, DIRECTION_IN, 0),
        ("picture", KIND_MEMORY, DIRECTION_IN, 512),
        ("board", KIND_MEMORY, DIRECTION_OUT, 4096),
        ("spare", KIND_SIGNAL, DIRECTION_OUT, 0),
    ];
    let pins = declared(elf);
    assert_eq!(pins.len(), expected.len());
    for (name, kind, direction, message_bytes) in expected {
        let pin = pins[name];
        assert_eq!((pin.kind, pin.direction), (kind, direction), "{name}");
        assert_eq!(pin.message_bytes, message_bytes, "{name}");
        assert_eq!((pin.index, pin.buffer), (UNBOUND, 0), "{name}");
        assert_eq!(pin.abi_version, ABI_VERSION, "{name}");
    }
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc"]
fn a_static_program_keeps_its_ports_through_every_optimisation() {
    let elf = linked_statically();
    has_every_port(&elf);
    // Where the linker script and the ABI place a program.
    let entry = object::File::parse(&*elf).unwrap().entry();
    assert_eq!(entry, septum_abi::address::PROGRAM_BASE);
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc and a compiler for RISC-V"]
fn a_position_independent_program_keeps_its_ports_through_every_optimisation() {
    let elf = linked_for_any_place();
    has_every_port(&elf);
    let kind = object::File::parse(&*elf).unwrap().kind();
    assert_eq!(kind, object::ObjectKind::Dynamic);
}
