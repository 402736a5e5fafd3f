//! What the plan knows about the numbers that the kernel handles.

use std::collections::BTreeMap;
use std::sync::Arc;

use septum_abi::call::NEVER;
use septum_abi::health::HealthAction;
use septum_abi::state::FaultRecord;
use septum_abi::tables::kind;
use septum_core::plan::{Plan, PortPlan};
use septum_core::system::{self, ChannelKind};

use crate::name::Name;

/// An event on a port needs these.
#[derive(Debug, Clone)]
pub(super) struct Port {
    /// Its name.
    pub(super) name: Name,
    /// Name of the channel or of the device.
    pub(super) subject: Name,
    /// One of [`kind`].
    pub(super) kind: u64,
    /// For an interrupt the PLIC source.
    pub(super) source: u32,
    /// Physical address of its buffer.
    pub(super) buffer: u64,
    /// Largest message in bytes.
    pub(super) message_bytes: u64,
    /// Physical address of the state of its queue or value; 0 where it has none.
    pub(super) state: u64,
}

impl Port {
    fn new(plan: &Plan, port: &PortPlan) -> Self {
        let channel = port.channel.map(|index| index.get());
        let channel = channel.map_or(Channel::default(), |index| Channel::new(plan, index));
        Self {
            name: port.name.as_str().into(),
            subject: port.subject.as_str().into(),
            kind: port.kind,
            source: port.source.unwrap_or(0),
            buffer: port.buffer.map_or(0, |buffer| buffer.physical.base),
            message_bytes: channel.message_bytes,
            state: channel.state,
        }
    }

    /// Whether it is an end of a sampling channel.
    pub(super) fn is_sampling(&self) -> bool {
        matches!(self.kind, kind::SAMPLING_OUT | kind::SAMPLING_IN)
    }

    /// Whether `send` may be called on it.
    pub(super) fn sends(&self) -> bool {
        matches!(self.kind, kind::QUEUING_OUT | kind::SAMPLING_OUT)
    }
}

/// What the tables say of a channel that messages pass through; zeros of any other.
#[derive(Debug, Clone, Copy, Default)]
struct Channel {
    message_bytes: u64,
    state: u64,
}

impl Channel {
    /// The tables have one row for each queuing channel and one for each sampling channel, in
    /// the order of the design.
    fn new(plan: &Plan, index: usize) -> Self {
        let channels = &plan.system.channels;
        let is_like = |other: &system::Channel| {
            std::mem::discriminant(&other.kind) == std::mem::discriminant(&channels[index].kind)
        };
        let row = channels[..index].iter().filter(|it| is_like(it)).count();
        let tables = &plan.tables;
        match channels[index].kind {
            ChannelKind::Queuing { .. } => Self {
                message_bytes: tables.queues[row].message_bytes,
                state: tables.queues[row].state,
            },
            ChannelKind::Sampling { .. } => Self {
                message_bytes: tables.samples[row].message_bytes,
                state: tables.samples[row].state,
            },
            ChannelKind::Signal => Self::default(),
        }
    }
}

/// A partition.
#[derive(Debug, Clone)]
pub(super) struct Partition {
    pub(super) name: Name,
    /// Physical address of its state.
    pub(super) state: u64,
    /// Physical address of its log buffer.
    pub(super) log_buffer: u64,
    /// It may use deadlines.
    pub(super) clock: bool,
    /// From a fault to the begin of the restart.
    pub(super) backoff_ns: u64,
    /// How often the health monitor restarts it.
    restart_limit: u64,
    /// What is done about each cause of the health monitor.
    actions: [u8; 8],
    pub(super) ports: Vec<Port>,
}

impl Partition {
    /// Its limit of restarts, if a fault of this kind halts it because that is reached.
    pub(super) fn restarts_used_up(&self, record: &FaultRecord) -> Option<u64> {
        let cause = usize::try_from(record.health).ok()?;
        let planned = HealthAction::from_number(u64::from(*self.actions.get(cause)?));
        let done = HealthAction::from_number(record.action);
        let both = (planned, done) == (Some(HealthAction::Restart), Some(HealthAction::Halt));
        both.then_some(self.restart_limit)
    }
}

/// A window of a frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    /// Address of its table.
    table: u64,
    /// Position of its schedule.
    pub(super) schedule: usize,
    /// Number in the frame.
    pub(super) index: usize,
    pub(super) duration_ticks: u64,
}

/// The windows of all schedules, as the kernel names them. Those of the second follow those of
/// the first, and the head of the tables says which is its first.
fn windows(plan: &Plan) -> Vec<Window> {
    let safe = plan.tables.header.safe;
    let (mut schedule, mut index) = (0, 0);
    let tables = plan.window_tables();
    tables
        .map(|(table, window)| {
            if table == safe {
                (schedule, index) = (1, 0);
            }
            index += 1;
            Window {
                table,
                schedule,
                index: index - 1,
                duration_ticks: window.duration_ticks,
            }
        })
        .collect()
}

