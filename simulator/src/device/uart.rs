//! 16550 UART with an infinitely fast line (National PC16550D).

use std::collections::VecDeque;

use super::Device;
use crate::bits::low_u8;

const FIFO_BYTES: usize = 16;

/// Bytes that the registers take.
const REGISTERS_BYTES: u64 = 8;

mod ier {
    pub(super) const RECEIVED: u8 = 1;
    pub(super) const TRANSMITTED: u8 = 2;
    pub(super) const LINE: u8 = 4;
}

mod lsr {
    pub(super) const DATA_READY: u8 = 0x01;
    pub(super) const OVERRUN: u8 = 0x02;
    /// The holding register and the shift register are always empty: the line is fast.
    pub(super) const TRANSMITTER_EMPTY: u8 = 0x60;
}

mod iir {
    pub(super) const NONE: u8 = 0x01;
    pub(super) const TRANSMITTED: u8 = 0x02;
    pub(super) const RECEIVED: u8 = 0x04;
    pub(super) const LINE: u8 = 0x06;
    pub(super) const TIMEOUT: u8 = 0x0c;
    pub(super) const FIFO_ENABLED: u8 = 0xc0;
}

const FCR_ENABLE: u8 = 0x01;
const FCR_CLEAR_RECEIVER: u8 = 0x02;
const LCR_DIVISOR: u8 = 0x80;
const MCR_LOOPBACK: u8 = 0x10;
/// What QEMU's begins with: the interrupt reaches the outside.
const MCR_OUT2: u8 = 0x08;
/// Carrier, data set ready, clear to send: a cable is plugged in.
const MSR_CONNECTED: u8 = 0xb0;

/// The UART.
///
/// What the other end sends waits outside ([`Uart::send_to_guest`]) until the receiver has
/// room, as behind flow control: nothing is lost. Like QEMU's, it takes an access of any width
/// as one of a single byte.
#[derive(Debug, Clone)]
pub struct Uart {
    interrupt_enable: u8,
    fifo_control: u8,
    line_control: u8,
    modem_control: u8,
    scratch: u8,
    divisor: [u8; 2],
    receiver: VecDeque<u8>,
    overrun: bool,
    transmitted: bool,
    line: VecDeque<u8>,
    output: Vec<u8>,
}

impl Default for Uart {
    fn default() -> Self {
        Self {
            interrupt_enable: 0,
            fifo_control: 0,
            line_control: 0,
            modem_control: MCR_OUT2,
            scratch: 0,
            divisor: [0; 2],
            receiver: VecDeque::new(),
            overrun: false,
            transmitted: false,
            line: VecDeque::new(),
            output: Vec::new(),
        }
    }
}

impl Uart {
    /// The other end sends these bytes.
    pub fn send_to_guest(&mut self, bytes: &[u8]) {
        self.line.extend(bytes);
        self.fill_receiver();
    }

    /// What the guest has transmitted since the last call.
    pub fn drain_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    fn fifo_enabled(&self) -> bool {
        self.fifo_control & FCR_ENABLE != 0
    }

    fn room(&self) -> bool {
        self.receiver.len() < if self.fifo_enabled() { FIFO_BYTES } else { 1 }
    }

    fn fill_receiver(&mut self) {
        while self.room() {
            let Some(byte) = self.line.pop_front() else {
                return;
            };
            self.receiver.push_back(byte);
        }
    }

    fn receive(&mut self) -> u8 {
        let byte = self.receiver.pop_front().unwrap_or(0);
        self.fill_receiver();
        byte
    }

    fn transmit(&mut self, byte: u8) {
        self.transmitted = true;
        if self.modem_control & MCR_LOOPBACK == 0 {
            self.output.push(byte);
        } else if self.room() {
            self.receiver.push_back(byte);
        } else {
            self.overrun = true;
        }
    }

    fn trigger_level(&self) -> usize {
        match self.fifo_control {
            c if c & FCR_ENABLE == 0 => 1,
            c => [1, 4, 8, 14][usize::from(c >> 6)],
        }
    }

