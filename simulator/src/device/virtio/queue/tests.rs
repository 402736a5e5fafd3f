//! Queues as a driver that means no good sets them up.

use super::*;
use crate::device::virtio::driver::{BUFFERS, Driver, INDIRECT, NEXT, RAM, RAM_BYTES, SIZE, WRITE};
use crate::device::virtio::{Entropy, Layout, VirtioDevice};

/// A queue and its RAM, as the driver of an entropy device has left them.
fn queue() -> (Queue, Driver) {
    let device = VirtioDevice::Entropy(Entropy::new(1));
    let driver = Driver::new(Layout::Modern, device);
    let mut queue = Queue {
        areas: [Driver::base(0), Driver::available(0), Driver::used_ring(0)],
        ..Queue::default()
    };
    queue.set_size(u32::from(SIZE));
    queue.set_ready(true);
    (queue, driver)
}

/// What is wrong with a chain of these descriptors that begins with this one.
fn wrong(head: u16, descriptors: &[(u64, u32, u16, u16)]) -> Nonsense {
    let (mut queue, mut driver) = queue();
    for (index, words) in (0..).zip(descriptors) {
        driver.descriptor(0, index, *words);
    }
    driver.publish(0, head);
    queue.take(&driver.ram).unwrap_err()
}

#[test]
fn descriptors_that_lead_nowhere() {
    assert_eq!(wrong(SIZE, &[]), Nonsense::Index);
    assert_eq!(wrong(u16::MAX, &[]), Nonsense::Index);
    assert_eq!(wrong(0, &[(BUFFERS, 1, NEXT, SIZE)]), Nonsense::Index);
    assert_eq!(wrong(0, &[(BUFFERS, 1, NEXT, 0)]), Nonsense::Loop);
    let pair = [(BUFFERS, 1, NEXT, 1), (BUFFERS, 1, NEXT, 0)];
    assert_eq!(wrong(1, &pair), Nonsense::Loop);
    assert_eq!(wrong(0, &[(BUFFERS, 16, INDIRECT, 0)]), Nonsense::Indirect);
}

#[test]
fn buffers_that_are_none() {
    assert_eq!(wrong(0, &[]), Nonsense::Empty);
    let back = [(BUFFERS, 1, WRITE | NEXT, 1), (BUFFERS, 1, 0, 0)];
    assert_eq!(wrong(0, &back), Nonsense::Order);
}

#[test]
fn buffers_that_are_not_wholly_in_ram() {
    let end = RAM + RAM_BYTES;
    let outside = [
        (0, 1),
        (RAM - 1, 1),
        (RAM - 1, 2),
        (end, 1),
        (end - 1, 2),
        (u64::MAX, 1),
        (u64::MAX, u32::MAX),
        (RAM, u32::MAX),
        // The UART, the interrupt controller, and the transport itself.
        (0x1000_0000, 1),
        (0x0c00_0000, 4),
        (0x1000_1000, 0x200),
    ];
    for (address, length) in outside {
        for flags in [0, WRITE] {
            let found = wrong(0, &[(address, length, flags, 0)]);
            assert_eq!(found, Nonsense::Outside, "{address:#x} {length:#x}");
        }
    }
}

#[test]
fn a_chain_has_a_longest_length() {
    let length = u32::try_from(CHAIN_BYTES).unwrap();
    let (mut queue, mut driver) = queue();
    driver.descriptor(0, 0, (BUFFERS, length, WRITE, 0));
    driver.publish(0, 0);
    let chain = queue.take(&driver.ram).unwrap().unwrap();
    assert_eq!(chain.room(), usize::try_from(CHAIN_BYTES).unwrap());
    assert_eq!(wrong(0, &[(BUFFERS, length + 1, WRITE, 0)]), Nonsense::Long);
    let overlapping = [(RAM, length, NEXT, 1), (RAM, 1, 0, 0)];
    assert_eq!(wrong(0, &overlapping), Nonsense::Long);
}

#[test]
fn areas_in_every_bad_place() {
    let end = RAM + RAM_BYTES;
    for area in 0..3 {
        let alignment = [16, 2, 4][area];
        let length = [128, 20, 68][area];
        let bad = [0, 0x1000_0000, end, RAM + 1, u64::MAX, !15];
        let late = (end - length + alignment) & !(alignment - 1);
        for address in bad.into_iter().chain([late, RAM - alignment]) {
            let (mut queue, driver) = queue();
            queue.areas[area] = address;
            let found = queue.take(&driver.ram).unwrap_err();
            assert_eq!(found, Nonsense::Area, "{area} {address:#x}");
        }
    }
}

#[test]
fn more_chains_than_descriptors() {
    for index in [SIZE + 1, 0x8000, u16::MAX] {
        let (mut queue, mut driver) = queue();
        driver.set_available(0, index);
        assert_eq!(queue.take(&driver.ram).unwrap_err(), Nonsense::Available);
    }
}

#[test]
fn only_powers_of_two_are_sizes() {
    let mut queue = Queue::default();
    for size in [0, 3, 1023, 1025, 2048, 0x1_0000, 0x1_0008, u32::MAX] {
        queue.set_size(size);
        assert_eq!(queue.size(), 0, "{size}");
    }
    queue.set_ready(true);
    assert!(!queue.is_ready(), "a queue without a size does not begin");
    for size in [1, 2, 1024] {
        queue.set_size(size);
        assert_eq!(u32::from(queue.size()), size);
    }
}

#[test]
fn indices_wrap_around() {
    let (mut queue, mut driver) = queue();
    driver.descriptor(0, 0, (BUFFERS, 4, WRITE, 0));
    for round in 0..=0x1_0003_u32 {
        driver.publish(0, 0);
        let chain = queue.take(&driver.ram).unwrap().unwrap();
        queue
            .give_back(&mut driver.ram, &chain, u64::from(round))
            .unwrap();
        assert!(queue.take(&driver.ram).unwrap().is_none());
    }
    assert_eq!(driver.used(0), (4, 0, 0x1_0003));
}

#[test]
fn a_chain_may_use_every_descriptor() {
    let (mut queue, mut driver) = queue();
    let pieces: Vec<_> = (0..8).map(|i| (BUFFERS + 16 * i, 3, i >= 4)).collect();
    driver.ram.fill(BUFFERS, &[5; 64]).unwrap();
    driver.chain(0, &pieces);
    let chain = queue.take(&driver.ram).unwrap().unwrap();
    assert_eq!(chain.request(&driver.ram), [5; 12]);
    assert_eq!(chain.room(), 12);
    chain.write(&mut driver.ram, &[1, 2, 3, 4]);
    assert_eq!(driver.bytes(BUFFERS + 64, 4), [1, 2, 3, 0]);
    assert_eq!(driver.bytes(BUFFERS + 80, 4), [4, 0, 0, 0]);
}

#[test]
fn a_driver_may_want_no_interrupt() {
    let (mut queue, mut driver) = queue();
    driver.chain(0, &[(BUFFERS, 4, true)]);
    let chain = queue.take(&driver.ram).unwrap().unwrap();
    assert_eq!(queue.give_back(&mut driver.ram, &chain, 4), Ok(true));
    driver.ram.fill(Driver::available(0), &[1, 0]).unwrap();
    assert_eq!(queue.give_back(&mut driver.ram, &chain, 4), Ok(false));
}
