//! Everything behind a physical address: RAM, devices, and nothing.

use septum_core::spec::{RawDevice, RawDeviceKind};
use septum_core::system::Machine;
use thiserror::Error;

use crate::bits::field;
use crate::cpu::InterruptLines;
use crate::device::{
    Clint, Device, Finisher, Layout, Plic, PowerOff, Rtc, SOURCES, Uart, VirtioDevice, VirtioMmio,
};
use crate::monitor::{Monitor, Remark, Subject, Violation};
use crate::ram::Ram;

/// RAM and devices are placed by whole pages.
pub const PAGE_BYTES: u64 = 4096;

/// The machine description cannot be simulated.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BusError {
    /// RAM that is not whole pages, wraps around, or is more than this host has.
    #[error("RAM of {size_bytes} bytes at {base:#x} cannot be simulated")]
    Ram {
        /// First address.
        base: u64,
        /// Length in bytes.
        size_bytes: u64,
    },
    /// An interrupt source that the PLIC does not have.
    #[error("device {device} raises interrupt source {source_number}, the PLIC has 1 to {}", SOURCES - 1)]
    Source {
        /// Name of the device.
        device: String,
        /// The source.
        source_number: u64,
    },
    /// `ns_per_tick` would be zero.
    #[error("a timer of {timebase_hz} Hz cannot be simulated in nanoseconds")]
    Timebase {
        /// Frequency in hertz.
        timebase_hz: u64,
    },
}

/// Nothing answers there at this width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessFault;

/// Something that a device did, at the time of the access or change that caused it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusEvent {
    /// Virtual time in nanoseconds.
    pub time_ns: u64,
    /// What.
    pub kind: BusEventKind,
}

/// What a device did. `device` is its position in the machine description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BusEventKind {
    /// An interrupt line went high.
    Raised {
        /// The device.
        device: usize,
        /// PLIC source.
        source: usize,
    },
    /// The hart claimed an interrupt.
    Claimed {
        /// PLIC source.
        source: usize,
    },
    /// The hart completed an interrupt.
    Completed {
        /// PLIC source.
        source: usize,
    },
    /// A UART or a virtio console transmitted a byte.
    Transmitted {
        /// The device.
        device: usize,
        /// The byte.
        byte: u8,
    },
    /// The test finisher switched the machine off.
    PowerOff(PowerOff),
    /// The separation monitor saw what the design does not grant.
    Violation(Violation),
}

#[derive(Debug, Clone)]
enum Model {
    Clint(Clint),
    Plic(Box<Plic>),
    Uart(Uart),
    Finisher(Finisher),
    Rtc(Rtc),
    VirtioMmio(Box<VirtioMmio>),
}

impl Model {
    fn new(kind: RawDeviceKind, machine: &Machine) -> Self {
        let harts = machine.harts;
        match kind {
            RawDeviceKind::Clint => Self::Clint(Clint::new(harts, machine.ns_per_tick())),
            RawDeviceKind::Plic => Self::Plic(Box::new(Plic::new(harts))),
            RawDeviceKind::Uart16550 => Self::Uart(Uart::default()),
            RawDeviceKind::TestFinisher => Self::Finisher(Finisher::default()),
            RawDeviceKind::Rtc => Self::Rtc(Rtc::default()),
            RawDeviceKind::VirtioMmio => Self::VirtioMmio(Box::default()),
        }
    }

    fn device(&self) -> &dyn Device {
        match self {
            Self::Clint(device) => device,
            Self::Plic(device) => device.as_ref(),
            Self::Uart(device) => device,
            Self::Finisher(device) => device,
            Self::Rtc(device) => device,
            Self::VirtioMmio(device) => device.as_ref(),
        }
    }

    fn device_mut(&mut self) -> &mut dyn Device {
        match self {
            Self::Clint(device) => device,
            Self::Plic(device) => device.as_mut(),
            Self::Uart(device) => device,
            Self::Finisher(device) => device,
            Self::Rtc(device) => device,
            Self::VirtioMmio(device) => device.as_mut(),
        }
    }
}

#[derive(Debug, Clone)]
struct Slot {
    base: u64,
    size: u64,
    sources: Vec<usize>,
    model: Model,
    /// When it changes by itself next; the largest number is never.
    next_ns: u64,
}