    /// The most important cause (PC16550D, table 5). Bytes below the trigger level are
    /// reported at once as a timeout: on this line there is no more to wait for.
    fn cause(&self) -> u8 {
        let enabled = |bit| self.interrupt_enable & bit != 0;
        if enabled(ier::LINE) && self.overrun {
            iir::LINE
        } else if enabled(ier::RECEIVED) && self.receiver.len() >= self.trigger_level() {
            iir::RECEIVED
        } else if enabled(ier::RECEIVED) && !self.receiver.is_empty() {
            iir::TIMEOUT
        } else if enabled(ier::TRANSMITTED) && self.transmitted {
            iir::TRANSMITTED
        } else {
            iir::NONE
        }
    }

    fn identify(&mut self) -> u8 {
        let cause = self.cause();
        if cause == iir::TRANSMITTED {
            self.transmitted = false;
        }
        cause
            | if self.fifo_enabled() {
                iir::FIFO_ENABLED
            } else {
                0
            }
    }

    fn line_status(&mut self) -> u8 {
        let overrun = std::mem::take(&mut self.overrun);
        let ready = if self.receiver.is_empty() {
            0
        } else {
            lsr::DATA_READY
        };
        lsr::TRANSMITTER_EMPTY | ready | if overrun { lsr::OVERRUN } else { 0 }
    }

    fn enable_interrupts(&mut self, value: u8) {
        let was = self.interrupt_enable;
        self.interrupt_enable = value & 0x0f;
        if !was & value & ier::TRANSMITTED != 0 {
            self.transmitted = true;
        }
    }

    fn control_fifo(&mut self, value: u8) {
        let toggled = (self.fifo_control ^ value) & FCR_ENABLE != 0;
        self.fifo_control = value & !FCR_CLEAR_RECEIVER;
        if toggled || value & FCR_CLEAR_RECEIVER != 0 {
            self.receiver.clear();
            self.fill_receiver();
        }
    }
}

impl Device for Uart {
    fn accepts(&self, offset: u64, _width: usize) -> bool {
        offset < REGISTERS_BYTES
    }

    fn read(&mut self, offset: u64, _width: usize, _now_ns: u64) -> u64 {
        let divisor = self.line_control & LCR_DIVISOR != 0;
        u64::from(match offset {
            0 if divisor => self.divisor[0],
            0 => self.receive(),
            1 if divisor => self.divisor[1],
            1 => self.interrupt_enable,
            2 => self.identify(),
            3 => self.line_control,
            4 => self.modem_control,
            5 => self.line_status(),
            6 => MSR_CONNECTED,
            7 => self.scratch,
            _ => 0,
        })
    }

    fn write(&mut self, offset: u64, value: u64, _width: usize, _now_ns: u64) {
        let value = low_u8(value);
        let divisor = self.line_control & LCR_DIVISOR != 0;
        match offset {
            0 if divisor => self.divisor[0] = value,
            0 => self.transmit(value),
            1 if divisor => self.divisor[1] = value,
            1 => self.enable_interrupts(value),
            2 => self.control_fifo(value),
            3 => self.line_control = value,
            4 => self.modem_control = value & 0x1f,
            7 => self.scratch = value,
            _ => {}
        }
    }

