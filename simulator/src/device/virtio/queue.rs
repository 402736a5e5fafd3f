//! A split virtqueue in the guest's RAM (virtio 1.1, 2.6).

use crate::ram::Ram;

/// The most descriptors that a queue can have.
pub(super) const SIZE_MAX: u32 = 1024;

/// The most bytes in the buffers of one chain.
pub const CHAIN_BYTES: u64 = 2 << 20;

/// Bytes of a descriptor, of an index into the table, and of an element of the device area.
const DESCRIPTOR_BYTES: u64 = 16;
const INDEX_BYTES: u64 = 2;
const ELEMENT_BYTES: u64 = 8;

/// Each ring begins with two halfwords, flags and the index that comes next.
const RING: u64 = 4;
const RING_INDEX: usize = 2;
const RING_ENTRIES: usize = 4;

/// Of a descriptor (2.6.5).
const FLAG_NEXT: u16 = 1;
const FLAG_WRITE: u16 = 2;
const FLAG_INDIRECT: u16 = 4;

/// Of the driver area (2.6.6): used buffers are not to be announced.
const FLAG_NO_INTERRUPT: u16 = 1;

/// What is wrong with a queue. It is not looked at again before a reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nonsense {
    /// An area is not wholly in RAM or not aligned (2.6).
    Area,
    /// More chains were made available than the queue has descriptors.
    Available,
    /// A descriptor that the table does not have.
    Index,
    /// The chain has more descriptors than the table: it is a loop (2.6.5).
    Loop,
    /// Indirect descriptors were not offered (2.6.5.3).
    Indirect,
    /// A buffer of no bytes, which QEMU does not take either.
    Empty,
    /// A buffer to read behind one to write (2.6.4.2).
    Order,
    /// A buffer that is not wholly in RAM.
    Outside,
    /// More than [`CHAIN_BYTES`].
    Long,
    /// The device does not know what is asked.
    Request,
}

/// A queue, as the driver has set it up.
#[derive(Debug, Clone, Default)]
pub(super) struct Queue {
    size: u16,
    /// Addresses of its areas: descriptors, driver (available ring), device (used ring).
    pub(super) areas: [u64; 3],
    ready: bool,
    /// The driver has said that there is something.
    pub(super) notified: bool,
    taken: u16,
    used: u16,
}

/// Where the areas are in RAM.
struct Rings {
    descriptors: usize,
    driver: usize,
    device: usize,
}

impl Queue {
    /// Whether the device may use it.
    pub(super) fn is_ready(&self) -> bool {
        self.ready
    }

    /// Descriptors in the table; 0 before the driver has chosen.
    pub(super) fn size(&self) -> u16 {
        self.size
    }

    /// Takes a size that is one (2.6: a power of two); any other is ignored.
    pub(super) fn set_size(&mut self, size: u32) {
        if size.is_power_of_two() && size <= SIZE_MAX {
            self.size = u16::try_from(size).unwrap_or(0);
        }
    }

    /// Begins at the beginning, or stops. A queue without a size does not begin.
    pub(super) fn set_ready(&mut self, ready: bool) {
        self.ready = ready && self.size != 0;
        self.taken = 0;
        self.used = 0;
    }

    /// The next chain that the driver made available.
    pub(super) fn take(&mut self, ram: &Ram) -> Result<Option<Chain>, Nonsense> {
        let rings = self.rings(ram)?;
        let waiting = ram
            .halfword(rings.driver + RING_INDEX)
            .wrapping_sub(self.taken);
        if waiting == 0 {
            return Ok(None);
        }
        if waiting > self.size {
            return Err(Nonsense::Available);
        }
        let slot = usize::from(self.taken % self.size);
        let head = ram.halfword(rings.driver + RING_ENTRIES + 2 * slot);
        let chain = self.chain(ram, rings.descriptors, head)?;
        self.taken = self.taken.wrapping_add(1);
        Ok(Some(chain))
    }

    /// Gives a chain back with so many bytes written (2.6.8); whether to interrupt the driver.
    pub(super) fn give_back(
        &mut self,
        ram: &mut Ram,
        chain: &Chain,
        written: u64,
    ) -> Result<bool, Nonsense> {
        let rings = self.rings(ram)?;
        let slot = usize::from(self.used % self.size);
        let element = rings.device + RING_ENTRIES + 8 * slot;
        ram.store(element, u64::from(chain.head), 4);
        ram.store(element + 4, written, 4);
        self.used = self.used.wrapping_add(1);
        ram.store(rings.device + RING_INDEX, u64::from(self.used), 2);
        Ok(ram.halfword(rings.driver) & FLAG_NO_INTERRUPT == 0)
    }