impl Slot {
    fn new(device: &RawDevice, machine: &Machine) -> Result<Self, BusError> {
        let sources = device
            .interrupts
            .iter()
            .map(|source| checked_source(device, *source));
        Ok(Self {
            base: device.base,
            size: device.size_bytes,
            sources: sources.collect::<Result<_, _>>()?,
            model: Model::new(device.kind, machine),
            // It is looked at once, at the begin.
            next_ns: 0,
        })
    }

    /// Offset of an access that lies wholly inside.
    fn offset(&self, address: u64, width: usize) -> Option<u64> {
        let offset = address.checked_sub(self.base)?;
        let end = offset.checked_add(u64::try_from(width).ok()?)?;
        (end <= self.size).then_some(offset)
    }
}

fn checked_source(device: &RawDevice, source: u64) -> Result<usize, BusError> {
    usize::try_from(source)
        .ok()
        .filter(|source| (1..SOURCES).contains(source))
        .ok_or_else(|| BusError::Source {
            device: device.name.clone(),
            source_number: source,
        })
}

/// An access to a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touched {
    /// Physical address.
    pub address: u64,
    /// How many bytes.
    pub width: usize,
    /// What was loaded or stored.
    pub value: u64,
}

/// Accesses to devices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Accesses {
    pub(crate) loads: Vec<Touched>,
    pub(crate) stores: Vec<Touched>,
}

/// Everything of a bus but what its RAM holds, at one instant.
#[derive(Debug, Clone)]
pub(crate) struct BusMark {
    slots: Vec<Slot>,
    events: Vec<BusEvent>,
    now_ns: u64,
    changed: bool,
    monitor: Option<Box<Monitor>>,
    reservations: Vec<Option<usize>>,
}

/// Everything behind a physical address.
#[derive(Debug, Clone)]
pub struct Bus {
    ram: Ram,
    slots: Vec<Slot>,
    /// Which of them drive the lines of harts.
    controllers: Vec<usize>,
    events: Vec<BusEvent>,
    /// Virtual nanoseconds since reset.
    now_ns: u64,
    /// Whether a device was touched since somebody last looked.
    changed: bool,
    monitor: Option<Box<Monitor>>,
    /// Accesses to devices, where somebody wants to know.
    accesses: Option<Accesses>,
}

impl Bus {
    /// The bus of a machine description, RAM zeroed, devices as after reset.
    ///
    /// # Errors
    /// When the description cannot be simulated.
    pub fn new(machine: &Machine) -> Result<Self, BusError> {
        let timebase_hz = machine.timebase_hz;
        if timebase_hz == 0 || machine.ns_per_tick() == 0 {
            return Err(BusError::Timebase { timebase_hz });
        }
        let slots = machine.devices.iter().map(|it| Slot::new(it, machine));
        let slots: Vec<Slot> = slots.collect::<Result<_, _>>()?;
        let drives = |slot: &Slot| matches!(slot.model, Model::Clint(_) | Model::Plic(_));
        let controllers = (0..slots.len()).filter(|device| drives(&slots[*device]));
        Ok(Self {
            ram: checked_ram(machine)?,
            controllers: controllers.collect(),
            slots,
            events: Vec::new(),
            now_ns: 0,
            changed: true,
            monitor: None,
            accesses: None,
        })
    }

    /// Everything but the RAM.
    pub(crate) fn mark(&self) -> BusMark {
        BusMark {
            slots: self.slots.clone(),
            events: self.events.clone(),
            now_ns: self.now_ns,
            changed: self.changed,
            monitor: self.monitor.clone(),
            reservations: self.ram.reservations().to_vec(),
        }
    }

    /// Makes everything but the RAM what it was.
    pub(crate) fn restore(&mut self, mark: &BusMark) {
        self.slots.clone_from(&mark.slots);
        self.events.clone_from(&mark.events);
        self.now_ns = mark.now_ns;
        self.changed = mark.changed;
        self.monitor.clone_from(&mark.monitor);
        self.ram.restore_reservations(&mark.reservations);
    }

    /// Who watches, if anybody does.
    pub(crate) fn monitor(&self) -> Option<&Monitor> {
        self.monitor.as_deref()
    }

    pub(crate) fn monitor_mut(&mut self) -> Option<&mut Monitor> {
        self.monitor.as_deref_mut()
    }