    fn interrupt(&self) -> bool {
        self.cause() != iir::NONE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATA: u64 = 0;
    const IER: u64 = 1;
    const IIR_FCR: u64 = 2;
    const LCR: u64 = 3;
    const MCR: u64 = 4;
    const LSR: u64 = 5;

    #[test]
    fn bytes_go_out_in_order() {
        let mut uart = Uart::default();
        for byte in b"septum" {
            assert_eq!(uart.read(LSR, 1, 0), 0x60);
            uart.write(DATA, u64::from(*byte), 1, 0);
        }
        assert_eq!(uart.drain_output(), b"septum");
        assert_eq!(uart.drain_output(), b"");
    }

    #[test]
    fn it_ends_with_its_registers() {
        let uart = Uart::default();
        assert!(uart.accepts(7, 1) && uart.accepts(0, 8));
        assert!(!uart.accepts(8, 1));
    }

    #[test]
    fn a_wide_access_is_one_of_a_byte() {
        let mut uart = Uart::default();
        uart.write(DATA, 0x4241, 2, 0);
        assert_eq!(uart.drain_output(), b"A");
        assert_eq!(uart.read(MCR, 4, 0), u64::from(MCR_OUT2));
    }

    #[test]
    fn a_received_byte_raises_the_line_until_it_is_read() {
        let mut uart = Uart::default();
        uart.write(IER, 1, 1, 0);
        assert!(!uart.interrupt());
        uart.send_to_guest(b"ab");
        assert!(uart.interrupt());
        assert_eq!(uart.read(IIR_FCR, 1, 0), 0x04);
        assert_eq!(uart.read(LSR, 1, 0), 0x61);
        assert_eq!(uart.read(DATA, 1, 0), u64::from(b'a'));
        assert!(uart.interrupt(), "the second byte has followed");
        assert_eq!(uart.read(DATA, 1, 0), u64::from(b'b'));
        assert!(!uart.interrupt());
        assert_eq!(uart.read(IIR_FCR, 1, 0), 0x01);
    }

    #[test]
    fn input_longer_than_the_fifo_waits_outside() {
        let mut uart = Uart::default();
        uart.write(IIR_FCR, 0x01, 1, 0);
        let sent: Vec<u8> = (0..100).collect();
        uart.send_to_guest(&sent);
        let received: Vec<u64> = (0..100).map(|_| uart.read(DATA, 1, 0)).collect();
        assert!(received.iter().zip(&sent).all(|(r, s)| *r == u64::from(*s)));
        assert_eq!(uart.read(LSR, 1, 0), 0x60);
    }

    #[test]
    fn below_the_trigger_level_the_cause_is_a_timeout() {
        let mut uart = Uart::default();
        uart.write(IER, 1, 1, 0);
        uart.write(IIR_FCR, 0x41, 1, 0);
        uart.send_to_guest(b"abc");
        assert_eq!(uart.read(IIR_FCR, 1, 0), 0xcc);
        uart.send_to_guest(b"d");
        assert_eq!(uart.read(IIR_FCR, 1, 0), 0xc4);
    }

    #[test]
    fn the_transmitter_interrupt_ends_when_it_is_identified() {
        let mut uart = Uart::default();
        uart.write(IER, 2, 1, 0);
        assert!(uart.interrupt());
        assert_eq!(uart.read(IIR_FCR, 1, 0), 0x02);
        assert!(!uart.interrupt());
        uart.write(DATA, 65, 1, 0);
        assert!(uart.interrupt());
    }

    #[test]
    fn clearing_the_receiver_drops_what_is_in_it() {
        let mut uart = Uart::default();
        uart.write(IIR_FCR, 0x01, 1, 0);
        uart.send_to_guest(b"abc");
        uart.write(IIR_FCR, 0x03, 1, 0);
        assert_eq!(uart.read(LSR, 1, 0), 0x60);
    }

    #[test]
    fn the_divisor_hides_data_and_enable() {
        let mut uart = Uart::default();
        uart.write(LCR, 0x83, 1, 0);
        uart.write(DATA, 0x12, 1, 0);
        uart.write(IER, 0x34, 1, 0);
        assert_eq!((uart.read(DATA, 1, 0), uart.read(IER, 1, 0)), (0x12, 0x34));
        uart.write(LCR, 0x03, 1, 0);
        assert_eq!(uart.read(IER, 1, 0), 0);
        assert!(uart.drain_output().is_empty());
    }

    #[test]
    fn loopback_reaches_the_receiver_and_overruns() {
        let mut uart = Uart::default();
        uart.write(MCR, 0x10, 1, 0);
        uart.write(DATA, 1, 1, 0);
        uart.write(DATA, 2, 1, 0);
        assert_eq!(uart.read(LSR, 1, 0), 0x63);
        assert_eq!(uart.read(LSR, 1, 0), 0x61);
        assert_eq!(uart.read(DATA, 1, 0), 1);
        assert!(uart.drain_output().is_empty());
    }
}
