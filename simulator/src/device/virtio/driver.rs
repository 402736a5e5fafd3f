//! A small driver, for tests: it sets up every queue and makes chains of what it is told.

use septum_core::spec::RawRange;

use super::{Layout, VirtioDevice, VirtioMmio};
use crate::device::Device;
use crate::ram::Ram;

pub(super) const RAM: u64 = 0x8000_0000;
pub(super) const RAM_BYTES: u64 = 0x40_0000;
/// Where tests put buffers.
pub(super) const BUFFERS: u64 = RAM + 0x10_0000;
/// Descriptors of each queue.
pub(super) const SIZE: u16 = 8;
pub(super) const BOTH: [Layout; 2] = [Layout::Legacy, Layout::Modern];

pub(super) const NEXT: u16 = 1;
pub(super) const WRITE: u16 = 2;
pub(super) const INDIRECT: u16 = 4;

const PAGE: u64 = 4096;

pub(super) struct Driver {
    pub(super) ram: Ram,
    pub(super) transport: VirtioMmio,
    pub(super) now_ns: u64,
    published: [u16; 2],
}

/// A buffer of a chain: address, length, whether the device writes it.
pub(super) type Piece = (u64, u32, bool);

impl Driver {
    /// A driver that has done all that comes before the first buffer (virtio 1.1, 3.1).
    pub(super) fn new(layout: Layout, device: VirtioDevice) -> Self {
        let mut driver = Self::unplugged(layout);
        assert!(driver.transport.plug(device));
        driver.begin();
        driver
    }

    pub(super) fn unplugged(layout: Layout) -> Self {
        let range = RawRange {
            base: RAM,
            size_bytes: RAM_BYTES,
        };
        let mut transport = VirtioMmio::default();
        transport.set_layout(layout);
        Self {
            ram: Ram::new(&[range]).unwrap(),
            transport,
            now_ns: 0,
            published: [0; 2],
        }
    }

    /// From reset to ready.
    pub(super) fn begin(&mut self) {
        self.published = [0; 2];
        for queue in 0..2 {
            self.ram.fill(Self::base(queue), &[0; 0x2000]).unwrap();
        }
        for status in [0, 1, 3] {
            self.set(0x70, status);
        }
        let modern = self.register(0x4) == 2;
        for (half, features) in [(0, 0), (1, u32::from(modern))] {
            self.set(0x24, half);
            self.set(0x20, features);
        }
        self.set(0x70, 0xb);
        self.set(0x28, 4096);
        for queue in 0..2 {
            self.place(queue, modern);
        }
        self.set(0x70, 0xf);
    }

    fn place(&mut self, queue: u32, modern: bool) {
        let low = |address: u64| crate::bits::low_u32(address);
        self.set(0x30, queue);
        self.set(0x38, u32::from(SIZE));
        if modern {
            let queue = usize::try_from(queue).unwrap();
            self.set(0x80, low(Self::base(queue)));
            self.set(0x90, low(Self::available(queue)));
            self.set(0xa0, low(Self::used_ring(queue)));
            self.set(0x44, 1);
        } else {
            let queue = usize::try_from(queue).unwrap();
            self.set(0x3c, 4096);
            self.set(0x40, low(Self::base(queue) / PAGE));
        }
    }

    pub(super) fn register(&mut self, offset: u64) -> u32 {
        crate::bits::low_u32(self.transport.read(offset, 4, self.now_ns))
    }

    /// Stores to a register; the bus lets the device serve after each store.
    pub(super) fn set(&mut self, offset: u64, value: u32) {
        self.transport
            .write(offset, u64::from(value), 4, self.now_ns);
        self.transport.serve(&mut self.ram, self.now_ns);
    }

    pub(super) fn base(queue: usize) -> u64 {
        RAM + 0x2000 * (u64::try_from(queue).unwrap() + 1)
    }

    pub(super) fn available(queue: usize) -> u64 {
        Self::base(queue) + 16 * u64::from(SIZE)
    }

    pub(super) fn used_ring(queue: usize) -> u64 {
        Self::base(queue) + PAGE
    }

    pub(super) fn descriptor(&mut self, queue: usize, index: u16, words: (u64, u32, u16, u16)) {
        let (address, length, flags, next) = words;
        let bytes = [
            &address.to_le_bytes()[..],
            &length.to_le_bytes(),
            &flags.to_le_bytes(),
            &next.to_le_bytes(),
        ];
        let place = Self::base(queue) + 16 * u64::from(index);
        self.ram.fill(place, &bytes.concat()).unwrap();
    }

    /// A chain from descriptor 0 on, made available and not yet notified.
    pub(super) fn chain(&mut self, queue: usize, pieces: &[Piece]) {
        let last = pieces.len() - 1;
        for (position, (address, length, write)) in pieces.iter().enumerate() {
            let index = u16::try_from(position).unwrap();
            let flags = if *write { WRITE } else { 0 } | if position < last { NEXT } else { 0 };
            self.descriptor(queue, index, (*address, *length, flags, index + 1));
        }
        self.publish(queue, 0);
    }

    /// Makes the chain that begins with this descriptor available.
    pub(super) fn publish(&mut self, queue: usize, head: u16) {
        let slot = u64::from(self.published[queue] % SIZE);
        let ring = Self::available(queue);
        self.ram
            .fill(ring + 4 + 2 * slot, &head.to_le_bytes())
            .unwrap();
        let next = self.published[queue].wrapping_add(1);
        self.set_available(queue, next);
    }

    /// Says how many chains were made available so far.
    pub(super) fn set_available(&mut self, queue: usize, index: u16) {
        self.published[queue] = index;
        let ring = Self::available(queue);
        self.ram.fill(ring + 2, &index.to_le_bytes()).unwrap();
    }

    pub(super) fn notify(&mut self, queue: u32) {
        self.set(0x50, queue);
    }

    /// Time passes until the device has nothing to do.
    pub(super) fn settle(&mut self) {
        while let Some(next_ns) = self.transport.next_change_ns(self.now_ns) {
            assert!(next_ns > self.now_ns);
            self.now_ns = next_ns;
            self.transport.serve(&mut self.ram, self.now_ns);
        }
    }

    /// How many chains came back, and the last one: head and length.
    pub(super) fn used(&self, queue: usize) -> (u16, u32, u32) {
        let ring = self.ram.offset(Self::used_ring(queue), 0x100).unwrap();
        let index = self.ram.halfword(ring + 2);
        let last = ring + 4 + 8 * usize::from(index.wrapping_sub(1) % SIZE);
        (index, self.ram.word(last), self.ram.word(last + 4))
    }

    pub(super) fn bytes(&self, address: u64, length: usize) -> Vec<u8> {
        self.ram.slice(address, length).unwrap().to_vec()
    }
}
