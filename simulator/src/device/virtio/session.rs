//! What driver and device have agreed on since the last reset: the registers of a transport
//! (virtio 1.1, 4.2.2, and 4.2.4 for the legacy ones).

use super::queue::{Nonsense, Queue, SIZE_MAX};
use crate::bits::{low_u8, low_u32, merge};

/// Offsets of the registers.
mod register {
    pub(super) const DEVICE_FEATURES: u64 = 0x10;
    pub(super) const DEVICE_FEATURES_SELECT: u64 = 0x14;
    pub(super) const DRIVER_FEATURES: u64 = 0x20;
    pub(super) const DRIVER_FEATURES_SELECT: u64 = 0x24;
    pub(super) const GUEST_PAGE_SIZE: u64 = 0x28;
    pub(super) const QUEUE_SELECT: u64 = 0x30;
    pub(super) const QUEUE_SIZE_MAX: u64 = 0x34;
    pub(super) const QUEUE_SIZE: u64 = 0x38;
    pub(super) const QUEUE_ALIGN: u64 = 0x3c;
    pub(super) const QUEUE_PAGE: u64 = 0x40;
    pub(super) const QUEUE_READY: u64 = 0x44;
    pub(super) const QUEUE_NOTIFY: u64 = 0x50;
    pub(super) const INTERRUPT_STATUS: u64 = 0x60;
    pub(super) const INTERRUPT_ACKNOWLEDGE: u64 = 0x64;
    pub(super) const STATUS: u64 = 0x70;
    /// Three areas, each with a low and a high half and 8 bytes of nothing.
    pub(super) const AREAS: u64 = 0x80;
    pub(super) const AREAS_END: u64 = 0xb0;
    /// A length of all ones is a shared memory that does not exist (virtio 1.2, 4.2.2).
    pub(super) const SHARED_LENGTH: u64 = 0xb0;
    pub(super) const SHARED_LENGTH_HIGH: u64 = 0xb4;
}

/// Bits of the device status (2.1).
pub(super) mod status {
    pub(in super::super) const DRIVER_OK: u32 = 4;
    pub(in super::super) const FEATURES_OK: u32 = 8;
    pub(in super::super) const NEEDS_RESET: u32 = 64;
    pub(in super::super) const FAILED: u32 = 128;
    pub(super) const ALL: u32 = 0xff;
}

/// Bits of the interrupt status (4.2.2).
mod interrupt {
    pub(super) const USED: u32 = 1;
    pub(super) const CONFIGURATION: u32 = 2;
}

/// The device is no legacy one (6).
const FEATURE_VERSION_1: u64 = 1 << 32;

/// Which registers there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// Version 1, before the standard: what QEMU's `virt` has unless it is told otherwise.
    #[default]
    Legacy,
    /// Version 2: QEMU with `-global virtio-mmio.force-legacy=false`.
    Modern,
}

impl Layout {
    /// The number in the version register.
    pub(super) fn version(self) -> u32 {
        match self {
            Self::Legacy => 1,
            Self::Modern => 2,
        }
    }
}

/// The state of a transport with a device behind it.
#[derive(Debug, Clone)]
pub(super) struct Session {
    layout: Layout,
    offered: u64,
    accepted: u64,
    /// Which halves of the features the registers show: device's, driver's.
    halves: [u32; 2],
    status: u32,
    interrupts: u32,
    selected: usize,
    /// Legacy: bytes of a page and alignment of the device area, for all queues that are placed.
    page_bytes: u64,
    alignment: u64,
    /// Legacy: the page of each queue.
    pages: Vec<u32>,
    pub(super) queues: Vec<Queue>,
    /// A queue made no sense; nothing is served before a reset.
    broken: Option<Nonsense>,
}

impl Session {
    /// After a reset.
    pub(super) fn new(layout: Layout, features: u64, queues: usize) -> Self {
        Self {
            layout,
            offered: features
                | match layout {
                    Layout::Legacy => 0,
                    Layout::Modern => FEATURE_VERSION_1,
                },
            accepted: 0,
            halves: [0; 2],
            status: 0,
            interrupts: 0,
            selected: 0,
            page_bytes: 1,
            alignment: 4096,
            pages: vec![0; queues],
            queues: vec![Queue::default(); queues],
            broken: None,
        }
    }

    /// Level of the interrupt line.
    pub(super) fn interrupt(&self) -> bool {
        self.interrupts != 0
    }

    /// Whether queues are to be served: the driver is ready and has not given up (2.1), and
    /// nothing is broken.
    pub(super) fn is_live(&self) -> bool {
        let needed = match self.layout {
            Layout::Legacy => status::DRIVER_OK,
            Layout::Modern => status::DRIVER_OK | status::FEATURES_OK,
        };
        let given_up = self.status & status::FAILED != 0;
        self.status & needed == needed && !given_up && self.broken.is_none()
    }

    /// Announces used buffers.
    pub(super) fn announce(&mut self) {
        self.interrupts |= interrupt::USED;
    }

    /// Gives up until a reset. A driver of version 2 is told (2.1.2); one of version 1 has no
    /// word for it.
    pub(super) fn fail(&mut self, why: Nonsense) {
        self.broken = Some(why);
        if self.layout == Layout::Modern {
            self.status |= status::NEEDS_RESET;
            self.interrupts |= interrupt::CONFIGURATION;
        }
    }