    /// From now on accesses are watched.
    pub(crate) fn watch(&mut self, monitor: Monitor) {
        self.monitor = Some(Box::new(monitor));
    }

    /// From now on accesses to devices are kept.
    pub(crate) fn listen(&mut self) {
        self.accesses = Some(Accesses::default());
    }

    /// The accesses to devices since the last call.
    pub(crate) fn take_touched(&mut self) -> Accesses {
        self.accesses
            .as_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }

    pub(crate) fn stop_watching(&mut self) {
        self.monitor = None;
    }

    /// Takes in what there is to say of an access of the instruction at a pc.
    pub(crate) fn remark(&mut self, subject: Subject, remark: Remark, pc: u64) {
        let ram = &self.ram;
        let monitor = self.monitor.as_deref_mut();
        if let Some(violation) = monitor.and_then(|it| it.take(ram, subject, remark, pc)) {
            self.changed = true;
            self.record(BusEventKind::Violation(violation));
        }
    }

    /// Virtual nanoseconds since reset.
    #[must_use]
    #[inline]
    pub fn now_ns(&self) -> u64 {
        self.now_ns
    }

    /// Moves time. Only the machine and its hart do.
    #[inline]
    pub(crate) fn set_now_ns(&mut self, now_ns: u64) {
        self.now_ns = now_ns;
    }

    /// Whether interrupt lines, timers or what a device has to say may have changed.
    #[inline]
    pub(crate) fn needs_attention(&self) -> bool {
        self.changed
    }

