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
    /// An interrupt came and is not acknowledged.
    claimed: bool,
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
        claimed: false,
    };
    loop {
        driver.receive();
        driver.acknowledge();
        driver.drain();
        driver.sleep();
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
        while self.hold() && self.send() {}
    }

    /// Takes bytes from the FIFO; whether there are any to send.
    fn hold(&mut self) -> bool {
        while line_status(uart::DATA_READY)
            && let Some(place) = self.held.get_mut(self.held_bytes)
        {
            *place = read_byte(UART_BASE + uart::DATA);
            self.held_bytes += 1;
        }
        self.held_bytes > 0
    }

    /// Whether there was room for them.
    fn send(&mut self) -> bool {
        let message = self.held.get(..self.held_bytes).unwrap_or_default();
        let sent = self.bytes.send(message) != Err(Status::Full);
        if sent {
            self.held_bytes = 0;
        }
        sent
    }

    /// One line of somebody's log for each time that the transmitter is empty.
    fn drain(&mut self) {
        let put = |byte| write_byte(UART_BASE + uart::DATA, byte);
        while line_status(uart::TRANSMIT_EMPTY) && self.rings.next_line(put) {}
    }

    /// Once all bytes are sent on, so that the line is low. While the receiver's queue is full
    /// the interrupt stays claimed: it would come again at once, for ever, and in a window with
    /// others this driver would be all that runs.
    fn acknowledge(&mut self) {
        if self.claimed && self.held_bytes == 0 && !line_status(uart::DATA_READY) {
            // It was pending: no error.
            let _ = self.irq.acknowledge();
            self.claimed = false;
        }
    }

    /// Until the next byte, or until logs and a full queue want another look. Without the
    /// right to the clock the only deadlines are never, and at once while bytes wait.
    fn sleep(&mut self) {
        let deadline = match now() {
            Ok(now) => Deadline::At(now.saturating_add(DRAIN_TICKS)),
            Err(_) if self.claimed => Deadline::Poll,
            Err(_) => Deadline::Never,
        };
        self.claimed |= self.irq.wait(deadline).is_ok();
    }
}
