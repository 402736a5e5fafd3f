//! A small system, as a test states it.

use septum_abi::call::Call;
use septum_abi::health::{CAUSES, Cause, HealthAction};

/// First address of the range below every stack.
pub(crate) const GUARD: u64 = 0x7000;
/// Length of that range.
pub(crate) const GUARD_BYTES: u64 = 0x1000;

/// The whole system.
#[derive(Debug, Clone, Default)]
pub(crate) struct Design {
    pub(crate) partitions: Vec<Member>,
    pub(crate) channels: Vec<Channel>,
    /// The windows of a frame: ticks, and the partitions, most important first.
    pub(crate) windows: Vec<(u64, Vec<usize>)>,
    /// Those of the second schedule.
    pub(crate) safe: Vec<(u64, Vec<usize>)>,
    /// Ticks at which the first window begins.
    pub(crate) start: u64,
    /// Ticks of the pad.
    pub(crate) pad: u64,
    /// Whether the kernel drains the log rings.
    pub(crate) kernel_uart: bool,
}

/// A partition.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) ports: Vec<End>,
    pub(crate) clock: bool,
    /// Calls that it may not make.
    pub(crate) denied: Vec<Call>,
    /// What is done about each cause, in the order of [`Cause::ALL`].
    pub(crate) actions: [HealthAction; CAUSES],
    pub(crate) restart_limit: Option<u64>,
    pub(crate) backoff: u64,
    pub(crate) deadline: Option<u64>,
    pub(crate) log_bytes: u64,
    /// The parts of its memory: length in bytes, and whether it is restored from a copy.
    pub(crate) memory: Vec<(u64, bool)>,
}

impl Default for Member {
    fn default() -> Self {
        Self {
            ports: Vec::new(),
            clock: true,
            denied: Vec::new(),
            actions: [HealthAction::Halt; CAUSES],
            restart_limit: None,
            backoff: 0,
            deadline: None,
            log_bytes: 0,
            memory: Vec::new(),
        }
    }
}

impl Member {
    /// One with these ports.
    pub(crate) fn with(ports: &[End]) -> Self {
        Self {
            ports: ports.to_vec(),
            ..Self::default()
        }
    }

    /// The same with another action for a cause.
    pub(crate) fn on(mut self, cause: Cause, action: HealthAction) -> Self {
        for (place, known) in self.actions.iter_mut().zip(Cause::ALL) {
            if *known == cause {
                *place = action;
            }
        }
        self
    }

    /// What is done about a cause.
    pub(crate) fn action(&self, cause: Cause) -> HealthAction {
        let mut rows = self.actions.iter().zip(Cause::ALL);
        *rows.find(|(_, known)| **known == cause).expect("a cause").0
    }
}

/// What is behind a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The sending end of a channel.
    Out(usize),
    /// The receiving end of a channel.
    In(usize),
    /// An interrupt source.
    Interrupt(u64),
}

/// A channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    Queuing { bytes: u64, depth: u64 },
    Sampling { bytes: u64, validity: u64 },
    Signal,
}

impl Channel {
    /// Length of its largest message.
    pub(crate) fn bytes(self) -> u64 {
        match self {
            Self::Queuing { bytes, .. } | Self::Sampling { bytes, .. } => bytes,
            Self::Signal => 0,
        }
    }
}

impl Design {
    /// Partition and port of an end.
    pub(crate) fn place(&self, end: End) -> Option<(usize, u64)> {
        self.partitions.iter().enumerate().find_map(|(index, it)| {
            let port = it.ports.iter().position(|&known| known == end)?;
            Some((index, super::wide(port)))
        })
    }

    /// What is behind a port, compared at full width.
    pub(crate) fn end(&self, partition: usize, port: u64) -> Option<End> {
        let ports = self.partitions[partition].ports.iter().copied();
        (0..)
            .zip(ports)
            .find_map(|(number, end)| (number == port).then_some(end))
    }

    /// Whether a window has both ends of a channel.
    pub(crate) fn share_a_window(&self, channel: usize) -> bool {
        let ends = [End::Out(channel), End::In(channel)].map(|end| self.place(end));
        let [from, to] = ends.map(|place| place.expect("both ends").0);
        self.all_windows()
            .any(|(_, order)| order.contains(&from) && order.contains(&to))
    }

    /// The windows of both schedules, those of the first before.
    pub(crate) fn all_windows(&self) -> impl Iterator<Item = &(u64, Vec<usize>)> {
        self.windows.iter().chain(&self.safe)
    }
}

/// The health monitor's cause of an exception, by `mcause` (privileged specification, "Machine
/// Cause Register"), as on a machine with page tables.
pub(crate) fn cause_of(mcause: u64) -> Cause {
    match mcause {
        1 | 5 | 7 => Cause::HardwareFault,
        12 | 13 | 15 => Cause::MemoryViolation,
        _ => Cause::IllegalRequest,
    }
}