    /// The same, asked for before looking: the answer is given once.
    pub(crate) fn take_attention(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// Something of a device may have changed by other ways than an access.
    pub(crate) fn demand_attention(&mut self) {
        self.changed = true;
    }

    /// Main memory.
    #[must_use]
    #[inline]
    pub fn ram(&self) -> &Ram {
        &self.ram
    }

    /// Main memory, to write.
    #[inline]
    pub fn ram_mut(&mut self) -> &mut Ram {
        &mut self.ram
    }

    /// Whether a device answers an aligned access of this width at this address.
    #[must_use]
    pub fn device_accepts(&self, address: u64, width: usize) -> bool {
        self.find_device(address, width).is_ok()
    }

    /// Loads from RAM or from a device.
    ///
    /// # Errors
    /// When nothing answers there at this width.
    pub fn read(&mut self, address: u64, width: usize) -> Result<u64, AccessFault> {
        if let Some(offset) = self.ram_offset(address, width) {
            return Ok(self.ram.load(offset, width));
        }
        let now_ns = self.now_ns;
        let (device, offset) = self.find_device(address, width)?;
        let value = self.slots[device]
            .model
            .device_mut()
            .read(offset, width, now_ns);
        // To look at the clock changes nothing.
        if !matches!(self.slots[device].model, Model::Clint(_)) {
            self.settle(device);
        }
        let value = low_bytes(value, width);
        if let Some(accesses) = &mut self.accesses {
            accesses.loads.push(Touched {
                address,
                width,
                value,
            });
        }
        Ok(value)
    }

    /// Stores to RAM or to a device.
    ///
    /// # Errors
    /// When nothing answers there at this width.
    pub fn write(&mut self, address: u64, value: u64, width: usize) -> Result<(), AccessFault> {
        if let Some(offset) = self.ram_offset(address, width) {
            self.ram.store(offset, value, width);
            return Ok(());
        }
        let now_ns = self.now_ns;
        let (device, offset) = self.find_device(address, width)?;
        self.slots[device]
            .model
            .device_mut()
            .write(offset, low_bytes(value, width), width, now_ns);
        self.settle(device);
        if let Some(accesses) = &mut self.accesses {
            let value = low_bytes(value, width);
            accesses.stores.push(Touched {
                address,
                width,
                value,
            });
        }
        Ok(())
    }

    /// `mtime`, or 0 where there is no CLINT.
    #[must_use]
    pub fn time(&self) -> u64 {
        let time = self.slots.iter().find_map(|slot| match &slot.model {
            Model::Clint(clint) => Some(clint.time(self.now_ns)),
            _ => None,
        });
        time.unwrap_or(0)
    }

    /// Levels of the interrupt lines into a hart.
    #[must_use]
    pub fn lines(&self, hart: usize) -> InterruptLines {
        let mut lines = InterruptLines::default();
        for device in &self.controllers {
            match &self.slots[*device].model {
                Model::Clint(clint) => {
                    lines.software |= clint.software_pending(hart);
                    lines.timer |= clint.timer_pending(hart, self.now_ns);
                    lines.supervisor_timer |= clint.supervisor_timer_pending(hart, self.now_ns);
                }
                Model::Plic(plic) => {
                    lines.external |= plic.interrupts(2 * hart);
                    lines.supervisor_external |= plic.interrupts(2 * hart + 1);
                }
                _ => {}
            }
        }
        lines
    }

    /// The clock looks after a hart's `stimecmp` from now on, or no more.
    pub(crate) fn set_supervisor_timer(&mut self, hart: usize, ticks: Option<u64>) {
        for index in 0..self.controllers.len() {
            let device = self.controllers[index];
            if let Model::Clint(clint) = &mut self.slots[device].model
                && clint.set_supervisor_compare(hart, ticks)
            {
                self.update(device);
            }
        }
    }

    /// The next instant at which a device changes by itself, if any.
    #[must_use]
    pub fn next_change_ns(&self) -> Option<u64> {
        let next_ns = self.slots.iter().map(|slot| slot.next_ns).min();
        next_ns.filter(|next_ns| *next_ns != u64::MAX)
    }

    /// Brings those devices that change by themselves to the present.
    pub fn advance(&mut self) {
        for device in 0..self.slots.len() {
            if self.slots[device].next_ns <= self.now_ns {
                let model = self.slots[device].model.device_mut();
                model.advance(self.now_ns);
                self.serve(device);
                self.update(device);
            }
        }
    }

    /// What the devices did since the last call.
    pub fn drain_events(&mut self) -> Vec<BusEvent> {
        std::mem::take(&mut self.events)
    }

    /// Whether and how the test finisher has switched the machine off.
    #[must_use]
    pub fn power_off(&self) -> Option<PowerOff> {
        self.slots.iter().find_map(|slot| match &slot.model {
            Model::Finisher(finisher) => finisher.power_off(),
            _ => None,
        })
    }

    /// Whether [`Bus::drain_events`] has something.
    #[must_use]
    pub fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    /// The first UART's other end sends these bytes; false where there is no UART.
    pub fn send_to_uart(&mut self, bytes: &[u8]) -> bool {
        for device in 0..self.slots.len() {
            if let Model::Uart(uart) = &mut self.slots[device].model {
                uart.send_to_guest(bytes);
                self.settle(device);
                return true;
            }
        }
        false
    }

    /// The other end of a UART or of a virtio console sends these bytes; false where the device is
    /// neither.
    pub fn send_to(&mut self, device: usize, bytes: &[u8]) -> bool {
        match self.slots.get_mut(device).map(|slot| &mut slot.model) {
            Some(Model::Uart(uart)) => uart.send_to_guest(bytes),
            _ => return self.send_to_console(device, bytes),
        }
        self.settle(device);
        true
    }

    /// Puts a device behind a virtio-mmio transport; false where `device` is none or has one.
    pub fn plug(&mut self, device: usize, plugged: VirtioDevice) -> bool {
        self.transport(device).is_some_and(|it| it.plug(plugged))
    }

    /// Chooses the registers of all virtio-mmio transports.
    pub fn set_virtio_layout(&mut self, layout: Layout) {
        for device in 0..self.slots.len() {
            if let Some(transport) = self.transport(device) {
                transport.set_layout(layout);
            }
        }
    }

    /// The other end of a virtio console sends these bytes; false where there is none.
    pub fn send_to_console(&mut self, device: usize, bytes: &[u8]) -> bool {
        let sent = self
            .transport(device)
            .is_some_and(|it| it.send_to_guest(bytes));
        if sent {
            self.settle(device);
        }
        sent
    }

    fn transport(&mut self, device: usize) -> Option<&mut VirtioMmio> {
        match self.slots.get_mut(device).map(|slot| &mut slot.model) {
            Some(Model::VirtioMmio(transport)) => Some(transport),
            _ => None,
        }
    }

    fn ram_offset(&self, address: u64, width: usize) -> Option<usize> {
        self.ram.offset(address, u64::try_from(width).ok()?)
    }

    fn find_device(&self, address: u64, width: usize) -> Result<(usize, u64), AccessFault> {
        let found = self.slots.iter().enumerate().find_map(|(index, slot)| {
            let offset = slot.offset(address, width)?;
            slot.model
                .device()
                .accepts(offset, width)
                .then_some((index, offset))
        });
        found.ok_or(AccessFault)
    }

    /// After a device was touched: collects what it did and passes its interrupt on.
    fn settle(&mut self, device: usize) {
        self.changed = true;
        match &mut self.slots[device].model {
            Model::Uart(uart) => {
                for byte in uart.drain_output() {
                    self.record(BusEventKind::Transmitted { device, byte });
                }
            }
            Model::Finisher(finisher) => {
                if let Some(power_off) = finisher.power_off() {
                    self.record(BusEventKind::PowerOff(power_off));
                }
            }
            Model::Plic(plic) => {
                for claim in plic.drain_claims() {
                    let source = claim.source;
                    self.record(match claim.complete {
                        false => BusEventKind::Claimed { source },
                        true => BusEventKind::Completed { source },
                    });
                }
            }
            _ => self.serve(device),
        }
        self.update(device);
    }

    /// After a device has changed: when it does so next, and its interrupt.
    fn update(&mut self, device: usize) {
        let next_ns = self.slots[device]
            .model
            .device()
            .next_change_ns(self.now_ns);
        self.slots[device].next_ns = next_ns.unwrap_or(u64::MAX);
        self.update_levels(device);
    }

    /// Somebody outside writes to RAM, where there is RAM: it breaks the reservations of all harts.
    pub(crate) fn write_from_outside(&mut self, address: u64, bytes: &[u8]) {
        let author = self.ram.set_author(None);
        let _ = self.ram.fill(address, bytes);
        self.ram.set_author(author);
    }

    /// Lets a virtio device work on memory, and collects what it printed.
    fn serve(&mut self, device: usize) {
        if let Model::VirtioMmio(transport) = &mut self.slots[device].model {
            // Not by the hart that asked for it.
            let author = self.ram.set_author(None);
            transport.serve(&mut self.ram, self.now_ns);
            self.ram.set_author(author);
            for byte in transport.drain_output() {
                self.record(BusEventKind::Transmitted { device, byte });
            }
        }
    }

    fn update_levels(&mut self, device: usize) {
        let level = self.slots[device].model.device().interrupt();
        for index in 0..self.slots[device].sources.len() {
            let source = self.slots[device].sources[index];
            if self.set_source(source, level) {
                self.record(BusEventKind::Raised { device, source });
            }
        }
    }

    /// Sets a source's level; true when it has risen.
    fn set_source(&mut self, source: usize, level: bool) -> bool {
        self.plic().is_some_and(|plic| {
            let rises = level && !plic.level(source);
            plic.set_level(source, level);
            rises
        })
    }

    /// The interrupt controller, if there is one.
    pub(crate) fn plic(&mut self) -> Option<&mut Plic> {
        let mut slots = self.slots.iter_mut();
        slots.find_map(|slot| match &mut slot.model {
            Model::Plic(plic) => Some(plic.as_mut()),
            _ => None,
        })
    }

    fn record(&mut self, kind: BusEventKind) {
        self.events.push(BusEvent {
            time_ns: self.now_ns,
            kind,
        });
    }
}

fn checked_ram(machine: &Machine) -> Result<Ram, BusError> {
    let largest = machine.ram.iter().max_by_key(|range| range.size_bytes);
    let error = largest.map_or(
        BusError::Ram {
            base: 0,
            size_bytes: 0,
        },
        |range| BusError::Ram {
            base: range.base,
            size_bytes: range.size_bytes,
        },
    );
    for range in &machine.ram {
        if !(range.base.is_multiple_of(PAGE_BYTES) && range.size_bytes.is_multiple_of(PAGE_BYTES)) {
            return Err(BusError::Ram {
                base: range.base,
                size_bytes: range.size_bytes,
            });
        }
    }
    let mut ram = Ram::new(&machine.ram).ok_or(error)?;
    ram.set_harts(machine.harts);
    Ok(ram)
}

/// The low 1, 2, 4 or 8 bytes.
const fn low_bytes(value: u64, width: usize) -> u64 {
    match width {
        1 => field(value, 0, 8),
        2 => field(value, 0, 16),
        4 => field(value, 0, 32),
        _ => value,
    }
}
