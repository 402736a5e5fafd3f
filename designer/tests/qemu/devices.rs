//! Which accesses the devices answer, and what a load gives: in the simulator as on QEMU.

use std::ops::Range;

use septum_core::plan::Plan;
use septum_core::spec::RawTouch;

use crate::interrupts::{DRIVER, DRIVER_FILE, driver, received};
use crate::isolation::{WINDOW, without_page_tables};
use crate::probes::{CROWD, Probe, crowd, on_both, programs};
use crate::systems::planned_with;

const UART: u64 = 0x1000_0000;
const RTC: u64 = 0x10_1000;
const VIRTIO: u64 = 0x1000_1000;

/// All aligned accesses to these bytes of a device, through the window, a list each.
fn accesses(touch: RawTouch, base: u64, bytes: Range<u64>) -> Vec<Vec<Probe>> {
    let widths = [1, 2, 4, 8].into_iter();
    let probes = widths.flat_map(|width| {
        let addresses = bytes.clone().map(|offset| WINDOW + base + offset);
        let addresses = addresses.filter(move |address| address.is_multiple_of(width));
        addresses.map(move |address| {
            vec![Probe {
                touch,
                width,
                address,
            }]
        })
    });
    probes.collect()
}

/// The witness owns what the driver does not, and the crowd reaches all of it.
fn planned(lists: &[Vec<Probe>]) -> Plan {
    let mut raw = crowd(vec![driver()]);
    raw.partitions[0].devices = ["rtc", "virtio0"].map(str::to_owned).to_vec();
    raw.channels.push(received(("witness", "received")));
    let programs = programs(lists);
    let programs = programs.iter();
    let programs: Vec<(&str, &[u8])> = programs
        .map(|(name, elf)| (name.as_str(), elf.as_slice()))
        .chain([(DRIVER_FILE, DRIVER)])
        .collect();
    without_page_tables(planned_with(&raw, &programs))
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc and qemu-system-riscv64"]
fn devices_answer_the_same_accesses() {
    let lists: Vec<Vec<Probe>> = [
        accesses(RawTouch::Read, UART, 0..0x10),
        accesses(RawTouch::Write, UART, 8..0x10),
        // Before these is the time: the host's, for QEMU.
        accesses(RawTouch::Read, RTC, 8..0x30),
        accesses(RawTouch::Read, VIRTIO, 0..0x10),
        accesses(RawTouch::Write, VIRTIO, 0..0x10),
        accesses(RawTouch::Read, VIRTIO, 0xf8..0x108),
        accesses(RawTouch::Read, VIRTIO, 0x1f8..0x208),
        accesses(RawTouch::Write, VIRTIO, 0x1f8..0x208),
    ]
    .concat();
    assert!(lists.len() > 250);
    for lists in lists.chunks(CROWD) {
        let [simulated, on_qemu] = on_both(&planned(lists));
        for (list, (simulated, on_qemu)) in lists.iter().zip(simulated.iter().zip(&on_qemu)) {
            assert_eq!(simulated, on_qemu, "{list:x?}");
        }
    }
}
