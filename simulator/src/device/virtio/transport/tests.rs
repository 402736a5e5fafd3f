//! Transports as drivers see them, good ones and others.

use super::*;
use crate::device::virtio::driver::{BOTH, BUFFERS, Driver, NEXT, RAM, RAM_BYTES, SIZE, WRITE};
use crate::device::virtio::{Backend, Block, CHAIN_BYTES, Entropy};

const DRIVER_FEATURES: u64 = 0x20;
const FEATURES_HALF: u64 = 0x24;
const QUEUE_SELECT: u64 = 0x30;
const QUEUE_SIZE: u64 = 0x38;
const INTERRUPTS: u64 = 0x60;
const ACKNOWLEDGE: u64 = 0x64;
const STATUS: u64 = 0x70;
const NEEDS_RESET: u32 = 0x40;

fn entropy() -> VirtioDevice {
    VirtioDevice::Entropy(Entropy::new(1))
}

fn console() -> VirtioDevice {
    VirtioDevice::Console(Console::default())
}

fn block(sectors: u8) -> VirtioDevice {
    let bytes: Vec<u8> = (0..sectors).flat_map(|sector| [sector; 512]).collect();
    VirtioDevice::Block(Block::new(bytes).unwrap())
}

#[test]
fn an_empty_transport_is_present_and_empty() {
    let mut transport = VirtioMmio::default();
    let words: Vec<u64> = (0..4).map(|i| transport.read(4 * i, 4, 0)).collect();
    assert_eq!(words, [0x7472_6976, 1, 0, 0x554d_4551]);
    transport.write(0x70, 1, 4, 0);
    assert_eq!(transport.read(0x70, 4, 0), 0);
    assert_eq!(transport.read(0x8, 8, 0), 0x554d_4551 << 32);
    transport.set_layout(Layout::Modern);
    assert_eq!(transport.read(0x4, 4, 0), 2);
}

#[test]
fn it_ends_with_its_registers() {
    let transport = VirtioMmio::default();
    assert!(transport.accepts(0x1ff, 1) && transport.accepts(0x1f8, 8));
    assert!(!transport.accepts(0x200, 1));
}

#[test]
fn devices_identify_themselves() {
    for layout in BOTH {
        for (device, id, queues) in [(block(1), 2, 1), (console(), 3, 2), (entropy(), 4, 1)] {
            let mut driver = Driver::new(layout, device);
            assert_eq!(driver.register(0x0), 0x7472_6976);
            assert_eq!(driver.register(0x4), layout.version());
            assert_eq!(driver.register(0x8), id);
            driver.set(QUEUE_SELECT, queues - 1);
            assert_eq!(driver.register(0x34), 1024);
            driver.set(QUEUE_SELECT, queues);
            assert_eq!(driver.register(0x34), 0, "a queue that is not there");
        }
    }
}

#[test]
fn entropy_fills_a_buffer_and_interrupts_until_acknowledged() {
    for layout in BOTH {
        let mut driver = Driver::new(layout, entropy());
        driver.chain(0, &[(BUFFERS, 24, true)]);
        assert!(!driver.transport.interrupt());
        driver.notify(0);
        let expected = Entropy::new(1).answer(0, &[], 24).unwrap();
        assert_eq!(driver.bytes(BUFFERS, 24), expected);
        assert_eq!(driver.bytes(BUFFERS + 24, 8), [0; 8], "and nothing else");
        assert_eq!(driver.used(0), (1, 0, 24));
        assert!(driver.transport.interrupt());
        assert_eq!(driver.register(INTERRUPTS), 1);
        driver.set(ACKNOWLEDGE, 2);
        assert!(driver.transport.interrupt());
        driver.set(ACKNOWLEDGE, 1);
        assert!(!driver.transport.interrupt());
    }
}

