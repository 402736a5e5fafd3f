//! A machine made of words: time moves only when the test, a wait or a stated cost moves it,
//! and an address that is not memory of the tables is a failure of the test.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::collections::BTreeMap;
use std::panic::resume_unwind;

use septum_kernel_logic::tables::Header;
use septum_kernel_logic::{Hardware, Physical};

use super::{narrow, wide};

/// What a power-off unwinds with.
#[derive(Debug)]
pub(crate) struct PowerOff;

/// A copy or a clearing, and when it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) time: u64,
    pub(crate) to: u64,
    pub(crate) bytes: u64,
}

/// Everything of the machine but its memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Devices {
    pub(crate) time: u64,
    /// Ticks that each reading of the clock takes.
    pub(crate) ticks_per_reading: u64,
    /// Ticks that each copy and each clearing takes.
    pub(crate) ticks_per_copy: u64,
    pub(crate) timer: u64,
    pub(crate) external_masked: bool,
    /// Interrupt lines, by source.
    pub(crate) raised: u64,
    /// Claimed and not completed.
    pub(crate) claimed: u64,
    pub(crate) enabled: u64,
    /// Lines that change at a time.
    pub(crate) script: BTreeMap<u64, u64>,
    /// Pads that ended before the kernel was through.
    pub(crate) overruns: u64,
    /// `mepc`.
    pub(crate) pc: u64,
    pub(crate) uart_busy: bool,
    pub(crate) console: Vec<u8>,
    pub(crate) fences: u64,
    /// Copies and clearings, if they are kept.
    pub(crate) moves: Option<Vec<Move>>,
    /// Loads, stores and copies.
    pub(crate) accesses: u64,
}

impl Devices {
    /// Lets time go on to `time`, and lines change on the way.
    pub(crate) fn advance(&mut self, time: u64) {
        self.time = self.time.max(time);
        while let Some(entry) = self.script.first_entry()
            && *entry.key() <= self.time
        {
            self.raised ^= entry.remove();
        }
    }

    /// Waits until the timer is due, then lets external interrupts wake the hart.
    pub(crate) fn finish_pad(&mut self) {
        self.overruns += u64::from(self.time > self.timer);
        self.advance(self.timer);
        self.external_masked = false;
    }

    fn urgent(&self) -> u64 {
        self.raised & self.enabled & !self.claimed
    }

    pub(crate) fn is_due(&self) -> bool {
        self.timer <= self.time || (!self.external_masked && self.urgent() != 0)
    }

    /// When something may happen by itself.
    pub(crate) fn next_event(&self) -> u64 {
        let line = self.script.keys().next().copied();
        self.timer.min(line.unwrap_or(u64::MAX))
    }
}

/// The machine.
#[derive(Debug)]
pub(crate) struct Machine {
    devices: RefCell<Devices>,
    /// The memory of messages, logs and partitions, and where it begins.
    memory: &'static [Cell<u64>],
    begin: u64,
}

impl Machine {
    pub(crate) fn new(memory: &'static [Cell<u64>], begin: u64) -> Self {
        Self {
            devices: RefCell::default(),
            memory,
            begin,
        }
    }

    pub(crate) fn get(&self) -> Ref<'_, Devices> {
        self.devices.borrow()
    }

    pub(crate) fn change(&self) -> RefMut<'_, Devices> {
        self.devices.borrow_mut()
    }

    pub(crate) fn write(&self, address: u64, bytes: &[u8]) {
        for (i, chunk) in bytes.chunks(8).enumerate() {
            let mut word = [0xee; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            let place = self.word(address + 8 * wide(i));
            place.set(u64::from_le_bytes(word));
        }
    }

    pub(crate) fn read(&self, address: u64, length: u64) -> Vec<u8> {
        let words = (0..length.div_ceil(8)).map(|i| self.word(address + 8 * i).get());
        let mut bytes: Vec<u8> = words.flat_map(u64::to_le_bytes).collect();
        bytes.truncate(narrow(length));
        bytes
    }

    /// A word of the memory.
    pub(crate) fn word(&self, address: u64) -> &Cell<u64> {
        assert_eq!(address % 8, 0, "{address:x} is not aligned");
        let offset = address.checked_sub(self.begin).expect("memory");
        &self.memory[narrow(offset / 8)]
    }

    fn move_bytes(&self, to: u64, bytes: u64) {
        let devices = &mut *self.change();
        devices.accesses += 1;
        let time = devices.time;
        if let Some(moves) = &mut devices.moves {
            moves.push(Move { time, to, bytes });
        }
        devices.advance(devices.time + devices.ticks_per_copy);
    }
}