    /// Loads a register.
    pub(super) fn read(&self, offset: u64) -> u32 {
        let queue = self.queues.get(self.selected);
        let legacy = self.layout == Layout::Legacy;
        match offset {
            register::DEVICE_FEATURES => half(self.offered, self.halves[0]),
            register::QUEUE_SIZE_MAX => queue.map_or(0, |_| SIZE_MAX),
            register::QUEUE_PAGE if legacy => self.pages.get(self.selected).copied().unwrap_or(0),
            register::QUEUE_READY if !legacy => queue.map_or(0, |it| u32::from(it.is_ready())),
            register::INTERRUPT_STATUS => self.interrupts,
            register::STATUS => self.status,
            register::SHARED_LENGTH | register::SHARED_LENGTH_HIGH => u32::MAX,
            _ => 0,
        }
    }

    /// Stores to a register; true when that resets the device (2.1: a status of 0).
    pub(super) fn write(&mut self, offset: u64, value: u32) -> bool {
        match offset {
            register::DEVICE_FEATURES_SELECT => self.halves[0] = value,
            register::DRIVER_FEATURES => self.accept(value),
            register::DRIVER_FEATURES_SELECT => self.halves[1] = value,
            register::QUEUE_SELECT => self.selected = index(value),
            register::QUEUE_NOTIFY => self.notify(value),
            register::INTERRUPT_ACKNOWLEDGE => self.interrupts &= !value,
            register::STATUS if value & status::ALL == 0 => return true,
            register::STATUS => self.set_status(value & status::ALL),
            _ => match self.layout {
                Layout::Legacy => self.write_legacy(offset, value),
                Layout::Modern => self.write_modern(offset, value),
            },
        }
        false
    }

    /// What only version 1 has (4.2.4).
    fn write_legacy(&mut self, offset: u64, value: u32) {
        match offset {
            // As QEMU: the lowest bit that is set counts, and without one there are no pages.
            register::GUEST_PAGE_SIZE => self.page_bytes = 1 << (value.trailing_zeros() % 32),
            register::QUEUE_ALIGN if value.is_power_of_two() => self.alignment = u64::from(value),
            register::QUEUE_PAGE => self.place(value),
            register::QUEUE_SIZE => self.set_size(value),
            _ => {}
        }
    }

    /// What only version 2 has. What a queue is made of does not change while it is in use.
    fn write_modern(&mut self, offset: u64, value: u32) {
        match offset {
            register::QUEUE_SIZE => self.set_size(value),
            register::QUEUE_READY => {
                if let Some(queue) = self.queues.get_mut(self.selected) {
                    queue.set_ready(value != 0);
                }
            }
            register::AREAS..register::AREAS_END => self.set_area(offset - register::AREAS, value),
            _ => {}
        }
    }

    /// The selected queue, unless it is in use.
    fn idle_queue(&mut self) -> Option<&mut Queue> {
        let queue = self.queues.get_mut(self.selected);
        queue.filter(|queue| !queue.is_ready())
    }

    fn set_size(&mut self, value: u32) {
        if let Some(queue) = self.idle_queue() {
            queue.set_size(value);
        }
    }

    /// Half of an area's address: 16 bytes of registers an area, of which two are used.
    fn set_area(&mut self, offset: u64, value: u32) {
        let Some(queue) = self.idle_queue() else {
            return;
        };
        let area = &mut queue.areas[usize::from(low_u8(offset / 16))];
        match offset % 16 {
            0 => *area = merge(*area, u64::from(value), u64::from(u32::MAX)),
            4 => *area = merge(*area, u64::from(value) << 32, u64::from(u32::MAX) << 32),
            _ => {}
        }
    }

    /// Legacy: the queue begins at this page, its areas one behind the other (2.6.2); page 0
    /// stops it.
    fn place(&mut self, page: u32) {
        let (page_bytes, alignment) = (self.page_bytes, self.alignment);
        let Some(queue) = self.queues.get_mut(self.selected) else {
            return;
        };
        let size = u64::from(queue.size());
        let descriptors = u64::from(page) * page_bytes;
        let driver = descriptors + 16 * size;
        let device = (driver + 6 + 2 * size).next_multiple_of(alignment);
        queue.areas = [descriptors, driver, device];
        queue.set_ready(page != 0);
        self.pages[self.selected] = page;
    }

    fn notify(&mut self, queue: u32) {
        if let Some(queue) = self.queues.get_mut(index(queue)) {
            queue.notified = true;
        }
    }

    /// Takes half of the driver's features, until they are settled (2.2, 3.1.1).
    fn accept(&mut self, value: u32) {
        if self.status & status::FEATURES_OK == 0 {
            let old = self.accepted;
            match self.halves[1] {
                0 => self.accepted = merge(old, u64::from(value), u64::from(u32::MAX)),
                1 => self.accepted = u64::from(value) << 32 | old & u64::from(u32::MAX),
                _ => {}
            }
        }
    }

    /// The driver's status; that it needs a reset is the device's to say. Features that were not
    /// offered, or of a legacy driver at a device that is none, are not agreed to (2.2.2, 6.2).
    fn set_status(&mut self, value: u32) {
        let agreed = self.accepted & !self.offered == 0
            && (self.layout == Layout::Legacy || self.accepted & FEATURE_VERSION_1 != 0);
        let refused = if agreed { 0 } else { status::FEATURES_OK };
        let own = self.status & status::NEEDS_RESET;
        self.status = value & !status::NEEDS_RESET & !refused | own;
    }
}

/// The low or the high half of the features; there are no more.
fn half(features: u64, half: u32) -> u32 {
    match half {
        0 => low_u32(features),
        1 => low_u32(features >> 32),
        _ => 0,
    }
}

/// A number from a register, to look up.
fn index(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}
