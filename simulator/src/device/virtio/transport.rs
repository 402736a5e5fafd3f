//! The transport: a register file in a page of its own (virtio 1.1, 4.2).

use super::queue::{Chain, Nonsense};
use super::session::{Layout, Session};
use super::{Console, VirtioDevice};
use crate::bits::low_u32;
use crate::device::Device;
use crate::ram::Ram;

const MAGIC: u32 = 0x7472_6976;
const VENDOR: u32 = 0x554d_4551;

/// What identifies a transport.
mod register {
    pub(super) const MAGIC: u64 = 0x0;
    pub(super) const VERSION: u64 = 0x4;
    pub(super) const DEVICE: u64 = 0x8;
    pub(super) const VENDOR: u64 = 0xc;
    /// The device's configuration space begins here.
    pub(super) const CONFIGURATION: u64 = 0x100;
}

/// Bytes that the registers take; QEMU answers nowhere else in the page.
const REGISTERS_BYTES: u64 = 0x200;

/// A transport, with or without a device.
///
/// Without one a driver reads device id 0 and goes away. Like QEMU's, it answers accesses of any
/// width, though the specification has only those of 4 bytes to registers (4.2.2.2): to those of
/// a device that is there, others are loads of 0 and no stores.
#[derive(Debug, Clone, Default)]
pub struct VirtioMmio {
    layout: Layout,
    plugged: Option<Plugged>,
}

/// A device, and what was agreed on with it.
#[derive(Debug, Clone)]
struct Plugged {
    device: VirtioDevice,
    session: Session,
    /// When the device has done what it has last begun.
    busy_until_ns: u64,
}

impl VirtioMmio {
    /// Puts a device behind the transport, in reset; false where there is one.
    pub fn plug(&mut self, device: VirtioDevice) -> bool {
        let is_free = self.plugged.is_none();
        let session = session(self.layout, &device);
        self.plugged.get_or_insert(Plugged {
            device,
            session,
            busy_until_ns: 0,
        });
        is_free
    }

    /// Chooses the registers, which resets the device.
    pub fn set_layout(&mut self, layout: Layout) {
        self.layout = layout;
        if let Some(plugged) = &mut self.plugged {
            plugged.reset(layout);
        }
    }

    /// Serves what the driver made available, as far as the device comes by now.
    pub fn serve(&mut self, ram: &mut Ram, now_ns: u64) {
        if let Some(plugged) = &mut self.plugged {
            plugged.serve(ram, now_ns);
        }
    }

    /// What a console has transmitted since the last call.
    pub fn drain_output(&mut self) -> Vec<u8> {
        self.console().map_or(Vec::new(), |it| it.drain_output())
    }

    /// The other end of a console sends these bytes; false where none is plugged in.
    pub fn send_to_guest(&mut self, bytes: &[u8]) -> bool {
        let console = self.console().map(|it| it.send_to_guest(bytes));
        console.is_some()
    }

    fn console(&mut self) -> Option<&mut Console> {
        match self.plugged.as_mut().map(|plugged| &mut plugged.device) {
            Some(VirtioDevice::Console(console)) => Some(console),
            _ => None,
        }
    }

    /// The 1, 2 or 4 bytes there.
    fn read_narrow(&self, offset: u64, width: usize) -> u32 {
        match (&self.plugged, offset) {
            (Some(plugged), register::CONFIGURATION..) => {
                plugged.configuration(offset - register::CONFIGURATION, width)
            }
            (Some(_), _) if width != 4 => 0,
            (_, register::MAGIC) => MAGIC,
            (_, register::VERSION) => self.layout.version(),
            (_, register::VENDOR) => VENDOR,
            (Some(plugged), register::DEVICE) => plugged.device.backend().id(),
            (Some(plugged), _) => plugged.session.read(offset),
            (None, _) => 0,
        }
    }

