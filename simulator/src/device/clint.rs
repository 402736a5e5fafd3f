//! Core-local interruptor: `mtime`, `mtimecmp`, `msip` (SiFive's layout, RISC-V ACLINT 2 and 3).

use super::Device;
use crate::bits::{low_u32, merge};

const TIMECMP: u64 = 0x4000;
const TIME: u64 = 0xbff8;
const LOW_WORD: u64 = 0xffff_ffff;

/// Timer and software interrupts of all harts.
#[derive(Debug, Clone)]
pub struct Clint {
    ns_per_tick: u64,
    /// What a store to `mtime` added to the time that follows from virtual time.
    offset_ticks: u64,
    compare: Vec<u64>,
    /// `stimecmp` of each hart whose S-mode has a timer of its own that is on (Sstc).
    supervisor_compare: Vec<Option<u64>>,
    software: Vec<bool>,
}

impl Clint {
    /// For so many harts; no timer is armed.
    #[must_use]
    pub fn new(harts: usize, ns_per_tick: u64) -> Self {
        Self {
            ns_per_tick,
            offset_ticks: 0,
            compare: vec![u64::MAX; harts],
            supervisor_compare: vec![None; harts],
            software: vec![false; harts],
        }
    }

    /// `mtime` at a virtual time.
    #[must_use]
    pub fn time(&self, now_ns: u64) -> u64 {
        (now_ns / self.ns_per_tick).wrapping_add(self.offset_ticks)
    }

    /// `MTIP` of a hart.
    #[must_use]
    pub fn timer_pending(&self, hart: usize, now_ns: u64) -> bool {
        self.compare
            .get(hart)
            .is_some_and(|compare| self.time(now_ns) >= *compare)
    }

    /// `STIP` of a hart whose S-mode has a timer of its own.
    #[must_use]
    pub fn supervisor_timer_pending(&self, hart: usize, now_ns: u64) -> bool {
        let compare = self.supervisor_compare.get(hart).copied().flatten();
        compare.is_some_and(|compare| self.time(now_ns) >= compare)
    }

    /// Looks after a hart's `stimecmp`, or no more; whether that is new.
    pub fn set_supervisor_compare(&mut self, hart: usize, ticks: Option<u64>) -> bool {
        match self.supervisor_compare.get_mut(hart) {
            Some(compare) => std::mem::replace(compare, ticks) != ticks,
            None => false,
        }
    }

    /// `MSIP` of a hart.
    #[must_use]
    pub fn software_pending(&self, hart: usize) -> bool {
        self.software.get(hart).copied().unwrap_or(false)
    }

    fn register(&self, offset: u64, now_ns: u64) -> u64 {
        match Register::at(offset) {
            Register::Software(hart) => u64::from(self.software_pending(hart)),
            Register::Compare(hart) => self.compare.get(hart).copied().unwrap_or(0),
            Register::Time => self.time(now_ns),
            Register::None => 0,
        }
    }

    fn set_register(&mut self, offset: u64, value: u64, now_ns: u64) {
        match Register::at(offset) {
            Register::Software(hart) => {
                if let Some(software) = self.software.get_mut(hart) {
                    *software = value & 1 == 1;
                }
            }
            Register::Compare(hart) => {
                if let Some(compare) = self.compare.get_mut(hart) {
                    *compare = value;
                }
            }
            Register::Time => {
                self.offset_ticks = value.wrapping_sub(now_ns / self.ns_per_tick);
            }
            Register::None => {}
        }
    }

    /// Ticks from `time` until the level of a hart's `MTIP` changes.
    fn ticks_to_change(compare: u64, time: u64) -> Option<u64> {
        if time < compare {
            Some(compare - time)
        } else if compare == 0 {
            None
        } else {
            // It falls again when `mtime` wraps.
            Some((u64::MAX - time).saturating_add(1))
        }
    }
}

/// What is at an offset.
enum Register {
    Software(usize),
    Compare(usize),
    Time,
    None,
}

