//! Test finisher: powers the machine off with an exit code (SiFive test device, as in QEMU `virt`).

use super::Device;
use crate::bits::{field, low_u32};

const FAIL: u64 = 0x3333;
const PASS: u64 = 0x5555;
const RESET: u64 = 0x7777;

/// How the machine was switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PowerOff {
    /// With this exit code; 0 is a pass.
    Exit(u32),
    /// It asked to be started again.
    Reset,
}

/// The test finisher.
#[derive(Debug, Clone, Default)]
pub struct Finisher {
    power_off: Option<PowerOff>,
}

impl Finisher {
    /// Whether and how the machine was switched off.
    #[must_use]
    pub fn power_off(&self) -> Option<PowerOff> {
        self.power_off
    }
}

impl Device for Finisher {
    fn accepts(&self, _offset: u64, width: usize) -> bool {
        matches!(width, 2 | 4)
    }

    fn read(&mut self, _offset: u64, _width: usize, _now_ns: u64) -> u64 {
        0
    }

    fn write(&mut self, offset: u64, value: u64, _width: usize, _now_ns: u64) {
        let code = low_u32(field(value, 16, 16));
        let power_off = match (offset, field(value, 0, 16)) {
            (0, PASS) => PowerOff::Exit(0),
            (0, FAIL) => PowerOff::Exit(code),
            (0, RESET) => PowerOff::Reset,
            _ => return,
        };
        self.power_off.get_or_insert(power_off);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes() {
        for (value, expected) in [
            (PASS, Some(PowerOff::Exit(0))),
            (FAIL | 7 << 16, Some(PowerOff::Exit(7))),
            (RESET, Some(PowerOff::Reset)),
            (0, None),
        ] {
            let mut finisher = Finisher::default();
            finisher.write(0, value, 4, 0);
            assert_eq!(finisher.power_off(), expected);
        }
    }

    #[test]
    fn the_first_word_counts() {
        let mut finisher = Finisher::default();
        finisher.write(0, FAIL | 1 << 16, 4, 0);
        finisher.write(0, PASS, 4, 0);
        assert_eq!(finisher.power_off(), Some(PowerOff::Exit(1)));
    }
}