/// Partition and port that each PLIC source leads to.
fn sources(plan: &Plan) -> BTreeMap<usize, (usize, usize)> {
    let partitions = plan.partitions.iter().enumerate();
    let ports = partitions.flat_map(|(partition, plan)| {
        let ports = plan.ports.iter().enumerate();
        ports.map(move |(number, port)| (port.source, (partition, number)))
    });
    ports
        .filter_map(|(source, port)| Some((usize::try_from(source?).ok()?, port)))
        .collect()
}

/// The numbers and names of a plan.
#[derive(Debug, Clone)]
pub(super) struct Names {
    pub(super) partitions: Vec<Partition>,
    pub(super) devices: Vec<Name>,
    /// Partition and port that each PLIC source leads to.
    sources: BTreeMap<usize, (usize, usize)>,
    /// The windows of all schedules, one schedule after the other.
    windows: Vec<Window>,
    /// Physical address of the hart's state.
    pub(super) hart_state: u64,
    /// Physical address of the ring of faults.
    pub(super) faults: u64,
    ns_per_tick: u64,
}

impl Names {
    /// Takes from the plan what the recorder needs.
    pub(super) fn new(plan: &Plan) -> Arc<Self> {
        let tables = &plan.tables;
        let ns_per_tick = plan.system.machine.ns_per_tick();
        let partitions = plan.partitions.iter().zip(&tables.partitions);
        Arc::new(Self {
            partitions: partitions
                .map(|(partition, table)| Partition {
                    name: partition.name.as_str().into(),
                    state: partition.state,
                    log_buffer: table.log_buffer,
                    clock: table.clock != 0,
                    backoff_ns: table.backoff_ticks.saturating_mul(ns_per_tick),
                    restart_limit: table.restart_limit,
                    actions: table.actions,
                    ports: partition
                        .ports
                        .iter()
                        .map(|port| Port::new(plan, port))
                        .collect(),
                })
                .collect(),
            devices: plan
                .system
                .machine
                .devices
                .iter()
                .map(|device| device.name.as_str().into())
                .collect(),
            sources: sources(plan),
            windows: windows(plan),
            hart_state: tables.header.state,
            faults: tables.header.faults,
            ns_per_tick,
        })
    }

    /// The partition with this state.
    pub(super) fn by_state(&self, state: u64) -> Option<usize> {
        self.partitions
            .iter()
            .position(|partition| partition.state == state)
    }

    /// The partition's port of this number, compared at full width.
    pub(super) fn port(&self, partition: usize, number: u64) -> Option<&Port> {
        self.partitions
            .get(partition)?
            .ports
            .get(usize::try_from(number).ok()?)
    }

    /// Names of the ports in a mask.
    pub(super) fn port_names(&self, partition: usize, mask: u64) -> Vec<Name> {
        let mut names = Vec::new();
        let mut left = mask;
        while left != 0 {
            let port = self.port(partition, u64::from(left.trailing_zeros()));
            names.extend(port.map(|port| port.name.clone()));
            left &= left - 1;
        }
        names
    }

    /// Partition and port that a PLIC source leads to.
    pub(super) fn source(&self, source: usize) -> Option<(usize, &Port)> {
        let (partition, port) = *self.sources.get(&source)?;
        Some((partition, self.partitions.get(partition)?.ports.get(port)?))
    }

    /// The window with this table.
    pub(super) fn window(&self, table: u64) -> Option<Window> {
        let mut windows = self.windows.iter();
        windows.find(|window| window.table == table).copied()
    }

    /// The window with this number in a schedule's frame.
    pub(super) fn window_of(&self, schedule: usize, index: usize) -> Option<Window> {
        let mut windows = self.windows.iter();
        windows
            .find(|window| (window.schedule, window.index) == (schedule, index))
            .copied()
    }

    /// The partition with this number, compared at full width.
    pub(super) fn partition(&self, number: u64) -> Option<usize> {
        let number = usize::try_from(number).ok()?;
        (number < self.partitions.len()).then_some(number)
    }

    /// Virtual time of a tick; the largest number for one that never comes.
    pub(super) fn nanoseconds(&self, ticks: u64) -> u64 {
        ticks.saturating_mul(self.ns_per_tick)
    }

    /// Virtual time of a deadline.
    pub(super) fn deadline_ns(&self, ticks: u64) -> Option<u64> {
        if ticks == NEVER {
            None
        } else {
            ticks.checked_mul(self.ns_per_tick)
        }
    }
}
