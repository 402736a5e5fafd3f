//! Goldfish real-time clock, on virtual time: reset is the epoch.

use super::Device;
use crate::bits::low_u32;

const TIME_LOW: u64 = 0x00;
const TIME_HIGH: u64 = 0x04;
const ALARM_LOW: u64 = 0x08;
const ALARM_HIGH: u64 = 0x0c;
const IRQ_ENABLED: u64 = 0x10;
const CLEAR_ALARM: u64 = 0x14;
const ALARM_STATUS: u64 = 0x18;
const CLEAR_INTERRUPT: u64 = 0x1c;

/// Bytes that the registers take; QEMU answers nowhere else in the page.
const REGISTERS_BYTES: u64 = 0x24;

/// The clock, with one alarm. Like QEMU's, it takes an access of 8 bytes as two of 4.
#[derive(Debug, Clone, Default)]
pub struct Rtc {
    offset_ns: u64,
    /// Latched by a load of the low word.
    time_high: u32,
    alarm: u64,
    armed: bool,
    pending: bool,
    enabled: bool,
}

impl Rtc {
    /// Loads a register.
    fn register(&mut self, offset: u64, now_ns: u64) -> u64 {
        match offset {
            TIME_LOW => {
                self.time_high = high(self.time(now_ns));
                u64::from(low_u32(self.time(now_ns)))
            }
            TIME_HIGH => u64::from(self.time_high),
            ALARM_LOW => u64::from(low_u32(self.alarm)),
            ALARM_HIGH => u64::from(high(self.alarm)),
            IRQ_ENABLED => u64::from(self.enabled),
            ALARM_STATUS => u64::from(self.armed),
            _ => 0,
        }
    }

    /// Stores to a register.
    fn set_register(&mut self, offset: u64, value: u32, now_ns: u64) {
        match offset {
            TIME_LOW => self.set_time(with_low(self.time(now_ns), value), now_ns),
            TIME_HIGH => self.set_time(with_high(self.time(now_ns), value), now_ns),
            ALARM_LOW => self.arm(value, now_ns),
            ALARM_HIGH => self.alarm = with_high(self.alarm, value),
            IRQ_ENABLED => self.enabled = value & 1 == 1,
            CLEAR_ALARM => self.armed = false,
            CLEAR_INTERRUPT => self.pending = false,
            _ => {}
        }
    }

    fn time(&self, now_ns: u64) -> u64 {
        now_ns.wrapping_add(self.offset_ns)
    }

    fn set_time(&mut self, time: u64, now_ns: u64) {
        self.offset_ns = time.wrapping_sub(now_ns);
    }

    fn arm(&mut self, low: u32, now_ns: u64) {
        self.alarm = with_low(self.alarm, low);
        self.armed = true;
        self.advance(now_ns);
    }
}

fn high(value: u64) -> u32 {
    low_u32(value >> 32)
}

fn with_low(value: u64, low: u32) -> u64 {
    value >> 32 << 32 | u64::from(low)
}

fn with_high(value: u64, high: u32) -> u64 {
    u64::from(low_u32(value)) | u64::from(high) << 32
}

impl Device for Rtc {
    fn accepts(&self, offset: u64, width: usize) -> bool {
        match width {
            4 => offset < REGISTERS_BYTES,
            8 => offset + 4 < REGISTERS_BYTES,
            _ => false,
        }
    }

    fn read(&mut self, offset: u64, width: usize, now_ns: u64) -> u64 {
        let low = self.register(offset, now_ns);
        match width {
            8 => low | self.register(offset + 4, now_ns) << 32,
            _ => low,
        }
    }

    fn write(&mut self, offset: u64, value: u64, width: usize, now_ns: u64) {
        self.set_register(offset, low_u32(value), now_ns);
        if width == 8 {
            self.set_register(offset + 4, high(value), now_ns);
        }
    }

    fn interrupt(&self) -> bool {
        self.pending && self.enabled
    }

    fn next_change_ns(&self, now_ns: u64) -> Option<u64> {
        let left = self.alarm.checked_sub(self.time(now_ns))?;
        if self.armed {
            now_ns.checked_add(left)
        } else {
            None
        }
    }

    fn advance(&mut self, now_ns: u64) {
        if self.armed && self.time(now_ns) >= self.alarm {
            self.armed = false;
            self.pending = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_word_belongs_to_the_low_word_read_before() {
        let mut rtc = Rtc::default();
        assert_eq!(rtc.read(TIME_LOW, 4, 0x1_ffff_ffff), 0xffff_ffff);
        assert_eq!(rtc.read(TIME_HIGH, 4, 0x2_0000_0000), 1);
    }

    #[test]
    fn eight_bytes_are_two_registers() {
        let mut rtc = Rtc::default();
        assert_eq!(rtc.read(TIME_LOW, 8, 0x1_ffff_ffff), 0x1_ffff_ffff);
        rtc.write(ALARM_LOW, 0x2_0000_0005, 8, 0);
        assert_eq!(rtc.read(ALARM_LOW, 8, 0), 0x2_0000_0005);
    }

    #[test]
    fn it_ends_with_its_registers() {
        let rtc = Rtc::default();
        assert!(rtc.accepts(0x20, 4) && rtc.accepts(0x18, 8));
        assert!(!rtc.accepts(0x20, 8) && !rtc.accepts(0x24, 4));
        assert!(!rtc.accepts(0, 1) && !rtc.accepts(0, 2));
    }

    #[test]
    fn the_alarm_raises_the_line_once_at_its_time() {
        let mut rtc = Rtc::default();
        rtc.write(IRQ_ENABLED, 1, 4, 0);
        rtc.write(ALARM_HIGH, 0, 4, 0);
        rtc.write(ALARM_LOW, 500, 4, 0);
        assert_eq!(rtc.next_change_ns(0), Some(500));
        rtc.advance(499);
        assert!(!rtc.interrupt());
        rtc.advance(500);
        assert!(rtc.interrupt());
        rtc.write(CLEAR_INTERRUPT, 1, 4, 600);
        assert!(!rtc.interrupt());
        assert_eq!(rtc.next_change_ns(600), None);
    }

    #[test]
    fn the_time_can_be_set() {
        let mut rtc = Rtc::default();
        rtc.write(TIME_HIGH, 2, 4, 1000);
        rtc.write(TIME_LOW, 5, 4, 1000);
        assert_eq!(rtc.read(TIME_LOW, 4, 1001), 6);
        assert_eq!(rtc.read(TIME_HIGH, 4, 1001), 2);
    }
}
