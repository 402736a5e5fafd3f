//! One bad system for each code: its sentence and its place.

use super::fixture::{machine, model, ping_pong, port};
use crate::codes::CODES;
use crate::plan::plan;
use crate::system::{DeviceIndex, PortKind, Program, Step, System};

/// What the plan says about ping-pong after a change: codes, places and sentences.
fn findings(change: impl FnOnce(&mut System)) -> Vec<String> {
    let mut system = ping_pong();
    change(&mut system);
    let diagnostics = plan(&system).expect_err("the change is a mistake");
    for diagnostic in &diagnostics {
        assert!(CODES.iter().any(|code| code.name == diagnostic.code));
        assert!(!diagnostic.help.is_empty());
    }
    let line = |d: &crate::diagnostic::Diagnostic| {
        format!("{} {}: {}", d.code, d.places[0].path, d.message)
    };
    diagnostics.iter().map(line).collect()
}

#[test]
fn ram_too_small() {
    let regions = plan(&ping_pong()).expect("fits").regions;
    let needed = regions[regions.len() - 1].range.end() - regions[0].range.base;
    let found = findings(|system| system.machine.ram[0].size_bytes = needed - 1);
    let expected = format!(
        "S0201 machine.ram[0].size_bytes: the system needs {needed} bytes of RAM, the first RAM range has {}",
        needed - 1
    );
    assert_eq!(found, [expected]);
    let mut system = ping_pong();
    system.machine.ram[0].size_bytes = needed;
    assert!(plan(&system).is_ok());
}

#[test]
fn queue_larger_than_ram() {
    let found = findings(|system| system.machine.ram[0].size_bytes = 0x1000);
    assert!(
        found[0].starts_with("S0201 machine.ram[0].size_bytes"),
        "{found:?}"
    );
}

#[test]
fn too_few_pmp_entries() {
    let found = findings(|system| {
        system.machine.isolation.pmp_entries = 3;
        system.partitions[0].devices.push(DeviceIndex::new(4));
    });
    assert_eq!(
        found,
        ["S0202 machine.isolation.pmp_entries: isolation needs 4 PMP entries, 3 can be used"]
    );
}

#[test]
fn window_inside_its_pad() {
    let pad = plan(&ping_pong()).expect("fits").pad_ticks();
    let found = findings(|system| system.schedules[0].windows[1].duration_ticks = pad);
    let length = crate::duration::exact(pad * ping_pong().machine.ns_per_tick());
    let expected = format!(
        "S0203 schedules[0].windows[1].duration_ns: window 1 is {length} long, but the first {length} of a window are its pad"
    );
    assert_eq!(found, [expected]);
}

#[test]
fn too_few_address_space_identifiers() {
    let found = findings(|system| system.machine.isolation.asid_bits = 1);
    assert_eq!(
        found,
        [
            "S0205 machine.isolation.asid_bits: with asid_bits = 1 there are address space identifiers for 1 of the 2 partitions"
        ]
    );
}

#[test]
fn source_beyond_the_enable_words() {
    let found = findings(|system| {
        let device = DeviceIndex::new(1);
        system.partitions[1].devices.push(device);
        let kind = PortKind::Interrupt {
            device,
            source: 128,
        };
        system.partitions[1].ports.push(port("tick", kind));
    });
    assert_eq!(
        found,
        [
            "S0206 partitions[1].interrupts[0].source: `pong` takes interrupt source 128, the kernel handles sources up to 127"
        ]
    );
}

#[test]
fn devices_in_one_page() {
    let found = findings(|system| {
        system.machine.devices[5].base = 0x1000_0800;
        system.partitions[0].devices.push(DeviceIndex::new(4));
        system.partitions[1].devices.push(DeviceIndex::new(5));
    });
    assert_eq!(
        found,
        [
            "S0208 machine.devices[4].base: the isolation hardware cannot tell `uart` from `virtio0`: both are in one unit of 4096 bytes"
        ]
    );
}

#[test]
fn device_that_shares_a_grain_with_one_that_nobody_owns() {
    let found = findings(|system| {
        system.machine.isolation.pmp_grain_bytes = 0x1000;
        system.machine.devices[5].base = 0x1000_0800;
        system.partitions[0].devices.push(DeviceIndex::new(4));
    });
    assert_eq!(
        found,
        [
            "S0208 machine.devices[4].base: the isolation hardware cannot tell `uart` from `virtio0`: both are in one unit of 4096 bytes"
        ]
    );
}

#[test]
fn too_many_steps() {
    let found = findings(|system| {
        system.partitions[0].program = Program::Model(vec![Step::Exit; 1025]);
    });
    assert_eq!(
        found,
        ["S0209 partitions[0].program: the model of `ping` needs 1025 steps, the limit is 1024"]
    );
}

#[test]
fn machine_without_protection() {
    let found = findings(|system| system.machine.isolation.pmp_entries = 0);
    assert_eq!(
        found,
        [
            "S0210 machine.isolation.pmp_entries: the machine `qemu-virt` has no PMP, so nothing keeps partitions out of the kernel"
        ]
    );
}

#[test]
fn sixty_three_partitions_with_six_bits_of_identifiers() {
    let mut system = ping_pong();
    system.machine = machine();
    system.machine.isolation.asid_bits = 6;
    while system.partitions.len() < 63 {
        let name = format!("p{}", system.partitions.len());
        system.partitions.push(model(&name, Vec::new(), Vec::new()));
    }
    assert!(plan(&system).is_ok());
    system
        .partitions
        .push(model("one-more", Vec::new(), Vec::new()));
    assert!(plan(&system).is_err());
}