#[test]
fn a_disk_is_read_and_written() {
    for layout in BOTH {
        let mut driver = Driver::new(layout, block(4));
        assert_eq!(driver.transport.read(0x100, 8, 0), 4);
        assert_eq!(driver.transport.read(0x100, 1, 0), 4);
        let status = BUFFERS + 0x1000;
        let mut header = [0; 16];
        header[8] = 3;
        driver.ram.fill(BUFFERS, &header).unwrap();
        driver.chain(
            0,
            &[
                (BUFFERS, 16, false),
                (BUFFERS + 16, 512, true),
                (status, 1, true),
            ],
        );
        driver.notify(0);
        assert_eq!(driver.bytes(BUFFERS + 16, 512), [3; 512]);
        assert_eq!(driver.used(0), (1, 0, 513));
        driver.settle();
        header[0] = 1;
        driver.ram.fill(BUFFERS, &header).unwrap();
        driver.ram.fill(BUFFERS + 16, &[9; 512]).unwrap();
        driver.ram.fill(status, &[0xff]).unwrap();
        driver.now_ns += 10_000;
        driver.chain(
            0,
            &[
                (BUFFERS, 16, false),
                (BUFFERS + 16, 512, false),
                (status, 1, true),
            ],
        );
        driver.notify(0);
        assert_eq!(driver.bytes(status, 1), [0]);
        assert_eq!(driver.used(0), (2, 0, 1));
    }
}

#[test]
fn a_console_prints_and_is_typed_on() {
    for layout in BOTH {
        let mut driver = Driver::new(layout, console());
        driver.ram.fill(BUFFERS, b"hello").unwrap();
        driver.chain(1, &[(BUFFERS, 5, false)]);
        driver.notify(1);
        assert_eq!(driver.transport.drain_output(), b"hello");
        driver.now_ns += 1000;
        driver.chain(0, &[(BUFFERS, 3, true)]);
        driver.notify(0);
        assert_eq!(driver.used(0).0, 0, "there is no input yet");
        assert_eq!(driver.transport.next_change_ns(driver.now_ns), None);
        assert!(driver.transport.send_to_guest(b"typed"));
        driver.transport.serve(&mut driver.ram, driver.now_ns);
        assert_eq!(driver.used(0), (1, 0, 3));
        assert_eq!(driver.bytes(BUFFERS, 5), b"typlo");
    }
    assert!(
        !Driver::new(Layout::Legacy, entropy())
            .transport
            .send_to_guest(b"x")
    );
}

#[test]
fn chains_are_served_one_by_one_in_virtual_time() {
    let mut driver = Driver::new(Layout::Modern, entropy());
    driver.descriptor(0, 0, (BUFFERS, 100, WRITE, 0));
    (0..3).for_each(|_| driver.publish(0, 0));
    driver.notify(0);
    assert_eq!(driver.used(0).0, 1);
    driver.notify(0);
    assert_eq!(driver.used(0).0, 1, "it is at the first one");
    assert_eq!(driver.transport.next_change_ns(0), Some(116));
    driver.now_ns = 115;
    driver.transport.serve(&mut driver.ram, 115);
    assert_eq!(driver.used(0).0, 1);
    driver.settle();
    assert_eq!((driver.used(0).0, driver.now_ns), (3, 3 * 116));
}

/// However much is made available and however often it is notified, one notification serves one
/// chain, and a chain has a longest length.
#[test]
fn a_notification_costs_one_chain_at_most() {
    let mut driver = Driver::new(Layout::Modern, entropy());
    let most = u32::try_from(CHAIN_BYTES).unwrap();
    driver.descriptor(0, 0, (BUFFERS, most, WRITE, 0));
    (0..SIZE).for_each(|_| driver.publish(0, 0));
    for _ in 0..1000 {
        driver.notify(0);
        driver.set(STATUS, 0xf);
    }
    assert_eq!(driver.used(0), (1, 0, most));
    driver.begin();
    driver.chain(0, &[(BUFFERS, 8, true)]);
    driver.notify(0);
    assert_eq!(driver.used(0).0, 0, "a reset makes it no faster");
}

