//! A device interrupt, delivered to a driver that is a program of its own.

use septum_core::spec::{RawChannel, RawChannelKind, RawInterrupt, RawPartition, RawSystem};

use crate::c::program;
use crate::machine::Qemu;
use crate::memory::Memory;
use crate::systems::{
    channel, forever, log_received, numbered, partition, planned_with, receive, sleep, system,
};

/// The UART's driver, and the name of its file.
pub(crate) const DRIVER: &[u8] = include_bytes!("../../../assets/uart-driver.elf");
pub(crate) const DRIVER_FILE: &str = "driver.elf";

/// The UART's driver.
pub(crate) fn driver() -> RawPartition {
    let mut driver = program("driver", DRIVER_FILE);
    driver.devices = vec!["uart".to_owned()];
    driver.interrupts = vec![RawInterrupt {
        port: "irq".to_owned(),
        device: "uart".to_owned(),
        source: 10,
    }];
    driver
}

/// What the driver has received, to this port.
pub(crate) fn received(to: (&str, &str)) -> RawChannel {
    let mut bytes = channel("bytes", ("driver", "bytes"), to);
    bytes.kind = RawChannelKind::Queuing {
        message_bytes: 16,
        depth: 8,
    };
    bytes
}

/// The driver passes what is typed to somebody who logs it; a third only counts.
fn typewriter() -> RawSystem {
    let reader = partition("reader", forever(vec![receive("in"), log_received()]));
    let counter = partition("counter", forever(vec![numbered("n "), sleep(1_000_000)]));
    let groups: &[&[&str]] = &[&["driver", "reader"], &["counter"]];
    system(
        vec![driver(), reader, counter],
        vec![received(("reader", "in"))],
        groups,
    )
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn every_typed_byte_arrives_once() {
    let plan = planned_with(&typewriter(), &[(DRIVER_FILE, DRIVER)]);
    let mut qemu = Qemu::boot(&plan);
    // What is typed before the driver has set the UART up is lost; it drains the log after that.
    qemu.until(|said| !said.texts(2).is_empty());
    let text = b"Each of these bytes is typed after the reply to the one before.";
    for (number, byte) in text.iter().enumerate() {
        qemu.type_bytes(&[*byte]);
        let said = qemu.until(|said| said.texts(1).len() > number);
        assert_eq!(said.texts(1)[number], [*byte]);
    }
    let said = qemu.until(|said| said.texts(2).len() > 3);
    assert_eq!(said.texts(1).concat(), text);
    assert!(said.other.is_empty() && said.kernel.is_empty());
    for (number, counted) in said.texts(2).iter().enumerate() {
        assert_eq!(counted, format!("n {}", number + 1).as_bytes());
    }
    qemu.freeze();
    assert_eq!(qemu.hart(&plan).failed, 0);
    assert!(qemu.faults(&plan).is_empty());
}