    fn write_word(&mut self, offset: u64, value: u32) {
        if let Some(plugged) = &mut self.plugged
            && plugged.session.write(offset, value)
        {
            plugged.reset(self.layout);
        }
    }
}

fn session(layout: Layout, device: &VirtioDevice) -> Session {
    let backend = device.backend();
    Session::new(layout, backend.features(), backend.queues())
}

impl Plugged {
    /// As after plugging in; what the device has stored stays, and so does how long it is busy.
    fn reset(&mut self, layout: Layout) {
        self.session = session(layout, &self.device);
    }

    fn configuration(&self, offset: u64, width: usize) -> u32 {
        let mut bytes = [0; 4];
        for (byte, offset) in bytes.iter_mut().zip(offset..).take(width) {
            *byte = self.device.backend().config(offset);
        }
        u32::from_le_bytes(bytes)
    }

    /// The first queue that has something for the device, as far as notifications tell.
    fn waiting(&self) -> Option<usize> {
        let queues = self.session.queues.iter().enumerate();
        let mut waiting = queues.filter(|(index, queue)| {
            queue.is_ready() && queue.notified && self.device.backend().takes(*index)
        });
        let first = waiting.next().map(|(index, _)| index);
        first.filter(|_| self.session.is_live())
    }

    /// Serves one chain, unless it is still at the one before.
    fn serve(&mut self, ram: &mut Ram, now_ns: u64) {
        while now_ns >= self.busy_until_ns
            && let Some(index) = self.waiting()
        {
            match self.serve_one(index, ram) {
                Ok(Some(duration_ns)) => self.busy_until_ns = now_ns.saturating_add(duration_ns),
                Ok(None) => self.session.queues[index].notified = false,
                Err(nonsense) => self.session.fail(nonsense),
            }
        }
    }

    /// Serves the next chain of a queue; how long that takes.
    fn serve_one(&mut self, index: usize, ram: &mut Ram) -> Result<Option<u64>, Nonsense> {
        let Some(chain) = self.session.queues[index].take(ram)? else {
            return Ok(None);
        };
        let written = self.answer(index, &chain, ram)?;
        if self.session.queues[index].give_back(ram, &chain, written)? {
            self.session.announce();
        }
        Ok(Some(chain.duration_ns()))
    }

    /// Writes the device's answer; how many bytes that are.
    fn answer(&mut self, index: usize, chain: &Chain, ram: &mut Ram) -> Result<u64, Nonsense> {
        let request = chain.request(ram);
        let backend = self.device.backend_mut();
        let answer = backend.answer(index, &request, chain.room());
        let answer = answer.ok_or(Nonsense::Request)?;
        chain.write(ram, &answer);
        u64::try_from(answer.len()).map_err(|_| Nonsense::Long)
    }
}

impl Device for VirtioMmio {
    fn accepts(&self, offset: u64, _width: usize) -> bool {
        offset < REGISTERS_BYTES
    }

    fn read(&mut self, offset: u64, width: usize, _now_ns: u64) -> u64 {
        let low = u64::from(self.read_narrow(offset, width.min(4)));
        match width {
            8 => low | u64::from(self.read_narrow(offset + 4, 4)) << 32,
            _ => low,
        }
    }

    fn write(&mut self, offset: u64, value: u64, width: usize, _now_ns: u64) {
        if width >= 4 {
            self.write_word(offset, low_u32(value));
        }
        if width == 8 {
            self.write_word(offset + 4, low_u32(value >> 32));
        }
    }

    fn interrupt(&self) -> bool {
        let plugged = self.plugged.as_ref();
        plugged.is_some_and(|plugged| plugged.session.interrupt())
    }

    fn next_change_ns(&self, now_ns: u64) -> Option<u64> {
        let plugged = self.plugged.as_ref()?;
        let is_later = plugged.busy_until_ns > now_ns;
        plugged.waiting().filter(|_| is_later)?;
        Some(plugged.busy_until_ns)
    }
}

#[cfg(test)]
mod tests;