impl Hardware for Machine {
    fn now(&self, _: &Header) -> u64 {
        let devices = &mut *self.change();
        let now = devices.time;
        devices.advance(now + devices.ticks_per_reading);
        now
    }

    fn earlier(&self, a: u64, b: u64) -> u64 {
        a.min(b)
    }

    fn ones_if_none(&self, bits: u64) -> u64 {
        u64::from(bits == 0).wrapping_neg()
    }

    fn set_timer(&self, _: &Header, at: u64) {
        self.change().timer = at;
    }

    fn mask_external(&self) {
        self.change().external_masked = true;
    }

    fn finish_pad(&self) {
        let devices = &mut *self.change();
        if devices.external_masked {
            devices.finish_pad();
        }
    }

    fn external_is_due(&self) -> bool {
        self.get().urgent() != 0
    }

    fn is_due(&self) -> bool {
        self.get().is_due()
    }

    fn wait(&self) {
        let devices = &mut *self.change();
        let next = devices.next_event();
        assert_ne!(next, u64::MAX, "waits for ever");
        devices.advance(next);
    }

    fn enable_sources(&self, tables: &Header, bits: &[u32; 4]) {
        assert_eq!(tables.plic_words, 2);
        self.change().enabled = u64::from(bits[0]) | u64::from(bits[1]) << 32;
    }

    fn claim(&self, _: &Header) -> u64 {
        let devices = &mut *self.change();
        let urgent = devices.urgent();
        if urgent == 0 {
            return 0;
        }
        devices.claimed |= urgent & urgent.wrapping_neg();
        u64::from(urgent.trailing_zeros())
    }

    fn complete(&self, _: &Header, source: u64) {
        let devices = &mut *self.change();
        let bit = 1 << source;
        assert_ne!(devices.enabled & bit, 0, "the PLIC ignores {source}");
        assert_ne!(devices.claimed & bit, 0, "{source} was not claimed");
        devices.claimed &= !bit;
    }

    fn trap_pc(&self) -> u64 {
        self.get().pc
    }

    fn load(&self, from: Physical) -> u64 {
        self.change().accesses += 1;
        self.word(from.get()).get()
    }

    fn load_byte(&self, from: Physical) -> u8 {
        let bytes = self.load(Physical::from_table(from.get() & !7));
        bytes.to_le_bytes()[narrow(from.get() & 7)]
    }

    fn store(&self, to: Physical, value: u64) {
        self.change().accesses += 1;
        self.word(to.get()).set(value);
    }

    fn copy(&self, from: Physical, to: Physical, bytes: u64) {
        self.move_bytes(to.get(), bytes);
        for offset in (0..bytes).step_by(8) {
            let word = self.word(from.get() + offset).get();
            let left = (bytes - offset).min(8);
            let kept = u64::MAX.checked_shr(64 - 8 * u32::try_from(left).expect("8 at most"));
            self.word(to.get() + offset).set(word & kept.unwrap_or(0));
        }
    }

    fn copy_inline(&self, from: Physical, to: Physical, bytes: u64) {
        self.copy(from, to, bytes);
    }

    fn clear(&self, to: Physical, bytes: u64) {
        assert_eq!(bytes % 8, 0);
        self.move_bytes(to.get(), bytes);
        for offset in (0..bytes).step_by(8) {
            self.word(to.get() + offset).set(0);
        }
    }

    fn fence_instructions(&self) {
        self.change().fences += 1;
    }

    fn console(&self, _: &Header) -> (u64, Physical) {
        let taken = u64::from(!self.get().uart_busy).wrapping_neg();
        (taken, Physical::from_table(taken))
    }

    fn put(&self, to: Physical, byte: u8) {
        if to.get() != 0 {
            self.change().console.push(byte);
        }
    }

    fn power_off(&self, _: &Header) -> ! {
        resume_unwind(Box::new(PowerOff))
    }
}
