//! Faults that somebody injects into a run, at a time or at an event.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use crate::event::Event;

/// When a fault is injected.
#[derive(Debug, Clone)]
pub enum Occasion {
    /// Before the first instruction at this virtual time, in nanoseconds, or behind it.
    Time(u64),
    /// As soon as the kernel is done with what makes this event, when it comes for this time,
    /// counted from 1.
    Event(Meant, u64),
}

/// Says of an event and its pc whether it is meant.
type IsMeant = dyn Fn(&Event, u64) -> bool + Send + Sync;

/// Which events are meant.
#[derive(Clone)]
pub struct Meant(Arc<IsMeant>);

impl Meant {
    /// Those for which this is true.
    #[must_use]
    pub fn new(is_meant: impl Fn(&Event, u64) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(is_meant))
    }
}

impl fmt::Debug for Meant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Meant")
    }
}

/// What is done to the machine, behind the back of all programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// These bits of the byte of RAM at a physical address are turned over.
    Flip {
        /// The address.
        address: u64,
        /// The bits.
        mask: u8,
    },
    /// Bytes are written to RAM.
    Write {
        /// Physical address.
        address: u64,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// The request of an interrupt source is lost: the present one, or the next one, up to when
    /// its line falls.
    LoseInterrupt {
        /// PLIC source.
        source: usize,
    },
    /// A source requests once more.
    RepeatInterrupt {
        /// PLIC source.
        source: usize,
    },
    /// Bytes come in on a UART or a virtio console.
    Type {
        /// Position in the machine description.
        device: usize,
        /// The bytes.
        bytes: Vec<u8>,
    },
}

/// A fault cannot be injected.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FaultError {
    /// There is no RAM.
    #[error("there is no RAM at {address:#x}")]
    Ram {
        /// Physical address of the first byte.
        address: u64,
    },
    /// Neither a UART nor a transport with a virtio console.
    #[error("nobody listens to what is typed there")]
    Line,
}

/// A fault that waits for an event.
#[derive(Debug, Clone)]
struct Awaiting {
    meant: Meant,
    /// How many of its events have to come.
    left: u64,
    fault: Fault,
}

/// Faults that were not injected yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Injections {
    /// By ascending time.
    timed: VecDeque<(u64, Fault)>,
    awaiting: Vec<Awaiting>,
    /// How many of the events that nobody has taken yet were looked at.
    seen: usize,
}

impl Injections {
    pub(crate) fn add(&mut self, occasion: Occasion, fault: Fault) {
        match occasion {
            Occasion::Time(time_ns) => {
                let at = self.timed.partition_point(|(other, _)| *other <= time_ns);
                self.timed.insert(at, (time_ns, fault));
            }
            Occasion::Event(meant, occurrence) => self.awaiting.push(Awaiting {
                meant,
                left: occurrence.max(1),
                fault,
            }),
        }
    }

    /// When the next one is due that waits for a time; the largest number is never.
    pub(crate) fn next_ns(&self) -> u64 {
        self.timed.front().map_or(u64::MAX, |(time_ns, _)| *time_ns)
    }

    /// The next one that is due.
    pub(crate) fn due(&mut self, now_ns: u64) -> Option<Fault> {
        let (_, fault) = self.timed.pop_front_if(|(time_ns, _)| *time_ns <= now_ns)?;
        Some(fault)
    }

    /// How many were not injected yet.
    pub(crate) fn left(&self) -> usize {
        self.timed.len() + self.awaiting.len()
    }

    /// Whether any waits for an event.
    pub(crate) fn listen(&self) -> bool {
        !self.awaiting.is_empty()
    }

    /// Hears of the events that nobody has taken yet, each with its pc; the faults that they lead
    /// to.
    pub(crate) fn hear<'a>(
        &mut self,
        events: impl Iterator<Item = (&'a Event, u64)>,
    ) -> Vec<Fault> {
        let mut due = Vec::new();
        for (event, pc) in events.skip(self.seen) {
            self.seen += 1;
            for waiting in &mut self.awaiting {
                waiting.left -= u64::from((waiting.meant.0)(event, pc));
            }
            let come = self.awaiting.extract_if(.., |waiting| waiting.left == 0);
            due.extend(come.map(|waiting| waiting.fault));
        }
        due
    }

    /// All events were taken.
    pub(crate) fn forget_seen(&mut self) {
        self.seen = 0;
    }
}
