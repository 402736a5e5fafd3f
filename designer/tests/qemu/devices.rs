//! Which accesses the devices answer, and what a load gives: in the simulator as on QEMU.

use septum_core::image::build;
use septum_core::plan::Plan;
use septum_core::scenario::Scenario;

use crate::agreement::{MS, simulated};
use crate::c::program;
use crate::interrupts::{DRIVER, DRIVER_FILE, driver, received};
use crate::isolation::{WINDOW, with_witness, without_page_tables};
use crate::machine::Qemu;
use crate::probes::{Access, Found, Probe, found, prober, with_list};
use crate::systems::{channel, planned_with};

const UART: u64 = 0x1000_0000;
const RTC: u64 = 0x10_1000;
const VIRTIO: u64 = 0x1000_1000;

/// Partitions with a probe each, beside the witness and the driver.
const CROWD: usize = 60;

/// All aligned accesses of these bytes of a device, through the window.
fn accesses(access: Access, base: u64, bytes: std::ops::Range<u64>) -> Vec<Probe> {
    let widths = [1, 2, 4, 8].into_iter();
    let probes = widths.flat_map(|width| {
        let addresses = bytes.clone().map(|offset| WINDOW + base + offset);
        let addresses = addresses.filter(move |address| address.is_multiple_of(width));
        addresses.map(move |address| Probe {
            access,
            width,
            address,
        })
    });
    probes.collect()
}

/// The witness owns what the driver does not, and the crowd reaches all of it.
fn crowd(elf: &[u8], probes: &[Probe]) -> Plan {
    let names: Vec<String> = (1..=CROWD).map(|number| format!("p{number}")).collect();
    let crowd = names.iter().map(|name| program(name, name));
    let mut raw = with_witness(std::iter::once(driver()).chain(crowd).collect());
    raw.partitions[0].devices = ["rtc", "virtio0"].map(str::to_owned).to_vec();
    let ports = names.iter();
    let ports = ports.map(|name| channel(name, ("witness", name), (name, "in")));
    raw.channels = ports.chain([received(("witness", "received"))]).collect();
    let lists = (0..CROWD).map(|index| {
        let list = probes.get(index).map_or(&[][..], std::slice::from_ref);
        with_list(elf, list)
    });
    let programs: Vec<(&String, Vec<u8>)> = names.iter().zip(lists).collect();
    let files = programs.iter();
    let files = files.map(|(name, elf)| (name.as_str(), elf.as_slice()));
    let files: Vec<(&str, &[u8])> = files.chain([(DRIVER_FILE, DRIVER)]).collect();
    without_page_tables(planned_with(&raw, &files))
}

/// What becomes of the probes on both machines.
fn outcomes(elf: &[u8], probes: &[Probe]) -> [Vec<Found>; 2] {
    let plan = crowd(elf, probes);
    let mut simulation = simulated(&plan, &build(&plan), &Scenario::default(), 30 * MS);
    let mut qemu = Qemu::boot(&plan);
    qemu.until(|said| said.texts(0).len() > 30);
    qemu.freeze();
    [found(&mut simulation, &plan, 2), found(&mut qemu, &plan, 2)]
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc and qemu-system-riscv64"]
fn devices_answer_the_same_accesses() {
    let elf = prober();
    let probes: Vec<Probe> = [
        accesses(Access::Load, UART, 0..0x10),
        accesses(Access::Store, UART, 8..0x10),
        // Before these is the time: the host's, for QEMU.
        accesses(Access::Load, RTC, 8..0x30),
        accesses(Access::Load, VIRTIO, 0..0x10),
        accesses(Access::Store, VIRTIO, 0..0x10),
        accesses(Access::Load, VIRTIO, 0xf8..0x108),
        accesses(Access::Load, VIRTIO, 0x1f8..0x208),
        accesses(Access::Store, VIRTIO, 0x1f8..0x208),
    ]
    .concat();
    assert!(probes.len() > 250);
    for probes in probes.chunks(CROWD) {
        let [simulated, on_qemu] = outcomes(&elf, probes);
        for (probe, (simulated, on_qemu)) in probes.iter().zip(simulated.iter().zip(&on_qemu)) {
            assert_eq!(simulated, on_qemu, "{probe:x?}");
        }
    }
}