    fn rings(&self, ram: &Ram) -> Result<Rings, Nonsense> {
        let size = u64::from(self.size);
        let [descriptors, driver, device] = self.areas;
        Ok(Rings {
            descriptors: area(ram, descriptors, 16, DESCRIPTOR_BYTES * size)?,
            driver: area(ram, driver, 2, RING + INDEX_BYTES * size)?,
            device: area(ram, device, 4, RING + ELEMENT_BYTES * size)?,
        })
    }

    fn chain(&self, ram: &Ram, table: usize, head: u16) -> Result<Chain, Nonsense> {
        let mut chain = Chain::new(head);
        let mut next = Some(head);
        while let Some(index) = next {
            if index >= self.size {
                return Err(Nonsense::Index);
            }
            if chain.buffers.len() == usize::from(self.size) {
                return Err(Nonsense::Loop);
            }
            let descriptor = Descriptor::load(ram, table + 16 * usize::from(index));
            chain.push(ram, descriptor)?;
            next = (descriptor.flags & FLAG_NEXT != 0).then_some(descriptor.next);
        }
        Ok(chain)
    }
}

/// Position in RAM of an area with this alignment.
fn area(ram: &Ram, address: u64, alignment: u64, length: u64) -> Result<usize, Nonsense> {
    let offset = address
        .is_multiple_of(alignment)
        .then(|| ram.offset(address, length));
    offset.flatten().ok_or(Nonsense::Area)
}

/// One entry of the table (2.6.5).
#[derive(Debug, Clone, Copy)]
struct Descriptor {
    address: u64,
    length: u32,
    flags: u16,
    next: u16,
}

impl Descriptor {
    fn load(ram: &Ram, offset: usize) -> Self {
        Self {
            address: ram.doubleword(offset),
            length: ram.word(offset + 8),
            flags: ram.halfword(offset + 12),
            next: ram.halfword(offset + 14),
        }
    }
}

/// A buffer, wholly in RAM.
#[derive(Debug, Clone, Copy)]
struct Buffer {
    address: u64,
    length: usize,
    written: bool,
}

/// A chain of buffers: those to read, then those to write.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    head: u16,
    buffers: Vec<Buffer>,
    /// Of all buffers together.
    bytes: u64,
}

impl Chain {
    fn new(head: u16) -> Self {
        Self {
            head,
            buffers: Vec::new(),
            bytes: 0,
        }
    }

    fn push(&mut self, ram: &Ram, descriptor: Descriptor) -> Result<(), Nonsense> {
        let (address, length) = (descriptor.address, u64::from(descriptor.length));
        let written = descriptor.flags & FLAG_WRITE != 0;
        if descriptor.flags & FLAG_INDIRECT != 0 {
            return Err(Nonsense::Indirect);
        }
        if length == 0 {
            return Err(Nonsense::Empty);
        }
        if !written && self.buffers.last().is_some_and(|last| last.written) {
            return Err(Nonsense::Order);
        }
        ram.offset(address, length).ok_or(Nonsense::Outside)?;
        self.bytes += length;
        if self.bytes > CHAIN_BYTES {
            return Err(Nonsense::Long);
        }
        self.buffers.push(Buffer {
            address,
            length: usize::try_from(length).map_err(|_| Nonsense::Long)?,
            written,
        });
        Ok(())
    }

    /// What the driver sent.
    pub(super) fn request(&self, ram: &Ram) -> Vec<u8> {
        let sent = self.buffers.iter().filter(|buffer| !buffer.written);
        let slices = sent.filter_map(|buffer| ram.slice(buffer.address, buffer.length));
        slices.flatten().copied().collect()
    }

    /// Bytes that the device may write.
    pub(super) fn room(&self) -> usize {
        self.writable().map(|buffer| buffer.length).sum()
    }

    /// Writes from the first writable byte on.
    pub(super) fn write(&self, ram: &mut Ram, mut bytes: &[u8]) {
        for buffer in self.writable() {
            let (now, later) = bytes.split_at(buffer.length.min(bytes.len()));
            // The buffer lies in RAM since the chain was built.
            let _ = ram.fill(buffer.address, now);
            bytes = later;
        }
    }

    /// Virtual nanoseconds that it takes: one for each byte of the table and of the buffers.
    pub(super) fn duration_ns(&self) -> u64 {
        let descriptors = u64::try_from(self.buffers.len()).unwrap_or(u64::MAX);
        self.bytes + DESCRIPTOR_BYTES * descriptors
    }

    fn writable(&self) -> impl Iterator<Item = &Buffer> {
        self.buffers.iter().filter(|buffer| buffer.written)
    }
}

#[cfg(test)]
mod tests;