#[test]
fn nonsense_needs_a_reset_and_a_reset_is_enough() {
    for layout in BOTH {
        let mut driver = Driver::new(layout, entropy());
        driver.chain(0, &[(0x1000_0000, 8, true)]);
        driver.notify(0);
        let (status, interrupts) = match layout {
            Layout::Legacy => (0xf, 0),
            Layout::Modern => (0xf | NEEDS_RESET, 2),
        };
        assert_eq!(driver.register(STATUS), status);
        assert_eq!(driver.register(INTERRUPTS), interrupts);
        driver.set(STATUS, 0xf);
        assert_eq!(driver.register(STATUS), status, "only a reset clears it");
        driver.chain(0, &[(BUFFERS, 8, true)]);
        driver.notify(0);
        assert_eq!(driver.used(0).0, 0, "nothing is served any more");
        driver.begin();
        assert_eq!(driver.register(STATUS), 0xf);
        assert!(!driver.transport.interrupt());
        driver.chain(0, &[(BUFFERS, 8, true)]);
        driver.notify(0);
        assert_eq!(driver.used(0), (1, 0, 8));
    }
}

#[test]
fn requests_that_a_disk_does_not_understand_need_a_reset() {
    for pieces in [
        &[(BUFFERS, 15, false), (BUFFERS, 1, true)][..],
        &[(BUFFERS, 16, false)],
    ] {
        let mut driver = Driver::new(Layout::Modern, block(1));
        driver.chain(0, pieces);
        driver.notify(0);
        assert_eq!(driver.register(STATUS), 0xf | NEEDS_RESET);
    }
}

#[test]
fn a_driver_that_is_not_ready_or_has_failed_is_not_served() {
    for layout in BOTH {
        for status in [0xb, 0x8f] {
            let mut driver = Driver::new(layout, entropy());
            driver.set(STATUS, status);
            driver.chain(0, &[(BUFFERS, 8, true)]);
            driver.notify(0);
            assert_eq!(driver.used(0).0, 0);
            driver.set(STATUS, 0xf);
            assert_eq!(driver.used(0).0, 1, "what was said before counts now");
        }
    }
}

#[test]
fn features_that_were_not_offered_are_not_agreed_to() {
    // Features of version 2 and others: low half, high half, and whether they are agreed to.
    let cases = [
        (0, 1, true),
        (0, 0, false),
        (1, 1, false),
        (1 << 28, 1, false),
        (0, 3, false),
    ];
    for (low, high, agreed) in cases {
        let mut driver = Driver::new(Layout::Modern, entropy());
        driver.set(STATUS, 0);
        driver.set(STATUS, 3);
        for (half, features) in [(0, low), (1, high), (2, u32::MAX), (u32::MAX, u32::MAX)] {
            driver.set(FEATURES_HALF, half);
            driver.set(DRIVER_FEATURES, features);
        }
        driver.set(STATUS, 0xb);
        assert_eq!(
            driver.register(STATUS),
            if agreed { 0xb } else { 3 },
            "{low:x} {high:x}"
        );
    }
}

#[test]
fn offered_features_are_in_halves() {
    for (layout, high) in BOTH.into_iter().zip([0, 1]) {
        let mut driver = Driver::new(layout, block(1));
        let mut offered = |half| {
            driver.set(0x14, half);
            driver.register(0x10)
        };
        assert_eq!([offered(0), offered(1), offered(2)], [1 << 9, high, 0]);
    }
}

#[test]
fn features_are_settled_once() {
    let mut driver = Driver::new(Layout::Modern, block(1));
    driver.set(FEATURES_HALF, 0);
    driver.set(DRIVER_FEATURES, u32::MAX);
    driver.set(STATUS, 0xf);
    assert_eq!(driver.register(STATUS), 0xf);
}

#[test]
fn a_queue_in_use_keeps_its_places() {
    let mut driver = Driver::new(Layout::Modern, entropy());
    driver.set(QUEUE_SELECT, 0);
    driver.set(QUEUE_SIZE, 2);
    (0x80..0xb0)
        .step_by(4)
        .for_each(|area| driver.set(area, u32::MAX));
    driver.chain(0, &[(BUFFERS, 8, true)]);
    driver.notify(0);
    assert_eq!(driver.used(0), (1, 0, 8));
}