impl Register {
    fn at(offset: u64) -> Self {
        let hart = |relative: u64, size: u64| usize::try_from(relative / size);
        match offset {
            0..TIMECMP => hart(offset, 4).map_or(Self::None, Self::Software),
            TIMECMP..TIME => hart(offset - TIMECMP, 8).map_or(Self::None, Self::Compare),
            TIME..0xc000 => Self::Time,
            _ => Self::None,
        }
    }
}

impl Device for Clint {
    fn accepts(&self, offset: u64, width: usize) -> bool {
        width == 4 || (width == 8 && offset >= TIMECMP)
    }

    fn read(&mut self, offset: u64, width: usize, now_ns: u64) -> u64 {
        let value = self.register(offset, now_ns);
        match (width, offset % 8) {
            (8, _) => value,
            (_, 4) if offset >= TIMECMP => value >> 32,
            _ => u64::from(low_u32(value)),
        }
    }

    fn write(&mut self, offset: u64, value: u64, width: usize, now_ns: u64) {
        let old = self.register(offset, now_ns);
        let new = match (width, offset % 8) {
            (8, _) => value,
            (_, 4) if offset >= TIMECMP => merge(old, value << 32, !LOW_WORD),
            _ => merge(old, value, LOW_WORD),
        };
        self.set_register(offset, new, now_ns);
    }

    fn next_change_ns(&self, now_ns: u64) -> Option<u64> {
        let time = self.time(now_ns);
        let ticks = self
            .compare
            .iter()
            .chain(self.supervisor_compare.iter().flatten())
            .filter_map(|c| Self::ticks_to_change(*c, time))
            .min()?;
        (now_ns / self.ns_per_tick)
            .checked_add(ticks)?
            .checked_mul(self.ns_per_tick)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_timer_fires_at_the_exact_nanosecond() {
        let mut clint = Clint::new(1, 100);
        clint.write(TIMECMP, 3, 8, 0);
        assert_eq!(clint.next_change_ns(0), Some(300));
        assert!(!clint.timer_pending(0, 299));
        assert!(clint.timer_pending(0, 300));
        clint.write(TIMECMP, 4, 8, 300);
        assert!(!clint.timer_pending(0, 300));
        assert_eq!(clint.next_change_ns(300), Some(400));
    }

    #[test]
    fn halves_of_the_64_bit_registers() {
        let mut clint = Clint::new(1, 100);
        clint.write(TIMECMP, 0x1111_2222, 4, 0);
        clint.write(TIMECMP + 4, 0x3333_4444, 4, 0);
        assert_eq!(clint.read(TIMECMP, 8, 0), 0x3333_4444_1111_2222);
        assert_eq!(clint.read(TIMECMP, 4, 0), 0x1111_2222);
        assert_eq!(clint.read(TIMECMP + 4, 4, 0), 0x3333_4444);
        assert_eq!(clint.read(TIME, 8, 12_345), 123);
    }

    #[test]
    fn software_interrupt_of_an_absent_hart_is_ignored() {
        let mut clint = Clint::new(1, 100);
        clint.write(4, 1, 4, 0);
        clint.write(0x3ffc, 1, 4, 0);
        assert!(!clint.software_pending(0));
        assert_eq!(clint.read(4, 4, 0), 0);
        clint.write(0, u64::MAX, 4, 0);
        assert_eq!(clint.read(0, 4, 0), 1);
    }

    #[test]
    fn a_store_to_the_time_moves_it_and_wraps() {
        let mut clint = Clint::new(1, 100);
        clint.write(TIMECMP, 5, 8, 0);
        clint.write(TIME, u64::MAX, 8, 1000);
        assert!(clint.timer_pending(0, 1000));
        assert_eq!(clint.next_change_ns(1000), Some(1100));
        assert!(!clint.timer_pending(0, 1100));
        assert_eq!(clint.time(1100), 0);
    }

    #[test]
    fn bytes_and_halfwords_are_not_accepted() {
        let clint = Clint::new(1, 100);
        assert!(!clint.accepts(0, 1));
        assert!(!clint.accepts(TIME, 2));
        assert!(!clint.accepts(0, 8));
        assert!(clint.accepts(TIME, 8));
    }
}
