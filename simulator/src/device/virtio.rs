//! Virtio devices over MMIO (virtio 1.1, 4.2), in the layout of version 1 or of version 2.
//!
//! A transport has registers and queues, the device behind it has neither: it is asked with the
//! bytes of a chain of buffers and answers with bytes. Memory is read and written by the queues
//! alone, and there RAM alone: what a driver points to that is not RAM breaks its queue.
//!
//! Everything in a queue is hostile. A chain is served whole or not at all, so what one costs is
//! bounded by [`CHAIN_BYTES`] and by the queue's length; the next one is served when the device
//! has taken a virtual nanosecond for each byte of it, so that work follows virtual time.
//!
//! Offered are no indirect descriptors, no event index and no packed queues: a driver may use
//! only what was offered (2.2.1).

mod block;
mod console;
#[cfg(test)]
mod driver;
mod entropy;
mod queue;
mod session;
mod transport;

pub use block::{Block, NotSectors, SECTOR_BYTES};
pub use console::Console;
pub use entropy::Entropy;
pub use queue::CHAIN_BYTES;
pub use session::Layout;
pub use transport::VirtioMmio;

/// The device behind a transport.
trait Backend {
    /// Its number (virtio 1.1, 5).
    fn id(&self) -> u32;

    /// The feature bits of its own that it offers.
    fn features(&self) -> u64 {
        0
    }

    /// How many queues it has.
    fn queues(&self) -> usize;

    /// A byte of its configuration space; 0 behind the end.
    fn config(&self, _offset: u64) -> u8 {
        0
    }

    /// Whether it has a use for a chain of this queue now.
    fn takes(&self, _queue: usize) -> bool {
        true
    }

    /// The answer to a chain: at most `room` bytes. `None` where the request is not one.
    fn answer(&mut self, queue: usize, request: &[u8], room: usize) -> Option<Vec<u8>>;
}

/// A device that can stand behind a transport.
#[derive(Debug, Clone)]
pub enum VirtioDevice {
    /// A serial line.
    Console(Console),
    /// A source of numbers.
    Entropy(Entropy),
    /// A disk.
    Block(Block),
}

impl VirtioDevice {
    fn backend(&self) -> &dyn Backend {
        match self {
            Self::Console(console) => console,
            Self::Entropy(entropy) => entropy,
            Self::Block(block) => block,
        }
    }

    fn backend_mut(&mut self) -> &mut dyn Backend {
        match self {
            Self::Console(console) => console,
            Self::Entropy(entropy) => entropy,
            Self::Block(block) => block,
        }
    }
}