#[test]
fn a_legacy_queue_is_stopped_by_page_zero() {
    let mut driver = Driver::new(Layout::Legacy, entropy());
    driver.set(QUEUE_SELECT, 0);
    assert_ne!(driver.register(0x40), 0);
    driver.set(0x40, 0);
    assert_eq!(driver.register(0x40), 0);
    driver.chain(0, &[(BUFFERS, 8, true)]);
    driver.notify(0);
    assert_eq!(driver.used(0).0, 0);
}

#[test]
fn registers_take_words_and_the_configuration_any_width() {
    let mut driver = Driver::new(Layout::Modern, block(3));
    for width in [1, 2] {
        assert_eq!(driver.transport.read(0x0, width, 0), 0);
        driver.transport.write(STATUS, 0, width, 0);
        assert_eq!(driver.register(STATUS), 0xf);
        assert_eq!(driver.transport.read(0x100, width, 0), 3);
    }
    driver.transport.write(0x100, u64::MAX, 8, 0);
    assert_eq!(driver.transport.read(0x100, 8, 0), 3);
    assert_eq!(driver.transport.read(0x1f8, 8, 0), 0);
}

/// Every register with every kind of number, in any order, with rings full of anything.
#[test]
fn no_sequence_of_registers_does_harm() {
    let mut random = Entropy::new(42);
    let mut draw = move || {
        let bytes = random.answer(0, &[], 8).unwrap();
        u64::from_le_bytes(bytes.try_into().unwrap())
    };
    let values = [
        0,
        1,
        2,
        3,
        4,
        8,
        0xb,
        0xf,
        0x40,
        0x80,
        1024,
        0x8_0002,
        0x8000_2000,
        0xffff_ffff,
    ];
    for layout in BOTH {
        for device in [entropy(), console(), block(2)] {
            let mut driver = Driver::new(layout, device);
            for _ in 0..20_000 {
                let pick = usize::try_from(draw() % 14).unwrap();
                let noise = (draw() & draw()).to_le_bytes();
                let place = RAM + 0x2000 + ((draw() % 0x2000) & !7);
                driver.ram.fill(place, &noise).unwrap();
                driver.set(draw() % 0x80 * 4, values[pick]);
                driver.register(draw() % 0x80 * 4);
                driver.now_ns += draw() % 64;
            }
            driver.begin();
            assert_eq!(driver.register(STATUS), 0xf, "it comes back");
        }
    }
}

/// Chains of descriptors of which every field is a plausible or a hostile one.
#[test]
fn no_chain_does_harm() {
    let mut random = Entropy::new(43);
    let mut draw = move |count: u64| {
        let bytes = random.answer(0, &[], 8).unwrap();
        usize::try_from(u64::from_le_bytes(bytes.try_into().unwrap()) % count).unwrap()
    };
    let addresses = [
        BUFFERS,
        RAM,
        RAM + RAM_BYTES - 4,
        0,
        0x1000_0000,
        u64::MAX,
        Driver::base(0),
    ];
    let lengths = [1, 16, 512, 0x1000, 0, 1 << 21, u32::MAX];
    let flags = [0, WRITE, NEXT, NEXT | WRITE, 4, 0xffff];
    for device in [entropy(), console(), block(2)] {
        let mut driver = Driver::new(Layout::Modern, device);
        for _ in 0..3000 {
            for index in 0..SIZE {
                let next = u16::try_from(draw(10)).unwrap();
                let (address, length) = (addresses[draw(7)], lengths[draw(7)]);
                driver.descriptor(0, index, (address, length, flags[draw(6)], next));
            }
            driver.set_available(0, u16::try_from(draw(11)).unwrap());
            driver.notify(0);
            driver.settle();
            driver.begin();
        }
        driver.transport.drain_output();
    }
}
