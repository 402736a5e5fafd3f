//! The driver's loop: receive, forward, drain, wait.

use septum_abi::machine::uart;
use septum_user::{
    Deadline, Interrupt, LogRings, QueuingOut, Status, interrupt, now, queuing_out, read_byte,
    write_byte,
};

/// The UART of QEMU's `virt`; devices are mapped at their physical addresses.
const UART_BASE: u64 = 0x1000_0000;

/// Bytes of a message: one FIFO.
const MESSAGE_BYTES: u32 = 16;

/// How long a log text waits for the console at most, in ticks of `mtime`.
const DRAIN_TICKS: u64 = 500;

struct Driver {
    irq: Interrupt,
    bytes: QueuingOut,
    rings: LogRings,
    /// Received and not yet sent on: the receiver's queue was full.
    held: [u8; MESSAGE_BYTES as usize],
    held_bytes: usize,
}

/// The program.
#[unsafe(no_mangle)]
#[allow(unsafe_code, reason = "the name that the start code calls")]
extern "C" fn main() {
    start_uart();
    let mut driver = Driver {
        irq: interrupt!("irq"),
        bytes: queuing_out!("bytes", MESSAGE_BYTES),
        rings: LogRings::new(),
        held: [0; MESSAGE_BYTES as usize],
        held_bytes: 0,
    };
    loop {
        driver.receive();
        driver.drain();
        if driver.sleep() {
            driver.receive();
            // After the bytes are gone, so that the line is low. It was pending: no error.
            let _ = driver.irq.acknowledge();
        }
    }
}

fn start_uart() {
    write_byte(UART_BASE + uart::LINE_CONTROL, uart::EIGHT_BITS);
    write_byte(UART_BASE + uart::FIFO_CONTROL, uart::FIFO_ON);
    write_byte(UART_BASE + uart::INTERRUPT_ENABLE, uart::INTERRUPT_RECEIVED);
}

fn line_status(bit: u8) -> bool {
    read_byte(UART_BASE + uart::LINE_STATUS) & bit != 0
}

impl Driver {
    /// Sends on what has arrived. While the receiver's queue is full, the bytes stay where
    /// they are: first here, then in the FIFO; nothing is dropped by the driver.
    fn receive(&mut self) {
        while line_status(uart::DATA_READY)
            && let Some(place) = self.held.get_mut(self.held_bytes)
        {
            *place = read_byte(UART_BASE + uart::DATA);
            self.held_bytes += 1;
        }
        let message = self.held.get(..self.held_bytes).unwrap_or_default();
        if self.held_bytes > 0 && self.bytes.send(message) != Err(Status::Full) {
            self.held_bytes = 0;
        }
    }

    /// One line of somebody's log for each time that the transmitter is empty.
    fn drain(&mut self) {
        while line_status(uart::TRANSMIT_EMPTY)
            && let Some(line) = self.rings.next_line()
        {
            for &byte in line.bytes() {
                write_byte(UART_BASE + uart::DATA, byte);
            }
        }
    }

    /// Until the next byte, or until the logs want another look: whether a byte came.
    fn sleep(&self) -> bool {
        let deadline = match now() {
            Ok(now) => Deadline::At(now.saturating_add(DRAIN_TICKS)),
            Err(_) => Deadline::Never,
        };
        self.irq.wait(deadline).is_ok()
    }
}
